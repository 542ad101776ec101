/* The single steps of cleaning. Each works on finite samples of a rate and a number of channels
 * that ser_clean has checked, and on at least one frame. */
#ifndef CLEAN_STEPS_H
#define CLEAN_STEPS_H

#include "ser/clean.h"

/* The nearest finite float. */
float clean_finite(double value);

/* A copy to work on, so that a failure leaves the sound as it was; what is no number becomes 0. */
ser_status clean_copy(const ser_audio *audio, ser_audio *copy, ser_error *error);

/* The largest magnitude in all channels. */
double clean_peak(const ser_audio *audio);

/* Subtracts the mean of each channel. */
void clean_remove_dc(ser_audio *audio);

/* A Butterworth high-pass of 4th order, as two sections of 2nd order after the bilinear transform.
 * It starts as if the first sample had stood there forever, so that it does not ring. */
void clean_cut_lows(ser_audio *audio, double frequency);

/* Lowers steady noise by up to so many dB (speexdsp). */
ser_status clean_suppress_noise(ser_audio *audio, int decibel, ser_error *error);

/* A stretch of frames that is kept, [begin, end). */
struct stretch {
    size_t begin, end;
};

/* Shortens the sound to the stretches, which follow each other without touching. Neighbours are
 * joined by a cross-fade of 5 ms, or less where they are shorter. */
void clean_keep(ser_audio *audio, const struct stretch *stretches, size_t count);

/* Keeps the stretches with a voice; all, where there is none. */
ser_status clean_cut_to_voice(ser_audio *audio, ser_error *error);

/* Cuts off both ends that stay `decibel` below the loud parts. */
ser_status clean_trim(ser_audio *audio, double decibel, ser_error *error);

#endif

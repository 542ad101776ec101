/* Sounds that the tests of cleaning make themselves. */
#ifndef TESTS_CLEAN_SOUNDS_H
#define TESTS_CLEAN_SOUNDS_H

#include "ser/audio.h"
#include "ser/clean.h"

/* Silence, which the caller releases. */
ser_audio sound_make(int rate, int channels, size_t frames);

/* The same samples again. */
ser_audio sound_copy(const ser_audio *audio);

/* Adds amplitude * sin(2 pi frequency t) to frames [begin, end) of one channel. */
void sound_add_sine(ser_audio *audio, int channel, double frequency, double amplitude, size_t begin,
                    size_t end);

/* Adds white noise with this root mean square to all channels. */
void sound_add_noise(ser_audio *audio, double rms, uint64_t seed);

/* Something like a vowel in frames [begin, end) of all channels: harmonics of 120 Hz whose level
 * falls and whose loudness and pitch waver. */
void sound_add_voice(ser_audio *audio, double amplitude, size_t begin, size_t end);

/* Adds a recording of noise to sound of one channel, over and over, so that the sound's mean power
 * is `decibel` above it. */
void sound_add_recording(ser_audio *audio, const ser_audio *noise, double decibel);

/* 10 log10 of the energy of `clean` over that of what differs from it. */
double sound_snr(const ser_audio *audio, const ser_audio *clean);

/* Root of the mean square of frames [begin, end) of one channel. */
double sound_rms(const ser_audio *audio, int channel, size_t begin, size_t end);

/* Cleans by a list such as "dc,trim=35"; fails the test when that fails. */
void sound_clean(ser_audio *audio, const char *list);

#endif

/* Sounds that the augmentation tests make, change and measure. */
#ifndef TESTS_AUGMENT_SOUNDS_H
#define TESTS_AUGMENT_SOUNDS_H

#include "../support.h"
#include "augment/recipe.h"
#include "ser/audio.h"

enum { RATE = 16000 };

/* Sounds of one channel; release them with ser_audio_release. */
ser_audio sound_silent(int rate, size_t frames);
ser_audio sound_tone(double frequency, double amplitude, int rate, size_t frames);
ser_audio sound_noise(uint64_t seed, double amplitude, int rate, size_t frames);
/* Syllables of a voice with formants, and pauses. */
ser_audio sound_voice(int rate, size_t frames);
ser_audio sound_copy(const ser_audio *audio);

/* Reads the steps (see augment_recipe_parse_steps) and applies them in place. */
void sound_augment(ser_audio *audio, const char *steps, uint64_t seed);

void assert_finite(const ser_audio *audio);
void assert_same_bits(const ser_audio *a, const ser_audio *b);

double power_of(const float *samples, size_t count);

/* The amplitude of the tone of this frequency, through a Hann window. */
double tone_amplitude(const ser_audio *audio, double frequency);

/* The frequency from low to high with the largest amplitude, to 0.05 %. */
double tone_frequency(const ser_audio *audio, double low, double high);

/* Mean power of the frequencies from low to high, over frames of 64 ms. */
double band_power(const ser_audio *audio, double low, double high);

#endif

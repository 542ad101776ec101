#define _GNU_SOURCE
#include "sounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/spectrum/stft.h"

ser_audio sound_silent(int rate, size_t frames)
{
    ser_audio audio = {.samples = calloc(frames + 1, sizeof(float)),
                       .frames = frames,
                       .rate = rate,
                       .channels = 1};
    assert_non_null(audio.samples);
    return audio;
}

ser_audio sound_tone(double frequency, double amplitude, int rate, size_t frames)
{
    ser_audio audio = sound_silent(rate, frames);
    for (size_t i = 0; i < frames; i++)
        audio.samples[i] = (float)(amplitude * sin(2 * M_PI * frequency * (double)i / rate));
    return audio;
}

ser_audio sound_noise(uint64_t seed, double amplitude, int rate, size_t frames)
{
    ser_audio audio = sound_silent(rate, frames);
    struct random random = random_seeded(seed, 0);
    for (size_t i = 0; i < frames; i++)
        audio.samples[i] = random_uniform(&random, (float)-amplitude, (float)amplitude);
    return audio;
}

ser_audio sound_voice(int rate, size_t frames)
{
    ser_audio audio = sound_silent(rate, frames);
    double phase = 0;
    for (size_t i = 0; i < frames; i++) {
        double time = (double)i / rate, syllable = fmod(time, 0.25) / 0.25;
        double loudness = syllable < 0.8 ? sin(M_PI * syllable / 0.8) : 0, sum = 0;
        double pitch = 140 + 30 * sin(2 * M_PI * 0.7 * time);
        phase += 2 * M_PI * pitch / rate;
        for (int h = 1; h * pitch < 0.45 * rate; h++) {
            double f = h * pitch;
            double formants = exp(-pow((f - 600) / 200, 2)) + 0.5 * exp(-pow((f - 1500) / 300, 2));
            sum += (formants + 0.02) * sin(h * phase);
        }
        audio.samples[i] = (float)(0.1 * loudness * sum);
    }
    return audio;
}

ser_audio sound_copy(const ser_audio *audio)
{
    ser_audio copy = sound_silent(audio->rate, audio->frames);
    memcpy(copy.samples, audio->samples, audio->frames * sizeof *copy.samples);
    return copy;
}

void sound_augment(ser_audio *audio, const char *steps, uint64_t seed)
{
    ser_error error;
    struct augment_recipe recipe;
    struct augment_scratch *scratch;
    assert_ok(augment_recipe_parse_steps(&recipe, steps, audio->rate, &error));
    assert_ok(augment_scratch_create(&scratch, &error));
    assert_ok(augment_sound(&recipe, seed, audio, scratch, &error));
    augment_scratch_destroy(scratch);
    augment_recipe_release(&recipe);
}

void assert_finite(const ser_audio *audio)
{
    for (size_t i = 0; i < audio->frames; i++)
        if (!isfinite(audio->samples[i]))
            fail_msg("sample %zu is %g", i, (double)audio->samples[i]);
}

void assert_same_bits(const ser_audio *a, const ser_audio *b)
{
    assert_int_equal(a->frames, b->frames);
    assert_memory_equal(a->samples, b->samples, a->frames * sizeof *a->samples);
}

double power_of(const float *samples, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)samples[i] * (double)samples[i];
    return count ? sum / (double)count : 0;
}

double tone_amplitude(const ser_audio *audio, double frequency)
{
    double re = 0, im = 0, count = (double)audio->frames;
    for (size_t i = 0; i < audio->frames; i++) {
        double window = 0.5 - 0.5 * cos(2 * M_PI * (double)i / count);
        double angle = 2 * M_PI * frequency * (double)i / audio->rate;
        re += window * (double)audio->samples[i] * cos(angle);
        im += window * (double)audio->samples[i] * sin(angle);
    }
    return 4 * sqrt(re * re + im * im) / count;
}

double tone_frequency(const ser_audio *audio, double low, double high)
{
    double best = low, most = -1;
    for (double frequency = low; frequency <= high; frequency *= 1.0005) {
        double amplitude = tone_amplitude(audio, frequency);
        if (amplitude > most) {
            most = amplitude;
            best = frequency;
        }
    }
    return best;
}

double band_power(const ser_audio *audio, double low, double high)
{
    ser_error error;
    struct stft *stft;
    int size = 64 * audio->rate / 1000;
    const struct stft_layout layout = {WINDOW_HANN, size, size, size, 0};
    lanes *power = lanes_allocate((size_t)size / 2 + 1);
    double sum = 0, values = 0;
    assert_non_null(power);
    assert_ok(stft_create(&stft, &layout, &error));
    size_t frames = stft_frames(stft, audio->frames);
    for (size_t first = 0; first < frames; first += LANES) {
        stft_power(stft, audio->samples, audio->frames, first, power);
        for (int k = 0; k <= size / 2; k++) {
            double frequency = (double)k * audio->rate / size;
            for (int lane = 0; lane < LANES && first + (size_t)lane < frames; lane++) {
                int inside = frequency >= low && frequency <= high;
                sum += inside ? (double)power[k][lane] : 0;
                values += inside;
            }
        }
    }
    stft_destroy(stft);
    free(power);
    return sum / values;
}

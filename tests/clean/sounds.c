#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "sounds.h"

static const double pi = 3.14159265358979323846;

ser_audio sound_make(int rate, int channels, size_t frames)
{
    ser_audio audio = {calloc(frames * (size_t)channels + 1, sizeof(float)), frames, rate,
                       channels};
    assert_non_null(audio.samples);
    return audio;
}

ser_audio sound_copy(const ser_audio *audio)
{
    ser_audio copy = sound_make(audio->rate, audio->channels, audio->frames);
    memcpy(copy.samples, audio->samples,
           audio->frames * (size_t)audio->channels * sizeof *audio->samples);
    return copy;
}

void sound_add_sine(ser_audio *audio, int channel, double frequency, double amplitude, size_t begin,
                    size_t end)
{
    for (size_t i = begin; i < end && i < audio->frames; i++)
        audio->samples[i * (size_t)audio->channels + (size_t)channel] +=
            (float)(amplitude * sin(2 * pi * frequency * (double)i / audio->rate));
}

void sound_add_noise(ser_audio *audio, double rms, uint64_t seed)
{
    struct random random = random_seeded(seed, 0);
    float widest = (float)(rms * sqrt(3)); /* of a uniform distribution */
    for (size_t i = 0; i < audio->frames * (size_t)audio->channels; i++)
        audio->samples[i] += random_uniform(&random, -widest, widest);
}

void sound_add_voice(ser_audio *audio, double amplitude, size_t begin, size_t end)
{
    double phase = 0;
    for (size_t i = begin; i < end && i < audio->frames; i++) {
        double t = (double)i / audio->rate, value = 0;
        phase += 2 * pi * (120 + 15 * sin(2 * pi * 2.1 * t)) / audio->rate;
        for (int k = 1; k <= 20 && k * 140 < audio->rate / 2; k++)
            value += sin(k * phase) / k;
        value *= amplitude * (0.6 + 0.4 * sin(2 * pi * 4.3 * t));
        for (int c = 0; c < audio->channels; c++)
            audio->samples[i * (size_t)audio->channels + (size_t)c] += (float)value;
    }
}

void sound_add_recording(ser_audio *audio, const ser_audio *noise, double decibel)
{
    double signal = 0, other = 0;
    assert_int_equal(audio->channels, 1);
    for (size_t i = 0; i < audio->frames; i++) {
        double value = (double)noise->samples[i % noise->frames];
        signal += (double)audio->samples[i] * (double)audio->samples[i];
        other += value * value;
    }
    float gain = (float)sqrt(signal / other * pow(10, -decibel / 10));
    for (size_t i = 0; i < audio->frames; i++)
        audio->samples[i] += gain * noise->samples[i % noise->frames];
}

double sound_snr(const ser_audio *audio, const ser_audio *clean)
{
    double signal = 0, noise = 0;
    assert_int_equal(audio->frames, clean->frames);
    for (size_t i = 0; i < clean->frames * (size_t)clean->channels; i++) {
        double value = (double)clean->samples[i], difference = (double)audio->samples[i] - value;
        signal += value * value;
        noise += difference * difference;
    }
    return 10 * log10(signal / noise);
}

double sound_rms(const ser_audio *audio, int channel, size_t begin, size_t end)
{
    assert_in_range(end, begin + 1, audio->frames);
    double sum = 0;
    for (size_t i = begin; i < end; i++) {
        double value = (double)audio->samples[i * (size_t)audio->channels + (size_t)channel];
        sum += value * value;
    }
    return sqrt(sum / (double)(end - begin));
}

void sound_clean(ser_audio *audio, const char *list)
{
    ser_error error;
    ser_clean_settings settings;
    assert_ok(ser_clean_settings_parse(&settings, list, &error));
    assert_ok(ser_clean(audio, &settings, &error));
}

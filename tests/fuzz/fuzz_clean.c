/* Sound and steps from anywhere: whatever the samples are, cleaning keeps the promises of clean.h,
 * and does the same twice. The bytes choose the steps and are the samples: of 16 bits, or floats as
 * they come, with what is no number among them. As text, they are a list of steps. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clean/settings.h"

enum { MOST_SAMPLES = 6000, HEAD = CLEAN_STEPS + 2 };

static void require(int condition)
{
    if (!condition)
        abort();
}

/* A list that is read is written so that it can be read again. */
static void check_list(const uint8_t *data, size_t size)
{
    char text[200], list[CLEAN_LIST], again[CLEAN_LIST];
    ser_clean_settings settings;
    size_t length = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, length);
    text[length] = 0;
    if (ser_clean_settings_parse(&settings, text, NULL))
        return;
    clean_settings_list(&settings, list);
    require(!ser_clean_settings_parse(&settings, list, NULL));
    clean_settings_list(&settings, again);
    require(!strcmp(list, again));
}

static ser_clean_settings take_settings(const uint8_t *data)
{
    ser_clean_settings settings = {0};
    for (int i = 0; i < CLEAN_STEPS; i++) {
        const struct clean_row *row = &clean_rows[i];
        double share = (data[i] >> 1) / 127.0, value = row->low + share * (row->high - row->low);
        if (data[i] & 1)
            clean_store(&settings, (enum clean_step)i,
                        row->kind == CLEAN_REAL ? value : floor(value));
    }
    return settings;
}

static ser_audio take_sound(const uint8_t *data, size_t size, int rate, int channels, int floats)
{
    size_t width = floats ? sizeof(float) : sizeof(int16_t), count = size / width;
    ser_audio audio = {.rate = rate, .channels = channels};
    count = count < MOST_SAMPLES ? count : MOST_SAMPLES;
    audio.frames = count / (size_t)channels;
    audio.samples = calloc(count + 1, sizeof *audio.samples);
    require(audio.samples != NULL);
    for (size_t i = 0; i < audio.frames * (size_t)channels; i++) {
        int16_t step;
        if (floats) {
            memcpy(&audio.samples[i], data + i * width, width);
        } else {
            memcpy(&step, data + i * width, width);
            audio.samples[i] = (float)step / 32768;
        }
    }
    return audio;
}

/* What clean.h promises of sound that was cleaned. */
static void check_sound(const ser_audio *audio, size_t before, int rate, int channels, int cleaned)
{
    require(audio->rate == rate && audio->channels == channels);
    require(audio->frames <= before && (audio->frames > 0) == (before > 0));
    for (size_t i = 0; cleaned && i < audio->frames * (size_t)channels; i++)
        require(isfinite(audio->samples[i]));
}

/* The choices, in which every byte of the data has a part, so that a recording of which a few bytes
 * were altered meets other steps. */
static void take_head(const uint8_t *data, size_t size, uint8_t head[HEAD])
{
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += data[i];
    for (unsigned i = 0; i < HEAD; i++)
        head[i] = (uint8_t)(data[i] + ((sum * (2 * i + 1)) >> (i / 2)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int rates[] = {1000, 8000, 11025, 16000, 44100, 48000, 96000, 768000};
    uint8_t head[HEAD];
    if (size < HEAD)
        return 0;
    check_list(data, size);
    take_head(data, size, head);
    ser_clean_settings settings = take_settings(head);
    int rate = rates[head[CLEAN_STEPS] & 7], channels = 1 + (head[CLEAN_STEPS] >> 3 & 7);
    int floats = head[CLEAN_STEPS + 1] & 1;
    ser_audio first = take_sound(data + HEAD, size - HEAD, rate, channels, floats);
    ser_audio second = take_sound(data + HEAD, size - HEAD, rate, channels, floats);
    size_t before = first.frames;
    ser_status status = ser_clean(&first, &settings, NULL);
    require(status == ser_clean(&second, &settings, NULL));
    check_sound(&first, before, rate, channels, !status && clean_is_on(&settings));
    require(first.frames == second.frames);
    require(!memcmp(first.samples, second.samples,
                    first.frames * (size_t)channels * sizeof *first.samples));
    ser_audio_release(&first);
    ser_audio_release(&second);
    return 0;
}

#define _GNU_SOURCE
#include "features/egemaps/egemaps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/egemaps/egemaps_formants.h"
#include "features/egemaps/egemaps_functionals.h"
#include "features/egemaps/egemaps_spectral.h"
#include "features/egemaps/egemaps_table.h"
#include "features/egemaps/egemaps_voice.h"
#include "features/egemaps/pitch_shs.h"
#include "features/series.h"

static const double step = 0.010, brief_window = 0.020; /* seconds */

/* Arrays beside the columns, of the same length. */
enum { F0_HZ = EGEMAPS_COLUMNS, VOICING, SMOOTHED, SERIES, SORTED, SPARE, ARRAYS };

struct egemaps {
    struct column_group functionals[EGEMAPS_FUNCTIONALS];
    struct egemaps_spectral *spectral;
    struct shs *shs;
    struct egemaps_voice *voice;
    struct egemaps_formants *formants;

    /* The recording that was run last, before smoothing. */
    float *arrays; // (ARRAYS, frames)
    size_t frames;
    size_t voice_frames; /* whose 60 ms lie inside the sound; at most `frames` */
    size_t capacity;     /* frames that arrays have room for */
};

static float *array_at(const struct egemaps *egemaps, int index)
{
    return egemaps->arrays + (size_t)index * egemaps->frames;
}

static void defaults(ser_features_settings *settings)
{
    settings->window = (int)lround(brief_window * settings->rate);
    settings->hop = (int)lround(step * settings->rate);
    for (settings->fft = 2; settings->fft < settings->window;)
        settings->fft *= 2;
    settings->bands = 26;
    settings->low = 20;
    settings->high = 8000;
    settings->scale = SER_MEL_HTK;
    settings->coefficients = 4;
    settings->lifter = 22;
}

static void destroy(void *state)
{
    struct egemaps *egemaps = state;
    if (!egemaps)
        return;
    egemaps_spectral_destroy(egemaps->spectral);
    shs_destroy(egemaps->shs);
    egemaps_voice_destroy(egemaps->voice);
    egemaps_formants_destroy(egemaps->formants);
    free(egemaps->arrays);
    free(egemaps);
}

static ser_status create(void **state, const ser_features_settings *settings, ser_error *error)
{
    *state = NULL;
    struct egemaps *egemaps = calloc(1, sizeof *egemaps);
    if (!egemaps)
        return error_memory(error, "preparing eGeMAPS");
    for (int i = 0; i < EGEMAPS_FUNCTIONALS; i++)
        egemaps->functionals[i] = egemaps_functionals[i].group;
    ser_status status = egemaps_spectral_create(&egemaps->spectral, settings->rate, error);
    if (!status)
        status = shs_create(&egemaps->shs, settings->rate, error);
    if (!status)
        status = egemaps_voice_create(&egemaps->voice, settings->rate, error);
    if (!status)
        status = egemaps_formants_create(&egemaps->formants, settings->rate, error);
    if (status) {
        destroy(egemaps);
        return status;
    }
    *state = egemaps;
    return SER_OK;
}

static const struct column_group *columns(const void *state, int *groups)
{
    (void)state;
    *groups = EGEMAPS_COLUMNS;
    return egemaps_columns;
}

static struct frame_grid grid(const void *state, size_t count)
{
    const struct egemaps *egemaps = state;
    size_t frames = egemaps_spectral_frames(egemaps->spectral, count);
    return (struct frame_grid){.frames = frames, .step = step, .length = brief_window};
}

/* Room for a recording's arrays, all 0. */
static ser_status prepare(struct egemaps *egemaps, size_t count, ser_error *error)
{
    size_t frames = egemaps_spectral_frames(egemaps->spectral, count);
    size_t voice_frames = shs_frames(egemaps->shs, count);
    if (!memory_reserve(&egemaps->arrays, &egemaps->capacity, frames,
                        ARRAYS * sizeof *egemaps->arrays))
        return error_memory(error, "computing eGeMAPS");
    egemaps->frames = frames;
    egemaps->voice_frames = voice_frames > 0 ? voice_frames - 1 : 0;
    if (frames)
        memset(egemaps->arrays, 0, frames * ARRAYS * sizeof *egemaps->arrays);
    return SER_OK;
}

static void run_spectral(struct egemaps *egemaps, const float *samples, size_t count)
{
    struct egemaps_spectral_columns spectral = {
        .loudness = array_at(egemaps, EGEMAPS_LOUDNESS),
        .alpha_ratio = array_at(egemaps, EGEMAPS_ALPHA_RATIO),
        .hammarberg = array_at(egemaps, EGEMAPS_HAMMARBERG),
        .slope_low = array_at(egemaps, EGEMAPS_SLOPE_LOW),
        .slope_high = array_at(egemaps, EGEMAPS_SLOPE_HIGH),
        .flux = array_at(egemaps, EGEMAPS_FLUX),
    };
    for (int k = 0; k < EGEMAPS_MFCC; k++)
        spectral.mfcc[k] = array_at(egemaps, EGEMAPS_MFCC_1 + k);
    egemaps_spectral_run(egemaps->spectral, samples, count, &spectral);
}

/* Frames whose 60 ms reach beyond the sound, and the last that do not, stay unvoiced. */
static ser_status run_pitch(struct egemaps *egemaps, const float *samples, size_t count,
                            ser_error *error)
{
    float *f0 = array_at(egemaps, F0_HZ), *semitones = array_at(egemaps, EGEMAPS_F0);
    ser_status status =
        shs_run(egemaps->shs, samples, count, f0, array_at(egemaps, VOICING), error);
    if (status)
        return status;
    f0[egemaps->voice_frames] = 0;
    for (size_t t = 0; t < egemaps->voice_frames; t++)
        semitones[t] = f0[t] > 0 ? (float)(12 * log2((double)f0[t] / 27.5)) : 0;
    return SER_OK;
}

static void run_formants(struct egemaps *egemaps, const float *samples, size_t count)
{
    struct egemaps_formants_columns formants;
    for (int i = 0; i < EGEMAPS_FORMANTS; i++) {
        int first = EGEMAPS_F1_FREQUENCY + 3 * i;
        formants.frequency[i] = array_at(egemaps, first);
        formants.bandwidth[i] = array_at(egemaps, first + 1);
    }
    egemaps_formants_run(egemaps->formants, samples, count, array_at(egemaps, F0_HZ),
                         egemaps->frames, &formants);
}

static void run_voice(struct egemaps *egemaps, const float *samples, size_t count)
{
    const float *formants[EGEMAPS_VOICE_FORMANTS];
    struct egemaps_voice_columns voice = {
        .jitter = array_at(egemaps, EGEMAPS_JITTER),
        .shimmer = array_at(egemaps, EGEMAPS_SHIMMER),
        .hnr = array_at(egemaps, EGEMAPS_HNR),
        .h1_h2 = array_at(egemaps, EGEMAPS_H1_H2),
        .h1_a3 = array_at(egemaps, EGEMAPS_H1_A3),
    };
    for (int i = 0; i < EGEMAPS_VOICE_FORMANTS; i++) {
        formants[i] = array_at(egemaps, EGEMAPS_F1_FREQUENCY + 3 * i);
        voice.level[i] = array_at(egemaps, EGEMAPS_F1_LEVEL + 3 * i);
        for (size_t t = egemaps->voice_frames; t < egemaps->frames; t++)
            voice.level[i][t] = EGEMAPS_NO_LEVEL;
    }
    egemaps_voice_run(egemaps->voice, samples, count, array_at(egemaps, F0_HZ), formants,
                      egemaps->voice_frames, &voice);
}

/* The columns of the voice know only the frames that have one. */
static void smooth_columns(const struct egemaps *egemaps, float *values)
{
    float *smoothed = array_at(egemaps, SMOOTHED);
    for (int column = 0; column < EGEMAPS_COLUMNS; column++) {
        const float *raw = array_at(egemaps, column);
        memcpy(smoothed, raw, egemaps->frames * sizeof *smoothed);
        if (column < EGEMAPS_F0)
            egemaps_smooth(raw, egemaps->frames, smoothed);
        else
            egemaps_smooth_nonzero(raw, egemaps->voice_frames, smoothed);
        for (size_t t = 0; t < egemaps->frames; t++)
            values[t * EGEMAPS_COLUMNS + (size_t)column] = smoothed[t];
    }
}

static ser_status run(void *state, const float *samples, size_t count, float *values,
                      ser_error *error)
{
    struct egemaps *egemaps = state;
    ser_status status = prepare(egemaps, count, error);
    if (status || !egemaps->frames)
        return status;
    status = run_pitch(egemaps, samples, count, error);
    if (status)
        return status;
    run_spectral(egemaps, samples, count);
    run_formants(egemaps, samples, count);
    run_voice(egemaps, samples, count);
    smooth_columns(egemaps, values);
    return SER_OK;
}

static const struct column_group *own_functionals(const void *state, int *groups)
{
    const struct egemaps *egemaps = state;
    *groups = EGEMAPS_FUNCTIONALS;
    return egemaps->functionals;
}

/* The frames that functionals of voiced and of unvoiced frames look at. None of a sound that is too
 * short for the voice is voiced. */
static size_t judged_frames(const struct egemaps *egemaps)
{
    return egemaps->voice_frames ? egemaps->voice_frames : egemaps->frames;
}

/* A column in frames that are voiced (or not), smoothed as such. Returns how many values are there;
 * they are moved together. */
static size_t select_frames(const struct egemaps *egemaps, int column, int voiced, float *series)
{
    const float *raw = array_at(egemaps, column), *f0 = array_at(egemaps, F0_HZ);
    float *selected = array_at(egemaps, SMOOTHED);
    size_t frames = judged_frames(egemaps);
    for (size_t t = 0; t < frames; t++)
        selected[t] = (f0[t] > 0) == voiced ? raw[t] : 0;
    egemaps_smooth_nonzero(selected, frames, series);
    return series_gather(series, frames, 1, 0, 1, series);
}

static size_t gather(const struct egemaps *egemaps, const struct egemaps_functional *functional,
                     const float *frames, float *series)
{
    size_t column = functional->column;
    switch (functional->part) {
    case EGEMAPS_ALL:
        return series_gather(frames, egemaps->frames, EGEMAPS_COLUMNS, column, 0, series);
    case EGEMAPS_NONZERO:
        return series_gather(frames, judged_frames(egemaps), EGEMAPS_COLUMNS, column, 1, series);
    case EGEMAPS_VOICED: return select_frames(egemaps, (int)column, 1, series);
    case EGEMAPS_UNVOICED: return select_frames(egemaps, (int)column, 0, series);
    case EGEMAPS_SOUND: break;
    }
    return 0;
}

/* Functionals of one column whose values lie in order. */
static double describe(enum egemaps_statistic statistic, struct series *series,
                       const struct egemaps_slopes *slopes)
{
    switch (statistic) {
    case EGEMAPS_MEAN: return series_mean(series);
    case EGEMAPS_CV: return series_cv(series);
    case EGEMAPS_P20: return series_percentile(series, 0.2);
    case EGEMAPS_P50: return series_percentile(series, 0.5);
    case EGEMAPS_P80: return series_percentile(series, 0.8);
    case EGEMAPS_P20_TO_P80: return series_percentile(series, 0.8) - series_percentile(series, 0.2);
    case EGEMAPS_RISING_MEAN: return slopes->rising_mean;
    case EGEMAPS_RISING_STDDEV: return slopes->rising_stddev;
    case EGEMAPS_FALLING_MEAN: return slopes->falling_mean;
    case EGEMAPS_FALLING_STDDEV: return slopes->falling_stddev;
    case EGEMAPS_PEAKS_PER_SECOND:
        return series->count ? (double)slopes->peaks / series_duration(series) : 0;
    default: return 0;
    }
}

/* Functionals of the recording. */
static double describe_sound(enum egemaps_statistic statistic,
                             const struct egemaps_segments *segments, const float *samples,
                             size_t count)
{
    switch (statistic) {
    case EGEMAPS_SEGMENTS_PER_SECOND: return segments->voiced_per_second;
    case EGEMAPS_VOICED_MEAN: return segments->voiced_mean;
    case EGEMAPS_VOICED_STDDEV: return segments->voiced_stddev;
    case EGEMAPS_UNVOICED_MEAN: return segments->unvoiced_mean;
    case EGEMAPS_UNVOICED_STDDEV: return segments->unvoiced_stddev;
    case EGEMAPS_SOUND_LEVEL: return egemaps_sound_level(samples, count);
    default: return 0;
    }
}

static int is_same_series(const struct egemaps_functional *a, const struct egemaps_functional *b)
{
    return a->column == b->column && a->part == b->part;
}

/* run came just before, for the same samples. Neighbours in the table share a series. */
static ser_status summarise(void *state, const float *samples, size_t count, const float *frames,
                            float *values, ser_error *error)
{
    struct egemaps *egemaps = state;
    (void)error;
    const struct egemaps_functional *table = egemaps_functionals;
    struct egemaps_segments segments =
        egemaps_segments(array_at(egemaps, F0_HZ), egemaps->voice_frames, step);
    float *numbers = array_at(egemaps, SERIES), *sorted = array_at(egemaps, SORTED);
    struct series series = {0};
    struct egemaps_slopes slopes = {0};
    for (int i = 0; i < EGEMAPS_FUNCTIONALS; i++) {
        if (table[i].part == EGEMAPS_SOUND) {
            values[i] = (float)describe_sound(table[i].statistic, &segments, samples, count);
            continue;
        }
        if (i == 0 || !is_same_series(&table[i], &table[i - 1])) {
            size_t length = gather(egemaps, &table[i], frames, numbers);
            series = series_begin(numbers, length, step, sorted);
            if (table[i].column == EGEMAPS_LOUDNESS || table[i].column == EGEMAPS_F0)
                slopes = egemaps_slopes(numbers, length, step);
        }
        values[i] = (float)describe(table[i].statistic, &series, &slopes);
    }
    return SER_OK;
}

const struct ser_feature_set egemapsv02 = {
    .name = "egemapsv02",
    .summary = "the extended Geneva minimalistic acoustic parameter set, with 88 functionals",
    .source = "openSMILE 3 eGeMAPSv02; Eyben et al., IEEE Trans. Affective Computing 7(2), 2016",
    .min_rate = 16000,
    .defaults = defaults,
    .create = create,
    .destroy = destroy,
    .columns = columns,
    .grid = grid,
    .run = run,
    .own_functionals = own_functionals,
    .summarise = summarise,
};

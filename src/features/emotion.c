#include "features/emotion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/functionals.h"
#include "features/lanes.h"
#include "features/modulation.h"
#include "features/sets.h"
#include "features/spectrum/delta.h"
#include "features/spectrum/mfcc.h"
#include "features/voice/prosody.h"
#include "features/voice/prosody_functionals.h"

enum {
    BANDS = 64,            /* of the log-mel spectrum */
    COEFFICIENTS = 20,     /* cepstral */
    WIDE_BANDS = 16,       /* whose modulation is looked at: each the mean of BANDS / WIDE_BANDS */
    VOICE = PROSODY_H1_H2, /* columns of `prosody`: all but those of harmonics, of which this set
                              was not composed */

    /* First columns of a frame. */
    MFCC = BANDS,
    DELTA = MFCC + COEFFICIENTS,
    VOICE_COLUMNS = DELTA + COEFFICIENTS,
    COLUMNS = VOICE_COLUMNS + VOICE,

    /* First functionals. */
    MFCC_MEAN = 0,
    MFCC_STDDEV = MFCC_MEAN + COEFFICIENTS,
    DELTA_STDDEV = MFCC_STDDEV + COEFFICIENTS,
    MODULATION = DELTA_STDDEV + COEFFICIENTS,
    VOICE_FUNCTIONALS = MODULATION + WIDE_BANDS * MODULATION_RANGES,
};

_Static_assert((int)PROSODY_COLUMNS <= (int)WIDE_BANDS, "scratch holds either");

enum { OWN_FRAME_GROUPS = 3, OWN_GROUPS = 4, MAX_GROUPS = 128 };

struct emotion {
    int rate;
    void *log_mel, *voice; /* states of the sets logmel64 and prosody */
    struct mfcc_table mfcc_table;
    struct modulation *modulation;
    struct column_group frame_groups[MAX_GROUPS], groups[MAX_GROUPS];
    int frame_group_count, group_count;
    float *rows; /* scratch that grows: of the parts' frames and functionals, or of one column */
    size_t room;
};

static const struct column_group own_frame_groups[OWN_FRAME_GROUPS] = {
    {"logmel", "ln(power)", "ln(sum over the band's bins of weight * |X|^2 + 1e-8), 25 ms Hann",
     BANDS, 0},
    {"mfcc", "ln(power)", "orthonormal DCT-II of logmel", COEFFICIENTS, 0},
    {"mfcc_delta", "ln(power)/frame",
     "sum of j mfcc[t+j] / sum of j^2, j = -4 ... 4: the slope of a line over 9 frames",
     COEFFICIENTS, 0},
};

static const struct column_group own_groups[OWN_GROUPS] = {
    {"mfcc_mean", "ln(power)", "mean over time of mfcc", COEFFICIENTS, 0},
    {"mfcc_stddev", "ln(power)", "standard deviation over time of mfcc", COEFFICIENTS, 0},
    {"mfcc_delta_stddev", "ln(power)/frame", "standard deviation over time of mfcc_delta",
     COEFFICIENTS, 0},
    {"modulation", "ln(power)",
     "ln of the power of the movements of the mean of 4 logmel bands at 1-2, 2-4, 4-8, 8-16, 16-32 "
     "Hz; number = 5 * band + octave",
     WIDE_BANDS *MODULATION_RANGES, 0},
};

static void defaults(ser_features_settings *settings)
{
    settings->hop = settings->rate / 100;
}

static void destroy(void *state)
{
    struct emotion *emotion = state;
    if (!emotion)
        return;
    logmel64.destroy(emotion->log_mel);
    prosody.destroy(emotion->voice);
    mfcc_table_release(&emotion->mfcc_table);
    modulation_destroy(emotion->modulation);
    free(emotion->rows);
    free(emotion);
}

static ser_status create_parts(struct emotion *emotion, ser_error *error)
{
    ser_features_settings log_mel, voice;
    ser_status status = ser_features_settings_of("logmel64", emotion->rate, &log_mel, error);
    if (!status)
        status = ser_features_settings_of("prosody", emotion->rate, &voice, error);
    if (!status)
        status = logmel64.create(&emotion->log_mel, &log_mel, error);
    if (!status)
        status = prosody.create(&emotion->voice, &voice, error);
    if (!status)
        status = mfcc_table_build(&emotion->mfcc_table, BANDS, COEFFICIENTS, 0, error);
    if (!status)
        status = modulation_create(&emotion->modulation, log_mel.hop / (double)log_mel.rate, error);
    return status;
}

/* Own groups first, then those of `prosody`. */
static int join_groups(struct column_group *groups, const struct column_group *own, int count,
                       const struct column_group *voice, int voice_count)
{
    memcpy(groups, own, (size_t)count * sizeof *own);
    memcpy(groups + count, voice, (size_t)voice_count * sizeof *voice);
    return count + voice_count;
}

static ser_status create(void **state, const ser_features_settings *settings, ser_error *error)
{
    *state = NULL;
    struct emotion *emotion = calloc(1, sizeof *emotion);
    if (!emotion)
        return error_memory(error, "preparing features");
    emotion->rate = settings->rate;
    ser_status status = create_parts(emotion, error);
    if (status) {
        destroy(emotion);
        return status;
    }
    int count;
    const struct column_group *voice = prosody.columns(emotion->voice, &count);
    emotion->frame_group_count =
        join_groups(emotion->frame_groups, own_frame_groups, OWN_FRAME_GROUPS, voice, VOICE);
    voice = prosody.own_functionals(emotion->voice, &count);
    emotion->group_count = join_groups(emotion->groups, own_groups, OWN_GROUPS, voice,
                                       count - PROSODY_HARMONIC_FUNCTIONALS);
    *state = emotion;
    return SER_OK;
}

static const struct column_group *columns(const void *state, int *groups)
{
    const struct emotion *emotion = state;
    *groups = emotion->frame_group_count;
    return emotion->frame_groups;
}

static const struct column_group *own_functionals(const void *state, int *groups)
{
    const struct emotion *emotion = state;
    *groups = emotion->group_count;
    return emotion->groups;
}

/* That of `prosody`. */
static struct frame_grid grid(const void *state, size_t count)
{
    const struct emotion *emotion = state;
    return prosody.grid(emotion->voice, count);
}

static ser_status make_room(struct emotion *emotion, size_t wanted, ser_error *error)
{
    if (!memory_reserve(&emotion->rows, &emotion->room, wanted, sizeof *emotion->rows))
        return error_memory(error, "measuring sound");
    return SER_OK;
}

/* Copies the first `columns` of rows of `stride` to rows of COLUMNS. Frame t gets that of the
 * `given` rows whose middle is nearest to its own: row t + shift, or the outermost. */
static void place_columns(const float *rows, size_t stride, size_t given, ptrdiff_t shift,
                          size_t columns, float *values, size_t frames)
{
    for (size_t t = 0; t < frames; t++) {
        ptrdiff_t place = (ptrdiff_t)t + shift, last = (ptrdiff_t)given - 1;
        place = place < 0 ? 0 : place > last ? last : place;
        memcpy(values + t * COLUMNS, rows + (size_t)place * stride, columns * sizeof *rows);
    }
}

/* Both grids have the same step. */
static ptrdiff_t shift_between(const struct frame_grid *grid, const struct frame_grid *other)
{
    double middle = grid->first + grid->length / 2, other_middle = other->first + other->length / 2;
    return (ptrdiff_t)lround((middle - other_middle) / grid->step);
}

/* The cepstrum of each row's log-mel bands, beside them. */
static void add_cepstrum(const struct emotion *emotion, float *values, size_t frames)
{
    lanes levels[BANDS], cepstrum[COEFFICIENTS];
    for (size_t t = 0; t < frames; t += LANES) {
        int present = frames - t < LANES ? (int)(frames - t) : LANES;
        float *rows = values + t * COLUMNS;
        lanes_gather(rows, (size_t)present * COLUMNS, 0, COLUMNS, BANDS, levels);
        mfcc_table_apply(&emotion->mfcc_table, levels, cepstrum);
        lanes_to_rows(cepstrum, COEFFICIENTS, present, rows + MFCC, COLUMNS);
    }
}

static ser_status run(void *state, const float *samples, size_t count, float *values,
                      ser_error *error)
{
    struct emotion *emotion = state;
    struct frame_grid voice = grid(state, count), log_mel = logmel64.grid(emotion->log_mel, count);
    size_t frames = voice.frames, most = frames > log_mel.frames ? frames : log_mel.frames;
    ser_status status = make_room(emotion, most * BANDS, error);
    if (!status)
        status = logmel64.run(emotion->log_mel, samples, count, emotion->rows, error);
    if (status)
        return status;
    place_columns(emotion->rows, BANDS, log_mel.frames, shift_between(&voice, &log_mel), BANDS,
                  values, frames);
    status = prosody.run(emotion->voice, samples, count, emotion->rows, error);
    if (status)
        return status;
    place_columns(emotion->rows, PROSODY_COLUMNS, frames, 0, VOICE, values + VOICE_COLUMNS, frames);
    add_cepstrum(emotion, values, frames);
    delta_compute(values + MFCC, frames, COEFFICIENTS, COLUMNS, 1, values + DELTA);
    return SER_OK;
}

/* What a functional makes of COEFFICIENTS columns from `first` on. */
static void sum_up(struct emotion *emotion, const float *frames, size_t rows, size_t first,
                   double (*functional)(const struct series *), float *values)
{
    for (size_t c = 0; c < COEFFICIENTS; c++) {
        series_gather(frames, rows, COLUMNS, first + c, 0, emotion->rows);
        struct series series = series_begin(emotion->rows, rows, 0, NULL);
        values[c] = (float)functional(&series);
    }
}

/* Each the mean of neighbouring bands. wide: (frames, WIDE_BANDS). */
static void widen(const float *values, size_t frames, float *wide)
{
    enum { EACH = BANDS / WIDE_BANDS };
    for (size_t t = 0; t < frames; t++)
        for (size_t w = 0; w < WIDE_BANDS; w++) {
            float sum = 0;
            for (size_t b = 0; b < EACH; b++)
                sum += values[t * COLUMNS + w * EACH + b];
            wide[t * WIDE_BANDS + w] = sum / EACH;
        }
}

/* The functionals of `prosody`, but for those of harmonics. */
static ser_status sum_up_voice(struct emotion *emotion, const float *samples, size_t count,
                               const float *frames, size_t rows, float *values, ser_error *error)
{
    float *all = emotion->rows + rows * PROSODY_COLUMNS;
    memset(emotion->rows, 0, rows * PROSODY_COLUMNS * sizeof *emotion->rows);
    for (size_t t = 0; t < rows; t++)
        memcpy(emotion->rows + t * PROSODY_COLUMNS, frames + t * COLUMNS + VOICE_COLUMNS,
               VOICE * sizeof *frames);
    ser_status status =
        prosody.summarise(emotion->voice, samples, count, emotion->rows, all, error);
    size_t kept = (size_t)(prosody_functional_count - PROSODY_HARMONIC_FUNCTIONALS);
    if (!status)
        memcpy(values, all, kept * sizeof *values);
    return status;
}

static ser_status summarise(void *state, const float *samples, size_t count, const float *frames,
                            float *values, ser_error *error)
{
    struct emotion *emotion = state;
    size_t rows = grid(state, count).frames;
    ser_status status =
        make_room(emotion, rows * WIDE_BANDS + (size_t)prosody_functional_count, error);
    if (status)
        return status;
    sum_up(emotion, frames, rows, MFCC, series_mean, values + MFCC_MEAN);
    sum_up(emotion, frames, rows, MFCC, series_stddev, values + MFCC_STDDEV);
    sum_up(emotion, frames, rows, DELTA, series_stddev, values + DELTA_STDDEV);
    widen(frames, rows, emotion->rows);
    modulation_run(emotion->modulation, emotion->rows, rows, WIDE_BANDS, WIDE_BANDS,
                   values + MODULATION);
    return sum_up_voice(emotion, samples, count, frames, rows, values + VOICE_FUNCTIONALS, error);
}

const struct ser_feature_set ser_own = {
    .name = "ser",
    .summary = "what serves emotion best: prosody, cepstrum, and how fast the spectrum moves",
    .source = "ser; Praat's conventions for the columns of prosody",
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

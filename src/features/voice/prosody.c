#include "features/voice/prosody.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/settings.h"
#include "features/voice/burg.h"
#include "features/voice/harmonicity.h"
#include "features/voice/harmonics.h"
#include "features/voice/intensity.h"
#include "features/voice/perturbation.h"
#include "features/voice/pitch_ac.h"
#include "features/voice/prosody_functionals.h"
#include "features/voice/pulses.h"

static const double step = 0.01; /* seconds */

struct prosody {
    int rate;
    double floor, ceiling; /* Hz, of the pitch */
    struct pitch_ac *pitch;
    struct harmonicity *harmonicity;
    struct intensity *intensity;
    struct burg *burg;
    struct harmonics *harmonics;
    int formants; /* that burg finds */
    struct pulses pulses;
    float *scratch; /* that grows: of a recording's columns, or of its functionals */
    size_t room;
};

static const struct column_group frame_groups[] = {
    {"f0_hz", "Hz", "pitch by autocorrelation, 75 to 600 Hz if not set otherwise; 0 where unvoiced",
     1, 1},
    {"voicing", "1",
     "normalised autocorrelation at the period, or where unvoiced that of the best candidate", 1,
     0},
    {"intensity_db", "dB", "10 log10(weighted mean square / 4e-10), at least 0", 1, 0},
    {"hnr_db", "dB", "10 log10(r / (1-r)), r the highest cross-correlation; 0 where silent", 1, 1},
    {"f1_hz", "Hz", "frequency of the first pole of Burg's model; 0 where there is none", 1, 1},
    {"f2_hz", "Hz", "frequency of the second pole of Burg's model; 0 where there is none", 1, 1},
    {"f3_hz", "Hz", "frequency of the third pole of Burg's model; 0 where there is none", 1, 1},
    {"f1_bandwidth_hz", "Hz", "bandwidth of the first formant", 1, 1},
    {"f2_bandwidth_hz", "Hz", "bandwidth of the second formant", 1, 1},
    {"f3_bandwidth_hz", "Hz", "bandwidth of the third formant", 1, 1},
    {"h1_h2_db", "dB", "level of the first harmonic less that of the second; 0 where unvoiced", 1,
     1},
    {"h1_a3_db", "dB",
     "level of the first harmonic less that of the strongest near the third formant; 0 where "
     "unvoiced",
     1, 1},
};
enum { FRAME_GROUPS = sizeof frame_groups / sizeof *frame_groups };
_Static_assert((int)FRAME_GROUPS == (int)PROSODY_COLUMNS, "a group for each column");

static void defaults(ser_features_settings *settings)
{
    settings->hop = (int)lround(step * settings->rate);
    settings->floor_hz = 75;
    settings->ceiling_hz = 600;
}

static void destroy(void *state)
{
    struct prosody *prosody_state = state;
    if (!prosody_state)
        return;
    pitch_ac_destroy(prosody_state->pitch);
    harmonicity_destroy(prosody_state->harmonicity);
    intensity_destroy(prosody_state->intensity);
    burg_destroy(prosody_state->burg);
    harmonics_destroy(prosody_state->harmonics);
    pulses_release(&prosody_state->pulses);
    free(prosody_state->scratch);
    free(prosody_state);
}

static ser_status create_parts(struct prosody *state, ser_error *error)
{
    struct pitch_ac_settings pitch = pitch_ac_defaults(state->rate);
    struct harmonicity_settings harmonicity = harmonicity_defaults(state->rate);
    struct intensity_settings intensity = intensity_defaults(state->rate);
    struct burg_settings burg = burg_defaults(state->rate);
    pitch.floor = harmonicity.floor = state->floor;
    pitch.ceiling = state->ceiling;
    state->formants = burg.formants;
    ser_status status = pitch_ac_create(&state->pitch, &pitch, error);
    if (!status)
        status = harmonicity_create(&state->harmonicity, &harmonicity, error);
    if (!status)
        status = intensity_create(&state->intensity, &intensity, error);
    if (!status)
        status = burg_create(&state->burg, &burg, error);
    if (!status)
        status = harmonics_create(&state->harmonics, state->rate, state->floor, error);
    return status;
}

static ser_status create(void **result, const ser_features_settings *settings, ser_error *error)
{
    *result = NULL;
    struct prosody *state = calloc(1, sizeof *state);
    if (!state)
        return error_memory(error, "preparing prosody");
    state->rate = settings->rate;
    state->floor = settings->floor_hz;
    state->ceiling = settings->ceiling_hz;
    ser_status status = create_parts(state, error);
    if (status) {
        destroy(state);
        return status;
    }
    *result = state;
    return SER_OK;
}

static const struct column_group *columns(const void *state, int *groups)
{
    (void)state;
    *groups = FRAME_GROUPS;
    return frame_groups;
}

static const struct column_group *own_functionals(const void *state, int *groups)
{
    (void)state;
    *groups = prosody_functional_count;
    return prosody_functional_groups;
}

static struct frame_grid grid(const void *state, size_t count)
{
    const struct prosody *prosody_state = state;
    struct centres centres = pitch_ac_centres(prosody_state->pitch, count);
    double length = 3 / prosody_state->floor; /* three of the longest periods */
    return (struct frame_grid){.frames = centres.frames,
                               .first = centres.first - length / 2,
                               .step = centres.step,
                               .length = length};
}

static ser_status make_room(struct prosody *state, size_t wanted, ser_error *error)
{
    if (!memory_reserve(&state->scratch, &state->room, wanted, sizeof *state->scratch))
        return error_memory(error, "measuring prosody");
    return SER_OK;
}

static void place(const float *column, size_t frames, enum prosody_column where, float *rows)
{
    for (size_t t = 0; t < frames; t++)
        rows[t * PROSODY_COLUMNS + (size_t)where] = column[t];
}

static ser_status place_formants(struct prosody *state, const float *samples, size_t count,
                                 const struct centres *centres, float *rows, ser_error *error)
{
    size_t found = (size_t)state->formants;
    float *frequencies = state->scratch, *bandwidths = frequencies + centres->frames * found;
    ser_status status =
        burg_run(state->burg, samples, count, centres, frequencies, bandwidths, error);
    if (status)
        return status;
    for (size_t t = 0; t < centres->frames; t++)
        for (size_t i = 0; i < PROSODY_FORMANTS; i++) {
            rows[t * PROSODY_COLUMNS + PROSODY_FORMANT + i] = frequencies[t * found + i];
            rows[t * PROSODY_COLUMNS + PROSODY_BANDWIDTH + i] = bandwidths[t * found + i];
        }
    return SER_OK;
}

static void copy_column(const float *rows, size_t frames, enum prosody_column where, float *column)
{
    for (size_t t = 0; t < frames; t++)
        column[t] = rows[t * PROSODY_COLUMNS + (size_t)where];
}

/* The levels of harmonics, once pitch and formants have their places. */
static void place_harmonics(struct prosody *state, const float *samples, size_t count,
                            const struct centres *centres, float *rows)
{
    size_t frames = centres->frames;
    float *f0 = state->scratch, *f3 = f0 + frames, *h1_h2 = f3 + frames, *h1_a3 = h1_h2 + frames;
    copy_column(rows, frames, PROSODY_F0, f0);
    copy_column(rows, frames, PROSODY_FORMANT + 2, f3);
    harmonics_run(state->harmonics, samples, count, centres, f0, f3, h1_h2, h1_a3);
    place(h1_h2, frames, PROSODY_H1_H2, rows);
    place(h1_a3, frames, PROSODY_H1_A3, rows);
}

static ser_status run(void *state, const float *samples, size_t count, float *values,
                      ser_error *error)
{
    struct prosody *parts = state;
    struct centres centres = pitch_ac_centres(parts->pitch, count);
    size_t frames = centres.frames;
    size_t columns = parts->formants > 2 ? 2 * (size_t)parts->formants : 4;
    ser_status status = make_room(parts, columns * frames, error);
    float *first = parts->scratch;
    if (!status)
        status = pitch_ac_run(parts->pitch, samples, count, first, first + frames, error);
    if (status)
        return status;
    place(first, frames, PROSODY_F0, values);
    place(first + frames, frames, PROSODY_VOICING, values);
    intensity_run(parts->intensity, samples, count, &centres, first);
    place(first, frames, PROSODY_INTENSITY, values);
    harmonicity_run(parts->harmonicity, samples, count, &centres, first);
    for (size_t t = 0; t < frames; t++)
        if (first[t] <= HARMONICITY_SILENT)
            first[t] = 0;
    place(first, frames, PROSODY_HNR, values);
    status = place_formants(parts, samples, count, &centres, values, error);
    if (!status)
        place_harmonics(parts, samples, count, &centres, values);
    return status;
}

static ser_status summarise(void *state, const float *samples, size_t count, const float *frames,
                            float *values, ser_error *error)
{
    struct prosody *parts = state;
    struct pitch_contour contour = {.centres = pitch_ac_centres(parts->pitch, count)};
    size_t rows = contour.centres.frames;
    ser_status status = make_room(parts, 4 * rows, error);
    if (status)
        return status;
    copy_column(frames, rows, PROSODY_F0, parts->scratch);
    contour.f0 = parts->scratch;
    struct perturbation perturbation;
    struct perturbation_settings settings = perturbation_defaults();
    status = pulses_find(&parts->pulses, &contour, samples, count, error);
    if (!status)
        status = perturbation_measure(&perturbation, &parts->pulses, samples, count, parts->rate,
                                      &settings, error);
    if (status)
        return status;
    prosody_functionals(frames, rows, contour.centres.step, &perturbation, parts->scratch, values);
    return SER_OK;
}

const struct ser_feature_set prosody = {
    .name = "prosody",
    .summary =
        "pitch, intensity, harmonicity, formants, harmonics; jitter, shimmer and rhythm in sum",
    .source = "Praat's conventions",
    .min_rate = 8000,
    .takes = SETTING_BIT(SETTING_FLOOR_HZ) | SETTING_BIT(SETTING_CEILING_HZ),
    .defaults = defaults,
    .create = create,
    .destroy = destroy,
    .columns = columns,
    .grid = grid,
    .run = run,
    .own_functionals = own_functionals,
    .summarise = summarise,
};

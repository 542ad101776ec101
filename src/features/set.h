/* What a feature set is: a row of the table in sets.c, and functions of one file beside it.
 *
 * A set turns sound of one channel into frames, each a row of named columns, and may sum a whole
 * recording up in functionals of its own. Sets are const and shared; `state` is what one extractor
 * holds: windows, filters, scratch memory.
 */
#ifndef FEATURES_SET_H
#define FEATURES_SET_H

#include <stddef.h>

#include "ser/features.h"
#include "ser/status.h"

/* Columns side by side that differ by a number only. */
struct column_group {
    const char *name;    /* of a single column; of several columns: "mfcc" for mfcc_0, mfcc_1 … */
    const char *unit;    /* "Hz", "dB", "1" for pure numbers */
    const char *formula; /* the definition in one line; static, as name and unit are */
    int count;           /* of columns */
    int voiced_only;     /* 1: a value of 0 says that the frame is unvoiced, and functionals leave
                            such frames out */
};

/* Where the frames of a recording lie. Frame t covers first + t*step to first + t*step + length,
 * which may reach beyond the sound at both ends. */
struct frame_grid {
    size_t frames;
    double first, step, length; /* seconds */
};

struct ser_feature_set {
    const char *name;
    const char *summary; /* one line for people */
    const char *source;  /* whose definitions they are: a tool's conventions, a paper */
    int min_rate;        /* Hz, the least rate at which all columns mean what they say */
    unsigned takes;      /* bits 1u << SETTING_…: the settings that a user may change */

    /* settings->rate is given; fills in the rest. */
    void (*defaults)(ser_features_settings *settings);

    /* The settings have passed features_settings_check. On failure *state is NULL. */
    ser_status (*create)(void **state, const ser_features_settings *settings, ser_error *error);
    void (*destroy)(void *state);

    /* The groups of frame columns, in order; the array lives as long as the state. */
    const struct column_group *(*columns)(const void *state, int *groups);

    /* No samples give no frames; any other sound, however short, gives at least one. */
    struct frame_grid (*grid)(const void *state, size_t count);

    /* values: (grid.frames, columns), all finite whatever finite samples come (checked by the
     * caller: |sample| <= 1e9). The same samples give the same bits. */
    ser_status (*run)(void *state, const float *samples, size_t count, float *values,
                      ser_error *error);

    /* 1 when a frame depends on the samples under its own window only, as these settings have it,
     * and frame t begins at sample t * settings->hop: such a set can be run piece by piece. NULL
     * for a set that never can. */
    int (*is_local)(const ser_features_settings *settings);

    /* The functionals of the set: either generic ones, as a list of names from functionals.h
     * ("mean,stddev"), applied to every column, … */
    const char *functionals;
    /* … or, where that is NULL, its own: their columns and their values. `frames` is what run gave
     * for these samples: (grid.frames, columns); it is always called right after run, with the
     * same samples, so that the state may keep what both need. values: (functional columns), all
     * finite. */
    const struct column_group *(*own_functionals)(const void *state, int *groups);
    ser_status (*summarise)(void *state, const float *samples, size_t count, const float *frames,
                            float *values, ser_error *error);
};

#endif

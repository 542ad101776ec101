/* The public face of the feature sets: an extractor is one set's state, the names of its columns,
 * and how its frames are summed up. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/extractor.h"
#include "features/settings.h"
#include "ser/features.h"

/* Names what summarise gives: the set's own functionals, or the generic ones of the list. */
static ser_status name_functionals(struct column_list *list, const ser_extractor *extractor,
                                   const struct functional *functionals, int count,
                                   ser_error *error)
{
    const ser_feature_set *set = extractor->settings.set;
    if (functionals)
        return column_list_of_functionals(list, &extractor->columns, functionals, count, error);
    int groups;
    const struct column_group *own = set->own_functionals(extractor->state, &groups);
    return column_list_of_groups(list, own, groups, error);
}

ser_status ser_extractor_set_functionals(ser_extractor *extractor, const char *names,
                                         ser_error *error)
{
    struct functional *functionals = NULL;
    struct column_list summary = {0};
    int count = 0;
    if (!names)
        names = extractor->settings.set->functionals;
    ser_status status = SER_OK;
    if (names)
        status = functional_list_parse(&functionals, &count, names, error);
    if (!status)
        status = name_functionals(&summary, extractor, functionals, count, error);
    if (status) {
        functional_list_release(functionals);
        return status;
    }
    functional_list_release(extractor->functionals);
    column_list_release(&extractor->summary);
    extractor->functionals = functionals;
    extractor->functional_count = count;
    extractor->summary = summary;
    return SER_OK;
}

ser_status ser_extractor_create(ser_extractor **result, const ser_features_settings *settings,
                                ser_error *error)
{
    *result = NULL;
    ser_features_settings wanted = settings ? *settings : ser_features_settings_defaults();
    ser_status status = features_settings_check(&wanted, error);
    if (status)
        return status;
    ser_extractor *extractor = calloc(1, sizeof *extractor);
    if (!extractor)
        return error_memory(error, "preparing features");
    extractor->settings = wanted;
    status = wanted.set->create(&extractor->state, &wanted, error);
    if (!status) {
        int groups;
        const struct column_group *own = wanted.set->columns(extractor->state, &groups);
        status = column_list_of_groups(&extractor->columns, own, groups, error);
    }
    if (!status)
        status = ser_extractor_set_functionals(extractor, NULL, error);
    if (status) {
        ser_extractor_destroy(extractor);
        return status;
    }
    *result = extractor;
    return SER_OK;
}

void ser_extractor_destroy(ser_extractor *extractor)
{
    if (!extractor)
        return;
    extractor->settings.set->destroy(extractor->state);
    column_list_release(&extractor->columns);
    column_list_release(&extractor->summary);
    functional_list_release(extractor->functionals);
    ser_features_release(&extractor->frames);
    free(extractor->series);
    free(extractor->places);
    free(extractor->pending);
    free(extractor);
}

const ser_features_settings *ser_extractor_settings(const ser_extractor *extractor)
{
    return &extractor->settings;
}

double ser_extractor_highest(const ser_extractor *extractor)
{
    const ser_features_settings *settings = &extractor->settings;
    return setting_is_taken(settings->set, SETTING_HIGH) ? settings->high : settings->rate / 2.0;
}

static const ser_column *column_at(const struct column_list *list, int index)
{
    return index >= 0 && index < list->count ? &list->columns[index] : NULL;
}

int ser_extractor_columns(const ser_extractor *extractor)
{
    return extractor->columns.count;
}

const ser_column *ser_extractor_column(const ser_extractor *extractor, int index)
{
    return column_at(&extractor->columns, index);
}

int ser_extractor_functionals(const ser_extractor *extractor)
{
    return extractor->summary.count;
}

const ser_column *ser_extractor_functional(const ser_extractor *extractor, int index)
{
    return column_at(&extractor->summary, index);
}

static struct frame_grid grid_of(const ser_extractor *extractor, size_t samples)
{
    return extractor->settings.set->grid(extractor->state, samples);
}

int ser_extractor_frames(const ser_extractor *extractor, size_t samples)
{
    size_t frames = grid_of(extractor, samples).frames;
    return frames < INT_MAX ? (int)frames : INT_MAX;
}

void ser_extractor_time(const ser_extractor *extractor, size_t samples, int frame, double *start,
                        double *end)
{
    struct frame_grid grid = grid_of(extractor, samples);
    *start = grid.first + frame * grid.step;
    *end = *start + grid.length;
}

/* Far above any scale that sound is kept in, and far below where a power spectrum overflows. */
static const float largest_sample = 1e9f;

ser_status extractor_check_samples(const float *samples, size_t count, ser_error *error)
{
    int bad = 0;
    if (!samples && count)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "features: NULL was given, expected %zu samples", count);
    for (size_t i = 0; i < count; i++)
        bad |= !(fabsf(samples[i]) <= largest_sample);
    if (!bad)
        return SER_OK;
    size_t place = 0;
    while (fabsf(samples[place]) <= largest_sample)
        place++;
    return error_set(
        error, SER_ERROR_ARGUMENT,
        "features: sample %zu of %zu is %g, expected a finite value, nominally -1 to 1", place,
        count, (double)samples[place]);
}

/* Gives *features room for (frames, columns); on failure it stays as it was. */
static ser_status make_room(ser_features *features, int frames, int columns, ser_error *error)
{
    size_t wanted = (size_t)frames * (size_t)columns;
    size_t present = features->values ? (size_t)features->frames * (size_t)features->columns : 0;
    if (wanted > present) {
        float *values = memory_resize(features->values, wanted, sizeof *values);
        if (!values)
            return error_set(error, SER_ERROR_MEMORY,
                             "out of memory for %d frames of %d columns of features", frames,
                             columns);
        features->values = values;
    }
    features->frames = frames;
    features->columns = columns;
    return SER_OK;
}

ser_status extractor_run(ser_extractor *extractor, const float *samples, size_t count,
                         ser_features *features, ser_error *error)
{
    const ser_feature_set *set = extractor->settings.set;
    if (grid_of(extractor, count).frames > INT_MAX)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "features: %zu samples give more than %d frames, expected shorter sound "
                         "or a larger hop",
                         count, INT_MAX);
    ser_status status = extractor_check_samples(samples, count, error);
    if (status)
        return status;
    ser_features grown = *features;
    int frames = ser_extractor_frames(extractor, count);
    status = make_room(&grown, frames, extractor->columns.count, error);
    if (status)
        return status;
    *features = grown;
    if (frames == 0)
        return SER_OK;
    return set->run(extractor->state, samples, count, features->values, error);
}

ser_status ser_extractor_run(ser_extractor *extractor, const float *samples, size_t count,
                             ser_features *features, ser_error *error)
{
    if (extractor->is_streaming)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "features: a sound is coming piece by piece, expected its end "
                         "(ser_extractor_finish) before another sound");
    return extractor_run(extractor, samples, count, features, error);
}

/* One column over time, without the frames in which it has no value. */
static struct series series_of(const ser_extractor *extractor, const ser_features *frames,
                               size_t column, double step)
{
    size_t columns = (size_t)frames->columns, count = (size_t)frames->frames;
    size_t kept = series_gather(frames->values, count, columns, column,
                                extractor->columns.voiced_only[column], extractor->series);
    struct series series = series_begin(extractor->series, kept, step, extractor->series + count);
    if (kept < count) {
        series_locate(frames->values, count, columns, column, extractor->places);
        series.places = extractor->places;
        series.frames = count;
    }
    return series;
}

/* values: (columns, functionals). */
static void apply_functionals(const ser_extractor *extractor, const ser_features *frames,
                              double step, float *values)
{
    for (size_t c = 0; c < (size_t)frames->columns; c++) {
        struct series series = series_of(extractor, frames, c, step);
        for (int f = 0; f < extractor->functional_count; f++)
            *values++ = (float)functional_compute(extractor->functionals, f, &series);
    }
}

static ser_status make_series_room(ser_extractor *extractor, size_t frames, ser_error *error)
{
    float *series = memory_resize(extractor->series, 3 * frames, sizeof *series);
    if (series)
        extractor->series = series;
    int *places = memory_resize(extractor->places, frames, sizeof *places);
    if (places)
        extractor->places = places;
    return series && places ? SER_OK : error_memory(error, "summing features up");
}

ser_status ser_extractor_summarise(ser_extractor *extractor, const float *samples, size_t count,
                                   float *values, ser_error *error)
{
    const ser_feature_set *set = extractor->settings.set;
    ser_status status = ser_extractor_run(extractor, samples, count, &extractor->frames, error);
    if (status)
        return status;
    if (!extractor->frames.frames) {
        for (int i = 0; i < extractor->summary.count; i++)
            values[i] = 0;
        return SER_OK;
    }
    if (!extractor->functionals)
        return set->summarise(extractor->state, samples, count, extractor->frames.values, values,
                              error);
    status = make_series_room(extractor, (size_t)extractor->frames.frames, error);
    if (status)
        return status;
    apply_functionals(extractor, &extractor->frames, grid_of(extractor, count).step, values);
    return SER_OK;
}

void ser_features_release(ser_features *features)
{
    if (!features)
        return;
    free(features->values);
    *features = (ser_features){0};
}

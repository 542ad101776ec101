/* What an extractor holds, for the files that make its public functions. */
#ifndef FEATURES_EXTRACTOR_H
#define FEATURES_EXTRACTOR_H

#include "features/columns.h"
#include "features/functionals.h"
#include "features/set.h"
#include "ser/features.h"

struct ser_extractor {
    ser_features_settings settings;
    void *state; /* the set's */
    struct column_list columns;
    struct column_list summary;     /* the columns of functionals */
    struct functional *functionals; /* generic ones; NULL: the set's own */
    int functional_count;
    ser_features frames; /* scratch of ser_extractor_summarise */
    float *series;       /* the same: (2, frames) */
    int *places;         /* the same: (frames) */

    /* Of a sound that comes piece by piece: */
    int is_streaming; /* between the first push and the finish */
    float *pending;   /* samples from the start of the next frame on */
    size_t pending_count, pending_room;
    int has_frames; /* whether the sound has given any yet */
};

/* ERROR_ARGUMENT for no samples where some are promised, or one that is not finite or beyond 1e9.
 * One that is not a number would spread over all frames through the normaliser. */
ser_status extractor_check_samples(const float *samples, size_t count, ser_error *error);

/* ser_extractor_run, amid a sound that comes piece by piece too. */
ser_status extractor_run(ser_extractor *extractor, const float *samples, size_t count,
                         ser_features *features, ser_error *error);

#endif

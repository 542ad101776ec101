/* Features of sound that comes piece by piece. */
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/extractor.h"

static ser_status check_is_local(const ser_extractor *extractor, ser_error *error)
{
    const ser_feature_set *set = extractor->settings.set;
    if (set->is_local && set->is_local(&extractor->settings))
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT,
                     "features: the set %s, with these settings, needs the whole sound at once, "
                     "expected one such as logmel64, neither centred nor normalised",
                     set->name);
}

static void forget_stream(ser_extractor *extractor)
{
    extractor->pending_count = 0;
    extractor->has_frames = 0;
    extractor->is_streaming = 0;
}

static ser_status append(ser_extractor *extractor, const float *samples, size_t count,
                         ser_error *error)
{
    size_t wanted = extractor->pending_count + count;
    if (wanted < count)
        return error_memory(error, "keeping sound");
    if (!memory_reserve(&extractor->pending, &extractor->pending_room, wanted,
                        sizeof *extractor->pending))
        return error_memory(error, "keeping sound");
    if (count)
        memcpy(extractor->pending + extractor->pending_count, samples, count * sizeof *samples);
    extractor->pending_count = wanted;
    return SER_OK;
}

/* Drops the samples that lie before the next frame. A hop longer than the window may leave some to
 * be dropped that have not come yet: what is pending then waits until they have. */
static void drop_used(ser_extractor *extractor, int frames)
{
    size_t used = (size_t)frames * (size_t)extractor->settings.hop;
    extractor->pending_count -= used;
    if (!extractor->pending_count)
        return; /* and perhaps nothing has ever come */
    memmove(extractor->pending, extractor->pending + used,
            extractor->pending_count * sizeof *extractor->pending);
}

/* Frames whose window is full and whose successor's start has come. */
static int frames_pending(const ser_extractor *extractor)
{
    size_t window = (size_t)extractor->settings.window, hop = (size_t)extractor->settings.hop;
    size_t needed = window > hop ? window : hop;
    if (extractor->pending_count < needed)
        return 0;
    size_t frames = 1 + (extractor->pending_count - needed) / hop;
    return frames < INT_MAX ? (int)frames : INT_MAX;
}

/* The first `frames` frames of what is pending. */
static ser_status run_pending(ser_extractor *extractor, int frames, ser_features *features,
                              ser_error *error)
{
    size_t window = (size_t)extractor->settings.window, hop = (size_t)extractor->settings.hop;
    size_t span = frames ? window + (size_t)(frames - 1) * hop : 0;
    if (span > extractor->pending_count)
        span = extractor->pending_count;
    return extractor_run(extractor, extractor->pending, span, features, error);
}

ser_status ser_extractor_push(ser_extractor *extractor, const float *samples, size_t count,
                              ser_features *features, ser_error *error)
{
    ser_status status = check_is_local(extractor, error);
    if (!status)
        status = extractor_check_samples(samples, count, error);
    if (!status)
        status = append(extractor, samples, count, error);
    int frames = status ? 0 : frames_pending(extractor);
    if (!status)
        status = run_pending(extractor, frames, features, error);
    if (status) {
        forget_stream(extractor);
        return status;
    }
    extractor->is_streaming = 1;
    extractor->has_frames |= frames > 0;
    drop_used(extractor, frames);
    return SER_OK;
}

ser_status ser_extractor_finish(ser_extractor *extractor, ser_features *features, ser_error *error)
{
    ser_status status = check_is_local(extractor, error);
    if (status)
        return status;
    size_t window = (size_t)extractor->settings.window;
    int is_short = !extractor->has_frames && extractor->pending_count > 0;
    int is_full = extractor->pending_count >= window; /* but its successor's start never came */
    status = run_pending(extractor, is_short || is_full, features, error);
    forget_stream(extractor);
    return status;
}

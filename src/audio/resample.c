#include "audio/resample.h"

#include <soxr.h>
#include <stdlib.h>

#include "base/error.h"

struct resampler {
    soxr_t engine;
};

ser_status resampler_create(struct resampler **resampler, int rate_in, int rate_out, int channels,
                            ser_error *error)
{
    soxr_io_spec_t layout = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    soxr_runtime_spec_t runtime = soxr_runtime_spec(1); /* callers have threads of their own */
    soxr_error_t failure = NULL;

    *resampler = calloc(1, sizeof **resampler);
    if (!*resampler)
        return error_memory(error, "preparing to resample");
    (*resampler)->engine =
        soxr_create(rate_in, rate_out, (unsigned)channels, &failure, &layout, &quality, &runtime);
    if (failure || !(*resampler)->engine) {
        resampler_destroy(*resampler);
        *resampler = NULL;
        return error_set(error, SER_ERROR_ENGINE, "resampling from %d to %d Hz: %s", rate_in,
                         rate_out, soxr_strerror(failure));
    }
    return SER_OK;
}

void resampler_destroy(struct resampler *resampler)
{
    if (!resampler)
        return;
    soxr_delete(resampler->engine);
    free(resampler);
}

ser_status resampler_run(struct resampler *resampler, const float *in, size_t frames, size_t *used,
                         float *out, size_t room, size_t *made, ser_error *error)
{
    soxr_error_t failure =
        soxr_process(resampler->engine, in, in ? frames : 0, used, out, room, made);
    if (failure)
        return error_set(error, SER_ERROR_ENGINE, "resampling: %s", soxr_strerror(failure));
    return SER_OK;
}

size_t resampler_length(size_t frames, int rate_in, int rate_out)
{
    /* In two parts, so that the product cannot overflow. */
    size_t in = (size_t)rate_in, out = (size_t)rate_out;
    return frames / in * out + (frames % in * out + in / 2) / in;
}

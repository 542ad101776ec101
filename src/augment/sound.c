#include "augment/sound.h"

#include <math.h>
#include <string.h>

#include "audio/resample.h"
#include "base/error.h"
#include "base/memory.h"

enum { BLOCK = 1 << 16 /* samples */ };

double mean_power(const float *samples, size_t count)
{
    double sums[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t j = 0; j < 4; j++)
            sums[j] += (double)samples[i + j] * (double)samples[i + j];
    for (; i < count; i++)
        sums[0] += (double)samples[i] * (double)samples[i];
    return count ? (sums[0] + sums[1] + sums[2] + sums[3]) / (double)count : 0;
}

void scale_samples(float *samples, size_t count, double factor)
{
    float by = (float)factor;
    for (size_t i = 0; i < count; i++)
        samples[i] *= by;
}

double decibel_factor(double decibels)
{
    return pow(10, decibels / 20);
}

ser_status sound_replace(ser_audio *audio, const float *samples, size_t count, ser_error *error)
{
    if (count > audio->frames) {
        float *larger = memory_resize(audio->samples, count, sizeof *larger);
        if (!larger)
            return error_memory(error, "augmenting a sound");
        audio->samples = larger;
    }
    memcpy(audio->samples, samples, count * sizeof *samples);
    audio->frames = count;
    return SER_OK;
}

/* In blocks: the resampler copies all that it is given. */
static ser_status run_resampler(struct resampler *resampler, const float *samples, size_t count,
                                float *output, size_t wanted, ser_error *error)
{
    size_t taken = 0, written = 0, used, made;
    int going = 1;
    while (going && written < wanted) {
        size_t left = count - taken, given = left < BLOCK ? left : BLOCK;
        size_t room = wanted - written < BLOCK ? wanted - written : BLOCK;
        ser_status status = resampler_run(resampler, given ? samples + taken : NULL, given, &used,
                                          output + written, room, &made, error);
        if (status)
            return status;
        taken += given ? used : 0;
        written += made;
        going = made || (given && used);
    }
    memset(output + written, 0, (wanted - written) * sizeof *output);
    return SER_OK;
}

ser_status change_rate(const float *samples, size_t count, int rate_in, int rate_out, float *output,
                       size_t wanted, ser_error *error)
{
    struct resampler *resampler;
    ser_status status = resampler_create(&resampler, rate_in, rate_out, 1, error);
    if (status)
        return status;
    status = run_resampler(resampler, samples, count, output, wanted, error);
    resampler_destroy(resampler);
    return status;
}

ser_status spectral_filter(struct augment_scratch *scratch, ser_audio *audio, double seconds,
                           spectral_change change, void *context, ser_error *error)
{
    struct spectra *spectra;
    ser_status status =
        scratch_spectra(scratch, spectra_size(audio->rate, seconds), &spectra, error);
    if (status)
        return status;
    float *output = scratch_floats(scratch, SCRATCH_OUTPUT, audio->frames);
    if (!output)
        return error_memory(error, "augmenting a sound");
    memset(output, 0, audio->frames * sizeof *output);
    ptrdiff_t starts[LANES], end = (ptrdiff_t)audio->frames, first = spectra->hop - spectra->size;
    for (; first < end; first += (ptrdiff_t)LANES * spectra->hop) {
        for (int lane = 0; lane < LANES; lane++)
            starts[lane] = first + (ptrdiff_t)lane * spectra->hop;
        spectra_cut(spectra, audio->samples, audio->frames, starts);
        spectra_forward_windowed(spectra);
        change(context, spectra);
        spectra_inverse(spectra);
        spectra_add_windowed(spectra, output, audio->frames, starts, LANES, 1 / SPECTRA_GAIN);
    }
    return sound_replace(audio, output, audio->frames, error);
}

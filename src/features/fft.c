/* The only file that knows KissFFT. */
#include "features/fft.h"

#include <math.h>
#include <stdlib.h>

#include <kiss_fftr.h>

#include "base/error.h"
#include "base/memory.h"

struct fft {
    kiss_fftr_cfg plan;
    kiss_fft_cpx *spectrum; // (bins)
    int bins;
};

int fft_size_is_supported(int size)
{
    if (size < 2 || size % 2)
        return 0;
    static const int factors[] = {2, 3, 5};
    for (int i = 0; i < 3; i++)
        while (size % factors[i] == 0)
            size /= factors[i];
    return size == 1;
}

ser_status fft_create(struct fft **result, int size, ser_error *error)
{
    *result = NULL;
    if (!fft_size_is_supported(size))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "FFT size is %d, expected an even number without prime factors over 5, "
                         "such as 512",
                         size);
    struct fft *fft = calloc(1, sizeof *fft);
    if (!fft)
        return error_memory(error, "preparing the FFT");
    fft->bins = size / 2 + 1;
    fft->spectrum = memory_resize(NULL, (size_t)fft->bins, sizeof *fft->spectrum);
    fft->plan = kiss_fftr_alloc(size, 0, NULL, NULL);
    if (!fft->spectrum || !fft->plan) {
        fft_destroy(fft);
        return error_memory(error, "preparing the FFT");
    }
    *result = fft;
    return SER_OK;
}

void fft_destroy(struct fft *fft)
{
    if (!fft)
        return;
    kiss_fftr_free(fft->plan);
    free(fft->spectrum);
    free(fft);
}

int fft_bins(const struct fft *fft)
{
    return fft->bins;
}

void fft_power(struct fft *fft, const float *frame, float *restrict power)
{
    kiss_fftr(fft->plan, frame, fft->spectrum);
    const kiss_fft_cpx *spectrum = fft->spectrum;
    for (int k = 0; k < fft->bins; k++)
        power[k] = spectrum[k].r * spectrum[k].r + spectrum[k].i * spectrum[k].i;
}

void fft_magnitude(struct fft *fft, const float *frame, float *restrict magnitude)
{
    fft_power(fft, frame, magnitude);
    for (int k = 0; k < fft->bins; k++)
        magnitude[k] = sqrtf(magnitude[k]);
}

#define _GNU_SOURCE
#include "features/voice/correlation.h"

#include <stdlib.h>

#include "base/error.h"
#include "features/spectrum/fft.h"

struct correlation {
    int window, lags;
    int size; /* of the transforms: long enough that nothing wraps around */
    struct fft *fft;
    lanes *frame;    // (size), the frame with zeros behind it; later a spectrum as a sequence
    lanes *spectra;  // (4, bins): real and imaginary parts of two spectra
    lanes *energies; // (window+lags+1), sums of squares
};

ser_status correlation_create(struct correlation **result, int window, int lags, ser_error *error)
{
    *result = NULL;
    if (window < 1 || lags < 1 || window + lags >= 1 << 20)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "correlation of %d samples with %d lags, expected at least 1 and together "
                         "below %d",
                         window, lags, 1 << 20);
    struct correlation *correlation = calloc(1, sizeof *correlation);
    if (!correlation)
        return error_memory(error, "preparing correlations");
    correlation->window = window;
    correlation->lags = lags;
    correlation->size = fft_size_at_least(window + lags + 1);
    ser_status status = fft_create(&correlation->fft, correlation->size, error);
    if (status)
        goto fail;
    size_t size = (size_t)correlation->size;
    correlation->frame = lanes_allocate(size);
    correlation->spectra = lanes_allocate(4 * (size / 2 + 1));
    correlation->energies = lanes_allocate((size_t)window + (size_t)lags + 1);
    if (!correlation->frame || !correlation->spectra || !correlation->energies) {
        status = error_memory(error, "preparing correlations");
        goto fail;
    }
    *result = correlation;
    return SER_OK;

fail:
    correlation_destroy(correlation);
    return status;
}

void correlation_destroy(struct correlation *correlation)
{
    if (!correlation)
        return;
    fft_destroy(correlation->fft);
    free(correlation->frame);
    free(correlation->spectra);
    free(correlation->energies);
    free(correlation);
}

/* Copies the first `length` samples of the frames and fills up with zeros. */
static const lanes *padded(struct correlation *correlation, const lanes *frames, int length)
{
    size_t used = (size_t)length, size = (size_t)correlation->size;
    memcpy(correlation->frame, frames, used * sizeof *frames);
    memset(correlation->frame + used, 0, (size - used) * sizeof *frames);
    return correlation->frame;
}

/* The power spectrum of a real sequence is even, so the transform back is the transform forth. */
LANES_DISPATCH
static void mirror_power(const lanes *restrict power, int size, lanes *restrict sequence)
{
    float scale = 1.0f / (float)size;
    for (int k = 0; k <= size / 2; k++)
        sequence[k] = power[k] * scale;
    for (int k = size / 2 + 1; k < size; k++)
        sequence[k] = sequence[size - k];
}

void correlation_auto(struct correlation *correlation, const lanes *frames, lanes *r)
{
    int bins = fft_bins(correlation->fft);
    lanes *power = correlation->spectra, *back = power + bins, *none = back + bins;
    fft_power(correlation->fft, padded(correlation, frames, correlation->window), power);
    mirror_power(power, correlation->size, correlation->frame);
    fft_forward(correlation->fft, correlation->frame, back, none);
    memcpy(r, back, ((size_t)correlation->lags + 1) * sizeof *r);
}

/* conj(X) Y, which belongs to a real sequence, goes back by way of a real sequence, too: for
 * S = A + iB with A even and B odd, A + B has the transform G, and the wanted sequence is the sum
 * of G's real and imaginary part (the relation of Hartley's transform with Fourier's). */
LANES_DISPATCH
static void multiply_spectra(const lanes *restrict x, const lanes *restrict y, int bins, int size,
                             lanes *restrict sequence)
{
    float scale = 1.0f / (float)size;
    const lanes *x_im = x + bins, *y_im = y + bins;
    for (int k = 0; k < bins; k++) {
        lanes even = (x[k] * y[k] + x_im[k] * y_im[k]) * scale;
        lanes odd = (x[k] * y_im[k] - x_im[k] * y[k]) * scale;
        sequence[k] = even + odd;
        if (k > 0 && k < size - k)
            sequence[size - k] = even - odd;
    }
}

LANES_DISPATCH
static void add_parts(const lanes *restrict real, const lanes *restrict imaginary, int count,
                      lanes *restrict r)
{
    for (int k = 0; k < count; k++)
        r[k] = real[k] + imaginary[k];
}

void correlation_cross(struct correlation *correlation, const lanes *frames, lanes *r)
{
    struct fft *fft = correlation->fft;
    int bins = fft_bins(fft), window = correlation->window, lags = correlation->lags;
    lanes *x = correlation->spectra, *y = x + 2 * bins;
    fft_forward(fft, padded(correlation, frames, window), x, x + bins);
    fft_forward(fft, padded(correlation, frames, window + lags), y, y + bins);
    multiply_spectra(x, y, bins, correlation->size, correlation->frame);
    fft_forward(fft, correlation->frame, x, x + bins);
    /* The size exceeds window + lags, but lags may still exceed the bins. */
    int direct = lags + 1 < bins ? lags + 1 : bins;
    add_parts(x, x + bins, direct, r);
    for (int k = direct; k <= lags; k++) /* G[size-k] is the conjugate of G[k] */
        r[k] = x[correlation->size - k] - x[bins + correlation->size - k];
}

/* energies[k] = sum of squares of x[k … k+window-1], from sums that only grow, as far as they can:
 * a difference of large sums would lose a quiet part behind a loud one. */
LANES_DISPATCH
static void sum_energies(const lanes *restrict x, int window, int lags, lanes *restrict energies)
{
    lanes sum = {0};
    for (int k = window - 1; k >= 0; k--) {
        sum += x[k] * x[k];
        energies[k] = sum;
    }
    for (int k = window; k <= lags; k++)
        energies[k] = lanes_all(0);
    sum = lanes_all(0);
    lanes past = {0};
    for (int k = 1; k <= lags; k++) {
        sum += x[k + window - 1] * x[k + window - 1];
        if (k > window)
            past += x[k - 1] * x[k - 1];
        energies[k] = lanes_max(energies[k] + sum - past, lanes_all(0));
    }
}

LANES_DISPATCH
static void divide_by_energies(const lanes *restrict energies, int lags, lanes *restrict r)
{
    const lanes zero = {0}, first = lanes_sqrt(energies[0]);
    for (int k = 0; k <= lags; k++) {
        lanes root = first * lanes_sqrt(energies[k]);
        lanes_int some = root > zero;
        r[k] = lanes_select(some, r[k] / lanes_select(some, root, lanes_all(1)), zero);
    }
}

void correlation_normalise(const struct correlation *correlation, const lanes *frames, lanes *r)
{
    sum_energies(frames, correlation->window, correlation->lags, correlation->energies);
    divide_by_energies(correlation->energies, correlation->lags, r);
}

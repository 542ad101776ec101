#include "augment/spectra.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/spectrum/window.h"

int spectra_size(int rate, double seconds)
{
    int size = (int)(seconds * rate) / SPECTRA_OVERLAP * SPECTRA_OVERLAP;
    size = size < 4 * SPECTRA_OVERLAP ? 4 * SPECTRA_OVERLAP : size;
    while (!fft_size_is_supported(size))
        size += SPECTRA_OVERLAP;
    return size;
}

ser_status spectra_create(struct spectra **result, int size, ser_error *error)
{
    *result = NULL;
    struct spectra *spectra = calloc(1, sizeof *spectra);
    if (!spectra)
        return error_memory(error, "preparing augmentation");
    spectra->size = size;
    spectra->bins = size / 2 + 1;
    spectra->hop = size / SPECTRA_OVERLAP;
    ser_status status = fft_create(&spectra->fft, size, error);
    size_t bins = (size_t)spectra->bins, samples = (size_t)size;
    spectra->window = memory_resize(NULL, samples, sizeof *spectra->window);
    spectra->rows = memory_resize(NULL, LANES * samples, sizeof *spectra->rows);
    spectra->frames = lanes_allocate(samples);
    spectra->real = lanes_allocate(bins);
    spectra->imaginary = lanes_allocate(bins);
    if (!status && (!spectra->window || !spectra->rows || !spectra->frames || !spectra->real ||
                    !spectra->imaginary))
        status = error_memory(error, "preparing augmentation");
    if (status) {
        spectra_destroy(spectra);
        return status;
    }
    window_fill(WINDOW_HANN, spectra->window, size);
    *result = spectra;
    return SER_OK;
}

void spectra_destroy(struct spectra *spectra)
{
    if (!spectra)
        return;
    fft_destroy(spectra->fft);
    free(spectra->window);
    free(spectra->rows);
    free(spectra->frames);
    free(spectra->real);
    free(spectra->imaginary);
    free(spectra);
}

/* Where samples start … start+size-1 of the sound lie: there itself, or, at its ends, in a row with
 * zeros around them. */
static const float *frame_at(const float *samples, size_t count, ptrdiff_t start, int size,
                             float *row)
{
    ptrdiff_t end = start + size, all = (ptrdiff_t)count;
    if (start >= 0 && end <= all)
        return samples + start;
    ptrdiff_t from = start < 0 ? 0 : start, to = end > all ? all : end;
    memset(row, 0, (size_t)size * sizeof *row);
    if (from < to)
        memcpy(row + (from - start), samples + from, (size_t)(to - from) * sizeof *row);
    return row;
}

LANES_DISPATCH
static void transpose_frames(const float *const sources[LANES], int size, lanes *restrict frames)
{
    int n = 0;
    for (; n + LANES <= size; n += LANES) {
        lanes square[LANES];
        for (int lane = 0; lane < LANES; lane++)
            square[lane] = lanes_load(sources[lane] + n);
        lanes_transpose(square);
        for (int i = 0; i < LANES; i++)
            frames[n + i] = square[i];
    }
    for (; n < size; n++)
        for (int lane = 0; lane < LANES; lane++)
            frames[n][lane] = sources[lane][n];
}

void spectra_cut(struct spectra *spectra, const float *samples, size_t count,
                 const ptrdiff_t starts[LANES])
{
    const float *sources[LANES];
    for (int lane = 0; lane < LANES; lane++)
        sources[lane] = frame_at(samples, count, starts[lane], spectra->size,
                                 spectra->rows + (size_t)lane * (size_t)spectra->size);
    transpose_frames(sources, spectra->size, spectra->frames);
}

void spectra_forward(struct spectra *spectra)
{
    fft_forward(spectra->fft, spectra->frames, spectra->real, spectra->imaginary);
}

void spectra_forward_windowed(struct spectra *spectra)
{
    lanes_weigh(spectra->frames, spectra->window, spectra->size);
    spectra_forward(spectra);
}

/* The Hartley transform H[k] = Re X[k] - Im X[k] of a real frame is its own inverse but for the
 * factor 1/size (Bracewell 1983), and is read off a transform of real values: so that the way back
 * needs no other transform than the way there. */

LANES_DISPATCH
static void spectrum_to_hartley(const lanes *restrict real, const lanes *restrict imaginary,
                                int size, lanes *restrict hartley)
{
    int half = size / 2;
    hartley[0] = real[0];
    hartley[half] = real[half];
    for (int k = 1; k < half; k++) {
        hartley[k] = real[k] - imaginary[k];
        hartley[size - k] = real[k] + imaginary[k];
    }
}

LANES_DISPATCH
static void scale_frames(lanes *frames, float scale, int size)
{
    for (int n = 0; n < size; n++)
        frames[n] *= scale;
}

void spectra_inverse(struct spectra *spectra)
{
    spectrum_to_hartley(spectra->real, spectra->imaginary, spectra->size, spectra->frames);
    spectra_forward(spectra);
    spectrum_to_hartley(spectra->real, spectra->imaginary, spectra->size, spectra->frames);
    scale_frames(spectra->frames, 1 / (float)spectra->size, spectra->size);
}

LANES_DISPATCH
static void add_scaled(float *restrict to, const float *restrict from, float scale, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++)
        to[i] += scale * from[i];
}

void spectra_add(struct spectra *spectra, float *samples, size_t count,
                 const ptrdiff_t starts[LANES], int frames, float scale)
{
    size_t size = (size_t)spectra->size;
    lanes_to_rows(spectra->frames, spectra->size, LANES, spectra->rows, size);
    for (int lane = 0; lane < frames; lane++) {
        ptrdiff_t start = starts[lane], end = start + spectra->size, all = (ptrdiff_t)count;
        ptrdiff_t from = start < 0 ? 0 : start, to = end > all ? all : end;
        if (from < to)
            add_scaled(samples + from, spectra->rows + (size_t)lane * size + (from - start), scale,
                       to - from);
    }
}

void spectra_add_windowed(struct spectra *spectra, float *samples, size_t count,
                          const ptrdiff_t starts[LANES], int frames, float scale)
{
    lanes_weigh(spectra->frames, spectra->window, spectra->size);
    spectra_add(spectra, samples, count, starts, frames, scale);
}

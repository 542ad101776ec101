/* Overlap and add: LANES blocks of the sound at a time, each as long as leaves room in the frame
 * for the response to ring out. */
#include "augment/convolve.h"

#include <string.h>

#include "base/error.h"

/* A power of two, so that few sizes occur: at least twice the response, unless the sound is so
 * short that one block is enough. */
static int frame_size(size_t count, size_t length)
{
    size_t size = 1024;
    while (size < 2 * length && size < count + length)
        size *= 2;
    return (int)size;
}

/* The response's spectrum, as rows: real parts, then imaginary ones. */
static void transform_response(struct spectra *spectra, const float *response, size_t length,
                               float *spectrum)
{
    const ptrdiff_t starts[LANES] = {0};
    spectra_cut(spectra, response, length, starts);
    spectra_forward(spectra);
    for (int k = 0; k < spectra->bins; k++) {
        spectrum[k] = spectra->real[k][0];
        spectrum[spectra->bins + k] = spectra->imaginary[k][0];
    }
}

LANES_DISPATCH
static void multiply(struct spectra *spectra, const float *restrict spectrum)
{
    int bins = spectra->bins;
    for (int k = 0; k < bins; k++) {
        lanes re = spectra->real[k], im = spectra->imaginary[k];
        spectra->real[k] = re * spectrum[k] - im * spectrum[bins + k];
        spectra->imaginary[k] = re * spectrum[bins + k] + im * spectrum[k];
    }
}

/* Leaves only the first `block` samples of the frames. */
static void cut_block(struct spectra *spectra, size_t block)
{
    memset(spectra->frames + block, 0, ((size_t)spectra->size - block) * sizeof *spectra->frames);
}

ser_status convolve(struct augment_scratch *scratch, const float *samples, size_t count,
                    const float *response, size_t length, float *output, ser_error *error)
{
    struct spectra *spectra;
    ser_status status = scratch_spectra(scratch, frame_size(count, length), &spectra, error);
    if (status)
        return status;
    float *spectrum = scratch_floats(scratch, SCRATCH_SPECTRUM, 2 * (size_t)spectra->bins);
    if (!spectrum)
        return error_memory(error, "convolving a sound");
    transform_response(spectra, response, length, spectrum);
    memset(output, 0, count * sizeof *output);
    size_t block = (size_t)spectra->size - length + 1;
    ptrdiff_t starts[LANES];
    for (size_t first = 0; first < count; first += LANES * block) {
        for (size_t lane = 0; lane < LANES; lane++)
            starts[lane] = (ptrdiff_t)(first + lane * block);
        spectra_cut(spectra, samples, count, starts);
        cut_block(spectra, block);
        spectra_forward(spectra);
        multiply(spectra, spectrum);
        spectra_inverse(spectra);
        spectra_add(spectra, output, count, starts, LANES, 1);
    }
    return SER_OK;
}

/* From sound to spectra and back: LANES frames side by side are cut, windowed and transformed;
 * after they were changed they are transformed back and added up. With the periodic Hann window
 * before and after and a hop of a quarter of the frame, frames that nobody changed add up to 1.5
 * times the sound: hann^2 over four quarters. */
#ifndef AUGMENT_SPECTRA_H
#define AUGMENT_SPECTRA_H

#include <stddef.h>

#include "features/lanes.h"
#include "features/spectrum/fft.h"
#include "ser/status.h"

enum { SPECTRA_OVERLAP = 4 }; /* frames that cover each sample */
#define SPECTRA_GAIN 1.5f

struct spectra {
    int size; /* samples of a frame, a multiple of SPECTRA_OVERLAP */
    int bins; /* size/2 + 1 */
    int hop;  /* size / SPECTRA_OVERLAP */
    struct fft *fft;
    float *window;           // (size), periodic Hann
    lanes *frames;           // (size)
    lanes *real, *imaginary; // (bins)
    float *rows;             // (LANES, size), for adding up
};

/* The size of a frame of about this length that the FFT takes. */
int spectra_size(int rate, double seconds);

ser_status spectra_create(struct spectra **spectra, int size, ser_error *error);
void spectra_destroy(struct spectra *spectra);

/* Puts samples starts[l] … starts[l]+size-1 of the sound into lane l; those outside of it are 0. */
void spectra_cut(struct spectra *spectra, const float *samples, size_t count,
                 const ptrdiff_t starts[LANES]);

/* frames to real and imaginary; windowed first or not. */
void spectra_forward(struct spectra *spectra);
void spectra_forward_windowed(struct spectra *spectra);

/* The inverse of spectra_forward, scaled by 1/size. The imaginary parts of the first and the last
 * bin count as 0. What is in real and imaginary is lost. */
void spectra_inverse(struct spectra *spectra);

/* Multiplies the frames by the window and adds the first `lanes` of them to a sound at starts[l],
 * scaled; what lies outside of 0 … count-1 is dropped. */
void spectra_add_windowed(struct spectra *spectra, float *samples, size_t count,
                          const ptrdiff_t starts[LANES], int frames, float scale);

/* The same without the window. */
void spectra_add(struct spectra *spectra, float *samples, size_t count,
                 const ptrdiff_t starts[LANES], int frames, float scale);

#endif

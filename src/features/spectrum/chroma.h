/* Chroma, the power in each of the twelve pitch classes, by librosa's conventions
 * (librosa.filters.chroma with its defaults and a tuning of 0; the construction is Ellis's
 * chromagram code of 2007). A bin at f Hz lies s = 12 log2(f / 27.5) semitones above A0. Its weight
 * in the class at a distance of d semitones, d from -6 to 6 round the circle, is a Gaussian,
 *     exp(-1/2 (2 d / w)^2),  w = the distance to the next bin in semitones, at least 1;
 * the twelve weights of a bin are divided by the root of the sum of their squares and multiplied by
 * a Gaussian over octaves, exp(-1/2 ((s/12 - 5) / 2)^2), which favours the middle of the keyboard.
 * The bin of 0 Hz counts as 18 semitones below the next. Class 0 is C.
 */
#ifndef FEATURES_CHROMA_H
#define FEATURES_CHROMA_H

#include "features/lanes.h"
#include "ser/status.h"

enum { CHROMA_CLASSES = 12 };

/* Zero-initialise; release with chroma_bank_release. */
struct chroma_bank {
    int bins;
    float *weights; // (bins, 12)
};

/* For the spectra of an FFT of `fft` samples at `rate` Hz. */
ser_status chroma_bank_build(struct chroma_bank *bank, int rate, int fft, ser_error *error);
void chroma_bank_release(struct chroma_bank *bank);

/* spectrum: (bins), power or magnitude; chroma: (12), each frame divided by its largest class
 * (librosa.feature.chroma_stft with norm=inf). Silence stays 0. */
void chroma_bank_apply(const struct chroma_bank *bank, const lanes *spectrum, lanes *chroma);

#endif

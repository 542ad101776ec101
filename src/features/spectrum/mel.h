/* Mel filters: triangles over the bins of a power spectrum, whose corners are equally spaced on the
 * mel scale, which follows the ear's sense of pitch.
 *
 * A bank of B bands has B+2 corners from `low` to `high`; band b rises from corner b to its peak at
 * corner b+1 and falls to 0 at corner b+2. Its weights are the triangle's heights at the bins'
 * frequencies, as in librosa.filters.mel.
 *
 * A triangle whose base is no wider than the distance between two bins may miss all bins or meet
 * one at its very edge. librosa gives such a band zeros; here it reads the spectrum at its peak
 * instead, interpolated linearly between the two bins beside it, times the triangle's area over the
 * distance of the bins, which is what the weights of a wide triangle sum to. No band is ever deaf.
 */
#ifndef FEATURES_MEL_H
#define FEATURES_MEL_H

#include <stddef.h>

#include "features/lanes.h"
#include "ser/features.h"
#include "ser/status.h"

/* Non-zero weights of one band only: bins first … first+count-1. */
struct mel_filter {
    int first;
    int count;
    size_t start; /* of its weights in mel_bank.weights */
};

/* Zero-initialise; release with mel_bank_release. */
struct mel_bank {
    struct mel_filter *filters; // (bands)
    float *weights;
    int bands;
    int bins; /* of the spectrum, fft/2 + 1 */
};

double mel_from_hz(ser_mel_scale scale, double hz);
double mel_to_hz(ser_mel_scale scale, double mel);

/* Builds the bank that the settings ask for, which must have passed features_settings_check. */
ser_status mel_bank_build(struct mel_bank *bank, const ser_features_settings *settings,
                          ser_error *error);

/* The same in two steps, for banks by other conventions: room for the filters; and, once their
 * first bins and counts are known, their starts and room for the weights. Both release the bank
 * when memory runs out. */
ser_status mel_bank_begin(struct mel_bank *bank, int bands, int bins, ser_error *error);
ser_status mel_bank_place_weights(struct mel_bank *bank, ser_error *error);
void mel_bank_release(struct mel_bank *bank);

/* mel[band] = sum over the band's bins, upwards, of weight * power[bin]. power: (bins), mel:
 * (bands). */
void mel_bank_apply(const struct mel_bank *bank, const lanes *power, lanes *mel);

#endif

/* Spectra and the feature sets of many speech-emotion notebooks, by the conventions of librosa 0.10
 * with its defaults, which are in samples: periodic Hann windows of 2048, a hop of 512, centred
 * frames, 128 mel bands of Slaney's scale and norm from 0 Hz to half the rate.
 *
 *   - stft1025: magnitudes of the short-time Fourier transform
 *   - mel128, logmel128: the mel spectrogram, as power and in dB
 *   - mfcc40: 40 cepstral coefficients, with first and second derivatives if the settings say so
 *   - classic162: zero-crossing rate, 12 chroma, 20 cepstral coefficients, RMS, power in 128 mel
 *     bands
 *   - classic180: 40 cepstral coefficients, 12 chroma, power in 128 mel bands
 *   - spectral: centroid, bandwidth, roll-off, flatness, 7 contrasts, 6 tonal centroids,
 *     zero-crossing rate, RMS
 *
 * The notebooks' vector of a recording is the mean of each column. Many notebooks give chroma_stft
 * the magnitudes and let it estimate a tuning; here chroma is that of the power with a tuning of 0,
 * as librosa computes it from sound with tuning=0.
 */
#ifndef FEATURES_CLASSIC_H
#define FEATURES_CLASSIC_H

#include "features/set.h"

extern const struct ser_feature_set stft1025, mel128, logmel128, mfcc40, classic162, classic180,
    spectral;

#endif

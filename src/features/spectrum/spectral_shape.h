/* The shape of a spectrum in one number, by librosa's conventions
 * (librosa.feature.spectral_centroid, _bandwidth with p=2, _rolloff with roll_percent=0.85,
 * _flatness with power=2 and amin=1e-10). Bin k lies at f[k] = k * spacing Hz, spacing = rate/fft;
 * S is the magnitude |X|, not the power. All of silence is 0, but for its flatness, which is 1 as
 * that of every even spectrum.
 */
#ifndef FEATURES_SPECTRAL_SHAPE_H
#define FEATURES_SPECTRAL_SHAPE_H

#include "features/lanes.h"

#define ROLLOFF_SHARE 0.85f

/* Hz: sum of f S / sum of S. magnitude: (bins). */
void spectral_centroid(const lanes *magnitude, int bins, float spacing, lanes *centroid);

/* Hz: root of (sum of (f - centroid)^2 S / sum of S). */
void spectral_bandwidth(const lanes *magnitude, int bins, float spacing, const lanes *centroid,
                        lanes *bandwidth);

/* Hz: the lowest f at which the sum of S from 0 Hz up reaches 0.85 of the whole. */
void spectral_rolloff(const lanes *magnitude, int bins, float spacing, lanes *rolloff);

/* 0 to 1: geometric over arithmetic mean of max(power, 1e-10). power: (bins), up to 1e30. */
void spectral_flatness(const lanes *power, int bins, lanes *flatness);

#endif

/* The filterbank and the cepstra of Kaldi (Povey et al., ASRU 2011), the speech recognition toolkit
 * whose features many published models expect, by the definitions of its documentation:
 *
 *   - Samples count in steps of 16 bits: those of -1 to 1 are multiplied by 32768, as Kaldi reads
 *     its files. torchaudio.compliance.kaldi and others take what they are given: to get the same
 *     from them, scale before. (On sound that is never near the floor, the scale only adds
 *     2 ln 32768 = 20.79 to every log power.)
 *   - Windows of 25 ms every 10 ms, both rounded down to whole samples, and only windows that lie
 *     inside the sound (snip_edges): 1 + (count - window)/hop frames. Where Kaldi gives none, for
 *     sound shorter than a window, there is one frame here, filled up with zeros.
 *   - In each window by itself: its mean is subtracted; pre-emphasis y[n] = x[n] - 0.97 x[n-1],
 * with x[-1] = x[0]; the Povey window (window.h); zeros up to the next power of two; power
 * spectrum. No dither, so that the same sound gives the same values.
 *   - Triangles whose corners are equally spaced in mel = 1127 ln(1 + f/700) from 20 Hz to half the
 *     rate, and whose flanks are straight lines over mel (librosa's over Hz), peak 1.
 *   - kaldi-fbank80: ln(max(band, 2^-23)) of 80 bands.
 *   - kaldi-mfcc13: of 23 such bands the DCT-II, c[k] = s[k] sum over b of ln(band b)
 *     cos(pi k (b + 1/2) / 23), s[0] = sqrt(1/23), else sqrt(2/23), and c[k] times the lifter
 *     1 + 11 sin(pi k / 22), k = 0 … 12. c[0] is the sum of the log bands, not the frame's energy
 *     (--use-energy=false; Kaldi's own default puts the log energy in its place).
 *
 * Where a band is so narrow that it meets no bin of the spectrum, Kaldi refuses; here such a band
 * reads the spectrum at its peak, interpolated between the two bins beside it, as in mel.h. It
 * happens to 80 bands below 5.2 kHz, or with settings of one's own.
 */
#ifndef FEATURES_KALDI_H
#define FEATURES_KALDI_H

#include "features/set.h"

extern const struct ser_feature_set kaldi_fbank80, kaldi_mfcc13;

#endif

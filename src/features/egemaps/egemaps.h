/* The feature set egemapsv02: the extended Geneva Minimalistic Acoustic Parameter Set (Eyben et
 * al., IEEE Trans. Affective Computing 7(2), 2016), 25 columns and 88 functionals with the names
 * and the conventions of openSMILE 3's eGeMAPSv02. What the paper leaves open was measured on
 * openSMILE's results, in so far as they are arithmetic; tests/features/test_golden_opensmile.c
 * shows how well each functional agrees.
 *
 * Frames are 10 ms apart and begin with the sound. The spectral columns look at 20 ms, those of the
 * voice at 60 ms from the same place, and the last 60 ms frame does not count, as in openSMILE: the
 * last rows, 5 for most sounds, are unvoiced for lack of sound. Values are smoothed over three
 * frames ("sma3"); where 0 says that there is no value, zeros neither change nor count ("sma3nz").
 *
 * The columns of the voice are 0 in unvoiced frames, but for the formants' levels, which are -201
 * there and do count in their means, as in openSMILE. Functionals of voiced and of unvoiced frames
 * look at the frames with 60 ms of sound, but for the last of these. A sound shorter than 70 ms has
 * no such frame: then all of its frames are unvoiced.
 *
 * A recording without any voiced frame has 0 in all functionals of the voice (the levels' means are
 * -201) and 0 for VoicedSegmentsPerSec, whose rate is over the same frames: the duration less 60
 * ms, rounded down to 10 ms.
 */
#ifndef FEATURES_EGEMAPS_H
#define FEATURES_EGEMAPS_H

#include "features/set.h"

extern const struct ser_feature_set egemapsv02;

#endif

/* The frames of Praat's own analyses, on which its figures are given. */
#ifndef TESTS_FEATURES_PRAAT_H
#define TESTS_FEATURES_PRAAT_H

#include "features/voice/centres.h"
#include "features/voice/harmonicity.h"

/* "Sound: To Formant (burg)" with a window of 25 ms, which ends at twice that, and steps of a
 * quarter. */
static inline struct centres praat_formant_centres(int rate, size_t count)
{
    return centres_fit(count, rate, 2 * 0.025, 0.25 * 0.025);
}

/* "Sound: To Harmonicity (cc)" from 75 Hz: as many as have two longest periods around their middle.
 */
static inline struct centres praat_harmonicity_centres(int rate, size_t count)
{
    return centres_fit(count, rate, 2 / 75.0, 0.01);
}

/* Over the frames that are not silent; 0 where all are. */
static inline double praat_harmonicity_mean(const float *hnr, size_t frames)
{
    double sum = 0;
    size_t sounding = 0;
    for (size_t t = 0; t < frames; t++)
        if (hnr[t] > HARMONICITY_SILENT) {
            sum += (double)hnr[t];
            sounding++;
        }
    return sounding ? sum / (double)sounding : 0;
}

#endif

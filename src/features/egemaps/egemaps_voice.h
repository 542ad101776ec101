/* The voice-quality columns of eGeMAPS (Eyben et al., IEEE Trans. Affective Computing 7(2), 2016)
 * in the frames of pitch_shs.h: 60 ms under a Gaussian window, 10 ms apart. All are 0 where a frame
 * is unvoiced, and wherever they are undefined. Where the paper leaves a definition open, it is the
 * one that agrees with openSMILE's results.
 *
 * Harmonic n is the largest power in the three bins around n F0.
 *   - hnr: 10 log10(r' / (r(0) - r')), -100 to 100, where r is the inverse transform of the power
 *     spectrum and r' its maximum at lags within a tenth of the period.
 *   - h1_h2: harmonic 2 relative to harmonic 3. (For openSMILE, H1 is the first harmonic above F0,
 *     H2 the second. For phoneticians H1 is F0 itself: see voice/harmonics.h.)
 *   - level[i]: the strongest harmonic within a fifth of formant i (to half a bin), relative to
 *     harmonic 1; 0 where there is none, EGEMAPS_NO_LEVEL in unvoiced frames.
 *   - h1_a3: harmonic 2 relative to the strongest one near the third formant.
 *   - jitter, shimmer: see egemaps_periods.h. */
#ifndef FEATURES_EGEMAPS_VOICE_H
#define FEATURES_EGEMAPS_VOICE_H

#include <stddef.h>

#include "ser/status.h"

enum { EGEMAPS_VOICE_FORMANTS = 3 };

/* The level of formants in unvoiced frames, dB. */
#define EGEMAPS_NO_LEVEL (-201.0f)

/* One array of (frames) for each column. */
struct egemaps_voice_columns {
    float *jitter;                        /* jitterLocal, 1 */
    float *shimmer;                       /* shimmerLocaldB, dB */
    float *hnr;                           /* HNRdBACF, dB */
    float *h1_h2;                         /* logRelF0-H1-H2, dB */
    float *h1_a3;                         /* logRelF0-H1-A3, dB */
    float *level[EGEMAPS_VOICE_FORMANTS]; /* F1amplitudeLogRelF0 …, dB */
};

struct egemaps_voice;

/* rate: Hz, 4000 to 768000; others give ERROR_ARGUMENT. Holds scratch memory: one per thread. */
ser_status egemaps_voice_create(struct egemaps_voice **voice, int rate, ser_error *error);
void egemaps_voice_destroy(struct egemaps_voice *voice);

/* f0: (frames), Hz, as shs_run gives it; what is not within 50 … 1100 Hz counts as unvoiced.
 * formants: (frames) each, Hz, of the frames that begin where those of f0 do; 0 where there is
 * none. */
void egemaps_voice_run(struct egemaps_voice *voice, const float *samples, size_t count,
                       const float *f0, const float *const formants[EGEMAPS_VOICE_FORMANTS],
                       size_t frames, const struct egemaps_voice_columns *columns);

#endif

/* The set `prosody`: pitch, loudness, voice quality and formants by Praat's definitions, on one
 * grid.
 *
 * Frames are those of pitch_ac.h: three of the longest periods (40 ms), 10 ms apart, as many as
 * fit, symmetrically in the recording. Pitch is looked for from settings.floor_hz to ceiling_hz;
 * the floor is that of the harmonicity, too, and not that of the intensity, which is 100 Hz. All
 * other columns are measured around the middles of the same frames, each under the window of its
 * own method (HNR 27 ms, formants 50 ms, intensity 64 ms, harmonics 5 periods), which at the
 * recording's ends reach beyond it. Formants are looked for up to 5500 Hz, or up to half the rate
 * where that is less (telephone sound of 8 kHz: 4000 Hz). */
#ifndef FEATURES_PROSODY_H
#define FEATURES_PROSODY_H

#include "features/set.h"

enum { PROSODY_FORMANTS = 3 };

/* The columns of a frame. 0 stands for what is not there. */
enum prosody_column {
    PROSODY_F0,
    PROSODY_VOICING,
    PROSODY_INTENSITY,
    PROSODY_HNR,
    PROSODY_FORMANT,
    PROSODY_BANDWIDTH = PROSODY_FORMANT + PROSODY_FORMANTS,
    PROSODY_H1_H2 = PROSODY_BANDWIDTH + PROSODY_FORMANTS,
    PROSODY_H1_A3,
    PROSODY_COLUMNS
};

extern const struct ser_feature_set prosody;

#endif

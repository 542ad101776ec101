/* Harmonics-to-noise ratio by cross-correlation (Boersma 1993, see pitch_ac.h; with the settings of
 * Praat's "Sound: To Harmonicity (cc)"): a stretch of one longest period is compared with stretches
 * as long that begin up to as much later. A maximum r of the correlation coefficient says that the
 * part r of the power repeats itself, so that HNR = 10 log10(r / (1-r)) dB. */
#ifndef FEATURES_HARMONICITY_H
#define FEATURES_HARMONICITY_H

#include <stddef.h>

#include "features/voice/centres.h"
#include "ser/status.h"

/* dB; stands for frames that are silent, or where nothing repeats itself. */
#define HARMONICITY_SILENT (-200.0f)

/* dB, what is written for anything higher: floats tell no more. */
#define HARMONICITY_MOST 60.0f

struct harmonicity_settings {
    int rate;       /* Hz, 4000 to 768000 */
    double floor;   /* Hz, 40 to 500, the lowest pitch; 75 */
    double silence; /* frames whose peak is below this part of the recording's are silent; 0.1 */
};

struct harmonicity_settings harmonicity_defaults(int rate);

/* Holds scratch memory: one per thread. */
struct harmonicity;

/* Settings outside their ranges give ERROR_ARGUMENT. */
ser_status harmonicity_create(struct harmonicity **harmonicity,
                              const struct harmonicity_settings *settings, ser_error *error);
void harmonicity_destroy(struct harmonicity *harmonicity);

/* hnr: (centres->frames), dB, for any frames of these samples. */
void harmonicity_run(struct harmonicity *harmonicity, const float *samples, size_t count,
                     const struct centres *centres, float *hnr);
#endif

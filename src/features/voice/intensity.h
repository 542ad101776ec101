/* Intensity: the mean square of the sound under a smooth curve, in dB above the threshold of
 * hearing, (2e-5 Pa)^2, where a sample of 1 is taken for 1 Pa. As Praat's manual describes it under
 * "Sound: To Intensity": a Kaiser-20 curve of 6.4 periods of the lowest pitch (half of that is in
 * effect), so that the contour shows no ripple of the single periods; the mean is taken away first.
 */
#ifndef FEATURES_INTENSITY_H
#define FEATURES_INTENSITY_H

#include <stddef.h>

#include "features/voice/centres.h"
#include "ser/status.h"

struct intensity_settings {
    int rate;     /* Hz, 4000 to 768000 */
    double floor; /* Hz, 20 to 500, the lowest pitch; 100 */
    double step;  /* seconds; 0.01 */
};

struct intensity_settings intensity_defaults(int rate);

/* Holds scratch memory: one per thread. */
struct intensity;

/* Settings outside their ranges give ERROR_ARGUMENT. */
ser_status intensity_create(struct intensity **intensity, const struct intensity_settings *settings,
                            ser_error *error);
void intensity_destroy(struct intensity *intensity);

/* Where Praat's frames lie. */
struct centres intensity_centres(const struct intensity *intensity, size_t count);

/* db: (centres->frames), for the frames of intensity_centres or any others of these samples. What
 * lies beyond the recording's ends does not count. 0 dB, the threshold of hearing, stands for
 * anything below, such as digital silence. */
void intensity_run(struct intensity *intensity, const float *samples, size_t count,
                   const struct centres *centres, float *db);

#endif

/* What values the settings of the features may take. */
#ifndef FEATURES_SETTINGS_H
#define FEATURES_SETTINGS_H

#include "ser/features.h"
#include "ser/status.h"

enum {
    FEATURES_MIN_WINDOW = 2, /* samples; a periodic Hann window of one sample is all zero */
    FEATURES_MIN_FFT = 16,
    FEATURES_MAX_FFT = 65536,
    FEATURES_MAX_HOP = 65536,
    FEATURES_MAX_BANDS = 1024,
};

#define FEATURES_MIN_SPAN 1.0 /* Hz from `low` to `high` at least */
#define FEATURES_MIN_FLOOR                                                                         \
    1e-30 /* representable as a normal float, so that no logarithm is of 0                         \
           */
#define FEATURES_MAX_FLOOR 1.0
#define FEATURES_MIN_OFFSET 1e-6 /* above 0, so that a silent band is not divided by 0 */
#define FEATURES_MAX_OFFSET 1000.0

/* ERROR_ARGUMENT and a sentence for the first setting outside its range. */
ser_status features_settings_check(const ser_features_settings *settings, ser_error *error);

#endif

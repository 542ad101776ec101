/* Series of many kinds: noise, few different values, drifts, large offsets, all the same. */
#ifndef TESTS_FEATURES_MADE_UP_SERIES_H
#define TESTS_FEATURES_MADE_UP_SERIES_H

#include <stddef.h>

enum { MADE_UP_MOST = 3000 };

/* values: (MADE_UP_MOST). The same for the same kind, from 0 on; short below 60. Returns how many
 * values there are. */
size_t made_up_series(int kind, float *values);

#endif

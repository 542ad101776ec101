/* Comparing in double: cmocka's assert_float_equal rounds its arguments to float. */
#ifndef TESTS_FEATURES_NEAR_H
#define TESTS_FEATURES_NEAR_H

#include <math.h>

#include "support.h"

/* Fails the test unless the value lies within the tolerance; one that is not a number never does.
 */
#define assert_near(value, expected, tolerance)                                                    \
    do {                                                                                           \
        double value_ = (double)(value), expected_ = (double)(expected);                           \
        if (!(fabs(value_ - expected_) <= (tolerance)))                                            \
            fail_msg("%s is %.9g, expected %.9g within %g", #value, value_, expected_,             \
                     (double)(tolerance));                                                         \
    } while (0)

#endif

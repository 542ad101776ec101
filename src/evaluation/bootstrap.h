/* How far a figure would move had other people been tested: the bootstrap over speakers. */
#ifndef EVALUATION_BOOTSTRAP_H
#define EVALUATION_BOOTSTRAP_H

#include <stdint.h>

#include "base/json.h"
#include "ser/status.h"

/* With fewer speakers than this an interval would pretend to know. */
enum { BOOTSTRAP_FEWEST_SPEAKERS = 3, BOOTSTRAP_RESAMPLES = 2000 };

/* A prediction of a recording. */
struct tested {
    int speaker; /* from 0 */
    int truth, predicted;
};

struct interval {
    double low, high; /* NAN with too few speakers */
    int speakers;     /* that the predictions are of */
    int resamples;
    uint64_t seed;
};

/* The 95 % interval of the unweighted average recall, by percentiles (Efron & Tibshirani 1993,
 * "An Introduction to the Bootstrap", chapter 13): as many speakers as there are, drawn with
 * replacement, each with all of their recordings, BOOTSTRAP_RESAMPLES times. Recordings are not
 * drawn one by one, because those of a person are alike. A draw's recall is averaged over the
 * classes that occur in it. Speakers are numbered below `speakers`; those without recordings do not
 * count. The same tests and seed give the same bits. */
ser_status bootstrap_uar(struct interval *interval, const struct tested *tests, int count,
                         int speakers, int classes, uint64_t seed, ser_error *error);

/* {"level", "low", "high", "speakers", "resamples", "seed"}; null where there is no interval. NULL
 * when memory ran out. */
json_t *interval_to_json(const struct interval *interval);

#endif

/* Functionals: one number that sums up how a feature went over time. Any functional goes with any
 * column of frames. Values that are to be left out (unvoiced frames) are left out before: a series
 * holds what counts, in order of time, and knows the times. */
#ifndef FEATURES_FUNCTIONALS_H
#define FEATURES_FUNCTIONALS_H

#include <stddef.h>

#include "features/series.h"
#include "features/set.h"
#include "ser/status.h"

/* An entry of a list such as "mean,stddev,p95". */
struct functional;

/* Parses such a list, with or without blanks beside its commas: *list is an array of *count, at
 * least 1, released with functional_list_release. An unknown name is ERROR_ARGUMENT with a sentence
 * that lists the known ones; so are a name that comes twice, and an empty list. On failure *list is
 * NULL. */
ser_status functional_list_parse(struct functional **list, int *count, const char *text,
                                 ser_error *error);
void functional_list_release(struct functional *list);

/* "mean", "p95". What the functional makes of a unit ("Hz" stays "Hz", a slope is "Hz/s", a
 * coefficient of variation "1"), written to text. A one-line formula. The strings live as long as
 * the list. */
const char *functional_name(const struct functional *list, int index);
void functional_unit(const struct functional *list, int index, const char *unit, char *text,
                     size_t size);
const char *functional_formula(const struct functional *list, int index);

/* Always finite, also as a float: what is larger than any float is the largest. All give 0 for an
 * empty series. */
double functional_compute(const struct functional *list, int index, struct series *series);

/* All names that a list may hold, for help and tests: "mean", …; "p0 … p100" is one row. NULL
 * beyond the last, or before the first. */
const char *functional_known(int index);
const char *functional_known_formula(int index);

#endif

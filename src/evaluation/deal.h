/* Dealing groups of recordings to bins, such as folds, so that every bin has its share of the
 * recordings, of each emotion and corpus and, if wanted, of each sex. */
#ifndef EVALUATION_DEAL_H
#define EVALUATION_DEAL_H

#include <stdint.h>

#include "evaluation/groups.h"

struct deal_settings {
    int bins;
    const double *shares; // (bins) adding up to 1
    bool by_sex;
    uint64_t seed; /* of the order among groups of one size */
};

/* Gives the bin of each group; none stays empty. There must be as many groups as bins, or more. */
ser_status deal_groups(int *bins, const struct corpus *corpus, const struct groups *groups,
                       const struct deal_settings *settings, ser_error *error);

#endif

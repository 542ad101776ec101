/* The named columns that groups of columns stand for. */
#ifndef FEATURES_COLUMNS_H
#define FEATURES_COLUMNS_H

#include "features/functionals.h"
#include "features/set.h"
#include "ser/features.h"

/* Zero-initialise; release with column_list_release. */
struct column_list {
    ser_column *columns; // (count)
    int count;
    char *texts;       /* names and units that are made here */
    char *voiced_only; // (count), 0 or 1
};

/* One column for each of a group of one, name_0, name_1 … for larger groups. */
ser_status column_list_of_groups(struct column_list *list, const struct column_group *groups,
                                 int count, ser_error *error);

/* Every functional of every column: "mfcc_0_mean", "mfcc_0_p95", "mfcc_1_mean" …; columns outside,
 * functionals inside. */
ser_status column_list_of_functionals(struct column_list *list, const struct column_list *columns,
                                      const struct functional *functionals, int count,
                                      ser_error *error);
void column_list_release(struct column_list *list);

#endif

/* Distributing groups over bins so that every bin is like the whole. */
#ifndef EVALUATION_BALANCE_H
#define EVALUATION_BALANCE_H

#include "ser/status.h"

struct balance {
    int groups, bins, features;
    const double *contents; // (groups, features) the part that a group has of all there is of one
    const double *shares;   // (bins) the part that a bin shall have of everything; they add up to 1
};

/* Puts every group into a bin; no bin stays empty. The groups come one after the other in the
 * given order (large ones should come first), each into the bin that it brings nearest to its
 * share of all features. Then groups change places, or sides, as long as that helps. What it
 * minimises: the sum over bins and features of (part - share)² / share. Arithmetic in one order
 * only, without chance, so the same on every machine. At least as many groups as bins. */
ser_status balance_groups(const struct balance *balance, const int *order, int *bins,
                          ser_error *error);

#endif

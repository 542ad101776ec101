/* What a split is like, and what is wrong with it, on standard output. */
#ifndef CLI_SPLIT_REPORT_H
#define CLI_SPLIT_REPORT_H

#include "evaluation/leaks.h"

/* A line for each part: its recordings and speakers, women and men among them, and how many
 * recordings it has of each emotion. 0 when memory ran out. */
int split_report_table(const struct corpus *corpus, const struct partition *partition);

/* Emotions that a part lacks, and what must be said of figures by the protocol. */
void split_report_warnings(const struct corpus *corpus, const struct partition *partition);

/* The leaks, then the remarks; of each kind the first few, or all. */
void split_report_leaks(const struct leak_list *leaks, int all);

#endif

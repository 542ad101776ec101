/* Which recordings a report shows as examples. */
#ifndef REPORT_EXPLORE_CHOICE_H
#define REPORT_EXPLORE_CHOICE_H

#include "report/explore/explore_statistics.h"

enum { CHOICE_SPEAKERS = 2 };

/* A recording of each emotion by each of two speakers. */
struct choice {
    int count;                                              /* speakers: 1 or 2 */
    int recordings[CORPUS_MAX_LABELS + 1][CHOICE_SPEAKERS]; /* -1: there is none */
};

/* Takes of each sex (of the unknown, where neither is known) the voice with the most emotions, and
 * for emotions that it lacks the one with the next most. Of a voice it takes the same words in all
 * emotions as far as it can, spoken rather than sung, of normal intensity, the first take; and only
 * what could be measured. `labels` (count) are those asked for. */
void choose_examples(const struct exploration *exploration, const int *labels, int count,
                     struct choice *choice);

#endif

/* Recordings that belong together: those of a speaker, an original with its augmented copies, all
 * that say the same words. */
#ifndef EVALUATION_GROUPS_H
#define EVALUATION_GROUPS_H

#include "corpora/corpus.h"
#include "ser/status.h"

/* Numbered by what the recordings are, not by where they stand in the corpus. Release with
 * groups_release. */
struct groups {
    int count;
    int *of; /* (recordings) the number of the group of each */
};

/* Below, at or above 0; recordings at 0 of each other are one group. */
typedef int (*recording_order)(const struct recording *a, const struct recording *b);

/* By corpus; by corpus and name; by corpus and source (an original and its copies); by what is
 * spoken, in whatever corpus, capitals or not. */
int order_by_corpus(const struct recording *a, const struct recording *b);
int order_by_name(const struct recording *a, const struct recording *b);
int order_by_source(const struct recording *a, const struct recording *b);
int order_by_text(const struct recording *a, const struct recording *b);

/* Groups in this order. */
ser_status groups_find(struct groups *groups, const struct corpus *corpus, recording_order order,
                       ser_error *error);

/* By who speaks, in the order of corpora/speakers.h. A copy that does not say it has its original's
 * speaker. Other recordings of a corpus that do not say it are one group, since any two of them may
 * be of one person. */
ser_status groups_of_speakers(struct groups *groups, const struct corpus *corpus, ser_error *error);

/* Joins groups that share an original and its copies, so that no copy stands apart whatever was
 * written down about it. The numbers keep their order. */
ser_status groups_join_sources(struct groups *groups, const struct corpus *corpus,
                               ser_error *error);

/* Harmless on no groups. */
void groups_release(struct groups *groups);

#endif

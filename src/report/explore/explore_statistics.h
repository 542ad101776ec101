/* Means in which everybody counts the same. Where there is speech, they are of speech alone.
 *
 * Recordings are averaged for each speaker first, and then the speakers: who was recorded more
 * often weighs no more. Recordings that do not say who speaks count together as one voice for each
 * corpus and sex. */
#ifndef REPORT_EXPLORE_STATISTICS_H
#define REPORT_EXPLORE_STATISTICS_H

#include "report/explore/explore.h"

enum quantity {
    QUANTITY_DURATION,
    QUANTITY_LOUDNESS,
    QUANTITY_PITCH,
    QUANTITY_PITCH_RANGE,
    QUANTITY_VOICED,
    QUANTITIES
};

struct quantity_row {
    const char *name;       /* "Loudness" */
    const char *unit;       /* "LUFS" */
    const char *difference; /* the unit of differences: "dB" */
    int decimals;
    double (*of)(const struct measures *measures); /* NAN: not there */
};

extern const struct quantity_row quantities[QUANTITIES];

/* Sums of one voice and one emotion. */
struct cell {
    double sum[QUANTITIES];
    int count[QUANTITIES];
    int recordings, measured; /* also of those that are not compared */
};

/* Fills voices, cells and what of `explored` depends on the corpus. */
ser_status statistics_prepare(struct exploration *exploration, ser_error *error);
void statistics_release(struct exploration *exploration);

/* Which recordings. */
enum { LABEL_ANY = -1, LABEL_NONE = -2 };
struct selection {
    int label;          /* of corpus.labels, or one of the above */
    int sex;            /* enum sex; -1: any */
    const char *corpus; /* NULL: any */
};

#define SELECT_ALL ((struct selection){LABEL_ANY, -1, NULL})

/* The mean of one voice in one emotion, LABEL_ANY or LABEL_NONE; NAN where there is none. *count
 * (may be NULL) is how many recordings it is of. */
double voice_mean(const struct exploration *exploration, enum quantity quantity, int voice,
                  int label, int *count);

struct balanced {
    double mean, deviation; /* of the voices' means; the deviation of one voice is NAN */
    int voices, recordings; /* that have the quantity */
};

/* No recordings give a mean of NAN. */
struct balanced balanced_mean(const struct exploration *exploration, enum quantity quantity,
                              struct selection selection);

/* How much more voices have in one emotion than in another: the mean over those that have both. */
struct balanced balanced_difference(const struct exploration *exploration, enum quantity quantity,
                                    int label, int other);

/* Whether a difference is unlikely to be chance: more than two standard errors of two or more
 * voices. */
bool balanced_is_clear(const struct balanced *difference);

/* Recordings selected, and how long they are. */
int selected_count(const struct exploration *exploration, struct selection selection);
double selected_seconds(const struct exploration *exploration, struct selection selection);

/* Values of a quantity of the selected recordings that are compared (of lengths: of all that are
 * measured), without NANs, in the corpus's order, written to values (room for all recordings);
 * returns how many. With `relative` each is less the mean of its voice. */
size_t selected_values(const struct exploration *exploration, enum quantity quantity,
                       struct selection selection, bool relative, double *values);

/* Speakers with a name of their own; `sex` as in selections. */
int named_speakers(const struct exploration *exploration, const char *corpus, int sex);

#endif

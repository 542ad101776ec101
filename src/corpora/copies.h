/* Recordings that are there more than once: a model tested on a copy of what it was trained with
 * looks better than it is. */
#ifndef CORPORA_COPIES_H
#define CORPORA_COPIES_H

#include "corpora/corpus.h"
#include "ser/status.h"

/* Both expect the recordings in their final order and keep the first of several; corpus.h has the
 * rules. */
ser_status copies_leave_out_names(struct corpus *corpus, ser_error *error);
ser_status copies_leave_out_bytes(struct corpus *corpus, ser_error *error);

/* Whether both names of one sound say the same: corpus, speaker, emotion and voice. */
bool copies_agree(const struct recording *a, const struct recording *b);

#endif

/* Recordings that are there more than once: a model tested on a copy of what it was trained with
 * looks better than it is. */
#ifndef CORPORA_COPIES_H
#define CORPORA_COPIES_H

#include "corpora/corpus.h"
#include "ser/status.h"

/* Both expect the recordings in their final order, keep the first of several and say so in the
 * log; corpus.h has the rules. */
void copies_leave_out_names(struct corpus *corpus, const char *folder);
ser_status copies_leave_out_bytes(struct corpus *corpus, ser_error *error);

#endif

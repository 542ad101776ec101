/* Recordings whose files are equal, byte by byte. */
#ifndef EVALUATION_SAME_BYTES_H
#define EVALUATION_SAME_BYTES_H

#include "evaluation/groups.h"

/* Groups recordings of the same piece and channel of equal files. Only files that have the size of
 * another are read; those that cannot be are counted, and each a group of its own. */
ser_status groups_of_bytes(struct groups *groups, const struct corpus *corpus, int *unreadable,
                           ser_error *error);

#endif

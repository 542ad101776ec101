/* One row of a manifest as a recording. */
#ifndef CORPORA_MANIFEST_ROW_H
#define CORPORA_MANIFEST_ROW_H

#include <stdbool.h>

#include "corpora/manifest/manifest_table.h"
#include "corpora/recording.h"

/* Fills all fields of the recording but path and bytes from the table's current row, which has no
 * problem. `corpus` is the corpus of rows that name none. False when a value is impossible; then
 * the table's problem says what was found and what was expected. */
bool manifest_row_read(struct manifest_table *table, const char *corpus,
                       struct recording *recording);

#endif

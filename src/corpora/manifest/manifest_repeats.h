/* Rows of a manifest that mean the same piece of the same file. */
#ifndef CORPORA_MANIFEST_REPEATS_H
#define CORPORA_MANIFEST_REPEATS_H

#include <stddef.h>
#include <sys/stat.h>

#include "corpora/corpus.h"
#include "corpora/manifest/claims.h"
#include "ser/status.h"

/* A row that became a recording. */
struct row {
    struct claim file;
    int index; /* of its recording */
    int line;
};

struct row_list {
    struct row *items; /* in the order of the manifest */
    int count;
    size_t capacity;
};

ser_status row_list_add(struct row_list *list, int index, const struct stat *file, int line,
                        ser_error *error);

/* Leaves out further rows of one piece; where such rows disagree, all of them. Sorts the list. */
ser_status row_list_drop_repeated(struct row_list *list, struct corpus *corpus, const char *path,
                                  ser_error *error);

/* Harmless on an empty list. */
void row_list_release(struct row_list *list);

/* Leaves out the row that begins at `line` of the manifest at `path`; `other` is the line of the
 * row that was kept instead or contradicts, or 0. */
ser_status manifest_leave_out(struct corpus *corpus, const char *path, int line,
                              enum left_out_reason reason, const char *detail, int other,
                              ser_error *error);

#endif

/* Made-up corpora in the scratch folder, and what the library remarks about them. */
#ifndef TESTS_SCRATCH_CORPUS_H
#define TESTS_SCRATCH_CORPUS_H

#include "support.h"

#include "corpora/corpus.h"

/* Writes a file below the scratch folder, making the folders of its path. */
void scratch_add(const char *folder, const char *relative, const char *content);

/* The same with the path as its content, so that no two files are equal. */
void scratch_add_unique(const char *folder, const char *relative);

/* Starts collecting remarks, forgetting the earlier ones. */
void remarks_collect(void);

/* How many remarks of the level contain both texts. */
int remarks_count(ser_log_level level, const char *part, const char *other);

/* How many remarks there are. */
int remarks_total(void);

#endif

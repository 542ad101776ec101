/* Judging names by one reader. */
#ifndef TESTS_NAMES_H
#define TESTS_NAMES_H

#include "support.h"

#include "corpora/reader.h"

/* A name, and a part of the sentence that says what is impossible about it. */
struct bad_name {
    const char *name, *part;
};

/* Judges a name that must be a recording's. */
struct recording read_name(const struct corpus_reader *reader, const char *path);

void assert_foreign(const struct corpus_reader *reader, const char *const *names, size_t count);
void assert_malformed(const struct corpus_reader *reader, const struct bad_name *names,
                      size_t count);

#endif

/* The table of corpora. A new corpus is one file with its naming rules and one row in reader.c. */
#ifndef CORPORA_READER_H
#define CORPORA_READER_H

#include <stddef.h>

struct recording;

enum name_verdict {
    NAME_FOREIGN,   /* not named as this corpus names its files */
    NAME_MALFORMED, /* named so, but a field is impossible */
    NAME_SILENT,    /* a recording without sound */
    NAME_RECORDING,
};

enum { NAME_PROBLEM_LENGTH = 128 };

struct corpus_reader {
    const char *name;        /* what users type and models store: "ravdess" */
    const char *title;       /* "RAVDESS" */
    const char *description; /* one line */
    const char *licence;
    const char *citation;
    const char *doi;
    const char *example; /* a file name, for error messages */

    /* Judges a file by its path alone. For NAME_RECORDING it fills all fields of the recording but
     * path, bytes and reader; for NAME_MALFORMED it writes into `problem` what was found and what
     * was expected ("emotion is 09, expected 01 to 08"). */
    enum name_verdict (*parse)(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH]);
};

/* Ends with NULL. */
extern const struct corpus_reader *const corpus_readers[];

/* The row of that name; NULL when there is none. */
const struct corpus_reader *corpus_reader_find(const char *name);

extern const struct corpus_reader ravdess_reader;

#endif

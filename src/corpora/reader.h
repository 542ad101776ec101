/* The table of corpora. A new corpus is one file with its naming rules and one row in reader.c. */
#ifndef CORPORA_READER_H
#define CORPORA_READER_H

#include <stddef.h>

#include "corpora/recording.h"
#include "ser/status.h"

struct corpus;

enum name_verdict {
    NAME_FOREIGN,   /* not named as this corpus names its files */
    NAME_MALFORMED, /* named so, but a field is impossible */
    NAME_SILENT,    /* a recording without sound */
    NAME_RECORDING,
};

enum { NAME_PROBLEM_LENGTH = 128 };

/* How much of one kind of voice the corpus has as its owners published it. */
struct official_count {
    enum voice voice;
    const char *speakers; /* ids and ranges of ids: "01-24", "03,08-16", "OAF,YAF" */
    int recordings;
};

struct corpus_reader {
    const char *name;        /* what users type and models store: "ravdess" */
    const char *title;       /* "RAVDESS" */
    const char *description; /* one line */
    const char *licence;
    const char *citation;
    const char *doi;     /* "" where there is none */
    const char *home;    /* where to get it */
    const char *example; /* a file name, for error messages */

    /* The words that the corpus has for its emotions, in its own order; NULL ends them. NULL for a
     * manifest, whose words are its own. */
    const char *const *emotions;

    const struct official_count *official; /* ends with recordings of 0; NULL: not known */
    int rate;                              /* Hz, as published; 0: several */

    /* Judges a file by its path alone; NULL: no file is of this corpus by its name. For
     * NAME_RECORDING it fills all fields of the recording that the name tells, but not path, bytes,
     * reader and corpus; for NAME_MALFORMED it writes into `problem` what was found and what was
     * expected ("emotion is 09, expected 01 to 08"). */
    enum name_verdict (*parse)(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH]);

    /* Adds what tables that lie at or below `folder` tell about the recordings of this reader, such
     * as ages and listeners' votes; it finds nothing where there are none. NULL: no tables. */
    ser_status (*add_tables)(struct corpus *corpus, const char *folder, ser_error *error);
};

/* Ends with NULL. */
extern const struct corpus_reader *const corpus_readers[];

/* The row of that name; NULL when there is none. */
const struct corpus_reader *corpus_reader_find(const char *name);

extern const struct corpus_reader ravdess_reader;
extern const struct corpus_reader crema_d_reader;
extern const struct corpus_reader tess_reader;
extern const struct corpus_reader savee_reader;
extern const struct corpus_reader emodb_reader;
extern const struct corpus_reader asvp_esd_reader;

/* Its recordings come from tables, not from names: parse is NULL. */
extern const struct corpus_reader manifest_reader;

#endif

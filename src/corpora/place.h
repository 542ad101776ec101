/* Where a corpus is, as a user writes it: "ravdess=FOLDER", "FOLDER" or "FILE". */
#ifndef CORPORA_PLACE_H
#define CORPORA_PLACE_H

#include "corpora/reader.h"
#include "ser/status.h"

struct place {
    const struct corpus_reader *reader; /* NULL: to be found out from the names */
    const char *path;                   /* within the text that was parsed */
    bool is_folder;
};

/* An unknown corpus before "=", a path that is not there, a file for a corpus of folders, a folder
 * for a manifest and a sound file are errors. A path that exists as it is written is never taken
 * apart. */
ser_status place_parse(struct place *place, const char *text, ser_error *error);

#endif

/* Manifests: tables that say of sound files who speaks and in what emotion, for corpora whose file
 * names do not tell. docs/corpora.md lists the columns. */
#ifndef CORPORA_MANIFEST_H
#define CORPORA_MANIFEST_H

#include <stdbool.h>

#include "corpora/corpus.h"
#include "corpora/manifest/claims.h"
#include "ser/status.h"

/* More rows than this are no manifest of recordings; the same number as CORPUS_MAX_FILES. */
enum { MANIFEST_MAX_ROWS = CORPUS_MAX_FILES };

/* Whether a file is named as manifests are: .csv, .tsv, .jsonl. */
int manifest_has_name(const char *name);

/* Whether a file begins as a manifest does, with columns of paths and of emotions. Reads only its
 * beginning; whatever cannot be read is none. */
bool manifest_is_one(const char *path);

/* Adds the recordings that a manifest lists, and notes their files among the claims. Paths are
 * relative to the manifest's folder; where a path is not there, the sound file of its name below
 * that folder is meant, whatever its extension. Rows that cannot be used are left out with their
 * line number, further rows of one piece of a file too; where such rows disagree, all of them. A
 * file that is no manifest is an error. */
ser_status manifest_read(struct corpus *corpus, const char *path,
                         const struct corpus_settings *settings, struct claims *claims,
                         ser_error *error);

#endif

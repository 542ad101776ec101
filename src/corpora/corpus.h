/* Corpora: recordings that say who speaks, and in what emotion.
 *
 * corpus_read gives every usable recording once, in an order that does not depend on where the
 * corpora lie or how their folders are nested, and a list of everything it left out, with reasons.
 */
#ifndef CORPORA_CORPUS_H
#define CORPORA_CORPUS_H

#include <stddef.h>

#include "corpora/left_out.h"
#include "corpora/reader.h"
#include "corpora/recording.h"
#include "ser/status.h"

/* More files than this below one folder are no corpus but a mistake, such as "/". */
enum { CORPUS_MAX_FILES = 1000000 };

/* Classes that a model can tell apart; the same number as SER_MAX_LABELS. */
enum { CORPUS_MAX_LABELS = 32 };

struct corpus {
    struct recording *recordings; /* in byte order of corpus and name */
    int count;
    size_t capacity;
    struct left_out_list left_out;
    char labels[CORPUS_MAX_LABELS][EMOTION_LENGTH]; /* the emotions that occur */
    int label_count;
};

struct corpus_settings {
    bool voices[VOICE_KINDS]; /* which kinds to take; speech only */
    bool allow_empty;         /* no usable recording is no error; false */
    bool quiet;               /* nothing is remarked to the log; false */
};

struct corpus_settings corpus_settings_defaults(void);

/* Reads what lies at `places` (count): the names of all sound files below folders, and manifests.
 * Their sound is not decoded. A place is
 *  - "ravdess=FOLDER": a folder whose files are named as that corpus names them,
 *  - "FOLDER": each file is of the corpus whose naming rules it follows; a manifest within
 *    (corpora/manifest/manifest.h) tells of the files that it lists, whatever their names,
 *  - "FILE" or "manifest=FILE": a manifest.
 * NULL settings mean the defaults. Left out, each with its reason (corpora/left_out.h):
 *  - files named otherwise, and names of the right shape with an impossible field,
 *  - voices that were not asked for, pictures without sound, empty files,
 *  - further files of one name, such as a second copy in a nested folder: the first path in byte
 *    order stays, a sound file before a video,
 *  - further names of the same bytes. Where their labels (speaker, emotion, voice) agree, the first
 *    name stays. Where they disagree none can be trusted, so all are left out.
 * How many of each is remarked to the log. No usable recording at all is an error unless allowed.
 * Release with corpus_release, whatever the outcome. */
ser_status corpus_read(struct corpus *corpus, const char *const *places, int count,
                       const struct corpus_settings *settings, ser_error *error);

/* Appends a recording; takes over its path, on failure too. */
ser_status corpus_add(struct corpus *corpus, struct recording *recording, ser_error *error);

/* Appends a recording of the file at `path`, of which a copy is made; leaves it out where its voice
 * was not asked for, or the file is empty or cannot be read. For readers of manifests. */
ser_status corpus_take(struct corpus *corpus, const struct corpus_settings *settings,
                       struct recording *recording, const char *path, ser_error *error);

/* Finds the labels: emotions that occur, in the order of the readers' tables; a manifest's own
 * words come after them, in byte order. Recordings without emotion have none. corpus_read calls it;
 * whoever takes recordings out or changes their emotions does so again. More than CORPUS_MAX_LABELS
 * are an error. */
ser_status corpus_find_labels(struct corpus *corpus, ser_error *error);

/* How many recordings have the emotion. */
int corpus_count(const struct corpus *corpus, const char *emotion);

/* Takes recording `index` out; corpus_close_gaps then moves the others together. `detail` and
 * `other` (a path) may be NULL; see corpora/left_out.h. */
ser_status corpus_leave_out(struct corpus *corpus, int index, enum left_out_reason reason,
                            const char *detail, const char *other, ser_error *error);
void corpus_close_gaps(struct corpus *corpus);

/* Harmless on an empty corpus. */
void corpus_release(struct corpus *corpus);

#endif

/* What the doctor finds: problems, which spoil a model or its figures, and remarks, which are good
 * to know. docs/doctor.md says of each why it matters and what to do. */
#ifndef CORPORA_FINDINGS_H
#define CORPORA_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "ser/status.h"

/* X(constant, name, is a problem, what to say of those that have it) */
#define FINDING_KINDS(X)                                                                           \
    X(NOTHING, "nothing", true, "places without any labelled recording")                           \
    X(POINTER, "git-lfs-pointer", true, "Git-LFS pointers in place of recordings")                 \
    X(UNREADABLE, "unreadable", true, "recordings that cannot be read")                            \
    X(EMPTY, "empty", true, "empty files")                                                         \
    X(DAMAGED, "damaged", true, "recordings that are cut short or damaged")                        \
    X(MALFORMED, "impossible-name", true, "names that their corpus cannot have")                   \
    X(ROW, "bad-row", true, "rows of a manifest that cannot be used")                              \
    X(CONTRADICTION, "contradiction", true, "the same sound under different labels")               \
    X(OTHER_SOUND, "same-name-other-sound", true, "different sounds under the same name")          \
    X(SAME_NAME, "same-name", true, "recordings that are there a second time")                     \
    X(SAME_SOUND, "same-sound", true, "the same sound under a second name")                        \
    X(RECODED, "recoded", true, "nearly the same sound under a second name, as if coded anew")     \
    X(SILENT, "silent", true, "recordings in which nothing is heard")                              \
    X(SHORT, "short", true, "recordings too short for a word")                                     \
    X(MISSING_SPEAKERS, "missing-speakers", true, "speakers of the corpus who are missing")        \
    X(MISSING_RECORDINGS, "missing-recordings", true, "recordings of the corpus that are missing") \
    X(SAME_BYTES, "same-bytes", false, "the same bytes under a second name")                       \
    X(PARTIAL, "partial", false, "only a small part of the corpus is here")                        \
    X(FOREIGN, "foreign", false, "sound files not named as any known corpus names them")           \
    X(NO_SPEAKER, "no-speaker", false, "recordings whose speaker is not known")                    \
    X(MISSING_EMOTIONS, "missing-emotions", false, "speakers who lack emotions that others have")  \
    X(OTHER_FORMAT, "other-format", false, "files of another format than their name says")         \
    X(NOT_AS_PUBLISHED, "not-as-published", false,                                                 \
      "corpora of another sample rate than published")                                             \
    X(ODD_RATE, "odd-rate", false, "recordings of another sample rate than their corpus")          \
    X(ODD_CHANNELS, "odd-channels", false, "recordings of other channels than their corpus")       \
    X(ODD_LENGTH, "odd-length", false, "recordings much longer or shorter than their corpus")      \
    X(QUIET, "quiet", false, "very quiet recordings")                                              \
    X(CLIPPED, "clipped", false, "clipped recordings")                                             \
    X(OFFSET, "dc-offset", false, "recordings that are not centred on zero")                       \
    X(CUT_OFF, "cut-off", false, "recordings that begin or end in full sound")

enum finding_kind {
#define X(constant, ...) FINDING_##constant,
    FINDING_KINDS(X)
#undef X
        FINDING_KIND_COUNT
};

enum { FINDING_CORPUS = 32 };

struct finding {
    enum finding_kind kind;
    char corpus[FINDING_CORPUS]; /* empty: of no known corpus */
    char *path;   /* a file, folder or "manifest:line"; NULL: the corpus as a whole */
    char *detail; /* "peak at -64 dBFS"; NULL: the kind says it all */
    char *other;  /* the path of the one that it is the same as; NULL */
    int count;    /* how many recordings, speakers, … it is about */
};

struct findings {
    struct finding *items;
    int count;
    size_t capacity;
};

/* "same-name"; static strings. */
const char *finding_kind_name(enum finding_kind kind);
const char *finding_kind_text(enum finding_kind kind);
bool finding_is_problem(enum finding_kind kind);

/* Copies the texts, which may be NULL. */
ser_status findings_add(struct findings *findings, enum finding_kind kind, const char *corpus,
                        const char *path, const char *detail, const char *other, int count,
                        ser_error *error);

/* How many there are of a kind: the sum of their counts. */
int findings_of(const struct findings *findings, enum finding_kind kind);

/* By kind, in the order of the table; of one kind by corpus, then by path. */
void findings_sort(struct findings *findings);
void findings_release(struct findings *findings);

#endif

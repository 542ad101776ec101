/* What was left out of a corpus, and why: nothing disappears without a reason that can be read. */
#ifndef CORPORA_LEFT_OUT_H
#define CORPORA_LEFT_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "ser/status.h"

/* X(constant, what to say of `n` such files, whether something is wrong with them) */
#define LEFT_OUT_REASONS(X)                                                                        \
    X(FOREIGN, "sound files not named as any known corpus names them", false)                      \
    X(MALFORMED, "names that their corpus cannot have", true)                                      \
    X(ROW, "rows of a manifest that cannot be used", true)                                         \
    X(VOICE, "recordings of a kind that was not asked for (song, non-speech)", false)              \
    X(SILENT, "videos without sound", false)                                                       \
    X(EMPTY, "empty files", true)                                                                  \
    X(SAME_NAME, "further files of one name", true)                                                \
    X(SAME_BYTES, "further names of the same bytes", true)                                         \
    X(CONTRADICTION, "files of the same bytes under different labels", true)                       \
    X(UNREADABLE, "files that cannot be read", true)                                               \
    X(UNLABELLED, "recordings of emotions that the label map does not know", false)                \
    X(SPLIT, "recordings that the split file does not name", false)

enum left_out_reason {
#define X(constant, ...) LEFT_OUT_##constant,
    LEFT_OUT_REASONS(X)
#undef X
        LEFT_OUT_REASON_COUNT
};

struct left_out {
    char *path;
    enum left_out_reason reason;
    char *detail; /* "emotion is 09, expected 01 to 08"; NULL: the reason says it all */
    char *other;  /* the path of the file that was kept instead, or contradicts; NULL */
};

struct left_out_list {
    struct left_out *items;
    int count;
    size_t capacity;
};

/* A static string. */
const char *left_out_reason_text(enum left_out_reason reason);

/* Copies the texts; detail and other may be NULL. */
ser_status left_out_add(struct left_out_list *list, const char *path, enum left_out_reason reason,
                        const char *detail, const char *other, ser_error *error);
int left_out_count(const struct left_out_list *list, enum left_out_reason reason);

/* Writes one remark to the log for each reason that occurs: how many, and the first of them. */
void left_out_remark(const struct left_out_list *list, const char *place);
void left_out_release(struct left_out_list *list);

#endif

/* What makes a split's figures look better than they are: something that is on both sides of it. */
#ifndef EVALUATION_LEAKS_H
#define EVALUATION_LEAKS_H

#include <stdbool.h>
#include <stddef.h>

#include "evaluation/partition.h"

/* X(constant, what to say of `n` such cases) */
#define LEAK_KINDS(X)                                                                              \
    X(SPEAKER, "speakers on both sides")                                                           \
    X(COPY, "augmented copies apart from what they were made from")                                \
    X(BYTES, "recordings of the same bytes on both sides")                                         \
    X(TWICE, "recordings named twice")                                                             \
    X(CORPUS, "corpora on both sides")                                                             \
    X(TEXT, "texts on both sides")                                                                 \
    X(NAMELESS, "recordings that do not say who speaks")                                           \
    X(UNREADABLE, "files that cannot be read")                                                     \
    X(MISSING, "names that the corpus has not")                                                    \
    X(UNNAMED, "recordings of the corpus that are in no part")

enum leak_kind {
#define X(constant, text) LEAK_##constant,
    LEAK_KINDS(X)
#undef X
        LEAK_KIND_COUNT
};

struct leak {
    enum leak_kind kind;
    bool is_leak; /* else a remark: what the protocol allows, or no more than worth knowing */
    char *text;   /* which recordings */
};

struct leak_list {
    struct leak *items;
    int count;
    size_t capacity;
    int leaks; /* those that are no remarks */
};

/* Static string. */
const char *leak_kind_text(enum leak_kind kind);

__attribute__((format(printf, 5, 6))) ser_status leak_add(struct leak_list *list,
                                                          enum leak_kind kind, bool is_leak,
                                                          ser_error *error, const char *format,
                                                          ...);

/* Adds what is in two parts of the partition, of whatever the protocol promises to keep apart; and
 * augmented copies and equal files, which no protocol may part. Any two parts are two sides,
 * training and validation too. What the protocol does not promise is one remark. Reads files that
 * have the size of another one. */
ser_status split_find_leaks(struct leak_list *list, const struct partition *partition,
                            const struct corpus *corpus, ser_error *error);

/* Harmless on an empty list. */
void leaks_release(struct leak_list *list);

#endif

/* Protocols: by what rule a corpus is divided, and so what figures measured on it mean. */
#ifndef EVALUATION_PROTOCOL_H
#define EVALUATION_PROTOCOL_H

#include <stdbool.h>

#include "evaluation/groups.h"

enum protocol_kind {
    PROTOCOL_CHOSEN,    /* so many folds, or such shares, as is asked for; balanced, by seed */
    PROTOCOL_EACH,      /* a fold for each group */
    PROTOCOL_PUBLISHED, /* folds that somebody published */
};

struct protocol {
    const char *name;  /* what users type and split files hold: "speaker" */
    const char *about; /* one line */
    enum protocol_kind kind;
    bool speakers_apart; /* nobody is heard on both sides */
    bool texts_apart;    /* nothing is said on both sides */
    bool corpora_apart;  /* no corpus is on both sides */
    bool by_sex;         /* the sexes are balanced, as the emotions always are */
    const char *caveat;  /* what must be said wherever figures are shown; NULL: nothing */

    /* What is never divided, but for augmented copies, which are joined to their originals in
     * every protocol. NULL: nothing else. */
    ser_status (*group)(struct groups *groups, const struct corpus *corpus, ser_error *error);
    const char *unit; /* "speakers" */

    /* PROTOCOL_PUBLISHED: the name of the only corpus that has these folds, and the speakers of
     * each as numbers and ranges of numbers: "2,5,14-16"; NULL ends them. */
    const char *corpus;
    const char *const *folds;
};

/* Ends with NULL. */
extern const struct protocol *const protocols[];

/* NULL when there is none of that name. */
const struct protocol *protocol_find(const char *name);

/* The fold (from 0) that tests a speaker by a published protocol; -1 when it knows no such one. */
int protocol_fold_of(const struct protocol *protocol, const char *speaker_id);

/* What is said of figures by a protocol of this name; "" where nothing must be. A name that is not
 * in the table is somebody's own and must keep speakers apart. */
const char *protocol_caveat(const char *name);
bool protocol_keeps_speakers_apart(const char *name);

#endif

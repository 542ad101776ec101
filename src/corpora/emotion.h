/* The house's own words for emotions. Every corpus's labels are translated into them. */
#ifndef CORPORA_EMOTION_H
#define CORPORA_EMOTION_H

#include <stdbool.h>

/* X(name of the constant, the word) */
#define EMOTION_LIST(X)                                                                            \
    X(NEUTRAL, "neutral")                                                                          \
    X(CALM, "calm")                                                                                \
    X(HAPPY, "happy")                                                                              \
    X(SAD, "sad")                                                                                  \
    X(ANGRY, "angry")                                                                              \
    X(FEARFUL, "fearful")                                                                          \
    X(DISGUST, "disgust")                                                                          \
    X(SURPRISED, "surprised")

enum emotion {
#define X(constant, word) EMOTION_##constant,
    EMOTION_LIST(X)
#undef X
        EMOTION_COUNT
};

/* "happy"; "unknown" for a value outside the list. Static string. */
const char *emotion_name(enum emotion emotion);

/* Finds the emotion of a word; false, leaving *emotion alone, when there is none. */
bool emotion_from_name(const char *word, enum emotion *emotion);

#endif

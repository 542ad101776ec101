#include "corpora/emotion.h"

#include <string.h>

static const char *const words[] = {
#define X(constant, word) word,
    EMOTION_LIST(X)
#undef X
};

const char *emotion_name(enum emotion emotion)
{
    return (unsigned)emotion < EMOTION_COUNT ? words[emotion] : "unknown";
}

bool emotion_from_name(const char *word, enum emotion *emotion)
{
    for (int i = 0; i < EMOTION_COUNT; i++) {
        if (!strcmp(words[i], word)) {
            *emotion = (enum emotion)i;
            return true;
        }
    }
    return false;
}

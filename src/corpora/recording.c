#include "corpora/recording.h"

#include <string.h>

const char *sex_name(enum sex sex)
{
    static const char *const names[] = {"unknown", "female", "male"};
    return names[sex];
}

const char *voice_name(enum voice voice)
{
    static const char *const names[] = {"speech", "song", "non-speech"};
    return names[voice];
}

const char *intensity_name(enum intensity intensity)
{
    static const char *const names[] = {"unknown", "low", "normal", "strong"};
    return names[intensity];
}

bool same_speaker(const struct recording *a, const struct recording *b)
{
    return a == b ||
           (*a->speaker && !strcmp(a->speaker, b->speaker) && !strcmp(a->corpus, b->corpus));
}

const char *recording_source(const struct recording *recording)
{
    return *recording->original ? recording->original : recording->name;
}

#include "evaluation/heard.h"

#include <string.h>

#include "corpora/speakers.h"
#include "models/model.h"

static const json_t *corpora_of(const ser_model *model)
{
    return json_object_get(model->training, "corpora");
}

bool heard_is_known(const ser_model *model)
{
    size_t i;
    json_t *corpus;
    json_array_foreach(corpora_of(model), i, corpus)
    {
        if (!json_is_string(json_object_get(corpus, "name")) ||
            !json_is_array(json_object_get(corpus, "speakers")))
            return false;
    }
    return i > 0;
}

static bool is_among(const json_t *speakers, const struct recording *recording)
{
    size_t i;
    json_t *speaker;
    json_array_foreach(speakers, i, speaker)
    {
        if (json_is_string(speaker) &&
            speaker_is_meant(recording, json_string_value(speaker), json_string_length(speaker)))
            return true;
    }
    return false;
}

bool heard_speaker(const ser_model *model, const struct recording *recording)
{
    size_t i;
    json_t *corpus;
    json_array_foreach(corpora_of(model), i, corpus)
    {
        const char *name = json_string_value(json_object_get(corpus, "name"));
        const json_t *speakers = json_object_get(corpus, "speakers");
        if (!name || strcmp(name, recording->corpus) != 0)
            continue;
        if (!*recording->speaker || !json_array_size(speakers) || is_among(speakers, recording))
            return true;
    }
    return false;
}

bool heard_by_split(const ser_model *model, const struct split_file *file, int part)
{
    char hash[HASH_TEXT_LENGTH];
    const json_t *split = json_object_get(model->training, "split");
    const char *own = json_string_value(json_object_get(split, "hash"));
    hash_to_text(file->hash, hash);
    return own && !strcmp(own, hash) && !file->folds &&
           (part == PART_TEST || part == PART_VALIDATION);
}

#include "evaluation/protocol.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static ser_status group_by_text(struct groups *groups, const struct corpus *corpus,
                                ser_error *error)
{
    for (int i = 0; i < corpus->count; i++)
        if (!*corpus->recordings[i].text)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "%s: what is said is not known, expected a text of every recording",
                             corpus->recordings[i].path);
    return groups_find(groups, corpus, order_by_text, error);
}

static ser_status group_by_corpus(struct groups *groups, const struct corpus *corpus,
                                  ser_error *error)
{
    return groups_find(groups, corpus, order_by_corpus, error);
}

static ser_status group_by_source(struct groups *groups, const struct corpus *corpus,
                                  ser_error *error)
{
    return groups_find(groups, corpus, order_by_source, error);
}

static const struct protocol speaker = {
    .name = "speaker",
    .about = "nobody is heard on both sides; folds or shares, alike in emotions and sexes",
    .speakers_apart = true,
    .by_sex = true,
    .group = groups_of_speakers,
    .unit = "speakers",
};

static const struct protocol leave_one_speaker_out = {
    .name = "leave-one-speaker-out",
    .about = "a fold for each speaker",
    .kind = PROTOCOL_EACH,
    .speakers_apart = true,
    .group = groups_of_speakers,
    .unit = "speakers",
};

static const struct protocol by_random = {
    .name = "random",
    .about = "recordings by chance, folds or shares alike in emotions; speakers are on both sides",
    .group = group_by_source,
    .caveat = "random split: speakers are on both sides; such figures say nothing about new "
              "speakers",
    .unit = "recordings",
};

static const struct protocol text = {
    .name = "text",
    .about = "nothing is said on both sides; folds or shares; speakers are on both sides",
    .texts_apart = true,
    .group = group_by_text,
    .caveat = "split by text: speakers are on both sides; such figures say nothing about new "
              "speakers",
    .unit = "texts",
};

static const struct protocol corpus = {
    .name = "corpus",
    .about = "a fold for each corpus: tested on one, trained on the others",
    .kind = PROTOCOL_EACH,
    .speakers_apart = true,
    .corpora_apart = true,
    .group = group_by_corpus,
    .unit = "corpora",
};

/* C. Luna-Jiménez et al., "Multimodal Emotion Recognition on RAVDESS Dataset Using Transfer
 * Learning", Sensors 21(22), 7665, 2021. */
static const struct protocol ravdess_luna_jimenez = {
    .name = "ravdess-luna-jimenez",
    .about = "the 5 folds of RAVDESS's actors by Luna-Jiménez et al. 2021",
    .kind = PROTOCOL_PUBLISHED,
    .speakers_apart = true,
    .group = group_by_source,
    .unit = "recordings",
    .corpus = "ravdess",
    .folds =
        (const char *const[]){
            "2,5,14-16",
            "3,6,7,13,18",
            "10-12,19,20",
            "8,17,21,23,24",
            "1,4,9,22",
            NULL,
        },
};

/* H. Wu et al., "EMO-SUPERB: An In-depth Look at Speech Emotion Recognition", 2024. */
static const struct protocol crema_d_emo_superb = {
    .name = "crema-d-emo-superb",
    .about = "the 5 folds of CREMA-D's actors of the benchmark EMO-SUPERB",
    .kind = PROTOCOL_PUBLISHED,
    .speakers_apart = true,
    .group = group_by_source,
    .unit = "recordings",
    .corpus = "crema-d",
    .folds =
        (const char *const[]){
            "1001-1018",
            "1019-1036",
            "1037-1054",
            "1055-1072",
            "1073-1091",
            NULL,
        },
};

const struct protocol *const protocols[] = {
    &speaker, &leave_one_speaker_out, &by_random,          &text,
    &corpus,  &ravdess_luna_jimenez,  &crema_d_emo_superb, NULL,
};

const struct protocol *protocol_find(const char *name)
{
    for (int i = 0; protocols[i]; i++)
        if (!strcmp(protocols[i]->name, name))
            return protocols[i];
    return NULL;
}

/* Whether a list such as "2,5,14-16" has the number. */
static bool list_has(const char *list, long number)
{
    for (;; list++) {
        char *end;
        long low = strtol(list, &end, 10), high = low;
        if (*end == '-')
            high = strtol(end + 1, &end, 10);
        if (number >= low && number <= high)
            return true;
        if (*end != ',')
            return false;
        list = end;
    }
}

int protocol_fold_of(const struct protocol *protocol, const char *speaker_id)
{
    char *end;
    long number = strtol(speaker_id, &end, 10);
    if (end == speaker_id || *end)
        return -1;
    for (int i = 0; protocol->folds[i]; i++)
        if (list_has(protocol->folds[i], number))
            return i;
    return -1;
}

const char *protocol_caveat(const char *name)
{
    const struct protocol *protocol = protocol_find(name);
    return protocol && protocol->caveat ? protocol->caveat : "";
}

bool protocol_keeps_speakers_apart(const char *name)
{
    const struct protocol *protocol = protocol_find(name);
    return !protocol || protocol->speakers_apart;
}

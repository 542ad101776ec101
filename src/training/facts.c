#include "training/facts.h"

#include <string.h>

#include "ser/version.h"

/* Whether an earlier one of the recordings has the speaker of the last one. */
static bool is_repeated(const struct corpus *corpus, const int *indices, int last)
{
    for (int i = 0; i < last; i++)
        if (!strcmp(corpus->recordings[indices[i]].speaker,
                    corpus->recordings[indices[last]].speaker))
            return true;
    return false;
}

static json_t *speakers_json(const struct corpus *corpus, const int *indices, int count)
{
    json_t *speakers = json_array();
    for (int i = 0; i < count; i++)
        if (!is_repeated(corpus, indices, i))
            json_array_append_new(speakers, json_string(corpus->recordings[indices[i]].speaker));
    return speakers;
}

static json_t *corpus_json(const struct corpus *corpus, const int *indices, int count)
{
    const struct corpus_reader *reader = corpus->recordings[indices[0]].reader;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o}", "name", reader->name, "title",
                     reader->title, "licence", reader->licence, "citation", reader->citation, "doi",
                     reader->doi, "recordings", count, "speakers",
                     speakers_json(corpus, indices, count));
}

static json_t *protocol_json(const struct experiment_settings *settings)
{
    if (settings->folds)
        return json_sprintf("%d folds of speakers: each speaker was tested by a model trained, by "
                            "the same recipe, without them; this model was trained with all of "
                            "them; last epoch, nothing selected on test speakers",
                            settings->folds);
    if (settings->test_speakers)
        return json_sprintf("this model never heard the test speakers (%s); last epoch, nothing "
                            "selected on them",
                            settings->test_speakers);
    return json_string("trained with all speakers, not tested");
}

static json_t *scores_json(const struct experiment_result *result, const struct dataset *dataset)
{
    if (!result->folds)
        return json_null();
    json_t *scores = metrics_to_json(&result->confusion, dataset->labels);
    json_object_set_new(scores, "uar_over_folds", summary_to_json(&result->uar));
    json_object_set_new(scores, "accuracy_over_folds", summary_to_json(&result->accuracy));
    return scores;
}

json_t *facts_of_training(const struct experiment_settings *settings,
                          const struct experiment_result *result, const struct dataset *dataset,
                          const int *train, int train_count, const json_t *recipe)
{
    return json_pack("{s:[o], s:I, s:i, s:O, s:o, s:o, s:s}", "corpora",
                     corpus_json(dataset->corpus, train, train_count), "seed",
                     (json_int_t)settings->seed, "threads", settings->threads, "recipe", recipe,
                     "protocol", protocol_json(settings), "scores", scores_json(result, dataset),
                     "software", "ser " SER_VERSION);
}

#include "training/facts.h"

#include <string.h>

#include "ser/version.h"

/* The recordings of a corpus stand one after the other, as do a corpus's training recordings. */
static json_t *speakers_json(const struct corpus *corpus, const int *indices, int count)
{
    json_t *speakers = json_array();
    for (int i = 0; i < count; i++) {
        const struct recording *recording = &corpus->recordings[indices[i]];
        bool is_known = !*recording->speaker;
        for (int j = 0; j < i && !is_known; j++)
            is_known = same_speaker(recording, &corpus->recordings[indices[j]]);
        if (!is_known)
            json_array_append_new(speakers, json_string(recording->speaker));
    }
    return speakers;
}

static json_t *corpus_json(const struct corpus *corpus, const int *indices, int count)
{
    const struct recording *first = &corpus->recordings[indices[0]];
    const struct corpus_reader *reader = first->reader;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o}", "name", first->corpus, "title",
                     reader->title, "licence", reader->licence, "citation", reader->citation, "doi",
                     reader->doi, "recordings", count, "speakers",
                     speakers_json(corpus, indices, count));
}

static json_t *corpora_json(const struct corpus *corpus, const int *indices, int count)
{
    json_t *corpora = json_array();
    for (int first = 0, end; first < count; first = end) {
        const char *name = corpus->recordings[indices[first]].corpus;
        for (end = first + 1; end < count && !strcmp(corpus->recordings[indices[end]].corpus, name);
             end++)
            ;
        json_array_append_new(corpora, corpus_json(corpus, indices + first, end - first));
    }
    return corpora;
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

json_t *facts_of_training(const struct experiment_settings *settings, const struct plan *plan,
                          const struct experiment_result *result, const struct dataset *dataset,
                          const int *train, int train_count, const json_t *recipe)
{
    return json_pack("{s:o, s:I, s:i, s:O, s:o, s:o, s:s}", "corpora",
                     corpora_json(dataset->corpus, train, train_count), "seed",
                     (json_int_t)settings->seed, "threads", settings->threads, "recipe", recipe,
                     "protocol", plan_to_sentence(plan, settings), "scores",
                     scores_json(result, dataset), "software", "ser " SER_VERSION);
}

#include "toy_run.h"

#include <stdlib.h>
#include <string.h>

int toy_data_load(void **state)
{
    ser_error error;
    struct pool *pool;
    struct network_file file;
    struct toy_data *data = calloc(1, sizeof *data);
    assert_non_null(data);
    char *folder = small_corpus_write("corpus", TOY_ACTORS);
    small_network_parse(&file);
    small_corpus_read(&data->corpus, folder);
    assert_ok(pool_create(&pool, 1, &error));
    assert_ok(
        dataset_load(&data->dataset, &data->corpus,
                     &(struct dataset_settings){.features = file.features, .clean = file.clean},
                     pool, NULL, &error));
    assert_int_equal(data->corpus.count, TOY_CLIPS);
    for (int i = 0; i < TOY_CLIPS; i++)
        data->all[i] = i;
    pool_destroy(pool);
    network_file_release(&file);
    free(folder);
    *state = data;
    return 0;
}

int toy_data_release(void **state)
{
    struct toy_data *data = *state;
    dataset_release(&data->dataset);
    corpus_release(&data->corpus);
    free(data);
    return 0;
}

ser_model *toy_model(const struct toy_data *data, uint64_t seed)
{
    ser_error error;
    ser_model *model;
    struct network_file file;
    small_network_parse(&file);
    assert_ok(model_create(&model, &file, data->dataset.labels, data->dataset.classes, seed, "toy",
                           &error));
    return model;
}

struct trainer *toy_trainer(const struct toy_data *data, ser_model *model, const int *indices,
                            int count, uint64_t seed, int threads)
{
    ser_error error;
    struct trainer *trainer;
    assert_ok(trainer_create(&trainer, model, &data->dataset, NULL, indices, count, seed, threads,
                             "toy", &error));
    return trainer;
}

void toy_epochs(struct trainer *trainer, int epochs)
{
    ser_error error;
    for (int i = 0; i < epochs; i++)
        assert_ok(trainer_run_epoch(trainer, NULL, &error));
}

int same_values(const ser_model *one, const ser_model *other)
{
    const struct network *a = one->network, *b = other->network;
    if (a->parameter_count != b->parameter_count)
        return 0;
    for (int i = 0; i < a->parameter_count; i++)
        if (a->parameters[i].count != b->parameters[i].count ||
            memcmp(a->parameters[i].values, b->parameters[i].values,
                   a->parameters[i].count * sizeof(float)))
            return 0;
    return 1;
}

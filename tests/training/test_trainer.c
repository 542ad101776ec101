#include "toy_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Trains a fresh model to the end; the caller destroys it. */
static ser_model *train(const struct toy_data *data, const int *indices, int count, uint64_t seed,
                        int threads)
{
    ser_error error;
    ser_model *model = toy_model(data, seed);
    struct trainer *trainer = toy_trainer(data, model, indices, count, seed, threads);
    toy_epochs(trainer, trainer->recipe.epochs);
    assert_ok(trainer_finish(trainer, &error));
    trainer_destroy(trainer);
    return model;
}

/* The indices of everybody but one actor. Returns how many. */
static int without_actor(const struct toy_data *data, const char *speaker, int *indices)
{
    int count = 0;
    for (int i = 0; i < data->corpus.count; i++)
        if (strcmp(data->corpus.recordings[i].speaker, speaker))
            indices[count++] = i;
    return count;
}

static void test_learns(void **state)
{
    struct toy_data *data = *state;
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
    toy_epochs(trainer, trainer->recipe.epochs);
    const struct epoch_record *first = &trainer->history[0];
    const struct epoch_record *last = &trainer->history[trainer->recipe.epochs - 1];
    assert_true(last->loss < 0.8 * first->loss);
    assert_true(last->accuracy > 0.9);
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_records_every_epoch(void **state)
{
    struct toy_data *data = *state;
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
    long steps = TOY_CLIPS / 8;
    for (int epoch = 0; epoch < trainer->recipe.epochs; epoch++) {
        assert_int_equal(trainer->epoch, epoch);
        toy_epochs(trainer, 1);
        const struct epoch_record *r = &trainer->history[epoch];
        double factor = schedule_factor((epoch + 1) * steps - 1, steps, 6 * steps);
        assert_true(r->rate == trainer->recipe.optimizer.rate * factor);
        assert_true(r->loss > 0.3 && r->loss < 3); /* of a clip: chance has log 3 = 1.1 */
        assert_true(r->norm > 0 && r->seconds >= 0);
        double right = r->accuracy * TOY_CLIPS;
        assert_true(r->accuracy >= 0 && r->accuracy <= 1);
        assert_true(fabs(right - round(right)) < 1e-9);
        assert_int_equal(trainer->optimizer->step, (epoch + 1) * steps);
    }
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_the_same_seed_gives_the_same_bits(void **state)
{
    struct toy_data *data = *state;
    for (int threads = 1; threads <= 2; threads++) {
        ser_model *one = train(data, data->all, TOY_CLIPS, 3, threads);
        ser_model *again = train(data, data->all, TOY_CLIPS, 3, threads);
        assert_true(same_values(one, again));
        ser_model_destroy(one);
        ser_model_destroy(again);
    }
}

static void test_another_seed_gives_another_model(void **state)
{
    struct toy_data *data = *state;
    ser_model *one = train(data, data->all, TOY_CLIPS, 3, 1);
    ser_model *other = train(data, data->all, TOY_CLIPS, 4, 1);
    assert_false(same_values(one, other));
    ser_model_destroy(one);
    ser_model_destroy(other);
}

/* The order and the crops come from the seed too, not only the start. */
static void test_the_seed_decides_the_order(void **state)
{
    struct toy_data *data = *state;
    ser_model *one = toy_model(data, 1), *other = toy_model(data, 1);
    struct trainer *a = toy_trainer(data, one, data->all, TOY_CLIPS, 1, 1);
    struct trainer *b = toy_trainer(data, other, data->all, TOY_CLIPS, 2, 1);
    toy_epochs(a, 1);
    toy_epochs(b, 1);
    assert_memory_not_equal(a->order, b->order, TOY_CLIPS * sizeof(int));
    assert_false(same_values(one, other));
    trainer_destroy(a);
    trainer_destroy(b);
    ser_model_destroy(one);
    ser_model_destroy(other);
}

static void test_an_epoch_sees_every_clip_once(void **state)
{
    struct toy_data *data = *state;
    int indices[TOY_CLIPS], before[TOY_CLIPS];
    int count = without_actor(data, "02", indices);
    assert_int_equal(count, TOY_CLIPS - 12);
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, indices, count, 1, 1);
    memset(before, 0, sizeof before);
    for (int epoch = 0; epoch < 3; epoch++) {
        int seen[TOY_CLIPS] = {0};
        toy_epochs(trainer, 1);
        for (int i = 0; i < count; i++)
            seen[trainer->order[i]]++;
        for (int i = 0; i < count; i++)
            assert_int_equal(seen[indices[i]], 1);
        assert_memory_not_equal(before, trainer->order, (size_t)count * sizeof(int));
        memcpy(before, trainer->order, (size_t)count * sizeof(int));
    }
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

/* Whatever the recordings that are kept out hold, they leave no trace. */
static void test_never_looks_at_other_recordings(void **state)
{
    struct toy_data *data = *state;
    int indices[TOY_CLIPS];
    int count = without_actor(data, "03", indices);
    ser_model *before = train(data, indices, count, 5, 1);
    struct toy_data poisoned = *data;
    ser_features features[TOY_CLIPS];
    int targets[TOY_CLIPS];
    float nothing[SMALL_BANDS] = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    memcpy(targets, data->dataset.targets, sizeof targets);
    memcpy(features, data->dataset.features, sizeof features);
    for (int i = 0; i < TOY_CLIPS; i++)
        if (!strcmp(data->corpus.recordings[i].speaker, "03")) {
            features[i] = (ser_features){.values = nothing, .frames = 1, .columns = SMALL_BANDS};
            targets[i] = 1000;
        }
    poisoned.dataset.features = features;
    poisoned.dataset.targets = targets;
    ser_model *after = train(&poisoned, indices, count, 5, 1);
    assert_true(same_values(before, after));
    ser_model_destroy(before);
    ser_model_destroy(after);
}

static void test_weighs_rare_classes_more(void **state)
{
    struct toy_data *data = *state;
    ser_model *model = toy_model(data, 1);
    int indices[TOY_CLIPS], count = 0, counts[3] = {0};
    for (int i = 0; i < TOY_CLIPS; i++)
        if (data->dataset.targets[i] == 1 || (data->dataset.targets[i] == 0 && i % 4 == 0)) {
            indices[count++] = i;
            counts[data->dataset.targets[i]]++;
        }
    assert_int_equal(counts[2], 0);
    assert_true(counts[0] < counts[1]);
    struct trainer *trainer = toy_trainer(data, model, indices, count, 1, 1);
    double mean = count / 2.0;
    for (int c = 0; c < 2; c++) {
        double expected = pow(mean / counts[c], 0.5);
        assert_true(fabs((double)trainer->weights[c] - expected) < 1e-6);
    }
    assert_true(trainer->weights[2] == 0);
    toy_epochs(trainer, 2); /* an absent class is no division by zero */
    assert_true(isfinite(trainer->history[1].loss));
    trainer_destroy(trainer);
    model->file.recipe.class_power = 0;
    trainer = toy_trainer(data, model, indices, count, 1, 1);
    assert_true(trainer->weights[0] == 1 && trainer->weights[1] == 1);
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_takes_fewer_clips_than_a_batch(void **state)
{
    struct toy_data *data = *state;
    for (int count = 1; count <= 9; count += 4) {
        ser_model *model = train(data, data->all, count, 1, 1);
        ser_model_destroy(model);
    }
}

struct watch {
    int calls, stop_at;
    struct progress last;
};

static int look(void *user, const struct progress *progress)
{
    struct watch *watch = user;
    if (watch->calls && progress->epoch == watch->last.epoch)
        assert_true(progress->done > watch->last.done);
    assert_int_equal(progress->stage, PROGRESS_TRAINING);
    assert_string_equal(progress->run, "toy");
    assert_int_equal(progress->total, TOY_CLIPS);
    assert_int_equal(progress->epochs, 6);
    assert_true(progress->loss > 0);
    assert_in_range((int)(1000 * progress->accuracy), 0, 1000);
    watch->last = *progress;
    return ++watch->calls == watch->stop_at;
}

static void test_reports_progress(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct watch watch = {0};
    const struct progress_sink sink = {look, &watch};
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
    assert_ok(trainer_run_epoch(trainer, &sink, &error));
    assert_int_equal(watch.calls, TOY_CLIPS / 8);
    assert_int_equal(watch.last.done, TOY_CLIPS);
    assert_int_equal(watch.last.epoch, 1);
    assert_ok(trainer_run_epoch(trainer, &sink, &error));
    assert_int_equal(watch.last.epoch, 2);
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_stops_when_asked(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    for (int stop = 1; stop <= TOY_CLIPS / 8; stop++) {
        struct watch watch = {.stop_at = stop};
        const struct progress_sink sink = {look, &watch};
        ser_model *model = toy_model(data, 1);
        struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
        assert_error(trainer_run_epoch(trainer, &sink, &error), SER_ERROR_INTERRUPTED,
                     "stopped in epoch 1");
        assert_int_equal(watch.calls, stop);
        assert_int_equal(trainer->epoch, 0);
        trainer_destroy(trainer);
        ser_model_destroy(model);
    }
}

static void test_says_when_training_diverges(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    ser_status status = SER_OK;
    ser_model *model = toy_model(data, 1);
    model->file.recipe.optimizer.rate = 1e25;
    struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
    for (int epoch = 0; epoch < 6 && !status; epoch++)
        status = trainer_run_epoch(trainer, NULL, &error);
    assert_int_equal(status, SER_ERROR_ENGINE);
    assert_non_null(strstr(error.message, "toy: training diverged"));
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_finishes_with_the_moving_average(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
    toy_epochs(trainer, 6);
    const struct parameter *p = &model->network->parameters[0];
    float average = trainer->optimizer->average[0][0], current = p->values[0];
    assert_true(average != current);
    assert_ok(trainer_finish(trainer, &error));
    assert_true(model->network->parameters[0].values[0] == average);
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_finishing_refuses_impossible_numbers(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, data->all, TOY_CLIPS, 1, 1);
    toy_epochs(trainer, 1);
    trainer->optimizer->average[2][0] = INFINITY;
    assert_error(trainer_finish(trainer, &error), SER_ERROR_FORMAT, "toy: tensor");
    trainer_destroy(trainer);
    trainer_destroy(NULL);
    ser_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_records_every_epoch),
        cmocka_unit_test(test_the_same_seed_gives_the_same_bits),
        cmocka_unit_test(test_another_seed_gives_another_model),
        cmocka_unit_test(test_the_seed_decides_the_order),
        cmocka_unit_test(test_an_epoch_sees_every_clip_once),
        cmocka_unit_test(test_never_looks_at_other_recordings),
        cmocka_unit_test(test_weighs_rare_classes_more),
        cmocka_unit_test(test_takes_fewer_clips_than_a_batch),
        cmocka_unit_test(test_reports_progress),
        cmocka_unit_test(test_stops_when_asked),
        cmocka_unit_test(test_says_when_training_diverges),
        cmocka_unit_test(test_finishes_with_the_moving_average),
        cmocka_unit_test(test_finishing_refuses_impossible_numbers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, toy_data_load, toy_data_release);
}

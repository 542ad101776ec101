#define _GNU_SOURCE
#include "toy_run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/random.h"
#include "training/checkpoint.h"

/* A trainer with its model. */
struct run {
    ser_model *model;
    struct trainer *trainer;
};

static struct run start(const struct toy_data *data, uint64_t seed)
{
    struct run run = {.model = toy_model(data, seed)};
    run.trainer = toy_trainer(data, run.model, data->all, TOY_CLIPS, seed, 1);
    return run;
}

static void end(struct run *run)
{
    trainer_destroy(run->trainer);
    ser_model_destroy(run->model);
}

/* Whether two trainers would go on alike. */
static int same_state(const struct trainer *a, const struct trainer *b)
{
    const struct network *network = a->model->network;
    const struct optimizer *x = a->optimizer, *y = b->optimizer;
    if (a->epoch != b->epoch || x->step != y->step || !same_values(a->model, b->model) ||
        memcmp(a->history, b->history, (size_t)a->epoch * sizeof *a->history))
        return 0;
    for (int i = 0; i < network->parameter_count; i++) {
        size_t size = network->parameters[i].count * sizeof(float);
        if (memcmp(x->average[i], y->average[i], size) || memcmp(x->mean[i], y->mean[i], size) ||
            memcmp(x->square[i], y->square[i], size))
            return 0;
    }
    return 1;
}

/* Saves a training after two epochs; the caller frees the path. */
static char *write_example(const struct toy_data *data, struct run *run)
{
    ser_error error;
    char *path = support_scratch("example.safetensors");
    *run = start(data, 1);
    toy_epochs(run->trainer, 2);
    assert_ok(checkpoint_save(run->trainer, path, &error));
    return path;
}

static void test_brings_back_the_whole_state(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run saved, loaded = start(data, 1);
    char *path = write_example(data, &saved);
    assert_ok(checkpoint_load(loaded.trainer, path, &error));
    assert_int_equal(loaded.trainer->epoch, 2);
    assert_true(same_state(saved.trainer, loaded.trainer));
    end(&saved);
    end(&loaded);
    free(path);
}

/* Whatever epoch it stops after, what comes out in the end is the same, to the bit. */
static void test_goes_on_as_if_nothing_had_happened(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run straight = start(data, 1);
    char *path = support_scratch("resume.safetensors");
    toy_epochs(straight.trainer, 6);
    for (int epoch = 1; epoch <= 6; epoch++) {
        struct run first = start(data, 1), second = start(data, 1);
        toy_epochs(first.trainer, epoch);
        assert_ok(checkpoint_save(first.trainer, path, &error));
        end(&first);
        assert_ok(checkpoint_load(second.trainer, path, &error));
        toy_epochs(second.trainer, 6 - epoch);
        for (int i = 0; i < 6; i++)
            second.trainer->history[i].seconds = straight.trainer->history[i].seconds;
        assert_true(same_state(straight.trainer, second.trainer));
        end(&second);
    }
    end(&straight);
    free(path);
}

static void test_the_same_state_gives_the_same_bytes(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run saved, loaded = start(data, 1);
    char *path = write_example(data, &saved), *again = support_scratch("again.safetensors");
    assert_ok(checkpoint_load(loaded.trainer, path, &error));
    assert_ok(checkpoint_save(loaded.trainer, again, &error));
    assert_true(same_files(path, again));
    end(&saved);
    end(&loaded);
    free(path);
    free(again);
}

static void assert_other_identity(struct hash identity, struct trainer *trainer)
{
    assert_false(hash_equal(checkpoint_identity(trainer), identity));
}

static void test_identity_is_of_all_that_decides_the_bits(void **state)
{
    struct toy_data *data = *state;
    struct run run = start(data, 1), same = start(data, 1);
    struct trainer *t = run.trainer;
    struct hash identity = checkpoint_identity(t);
    assert_true(hash_equal(checkpoint_identity(same.trainer), identity));
    toy_epochs(same.trainer, 1);
    assert_true(
        hash_equal(checkpoint_identity(same.trainer), identity)); /* progress does not matter */
    t->seed++;
    assert_other_identity(identity, t);
    t->seed--;
    t->threads++;
    assert_other_identity(identity, t);
    t->threads--;
    t->count--;
    assert_other_identity(identity, t);
    t->count++;
    t->recipe.optimizer.rate *= 1.0000001;
    assert_other_identity(identity, t);
    t->recipe = same.trainer->recipe;
    t->recipe.epochs++;
    assert_other_identity(identity, t);
    t->recipe = same.trainer->recipe;
    json_array_append_new(run.model->file.layers, json_object());
    assert_other_identity(identity, t);
    json_array_remove(run.model->file.layers, json_array_size(run.model->file.layers) - 1);
    assert_true(hash_equal(checkpoint_identity(t), identity));
    data->dataset.features[7].values[3] += 0.001f;
    assert_other_identity(identity, t);
    data->dataset.features[7].values[3] = 0;
    assert_other_identity(identity, t);
    end(&run);
    end(&same);
}

/* The clips that are not trained with may change: those of test speakers do not matter. */
static void test_identity_ignores_other_recordings(void **state)
{
    struct toy_data *data = *state;
    ser_model *model = toy_model(data, 1);
    struct trainer *trainer = toy_trainer(data, model, data->all + 10, TOY_CLIPS - 10, 1, 1);
    struct hash identity = checkpoint_identity(trainer);
    data->dataset.features[9].values[3] += 1;
    data->dataset.targets[9] += 1;
    assert_true(hash_equal(checkpoint_identity(trainer), identity));
    data->dataset.targets[9] -= 1;
    data->dataset.targets[10] += 1;
    assert_false(hash_equal(checkpoint_identity(trainer), identity));
    data->dataset.targets[10] -= 1;
    trainer_destroy(trainer);
    ser_model_destroy(model);
}

static void test_refuses_another_training(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run saved, other = start(data, 2);
    char *path = write_example(data, &saved);
    assert_error(checkpoint_load(other.trainer, path, &error), SER_ERROR_ARGUMENT,
                 "belongs to a training with other data");
    assert_non_null(strstr(error.message, "example.safetensors"));
    end(&saved);
    end(&other);
    free(path);
}

static void test_refuses_files_that_are_no_checkpoint(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run run = start(data, 1);
    char *model = small_model_write("model.safetensors", 1);
    char *text = support_write("text.safetensors", "hello", 5);
    char *missing = support_scratch("missing.safetensors");
    assert_error(checkpoint_load(run.trainer, model, &error), SER_ERROR_FORMAT, "not a checkpoint");
    assert_error(checkpoint_load(run.trainer, text, &error), SER_ERROR_FORMAT, "text.safetensors");
    assert_error(checkpoint_load(run.trainer, missing, &error), SER_ERROR_IO,
                 "missing.safetensors");
    end(&run);
    free(model);
    free(text);
    free(missing);
}

static void test_refuses_every_truncation(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run saved, run = start(data, 1);
    size_t size;
    char *path = write_example(data, &saved), *bytes = read_whole(path, &size);
    for (size_t length = 0; length < size; length += length + 200 < size ? 101 : 1) {
        char *part = support_write("part.safetensors", bytes, length);
        assert_error(checkpoint_load(run.trainer, part, &error), SER_ERROR_FORMAT,
                     "part.safetensors");
        free(part);
    }
    end(&saved);
    end(&run);
    free(bytes);
    free(path);
}

/* Any single bit: the file is refused, or what is read is what was saved. */
static void test_notices_every_damage(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct run saved;
    size_t size;
    char *path = write_example(data, &saved), *bytes = read_whole(path, &size);
    struct random random = random_seeded(2, 0);
    int refused = 0, rounds = 600;
    for (int round = 0; round < rounds; round++) {
        struct run run = start(data, 1);
        size_t place = random_below(&random, (uint32_t)size);
        char bit = (char)(1 << random_below(&random, 8));
        bytes[place] ^= bit;
        char *damaged = support_write("damaged.safetensors", bytes, size);
        if (checkpoint_load(run.trainer, damaged, &error))
            refused++;
        else
            assert_true(same_state(saved.trainer, run.trainer));
        bytes[place] ^= bit;
        end(&run);
        free(damaged);
    }
    assert_true(refused > rounds * 9 / 10);
    end(&saved);
    free(bytes);
    free(path);
}

/* Replaces a text in the header by another of the same length and tries to load it. */
static void assert_header_refused(const struct toy_data *data, const char *old, const char *new)
{
    ser_error error;
    struct run saved, run = start(data, 1);
    size_t size, length = strlen(old);
    char *path = write_example(data, &saved), *bytes = read_whole(path, &size);
    assert_int_equal(length, strlen(new));
    char *place = memmem(bytes, size, old, length);
    assert_non_null(place);
    memcpy(place, new, length);
    char *altered = support_write("altered.safetensors", bytes, size);
    assert_error(checkpoint_load(run.trainer, altered, &error), SER_ERROR_FORMAT,
                 "altered.safetensors");
    end(&saved);
    end(&run);
    free(bytes);
    free(path);
    free(altered);
}

static void test_refuses_impossible_progress(void **state)
{
    struct toy_data *data = *state;
    assert_header_refused(data, "\"epoch\":\"2\"", "\"epoch\":\"0\"");
    assert_header_refused(data, "\"epoch\":\"2\"", "\"epoch\":\"7\"");
    assert_header_refused(data, "\"epoch\":\"2\"", "\"epoch\":\"1\"");
    assert_header_refused(data, "\"epoch\":\"2\"", "\"epoch\":\"x\"");
    assert_header_refused(data, "\"epoch\":\"2\"", "\"eboch\":\"2\"");
    assert_header_refused(data, "\"step\":\"12\"", "\"step\":\"-2\"");
    assert_header_refused(data, "\"step\":\"12\"", "\"step\":\"13\"");
    assert_header_refused(data, "\"history\":\"[[", "\"history\":\"[{");
    assert_header_refused(data, "\"history\":", "\"histary\":");
    assert_header_refused(data, "\"digest\":", "\"digust\":");
    assert_header_refused(data, "\"mean/", "\"meal/");
}

static void test_a_full_disk_leaves_the_old_checkpoint(void **state)
{
    struct toy_data *data = *state;
    ser_error error;
    struct rlimit limit, none;
    struct run saved, loaded = start(data, 1);
    char *path = write_example(data, &saved);
    toy_epochs(saved.trainer, 1);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &none), 0);
    limit = none;
    limit.rlim_cur = 5000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ser_status status = checkpoint_save(saved.trainer, path, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    assert_int_equal(status, SER_ERROR_IO);
    assert_ok(checkpoint_load(loaded.trainer, path, &error));
    assert_int_equal(loaded.trainer->epoch, 2);
    end(&saved);
    end(&loaded);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brings_back_the_whole_state),
        cmocka_unit_test(test_goes_on_as_if_nothing_had_happened),
        cmocka_unit_test(test_the_same_state_gives_the_same_bytes),
        cmocka_unit_test(test_refuses_another_training),
        cmocka_unit_test(test_refuses_files_that_are_no_checkpoint),
        cmocka_unit_test(test_refuses_every_truncation),
        cmocka_unit_test(test_notices_every_damage),
        cmocka_unit_test(test_refuses_impossible_progress),
        cmocka_unit_test(test_a_full_disk_leaves_the_old_checkpoint),
        cmocka_unit_test(test_identity_is_of_all_that_decides_the_bits),
        cmocka_unit_test(test_identity_ignores_other_recordings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, toy_data_load, toy_data_release);
}

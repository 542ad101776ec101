/* What a training may choose: several corpora, a label map, augmentation, a cache. */
#define _GNU_SOURCE
#include "small_experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "models/model.h"

enum { ACTORS = 4, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES };

static int set_up(void **state)
{
    (void)state;
    return small_experiment_begin(ACTORS);
}

static struct experiment_settings settings_for(const char *out)
{
    struct experiment_settings settings = small_experiment(out);
    settings.epochs = 3;
    return settings;
}

static char *write_text(const char *name, const char *text)
{
    return support_write(name, text, strlen(text));
}

static void test_a_label_map_makes_the_classes(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    char *out = support_scratch("mapped.safetensors");
    char *map = write_text("map.json", "{\"name\": \"how\", \"labels\": {\"bad\": [\"sad\", "
                                       "\"angry\"], \"good\": [\"happy\"]}}");
    struct experiment_settings settings = settings_for(out);
    settings.labels = map;
    assert_int_equal(small_experiment_run(&settings).recordings, CLIPS);
    assert_ok(ser_model_load(&model, out, &error));
    assert_int_equal(ser_model_label_count(model), 2);
    assert_string_equal(ser_model_label(model, 0), "bad");
    assert_string_equal(ser_model_label(model, 1), "good");
    const json_t *kept = json_object_get(model->training, "label_map");
    assert_string_equal(json_string_value(json_object_get(kept, "name")), "how");
    ser_model_destroy(model);
    free(map);
    free(out);
}

static void test_a_bad_label_map_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *out = support_scratch("badly.safetensors"), *map = write_text("bad.json", "{}");
    struct experiment_settings settings = settings_for(out);
    settings.labels = map;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_FORMAT, "bad.json");
    free(map);
    free(out);
}

static const char STEPS[] =
    "{\"name\": \"all\", \"augmentations\": ["
    "{\"name\": \"noise\", \"probability\": 0.5, \"kind\": \"pink\", \"snr\": [5, 30]},"
    "{\"name\": \"stretch\", \"probability\": 0.5, \"factor\": [0.9, 1.1]},"
    "{\"name\": \"spec_augment\", \"probability\": 0.8},"
    "{\"name\": \"mixup\", \"probability\": 0.5}]}";

static void test_augmentation_changes_the_training_and_is_told(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    char *plain = support_scratch("plain.safetensors"), *out = support_scratch("aug.safetensors");
    char *recipe = write_text("all.json", STEPS);
    struct experiment_settings settings = settings_for(plain);
    small_experiment_run(&settings);
    settings.out = out;
    settings.augment = recipe;
    settings.test_speakers = "4";
    assert_int_equal(small_experiment_run(&settings).folds, 1);
    assert_ok(ser_model_load(&model, out, &error));
    const json_t *kept = json_object_get(model->training, "augmentation");
    assert_string_equal(json_string_value(json_object_get(kept, "name")), "all");
    assert_int_equal(json_array_size(json_object_get(kept, "augmentations")), 4);
    ser_model_destroy(model);
    assert_false(same_files(plain, out));
    free(recipe);
    free(plain);
    free(out);
}

static int stop_late(void *user, const struct progress *progress)
{
    (void)user;
    return progress->stage == PROGRESS_TRAINING && progress->epoch == 3;
}

static void test_an_augmented_training_resumes_with_the_same_bits(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *whole = support_scratch("whole.safetensors"), *out = support_scratch("half.safetensors");
    char *recipe = write_text("all.json", STEPS);
    char *other = write_text("other.json", "{\"name\": \"all\", \"augmentations\": "
                                           "[{\"name\": \"gain\"}]}");
    struct experiment_settings settings = settings_for(whole);
    settings.augment = recipe;
    small_experiment_run(&settings);
    settings.out = out;
    settings.sink.report = stop_late;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_INTERRUPTED, "stopped");
    settings.sink.report = NULL;
    settings.resume = true;
    settings.augment = other; /* not what was interrupted */
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_ARGUMENT, "");
    settings.augment = recipe;
    settings.threads = 1;
    small_experiment_run(&settings);
    assert_true(same_files(whole, out));
    free(recipe);
    free(other);
    free(whole);
    free(out);
}

static void test_a_bad_recipe_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *out = support_scratch("none.safetensors"), *missing = support_scratch("missing.json");
    struct experiment_settings settings = settings_for(out);
    settings.augment = missing;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_IO, "missing.json");
    free(missing);
    free(out);
}

/* The second run finds its features and gives the same model, to the bit. */
static void test_a_cache_changes_nothing(void **state)
{
    (void)state;
    ser_error error;
    struct file_list first = {0}, second = {0};
    char *cache = support_scratch("cache"), *outs[3];
    struct experiment_settings settings = settings_for(NULL);
    for (int i = 0; i < 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "cached%d.safetensors", i);
        settings.out = outs[i] = support_scratch(name);
        settings.cache = i ? cache : NULL;
        small_experiment_run(&settings);
        if (i)
            assert_ok(file_list_add(i == 1 ? &first : &second, cache, NULL, &error));
    }
    assert_int_equal(first.count, CLIPS);
    assert_int_equal(second.count, CLIPS);
    assert_true(same_files(outs[0], outs[1]));
    assert_true(same_files(outs[0], outs[2]));
    file_list_release(&first);
    file_list_release(&second);
    for (int i = 0; i < 3; i++)
        free(outs[i]);
    free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_label_map_makes_the_classes),
        cmocka_unit_test(test_a_bad_label_map_is_an_error),
        cmocka_unit_test(test_augmentation_changes_the_training_and_is_told),
        cmocka_unit_test(test_an_augmented_training_resumes_with_the_same_bits),
        cmocka_unit_test(test_a_bad_recipe_is_an_error),
        cmocka_unit_test(test_a_cache_changes_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, small_experiment_end);
}

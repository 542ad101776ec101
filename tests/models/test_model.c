#define _GNU_SOURCE
#include "small_model.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static void test_loads_what_was_saved(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(7), *loaded;
    assert_ok(
        model_set_training(model, json_pack("{s:i, s:f}", "seed", 3, "share", 1.0 / 3), &error));
    char *path = support_scratch("saved.safetensors");
    assert_ok(model_save(model, path, &error));
    assert_ok(ser_model_load(&loaded, path, &error));
    assert_string_equal(ser_model_name(loaded), "small");
    assert_int_equal(ser_model_label_count(loaded), 3);
    assert_string_equal(ser_model_label(loaded, 0), "angry");
    assert_string_equal(ser_model_label(loaded, 2), "sad");
    assert_true(ser_model_window(loaded) == 0.5);
    assert_memory_equal(ser_model_features(loaded), ser_model_features(model),
                        sizeof(ser_features_settings));
    assert_int_equal(ser_model_parameter_count(loaded), ser_model_parameter_count(model));
    assert_string_equal(ser_model_facts(loaded), ser_model_facts(model));
    for (int i = 0; i < model->network->parameter_count; i++) {
        const struct parameter *p = &model->network->parameters[i];
        assert_memory_equal(loaded->network->parameters[i].values, p->values,
                            p->count * sizeof(float));
    }
    ser_model_destroy(model);
    ser_model_destroy(loaded);
    free(path);
}

static void test_keeps_what_is_cleaned(void **state)
{
    (void)state;
    static const ser_clean_settings all = {1, 62.5, 15, 1, 35, -23, 0}, none = {0};
    ser_error error;
    ser_model *loaded;
    char *path = support_scratch("cleaning.safetensors");
    for (int cleans = 0; cleans < 2; cleans++) {
        ser_model *model = small_model(7);
        model->file.clean = cleans ? all : none;
        assert_ok(model_set_training(model, json_object(), &error));
        assert_ok(model_save(model, path, &error));
        assert_ok(ser_model_load(&loaded, path, &error));
        assert_memory_equal(ser_model_clean(loaded), cleans ? &all : &none, sizeof all);
        assert_int_equal(strstr(ser_model_facts(loaded), "\"clean\"") != NULL, cleans);
        ser_model_destroy(model);
        ser_model_destroy(loaded);
    }
    free(path);
}

static void test_saves_the_same_bytes_after_loading(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    char *first = small_model_write("first.safetensors", 5);
    char *second = support_scratch("second.safetensors");
    assert_ok(ser_model_load(&model, first, &error));
    assert_ok(model_save(model, second, &error));
    assert_true(same_files(first, second));
    ser_model_destroy(model);
    free(first);
    free(second);
}

static void test_the_seed_decides_the_start(void **state)
{
    (void)state;
    char *one = small_model_write("one.safetensors", 1);
    char *again = small_model_write("again.safetensors", 1);
    char *other = small_model_write("other.safetensors", 2);
    assert_true(same_files(one, again));
    assert_false(same_files(one, other));
    free(one);
    free(again);
    free(other);
}

static void test_labels_outside_the_range_are_null(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    assert_null(ser_model_label(model, -1));
    assert_null(ser_model_label(model, 3));
    ser_model_destroy(model);
    ser_model_destroy(NULL);
}

static void test_facts_are_json_that_says_all(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    assert_non_null(facts);
    assert_string_equal(json_string_value(json_object_get(facts, "name")), "small");
    assert_string_equal(json_string_value(json_object_get(facts, "description")), "for tests");
    assert_int_equal(json_array_size(json_object_get(facts, "labels")), 3);
    assert_int_equal(json_array_size(json_object_get(facts, "layers")), 10);
    assert_int_equal(json_integer_value(json_object_get(facts, "parameters")),
                     ser_model_parameter_count(model));
    assert_true(json_is_object(json_object_get(facts, "features")));
    assert_true(json_is_object(json_object_get(facts, "training")));
    assert_true(json_number_value(json_object_get(facts, "window")) == 0.5);
    json_decref(facts);
    ser_model_destroy(model);
}

static void test_keeps_32_labels_of_63_bytes(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model, *loaded;
    struct network_file file;
    char texts[SER_MAX_LABELS][SER_MAX_LABEL_LENGTH + 1];
    const char *labels[SER_MAX_LABELS];
    for (int i = 0; i < SER_MAX_LABELS; i++) {
        memset(texts[i], 'a' + i % 26, SER_MAX_LABEL_LENGTH);
        texts[i][0] = (char)('A' + i / 26);
        texts[i][SER_MAX_LABEL_LENGTH] = 0;
        labels[i] = texts[i];
    }
    small_network_parse(&file);
    assert_ok(model_create(&model, &file, labels, SER_MAX_LABELS, 1, "x", &error));
    char *path = support_scratch("many.safetensors");
    assert_ok(model_save(model, path, &error));
    assert_ok(ser_model_load(&loaded, path, &error));
    assert_int_equal(ser_model_label_count(loaded), SER_MAX_LABELS);
    assert_string_equal(ser_model_label(loaded, 31), texts[31]);
    ser_model_destroy(model);
    ser_model_destroy(loaded);
    free(path);
}

static void test_a_failed_save_leaves_the_old_file(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(2);
    char *folder = support_scratch("kept");
    assert_ok(file_make_folder(folder, &error));
    char *path = small_model_write("kept/model.safetensors", 1);
    char *copy = small_model_write("copy.safetensors", 1);
    /* A folder in the way of the rename makes it fail even for root. */
    char *blocked = support_scratch("kept/blocked");
    assert_ok(file_make_folder(blocked, &error));
    assert_error(model_save(model, blocked, &error), SER_ERROR_IO, "blocked");
    assert_true(file_is_folder(blocked));
    if (geteuid() != 0) {
        assert_int_equal(chmod(folder, 0555), 0);
        assert_error(model_save(model, path, &error), SER_ERROR_IO, "model.safetensors");
        assert_int_equal(chmod(folder, 0755), 0);
    }
    char *nowhere = support_scratch("no-folder/model.safetensors");
    assert_error(model_save(model, nowhere, &error), SER_ERROR_IO, "no-folder");
    assert_true(same_files(path, copy));
    struct file_list list = {0};
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_int_equal(list.count, 1); /* nothing half-written stays */
    file_list_release(&list);
    ser_model_destroy(model);
    free(folder);
    free(path);
    free(copy);
    free(blocked);
    free(nowhere);
}

/* A disk that fills up while the file is written. */
static void test_a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    ser_error error;
    struct rlimit limit, none;
    ser_model *model = small_model(2);
    char *path = small_model_write("full.safetensors", 1);
    char *copy = small_model_write("copy.safetensors", 1);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &none), 0);
    limit = none;
    limit.rlim_cur = 1000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ser_status status = model_save(model, path, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    assert_int_equal(status, SER_ERROR_IO);
    assert_non_null(strstr(error.message, "full.safetensors"));
    assert_true(same_files(path, copy));
    ser_model_destroy(model);
    free(path);
    free(copy);
}

static void test_creating_refuses_a_network_of_other_outputs(void **state)
{
    (void)state;
    static const char *const labels[] = {"a", "b", "c"};
    ser_error error;
    ser_model *model;
    struct network_file file;
    json_t *root;
    char *text = text_replace(small_network, "\"units\": \"classes\"", "\"units\": 4");
    assert_ok(json_parse(&root, text, strlen(text), "x", &error));
    assert_ok(network_file_parse(&file, root, "x", &error));
    assert_error(model_create(&model, &file, labels, 3, 0, "x.json", &error), SER_ERROR_FORMAT,
                 "x.json");
    assert_null(model);
    assert_null(file.name); /* taken over */
    json_decref(root);
    free(text);
}

static void test_training_facts_are_taken_over(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(1);
    char *before = strdup(ser_model_facts(model));
    assert_error(model_set_training(model, NULL, &error), SER_ERROR_MEMORY, "memory");
    assert_string_equal(ser_model_facts(model), before);
    assert_ok(model_set_training(model, json_pack("{s:s}", "protocol", "none"), &error));
    assert_non_null(strstr(ser_model_facts(model), "\"protocol\": \"none\""));
    free(before);
    ser_model_destroy(model);
}

static void test_checks_values_after_training(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(1);
    assert_ok(model_check_values(model, "fold 1", &error));
    model->network->parameters[0].values[3] = NAN;
    assert_error(model_check_values(model, "fold 1", &error), SER_ERROR_FORMAT, "fold 1");
    ser_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_what_was_saved),
        cmocka_unit_test(test_keeps_what_is_cleaned),
        cmocka_unit_test(test_saves_the_same_bytes_after_loading),
        cmocka_unit_test(test_the_seed_decides_the_start),
        cmocka_unit_test(test_labels_outside_the_range_are_null),
        cmocka_unit_test(test_facts_are_json_that_says_all),
        cmocka_unit_test(test_keeps_32_labels_of_63_bytes),
        cmocka_unit_test(test_a_failed_save_leaves_the_old_file),
        cmocka_unit_test(test_a_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_creating_refuses_a_network_of_other_outputs),
        cmocka_unit_test(test_training_facts_are_taken_over),
        cmocka_unit_test(test_checks_values_after_training),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

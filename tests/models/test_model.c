#define _GNU_SOURCE
#include "small_model.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "models/safetensors.h"

enum { MAX_TENSORS = 32 };

/* A good model file taken apart, to be put together again with one thing wrong. */
struct parts {
    struct safetensors file;
    json_t *metadata;
    struct safetensor tensors[MAX_TENSORS];
    float *values[MAX_TENSORS]; /* of each tensor, free to be changed */
    int count;
};

static void take_apart(struct parts *parts)
{
    ser_error error;
    char *path = small_model_write("good.safetensors", 1);
    assert_ok(safetensors_read(&parts->file, path, &error));
    parts->metadata = json_copy((json_t *)(uintptr_t)parts->file.metadata);
    parts->count = parts->file.count;
    assert_true(parts->count < MAX_TENSORS);
    for (int i = 0; i < parts->count; i++) {
        parts->tensors[i] = parts->file.tensors[i];
        size_t size = parts->tensors[i].count * sizeof(float);
        parts->values[i] = malloc(size);
        assert_non_null(parts->values[i]);
        memcpy(parts->values[i], parts->tensors[i].values, size);
        parts->tensors[i].values = parts->values[i];
    }
    free(path);
}

static int find(const struct parts *parts, const char *name)
{
    for (int i = 0; i < parts->count; i++)
        if (!strcmp(parts->tensors[i].name, name))
            return i;
    fail_msg("no tensor \"%s\"", name);
    return -1;
}

static void set_text(struct parts *parts, const char *key, const char *text)
{
    assert_int_equal(json_object_set_new(parts->metadata, key, json_string(text)), 0);
}

static ser_status put_together(struct parts *parts, ser_model **model, ser_error *error)
{
    ser_error write_error;
    char *path = support_scratch("altered.safetensors");
    if (safetensors_write(path, parts->tensors, parts->count, parts->metadata, &write_error))
        fail_msg("%s", write_error.message);
    ser_status status = ser_model_load(model, path, error);
    json_decref(parts->metadata);
    for (int i = 0; i < parts->file.count; i++)
        free(parts->values[i]);
    safetensors_release(&parts->file);
    free(path);
    return status;
}

static void assert_put_together_refused(struct parts *parts, const char *part)
{
    ser_error error;
    ser_model *model;
    assert_error(put_together(parts, &model, &error), SER_ERROR_FORMAT, part);
    assert_null(model);
    assert_non_null(strstr(error.message, "altered.safetensors"));
}

static void assert_text_refused(const char *key, const char *text, const char *part)
{
    struct parts parts;
    take_apart(&parts);
    set_text(&parts, key, text);
    assert_put_together_refused(&parts, part);
}

/* The network's description with one place changed. */
static void assert_network_refused(const char *old, const char *new, const char *part)
{
    struct parts parts;
    take_apart(&parts);
    char *text =
        text_replace(json_string_value(json_object_get(parts.metadata, "network")), old, new);
    set_text(&parts, "network", text);
    assert_put_together_refused(&parts, part);
    free(text);
}

static void test_parts_put_together_again_load(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    struct parts parts;
    take_apart(&parts);
    assert_ok(put_together(&parts, &model, &error));
    ser_model_destroy(model);
}

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

static void test_refuses_files_that_are_no_model(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    char *missing = support_scratch("missing.safetensors");
    assert_error(ser_model_load(&model, missing, &error), SER_ERROR_IO, "missing.safetensors");
    assert_null(model);
    char *text = support_write("text.safetensors", "hello, world", 12);
    assert_error(ser_model_load(&model, text, &error), SER_ERROR_FORMAT, "text.safetensors");
    assert_null(model);
    static const char *const keys[] = {"format", "network", "labels", "training"};
    for (size_t i = 0; i < 4; i++) {
        struct parts parts;
        take_apart(&parts);
        json_object_del(parts.metadata, keys[i]);
        assert_put_together_refused(&parts, "not a model of ser");
    }
    struct parts parts;
    take_apart(&parts);
    json_decref(parts.metadata);
    parts.metadata = NULL;
    assert_put_together_refused(&parts, "not a model of ser");
    free(missing);
    free(text);
}

static void test_refuses_other_versions_of_the_format(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    struct parts parts;
    take_apart(&parts);
    set_text(&parts, "format", "ser-model 2");
    assert_error(put_together(&parts, &model, &error), SER_ERROR_UNSUPPORTED, "ser-model 2");
    assert_null(model);
}

static void test_refuses_metadata_that_are_not_what_they_should_be(void **state)
{
    (void)state;
    assert_text_refused("network", "", "network: line");
    assert_text_refused("network", "[]", "wrong type");
    assert_text_refused("network", "{}", "\"name\" is missing");
    assert_text_refused("network", "{} {}", "expected JSON");
    assert_text_refused("labels", "{}", "wrong type");
    assert_text_refused("labels", "\"angry\"", "expected JSON");
    assert_text_refused("training", "[]", "wrong type");
    assert_text_refused("training", "{\"a\": \"\\u001b[31m\"}", "control characters");
    assert_text_refused("training", "{\"a\": [{\"b\\u009b\": 1}]}", "control characters");
}

static void test_refuses_wrong_labels(void **state)
{
    (void)state;
    static const char *const lists[][2] = {
        {"[]", "0 labels"},
        {"[\"angry\"]", "1 labels"},
        {"[\"angry\",\"happy\",\"angry\"]", "\"angry\" stands twice"},
        {"[\"angry\",\"\",\"sad\"]", "label 2"},
        {"[\"angry\",\"happy\",3]", "label 3"},
        {"[null,\"happy\",\"sad\"]", "label 1"},
        {"[\"angry\",\"ha,ppy\",\"sad\"]", "label 2"},
        {"[\"angry\",\"ha\\\"ppy\",\"sad\"]", "label 2"},
        {"[\"angry\",\"ha\\nppy\",\"sad\"]", "label 2"},
        {"[\"angry\",\"ha\\u001b[2Jppy\",\"sad\"]", "label 2"},
        {"[\"angry\",\"ha\\u009b2Jppy\",\"sad\"]", "label 2"},
        {"[\"angry\",\"ha\\u007fppy\",\"sad\"]", "label 2"},
        {"[\"angry\",\" happy\",\"sad\"]", "label 2"},
        {"[\"angry\",\"happy \",\"sad\"]", "label 2"},
        {"[\"angry\",\"0123456789012345678901234567890123456789012345678901234567890123\",\"x\"]",
         "label 2"},
        /* as many labels as the tensors have rows is checked too */
        {"[\"angry\",\"sad\"]", "another shape"},
        {"[\"a\",\"b\",\"c\",\"d\"]", "another shape"},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        assert_text_refused("labels", lists[i][0], lists[i][1]);
    char many[1024] = "[";
    for (int i = 0; i < SER_MAX_LABELS + 1; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "%s\"l%d\"", i ? "," : "", i);
    strcat(many, "]");
    assert_text_refused("labels", many, "labels, expected 2 to 32");
}

static void test_refuses_wrong_networks(void **state)
{
    (void)state;
    assert_network_refused("\"name\":\"small\"", "\"name\":\"\"", "\"name\"");
    assert_network_refused("\"window\":0.5", "\"window\":0", "\"window\"");
    assert_network_refused("\"window\":0.5", "\"window\":1e308", "\"window\"");
    assert_network_refused("\"rate\":8000", "\"rate\":0", "\"rate\"");
    assert_network_refused("\"fft\":160", "\"fft\":158", "fft is 158");
    assert_network_refused("\"high\":3900.0", "\"high\":4900.0", "high is 4900");
    assert_network_refused("\"bands\":8", "\"bands\":9", "another shape");
    assert_network_refused("\"channels\":12", "\"channels\":13", "another shape");
    assert_network_refused("\"type\":\"relu\"", "\"type\":\"batch_norm\"",
                           "14 tensors, expected 18");
    assert_network_refused("\"type\":\"batch_norm\"", "\"type\":\"relu\"",
                           "14 tensors, expected 10");
    assert_network_refused("\"type\":\"relu\"", "\"type\":\"rellu\"", "rellu");
    assert_network_refused("\"layers\":[", "\"layers\":[{\"type\":\"relu\",\"x\":1},", "\"x\"");
    assert_network_refused("\"layers\":[", "\"layer\":[", "\"layers\" is missing");
    assert_network_refused("\"kernel\":3", "\"kernel\":-3", "\"kernel\"");
    assert_network_refused("\"channels\":12", "\"channels\":1000000000", "\"channels\"");
}

static void test_refuses_missing_tensors(void **state)
{
    (void)state;
    struct parts parts;
    take_apart(&parts);
    int count = parts.count;
    for (int left_out = 0; left_out < count; left_out++) {
        if (left_out)
            take_apart(&parts);
        parts.tensors[left_out] = parts.tensors[--parts.count];
        assert_put_together_refused(&parts, "13 tensors, expected 14");
    }
}

static void test_refuses_tensors_of_other_networks(void **state)
{
    (void)state;
    static const float value[1] = {0};
    struct parts parts;
    take_apart(&parts);
    parts.tensors[parts.count++] = (struct safetensor){
        .name = "stranger", .rank = 1, .sizes = {1}, .count = 1, .values = value};
    assert_put_together_refused(&parts, "15 tensors, expected 14");
    take_apart(&parts);
    parts.tensors[4].name = "stranger";
    assert_put_together_refused(&parts, "\"stranger\" is not of this network");
}

static void test_refuses_tensors_of_another_shape(void **state)
{
    (void)state;
    struct parts parts;
    take_apart(&parts);
    struct safetensor *weight = &parts.tensors[find(&parts, "layers.9.weight")];
    weight->sizes[0] = 24; /* as many numbers, the other way round */
    weight->sizes[1] = 3;
    assert_put_together_refused(&parts, "\"layers.9.weight\" has another shape");
    take_apart(&parts);
    weight = &parts.tensors[find(&parts, "layers.9.weight")];
    weight->rank = 1;
    weight->sizes[0] = 72;
    assert_put_together_refused(&parts, "\"layers.9.weight\" has another shape");
    take_apart(&parts);
    weight = &parts.tensors[find(&parts, "layers.9.weight")];
    weight->sizes[2] = 1;
    weight->rank = 3;
    assert_put_together_refused(&parts, "\"layers.9.weight\" has another shape");
}

static void test_refuses_numbers_that_no_training_gives(void **state)
{
    (void)state;
    static const float wrong[] = {NAN, INFINITY, -INFINITY, 1.1e6f, -1.1e6f, 3e38f};
    struct parts parts;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        for (int tensor = 0; tensor < 14; tensor += 3) {
            take_apart(&parts);
            parts.values[tensor][parts.tensors[tensor].count - 1] = wrong[i];
            assert_put_together_refused(&parts, "expected -1e+06 to 1e+06");
            if (tensor == 0)
                tensor = 1;
        }
    }
}

static void test_refuses_negative_variances(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    struct parts parts;
    take_apart(&parts);
    parts.values[find(&parts, "layers.1.running_var")][2] = -1e-9f;
    assert_put_together_refused(&parts, "expected 0 to 1e+06");
    take_apart(&parts);
    parts.values[find(&parts, "layers.1.running_var")][2] = NAN;
    assert_put_together_refused(&parts, "expected 0 to 1e+06");
    take_apart(&parts);
    parts.values[find(&parts, "layers.1.running_var")][2] = 0;
    parts.values[find(&parts, "layers.1.running_mean")][2] = -1;
    assert_ok(put_together(&parts, &model, &error));
    ser_model_destroy(model);
}

/* What tears at every place, as a copy that broke off. */
static void test_refuses_every_truncation(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    size_t size;
    char *path = small_model_write("whole.safetensors", 1), *bytes = read_whole(path, &size);
    for (size_t length = 0; length < size; length += length < size - 64 ? 37 : 1) {
        char *part = support_write("part.safetensors", bytes, length);
        assert_error(ser_model_load(&model, part, &error), SER_ERROR_FORMAT, "part.safetensors");
        assert_null(model);
        free(part);
    }
    free(bytes);
    free(path);
}

static void test_survives_random_damage(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    size_t size;
    char *path = small_model_write("sound.safetensors", 1), *bytes = read_whole(path, &size);
    uint64_t header;
    memcpy(&header, bytes, 8);
    struct random random = random_seeded(9, 0);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
        size_t place = random_below(&random, (uint32_t)header + 8);
        char old = bytes[place];
        bytes[place] ^= (char)(1 << random_below(&random, 8));
        char *damaged = malloc(size);
        assert_non_null(damaged);
        memcpy(damaged, bytes, size);
        refused += model_parse(&model, damaged, size, "damaged", &error) != SER_OK;
        ser_model_destroy(model);
        bytes[place] = old;
    }
    assert_true(refused > 1500);
    free(bytes);
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
        cmocka_unit_test(test_parts_put_together_again_load),
        cmocka_unit_test(test_loads_what_was_saved),
        cmocka_unit_test(test_keeps_what_is_cleaned),
        cmocka_unit_test(test_saves_the_same_bytes_after_loading),
        cmocka_unit_test(test_the_seed_decides_the_start),
        cmocka_unit_test(test_labels_outside_the_range_are_null),
        cmocka_unit_test(test_facts_are_json_that_says_all),
        cmocka_unit_test(test_keeps_32_labels_of_63_bytes),
        cmocka_unit_test(test_refuses_files_that_are_no_model),
        cmocka_unit_test(test_refuses_other_versions_of_the_format),
        cmocka_unit_test(test_refuses_metadata_that_are_not_what_they_should_be),
        cmocka_unit_test(test_refuses_wrong_labels),
        cmocka_unit_test(test_refuses_wrong_networks),
        cmocka_unit_test(test_refuses_missing_tensors),
        cmocka_unit_test(test_refuses_tensors_of_other_networks),
        cmocka_unit_test(test_refuses_tensors_of_another_shape),
        cmocka_unit_test(test_refuses_numbers_that_no_training_gives),
        cmocka_unit_test(test_refuses_negative_variances),
        cmocka_unit_test(test_refuses_every_truncation),
        cmocka_unit_test(test_survives_random_damage),
        cmocka_unit_test(test_a_failed_save_leaves_the_old_file),
        cmocka_unit_test(test_a_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_creating_refuses_a_network_of_other_outputs),
        cmocka_unit_test(test_training_facts_are_taken_over),
        cmocka_unit_test(test_checks_values_after_training),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Model files with something wrong in them, which must be refused. */
#define _GNU_SOURCE
#include "small_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_put_together_again_load),
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
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

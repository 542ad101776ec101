#define _GNU_SOURCE
#include "small_model.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "models/network_file.h"
#include "nn/network.h"

static ser_status parse(struct network_file *file, const char *text, ser_error *error)
{
    json_t *root;
    ser_status status = json_parse(&root, text, strlen(text), "net.json", error);
    if (!status)
        status = network_file_parse(file, root, "net.json", error);
    json_decref(root);
    return status;
}

/* The small network with one place changed is refused with a sentence that contains `part`. */
static void assert_change_refused(const char *old, const char *new, const char *part)
{
    ser_error error;
    struct network_file file;
    char *text = text_replace(small_network, old, new);
    assert_error(parse(&file, text, &error), SER_ERROR_FORMAT, part);
    assert_non_null(strstr(error.message, "net.json"));
    network_file_release(&file);
    free(text);
}

/* The small network with one key of its recipe set to a value. */
static void assert_recipe_refused(const char *key, const char *value)
{
    char new[128];
    snprintf(new, sizeof new, "\"training\": {\"%s\": %s}}", key, value);
    char *start = text_replace(small_network, "\"training\"", "");
    size_t length = (size_t)(strstr(small_network, "\"training\"") - small_network);
    snprintf(start + length, strlen(small_network) - length, "%s", new);
    ser_error error;
    struct network_file file;
    char place[64];
    snprintf(place, sizeof place, "net.json: training: key \"%s\"", key);
    assert_error(parse(&file, start, &error), SER_ERROR_FORMAT, place);
    network_file_release(&file);
    free(start);
}

static void test_reads_all_parts(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    char *path = small_network_write("small.json");
    assert_ok(network_file_read(&file, path, &error));
    assert_string_equal(file.name, "small");
    assert_string_equal(file.description, "for tests");
    assert_true(file.window == 0.5);
    assert_int_equal(file.features.rate, 8000);
    assert_int_equal(file.features.bands, 8);
    assert_int_equal(json_array_size(file.layers), 10);
    assert_int_equal(file.recipe.epochs, 6);
    assert_int_equal(file.recipe.warmup, 1);
    assert_int_equal(file.recipe.batch, 8);
    assert_int_equal(file.recipe.frames, 30);
    assert_true(file.recipe.optimizer.rate == 0.02);
    assert_true(file.recipe.optimizer.average == 0.8);
    assert_true(file.recipe.optimizer.beta2 == 0.98); /* a default */
    network_file_release(&file);
    network_file_release(&file); /* harmless */
    free(path);
}

static void test_recipe_has_the_defaults_that_are_documented(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    char *text = strdup(small_network), *training = strstr(text, ",\n  \"training\"");
    snprintf(training, 3, "}");
    assert_ok(parse(&file, text, &error));
    const struct recipe *r = &file.recipe;
    assert_int_equal(r->epochs, 30);
    assert_int_equal(r->warmup, 3);
    assert_int_equal(r->batch, 32);
    assert_int_equal(r->frames, 320);
    assert_true(r->smoothing == 0.1);
    assert_true(r->class_power == 0.5);
    assert_true(r->optimizer.rate == 0.002 && r->optimizer.beta1 == 0.9);
    assert_true(r->optimizer.beta2 == 0.98 && r->optimizer.epsilon == 1e-8);
    assert_true(r->optimizer.decay == 0.02 && r->optimizer.clip == 5);
    assert_true(r->optimizer.momentum == 0.1 && r->optimizer.average == 0.99);
    network_file_release(&file);
    free(text);
}

static void test_description_may_be_absent(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    char *text = text_replace(small_network, "\"description\": \"for tests\",", "");
    assert_ok(parse(&file, text, &error));
    assert_string_equal(file.description, "");
    network_file_release(&file);
    free(text);
}

/* A recipe that was written, as into a model, and read back is the same. */
static void test_recipe_survives_json(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file, again;
    small_network_parse(&file);
    json_t *recipe = recipe_to_json(&file.recipe), *root;
    assert_non_null(recipe);
    assert_ok(json_parse(&root, small_network, strlen(small_network), "small", &error));
    assert_int_equal(json_object_set_new(root, "training", recipe), 0);
    assert_ok(network_file_parse(&again, root, "small", &error));
    assert_memory_equal(&again.recipe, &file.recipe, sizeof file.recipe);
    json_decref(root);
    network_file_release(&file);
    network_file_release(&again);
}

static void test_every_network_of_the_repository_builds(void **state)
{
    (void)state;
    ser_error error;
    const char *folder = getenv("SER_SOURCE_ROOT");
    char pattern[1024];
    glob_t found;
    if (!folder) {
        print_message("# skipped: SER_SOURCE_ROOT does not name the source tree\n");
        skip();
    }
    snprintf(pattern, sizeof pattern, "%s/networks/*.json", folder);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 1);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct network_file file;
        for (int classes = 2; classes <= 8; classes += 6) {
            struct network *network;
            assert_ok(network_file_read(&file, found.gl_pathv[i], &error));
            assert_ok(network_create(&network, file.layers, file.features.bands, classes,
                                     found.gl_pathv[i], &error));
            assert_true(network->value_count > 0);
            assert_true(network->minimum_frames <= file.recipe.frames);
            network_destroy(network);
            network_file_release(&file);
        }
    }
    globfree(&found);
}

static void test_reads_what_is_cleaned(void **state)
{
    (void)state;
    static const ser_clean_settings off = {0};
    ser_error error;
    struct network_file file;
    assert_ok(parse(&file, small_network, &error));
    assert_memory_equal(&file.clean, &off, sizeof off);
    network_file_release(&file);
    char *text = text_replace(small_network, "\"layers\"",
                              "\"clean\": {\"dc\": true, \"trim\": 35}, \"layers\"");
    assert_ok(parse(&file, text, &error));
    assert_int_equal(file.clean.dc, 1);
    assert_true(file.clean.trim == 35);
    assert_true(file.clean.lufs == 0);
    network_file_release(&file);
    free(text);
}

static void test_refuses_wrong_cleaning(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"7", "key \"clean\" is a whole number, expected an object"},
        {"[]", "key \"clean\" is an array"},
        {"{\"dance\": 1}", "net.json: clean: key \"dance\" is unknown here"},
        {"{\"trim\": 5}", "net.json: clean: key \"trim\" is 5, expected 10 to 100"},
        {"{\"dc\": 1}", "clean: key \"dc\""},
        {"{\"lufs\": -23, \"rms\": -26}", "lufs and rms are two loudnesses"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char new[128];
        snprintf(new, sizeof new, "\"clean\": %s, \"layers\"", cases[i][0]);
        assert_change_refused("\"layers\"", new, cases[i][1]);
    }
}

static void test_refuses_missing_and_unknown_keys(void **state)
{
    (void)state;
    assert_change_refused("\"name\"", "\"nom\"", "\"name\" is missing");
    assert_change_refused("\"window\": 0.5,", "", "\"window\" is missing");
    assert_change_refused("\"features\"", "\"faetures\"", "\"features\" is missing");
    assert_change_refused("\"layers\"", "\"layres\"", "\"layers\" is missing");
    assert_change_refused("\"training\"", "\"trainign\"", "\"trainign\" is unknown");
    assert_change_refused("\"epochs\"", "\"epoch\"", "training: key \"epoch\" is unknown");
    assert_change_refused("\"hop\": 80", "\"hops\": 80", "features: key \"hop\" is missing");
    assert_change_refused("\"hop\": 80", "\"hop\": 80, \"dance\": 1",
                          "features: key \"dance\" is unknown");
}

static void test_refuses_wrong_types(void **state)
{
    (void)state;
    assert_change_refused("\"small\"", "1", "key \"name\"");
    assert_change_refused("\"small\"", "\"\"", "\"name\" is empty");
    assert_change_refused("\"for tests\"", "[]", "key \"description\"");
    assert_change_refused("\"window\": 0.5", "\"window\": \"0.5\"", "key \"window\"");
    assert_change_refused("\"layers\": [", "\"layers\": {}, \"x\": [", "key \"layers\"");
    assert_change_refused("\"training\": {", "\"training\": 7, \"x\": {", "key \"training\"");
    assert_change_refused("\"epochs\": 6", "\"epochs\": 6.0", "key \"epochs\"");
    assert_change_refused("\"hop\": 80", "\"hop\": true", "features: key \"hop\"");
}

static void test_refuses_values_out_of_range(void **state)
{
    (void)state;
    assert_change_refused("\"window\": 0.5", "\"window\": 0.09", "key \"window\"");
    assert_change_refused("\"window\": 0.5", "\"window\": 601", "key \"window\"");
    assert_change_refused("\"rate\": 8000", "\"rate\": 10", "features: key \"rate\" is 10");
    assert_change_refused("\"bands\": 8", "\"bands\": 0", "features: key \"bands\" is 0");
    assert_change_refused("\"high\": 3900", "\"high\": 4001", "features: high is 4001");
    static const char *const wrong[][2] = {
        {"epochs", "0"},       {"epochs", "100001"},  {"warmup", "-1"},       {"warmup", "31"},
        {"batch", "1"},        {"batch", "4097"},     {"frames", "0"},        {"frames", "100001"},
        {"smoothing", "-0.1"}, {"smoothing", "0.91"}, {"class_power", "2.1"}, {"rate", "-1e-9"},
        {"rate", "10.1"},      {"beta1", "1"},        {"beta2", "1"},         {"epsilon", "0"},
        {"decay", "-1"},       {"clip", "-1"},        {"momentum", "0"},      {"momentum", "1.1"},
        {"average", "1"},      {"average", "-0.1"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_recipe_refused(wrong[i][0], wrong[i][1]);
}

/* What is shown in terminals has no control characters. */
static void test_refuses_names_that_cannot_be_shown(void **state)
{
    (void)state;
    assert_change_refused("\"small\"", "\"a\\u001b[2J\"", "\"name\"");
    assert_change_refused("\"small\"", "\"a\\nb\"", "\"name\"");
    assert_change_refused("\"small\"", "\"a\\u009bb\"", "\"name\"");
    assert_change_refused("\"for tests\"", "\"a\\u0007\"", "\"description\"");
}

static void test_keeps_names_of_other_alphabets(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    char *text = text_replace(small_network, "\"small\"", "\"小さい ñandú\"");
    assert_ok(parse(&file, text, &error));
    assert_string_equal(file.name, "小さい ñandú");
    network_file_release(&file);
    free(text);
}

static void test_refuses_files_that_are_no_network(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    static const char *const texts[] = {"",     "{",          "[]",
                                        "[{}]", "7",          "\"a\"",
                                        "{} x", "\xff\xfe{}", "{\"name\": \"a\", \"name\": \"b\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *path = support_write("broken.json", texts[i], strlen(texts[i]));
        assert_error(network_file_read(&file, path, &error), SER_ERROR_FORMAT, "broken.json");
        network_file_release(&file);
        free(path);
    }
    char *missing = support_scratch("missing.json");
    assert_error(network_file_read(&file, missing, &error), SER_ERROR_IO, "missing.json");
    network_file_release(&file);
    free(missing);
}

static void test_refuses_every_truncation(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    size_t size = strlen(small_network) - 1; /* without the last line end */
    for (size_t length = 0; length < size; length++) {
        char *text = strndup(small_network, length);
        assert_int_equal(parse(&file, text, &error), SER_ERROR_FORMAT);
        free(text);
    }
}

static void test_refuses_a_huge_file(void **state)
{
    (void)state;
    ser_error error;
    struct network_file file;
    size_t size = (4 << 20) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, ' ', size);
    char *path = support_write("huge.json", text, size);
    assert_error(network_file_read(&file, path, &error), SER_ERROR_FORMAT, "larger than");
    network_file_release(&file);
    free(text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_all_parts),
        cmocka_unit_test(test_recipe_has_the_defaults_that_are_documented),
        cmocka_unit_test(test_description_may_be_absent),
        cmocka_unit_test(test_recipe_survives_json),
        cmocka_unit_test(test_every_network_of_the_repository_builds),
        cmocka_unit_test(test_reads_what_is_cleaned),
        cmocka_unit_test(test_refuses_wrong_cleaning),
        cmocka_unit_test(test_refuses_missing_and_unknown_keys),
        cmocka_unit_test(test_refuses_wrong_types),
        cmocka_unit_test(test_refuses_values_out_of_range),
        cmocka_unit_test(test_refuses_names_that_cannot_be_shown),
        cmocka_unit_test(test_keeps_names_of_other_alphabets),
        cmocka_unit_test(test_refuses_files_that_are_no_network),
        cmocka_unit_test(test_refuses_every_truncation),
        cmocka_unit_test(test_refuses_a_huge_file),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

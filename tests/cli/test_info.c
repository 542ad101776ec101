#include "run_ser.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* A model that tells of a training; the caller frees its path. `training` may be NULL. */
static char *write_model(const char *name, const char *training)
{
    ser_error error;
    ser_model *model = small_model(1);
    char *path = support_scratch(name);
    if (training) {
        json_t *facts = json_loads(training, 0, NULL);
        assert_non_null(facts);
        assert_ok(model_set_training(model, facts, &error));
    }
    assert_ok(model_save(model, path, &error));
    ser_model_destroy(model);
    return path;
}

static const char trained[] =
    "{\"corpora\": [{\"name\": \"ravdess\", \"title\": \"RAVDESS\", \"licence\": \"CC\","
    " \"doi\": \"10.1/x\", \"recordings\": 1234, \"speakers\": [\"01\", \"02\"]}],"
    " \"label_map\": {\"name\": \"common7\"},"
    " \"augmentation\": {\"name\": \"noisy\", \"augmentations\": [{\"name\": \"room\"}, {}]},"
    " \"protocol\": \"2 folds of speakers\","
    " \"scores\": {\"recordings\": 20, \"uar\": 0.625, \"accuracy\": 0.75,"
    "  \"uar_over_folds\": {\"count\": 2, \"mean\": 0.6, \"deviation\": 0.05},"
    "  \"accuracy_over_folds\": {\"count\": 2, \"mean\": 0.7, \"deviation\": 0.04},"
    "  \"classes\": [{\"label\": \"angry\", \"recall\": 0.5}, {\"label\": \"happy\","
    "  \"recall\": 0.25}, {\"label\": \"sad\", \"recall\": null}],"
    "  \"confusion\": [[5, 3, 2], [1, 2, 7], [0, 0, 0]]}}";

static void test_describes_a_model(void **state)
{
    (void)state;
    char *path = write_model("trained.safetensors", trained);
    struct ran ran = RUN("info", "--model", path);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    static const char *const parts[] = {
        "small (",
        "trained.safetensors",
        "for tests",
        "8000 Hz",
        "8 bands of 100 to 3900 Hz",
        "frames of 20 ms every 10 ms",
        "angry happy sad",
        "windows of 0.5 s",
        "RAVDESS",
        "1234 recordings of 2 speakers",
        "labels by the map common7",
        "augmented by the recipe noisy: room, ?",
        "2 folds of speakers",
        "UAR         62.5 %",
        "over 2 folds 60.0 ± 5.0 %",
        "accuracy    75.0 %",
        "chance      33.3 %",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(ran.out, parts[i]))
            fail_msg("\"%s\" is not in:\n%s", parts[i], ran.out);
    ran_release(&ran);
    free(path);
}

static void test_says_what_is_cleaned(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(1);
    char *path = support_scratch("cleaning.safetensors");
    model->file.clean = (ser_clean_settings){.low_cut = 80, .trim = 35, .lufs = -23};
    assert_ok(model_save(model, path, &error));
    struct ran ran = RUN("info", "--model", path);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "\nCleaning    low_cut=80,trim=35,lufs=-23\n"));
    ran_release(&ran);
    ser_model_destroy(model);
    free(path);
}

static void test_an_untrained_model_says_so(void **state)
{
    (void)state;
    char *path = write_model("untrained.safetensors", NULL);
    struct ran ran = RUN("info", "-m", path);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "not trained"));
    assert_non_null(strstr(ran.out, "not tested"));
    ran_release(&ran);
    free(path);
}

static void test_prints_json(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model;
    char *path = write_model("json.safetensors", trained);
    struct ran ran = RUN("info", "--json", "--model", path);
    assert_code(&ran, 0);
    assert_ok(ser_model_load(&model, path, &error));
    json_t *printed = json_loads(ran.out, 0, NULL);
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    assert_non_null(printed);
    assert_true(json_equal(printed, facts));
    json_decref(printed);
    json_decref(facts);
    ser_model_destroy(model);
    ran_release(&ran);
    free(path);
}

/* A model that another program made may tell anything about its training. */
static void test_strange_facts_do_no_harm(void **state)
{
    (void)state;
    static const char *const facts[] = {
        "{\"scores\": {}}",
        "{\"scores\": []}",
        "{\"scores\": {\"classes\": 5, \"confusion\": 6, \"uar\": \"x\"}}",
        "{\"scores\": {\"classes\": [{}, {\"label\": 7}], \"confusion\": [[1]]}}",
        "{\"scores\": {\"classes\": [null, null], \"recordings\": 1e300, \"uar\": -1e300}}",
        "{\"scores\": {\"uar_over_folds\": {\"count\": 1e300}, \"classes\": [{}],"
        " \"confusion\": [[9223372036854775807]]}}",
        "{\"corpora\": {}, \"protocol\": 7}",
        "{\"corpora\": [7, {}, {\"title\": 7}, {\"title\": \"t\", \"speakers\": {}}]}",
        "{\"corpora\": [{\"title\": \"t\", \"licence\": \"l\", \"doi\": \"d\","
        " \"recordings\": -9223372036854775808}], \"protocol\": \"\"}",
        "{\"protocol\": \"%s%n%d averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryvery"
        "veryverylongwordthatdoesnotfit   and   blanks \"}",
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        char *path = write_model("strange.safetensors", facts[i]);
        struct ran ran = RUN("info", "-m", path), json = RUN("info", "--json", "-m", path);
        assert_code(&ran, 0);
        assert_code(&json, 0);
        assert_non_null(strstr(ran.out, "small"));
        assert_null(strstr(ran.out, "(null)"));
        ran_release(&ran);
        ran_release(&json);
        free(path);
    }
}

static void test_takes_the_model_from_the_environment(void **state)
{
    (void)state;
    char *path = write_model("named.safetensors", NULL);
    const struct setting setting = {.model = path};
    struct ran ran = run_ser(&setting, (const char *const[]){"info", NULL});
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "named.safetensors"));
    ran_release(&ran);
    free(path);
}

static void test_refuses_what_is_no_model(void **state)
{
    (void)state;
    char *text = support_write("text.safetensors", "hello, world", 12);
    char *gone = support_scratch("gone.safetensors");
    assert_failure(RUN("info", "-m", text), "text.safetensors");
    assert_failure(RUN("info", "-m", gone), "gone.safetensors: cannot be opened");
    assert_failure(RUN("info", "--json", "-m", gone), "gone.safetensors: cannot be opened");
    free(text);
    free(gone);
}

/* A text from inside a broken file reaches the terminal only without control characters. */
static void test_complaints_show_no_control_characters(void **state)
{
    (void)state;
    static const char header[] = "{\"\\u001b[31m\\u009b\":{\"dtype\":\"F64\"}}";
    char bytes[128] = {(char)(sizeof header - 1)};
    memcpy(bytes + 8, header, sizeof header - 1);
    char *path = support_write("steer.safetensors", bytes, 8 + sizeof header - 1);
    struct ran ran = RUN("info", "-m", path);
    assert_null(strchr(ran.err, '\033'));
    assert_null(strstr(ran.err, "\xc2\x9b"));
    assert_failure(ran, "?[31m??");
    free(path);
}

static void test_a_full_disk_is_a_failure(void **state)
{
    (void)state;
    const struct setting full = {.output = "/dev/full"};
    char *path = write_model("full.safetensors", trained);
    assert_failure(run_ser(&full, (const char *const[]){"info", "-m", path, NULL}),
                   "standard output");
    assert_failure(run_ser(&full, (const char *const[]){"info", "--json", "-m", path, NULL}),
                   "standard output");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_describes_a_model),
        cmocka_unit_test(test_says_what_is_cleaned),
        cmocka_unit_test(test_an_untrained_model_says_so),
        cmocka_unit_test(test_prints_json),
        cmocka_unit_test(test_strange_facts_do_no_harm),
        cmocka_unit_test(test_takes_the_model_from_the_environment),
        cmocka_unit_test(test_refuses_what_is_no_model),
        cmocka_unit_test(test_complaints_show_no_control_characters),
        cmocka_unit_test(test_a_full_disk_is_a_failure),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

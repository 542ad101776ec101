#include "run_ser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ser/version.h"

static const char *const names[] = {"predict", "features", "plot",     "corpus", "explore", "clean",
                                    "augment", "train",    "evaluate", "info",   "version"};

enum { COMMANDS = sizeof names / sizeof *names };

static void test_help_lists_the_commands(void **state)
{
    (void)state;
    static const char *const ways[] = {"--help", "-h", "help"};
    for (int i = 0; i < 3; i++) {
        struct ran ran = RUN(ways[i]);
        assert_code(&ran, 0);
        assert_string_equal(ran.err, "");
        assert_non_null(strstr(ran.out, "Usage: ser COMMAND"));
        assert_non_null(strstr(ran.out, "Examples:"));
        for (int c = 0; c < COMMANDS; c++)
            assert_non_null(strstr(ran.out, names[c]));
        ran_release(&ran);
    }
}

static void test_every_command_has_help_with_examples(void **state)
{
    (void)state;
    for (int c = 0; c < COMMANDS; c++) {
        char usage[64];
        snprintf(usage, sizeof usage, "Usage: ser %s", names[c]);
        struct ran ran = RUN(names[c], "--help"), brief = RUN(names[c], "-h");
        assert_code(&ran, 0);
        assert_string_equal(ran.err, "");
        assert_non_null(strstr(ran.out, usage));
        assert_non_null(strstr(ran.out, "Example"));
        assert_non_null(strstr(ran.out, "--help"));
        assert_string_equal(ran.out, brief.out);
        assert_int_equal(count_texts(ran.out, "(null)"), 0);
        ran_release(&ran);
        ran_release(&brief);
    }
}

/* A row of the help that is wider than a terminal would break in the middle of a word. */
static void test_help_fits_a_terminal(void **state)
{
    (void)state;
    for (int c = 0; c < COMMANDS; c++) {
        struct ran ran = RUN(names[c], "--help");
        for (char *line = strtok(ran.out, "\n"); line; line = strtok(NULL, "\n"))
            assert_in_range(strlen(line), 0, 104);
        ran_release(&ran);
    }
}

static void test_prints_the_version(void **state)
{
    (void)state;
    struct ran ran = RUN("version"), option = RUN("--version");
    assert_code(&ran, 0);
    assert_code(&option, 0);
    assert_string_equal(ran.out, "ser " SER_VERSION "\n");
    assert_string_equal(option.out, ran.out);
    ran_release(&ran);
    ran_release(&option);
    assert_usage_error(RUN("version", "please"), "'please'");
    assert_usage_error(RUN("version", "--loud"), "'--loud'");
}

static void test_no_command_is_a_usage_error(void **state)
{
    (void)state;
    struct ran ran = run_ser(&(struct setting){0}, (const char *const[]){NULL});
    assert_code(&ran, 2);
    assert_string_equal(ran.out, "");
    assert_non_null(strstr(ran.err, "Usage: ser COMMAND"));
    ran_release(&ran);
    assert_usage_error(RUN("dance"), "'dance' is no command");
    assert_usage_error(RUN("predicts"), "'predicts' is no command");
    assert_usage_error(RUN("\033[31m"), "'?[31m' is no command");
}

static void test_names_the_option_that_is_wrong(void **state)
{
    (void)state;
    assert_usage_error(RUN("predict", "--modle", "x", "a.wav"), "'--modle'");
    assert_usage_error(RUN("predict", "a.wav", "--modle"), "'--modle'");
    assert_usage_error(RUN("predict", "-q", "a.wav"), "'-q'");
    assert_usage_error(RUN("predict", "-qj", "2", "a.wav"), "'-q'");
    assert_usage_error(RUN("predict", "a.wav", "--csv", "-qj"), "'-q'");
    assert_usage_error(RUN("predict", "--json=1", "a.wav"), "'--json=1'");
    assert_usage_error(RUN("predict", "a.wav", "--model"), "'--model' needs a value");
    assert_usage_error(RUN("predict", "a.wav", "-m"), "'-m' needs a value");
    assert_usage_error(RUN("info", "--jason"), "'--jason'");
    assert_usage_error(RUN("train", "--fold"), "'--fold'");
    assert_usage_error(RUN("train", "--t", "3"), "'--t'"); /* which of two? */
}

static void test_refuses_impossible_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0", "-1", "257", "x", "", "1x", "1.5", "99999999999999"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_usage_error(RUN("predict", "--threads", numbers[i], "a.wav"), "'--threads'");
        assert_usage_error(RUN("predict", "-j", numbers[i], "a.wav"), "expected a whole number");
        assert_usage_error(RUN("train", "--threads", numbers[i]), "'--threads'");
    }
    assert_usage_error(RUN("train", "--folds", "1"), "'--folds' is '1'");
    assert_usage_error(RUN("train", "--folds", "101"), "'--folds' is '101'");
    assert_usage_error(RUN("train", "--epochs", "0"), "'--epochs' is '0'");
    assert_usage_error(RUN("train", "--seed", "-1"), "'--seed' is '-1'");
    assert_usage_error(RUN("train", "--seed", "one"), "'--seed' is 'one'");
}

static void test_refuses_wrong_combinations(void **state)
{
    (void)state;
    assert_usage_error(RUN("predict"), "no recording");
    assert_usage_error(RUN("predict", "--json"), "no recording");
    assert_usage_error(RUN("predict", "--engine", "warp", "a.wav"), "'--engine' is 'warp'");
    assert_usage_error(RUN("info", "model.safetensors"), "'model.safetensors'");
    assert_usage_error(RUN("train"), "'--network'");
    assert_usage_error(RUN("train", "--network", "n"), "'--out'");
    assert_usage_error(RUN("train", "--network", "n", "--out", "o"), "'--data'");
    assert_usage_error(RUN("train", "--network", "n", "--out", "o", "--data", "d", "more"),
                       "'more'");
    assert_usage_error(RUN("train", "--network", "n", "--out", "o", "--data", "d", "--folds", "2",
                           "--test-speakers", "1"),
                       "'--folds', '--test-speakers' and '--split' are different protocols");
}

static void test_two_dashes_end_the_options(void **state)
{
    (void)state;
    char *model = small_model_write("model.safetensors", 1);
    struct ran ran = RUN("predict", "--model", model, "--", "--json");
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.err, "--json: cannot be opened"));
    ran_release(&ran);
    free(model);
}

static void test_a_full_disk_is_a_failure(void **state)
{
    (void)state;
    const struct setting full = {.output = "/dev/full"};
    static const char *const lists[][3] = {
        {"--help", NULL}, {"predict", "--help", NULL}, {"version", NULL}};
    for (int i = 0; i < 3; i++) {
        struct ran ran = run_ser(&full, lists[i]);
        assert_code(&ran, 1);
        assert_non_null(strstr(ran.err, "standard output"));
        ran_release(&ran);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help_lists_the_commands),
        cmocka_unit_test(test_every_command_has_help_with_examples),
        cmocka_unit_test(test_help_fits_a_terminal),
        cmocka_unit_test(test_prints_the_version),
        cmocka_unit_test(test_no_command_is_a_usage_error),
        cmocka_unit_test(test_names_the_option_that_is_wrong),
        cmocka_unit_test(test_refuses_impossible_numbers),
        cmocka_unit_test(test_refuses_wrong_combinations),
        cmocka_unit_test(test_two_dashes_end_the_options),
        cmocka_unit_test(test_a_full_disk_is_a_failure),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

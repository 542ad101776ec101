#define _GNU_SOURCE
#include "../support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/charts/training_log.h"

#define HEADER "run,epoch,rate,loss,accuracy,gradient_norm,seconds\n"

static ser_status parse(struct training_log *log, const char *text, ser_error *error)
{
    char *copy = strdup(text);
    ser_status status = training_log_parse(log, copy, "x.csv", error);
    free(copy);
    return status;
}

static void test_reads_runs(void **state)
{
    (void)state;
    ser_error error;
    struct training_log log;
    assert_ok(parse(&log,
                    HEADER "fold 1,1,0.001,2.5,0.25,1.5,3.0\r\n"
                           "fold 1,2,0.001,nan,0.5,1.5,3.0\n"
                           "\n"
                           "fold 2,1,0.001,1.5,0.125,1.5,3.0\n"
                           "fold 1,3,0.001,1e-3,1,1.5,3.0",
                    &error));
    assert_int_equal(log.count, 2);
    assert_string_equal(log.runs[0].name, "fold 1");
    assert_string_equal(log.runs[1].name, "fold 2");
    assert_int_equal(log.runs[0].count, 3);
    assert_int_equal(log.runs[1].count, 1);
    assert_true(log.runs[0].epochs[2] == 3 && log.runs[0].losses[2] == 1e-3);
    assert_true(isnan(log.runs[0].losses[1]) && log.runs[0].accuracies[1] == 0.5);
    assert_true(log.runs[1].losses[0] == 1.5 && log.runs[1].accuracies[0] == 0.125);
    training_log_release(&log);
    training_log_release(&log);
}

static void test_columns_may_stand_anywhere(void **state)
{
    (void)state;
    ser_error error;
    struct training_log log;
    assert_ok(parse(&log, "accuracy,x,epoch,loss,run\n0.5,?,7,2,r\n", &error));
    assert_true(log.runs[0].accuracies[0] == 0.5 && log.runs[0].losses[0] == 2);
    assert_true(log.runs[0].epochs[0] == 7);
    assert_string_equal(log.runs[0].name, "r");
    training_log_release(&log);
}

static void test_many_epochs_and_runs(void **state)
{
    (void)state;
    ser_error error;
    struct training_log log;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs(HEADER, stream);
    for (int run = 0; run < TRAINING_LOG_MAX_RUNS; run++)
        for (int epoch = 1; epoch <= 70; epoch++)
            fprintf(stream, "run %d,%d,0,%d,0.5,0,0\n", run, epoch, run * 1000 + epoch);
    fflush(stream);
    assert_ok(parse(&log, text, &error));
    assert_int_equal(log.count, TRAINING_LOG_MAX_RUNS);
    for (int run = 0; run < TRAINING_LOG_MAX_RUNS; run++) {
        assert_int_equal(log.runs[run].count, 70);
        assert_true(log.runs[run].losses[69] == run * 1000 + 70);
    }
    training_log_release(&log);
    fputs("one more,1,0,1,0.5,0,0\n", stream);
    fclose(stream);
    assert_error(parse(&log, text, &error), SER_ERROR_UNSUPPORTED, "x.csv: has more than 500 runs");
    assert_null(log.runs);
    free(text);
}

static void test_refuses_what_is_no_log(void **state)
{
    (void)state;
    ser_error error;
    struct training_log log;
    static const char *const texts[][2] = {
        {"", "x.csv: is empty"},
        {"\n", "no column \"run\""},
        {"run,epoch,loss\n", "no column \"accuracy\""},
        {HEADER, "x.csv: has no epoch yet"},
        {HEADER "fold 1,1,0,1\n", "line 2 has 4 fields, expected 7"},
        {HEADER "fold 1,1,0,1,0,0,0,0\n", "line 2 has 8 fields, expected 7"},
        {HEADER "fold 1,one,0,1,0,0,0\n", "line 2 has the epoch \"one\", expected a number"},
        {HEADER "fold 1,inf,0,1,0,0,0\n", "line 2 has the epoch \"inf\""},
        {HEADER "a,1,0,1,0,0,0\na,2,0,,0,0,0\n", "line 3 has the loss \"\""},
        {HEADER "a,1,0,1,0.5x,0,0\n", "line 2 has the accuracy \"0.5x\""},
        {"RIFF\x01\x02", "no column"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_error(parse(&log, texts[i][0], &error), SER_ERROR_FORMAT, texts[i][1]);
        assert_null(log.runs);
    }
    assert_error(training_log_read(&log, "/nowhere/x.csv", &error), SER_ERROR_IO,
                 "/nowhere/x.csv: cannot be opened");
}

static void test_reads_files(void **state)
{
    (void)state;
    ser_error error;
    struct training_log log;
    static const char text[] = HEADER "a,1,0,1,0.5,0,0\n";
    char *path = support_write("log.csv", text, sizeof text - 1);
    assert_ok(training_log_read(&log, path, &error));
    assert_int_equal(log.count, 1);
    training_log_release(&log);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_runs),
        cmocka_unit_test(test_columns_may_stand_anywhere),
        cmocka_unit_test(test_many_epochs_and_runs),
        cmocka_unit_test(test_refuses_what_is_no_log),
        cmocka_unit_test(test_reads_files),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

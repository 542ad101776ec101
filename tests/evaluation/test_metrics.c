#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation/metrics.h"

#define assert_real(found, expected) assert_true(fabs((found) - (expected)) < 1e-12)

/* Three classes, ten recordings:
 *            predicted
 *   true     a  b  c     recall  precision  f1
 *   a        3  1  0     3/4     3/5        6/9
 *   b        2  2  0     2/4     2/3        4/7
 *   c        0  0  2     2/2     2/2        4/4   */
static struct confusion make_confusion(void)
{
    static const long counts[3][3] = {{3, 1, 0}, {2, 2, 0}, {0, 0, 2}};
    ser_error error;
    struct confusion confusion;
    assert_ok(confusion_reset(&confusion, 3, &error));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (long turn = 0; turn < counts[i][j]; turn++)
                assert_ok(confusion_add(&confusion, i, j, &error));
    return confusion;
}

static void test_measures_by_hand_computed_values(void **state)
{
    (void)state;
    struct confusion confusion = make_confusion();
    struct metrics metrics = metrics_compute(&confusion);
    assert_int_equal(metrics.classes, 3);
    assert_int_equal(metrics.recordings, 10);
    assert_real(metrics.accuracy, 0.7);
    assert_real(metrics.uar, (0.75 + 0.5 + 1.0) / 3);
    assert_real(metrics.macro_f1, (6.0 / 9 + 4.0 / 7 + 1.0) / 3);
    assert_int_equal(metrics.each[0].recordings, 4);
    assert_int_equal(metrics.each[0].predictions, 5);
    assert_real(metrics.each[0].recall, 0.75);
    assert_real(metrics.each[0].precision, 0.6);
    assert_real(metrics.each[0].f1, 2.0 / 3);
    assert_real(metrics.each[1].recall, 0.5);
    assert_real(metrics.each[1].precision, 2.0 / 3);
    assert_real(metrics.each[1].f1, 4.0 / 7);
    assert_real(metrics.each[2].recall, 1.0);
    assert_real(metrics.each[2].precision, 1.0);
    assert_real(metrics.each[2].f1, 1.0);
}

static void test_nothing_gives_nothing(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    assert_ok(confusion_reset(&confusion, 2, &error));
    struct metrics metrics = metrics_compute(&confusion);
    assert_int_equal(metrics.recordings, 0);
    assert_true(isnan(metrics.accuracy));
    assert_true(isnan(metrics.uar));
    assert_true(isnan(metrics.macro_f1));
    assert_true(isnan(metrics.each[0].recall));
    assert_true(isnan(metrics.each[0].precision));
    assert_true(isnan(metrics.each[0].f1));
}

/* Class 1 is never predicted, class 2 is predicted but does not occur, class 3 is neither. */
static void test_handles_absent_classes(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    assert_ok(confusion_reset(&confusion, 4, &error));
    for (int i = 0; i < 3; i++)
        assert_ok(confusion_add(&confusion, 0, 0, &error));
    assert_ok(confusion_add(&confusion, 0, 2, &error));
    assert_ok(confusion_add(&confusion, 1, 0, &error));
    struct metrics metrics = metrics_compute(&confusion);
    assert_real(metrics.accuracy, 0.6);
    assert_real(metrics.each[1].recall, 0.0);
    assert_true(isnan(metrics.each[1].precision));
    assert_real(metrics.each[1].f1, 0.0);
    assert_true(isnan(metrics.each[2].recall));
    assert_real(metrics.each[2].precision, 0.0);
    assert_real(metrics.each[2].f1, 0.0);
    assert_true(isnan(metrics.each[3].recall));
    assert_true(isnan(metrics.each[3].f1));
    assert_real(metrics.uar, (0.75 + 0.0) / 2);               /* classes 0 and 1 occur */
    assert_real(metrics.macro_f1, (6.0 / 8 + 0.0 + 0.0) / 3); /* 0, 1 and 2 */
}

static void test_uar_does_not_follow_frequent_classes(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    assert_ok(confusion_reset(&confusion, 2, &error));
    confusion.counts[0][0] = 990;
    confusion.counts[1][0] = 10;
    struct metrics metrics = metrics_compute(&confusion);
    assert_real(metrics.accuracy, 0.99);
    assert_real(metrics.uar, 0.5);
}

static void test_refuses_classes_outside(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    assert_error(confusion_reset(&confusion, 0, &error), SER_ERROR_ARGUMENT,
                 "0 classes, expected 1 to 32");
    assert_error(confusion_reset(&confusion, 33, &error), SER_ERROR_ARGUMENT, "33 classes");
    assert_error(confusion_add(&confusion, 0, 0, &error), SER_ERROR_ARGUMENT, "true class 0");
    assert_ok(confusion_reset(&confusion, METRICS_MAX_CLASSES, &error));
    assert_ok(confusion_add(&confusion, 31, 31, &error));
    assert_ok(confusion_reset(&confusion, 3, &error));
    assert_error(confusion_add(&confusion, 3, 0, &error), SER_ERROR_ARGUMENT,
                 "true class 3 and predicted class 0, expected 0 to 2");
    assert_error(confusion_add(&confusion, 0, 3, &error), SER_ERROR_ARGUMENT, "predicted class 3");
    assert_error(confusion_add(&confusion, -1, 0, &error), SER_ERROR_ARGUMENT, "true class -1");
    assert_error(confusion_add(&confusion, 0, -1, &error), SER_ERROR_ARGUMENT, "class -1");
    assert_int_equal(metrics_compute(&confusion).recordings, 0);
}

static void test_merges_folds(void **state)
{
    (void)state;
    ser_error error;
    struct confusion sum, other = make_confusion(), wrong;
    assert_ok(confusion_reset(&sum, 3, &error));
    assert_ok(confusion_reset(&wrong, 4, &error));
    assert_ok(confusion_merge(&sum, &other, &error));
    assert_ok(confusion_merge(&sum, &other, &error));
    assert_int_equal(sum.counts[0][0], 6);
    assert_int_equal(sum.counts[1][0], 4);
    assert_int_equal(sum.counts[0][1], 2);
    assert_int_equal(metrics_compute(&sum).recordings, 20);
    assert_error(confusion_merge(&sum, &wrong, &error), SER_ERROR_ARGUMENT,
                 "of 4 classes added to one of 3");
}

static void test_summarises_folds(void **state)
{
    (void)state;
    static const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    static const double high[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    struct summary summary = summary_compute(values, 8);
    assert_int_equal(summary.count, 8);
    assert_real(summary.mean, 5.0);
    assert_real(summary.deviation, sqrt(32.0 / 7)); /* squares sum to 32; n - 1 = 7 */
    summary = summary_compute(high, 3);
    assert_real(summary.mean, 1e9 + 2);
    assert_real(summary.deviation, 1.0);
    summary = summary_compute(values, 1);
    assert_real(summary.mean, 2.0);
    assert_true(isnan(summary.deviation));
    summary = summary_compute(values, 0);
    assert_true(isnan(summary.mean));
    assert_true(isnan(summary.deviation));
}

static double real_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void test_writes_json(void **state)
{
    (void)state;
    static const char *const labels[] = {"angry", "calm", "überrascht"};
    struct confusion confusion = make_confusion();
    json_t *root = metrics_to_json(&confusion, labels);
    assert_non_null(root);
    assert_int_equal(json_object_size(root), 6);
    assert_real(real_at(root, "recordings"), 10);
    assert_real(real_at(root, "accuracy"), 0.7);
    assert_real(real_at(root, "uar"), 0.75);
    assert_real(real_at(root, "macro_f1"), (6.0 / 9 + 4.0 / 7 + 1.0) / 3);
    const json_t *classes = json_object_get(root, "classes");
    assert_int_equal(json_array_size(classes), 3);
    const json_t *second = json_array_get(classes, 1);
    assert_string_equal(json_string_value(json_object_get(second, "label")), "calm");
    assert_real(real_at(second, "recordings"), 4);
    assert_real(real_at(second, "predictions"), 3);
    assert_real(real_at(second, "recall"), 0.5);
    assert_real(real_at(second, "precision"), 2.0 / 3);
    assert_real(real_at(second, "f1"), 4.0 / 7);
    char *rows = json_dumps(json_object_get(root, "confusion"), JSON_COMPACT);
    assert_string_equal(rows, "[[3,1,0],[2,2,0],[0,0,2]]");
    free(rows);
    json_decref(root);
}

static void test_writes_undefined_figures_as_null(void **state)
{
    (void)state;
    static const char *const labels[] = {"angry"};
    ser_error error;
    struct confusion confusion;
    assert_ok(confusion_reset(&confusion, 1, &error));
    json_t *root = metrics_to_json(&confusion, labels);
    assert_true(json_is_null(json_object_get(root, "accuracy")));
    assert_true(json_is_null(json_object_get(root, "uar")));
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(root, "classes"), 0), "recall")));
    json_decref(root);
    double value = 0.5;
    struct summary summary = summary_compute(&value, 1);
    json_t *object = summary_to_json(&summary);
    char *text = json_dumps(object, JSON_COMPACT);
    assert_string_equal(text, "{\"count\":1,\"mean\":0.5,\"deviation\":null}");
    free(text);
    json_decref(object);
}

static void test_refuses_labels_that_are_not_text(void **state)
{
    (void)state;
    static const char *const labels[] = {"angry", "\xff\xfe", "calm"};
    struct confusion confusion = make_confusion();
    assert_null(metrics_to_json(&confusion, labels));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures_by_hand_computed_values),
        cmocka_unit_test(test_nothing_gives_nothing),
        cmocka_unit_test(test_handles_absent_classes),
        cmocka_unit_test(test_uar_does_not_follow_frequent_classes),
        cmocka_unit_test(test_refuses_classes_outside),
        cmocka_unit_test(test_merges_folds),
        cmocka_unit_test(test_summarises_folds),
        cmocka_unit_test(test_writes_json),
        cmocka_unit_test(test_writes_undefined_figures_as_null),
        cmocka_unit_test(test_refuses_labels_that_are_not_text),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

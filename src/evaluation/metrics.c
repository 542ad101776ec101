#include "evaluation/metrics.h"

#include <math.h>

#include "base/error.h"

ser_status confusion_reset(struct confusion *confusion, int classes, ser_error *error)
{
    *confusion = (struct confusion){0};
    if (classes < 1 || classes > METRICS_MAX_CLASSES)
        return error_set(error, SER_ERROR_ARGUMENT, "%d classes, expected 1 to %d", classes,
                         METRICS_MAX_CLASSES);
    confusion->classes = classes;
    return SER_OK;
}

ser_status confusion_add(struct confusion *confusion, int truth, int predicted, ser_error *error)
{
    int classes = confusion->classes;
    if (truth < 0 || truth >= classes || predicted < 0 || predicted >= classes)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "true class %d and predicted class %d, expected 0 to %d", truth, predicted,
                         classes - 1);
    confusion->counts[truth][predicted]++;
    return SER_OK;
}

ser_status confusion_merge(struct confusion *confusion, const struct confusion *other,
                           ser_error *error)
{
    if (confusion->classes != other->classes)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "a confusion matrix of %d classes added to one of %d, expected as many",
                         other->classes, confusion->classes);
    for (int i = 0; i < other->classes; i++)
        for (int j = 0; j < other->classes; j++)
            confusion->counts[i][j] += other->counts[i][j];
    return SER_OK;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : (double)NAN;
}

static struct class_metrics measure_class(const struct confusion *confusion, int class)
{
    struct class_metrics result = {0};
    for (int i = 0; i < confusion->classes; i++) {
        result.recordings += confusion->counts[class][i];
        result.predictions += confusion->counts[i][class];
    }
    double right = (double)confusion->counts[class][class];
    result.recall = ratio(right, (double)result.recordings);
    result.precision = ratio(right, (double)result.predictions);
    result.f1 = ratio(2 * right, (double)(result.recordings + result.predictions));
    return result;
}

struct metrics metrics_compute(const struct confusion *confusion)
{
    struct metrics metrics = {.classes = confusion->classes};
    double right = 0, recalls = 0, f1s = 0;
    int recall_count = 0, f1_count = 0;
    for (int i = 0; i < confusion->classes; i++) {
        struct class_metrics *each = &metrics.each[i];
        *each = measure_class(confusion, i);
        right += (double)confusion->counts[i][i];
        metrics.recordings += each->recordings;
        if (!isnan(each->recall)) {
            recalls += each->recall;
            recall_count++;
        }
        if (!isnan(each->f1)) {
            f1s += each->f1;
            f1_count++;
        }
    }
    metrics.accuracy = ratio(right, (double)metrics.recordings);
    metrics.uar = ratio(recalls, recall_count);
    metrics.macro_f1 = ratio(f1s, f1_count);
    return metrics;
}

struct summary summary_compute(const double *values, int count)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    double mean = ratio(sum, count);
    for (int i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return (struct summary){
        .count = count, .mean = mean, .deviation = sqrt(ratio(squares, count - 1))};
}

/* JSON has no NAN. */
static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Lets a chain of additions fail as one. Takes the value over. */
static void put(json_t *object, const char *key, json_t *value, int *failed)
{
    *failed |= json_object_set_new(object, key, value);
}

static void append(json_t *array, json_t *value, int *failed)
{
    *failed |= json_array_append_new(array, value);
}

static json_t *finish(json_t *root, int failed)
{
    if (!failed)
        return root;
    json_decref(root);
    return NULL;
}

static json_t *class_to_json(const struct class_metrics *each, const char *label)
{
    int failed = 0;
    json_t *object = json_object();
    put(object, "label", json_string(label), &failed);
    put(object, "recordings", json_integer(each->recordings), &failed);
    put(object, "predictions", json_integer(each->predictions), &failed);
    put(object, "recall", real_or_null(each->recall), &failed);
    put(object, "precision", real_or_null(each->precision), &failed);
    put(object, "f1", real_or_null(each->f1), &failed);
    return finish(object, failed);
}

static json_t *row_to_json(const struct confusion *confusion, int row)
{
    int failed = 0;
    json_t *array = json_array();
    for (int i = 0; i < confusion->classes; i++)
        append(array, json_integer(confusion->counts[row][i]), &failed);
    return finish(array, failed);
}

json_t *metrics_to_json(const struct confusion *confusion, const char *const *labels)
{
    struct metrics metrics = metrics_compute(confusion);
    int failed = 0;
    json_t *classes = json_array(), *rows = json_array(), *root = json_object();
    for (int i = 0; i < metrics.classes; i++) {
        append(classes, class_to_json(&metrics.each[i], labels[i]), &failed);
        append(rows, row_to_json(confusion, i), &failed);
    }
    put(root, "recordings", json_integer(metrics.recordings), &failed);
    put(root, "accuracy", real_or_null(metrics.accuracy), &failed);
    put(root, "uar", real_or_null(metrics.uar), &failed);
    put(root, "macro_f1", real_or_null(metrics.macro_f1), &failed);
    put(root, "classes", classes, &failed);
    put(root, "confusion", rows, &failed);
    return finish(root, failed);
}

json_t *summary_to_json(const struct summary *summary)
{
    int failed = 0;
    json_t *object = json_object();
    put(object, "count", json_integer(summary->count), &failed);
    put(object, "mean", real_or_null(summary->mean), &failed);
    put(object, "deviation", real_or_null(summary->deviation), &failed);
    return finish(object, failed);
}

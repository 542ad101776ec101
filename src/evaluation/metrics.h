/* How good predictions are. */
#ifndef EVALUATION_METRICS_H
#define EVALUATION_METRICS_H

#include "base/json.h"
#include "ser/status.h"

enum { METRICS_MAX_CLASSES = 32 };

/* Counts of predictions; plain data, to be copied freely. */
struct confusion {
    int classes;
    long counts[METRICS_MAX_CLASSES][METRICS_MAX_CLASSES]; // (true class, predicted class)
};

/* Empties the matrix and gives it its size, 1 to METRICS_MAX_CLASSES classes. */
ser_status confusion_reset(struct confusion *confusion, int classes, ser_error *error);

/* Counts one prediction. A class outside the matrix is an error and is not counted. */
ser_status confusion_add(struct confusion *confusion, int truth, int predicted, ser_error *error);

/* Adds the counts of another matrix of the same size, such as the next fold. */
ser_status confusion_merge(struct confusion *confusion, const struct confusion *other,
                           ser_error *error);

/* A figure that divides nothing by nothing is NAN here and null in JSON. */
struct class_metrics {
    long recordings;  /* whose true class this is */
    long predictions; /* of this class */
    double recall;    /* right / recordings */
    double precision; /* right / predictions */
    double f1;        /* 2 right / (recordings + predictions): 0 for a class never predicted */
};

struct metrics {
    int classes;
    long recordings;
    double accuracy;
    double uar;      /* unweighted average recall, over the classes that occur in the truth */
    double macro_f1; /* over the classes that occur in the truth or among the predictions */
    struct class_metrics each[METRICS_MAX_CLASSES];
};

struct metrics metrics_compute(const struct confusion *confusion);

/* Mean and deviation of a figure, e.g. over folds. */
struct summary {
    int count;
    double mean;      /* NAN of no values */
    double deviation; /* of a sample (n - 1); NAN below two values */
};

struct summary summary_compute(const double *values, int count);

/* For a model's metadata; NULL when memory ran out or a label is not UTF-8. The caller releases
 * it with json_decref.
 *   {"recordings", "accuracy", "uar", "macro_f1",
 *    "classes": [{"label", "recordings", "predictions", "recall", "precision", "f1"}, …],
 *    "confusion": [[counts of the first true class], …]}
 * `labels` has a name for each class. */
json_t *metrics_to_json(const struct confusion *confusion, const char *const *labels);

/* {"count", "mean", "deviation"} */
json_t *summary_to_json(const struct summary *summary);

#endif

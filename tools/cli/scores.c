#include "scores.h"

#include <stdio.h>

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

/* A class's name; empty where the model's facts have none. */
static const char *label_of(const json_t *classes, size_t index)
{
    const json_t *label = json_object_get(json_array_get(classes, index), "label");
    return json_is_string(label) ? json_string_value(label) : "";
}

static void print_folds(const json_t *scores, const char *key)
{
    const json_t *summary = json_object_get(scores, key);
    if (number_of(summary, "count") > 1)
        printf(", over %.0f folds %.1f ± %.1f %%", number_of(summary, "count"),
               100 * number_of(summary, "mean"), 100 * number_of(summary, "deviation"));
}

static void print_confusion(const json_t *scores)
{
    const json_t *classes = json_object_get(scores, "classes");
    const json_t *rows = json_object_get(scores, "confusion");
    size_t count = json_array_size(classes);
    printf("\n  %-10s  recall   ", "true");
    for (size_t c = 0; c < count; c++)
        printf(" %5.5s", label_of(classes, c));
    printf("  (predicted)\n");
    for (size_t r = 0; r < count; r++) {
        const json_t *row = json_array_get(rows, r);
        printf("  %-10.10s %5.1f %%   ", label_of(classes, r),
               100 * number_of(json_array_get(classes, r), "recall"));
        for (size_t c = 0; c < count; c++)
            printf(" %5" JSON_INTEGER_FORMAT, json_integer_value(json_array_get(row, c)));
        putchar('\n');
    }
}

void scores_print(const json_t *scores)
{
    if (!json_is_object(scores)) {
        puts("  not tested");
        return;
    }
    printf("  recordings  %.0f\n", number_of(scores, "recordings"));
    printf("  UAR         %.1f %%", 100 * number_of(scores, "uar"));
    print_folds(scores, "uar_over_folds");
    printf("\n  accuracy    %.1f %%", 100 * number_of(scores, "accuracy"));
    print_folds(scores, "accuracy_over_folds");
    printf("\n  chance      %.1f %%\n",
           100.0 / (double)json_array_size(json_object_get(scores, "classes")));
    print_confusion(scores);
}

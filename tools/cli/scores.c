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

/* Which figures could be otherwise, had other people been tested; only tests of a finished model
 * tell. */
static void print_interval(const json_t *scores)
{
    const json_t *interval = json_object_get(scores, "uar_interval");
    if (json_is_object(interval))
        printf(", %.0f %% interval %.1f to %.1f %% (bootstrap: %.0f speakers, %.0f draws, seed "
               "%.0f)",
               100 * number_of(interval, "level"), 100 * number_of(interval, "low"),
               100 * number_of(interval, "high"), number_of(interval, "speakers"),
               number_of(interval, "resamples"), number_of(interval, "seed"));
    else if (interval)
        printf(" (fewer than 3 speakers: no interval)");
}

/* A figure of nothing is a dash, not 0 %. */
static void print_percent(const json_t *object, const char *key, int width)
{
    if (json_is_number(json_object_get(object, key)))
        printf("%*.1f %%", width, 100 * number_of(object, key));
    else
        printf("%*s  ", width, "-");
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
        printf("  %-10.10s ", label_of(classes, r));
        print_percent(json_array_get(classes, r), "recall", 5);
        printf("   ");
        for (size_t c = 0; c < count; c++)
            printf(" %5" JSON_INTEGER_FORMAT, json_integer_value(json_array_get(row, c)));
        putchar('\n');
    }
}

/* The classes that were tested, one of which is always right for whom always says the same. */
static double occurring(const json_t *scores)
{
    size_t i;
    json_t *class;
    int count = 0;
    json_array_foreach(json_object_get(scores, "classes"), i, class)
    {
        const json_t *recordings = json_object_get(class, "recordings");
        count += !json_is_integer(recordings) || json_integer_value(recordings) > 0;
    }
    return count > 0 ? count : 1;
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
    print_interval(scores);
    printf("\n  accuracy    %.1f %%", 100 * number_of(scores, "accuracy"));
    print_folds(scores, "accuracy_over_folds");
    printf("\n  chance      %.1f %%\n", 100.0 / occurring(scores));
    print_confusion(scores);
}

void scores_print_classes(const json_t *scores)
{
    static const char *const figures[] = {"recall", "precision", "f1"};
    size_t i;
    json_t *class;
    printf("\n  %-24s  recordings  predicted   recall   precision        F1\n", "emotion");
    json_array_foreach(json_object_get(scores, "classes"), i, class)
    {
        printf("  %-24s  %10.0f  %9.0f ", label_of(json_object_get(scores, "classes"), i),
               number_of(class, "recordings"), number_of(class, "predictions"));
        for (int f = 0; f < 3; f++)
            print_percent(class, figures[f], f == 1 ? 10 : f == 2 ? 8 : 6);
        putchar('\n');
    }
    printf("  %-24s  %10s  %9s ", "mean", "", "");
    print_percent(scores, "uar", 6);
    printf("%12s", "");
    print_percent(scores, "macro_f1", 8);
    putchar('\n');
}

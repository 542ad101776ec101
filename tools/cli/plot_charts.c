#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "command.h"
#include "plot.h"
#include "report/charts/chart.h"
#include "report/charts/training_log.h"
#include "ser/model.h"

/* Draws the charts and writes them, under `path`, which it frees. */
static int finish(const struct plot_request *request, const struct chart *charts, int count,
                  char *path, const char *what)
{
    const struct figure *settings = &request->settings;
    ser_error error = {0};
    char *bytes;
    size_t size;
    int code;
    ser_status status = chart_draw(charts, count, settings->kind, settings->width, settings->height,
                                   &bytes, &size, &error);
    if (status) {
        complain("plot", "%s", error.message);
        code = status == SER_ERROR_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
    } else {
        code = plot_write(path, bytes, size, what);
    }
    free(path);
    return code;
}

/* The lines of all runs, first those of the losses, then those of the accuracies. */
static struct chart_line *make_lines(const struct training_log *log)
{
    struct chart_line *lines = memory_resize(NULL, 2 * (size_t)log->count, sizeof *lines);
    for (int i = 0; lines && i < log->count; i++) {
        const struct training_run *run = &log->runs[i];
        lines[i] = (struct chart_line){run->name, run->epochs, run->losses, run->count};
        lines[log->count + i] =
            (struct chart_line){run->name, run->epochs, run->accuracies, run->count};
    }
    return lines;
}

int plot_training(const struct plot_request *request)
{
    struct training_log log;
    ser_error error = {0};
    char what[64], *path = NULL;
    int code = EXIT_FAILED;
    if (training_log_read(&log, request->training, &error)) {
        complain("plot", "%s", error.message);
        return EXIT_FAILED;
    }
    struct chart_line *lines = make_lines(&log);
    if (!lines)
        complain("plot", "out of memory");
    else
        path = plot_name(request, request->training, ".png");
    if (path) {
        const struct line_chart loss = {.lines = lines,
                                        .count = log.count,
                                        .x_axis = "Epoch",
                                        .y_axis = "Loss",
                                        .from_zero = 1};
        const struct line_chart accuracy = {.lines = lines + log.count,
                                            .count = log.count,
                                            .x_axis = "Epoch",
                                            .y_axis = "Accuracy",
                                            .from_zero = 1,
                                            .top = 1};
        const char *title = request->settings.title;
        const struct chart charts[] = {
            {.kind = &line_chart, .data = &loss, .title = title ? title : "Training"},
            {.kind = &line_chart, .data = &accuracy},
        };
        snprintf(what, sizeof what, "loss and accuracy of %d run%s", log.count,
                 log.count == 1 ? "" : "s");
        code = finish(request, charts, 2, path, what);
    }
    free(lines);
    training_log_release(&log);
    return code;
}

/* A confusion matrix as a model's facts tell it. */
struct confusions {
    int classes;
    const char *labels[SER_MAX_LABELS];
    double counts[SER_MAX_LABELS * SER_MAX_LABELS];
};

/* Reads the scores of a model's test; a model from elsewhere may tell anything. Returns 0 when
 * there is no matrix. */
static int read_confusions(const json_t *scores, struct confusions *confusions)
{
    const json_t *classes = json_object_get(scores, "classes");
    const json_t *rows = json_object_get(scores, "confusion");
    size_t count = json_array_size(classes);
    if (count < 1 || count > SER_MAX_LABELS || json_array_size(rows) != count)
        return 0;
    confusions->classes = (int)count;
    for (size_t r = 0; r < count; r++) {
        const json_t *row = json_array_get(rows, r);
        const json_t *label = json_object_get(json_array_get(classes, r), "label");
        if (!json_is_string(label) || json_array_size(row) != count)
            return 0;
        confusions->labels[r] = json_string_value(label);
        for (size_t c = 0; c < count; c++) {
            double value = json_number_value(json_array_get(row, c));
            if (!json_is_number(json_array_get(row, c)) || value < 0)
                return 0;
            confusions->counts[r * count + c] = value;
        }
    }
    return 1;
}

static int draw_confusions(const struct plot_request *request, const char *model_path,
                           const json_t *training)
{
    struct confusions confusions;
    const json_t *scores = json_object_get(training, "scores");
    if (!read_confusions(scores, &confusions)) {
        complain("plot", "%s: has no confusion matrix: the model was not tested", model_path);
        return EXIT_FAILED;
    }
    char title[96], *path = plot_name(request, model_path, "-confusion.png");
    if (!path)
        return EXIT_FAILED;
    snprintf(title, sizeof title, "Confusions, %.0f recordings, UAR %.1f %%",
             json_number_value(json_object_get(scores, "recordings")),
             100 * json_number_value(json_object_get(scores, "uar")));
    const struct heat_map map = {.rows = confusions.classes,
                                 .columns = confusions.classes,
                                 .row_names = confusions.labels,
                                 .column_names = confusions.labels,
                                 .counts = confusions.counts,
                                 .row_axis = "True emotion",
                                 .column_axis = "Predicted emotion"};
    const char *own_title = request->settings.title;
    const struct chart chart = {
        .kind = &heat_map, .data = &map, .title = own_title ? own_title : title};
    return finish(request, &chart, 1, path, "confusion matrix");
}

int plot_confusion(const struct plot_request *request)
{
    ser_model *model;
    ser_error error = {0};
    char *path = request->model ? strdup(request->model) : find_default_model();
    if (!path) {
        complain("plot", "no model was found; name one as in --confusion=MODEL");
        return EXIT_FAILED;
    }
    if (ser_model_load(&model, path, &error)) {
        complain("plot", "%s", error.message);
        free(path);
        return EXIT_FAILED;
    }
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    int code = draw_confusions(request, path, json_object_get(facts, "training"));
    json_decref(facts);
    ser_model_destroy(model);
    free(path);
    return code;
}

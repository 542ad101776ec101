#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "clean/settings.h"
#include "command.h"
#include "nn/layer.h"
#include "scores.h"
#include "ser/model.h"
#include "wrapped_text.h"

enum { KEY_JSON = 256, KEY_LAYERS, INDENT = 12, WIDTH = 84 };

static const struct option_row rows[] = {
    {'m', "model", "FILE", "the model to describe (default: the one that comes with ser)"},
    {KEY_JSON, "json", NULL, "print all facts as JSON"},
    {KEY_LAYERS, "layers", NULL, "list the kinds of layers that network files are made of"},
    OPTION_HELP_ROW,
    {0},
};

static void print_help(void)
{
    help_print("ser info [--model FILE] [--json] | --layers",
               "Describes a model: what it listens to, which emotions it knows, what it was\n"
               "trained with, and how good it was on speakers it had never heard.",
               rows,
               "Examples:\n"
               "  ser info\n"
               "  ser info --model my.safetensors --json\n"
               "  ser info --layers\n\n"
               "Exit status: 0 done, 1 the model cannot be read, 2 wrong usage.\n");
}

static void print_features(const ser_features_settings *f)
{
    printf("Sound       %d Hz; %s: %s\n", f->rate, ser_feature_set_name(f->set),
           ser_feature_set_summary(f->set));
    if (f->bands)
        printf("            %d bands of %g to %g Hz, %s scale\n", f->bands, f->low, f->high,
               f->scale == SER_MEL_HTK ? "HTK" : "Slaney");
    if (f->window)
        printf("            frames of %g ms every %g ms, %s\n", 1000.0 * f->window / f->rate,
               1000.0 * f->hop / f->rate,
               f->normalise == SER_NORMALISE_UTTERANCE ? "each band normalised over the utterance"
                                                       : "not normalised");
}

static void print_cleaning(const ser_clean_settings *clean)
{
    char list[CLEAN_LIST];
    clean_settings_list(clean, list);
    if (*list)
        printf("Cleaning    %s\n", list);
}

static void print_corpora(const json_t *training)
{
    size_t index;
    json_t *corpus;
    json_array_foreach(json_object_get(training, "corpora"), index, corpus)
    {
        const char *title = "", *licence = "", *doi = "";
        json_int_t recordings = 0;
        json_unpack(corpus, "{s:s, s:s, s:s, s:I}", "title", &title, "licence", &licence, "doi",
                    &doi, "recordings", &recordings);
        printf("%-12s%s: %" JSON_INTEGER_FORMAT " recordings of %zu speakers%s%s%s\n",
               index ? "" : "Trained on", title, recordings,
               json_array_size(json_object_get(corpus, "speakers")), *doi ? " (doi " : "", doi,
               *doi ? ")" : "");
        printf("            licence of the data: %s\n", licence);
    }
}

/* A file from anywhere may name nothing. */
static const char *name_of(const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    return name ? name : "?";
}

/* What only some trainings had: a label map, and augmentation with the steps of its recipe. */
static void print_choices(const json_t *training)
{
    const json_t *map = json_object_get(training, "label_map");
    const json_t *recipe = json_object_get(training, "augmentation");
    char steps[256] = "", text[384];
    size_t used = 0, index;
    json_t *step;
    if (map)
        printf("            labels by the map %s\n", name_of(map));
    json_array_foreach(json_object_get(recipe, "augmentations"), index, step)
    {
        if (used < sizeof steps)
            used += (size_t)snprintf(steps + used, sizeof steps - used, "%s%s", index ? ", " : "",
                                     name_of(step));
    }
    snprintf(text, sizeof text, "augmented by the recipe %s: %s", name_of(recipe), steps);
    if (recipe)
        print_wrapped("", INDENT, WIDTH, text);
}

static void print_labels(const ser_model *model)
{
    printf("Emotions   ");
    for (int i = 0; i < ser_model_label_count(model); i++)
        printf(" %s", ser_model_label(model, i));
    putchar('\n');
}

static void print_model(const ser_model *model, const char *path)
{
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    const json_t *training = json_object_get(facts, "training");
    const char *protocol = json_string_value(json_object_get(training, "protocol"));
    const char *description = json_string_value(json_object_get(facts, "description"));
    printf("Model       %s (%s)\n", ser_model_name(model), path);
    print_wrapped("", INDENT, WIDTH, description ? description : "");
    printf("            %zu parameters, windows of %g s\n", ser_model_parameter_count(model),
           ser_model_window(model));
    print_labels(model);
    print_cleaning(ser_model_clean(model));
    print_features(ser_model_features(model));
    print_corpora(training);
    print_choices(training);
    print_wrapped("Scores", INDENT, WIDTH, protocol ? protocol : "not trained");
    putchar('\n');
    scores_print(json_object_get(training, "scores"));
    json_decref(facts);
}

static void print_layers(void)
{
    for (int i = 0; layer_kinds[i]; i++)
        printf("%-15s  %s%s%s\n", layer_kinds[i]->name, layer_kinds[i]->summary,
               *layer_kinds[i]->keys ? "; settings: " : "", layer_kinds[i]->keys);
}

static int show(const char *path, int as_json)
{
    ser_model *model;
    ser_error error;
    if (ser_model_load(&model, path, &error)) {
        complain("info", "%s", error.message);
        return EXIT_FAILED;
    }
    if (as_json)
        puts(ser_model_facts(model));
    else
        print_model(model, path);
    ser_model_destroy(model);
    return EXIT_DONE;
}

static int run(int count, char **arguments)
{
    const char *value, *named = NULL;
    int key, as_json = 0;
    while ((key = option_next("info", rows, count, arguments, &value)) != OPTION_END) {
        switch (key) {
        case 'm': named = value; break;
        case KEY_JSON: as_json = 1; break;
        case KEY_LAYERS: print_layers(); return EXIT_DONE;
        case OPTION_HELP: print_help(); return EXIT_DONE;
        default: return EXIT_USAGE;
        }
    }
    if (optind < count) {
        complain("info", "'%s' is not expected; name a model by --model", arguments[optind]);
        return EXIT_USAGE;
    }
    char *path = named ? strdup(named) : find_default_model();
    if (!path) {
        complain("info", "no model was found; name one by --model or SER_MODEL");
        return EXIT_FAILED;
    }
    int code = show(path, as_json);
    free(path);
    return code;
}

const struct command command_info = {
    .name = "info",
    .summary = "describe a model",
    .run = run,
};

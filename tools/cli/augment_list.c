#include "augment_list.h"

#include <stdio.h>

#include "augment/augmentation.h"
#include "base/json.h"
#include "wrapped_text.h"

enum { NAME_WIDTH = 15, PARAMETER_WIDTH = 50, TEXT = 160 };

static void print_parameter(const struct augment_parameter *parameter)
{
    char accepted[TEXT], label[2 * TEXT];
    augment_parameter_describe(parameter, accepted, sizeof accepted);
    snprintf(label, sizeof label, "  %-12s %s  ", parameter->name, accepted);
    print_wrapped(label, PARAMETER_WIDTH, output_columns(), parameter->summary);
}

static void print_augmentation(const struct augmentation *augmentation)
{
    char label[TEXT];
    snprintf(label, sizeof label, "%s  ", augmentation->name);
    print_wrapped(label, NAME_WIDTH, output_columns(), augmentation->summary);
    for (int i = 0; augmentation->parameters[i].name; i++)
        print_parameter(&augmentation->parameters[i]);
    putchar('\n');
}

static json_t *parameter_as_json(const struct augment_parameter *parameter)
{
    char accepted[TEXT];
    augment_parameter_describe(parameter, accepted, sizeof accepted);
    return json_pack("{ss ss ss ss}", "name", parameter->name, "unit", parameter->unit, "accepts",
                     accepted, "summary", parameter->summary);
}

static json_t *augmentation_as_json(const struct augmentation *augmentation)
{
    json_t *parameters = json_array();
    for (int i = 0; augmentation->parameters[i].name; i++)
        json_array_append_new(parameters, parameter_as_json(&augmentation->parameters[i]));
    return json_pack("{ss ss ss so}", "name", augmentation->name, "stage",
                     augment_stage_name(augmentation->stage), "summary", augmentation->summary,
                     "parameters", parameters);
}

void print_augmentations(int as_json)
{
    static const char *const titles[AUGMENT_STAGES] = {
        "Of sound:",
        "Of features, in training:",
        "Of batches, in training:",
    };
    json_t *array = as_json ? json_array() : NULL;
    for (int stage = 0; stage < AUGMENT_STAGES; stage++) {
        if (!as_json)
            printf("%s\n\n", titles[stage]);
        for (int i = 0; augmentations[i]; i++) {
            if (augmentations[i]->stage != (enum augment_stage)stage)
                continue;
            if (as_json)
                json_array_append_new(array, augmentation_as_json(augmentations[i]));
            else
                print_augmentation(augmentations[i]);
        }
    }
    if (!as_json) {
        puts("Beside its parameters each has a probability (1). A parameter is a number, or a "
             "range\n"
             "that it is drawn from: [5, 30] in a recipe, 5..30 after --steps.");
        return;
    }
    json_dumpf(array, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(array);
}

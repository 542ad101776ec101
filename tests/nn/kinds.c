#include "kinds.h"

#include <stdio.h>

#define CONV "{'type': 'conv2d', 'channels': "

const struct kind_case kind_cases[] = {
    {"conv2d", 0, 2, "'channels': 4"},
    {"conv2d", 0, 2, "'channels': 3, 'kernel': 3"},
    {"conv2d", 0, 2, "'channels': 3, 'kernel': [2, 4], 'stride': [2, 3]"},
    {"conv2d", 0, 2, "'channels': 3, 'kernel': 3, 'dilation': [3, 2], 'bias': false"},
    {"conv2d", 0, 2, "'channels': 3, 'stride': 2"},
    {"conv2d", 0, 4, "'channels': 6, 'kernel': 3, 'groups': 2"},
    {"conv2d", 0, 4, "'channels': 4, 'kernel': [5, 3], 'groups': 4"},
    {"conv2d", 0, 4, "'channels': 8, 'kernel': [3, 1], 'groups': 4, 'stride': [2, 1]"},
    {"conv1d", 1, 2, "'channels': 5"},
    {"conv1d", 1, 1, "'channels': 5, 'kernel': 4, 'stride': 2"},
    {"conv1d", 1, 1, "'channels': 5, 'kernel': 5, 'dilation': 3, 'bias': false"},
    {"conv1d", 1, 1, "'channels': 6, 'kernel': 3, 'groups': 6"},
    {"batch_norm", 0, 3, ""},
    {"layer_norm", 0, 3, ""},
    {"layer_norm", 1, 3, ""},
    {"relu", 0, 3, ""},
    {"silu", 0, 3, ""},
    {"gelu", 0, 3, ""},
    {"max_pool", 0, 2, ""},
    {"max_pool", 0, 2, "'kernel': [3, 2], 'stride': [2, 1]"},
    {"max_pool", 0, 2, "'kernel': [1, 3], 'stride': 1"},
    {"average_pool", 0, 2, ""},
    {"average_pool", 0, 2, "'kernel': 3, 'stride': [2, 1]"},
    {"average_pool", 0, 2, "'kernel': [4, 1], 'stride': [3, 1]"},
    {"global_pool", 0, 3, ""},
    {"global_pool", 0, 3, "'mode': 'mean'"},
    {"global_pool", 0, 3, "'mode': 'max'"},
    {"attentive_pool", 1, 1, "'hidden': 4"},
    {"attentive_pool", 1, 2, "'hidden': 1"},
    {"dropout", 0, 3, "'rate': 0"},
    {"dropout", 0, 3, "'rate': 0.5"},
    {"flatten", 0, 3, ""},
    {"dense", 0, 3, "'units': 5"},
    {"dense", 1, 2, "'units': 'classes'"},
    {"residual", 0, 3, "'body': [" CONV "3, 'kernel': 3}, {'type': 'silu'}]"},
    {"residual", 0, 2,
     "'body': [" CONV "3, 'kernel': 3, 'stride': 2}, {'type': 'batch_norm'}], "
     "'shortcut': [{'type': 'average_pool'}, " CONV "3}]"},
    {"residual", 0, 2,
     "'body': [{'type': 'residual', 'body': [" CONV "2, 'kernel': 2}]}, " CONV "4}], "
     "'shortcut': [{'type': 'residual', 'body': [{'type': 'gelu'}]}, " CONV "4, 'kernel': 3}]"},
    {"squeeze_excite", 0, 4, ""},
    {"squeeze_excite", 0, 3, "'reduction': 1"},
    {"squeeze_excite", 1, 2, "'reduction': 256"},
};

const int kind_case_count = sizeof kind_cases / sizeof *kind_cases;

const int kind_lengths[KIND_ITEMS] = {9, 4, 13};

struct network *kind_network(const struct kind_case *kind)
{
    char layers[2048];
    snprintf(layers, sizeof layers,
             "[" CONV "%d, 'kernel': 3}, %s{'type': '%s'%s%s}, {'type': 'flatten'}, "
             "{'type': 'conv1d', 'channels': 5, 'kernel': 3}, {'type': 'silu'}, "
             "{'type': 'global_pool'}, {'type': 'dense', 'units': 'classes'}]",
             kind->channels, kind->flat ? "{'type': 'flatten'}, " : "", kind->kind,
             *kind->settings ? ", " : "", kind->settings);
    return toy_network(layers, KIND_BANDS, KIND_CLASSES);
}

const char *kind_text(const struct kind_case *kind)
{
    static char text[512];
    snprintf(text, sizeof text, "%s {%s}", kind->kind, kind->settings);
    return text;
}

#include <stdio.h>
#include <string.h>

#include "augment/augmentation.h"

const struct augmentation *const augmentations[] = {
    &augmentation_gain,     &augmentation_shift,
    &augmentation_speed,    &augmentation_stretch,
    &augmentation_pitch,    &augmentation_vtlp,
    &augmentation_equalise, &augmentation_noise,
    &augmentation_room,     &augmentation_telephone,
    &augmentation_clip,     &augmentation_spec_augment,
    &augmentation_mixup,    NULL,
};

const struct augmentation *augmentation_find(const char *name)
{
    for (int i = 0; augmentations[i]; i++)
        if (!strcmp(augmentations[i]->name, name))
            return augmentations[i];
    return NULL;
}

const char *augment_stage_name(enum augment_stage stage)
{
    static const char *const names[AUGMENT_STAGES] = {"sound", "features", "batch"};
    return names[stage];
}

double augment_draw(struct augment_call *call, int parameter)
{
    struct augment_range range = call->step->ranges[parameter];
    return range.low + (range.high - range.low) * (double)random_unit(&call->random);
}

int augment_draw_whole(struct augment_call *call, int parameter)
{
    struct augment_range range = call->step->ranges[parameter];
    uint32_t values = (uint32_t)(range.high - range.low) + 1;
    return (int)range.low + (int)random_below(&call->random, values);
}

int augment_choice(const struct augment_call *call, int parameter)
{
    return (int)call->step->ranges[parameter].low;
}

static void describe_choice(const struct augment_parameter *parameter, char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; parameter->words[i] && used < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s", i ? " | " : "", parameter->words[i]);
    if (used < size)
        snprintf(text + used, size - used, " (%s)", parameter->words[(int)parameter->from]);
}

void augment_parameter_describe(const struct augment_parameter *parameter, char *text, size_t size)
{
    const char *unit = parameter->unit, *blank = *unit ? " " : "";
    if (parameter->kind == AUGMENT_CHOICE)
        describe_choice(parameter, text, size);
    else if (parameter->kind == AUGMENT_FOLDER)
        snprintf(text, size, "a path");
    else if (parameter->from < parameter->to)
        snprintf(text, size, "%g … %g%s%s (%g … %g)", parameter->low, parameter->high, blank, unit,
                 parameter->from, parameter->to);
    else
        snprintf(text, size, "%g … %g%s%s (%g)", parameter->low, parameter->high, blank, unit,
                 parameter->from);
}

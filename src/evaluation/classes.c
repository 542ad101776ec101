#include "evaluation/classes.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "models/model.h"

static int find_name(const struct classes *classes, const char *name)
{
    for (int i = 0; i < classes->count; i++)
        if (!strcmp(classes->names[i], name))
            return i;
    return -1;
}

/* The class of a label, which is made where it is new. */
static int take_label(struct classes *classes, const char *label)
{
    struct recording answer = {0};
    char name[SER_MAX_LABEL_LENGTH + 1], mapped[EMOTION_LENGTH];
    snprintf(name, sizeof name, "%s", label);
    if (classes->map.root && !classes->is_own && strlen(label) < sizeof answer.emotion) {
        snprintf(answer.emotion, sizeof answer.emotion, "%s", label);
        if (label_map_find(&classes->map, &answer, mapped))
            memcpy(name, mapped, sizeof mapped);
    }
    int known = find_name(classes, name);
    if (known >= 0)
        return known;
    memcpy(classes->names[classes->count], name, sizeof name);
    return classes->count++;
}

static ser_status read_map(struct classes *classes, const ser_model *model, const char *path,
                           ser_error *error)
{
    json_t *own = json_object_get(model->training, "label_map");
    if (path)
        return label_map_read(&classes->map, path, error);
    if (!own)
        return SER_OK;
    classes->is_own = true;
    return label_map_take(&classes->map, own, "the model's label map", error);
}

ser_status classes_find(struct classes *classes, const ser_model *model, const char *map,
                        ser_error *error)
{
    *classes = (struct classes){0};
    ser_status status = read_map(classes, model, map, error);
    if (status)
        return status;
    for (int i = 0; i < model->classes; i++)
        classes->of_label[i] = take_label(classes, model->labels[i]);
    if (classes->count < 2)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: takes all %d emotions of the model for %s, expected two or more "
                         "classes",
                         map, model->classes, classes->names[0]);
    return SER_OK;
}

int classes_true(const struct classes *classes, const struct recording *recording)
{
    char label[EMOTION_LENGTH];
    bool has_map = classes->map.root != NULL;
    if (has_map && label_map_find(&classes->map, recording, label))
        return find_name(classes, label);
    /* A manifest may have the model's own labels; a map that was named is the last word. */
    return has_map && !classes->is_own ? -1 : find_name(classes, recording->emotion);
}

int classes_predicted(const struct classes *classes, const ser_prediction *prediction,
                      float probabilities[SER_MAX_LABELS])
{
    int best = 0;
    memset(probabilities, 0, SER_MAX_LABELS * sizeof *probabilities);
    for (int i = 0; i < prediction->count; i++)
        probabilities[classes->of_label[i]] += prediction->probabilities[i];
    for (int i = 1; i < classes->count; i++)
        if (probabilities[i] > probabilities[best])
            best = i;
    return best;
}

void classes_release(struct classes *classes)
{
    label_map_release(&classes->map);
    *classes = (struct classes){0};
}

#define _GNU_SOURCE
#include "augment/recipe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { MAX_BYTES = 1 << 20 };

/* One end of a range. */
static int read_bound(struct json_reader *reader, const struct augment_parameter *parameter,
                      const json_t *value, double *bound)
{
    double number = json_number_value(value);
    if (json_is_number(value) && number >= parameter->low && number <= parameter->high &&
        (parameter->kind != AUGMENT_WHOLE || number == floor(number))) {
        *bound = number;
        return 1;
    }
    json_reader_fail(reader,
                     "key \"%s\" expects a %s of %g to %g%s%s, or a range of them, [low, high]",
                     parameter->name, parameter->kind == AUGMENT_WHOLE ? "whole number" : "number",
                     parameter->low, parameter->high, *parameter->unit ? " " : "", parameter->unit);
    return 0;
}

static void read_range(struct json_reader *reader, const struct augment_parameter *parameter,
                       struct augment_range *range)
{
    *range = (struct augment_range){parameter->from, parameter->to};
    if (!json_reader_has(reader, parameter->name))
        return;
    const json_t *value = json_object_get(reader->object, parameter->name);
    if (!json_is_array(value)) {
        if (read_bound(reader, parameter, value, &range->low))
            range->high = range->low;
        return;
    }
    /* A missing element is NULL, which is no number. */
    int two = json_array_size(value) == 2;
    if (!read_bound(reader, parameter, two ? json_array_get(value, 0) : NULL, &range->low) ||
        !read_bound(reader, parameter, json_array_get(value, 1), &range->high))
        return;
    if (range->low > range->high)
        json_reader_fail(reader, "key \"%s\" is [%g, %g], expected the lower bound first",
                         parameter->name, range->low, range->high);
}

static void read_choice(struct json_reader *reader, const struct augment_parameter *parameter,
                        struct augment_range *range)
{
    int word = (int)parameter->from;
    if (json_reader_has(reader, parameter->name))
        word = json_read_choice(reader, parameter->name, parameter->words);
    *range = (struct augment_range){word, word};
}

/* Whether the choice before a folder is the one that needs it. */
static int needs_folder(const struct augment_step *step, int parameter)
{
    for (int i = parameter - 1; i >= 0; i--) {
        const struct augment_parameter *choice = &step->kind->parameters[i];
        if (choice->kind == AUGMENT_CHOICE)
            return !choice->words[(int)step->ranges[i].low + 1];
    }
    return 0;
}

static ser_status read_folder(struct json_reader *reader, struct augment_step *step, int parameter,
                              ser_error *error)
{
    const char *name = step->kind->parameters[parameter].name;
    if (!needs_folder(step, parameter)) {
        if (json_reader_has(reader, name))
            json_reader_fail(reader, "key \"%s\" does not go with this kind", name);
        return SER_OK;
    }
    step->folder = memory_copy_text(json_read_text(reader, name));
    if (!step->folder)
        return error_memory(error, "reading a recipe");
    if (!*step->folder)
        json_reader_fail(reader, "key \"%s\" is empty, expected a folder", name);
    return SER_OK;
}

static ser_status read_parameters(struct json_reader *reader, struct augment_step *step,
                                  ser_error *error)
{
    ser_status status = SER_OK;
    step->probability = json_read_real_or(reader, "probability", 0, 1, 1);
    for (int i = 0; step->kind->parameters[i].name && !reader->status && !status; i++) {
        const struct augment_parameter *parameter = &step->kind->parameters[i];
        if (parameter->kind == AUGMENT_CHOICE)
            read_choice(reader, parameter, &step->ranges[i]);
        else if (parameter->kind == AUGMENT_FOLDER)
            status = read_folder(reader, step, i, error);
        else
            read_range(reader, parameter, &step->ranges[i]);
    }
    return status ? status : json_reader_end(reader);
}

static ser_status load_bank(struct augment_step *step, const char *where, const char *folder,
                            int rate, ser_error *error)
{
    char *path = NULL;
    ser_error reason = {0};
    int relative = *step->folder != '/' && folder;
    if (asprintf(&path, "%s%s%s", relative ? folder : "", relative ? "/" : "", step->folder) < 0)
        return error_memory(error, "reading a recipe");
    ser_status status = sound_bank_load(&step->bank, path, rate, &reason);
    free(path);
    return status ? error_set(error, status, "%s: %s", where, reason.message) : SER_OK;
}

static ser_status read_step(struct augment_step *step, const json_t *object, const char *where,
                            const char *folder, int rate, ser_error *error)
{
    struct json_reader reader = json_reader_begin(object, where, error);
    const char *name = json_read_text(&reader, "name");
    if (reader.status)
        return reader.status;
    step->kind = augmentation_find(name);
    if (!step->kind)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: key \"name\" is \"%s\", expected an augmentation such as noise or "
                         "pitch",
                         where, name);
    ser_status status = read_parameters(&reader, step, error);
    if (!status && step->folder && rate)
        status = load_bank(step, where, folder, rate, error);
    return status;
}

static ser_status read_steps(struct augment_recipe *recipe, const json_t *array, const char *where,
                             const char *folder, ser_error *error)
{
    char place[SER_ERROR_LENGTH];
    size_t count = json_array_size(array);
    if (count < 1 || count > AUGMENT_MAX_STEPS)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: key \"augmentations\" holds %zu, expected 1 to %d", where, count,
                         AUGMENT_MAX_STEPS);
    recipe->steps = calloc(count, sizeof *recipe->steps);
    if (!recipe->steps)
        return error_memory(error, "reading a recipe");
    ser_status status = SER_OK;
    for (size_t i = 0; i < count && !status; i++) {
        snprintf(place, sizeof place, "%s: augmentation %zu", where, i + 1);
        status = read_step(&recipe->steps[recipe->count++], json_array_get(array, i), place, folder,
                           recipe->rate, error);
    }
    return status;
}

ser_status augment_recipe_parse(struct augment_recipe *recipe, const json_t *root,
                                const char *where, const char *folder, int rate, ser_error *error)
{
    *recipe = (struct augment_recipe){.rate = rate};
    struct json_reader reader = json_reader_begin(root, where, error);
    const char *name = json_read_text(&reader, "name");
    const char *description = json_read_text_or(&reader, "description", "");
    const json_t *steps = json_read_node(&reader, "augmentations", JSON_ARRAY);
    if (!reader.status && !*name)
        json_reader_fail(&reader, "key \"name\" is empty");
    ser_status status = json_reader_end(&reader);
    if (status)
        return status;
    recipe->name = memory_copy_text(name);
    recipe->description = memory_copy_text(description);
    if (!recipe->name || !recipe->description)
        return error_memory(error, "reading a recipe");
    return read_steps(recipe, steps, where, folder, error);
}

ser_status augment_recipe_read(struct augment_recipe *recipe, const char *path, int rate,
                               ser_error *error)
{
    char *bytes, *folder = memory_copy_text(path);
    size_t size;
    json_t *root = NULL;
    *recipe = (struct augment_recipe){0};
    if (!folder)
        return error_memory(error, "reading a recipe");
    /* "recipes/noisy.json" gives "recipes", "noisy.json" the working folder. */
    size_t length = (size_t)(file_name(path) - path);
    folder[length > 1 ? length - 1 : length] = 0;
    ser_status status = file_read(path, MAX_BYTES, &bytes, &size, error);
    if (!status)
        status = json_parse(&root, bytes, size, path, error);
    if (!status)
        status = augment_recipe_parse(recipe, root, path, length ? folder : NULL, rate, error);
    json_decref(root);
    free(bytes);
    free(folder);
    return status;
}

void augment_recipe_release(struct augment_recipe *recipe)
{
    for (int i = 0; i < recipe->count; i++) {
        sound_bank_release(&recipe->steps[i].bank);
        free(recipe->steps[i].folder);
    }
    free(recipe->steps);
    free(recipe->name);
    free(recipe->description);
    *recipe = (struct augment_recipe){0};
}

/* Whole numbers stay whole, ranges of one value become the value. */
static json_t *number_to_json(const struct augment_parameter *parameter, double value)
{
    return parameter->kind == AUGMENT_WHOLE ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *parameter_to_json(const struct augment_step *step, int index)
{
    const struct augment_parameter *parameter = &step->kind->parameters[index];
    struct augment_range range = step->ranges[index];
    if (parameter->kind == AUGMENT_FOLDER)
        return step->folder ? json_string(step->folder) : NULL;
    if (parameter->kind == AUGMENT_CHOICE)
        return json_string(parameter->words[(int)range.low]);
    if (range.low == range.high)
        return number_to_json(parameter, range.low);
    return json_pack("[o, o]", number_to_json(parameter, range.low),
                     number_to_json(parameter, range.high));
}

static json_t *step_to_json(const struct augment_step *step)
{
    json_t *object =
        json_pack("{s:s, s:f}", "name", step->kind->name, "probability", step->probability);
    for (int i = 0; object && step->kind->parameters[i].name; i++) {
        json_t *value = parameter_to_json(step, i);
        if (value)
            json_object_set_new(object, step->kind->parameters[i].name, value);
    }
    return object;
}

json_t *augment_recipe_to_json(const struct augment_recipe *recipe)
{
    json_t *steps = json_array();
    for (int i = 0; steps && i < recipe->count; i++)
        json_array_append_new(steps, step_to_json(&recipe->steps[i]));
    return steps ? json_pack("{s:s, s:s, s:o}", "name", recipe->name, "description",
                             recipe->description, "augmentations", steps)
                 : NULL;
}

int augment_recipe_has(const struct augment_recipe *recipe, enum augment_stage stage)
{
    for (int i = 0; i < recipe->count; i++)
        if (recipe->steps[i].kind->stage == stage)
            return 1;
    return 0;
}

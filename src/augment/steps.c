/* Recipes on one line: "noise kind=pink snr=5..15, pitch semitones=2". They become the JSON of a
 * recipe, so that names, words and ranges are checked in one place. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "augment/recipe.h"
#include "base/error.h"
#include "base/memory.h"

static const char WHERE[] = "steps";

/* A number at the start of the text, whole or real, and where it ends. */
static json_t *read_number(const char *text, char **end)
{
    double real = strtod(text, end);
    char *whole_end;
    long long whole = strtoll(text, &whole_end, 10);
    if (*end == text)
        return NULL;
    return whole_end == *end ? json_integer(whole) : json_real(real);
}

/* "2", "5..15" or a word. The end of a "5." that ".." follows belongs to the dots. */
static json_t *read_value(char *text)
{
    char *end, *dots = strstr(text, "..");
    if (!dots) {
        json_t *number = read_number(text, &end);
        if (number && !*end)
            return number;
        json_decref(number);
        return json_string(text);
    }
    *dots = 0;
    json_t *low = read_number(text, &end);
    int good = low && !*end;
    json_t *high = read_number(dots + 2, &end);
    good = good && high && !*end;
    *dots = '.';
    if (good)
        return json_pack("[o, o]", low, high);
    json_decref(low);
    json_decref(high);
    return json_string(text);
}

static ser_status read_setting(json_t *object, char *word, ser_error *error)
{
    char *equals = strchr(word, '=');
    if (!equals)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: \"%s\" has no value, expected NAME=VALUE or a comma before it", WHERE,
                         word);
    *equals = 0;
    if (json_object_get(object, word))
        return error_set(error, SER_ERROR_FORMAT, "%s: \"%s\" is set twice", WHERE, word);
    /* Fails for names that are no UTF-8. */
    if (json_object_set_new(object, word, read_value(equals + 1)))
        return error_set(error, SER_ERROR_FORMAT, "%s: a setting is no UTF-8 text", WHERE);
    return SER_OK;
}

static ser_status read_words(json_t *steps, char *step, ser_error *error)
{
    char *rest = NULL, *word = strtok_r(step, " \t\n", &rest);
    if (!word)
        return error_set(error, SER_ERROR_FORMAT, "%s: one is empty, expected a name such as noise",
                         WHERE);
    json_t *object = json_pack("{s:s}", "name", word);
    if (json_array_append_new(steps, object))
        return error_set(error, SER_ERROR_FORMAT, "%s: a name is no UTF-8 text", WHERE);
    ser_status status = SER_OK;
    while (!status && (word = strtok_r(NULL, " \t\n", &rest)))
        status = read_setting(object, word, error);
    return status;
}

ser_status augment_recipe_parse_steps(struct augment_recipe *recipe, const char *text, int rate,
                                      ser_error *error)
{
    *recipe = (struct augment_recipe){0};
    char *copy = memory_copy_text(text), *rest = copy, *step;
    json_t *steps = json_array();
    json_t *root = json_pack("{s:s, s:o}", "name", WHERE, "augmentations", steps);
    ser_status status = copy && root ? SER_OK : error_memory(error, "reading steps");
    while (!status && (step = strsep(&rest, ",")))
        status = read_words(steps, step, error);
    if (!status)
        status = augment_recipe_parse(recipe, root, WHERE, NULL, rate, error);
    json_decref(root);
    free(copy);
    return status;
}

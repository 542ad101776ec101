#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a text";
    case JSON_INTEGER: return "a whole number";
    case JSON_REAL: return "a real number";
    case JSON_TRUE:
    case JSON_FALSE: return "true or false";
    default: return "null";
    }
}

struct json_reader json_reader_begin(const json_t *object, const char *where, ser_error *error)
{
    struct json_reader reader = {.object = object, .where = where, .error = error};
    if (!json_is_object(object))
        json_reader_fail(&reader, "found %s, expected an object",
                         object ? type_name(object) : "nothing");
    return reader;
}

void json_reader_fail(struct json_reader *reader, const char *format, ...)
{
    if (reader->status)
        return;
    char message[SER_ERROR_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->status = error_set(reader->error, SER_ERROR_FORMAT, "%s: %s", reader->where, message);
}

static int is_known(const struct json_reader *reader, const char *key)
{
    for (int i = 0; i < reader->count; i++)
        if (!strcmp(reader->keys[i], key))
            return 1;
    return 0;
}

static const json_t *find(struct json_reader *reader, const char *key)
{
    if (reader->status)
        return NULL;
    if (reader->count < JSON_READER_MAX_KEYS && !is_known(reader, key))
        reader->keys[reader->count++] = key;
    return json_object_get(reader->object, key);
}

static const json_t *require(struct json_reader *reader, const char *key, const char *expected)
{
    const json_t *value = find(reader, key);
    if (!value)
        json_reader_fail(reader, "key \"%s\" is missing, expected %s", key, expected);
    return value;
}

int json_reader_has(struct json_reader *reader, const char *key)
{
    return find(reader, key) != NULL;
}

int json_read_int(struct json_reader *reader, const char *key, int low, int high)
{
    const json_t *value = require(reader, key, "a whole number");
    if (!value)
        return low;
    if (!json_is_integer(value)) {
        json_reader_fail(reader, "key \"%s\" is %s, expected a whole number", key,
                         type_name(value));
        return low;
    }
    json_int_t number = json_integer_value(value);
    if (number < low || number > high) {
        json_reader_fail(reader, "key \"%s\" is %" JSON_INTEGER_FORMAT ", expected %d to %d", key,
                         number, low, high);
        return low;
    }
    return (int)number;
}

double json_read_real(struct json_reader *reader, const char *key, double low, double high)
{
    const json_t *value = require(reader, key, "a number");
    if (!value)
        return low;
    if (!json_is_number(value)) {
        json_reader_fail(reader, "key \"%s\" is %s, expected a number", key, type_name(value));
        return low;
    }
    double number = json_number_value(value);
    if (!(number >= low && number <= high)) {
        json_reader_fail(reader, "key \"%s\" is %g, expected %g to %g", key, number, low, high);
        return low;
    }
    return number;
}

int json_read_flag(struct json_reader *reader, const char *key)
{
    const json_t *value = require(reader, key, "true or false");
    if (value && !json_is_boolean(value))
        json_reader_fail(reader, "key \"%s\" is %s, expected true or false", key, type_name(value));
    return json_is_true(value);
}

const char *json_read_text(struct json_reader *reader, const char *key)
{
    const json_t *value = require(reader, key, "a text");
    if (value && !json_is_string(value))
        json_reader_fail(reader, "key \"%s\" is %s, expected a text", key, type_name(value));
    return json_is_string(value) ? json_string_value(value) : "";
}

const json_t *json_read_node(struct json_reader *reader, const char *key, json_type type)
{
    const char *expected = type == JSON_ARRAY ? "an array" : "an object";
    const json_t *value = require(reader, key, expected);
    if (value && json_typeof(value) != type) {
        json_reader_fail(reader, "key \"%s\" is %s, expected %s", key, type_name(value), expected);
        return NULL;
    }
    return value;
}

int json_read_choice(struct json_reader *reader, const char *key, const char *const *words)
{
    const char *text = json_read_text(reader, key);
    char list[256] = "";
    for (int i = 0; words[i]; i++) {
        if (!strcmp(text, words[i]))
            return i;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", words[i]);
    }
    json_reader_fail(reader, "key \"%s\" is \"%s\", expected one of %s", key, text, list);
    return 0;
}

int json_read_int_or(struct json_reader *reader, const char *key, int low, int high, int fallback)
{
    return json_reader_has(reader, key) ? json_read_int(reader, key, low, high) : fallback;
}

double json_read_real_or(struct json_reader *reader, const char *key, double low, double high,
                         double fallback)
{
    return json_reader_has(reader, key) ? json_read_real(reader, key, low, high) : fallback;
}

int json_read_flag_or(struct json_reader *reader, const char *key, int fallback)
{
    return json_reader_has(reader, key) ? json_read_flag(reader, key) : fallback;
}

const char *json_read_text_or(struct json_reader *reader, const char *key, const char *fallback)
{
    return json_reader_has(reader, key) ? json_read_text(reader, key) : fallback;
}

ser_status json_reader_end(struct json_reader *reader)
{
    const char *key;
    json_t *value;
    /* jansson's iteration wants a non-const object but does not change it. */
    json_object_foreach((json_t *)(size_t)reader->object, key, value)
    {
        if (!is_known(reader, key))
            json_reader_fail(reader, "key \"%s\" is unknown here", key);
    }
    return reader->status;
}

ser_status json_parse(json_t **root, const char *text, size_t size, const char *name,
                      ser_error *error)
{
    json_error_t problem;
    *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (!*root)
        return error_set(error, SER_ERROR_FORMAT, "%s: line %d: %s, expected JSON", name,
                         problem.line, problem.text);
    return SER_OK;
}

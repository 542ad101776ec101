/* Reading settings from JSON objects, strictly: a missing, mistyped, out-of-range or unknown key
 * is an error whose sentence names the place, the key, what was found and what was expected. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "ser/status.h"

enum { JSON_READER_MAX_KEYS = 32 };

/* Reads one object key by key. The first failure sticks: later reads return their minimum or
 * fallback, and json_reader_end reports it. */
struct json_reader {
    const json_t *object;
    const char *where; /* e.g. "networks/cnn.json: layer 3"; must outlive the reader */
    const char *keys[JSON_READER_MAX_KEYS]; /* asked for so far */
    int count;
    ser_status status;
    ser_error *error;
};

struct json_reader json_reader_begin(const json_t *object, const char *where, ser_error *error);

/* Whether the object has the key (which then counts as known). */
int json_reader_has(struct json_reader *reader, const char *key);

/* Required values. Whole numbers and reals must lie in [low, high]. Text is borrowed from the
 * object and never NULL ("" after a failure). */
int json_read_int(struct json_reader *reader, const char *key, int low, int high);
double json_read_real(struct json_reader *reader, const char *key, double low, double high);
int json_read_flag(struct json_reader *reader, const char *key);
const char *json_read_text(struct json_reader *reader, const char *key);
/* An array or object of the given jansson type; NULL after a failure. Borrowed. */
const json_t *json_read_node(struct json_reader *reader, const char *key, json_type type);
/* One of the words; returns its index. `words` ends with NULL. */
int json_read_choice(struct json_reader *reader, const char *key, const char *const *words);

/* The same with a value for an absent key. */
int json_read_int_or(struct json_reader *reader, const char *key, int low, int high, int fallback);
double json_read_real_or(struct json_reader *reader, const char *key, double low, double high,
                         double fallback);
int json_read_flag_or(struct json_reader *reader, const char *key, int fallback);
const char *json_read_text_or(struct json_reader *reader, const char *key, const char *fallback);

/* Records a failure found by the caller ("key "kernel" …"); the first one sticks. */
__attribute__((format(printf, 2, 3))) void json_reader_fail(struct json_reader *reader,
                                                            const char *format, ...);

/* Fails when the object has a key that nobody asked for; returns the first failure or SER_OK. */
ser_status json_reader_end(struct json_reader *reader);

/* Parses text; duplicate keys and trailing garbage are errors, nesting is limited by jansson to
 * 2048 levels. The caller releases the result with json_decref. */
ser_status json_parse(json_t **root, const char *text, size_t size, const char *name,
                      ser_error *error);

#endif

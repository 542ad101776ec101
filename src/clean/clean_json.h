/* Cleaning as a JSON object: {"dc": true, "low_cut": 80, "trim": 35, "lufs": -23}. */
#ifndef CLEAN_CLEAN_JSON_H
#define CLEAN_CLEAN_JSON_H

#include "base/json.h"
#include "ser/clean.h"

/* Reads settings strictly, for sound of this rate; a step that is not there is off. `where` begins
 * sentences. ERROR_FORMAT. */
ser_status clean_settings_from_json(ser_clean_settings *settings, const json_t *object, int rate,
                                    const char *where, ser_error *error);

/* A new object of the steps that are on; NULL when memory ran out. */
json_t *clean_settings_to_json(const ser_clean_settings *settings);

#endif

/* Settings that come for both axes. */
#ifndef NN_JSON_PAIR_H
#define NN_JSON_PAIR_H

#include "base/json.h"

/* Reads one whole number of 1 to `high`, which counts for frames and bands, or two, [frames,
 * bands]. An absent key gives `fallback` for both. */
void json_read_pair_or(struct json_reader *reader, const char *key, int high, const int fallback[2],
                       int pair[2]);

#endif

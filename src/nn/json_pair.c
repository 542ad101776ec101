#include "nn/json_pair.h"

void json_read_pair_or(struct json_reader *reader, const char *key, int high, const int fallback[2],
                       int pair[2])
{
    pair[0] = fallback[0];
    pair[1] = fallback[1];
    if (!json_reader_has(reader, key))
        return;
    const json_t *value = json_object_get(reader->object, key);
    if (!json_is_array(value)) {
        pair[0] = pair[1] = json_read_int(reader, key, 1, high);
        return;
    }
    for (size_t axis = 0; axis < 2; axis++) {
        json_int_t number = json_integer_value(json_array_get(value, axis));
        if (json_array_size(value) == 2 && number >= 1 && number <= high)
            pair[axis] = (int)number;
        else
            json_reader_fail(reader,
                             "key \"%s\" expects a whole number of 1 to %d, or two of them for "
                             "[frames, bands]",
                             key, high);
    }
}

#include "clean/clean_json.h"

#include "base/error.h"
#include "clean/settings.h"

static double read_value(struct json_reader *reader, const struct clean_row *row)
{
    switch (row->kind) {
    case CLEAN_FLAG: return json_read_flag_or(reader, row->name, 0);
    case CLEAN_INT: return json_read_int_or(reader, row->name, (int)row->low, (int)row->high, 0);
    default: return json_read_real_or(reader, row->name, row->low, row->high, 0);
    }
}

ser_status clean_settings_from_json(ser_clean_settings *settings, const json_t *object, int rate,
                                    const char *where, ser_error *error)
{
    ser_clean_settings read = {0};
    ser_error reason = {0};
    struct json_reader reader = json_reader_begin(object, where, error);
    for (int i = 0; i < CLEAN_STEPS; i++)
        clean_store(&read, (enum clean_step)i, read_value(&reader, &clean_rows[i]));
    if (!reader.status && clean_settings_check(&read, rate, &reason))
        json_reader_fail(&reader, "%s", reason.message);
    ser_status status = json_reader_end(&reader);
    if (!status)
        *settings = read;
    return status;
}

static json_t *value_to_json(const struct clean_row *row, double value)
{
    switch (row->kind) {
    case CLEAN_FLAG: return json_true();
    case CLEAN_INT: return json_integer((json_int_t)value);
    default: return json_real(value);
    }
}

json_t *clean_settings_to_json(const ser_clean_settings *settings)
{
    json_t *object = json_object();
    for (int i = 0; i < CLEAN_STEPS && object; i++) {
        double value = clean_value(settings, (enum clean_step)i);
        if (value != 0 &&
            json_object_set_new(object, clean_rows[i].name, value_to_json(&clean_rows[i], value))) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

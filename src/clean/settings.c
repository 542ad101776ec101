#include "clean/settings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define PLACE(field) offsetof(ser_clean_settings, field)

const struct clean_row clean_rows[CLEAN_STEPS] = {
    [CLEAN_DC] = {"dc", CLEAN_FLAG, PLACE(dc), 1, 1, 1, "", "subtract the mean of each channel"},
    [CLEAN_LOW_CUT] = {"low_cut", CLEAN_REAL, PLACE(low_cut), 10, 1000, 80, "Hz",
                       "weaken what lies below this frequency"},
    [CLEAN_NOISE] = {"noise", CLEAN_INT, PLACE(noise), 1, 60, 15, "dB",
                     "suppress steady noise by up to so much"},
    [CLEAN_VOICE] = {"voice", CLEAN_FLAG, PLACE(voice), 1, 1, 1, "",
                     "cut out stretches without a voice"},
    [CLEAN_TRIM] = {"trim", CLEAN_REAL, PLACE(trim), 10, 100, 35, "dB",
                    "cut off both ends where they are so far below the loud parts"},
    [CLEAN_LUFS] = {"lufs", CLEAN_REAL, PLACE(lufs), -60, -6, -23, "LUFS",
                    "amplify to this loudness (EBU R 128)"},
    [CLEAN_RMS] = {"rms", CLEAN_REAL, PLACE(rms), -60, -6, -26, "dBFS",
                   "amplify to this root mean square instead"},
};

double clean_value(const ser_clean_settings *settings, enum clean_step step)
{
    const char *place = (const char *)settings + clean_rows[step].offset;
    double real;
    int whole;
    if (clean_rows[step].kind != CLEAN_REAL) {
        memcpy(&whole, place, sizeof whole);
        return whole;
    }
    memcpy(&real, place, sizeof real);
    return real;
}

void clean_store(ser_clean_settings *settings, enum clean_step step, double value)
{
    char *place = (char *)settings + clean_rows[step].offset;
    int whole = (int)value;
    if (clean_rows[step].kind != CLEAN_REAL)
        memcpy(place, &whole, sizeof whole);
    else
        memcpy(place, &value, sizeof value);
}

int clean_is_on(const ser_clean_settings *settings)
{
    for (int i = 0; i < CLEAN_STEPS; i++)
        if (clean_value(settings, (enum clean_step)i) != 0)
            return 1;
    return 0;
}

/* Written so that a value that is not a number fails. */
static ser_status check_range(const struct clean_row *row, double value, ser_error *error)
{
    if (value == 0 || (value >= row->low && value <= row->high))
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT,
                     "cleaning: %s is %.10g, expected %.10g to %.10g%s%s", row->name, value,
                     row->low, row->high, *row->unit ? " " : "", row->unit);
}

static ser_status check_ranges(const ser_clean_settings *settings, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < CLEAN_STEPS && !status; i++)
        status = check_range(&clean_rows[i], clean_value(settings, (enum clean_step)i), error);
    if (!status && settings->lufs != 0 && settings->rms != 0)
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "cleaning: lufs and rms are two loudnesses, expected one of them");
    return status;
}

ser_status clean_settings_check(const ser_clean_settings *settings, int rate, ser_error *error)
{
    const double highest = 0.45; /* of the rate: beyond it hardly anything would be left */
    ser_status status = check_ranges(settings, error);
    if (!status && settings->low_cut > highest * rate)
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "cleaning: low_cut is %.10g Hz, expected up to %.10g Hz for sound of %d "
                           "Hz",
                           settings->low_cut, highest * rate, rate);
    return status;
}

/* The number after the '='; a step without one takes the typical one. */
static ser_status read_value(const struct clean_row *row, const char *text, double *value,
                             ser_error *error)
{
    char *end;
    *value = row->typical;
    if (!text)
        return SER_OK;
    if (row->kind == CLEAN_FLAG)
        return error_set(error, SER_ERROR_ARGUMENT, "cleaning: %s takes no number, found \"%.32s\"",
                         row->name, text);
    *value = strtod(text, &end);
    int is_number = *text && !*end && isfinite(*value);
    if (!is_number || *value == 0 || (row->kind == CLEAN_INT && *value != floor(*value)))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "cleaning: %s is \"%.32s\", expected a %snumber of %g to %g %s", row->name,
                         text, row->kind == CLEAN_INT ? "whole " : "", row->low, row->high,
                         row->unit);
    return check_range(row, *value, error);
}

static ser_status refuse_name(const char *text, ser_error *error)
{
    char names[CLEAN_LIST] = "";
    for (int i = 0; i < CLEAN_STEPS; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", clean_rows[i].name);
    }
    return error_set(error, SER_ERROR_ARGUMENT, "cleaning: \"%.64s\" is no step; there are %s",
                     text, names);
}

/* One "name=value" or "name". */
static ser_status read_step(ser_clean_settings *settings, const char *text, ser_error *error)
{
    size_t length = strcspn(text, "=");
    for (int i = 0; i < CLEAN_STEPS; i++) {
        const struct clean_row *row = &clean_rows[i];
        double value;
        if (strlen(row->name) != length || strncmp(row->name, text, length) != 0)
            continue;
        if (clean_value(settings, (enum clean_step)i) != 0)
            return error_set(error, SER_ERROR_ARGUMENT, "cleaning: %s stands twice", row->name);
        ser_status status = read_value(row, text[length] ? text + length + 1 : NULL, &value, error);
        if (!status)
            clean_store(settings, (enum clean_step)i, value);
        return status;
    }
    return refuse_name(text, error);
}

ser_status ser_clean_settings_parse(ser_clean_settings *settings, const char *list,
                                    ser_error *error)
{
    ser_clean_settings read = {0};
    ser_status status = SER_OK;
    char one[128];
    error_clear(error);
    for (const char *rest = list; rest && !status;) {
        size_t length = strcspn(rest, ",");
        snprintf(one, sizeof one, "%.*s", (int)(length < sizeof one ? length : sizeof one), rest);
        status = read_step(&read, one, error);
        rest = rest[length] ? rest + length + 1 : NULL;
    }
    if (!status)
        status = check_ranges(&read, error);
    if (!status)
        *settings = read;
    return status;
}

void clean_settings_list(const ser_clean_settings *settings, char list[CLEAN_LIST])
{
    list[0] = 0;
    for (int i = 0; i < CLEAN_STEPS; i++) {
        double value = clean_value(settings, (enum clean_step)i);
        size_t used = strlen(list);
        if (value == 0)
            continue;
        used += (size_t)snprintf(list + used, CLEAN_LIST - used, "%s%s", used ? "," : "",
                                 clean_rows[i].name);
        if (clean_rows[i].kind != CLEAN_FLAG)
            snprintf(list + used, CLEAN_LIST - used, "=%.10g", value);
    }
}

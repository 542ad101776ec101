/* The steps as a table: what each is called, what it may be set to, and where that lies. The
 * checks, the JSON in network files, the command line and its help all read it. */
#ifndef CLEAN_SETTINGS_H
#define CLEAN_SETTINGS_H

#include <stddef.h>

#include "ser/clean.h"

/* In the order of ser_clean_settings, which is that of the work. */
enum clean_step {
    CLEAN_DC,
    CLEAN_LOW_CUT,
    CLEAN_NOISE,
    CLEAN_VOICE,
    CLEAN_TRIM,
    CLEAN_LUFS,
    CLEAN_RMS,
    CLEAN_STEPS
};

enum clean_kind { CLEAN_FLAG, CLEAN_INT, CLEAN_REAL };

struct clean_row {
    const char *name;
    enum clean_kind kind;
    size_t offset;    /* in ser_clean_settings: of an int, or of a double for reals */
    double low, high; /* both allowed; 0 leaves the step out */
    double typical;   /* when the step is named without a number */
    const char *unit; /* "" for flags */
    const char *help;
};

extern const struct clean_row clean_rows[CLEAN_STEPS];

double clean_value(const ser_clean_settings *settings, enum clean_step step);
void clean_store(ser_clean_settings *settings, enum clean_step step, double value);

/* Whether any step is on. */
int clean_is_on(const ser_clean_settings *settings);

/* ERROR_ARGUMENT for the first setting outside its range, for two loudnesses, or for a low cut that
 * sound of this rate cannot have. */
ser_status clean_settings_check(const ser_clean_settings *settings, int rate, ser_error *error);

/* Writes the list that ser_clean_settings_parse reads, "dc,low_cut=80"; "" when all is off. */
enum { CLEAN_LIST = 256 };
void clean_settings_list(const ser_clean_settings *settings, char list[CLEAN_LIST]);

#endif

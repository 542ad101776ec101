#include "feature_describe.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "features/functionals.h"
#include "features/sets.h"
#include "features/settings.h"
#include "wrapped_text.h"

enum { USUAL_RATE = 16000, INDENT = 13, WIDEST_NAME = 40, WIDEST_UNIT = 12, TEXT = 128 };

json_t *settings_as_json(const ser_features_settings *settings)
{
    json_t *object = json_object();
    for (int i = 0; i < SETTINGS; i++)
        if (setting_is_used(settings, (enum setting)i))
            json_object_set_new(object, setting_rows[i].name,
                                setting_to_json(settings, (enum setting)i));
    return object;
}

json_t *columns_as_json(const ser_extractor *extractor, int by_frame)
{
    json_t *array = json_array();
    int count = by_frame ? ser_extractor_columns(extractor) : ser_extractor_functionals(extractor);
    for (int i = 0; i < count; i++) {
        const ser_column *column =
            by_frame ? ser_extractor_column(extractor, i) : ser_extractor_functional(extractor, i);
        json_array_append_new(array, json_pack("{ss ss ss}", "name", column->name, "unit",
                                               column->unit, "formula", column->formula));
    }
    return array;
}

static void print_json(json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(value);
}

/* The set at the usual rate, or at its own least where that is higher. */
static ser_status create_usual(ser_extractor **extractor, const ser_feature_set *set,
                               ser_error *error)
{
    ser_features_settings settings;
    int least = ser_feature_set_min_rate(set);
    ser_status status = ser_features_settings_of(
        ser_feature_set_name(set), least > USUAL_RATE ? least : USUAL_RATE, &settings, error);
    return status ? status : ser_extractor_create(extractor, &settings, error);
}

static void print_set_line(const ser_extractor *extractor)
{
    const ser_feature_set *set = ser_extractor_settings(extractor)->set;
    char label[TEXT];
    snprintf(label, sizeof label, "  %-15s %7d %11d %8d  ", ser_feature_set_name(set),
             ser_extractor_columns(extractor), ser_extractor_functionals(extractor),
             ser_feature_set_min_rate(set));
    print_wrapped(label, (int)strlen(label), output_columns(), ser_feature_set_summary(set));
}

static json_t *set_as_json(const ser_extractor *extractor)
{
    const ser_feature_set *set = ser_extractor_settings(extractor)->set;
    return json_pack("{ss ss ss si}", "name", ser_feature_set_name(set), "summary",
                     ser_feature_set_summary(set), "source", ser_feature_set_source(set),
                     "min_rate", ser_feature_set_min_rate(set));
}

static json_t *set_line_as_json(const ser_extractor *extractor)
{
    json_t *object = set_as_json(extractor);
    json_object_set_new(object, "column_count", json_integer(ser_extractor_columns(extractor)));
    json_object_set_new(object, "functional_count",
                        json_integer(ser_extractor_functionals(extractor)));
    return object;
}

static void print_functional(const char *name, const char *formula)
{
    enum { WIDEST = 24 };
    char label[TEXT];
    snprintf(label, sizeof label, "  %s", name);
    print_wrapped(label, WIDEST, output_columns(), formula);
}

static json_t *functionals_as_json(void)
{
    json_t *array = json_array();
    for (int i = 0; functional_known(i); i++)
        json_array_append_new(array, json_pack("{ss ss}", "name", functional_known(i), "formula",
                                               functional_known_formula(i)));
    return array;
}

/* Prints all sets, or appends them to the array where there is one. */
static ser_status list_sets(json_t *array, ser_error *error)
{
    ser_status status = SER_OK;
    for (size_t i = 0; i < ser_feature_set_count() && !status; i++) {
        ser_extractor *extractor = NULL;
        status = create_usual(&extractor, ser_feature_set_at(i), error);
        if (!status && array)
            json_array_append_new(array, set_line_as_json(extractor));
        else if (!status)
            print_set_line(extractor);
        ser_extractor_destroy(extractor);
    }
    return status;
}

int print_feature_sets(int as_json)
{
    ser_error error = {0};
    json_t *sets = as_json ? json_array() : NULL;
    if (!as_json)
        puts("Sets: numbers per frame and per recording, least sampling rate in Hz\n\n"
             "  name            columns functionals min_rate");
    ser_status status = list_sets(sets, &error);
    if (status) {
        complain("features", "%s", error.message);
        json_decref(sets);
        return 0;
    }
    if (as_json) {
        print_json(json_pack("{so so}", "sets", sets, "functionals", functionals_as_json()));
        return 1;
    }
    puts("\nFunctionals for --functionals=LIST, of values x[0] ... x[n-1] at the times t,\n"
         "in seconds from the first frame; a gap is where frames without a value are left out:\n");
    for (int i = 0; functional_known(i); i++)
        print_functional(functional_known(i), functional_known_formula(i));
    return 1;
}

/* "window 400 (25 ms)": a setting as people read it. */
static void format_setting(const ser_features_settings *settings, enum setting setting, char *text,
                           size_t size)
{
    const struct setting_row *row = &setting_rows[setting];
    double value = setting_value(settings, setting);
    if (row->words)
        snprintf(text, size, "%s %s", row->name, row->words[(int)value]);
    else if (setting == SETTING_WINDOW || setting == SETTING_HOP)
        snprintf(text, size, "%s %g (%g ms)", row->name, value, 1000 * value / settings->rate);
    else if (setting == SETTING_RATE || setting == SETTING_LOW || setting == SETTING_HIGH ||
             setting == SETTING_FLOOR_HZ || setting == SETTING_CEILING_HZ)
        snprintf(text, size, "%s %.9g Hz", row->name, value);
    else
        snprintf(text, size, "%s %.9g", row->name, value);
}

static void print_settings(const ser_features_settings *settings)
{
    char used[1024] = "", taken[512] = "rate (--rate)", text[TEXT];
    int others = 0;
    for (int i = 0; i < SETTINGS; i++) {
        if (!setting_is_used(settings, (enum setting)i))
            continue;
        format_setting(settings, (enum setting)i, text, sizeof text);
        snprintf(used + strlen(used), sizeof used - strlen(used), "%s%s", *used ? ", " : "", text);
        if (i != SETTING_RATE && setting_is_taken(settings->set, (enum setting)i))
            snprintf(taken + strlen(taken), sizeof taken - strlen(taken), "%s %s",
                     others++ ? "," : "; by --settings:", setting_rows[i].name);
    }
    print_wrapped("settings", INDENT, output_columns(), used);
    print_wrapped("changeable", INDENT, output_columns(), taken);
}

/* How many columns from `first` on differ in nothing but the number that their names end with, so
 * that one line can stand for all. */
static int count_alike(const ser_column *(*column)(const ser_extractor *, int),
                       const ser_extractor *extractor, int first)
{
    const ser_column *one = column(extractor, first), *other;
    int count = 1;
    const char *underscore = strrchr(one->name, '_');
    if (!underscore || strcmp(underscore, "_0"))
        return 1;
    size_t stem = (size_t)(underscore - one->name) + 1;
    while ((other = column(extractor, first + count))) {
        char number[16];
        snprintf(number, sizeof number, "%d", count);
        if (strncmp(other->name, one->name, stem) || strcmp(other->name + stem, number) ||
            strcmp(other->unit, one->unit) || strcmp(other->formula, one->formula))
            break;
        count++;
    }
    return count;
}

static void name_alike(const ser_column *first, int count, char *text, size_t size)
{
    int stem = (int)(strlen(first->name) - 1);
    if (count == 1)
        snprintf(text, size, "%s", first->name);
    else
        snprintf(text, size, "%s ... %.*s%d", first->name, stem, first->name, count - 1);
}

/* Prints name, unit and formula of all columns, as wide as the longest of them need it. */
static void print_columns(const ser_column *(*column)(const ser_extractor *, int),
                          const ser_extractor *extractor)
{
    char name[TEXT], label[2 * TEXT];
    int widest_name = 0, widest_unit = 0;
    for (int i = 0; column(extractor, i); i += count_alike(column, extractor, i)) {
        const ser_column *one = column(extractor, i);
        name_alike(one, count_alike(column, extractor, i), name, sizeof name);
        int columns = text_columns(name), unit = text_columns(one->unit);
        widest_name = columns > widest_name ? columns : widest_name;
        widest_unit = unit > widest_unit ? unit : widest_unit;
    }
    widest_name = widest_name < WIDEST_NAME ? widest_name : WIDEST_NAME;
    widest_unit = widest_unit < WIDEST_UNIT ? widest_unit : WIDEST_UNIT;
    for (int i = 0; column(extractor, i); i += count_alike(column, extractor, i)) {
        const ser_column *one = column(extractor, i);
        name_alike(one, count_alike(column, extractor, i), name, sizeof name);
        snprintf(label, sizeof label, "  %-*s  %-*s  ", widest_name, name, widest_unit, one->unit);
        print_wrapped(label, widest_name + widest_unit + 6, output_columns(), one->formula);
    }
}

/* Functionals that are the same for every column are said once. */
static void print_functionals(const ser_extractor *extractor, const char *names)
{
    struct functional *list;
    int count, total = ser_extractor_functionals(extractor);
    if (!names)
        names = ser_extractor_settings(extractor)->set->functionals;
    if (!names || functional_list_parse(&list, &count, names, NULL)) {
        printf("\nFunctionals: %d numbers for each recording\n\n", total);
        print_columns(ser_extractor_functional, extractor);
        return;
    }
    printf("\nFunctionals: %d numbers for each recording, %s to %s\n\n", total,
           ser_extractor_functional(extractor, 0)->name,
           ser_extractor_functional(extractor, total - 1)->name);
    for (int i = 0; i < count; i++)
        print_functional(functional_name(list, i), functional_formula(list, i));
    functional_list_release(list);
}

static json_t *description(const ser_extractor *extractor)
{
    const ser_features_settings *settings = ser_extractor_settings(extractor);
    json_t *object = set_as_json(extractor), *changeable = json_array();
    for (int i = 0; i < SETTINGS; i++)
        if (setting_is_taken(settings->set, (enum setting)i))
            json_array_append_new(changeable, json_string(setting_rows[i].name));
    json_object_set_new(object, "highest", json_real(ser_extractor_highest(extractor)));
    json_object_set_new(object, "settings", settings_as_json(settings));
    json_object_set_new(object, "changeable", changeable);
    json_object_set_new(object, "columns", columns_as_json(extractor, 1));
    json_object_set_new(object, "functionals", columns_as_json(extractor, 0));
    return object;
}

void print_feature_set(const ser_extractor *extractor, const char *functionals, int as_json)
{
    const ser_features_settings *settings = ser_extractor_settings(extractor);
    const ser_feature_set *set = settings->set;
    char text[TEXT];
    if (as_json) {
        print_json(description(extractor));
        return;
    }
    print_wrapped(ser_feature_set_name(set), INDENT, output_columns(),
                  ser_feature_set_summary(set));
    print_wrapped("source", INDENT, output_columns(), ser_feature_set_source(set));
    snprintf(text, sizeof text, "%d Hz", ser_feature_set_min_rate(set));
    print_wrapped("least rate", INDENT, output_columns(), text);
    snprintf(text, sizeof text, "%g Hz", ser_extractor_highest(extractor));
    print_wrapped("reaches", INDENT, output_columns(), text);
    print_settings(settings);
    printf("\nFrames: %d numbers for each\n\n", ser_extractor_columns(extractor));
    print_columns(ser_extractor_column, extractor);
    print_functionals(extractor, functionals);
}

#define _GNU_SOURCE
#include "prediction_writer.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/plain_text.h"
#include "output_text.h"

enum {
    SHORT_LABEL = 4,    /* columns a class gets on a narrow terminal */
    FIXED_COLUMNS = 34, /* everything but file and bars: "  12.3 s  surprised        100 %" */
    DEFAULT_COLUMNS = 100,
};

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col;
}

/* Columns of the bar of a class: as wide as its name where the terminal is wide enough. */
static int bar_width(const ser_model *model, int index, int file_width)
{
    int total = file_width + FIXED_COLUMNS;
    for (int i = 0; i < ser_model_label_count(model); i++)
        total += (int)strlen(ser_model_label(model, i)) + 1;
    return total <= terminal_columns() ? (int)strlen(ser_model_label(model, index)) : SHORT_LABEL;
}

/* A bar of `width` columns, filled for `share` of them: in eighths where the terminal knows such
 * characters. */
static void print_bar(float share, int width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    int utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    int parts = (int)(share * (float)(width * 8) + 0.5f);
    if (!utf8)
        parts = (parts + 4) / 8 * 8;
    for (int column = 0; column < width; column++) {
        int part = parts - column * 8;
        part = part < 0 ? 0 : part > 8 ? 8 : part;
        fputs(part == 0 ? " " : utf8 ? eighths[part] : "#", stdout);
    }
}

static void table_begin(const ser_model *model, const char *model_path, int file_width)
{
    (void)model_path;
    printf("%-*s  %8s  %-10s  %10s", file_width, "file", "length", "emotion", "confidence");
    for (int i = 0; i < ser_model_label_count(model); i++) {
        int width = bar_width(model, i, file_width);
        printf(" %-*.*s", width, width, ser_model_label(model, i));
    }
    putchar('\n');
}

/* The end of a long name tells more than its beginning. */
static void print_file(const char *file, int width)
{
    size_t length = strlen(file), room = (size_t)width;
    int cut = length > room;
    char *tail = strdup(cut ? file + length - room + 3 : file);
    if (tail)
        text_make_plain(tail);
    printf("%s%-*s", cut ? "..." : "", cut ? width - 3 : width, tail ? tail : "");
    free(tail);
}

static void table_write(const ser_model *model, const char *model_path, const char *file,
                        const ser_prediction *p, int file_width)
{
    (void)model_path;
    print_file(file, file_width);
    printf("  %6.1f s  %-10s  %8.0f %%", p->duration, ser_model_label(model, p->label),
           100 * p->confidence);
    for (int i = 0; i < p->count; i++) {
        putchar(' ');
        print_bar(p->probabilities[i], bar_width(model, i, file_width));
    }
    putchar('\n');
}

static void json_begin(const ser_model *model, const char *model_path, int file_width)
{
    (void)model, (void)model_path, (void)file_width;
}

static json_t *rounded(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.4f", value);
    return json_real(atof(text));
}

static void json_write(const ser_model *model, const char *model_path, const char *file,
                       const ser_prediction *p, int file_width)
{
    (void)file_width;
    json_t *probabilities = json_object();
    for (int i = 0; i < p->count; i++)
        json_object_set_new(probabilities, ser_model_label(model, i),
                            rounded((double)p->probabilities[i]));
    json_t *line = json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "file", json_text(file), "duration",
                             rounded(p->duration), "emotion", ser_model_label(model, p->label),
                             "confidence", rounded(p->confidence), "probabilities", probabilities,
                             "model", json_text(model_path));
    json_t *bytes = json_bytes(file);
    if (bytes)
        json_object_set_new(line, "file_bytes", bytes);
    json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(line);
}

static void csv_begin(const ser_model *model, const char *model_path, int file_width)
{
    (void)model_path, (void)file_width;
    printf("file,duration,emotion,confidence");
    for (int i = 0; i < ser_model_label_count(model); i++)
        printf(",%s", ser_model_label(model, i));
    putchar('\n');
}

static void csv_write(const ser_model *model, const char *model_path, const char *file,
                      const ser_prediction *p, int file_width)
{
    (void)model_path, (void)file_width;
    write_csv_field(stdout, file);
    printf(",%.3f,%s,%.4f", p->duration, ser_model_label(model, p->label), p->confidence);
    for (int i = 0; i < p->count; i++)
        printf(",%.4f", (double)p->probabilities[i]);
    putchar('\n');
}

const struct prediction_writer writer_table = {"table", table_begin, table_write};
const struct prediction_writer writer_json = {"json", json_begin, json_write};
const struct prediction_writer writer_csv = {"csv", csv_begin, csv_write};

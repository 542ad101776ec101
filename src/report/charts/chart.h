/* Charts of plain arrays: bars, histograms, boxes, lines, matrices.
 *
 *     struct bar_chart bars = {.categories = 2, .category_names = names, .series = 1, …};
 *     struct chart chart = {.kind = &bar_chart, .data = &bars, .title = "Recordings"};
 *     chart_draw(&chart, 1, PICTURE_SVG, 0, 0, &bytes, &size, &error);
 *
 * All names and titles may be any bytes. Nothing is kept; the arrays are borrowed while a chart is
 * drawn. The same data give the same bytes. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/canvas.h"
#include "report/charts/statistics.h"
#include "ser/status.h"

enum { CHART_MAX_CATEGORIES = 120, CHART_MAX_SERIES = 500, CHART_WIDTH = 640 };

/* A kind of chart and what its `data` is. */
struct chart_kind {
    const char *name; /* "bar chart" */
    /* ERROR_ARGUMENT for data that cannot be drawn. */
    ser_status (*check)(const void *data, ser_error *error);
    /* The height, in units, that suits the data, without the title. */
    double (*height)(const void *data, double width);
    void (*draw)(struct canvas *canvas, struct rectangle area, const void *data);
};

struct chart {
    const struct chart_kind *kind;
    const void *data;
    const char *title; /* NULL: none */
};

/* Horizontal bars with their values, in groups or stacked. Values are finite and not negative. */
struct bar_chart {
    int categories; /* 1 to CHART_MAX_CATEGORIES */
    const char *const *category_names;
    int series;                      /* 1 to PALETTE_CATEGORIES */
    const char *const *series_names; /* for the legend; NULL for one series */
    const double *values;            // (categories, series)
    const char *axis;                /* what the values are, with their unit; NULL: none */
    int stacked;                     /* 1: the series of a category make one bar */
};
extern const struct chart_kind bar_chart;

/* How often values occur; several samples are stacked in each bin. */
struct histogram {
    const struct chart_sample *samples; // (series)
    int series;                         /* 1 to PALETTE_CATEGORIES */
    const char *const *series_names;
    const char *axis; /* of the values */
};
extern const struct chart_kind histogram;

/* Median, quartiles, whiskers and outliers of samples (see struct box), and how many values each
 * has. */
struct box_plot {
    int categories; /* 1 to CHART_MAX_CATEGORIES */
    const char *const *category_names;
    int groups; /* 1 to PALETTE_CATEGORIES, such as women and men */
    const char *const *group_names;
    const struct chart_sample *samples; // (categories, groups)
    const char *axis;
};
extern const struct chart_kind box_plot;

/* One line; points whose y is not finite interrupt it. */
struct chart_line {
    const char *name;
    const double *x, *y; // (count)
    size_t count;
};

struct line_chart {
    const struct chart_line *lines; // (count)
    int count;                      /* 1 to CHART_MAX_SERIES; the legend names the first few */
    const char *x_axis, *y_axis;
    int from_zero; /* 1: the vertical axis begins at 0 */
    double top;    /* the end of the vertical axis; 0: as the values need */
};
extern const struct chart_kind line_chart;

/* Counts with their part of the row's sum as colour: a confusion matrix. Counts are finite and not
 * negative. */
struct heat_map {
    int rows, columns; /* 1 to 64 */
    const char *const *row_names, *const *column_names;
    const double *counts;               // (rows, columns)
    const char *row_axis, *column_axis; /* "true", "predicted" */
};
extern const struct chart_kind heat_map;

/* Draws charts one above the other, `width` × `height` pixels (0: as fits). The caller frees
 * *bytes. */
ser_status chart_draw(const struct chart *charts, int count, enum picture_kind kind, int width,
                      int height, char **bytes, size_t *size, ser_error *error);

#endif

/* What several kinds of charts draw alike. */
#ifndef REPORT_CHART_PARTS_H
#define REPORT_CHART_PARTS_H

#include "report/axes.h"
#include "report/charts/chart.h"

enum { CHART_LEGEND = 20, CHART_BELOW = 40 }; /* units: height of a legend, of the axis below */

/* The height that a legend of names takes: 0 without one. */
double chart_legend_height(struct canvas *canvas, double width, const char *const *names,
                           int count);

/* Squares of the categories' colours with their names, row by row from the top of the area. */
void chart_draw_legend(struct canvas *canvas, struct rectangle area, const char *const *names,
                       int count);

/* The width of the widest name, at most `most`. */
double chart_names_width(struct canvas *canvas, const char *const *names, int count, double most);

/* A name that ends at `right`, shortened to the width. */
void chart_draw_name(struct canvas *canvas, double right, double y, double width, const char *name);

/* Vertical grid lines and what stands below them. */
void chart_draw_value_axis(struct canvas *canvas, const struct axes *axes, const char *title);

/* ERROR_ARGUMENT unless low <= count <= high; `what` names it. */
ser_status chart_check_count(const char *what, int count, int low, int high, ser_error *error);

/* ERROR_ARGUMENT unless all values are finite and not negative. */
ser_status chart_check_values(const char *what, const double *values, size_t count,
                              ser_error *error);

#endif

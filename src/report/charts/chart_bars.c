#include <math.h>
#include <stdio.h>

#include "report/charts/chart_parts.h"

static const double bar = 15, group_gap = 7; /* units */
static const double label_room = 54;         /* right of the longest bar, for its value */

static ser_status check(const void *data, ser_error *error)
{
    const struct bar_chart *chart = data;
    ser_status status =
        chart_check_count("categories", chart->categories, 1, CHART_MAX_CATEGORIES, error);
    if (!status)
        status = chart_check_count("series", chart->series, 1, PALETTE_CATEGORIES, error);
    if (!status)
        status = chart_check_values("bar chart", chart->values,
                                    (size_t)chart->categories * (size_t)chart->series, error);
    return status;
}

static int bars_of_group(const struct bar_chart *chart)
{
    return chart->stacked ? 1 : chart->series;
}

static double height(const void *data, double width)
{
    const struct bar_chart *chart = data;
    (void)width;
    double legend = chart->series > 1 && chart->series_names ? CHART_LEGEND : 0;
    return legend + chart->categories * (bars_of_group(chart) * bar + group_gap) + CHART_BELOW;
}

/* The length of the longest bar. */
static double longest(const struct bar_chart *chart)
{
    double most = 0;
    for (int c = 0; c < chart->categories; c++) {
        double sum = 0;
        for (int s = 0; s < chart->series; s++) {
            double value = chart->values[c * chart->series + s];
            sum = chart->stacked ? sum + value : fmax(sum, value);
        }
        most = fmax(most, sum);
    }
    return most;
}

static void draw_value(struct canvas *canvas, double x, double y, double value)
{
    char text[32];
    axes_format(text, sizeof text, value);
    canvas_text(canvas, (struct point){x + 4, y}, text,
                &(struct text_style){.size = FONT_LABEL, .colour = palette_ink});
}

static void draw_group(struct canvas *canvas, const struct axes *axes,
                       const struct bar_chart *chart, int category, double y, double thick)
{
    double sum = 0;
    for (int s = 0; s < chart->series; s++) {
        double value = chart->values[category * chart->series + s];
        double left = axes_x(axes, chart->stacked ? sum : 0);
        double right = axes_x(axes, chart->stacked ? sum + value : value);
        double top = chart->stacked ? y : y + s * thick;
        canvas_fill(canvas, (struct rectangle){left, top + 1, right - left, thick - 2},
                    palette_category(s));
        if (!chart->stacked)
            draw_value(canvas, right, top + thick / 2, value);
        sum += value;
    }
    if (chart->stacked)
        draw_value(canvas, axes_x(axes, sum), y + thick / 2, sum);
}

static void draw(struct canvas *canvas, struct rectangle area, const void *data)
{
    const struct bar_chart *chart = data;
    double legend = chart_legend_height(canvas, area.width, chart->series_names, chart->series);
    double names =
        chart_names_width(canvas, chart->category_names, chart->categories, 0.35 * area.width);
    double most = longest(chart);
    struct axes axes = {
        .area = {area.x + names + 8, area.y + legend, area.width - names - 8 - label_room,
                 area.height - legend - CHART_BELOW},
        .x = {AXIS_LINEAR, 0, most > 0 ? most : 1},
        .y = {AXIS_LINEAR, 0, 1},
    };
    double pitch = axes.area.height / chart->categories;
    double thick = pitch * bar / (bars_of_group(chart) * bar + group_gap);
    chart_draw_legend(canvas, area, chart->series_names, chart->series);
    chart_draw_value_axis(canvas, &axes, chart->axis);
    for (int c = 0; c < chart->categories; c++) {
        double middle = axes.area.y + (c + 0.5) * pitch;
        chart_draw_name(canvas, axes.area.x - 8, middle, names, chart->category_names[c]);
        draw_group(canvas, &axes, chart, c, middle - bars_of_group(chart) * thick / 2, thick);
    }
    canvas_line(canvas, (struct point){axes.area.x, axes.area.y},
                (struct point){axes.area.x, axes.area.y + axes.area.height}, 1, palette_grey);
}

const struct chart_kind bar_chart = {
    .name = "bar chart",
    .check = check,
    .height = height,
    .draw = draw,
};

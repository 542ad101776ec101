#include <math.h>
#include <stdio.h>

#include "report/charts/chart_parts.h"

static const double row = 15, group_gap = 7, count_room = 58; /* units */

static ser_status check(const void *data, ser_error *error)
{
    const struct box_plot *chart = data;
    ser_status status =
        chart_check_count("categories", chart->categories, 1, CHART_MAX_CATEGORIES, error);
    return status ? status
                  : chart_check_count("groups", chart->groups, 1, PALETTE_CATEGORIES, error);
}

static double height(const void *data, double width)
{
    const struct box_plot *chart = data;
    (void)width;
    double legend = chart->groups > 1 ? CHART_LEGEND : 0;
    return legend + chart->categories * (chart->groups * row + group_gap) + CHART_BELOW;
}

/* The axis that holds all values. */
static struct axis value_axis(const struct box_plot *chart)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int i = 0; i < chart->categories * chart->groups; i++)
        for (size_t v = 0; v < chart->samples[i].count; v++)
            if (isfinite(chart->samples[i].values[v])) {
                low = fmin(low, chart->samples[i].values[v]);
                high = fmax(high, chart->samples[i].values[v]);
            }
    return axis_around(low, high);
}

static void draw_box(struct canvas *canvas, const struct axes *axes, const struct box *box,
                     double middle, double thick, struct colour colour)
{
    double q1 = axes_x(axes, box->q1), q3 = axes_x(axes, box->q3), half = thick * 0.36;
    double low = axes_x(axes, box->low), high = axes_x(axes, box->high);
    double median = axes_x(axes, box->median);
    struct rectangle area = {q1, middle - half, q3 - q1, 2 * half};
    canvas_line(canvas, (struct point){low, middle}, (struct point){high, middle}, 1, palette_ink);
    canvas_line(canvas, (struct point){low, middle - half / 2},
                (struct point){low, middle + half / 2}, 1, palette_ink);
    canvas_line(canvas, (struct point){high, middle - half / 2},
                (struct point){high, middle + half / 2}, 1, palette_ink);
    canvas_fill(canvas, area, palette_lighter(colour, 0.35));
    canvas_frame(canvas, area, 1, palette_ink);
    canvas_line(canvas, (struct point){median, middle - half},
                (struct point){median, middle + half}, 2.2, palette_ink);
    for (size_t i = 0; i < box->outlier_count; i++)
        canvas_disc(canvas, (struct point){axes_x(axes, box->outliers[i]), middle}, 1.5, colour);
}

static void draw_row(struct canvas *canvas, const struct axes *axes, const struct box_plot *chart,
                     int category, int group, double middle, double thick)
{
    struct box box;
    char text[32];
    if (box_compute(&box, &chart->samples[category * chart->groups + group], NULL))
        return; /* the picture lacks its memory too, and says so */
    if (box.count)
        draw_box(canvas, axes, &box, middle, thick, palette_category(group));
    snprintf(text, sizeof text, "n = %zu", box.count);
    canvas_text(canvas, (struct point){axes->area.x + axes->area.width + 6, middle}, text,
                &(struct text_style){.size = FONT_LABEL, .colour = palette_grey});
    box_release(&box);
}

static void draw(struct canvas *canvas, struct rectangle area, const void *data)
{
    const struct box_plot *chart = data;
    double legend = chart_legend_height(canvas, area.width, chart->group_names, chart->groups);
    double names =
        chart_names_width(canvas, chart->category_names, chart->categories, 0.35 * area.width);
    struct axes axes = {
        .area = {area.x + names + 8, area.y + legend, area.width - names - 8 - count_room,
                 area.height - legend - CHART_BELOW},
        .x = value_axis(chart),
        .y = {AXIS_LINEAR, 0, 1},
    };
    double pitch = axes.area.height / chart->categories;
    double thick = pitch * row / (chart->groups * row + group_gap);
    chart_draw_legend(canvas, area, chart->group_names, chart->groups);
    chart_draw_value_axis(canvas, &axes, chart->axis);
    for (int c = 0; c < chart->categories; c++) {
        double middle = axes.area.y + (c + 0.5) * pitch;
        chart_draw_name(canvas, axes.area.x - 8, middle, names, chart->category_names[c]);
        for (int g = 0; g < chart->groups; g++)
            draw_row(canvas, &axes, chart, c, g, middle + (g - (chart->groups - 1) / 2.0) * thick,
                     thick);
    }
    axes_draw_frame(canvas, &axes);
}

const struct chart_kind box_plot = {
    .name = "box plot",
    .check = check,
    .height = height,
    .draw = draw,
};

#include <math.h>
#include <stdio.h>

#include "report/charts/chart_parts.h"

enum { MAX_SIDE = 64 };

static const double cell_height = 34, axis_title = 18, narrow = 30; /* units */
static const double level_names = 20, upright_names = 60, sums = 54;

static ser_status check(const void *data, ser_error *error)
{
    const struct heat_map *chart = data;
    ser_status status = chart_check_count("rows", chart->rows, 1, MAX_SIDE, error);
    if (!status)
        status = chart_check_count("columns", chart->columns, 1, MAX_SIDE, error);
    if (!status)
        status = chart_check_values("heat map", chart->counts,
                                    (size_t)chart->rows * (size_t)chart->columns, error);
    return status;
}

static double height(const void *data, double width)
{
    const struct heat_map *chart = data;
    (void)width;
    return axis_title + upright_names + chart->rows * cell_height;
}

static double row_sum(const struct heat_map *chart, int row)
{
    double sum = 0;
    for (int c = 0; c < chart->columns; c++)
        sum += chart->counts[row * chart->columns + c];
    return sum;
}

/* The count, and below it its part of the row. */
static void draw_cell(struct canvas *canvas, struct rectangle cell, double count, double sum)
{
    char text[32], percent[32];
    double part = sum > 0 ? count / sum : 0;
    struct colour colour = palette_shade(part);
    struct text_style style = {
        .size = FONT_LABEL + 1, .colour = palette_text_on(colour), .align = ALIGN_CENTRE};
    double x = cell.x + cell.width / 2, y = cell.y + cell.height / 2;
    canvas_fill(canvas, cell, colour);
    canvas_frame(canvas, cell, 0.75, palette_grid);
    if (cell.width < narrow || cell.height < FONT_LABEL + 4)
        return;
    axes_format(text, sizeof text, count);
    snprintf(percent, sizeof percent, "%.0f %%", 100 * part);
    int both = cell.height >= 2.6 * FONT_LABEL && sum > 0;
    canvas_text(canvas, (struct point){x, both ? y - 6 : y}, text, &style);
    style.size = FONT_LABEL - 2;
    if (both)
        canvas_text(canvas, (struct point){x, y + 7}, percent, &style);
}

/* The names of columns, upright where they would not fit side by side. */
static void draw_column_names(struct canvas *canvas, const struct heat_map *chart,
                              struct rectangle plot, int upwards)
{
    struct text_style style = {.size = FONT_LABEL, .colour = palette_ink, .align = ALIGN_CENTRE};
    double width = plot.width / chart->columns;
    for (int c = 0; c < chart->columns; c++) {
        struct point at = {plot.x + (c + 0.5) * width, plot.y - 10};
        if (upwards) {
            style.upwards = 1;
            style.align = ALIGN_LEFT;
            at.y = plot.y - 5;
        }
        canvas_text_fitted(canvas, at, upwards ? upright_names - 8 : width, chart->column_names[c],
                           &style);
    }
}

static void draw(struct canvas *canvas, struct rectangle area, const void *data)
{
    const struct heat_map *chart = data;
    struct text_style title = {
        .size = FONT_TITLE, .colour = palette_ink, .align = ALIGN_CENTRE, .bold = 1};
    double names = chart_names_width(canvas, chart->row_names, chart->rows, 0.3 * area.width) + 10;
    struct rectangle plot = {.x = area.x + axis_title + names,
                             .width = area.width - axis_title - names - sums};
    double widest = chart_names_width(canvas, chart->column_names, chart->columns, HUGE_VAL);
    int upwards = widest > plot.width / chart->columns - 4;
    double above = axis_title + (upwards ? upright_names : level_names);
    plot.y = area.y + above;
    plot.height = area.height - above - 4;
    double across = plot.width / chart->columns, down = plot.height / chart->rows;
    for (int r = 0; r < chart->rows; r++) {
        double y = plot.y + r * down, sum = row_sum(chart, r);
        char text[40];
        chart_draw_name(canvas, plot.x - 8, y + down / 2, names - 10, chart->row_names[r]);
        for (int c = 0; c < chart->columns; c++)
            draw_cell(canvas, (struct rectangle){plot.x + c * across, y, across, down},
                      chart->counts[r * chart->columns + c], sum);
        snprintf(text, sizeof text, "n = %.0f", sum);
        canvas_text(canvas, (struct point){plot.x + plot.width + 6, y + down / 2}, text,
                    &(struct text_style){.size = FONT_LABEL, .colour = palette_grey});
    }
    draw_column_names(canvas, chart, plot, upwards);
    if (chart->column_axis)
        canvas_text(canvas, (struct point){plot.x + plot.width / 2, area.y + axis_title / 2},
                    chart->column_axis, &title);
    title.upwards = 1;
    if (chart->row_axis)
        canvas_text(canvas, (struct point){area.x + axis_title / 2, plot.y + plot.height / 2},
                    chart->row_axis, &title);
}

const struct chart_kind heat_map = {
    .name = "heat map",
    .check = check,
    .height = height,
    .draw = draw,
};

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/charts/chart_parts.h"

enum { DASHES = 3 };

static const double left_margin = 60, plot_height = 190, legend_width = 130; /* units */
static const double line_height = 15;

static ser_status check(const void *data, ser_error *error)
{
    const struct line_chart *chart = data;
    return chart_check_count("lines", chart->count, 1, CHART_MAX_SERIES, error);
}

static double height(const void *data, double width)
{
    (void)data, (void)width;
    return plot_height + CHART_BELOW;
}

/* Colours first, then the same colours with dashes. */
static double dash_of(int line)
{
    return (line / PALETTE_CATEGORIES) % DASHES * 3.0;
}

/* The least and greatest of finite points. */
static void find_range(const struct line_chart *chart, struct point *low, struct point *high)
{
    *low = (struct point){HUGE_VAL, HUGE_VAL};
    *high = (struct point){-HUGE_VAL, -HUGE_VAL};
    for (int i = 0; i < chart->count; i++)
        for (size_t t = 0; t < chart->lines[i].count; t++) {
            double x = chart->lines[i].x[t], y = chart->lines[i].y[t];
            if (!isfinite(x) || !isfinite(y))
                continue;
            *low = (struct point){fmin(low->x, x), fmin(low->y, y)};
            *high = (struct point){fmax(high->x, x), fmax(high->y, y)};
        }
}

static void choose_axes(struct axes *axes, const struct line_chart *chart)
{
    struct point low, high;
    find_range(chart, &low, &high);
    axes->x =
        low.x < high.x ? (struct axis){AXIS_LINEAR, low.x, high.x} : axis_around(low.x, high.x);
    if (chart->from_zero && low.y > 0 && low.y <= high.y)
        low.y = 0;
    axes->y = axis_around(low.y, high.y);
    if (chart->top > 0 && chart->top > axes->y.low)
        axes->y.high = chart->top;
}

/* A point alone between gaps is a dot. */
static void draw_line(struct canvas *canvas, const struct axes *axes, const struct chart_line *line,
                      int index)
{
    struct point *points = memory_resize(NULL, line->count + 1, sizeof *points);
    size_t used = 0;
    if (!points)
        return; /* the picture lacks its memory too, and says so */
    for (size_t t = 0; t <= line->count; t++) {
        if (t < line->count && isfinite(line->x[t]) && isfinite(line->y[t])) {
            points[used++] = (struct point){axes_x(axes, line->x[t]), axes_y(axes, line->y[t])};
            continue;
        }
        if (used == 1)
            canvas_disc(canvas, points[0], 2.2, palette_category(index));
        else if (used)
            canvas_polyline(canvas, points, used, 1.6, dash_of(index), palette_category(index));
        used = 0;
    }
    free(points);
}

static void draw_legend(struct canvas *canvas, struct rectangle area,
                        const struct line_chart *chart)
{
    struct text_style style = {.size = FONT_LABEL, .colour = palette_ink};
    int rows = (int)(area.height / line_height);
    int shown = chart->count <= rows ? chart->count : rows - 1;
    for (int i = 0; i < shown; i++) {
        double y = area.y + (i + 0.5) * line_height;
        canvas_polyline(canvas, (struct point[]){{area.x, y}, {area.x + 18, y}}, 2, 2, dash_of(i),
                        palette_category(i));
        canvas_text_fitted(canvas, (struct point){area.x + 23, y}, area.width - 23,
                           chart->lines[i].name, &style);
    }
    if (shown < chart->count && shown >= 0) {
        char text[40];
        snprintf(text, sizeof text, "and %d more", chart->count - shown);
        canvas_text(canvas, (struct point){area.x + 23, area.y + (shown + 0.5) * line_height}, text,
                    &style);
    }
}

static void draw(struct canvas *canvas, struct rectangle area, const void *data)
{
    const struct line_chart *chart = data;
    double legend = chart->count > 1 ? legend_width : 12;
    struct axes axes = {.area = {area.x + left_margin, area.y + 6,
                                 area.width - left_margin - legend, area.height - CHART_BELOW - 6}};
    choose_axes(&axes, chart);
    axes_draw_grid(canvas, &axes);
    canvas_clip(canvas, axes.area);
    for (int i = 0; i < chart->count; i++)
        draw_line(canvas, &axes, &chart->lines[i], i);
    canvas_unclip(canvas);
    axes_draw_frame(canvas, &axes);
    axes_draw_x_labels(canvas, &axes, chart->x_axis);
    axes_draw_y_labels(canvas, &axes, left_margin, chart->y_axis);
    if (chart->count > 1)
        draw_legend(canvas,
                    (struct rectangle){axes.area.x + axes.area.width + 12, axes.area.y, legend - 12,
                                       axes.area.height},
                    chart);
}

const struct chart_kind line_chart = {
    .name = "line chart",
    .check = check,
    .height = height,
    .draw = draw,
};

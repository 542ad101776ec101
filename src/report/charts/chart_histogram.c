#include <math.h>

#include "report/charts/chart_parts.h"

static const double left_margin = 56, right_margin = 12, plot_height = 190; /* units */

static ser_status check(const void *data, ser_error *error)
{
    const struct histogram *chart = data;
    return chart_check_count("samples", chart->series, 1, PALETTE_CATEGORIES, error);
}

static double height(const void *data, double width)
{
    const struct histogram *chart = data;
    (void)width;
    return (chart->series > 1 ? CHART_LEGEND : 0) + plot_height + CHART_BELOW;
}

/* Counts of each sample, and the highest stack. */
static double count_all(const struct histogram *chart, const struct bins *bins,
                        double counts[][BINS_MAX])
{
    double most = 0;
    for (int s = 0; s < chart->series; s++)
        bins_count(bins, &chart->samples[s], counts[s]);
    for (int b = 0; b < bins->count; b++) {
        double sum = 0;
        for (int s = 0; s < chart->series; s++)
            sum += counts[s][b];
        most = fmax(most, sum);
    }
    return most;
}

static void draw_stack(struct canvas *canvas, const struct axes *axes, const struct bins *bins,
                       int bin, int series, double counts[][BINS_MAX])
{
    double left = axes_x(axes, bins->first + bin * bins->step);
    double right = axes_x(axes, bins->first + (bin + 1) * bins->step);
    double gap = fmin(1, (right - left) / 8), sum = 0;
    for (int s = 0; s < series; s++) {
        double bottom = axes_y(axes, sum), top = axes_y(axes, sum + counts[s][bin]);
        canvas_fill(canvas,
                    (struct rectangle){left + gap / 2, top, right - left - gap, bottom - top},
                    palette_category(s));
        sum += counts[s][bin];
    }
}

static void draw(struct canvas *canvas, struct rectangle area, const void *data)
{
    const struct histogram *chart = data;
    struct bins bins;
    double counts[PALETTE_CATEGORIES][BINS_MAX];
    if (bins_choose(&bins, chart->samples, chart->series, NULL))
        return; /* the picture lacks its memory too, and says so */
    double most = count_all(chart, &bins, counts);
    double legend = chart_legend_height(canvas, area.width, chart->series_names, chart->series);
    struct axes axes = {
        .area = {area.x + left_margin, area.y + legend + 6, area.width - left_margin - right_margin,
                 area.height - legend - CHART_BELOW - 6},
        .x = {AXIS_LINEAR, bins.first, bins.first + bins.count * bins.step},
        .y = axis_around(0, most > 0 ? most : 1),
    };
    chart_draw_legend(canvas, area, chart->series_names, chart->series);
    axes_draw_grid(canvas, &axes);
    for (int b = 0; b < bins.count; b++)
        draw_stack(canvas, &axes, &bins, b, chart->series, counts);
    axes_draw_frame(canvas, &axes);
    axes_draw_x_labels(canvas, &axes, chart->axis);
    axes_draw_y_labels(canvas, &axes, left_margin, "Count");
    if (most == 0)
        axes_draw_remark(canvas, &axes, "No values.");
}

const struct chart_kind histogram = {
    .name = "histogram",
    .check = check,
    .height = height,
    .draw = draw,
};

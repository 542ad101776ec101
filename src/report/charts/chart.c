#include "report/charts/chart.h"

#include <math.h>

#include "base/error.h"
#include "report/axes.h"

enum { MAX_CHARTS = 16 };

static const double title_height = 26, edge = 10;         /* units */
static const double png_scale = 2, svg_scale = 1;         /* pixels for a unit */
static const double least_scale = 0.6, most_scale = 4;    /* what a given size may make of it */
static const double least_height = 60, least_width = 200; /* units, of a chart */

static ser_status check(const struct chart *charts, int count, int width, int height,
                        ser_error *error)
{
    if (count < 1 || count > MAX_CHARTS)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%d charts one above the other were asked for, expected 1 to %d", count,
                         MAX_CHARTS);
    if (width < 0 || height < 0 || width > CANVAS_MAX_SIDE || height > CANVAS_MAX_SIDE)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the picture would have %d x %d pixels, expected at most %d either way",
                         width, height, CANVAS_MAX_SIDE);
    ser_status status = SER_OK;
    for (int i = 0; i < count && !status; i++)
        status = charts[i].kind->check(charts[i].data, error);
    return status;
}

/* What is not the charts themselves. */
static double around(const struct chart *chart)
{
    return (chart->title ? title_height : 0) + 2 * edge;
}

/* The size of the canvas, and how much higher than natural the charts become. */
struct size {
    double width, height, scale, stretch;
};

static ser_status choose_size(struct size *size, const struct chart *charts, int count,
                              enum picture_kind kind, int width, int height, ser_error *error)
{
    double natural = 0, fixed = 0;
    for (int i = 0; i < count; i++) {
        natural += charts[i].kind->height(charts[i].data, CHART_WIDTH - 2 * edge);
        fixed += around(&charts[i]);
    }
    double scale = kind == PICTURE_PNG ? png_scale : svg_scale;
    if (width && height)
        scale = fmin(width / (double)CHART_WIDTH, height / (natural + fixed));
    else if (width || height)
        scale = width ? width / (double)CHART_WIDTH : height / (natural + fixed);
    size->scale = fmin(fmax(scale, least_scale), most_scale);
    size->width = width ? width / size->scale : CHART_WIDTH;
    size->height = height ? height / size->scale : natural + fixed;
    size->stretch = (size->height - fixed) / natural;
    if (size->width >= least_width && size->stretch * natural >= least_height * count)
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT,
                     "a picture of %.0f x %.0f pixels has no room for %d charts, expected at least "
                     "%.0f x %.0f",
                     size->width * size->scale, size->height * size->scale, count,
                     ceil(least_width * least_scale),
                     ceil((least_height * count + fixed) * least_scale));
}

static void draw_all(struct canvas *canvas, const struct chart *charts, int count, double stretch)
{
    struct text_style style = {.size = FONT_HEADING - 1, .colour = palette_ink, .bold = 1};
    double y = 0, width = canvas_width(canvas) - 2 * edge;
    for (int i = 0; i < count; i++) {
        double title = charts[i].title ? title_height : 0;
        double height = stretch * charts[i].kind->height(charts[i].data, CHART_WIDTH - 2 * edge);
        if (charts[i].title)
            canvas_text_fitted(canvas, (struct point){edge, y + edge + title / 2 - 3}, width,
                               charts[i].title, &style);
        charts[i].kind->draw(canvas, (struct rectangle){edge, y + edge + title, width, height},
                             charts[i].data);
        y += height + around(&charts[i]);
    }
}

ser_status chart_draw(const struct chart *charts, int count, enum picture_kind kind, int width,
                      int height, char **bytes, size_t *size, ser_error *error)
{
    struct canvas *canvas = NULL;
    struct size chosen = {0};
    *bytes = NULL;
    *size = 0;
    error_clear(error);
    ser_status status = check(charts, count, width, height, error);
    if (!status)
        status = choose_size(&chosen, charts, count, kind, width, height, error);
    if (!status)
        status = canvas_create(&canvas, kind, chosen.width, chosen.height, chosen.scale, error);
    if (!status) {
        draw_all(canvas, charts, count, chosen.stretch);
        status = canvas_finish(canvas, bytes, size, error);
    }
    canvas_destroy(canvas);
    return status;
}

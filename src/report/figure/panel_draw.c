#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/figure/panel.h"

static const double curve_width = 1.6; /* units */
static const double dot_radius = 1.3;

/* The colour of every level from the lowest to the highest, once and for all pixels. */
enum { COLOURS = 512 };

static void fill_colours(uint32_t colours[COLOURS])
{
    for (int i = 0; i < COLOURS; i++)
        colours[i] = palette_pixel(palette_map(i / (COLOURS - 1.0)));
}

void panel_draw_image(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                      int lane, const struct axis *levels)
{
    (void)lane;
    int columns = trace->columns, rows = trace->rows;
    uint32_t colours[COLOURS];
    uint32_t *pixels = memory_resize(NULL, (size_t)columns * (size_t)rows, sizeof *pixels);
    if (!pixels)
        return; /* the picture lacks its memory too, and says so */
    fill_colours(colours);
    for (int row = 0; row < rows; row++)
        for (int c = 0; c < columns; c++) {
            float level = trace->values[(size_t)c * (size_t)rows + (size_t)(rows - 1 - row)];
            double place = fmin(fmax(axis_place(levels, level), 0), 1);
            pixels[(size_t)row * (size_t)columns + (size_t)c] =
                colours[(int)(place * (COLOURS - 1) + 0.5)];
        }
    double left = axes_x(axes, trace->start);
    double right = axes_x(axes, trace->start + columns * trace->step);
    double top = axes_y(axes, trace->top), bottom = axes_y(axes, trace->bottom);
    canvas_clip(canvas, axes->area);
    canvas_image(canvas, (struct rectangle){left, top, right - left, bottom - top}, pixels, columns,
                 rows);
    canvas_unclip(canvas);
    free(pixels);
}

/* Marks at the upper edge where the sound was clipped; returns whether there were any. */
static int draw_clipping(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                         const float *values)
{
    int found = 0;
    for (int c = 0; c < trace->columns; c++) {
        if (values[(size_t)c * TRACE_PARTS + 2] == 0)
            continue;
        double x = axes_x(axes, trace->start + c * trace->step);
        double width = axes_x(axes, trace->start + (c + 1) * trace->step) - x;
        canvas_fill(canvas, (struct rectangle){x, axes->area.y, fmax(width, 1), 4},
                    palette_warning);
        found = 1;
    }
    return found;
}

/* The points of an envelope: along the upper edge to the right, and back along the lower one. */
static void outline(const struct axes *axes, const struct trace *trace, const float *values,
                    struct point *points)
{
    int columns = trace->columns;
    for (int c = 0; c < columns; c++) {
        double x = axes_x(axes, trace->start + (c + 0.5) * trace->step);
        const float *column = values + (size_t)c * TRACE_PARTS;
        points[c] = (struct point){x, axes_y(axes, column[1])};
        points[2 * columns - 1 - c] = (struct point){x, axes_y(axes, column[0])};
    }
}

void panel_draw_envelope(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                         int lane, const struct axis *levels)
{
    (void)levels;
    struct colour colour = palette_category(0);
    size_t columns = (size_t)trace->columns;
    const float *values = trace->values + (size_t)lane * columns * TRACE_PARTS;
    struct point *points = memory_resize(NULL, 2 * columns, sizeof *points);
    if (!points)
        return;
    outline(axes, trace, values, points);
    canvas_clip(canvas, axes->area);
    if (columns == 1) {
        canvas_disc(canvas, points[0], 2 * dot_radius, colour);
        canvas_line(canvas, points[0], points[1], curve_width, colour);
    }
    canvas_polygon(canvas, points, 2 * columns, colour);
    /* Where the sound is quiet, or a column is one sample, the area has no width. */
    canvas_polyline(canvas, points, columns, 0.75, 0, colour);
    int clipped = draw_clipping(canvas, axes, trace, values);
    canvas_unclip(canvas);
    free(points);
    if (clipped)
        canvas_text(canvas,
                    (struct point){axes->area.x + axes->area.width, axes->area.y - FONT_LABEL},
                    "clipped",
                    &(struct text_style){
                        .size = FONT_LABEL, .colour = palette_warning, .align = ALIGN_RIGHT});
}

/* The stretch first … end - 1 of moments that have values: a line, or a dot where it is alone. */
static void draw_stretch(struct canvas *canvas, const struct point *points, int first, int end)
{
    struct colour colour = palette_category(0);
    if (end - first == 1)
        canvas_disc(canvas, points[first], dot_radius, colour);
    else
        canvas_polyline(canvas, points + first, (size_t)(end - first), curve_width, 0, colour);
}

static void draw_band(struct canvas *canvas, const struct axes *axes, const struct trace *trace)
{
    double width = axes_x(axes, trace->start + trace->step) - axes_x(axes, trace->start);
    for (int c = 0; c < trace->columns; c++) {
        const float *column = trace->values + 2 * (size_t)c;
        if (isnan(column[0]))
            continue;
        double x = axes_x(axes, trace->start + (c + 0.5) * trace->step);
        double low = axes_y(axes, column[0]), high = axes_y(axes, column[1]);
        double height = fmax(low - high, curve_width);
        canvas_fill(canvas,
                    (struct rectangle){x - width / 2, (low + high - height) / 2, width, height},
                    palette_category(0));
    }
}

void panel_draw_curve(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                      int lane, const struct axis *levels)
{
    (void)lane, (void)levels;
    canvas_clip(canvas, axes->area);
    if (trace->kind == TRACE_BAND)
        draw_band(canvas, axes, trace);
    struct point *points = trace->kind == TRACE_CURVE
                               ? memory_resize(NULL, (size_t)trace->columns, sizeof *points)
                               : NULL;
    int first = 0;
    for (int c = 0; points && c <= trace->columns; c++) {
        if (c < trace->columns && !isnan(trace->values[c])) {
            points[c] = (struct point){axes_x(axes, trace->start + c * trace->step),
                                       axes_y(axes, trace->values[c])};
            continue;
        }
        if (c > first)
            draw_stretch(canvas, points, first, c);
        first = c + 1;
    }
    canvas_unclip(canvas);
    free(points);
}

#include "report/charts/chart_parts.h"

#include <math.h>

#include "base/error.h"

static const double square = 10, square_gap = 5, name_gap = 16; /* units */

static const struct text_style name_style = {.size = FONT_LABEL, .colour = {0.13, 0.13, 0.13}};

/* Goes through the names as they are laid out; draws them where `area` is given. Returns the number
 * of rows. */
static int lay_legend(struct canvas *canvas, const struct rectangle *area, double width,
                      const char *const *names, int count)
{
    double x = 0;
    int row = 0;
    for (int i = 0; i < count; i++) {
        double most = width - square - square_gap;
        double name = fmin(canvas_text_width(canvas, names[i], &name_style), most);
        if (x > 0 && x + square + square_gap + name > width) {
            x = 0;
            row++;
        }
        if (area) {
            double left = area->x + x, middle = area->y + (row + 0.5) * CHART_LEGEND;
            canvas_fill(canvas, (struct rectangle){left, middle - square / 2, square, square},
                        palette_category(i));
            canvas_text_fitted(canvas, (struct point){left + square + square_gap, middle}, name + 1,
                               names[i], &name_style);
        }
        x += square + square_gap + name + name_gap;
    }
    return row + 1;
}

double chart_legend_height(struct canvas *canvas, double width, const char *const *names, int count)
{
    if (!names || count < 2)
        return 0;
    return CHART_LEGEND * lay_legend(canvas, NULL, width, names, count);
}

void chart_draw_legend(struct canvas *canvas, struct rectangle area, const char *const *names,
                       int count)
{
    if (names && count > 1)
        lay_legend(canvas, &area, area.width, names, count);
}

double chart_names_width(struct canvas *canvas, const char *const *names, int count, double most)
{
    double widest = 0;
    for (int i = 0; i < count; i++)
        widest = fmax(widest, canvas_text_width(canvas, names[i], &name_style));
    return fmin(widest + 1, most);
}

void chart_draw_name(struct canvas *canvas, double right, double y, double width, const char *name)
{
    struct text_style style = name_style;
    style.align = ALIGN_RIGHT;
    canvas_text_fitted(canvas, (struct point){right, y}, width, name, &style);
}

void chart_draw_value_axis(struct canvas *canvas, const struct axes *axes, const char *title)
{
    struct tick ticks[AXIS_MAX_TICKS];
    int count = axes_x_ticks(canvas, axes, ticks);
    const struct rectangle *area = &axes->area;
    for (int i = 0; i < count; i++) {
        double x = axes_x(axes, ticks[i].value);
        canvas_line(canvas, (struct point){x, area->y}, (struct point){x, area->y + area->height},
                    0.75, palette_grid);
    }
    axes_draw_x_labels(canvas, axes, title);
}

ser_status chart_check_count(const char *what, int count, int low, int high, ser_error *error)
{
    if (count >= low && count <= high)
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT, "a chart of %d %s was asked for, expected %d to %d",
                     count, what, low, high);
}

ser_status chart_check_values(const char *what, const double *values, size_t count,
                              ser_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!(values[i] >= 0) || isinf(values[i]))
            return error_set(error, SER_ERROR_ARGUMENT,
                             "value %zu of a %s is %g, expected a finite one from 0 on", i, what,
                             values[i]);
    return SER_OK;
}

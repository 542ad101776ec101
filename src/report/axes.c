#include "report/axes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double tick_length = 4, gap = 3; /* units */

static const struct text_style label_style = {
    .size = FONT_LABEL, .colour = {0.13, 0.13, 0.13}, .align = ALIGN_CENTRE};

double axes_x(const struct axes *axes, double value)
{
    return axes->area.x + axis_place(&axes->x, value) * axes->area.width;
}

double axes_y(const struct axes *axes, double value)
{
    return axes->area.y + (1 - axis_place(&axes->y, value)) * axes->area.height;
}

/* As many labels as are easily read: none may come near the next, however long they are. */
int axes_x_ticks(struct canvas *canvas, const struct axes *axes, struct tick *ticks)
{
    double room = 52, widest = 0;
    int count = axis_ticks(&axes->x, room / axes->area.width, ticks);
    for (int i = 0; i < count; i++)
        widest = fmax(widest, canvas_text_width(canvas, ticks[i].label, &label_style));
    if (widest + FONT_LABEL <= room)
        return count;
    return axis_ticks(&axes->x, 1.7 * (widest + FONT_LABEL) / axes->area.width, ticks);
}

static int y_ticks(const struct axes *axes, struct tick *ticks)
{
    return axis_ticks(&axes->y, 2.0 * FONT_LABEL / axes->area.height, ticks);
}

void axes_draw_grid(struct canvas *canvas, const struct axes *axes)
{
    struct tick ticks[AXIS_MAX_TICKS];
    const struct rectangle *area = &axes->area;
    int count = axes_x_ticks(canvas, axes, ticks);
    for (int i = 0; i < count; i++) {
        double x = axes_x(axes, ticks[i].value);
        canvas_line(canvas, (struct point){x, area->y}, (struct point){x, area->y + area->height},
                    0.75, palette_grid);
    }
    count = y_ticks(axes, ticks);
    for (int i = 0; i < count; i++) {
        double y = axes_y(axes, ticks[i].value);
        canvas_line(canvas, (struct point){area->x, y}, (struct point){area->x + area->width, y},
                    0.75, palette_grid);
    }
}

void axes_draw_frame(struct canvas *canvas, const struct axes *axes)
{
    canvas_frame(canvas, axes->area, 1, palette_grey);
}

/* Where the middle of a label at x comes to lie: it sticks out of the plot only a little, or it
 * would run into that of the next plot. */
static double keep_inside(struct canvas *canvas, const struct rectangle *area, double x,
                          const char *label)
{
    double half = canvas_text_width(canvas, label, &label_style) / 2 - AXES_OVERHANG;
    return fmax(fmin(x, area->x + area->width - half), area->x + half);
}

void axes_draw_x_labels(struct canvas *canvas, const struct axes *axes, const char *title)
{
    struct tick ticks[AXIS_MAX_TICKS];
    const struct rectangle *area = &axes->area;
    double bottom = area->y + area->height, line = bottom + tick_length + gap + FONT_LABEL / 2.0;
    int count = axes_x_ticks(canvas, axes, ticks);
    for (int i = 0; i < count; i++) {
        double x = axes_x(axes, ticks[i].value);
        canvas_line(canvas, (struct point){x, bottom}, (struct point){x, bottom + tick_length}, 1,
                    palette_grey);
        canvas_text(canvas, (struct point){keep_inside(canvas, area, x, ticks[i].label), line},
                    ticks[i].label, &label_style);
    }
    struct text_style style = label_style;
    style.size = FONT_TITLE;
    if (title)
        canvas_text(canvas,
                    (struct point){area->x + area->width / 2, line + FONT_LABEL / 2.0 + FONT_TITLE},
                    title, &style);
}

void axes_draw_y_labels(struct canvas *canvas, const struct axes *axes, double width,
                        const char *title)
{
    struct tick ticks[AXIS_MAX_TICKS];
    struct text_style style = label_style;
    double left = axes->area.x;
    int count = y_ticks(axes, ticks);
    style.align = ALIGN_RIGHT;
    for (int i = 0; i < count; i++) {
        double y = axes_y(axes, ticks[i].value);
        canvas_line(canvas, (struct point){left - tick_length, y}, (struct point){left, y}, 1,
                    palette_grey);
        canvas_text(canvas, (struct point){left - tick_length - gap, y}, ticks[i].label, &style);
    }
    style.align = ALIGN_CENTRE;
    style.size = FONT_TITLE;
    style.upwards = 1;
    if (title)
        canvas_text(canvas,
                    (struct point){left - width + FONT_TITLE, axes->area.y + axes->area.height / 2},
                    title, &style);
}

/* Writes the words that fit into one line to `line` and returns where the rest begins. */
static const char *take_line(struct canvas *canvas, const char *text, double width, char *line,
                             size_t room)
{
    const char *end = text;
    while (*end) {
        const char *next = end + strspn(end, " ");
        next += strcspn(next, " ");
        if ((size_t)(next - text) >= room)
            break;
        snprintf(line, room, "%.*s", (int)(next - text), text);
        if (canvas_text_width(canvas, line, &label_style) > width && end != text)
            break;
        end = next;
    }
    snprintf(line, room, "%.*s", (int)(end - text), text);
    return end + strspn(end, " ");
}

void axes_draw_remark(struct canvas *canvas, const struct axes *axes, const char *text)
{
    enum { MAX_LINES = 6 };
    char lines[MAX_LINES][200];
    int count = 0;
    while (*text && count < MAX_LINES) {
        const char *rest =
            take_line(canvas, text, axes->area.width - 2 * FONT_LABEL, lines[count], sizeof *lines);
        if (rest == text)
            break;
        text = rest;
        count++;
    }
    struct text_style style = label_style;
    style.colour = palette_grey;
    double middle = axes->area.y + axes->area.height / 2;
    canvas_clip(canvas, axes->area);
    for (int i = 0; i < count; i++)
        canvas_text(canvas,
                    (struct point){axes->area.x + axes->area.width / 2,
                                   middle + (i - (count - 1) / 2.0) * 1.4 * FONT_LABEL},
                    lines[i], &style);
    canvas_unclip(canvas);
}

void axes_draw_colours(struct canvas *canvas, struct rectangle area, const struct axis *values,
                       const char *title)
{
    enum { STEPS = 256 };
    uint32_t pixels[STEPS];
    struct tick ticks[AXIS_MAX_TICKS];
    struct axes axes = {.area = area, .x = {AXIS_LINEAR, 0, 1}, .y = *values};
    for (int i = 0; i < STEPS; i++)
        pixels[i] = palette_pixel(palette_map(1 - i / (STEPS - 1.0)));
    canvas_image(canvas, area, pixels, 1, STEPS);
    axes_draw_frame(canvas, &axes);
    struct text_style style = label_style;
    style.align = ALIGN_LEFT;
    double right = area.x + area.width, widest = 0;
    int count = y_ticks(&axes, ticks);
    for (int i = 0; i < count; i++) {
        double y = axes_y(&axes, ticks[i].value);
        canvas_line(canvas, (struct point){right, y}, (struct point){right + tick_length, y}, 1,
                    palette_grey);
        canvas_text(canvas, (struct point){right + tick_length + gap, y}, ticks[i].label, &style);
        widest = fmax(widest, canvas_text_width(canvas, ticks[i].label, &style));
    }
    style.align = ALIGN_CENTRE;
    style.upwards = 1;
    canvas_text(canvas,
                (struct point){right + tick_length + 2 * gap + widest + FONT_LABEL / 2.0,
                               area.y + area.height / 2},
                title, &style);
}

void axes_format(char *text, size_t room, double value)
{
    int is_whole = value == floor(value) || fabs(value) >= 100;
    if (!isfinite(value))
        snprintf(text, room, "%s", "–");
    else if (is_whole && fabs(value) < 1e15)
        snprintf(text, room, "%.0f", value);
    else
        snprintf(text, room, "%.3g", value);
}

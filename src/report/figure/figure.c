#include "report/figure/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "report/figure/figure_layout.h"

/* A figure on its way: what was measured, and the axes that all columns share. */
struct drawing {
    const struct figure *figure;
    struct figure_layout layout;
    struct panel_view view;
    struct excerpt excerpts[FIGURE_MAX_SOUNDS];
    struct trace traces[FIGURE_MAX_PANELS][FIGURE_MAX_SOUNDS];
    struct axis ranges[FIGURE_MAX_PANELS], levels[FIGURE_MAX_PANELS], time;
};

static ser_status check(const struct figure *figure, ser_error *error)
{
    if (figure->sound_count < 1 || figure->sound_count > FIGURE_MAX_SOUNDS)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "a figure of %d recordings was asked for, expected 1 to %d side by side",
                         figure->sound_count, FIGURE_MAX_SOUNDS);
    if (figure->panel_count < 1 || figure->panel_count > FIGURE_MAX_PANELS)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "a figure of %d panels was asked for, expected 1 to %d",
                         figure->panel_count, FIGURE_MAX_PANELS);
    if (figure->highest != 0 && !(figure->highest >= 100 && figure->highest <= 400000))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the top of the frequency axis is %g Hz, expected 100 to 400000",
                         figure->highest);
    return SER_OK;
}

static ser_status take_excerpts(struct drawing *drawing, ser_error *error)
{
    const struct figure *figure = drawing->figure;
    double end = 0, nyquist = 0;
    for (int i = 0; i < figure->sound_count; i++) {
        const struct figure_sound *sound = &figure->sounds[i];
        struct excerpt *excerpt = &drawing->excerpts[i];
        ser_error reason = {0};
        ser_status status = excerpt_take(excerpt, sound->audio, figure->from, figure->to, &reason);
        if (status)
            return error_set(error, status, "%s%s%s", sound->caption ? sound->caption : "",
                             sound->caption ? ": " : "", reason.message);
        end = fmax(end, excerpt->start + (double)excerpt->frames / excerpt->rate);
        nyquist = fmax(nyquist, excerpt->rate / 2.0);
    }
    double highest = figure->highest != 0 ? figure->highest : FIGURE_HIGHEST;
    drawing->view.highest = fmin(highest, nyquist);
    drawing->view.by_channel = figure->by_channel;
    drawing->time = (struct axis){AXIS_TIME, drawing->excerpts[0].start, end};
    return SER_OK;
}

/* As many columns as the recording has pixels of its plot. */
static int columns_for(const struct drawing *drawing, const struct excerpt *excerpt)
{
    double part =
        (double)excerpt->frames / excerpt->rate / (drawing->time.high - drawing->time.low);
    double pixels = drawing->layout.plot_width * drawing->layout.scale * part;
    return pixels > 1 ? (int)ceil(pixels - 1e-6) : 1;
}

static ser_status measure_panel(struct drawing *drawing, int place, ser_error *error)
{
    const struct figure *figure = drawing->figure;
    const struct panel *panel = figure->panels[place];
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int i = 0; i < figure->sound_count; i++) {
        struct trace *trace = &drawing->traces[place][i];
        drawing->view.columns = columns_for(drawing, &drawing->excerpts[i]);
        ser_status status = panel->measure(trace, &drawing->excerpts[i], &drawing->view, error);
        if (status)
            return status;
        if (figure->report)
            figure->report(place * figure->sound_count + i + 1,
                           figure->panel_count * figure->sound_count);
        if (trace->kind == TRACE_NONE || !(trace->low <= trace->high))
            continue;
        low = fmin(low, trace->low);
        high = fmax(high, trace->high);
    }
    drawing->ranges[place] = panel->range(low, high, &drawing->view);
    drawing->levels[place] = panel_levels(low, high);
    return SER_OK;
}

/* As many as the recording with the most of them has; all are equally high. */
static int lanes_of(const struct drawing *drawing, int place)
{
    int lanes = 1;
    for (int i = 0; i < drawing->figure->sound_count; i++)
        if (drawing->traces[place][i].lanes > lanes)
            lanes = drawing->traces[place][i].lanes;
    return lanes;
}

/* What there is to see in one lane; a recording with fewer channels leaves the lower ones empty. */
static void draw_lane(struct canvas *canvas, const struct drawing *drawing, const struct axes *axes,
                      int place, int sound, int lane)
{
    const struct panel *panel = drawing->figure->panels[place];
    const struct trace *trace = &drawing->traces[place][sound];
    canvas_fill(canvas, axes->area, panel->has_colours ? palette_paper : palette_white);
    if (trace->kind == TRACE_NONE) {
        axes_draw_remark(canvas, axes, trace->remark);
    } else {
        axes_draw_grid(canvas, axes);
        if (lane == 0 || lane < trace->lanes)
            panel->draw(canvas, axes, trace, lane, &drawing->levels[place]);
    }
    axes_draw_frame(canvas, axes);
}

/* One panel of one recording, lane by lane, with the labels beside and below it. */
static void draw_plot(struct canvas *canvas, const struct drawing *drawing, int place, int sound)
{
    const char *title = drawing->figure->panels[place]->axis;
    struct rectangle area = figure_plot(&drawing->layout, place, sound);
    int lanes = lanes_of(drawing, place);
    double gap = lanes > 1 ? FIGURE_LANE_GAP : 0;
    double height = fmax((area.height + gap) / lanes - gap, 1);
    for (int lane = 0; lane < lanes; lane++) {
        struct axes axes = {.area = {area.x, area.y + lane * (height + gap), area.width, height},
                            .x = drawing->time,
                            .y = drawing->ranges[place]};
        char channel[16];
        snprintf(channel, sizeof channel, "Ch. %d", lane + 1);
        draw_lane(canvas, drawing, &axes, place, sound, lane);
        if (sound == 0)
            axes_draw_y_labels(canvas, &axes, drawing->layout.left, lanes == 1 ? title : channel);
        if (place == drawing->figure->panel_count - 1 && lane == lanes - 1)
            axes_draw_x_labels(canvas, &axes, drawing->time.high > 120 ? "Time" : "Time (s)");
    }
}

static void draw_texts(struct canvas *canvas, const struct drawing *drawing)
{
    const struct figure *figure = drawing->figure;
    const struct figure_layout *layout = &drawing->layout;
    struct text_style heading = {.size = FONT_HEADING, .colour = palette_ink, .bold = 1};
    struct text_style style = {.size = FONT_TITLE, .colour = palette_ink, .bold = 1};
    if (figure->title)
        canvas_text_fitted(canvas, (struct point){layout->left, layout->title_y},
                           layout->width - layout->left - FONT_LABEL, figure->title, &heading);
    for (int i = 0; i < figure->panel_count; i++) {
        struct rectangle area = figure_plot(layout, i, 0);
        canvas_text(canvas, (struct point){area.x, area.y - FONT_LABEL}, figure->panels[i]->title,
                    &style);
    }
    style.size = FONT_TITLE + 1;
    style.bold = 0;
    style.align = ALIGN_CENTRE;
    for (int i = 0; i < figure->sound_count; i++) {
        struct rectangle area = figure_plot(layout, 0, i);
        if (figure->sounds[i].caption)
            canvas_text_fitted(canvas, (struct point){area.x + area.width / 2, layout->caption_y},
                               area.width, figure->sounds[i].caption, &style);
    }
}

static void draw_all(struct canvas *canvas, const struct drawing *drawing)
{
    const struct figure *figure = drawing->figure;
    for (int place = 0; place < figure->panel_count; place++) {
        for (int sound = 0; sound < figure->sound_count; sound++)
            draw_plot(canvas, drawing, place, sound);
        struct rectangle last = figure_plot(&drawing->layout, place, figure->sound_count - 1);
        if (figure->panels[place]->has_colours)
            axes_draw_colours(canvas,
                              (struct rectangle){last.x + last.width + FIGURE_BAR_GAP, last.y,
                                                 FIGURE_BAR_WIDTH, last.height},
                              &drawing->levels[place], "dBFS");
    }
    draw_texts(canvas, drawing);
}

ser_status figure_draw(const struct figure *figure, char **bytes, size_t *size, ser_error *error)
{
    *bytes = NULL;
    *size = 0;
    struct canvas *canvas = NULL;
    error_clear(error);
    ser_status status = check(figure, error);
    if (status)
        return status;
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (!drawing)
        return error_memory(error, "drawing a figure");
    drawing->figure = figure;
    status = figure_lay_out(&drawing->layout, figure, error);
    if (!status)
        status = take_excerpts(drawing, error);
    for (int i = 0; !status && i < figure->panel_count; i++)
        status = measure_panel(drawing, i, error);
    if (!status)
        status = canvas_create(&canvas, figure->kind, drawing->layout.width, drawing->layout.height,
                               drawing->layout.scale, error);
    if (!status) {
        draw_all(canvas, drawing);
        status = canvas_finish(canvas, bytes, size, error);
    }
    canvas_destroy(canvas);
    for (int i = 0; i < figure->sound_count; i++) {
        excerpt_release(&drawing->excerpts[i]);
        for (int p = 0; p < figure->panel_count; p++)
            trace_release(&drawing->traces[p][i]);
    }
    free(drawing);
    return status;
}

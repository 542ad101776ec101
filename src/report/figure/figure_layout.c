#include "report/figure/figure_layout.h"

#include <math.h>

#include "base/error.h"

/* Units. */
static const double panel_height = 100, title_height = 26, caption_height = 20, edge = 12;
static const double left_margin = 62, time_labels = 42, bar_labels = 46,
                    column_gap = 2 * AXES_OVERHANG + 4;
static const double header_height = 20;
/* Pixels for a unit: of a PNG and of an SVG by default, and how far a given size may change it. */
static const double png_scale = 2, svg_scale = 1, least_scale = 0.6, most_scale = 4;
/* The smallest plot worth drawing. */
static const double least_width = 60, least_height = 24;

/* One wide column, or several narrower ones. */
static double natural_width(int sounds)
{
    static const double widths[] = {660, 430, 330};
    return sounds <= 3 ? widths[sounds - 1] : 280;
}

/* A panel's height, relative to others; lanes are lower than panels. */
static double height_of(const struct figure *figure, int place)
{
    const double lane_height = 0.7;
    int lanes = 1;
    for (int i = 0; i < figure->sound_count && figure->by_channel; i++)
        if (figure->panels[place]->has_lanes && figure->sounds[i].audio->channels > lanes)
            lanes = figure->sounds[i].audio->channels;
    return figure->panels[place]->height * fmax(1, lane_height * lanes);
}

static double total_height(const struct figure *figure)
{
    double sum = 0;
    for (int i = 0; i < figure->panel_count; i++)
        sum += height_of(figure, i);
    return sum;
}

static int any_caption(const struct figure *figure)
{
    for (int i = 0; i < figure->sound_count; i++)
        if (figure->sounds[i].caption)
            return 1;
    return 0;
}

static void place_margins(struct figure_layout *layout, const struct figure *figure)
{
    double title = figure->title ? title_height : 0;
    double captions = any_caption(figure) ? caption_height : 0;
    layout->left = left_margin;
    layout->right = edge;
    for (int i = 0; i < figure->panel_count; i++)
        if (figure->panels[i]->has_colours)
            layout->right = FIGURE_BAR_GAP + FIGURE_BAR_WIDTH + bar_labels;
    layout->gap = column_gap;
    layout->header = header_height;
    layout->top = edge / 2 + title + captions;
    layout->bottom = time_labels;
    layout->title_y = edge / 2 + title / 2;
    layout->caption_y = edge / 2 + title + captions / 2;
}

/* What is not plots. */
static double used_width(const struct figure_layout *layout, const struct figure *figure)
{
    return layout->left + layout->right + layout->gap * (figure->sound_count - 1);
}

static double used_height(const struct figure_layout *layout, const struct figure *figure)
{
    return layout->top + layout->bottom + layout->header * figure->panel_count;
}

static void choose_size(struct figure_layout *layout, const struct figure *figure)
{
    double width =
        used_width(layout, figure) + natural_width(figure->sound_count) * figure->sound_count;
    double height = used_height(layout, figure) + panel_height * total_height(figure);
    double scale = figure->kind == PICTURE_PNG ? png_scale : svg_scale;
    if (figure->width && figure->height)
        scale = fmin(figure->width / width, figure->height / height);
    else if (figure->width || figure->height)
        scale = figure->width ? figure->width / width : figure->height / height;
    layout->scale = fmin(fmax(scale, least_scale), most_scale);
    layout->width = figure->width ? figure->width / layout->scale : width;
    layout->height = figure->height ? figure->height / layout->scale : height;
}

ser_status figure_lay_out(struct figure_layout *layout, const struct figure *figure,
                          ser_error *error)
{
    *layout = (struct figure_layout){0};
    if (figure->width < 0 || figure->height < 0 || figure->width > CANVAS_MAX_SIDE ||
        figure->height > CANVAS_MAX_SIDE)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the picture would have %d x %d pixels, expected at most %d either way",
                         figure->width, figure->height, CANVAS_MAX_SIDE);
    place_margins(layout, figure);
    choose_size(layout, figure);
    double across = layout->width - used_width(layout, figure);
    double down = layout->height - used_height(layout, figure);
    double sum = total_height(figure), least = least_height * figure->panel_count;
    layout->plot_width = across / figure->sound_count;
    if (layout->plot_width < least_width || down < least)
        return error_set(
            error, SER_ERROR_ARGUMENT,
            "a picture of %.0f x %.0f pixels has no room for %d panels of %d recordings, expected "
            "at least %.0f x %.0f",
            layout->width * layout->scale, layout->height * layout->scale, figure->panel_count,
            figure->sound_count,
            ceil(least_scale * (used_width(layout, figure) + least_width * figure->sound_count)),
            ceil(least_scale * (used_height(layout, figure) + least)));
    for (int i = 0; i < figure->panel_count; i++)
        layout->plot_heights[i] = down * height_of(figure, i) / sum;
    return SER_OK;
}

struct rectangle figure_plot(const struct figure_layout *layout, int panel, int sound)
{
    double y = layout->top + layout->header;
    for (int i = 0; i < panel; i++)
        y += layout->plot_heights[i] + layout->header;
    return (struct rectangle){layout->left + sound * (layout->plot_width + layout->gap), y,
                              layout->plot_width, layout->plot_heights[panel]};
}

#define _GNU_SOURCE
#include "report/canvas.h"

#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/utf8.h"
#include "report/svg_ids.h"

struct canvas {
    enum picture_kind kind;
    double width, height, scale;
    cairo_surface_t *surface;
    cairo_t *cairo;
    FILE *stream; /* of the bytes below */
    char *bytes;
    size_t size;
};

ser_status picture_kind_of(const char *path, enum picture_kind *kind, ser_error *error)
{
    size_t length = strlen(path);
    const char *end = length > 4 ? path + length - 4 : "";
    *kind = strcasecmp(end, ".svg") ? PICTURE_PNG : PICTURE_SVG;
    if (*kind == PICTURE_SVG || !strcasecmp(end, ".png"))
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT,
                     "'%.300s' has no ending that names a kind of picture, expected .png or .svg",
                     path);
}

static ser_status check_size(double width, double height, double scale, ser_error *error)
{
    double across = width * scale, down = height * scale;
    if (across >= 1 && down >= 1 && across <= CANVAS_MAX_SIDE && down <= CANVAS_MAX_SIDE &&
        across * down <= CANVAS_MAX_PIXELS && scale > 0)
        return SER_OK;
    return error_set(
        error, SER_ERROR_ARGUMENT,
        "the picture would have %.0f x %.0f pixels, expected 1 to %d either way and at "
        "most %d million in all",
        across, down, CANVAS_MAX_SIDE, CANVAS_MAX_PIXELS / 1000000);
}

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned int count)
{
    struct canvas *canvas = closure;
    return fwrite(bytes, 1, count, canvas->stream) == count ? CAIRO_STATUS_SUCCESS
                                                            : CAIRO_STATUS_WRITE_ERROR;
}

static void make_surface(struct canvas *canvas)
{
    double across = canvas->width * canvas->scale, down = canvas->height * canvas->scale;
    if (canvas->kind == PICTURE_PNG) {
        canvas->surface =
            cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(across), (int)lround(down));
    } else {
        canvas->surface = cairo_svg_surface_create_for_stream(write_bytes, canvas, across, down);
        cairo_svg_surface_set_document_unit(canvas->surface, CAIRO_SVG_UNIT_PX);
    }
    canvas->cairo = cairo_create(canvas->surface);
    cairo_scale(canvas->cairo, canvas->scale, canvas->scale);
    /* Text is as wide in every size and kind of picture. */
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(canvas->cairo, options);
    cairo_font_options_destroy(options);
}

ser_status canvas_create(struct canvas **result, enum picture_kind kind, double width,
                         double height, double scale, ser_error *error)
{
    *result = NULL;
    ser_status status = check_size(width, height, scale, error);
    if (status)
        return status;
    struct canvas *canvas = calloc(1, sizeof *canvas);
    if (!canvas)
        return error_memory(error, "preparing a picture");
    *canvas = (struct canvas){.kind = kind, .width = width, .height = height, .scale = scale};
    canvas->stream = open_memstream(&canvas->bytes, &canvas->size);
    if (canvas->stream)
        make_surface(canvas);
    if (!canvas->stream || cairo_status(canvas->cairo)) {
        canvas_destroy(canvas);
        return error_memory(error, "preparing a picture");
    }
    canvas_fill(canvas, (struct rectangle){0, 0, width, height}, palette_white);
    *result = canvas;
    return SER_OK;
}

void canvas_destroy(struct canvas *canvas)
{
    if (!canvas)
        return;
    cairo_destroy(canvas->cairo);
    cairo_surface_destroy(canvas->surface);
    if (canvas->stream)
        fclose(canvas->stream);
    free(canvas->bytes);
    free(canvas);
}

double canvas_width(const struct canvas *canvas)
{
    return canvas->width;
}

static void set_colour(struct canvas *canvas, struct colour colour)
{
    cairo_set_source_rgb(canvas->cairo, colour.red, colour.green, colour.blue);
}

static void add_rectangle(struct canvas *canvas, struct rectangle area)
{
    cairo_rectangle(canvas->cairo, area.x, area.y, area.width, area.height);
}

static void add_points(struct canvas *canvas, const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cairo_line_to(canvas->cairo, points[i].x, points[i].y);
}

void canvas_fill(struct canvas *canvas, struct rectangle area, struct colour colour)
{
    set_colour(canvas, colour);
    add_rectangle(canvas, area);
    cairo_fill(canvas->cairo);
}

void canvas_frame(struct canvas *canvas, struct rectangle area, double width, struct colour colour)
{
    set_colour(canvas, colour);
    cairo_set_line_width(canvas->cairo, width);
    cairo_set_dash(canvas->cairo, NULL, 0, 0);
    add_rectangle(canvas, area);
    cairo_stroke(canvas->cairo);
}

void canvas_line(struct canvas *canvas, struct point from, struct point to, double width,
                 struct colour colour)
{
    canvas_polyline(canvas, (const struct point[]){from, to}, 2, width, 0, colour);
}

void canvas_disc(struct canvas *canvas, struct point centre, double radius, struct colour colour)
{
    set_colour(canvas, colour);
    cairo_new_sub_path(canvas->cairo);
    cairo_arc(canvas->cairo, centre.x, centre.y, radius, 0, 2 * M_PI);
    cairo_fill(canvas->cairo);
}

void canvas_polyline(struct canvas *canvas, const struct point *points, size_t count, double width,
                     double dash, struct colour colour)
{
    set_colour(canvas, colour);
    cairo_set_line_width(canvas->cairo, width);
    cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(canvas->cairo, CAIRO_LINE_CAP_BUTT);
    cairo_set_dash(canvas->cairo, &dash, dash > 0, 0);
    add_points(canvas, points, count);
    cairo_stroke(canvas->cairo);
}

void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count,
                    struct colour colour)
{
    set_colour(canvas, colour);
    add_points(canvas, points, count);
    cairo_fill(canvas->cairo);
}

void canvas_clip(struct canvas *canvas, struct rectangle area)
{
    cairo_save(canvas->cairo);
    add_rectangle(canvas, area);
    cairo_clip(canvas->cairo);
}

void canvas_unclip(struct canvas *canvas)
{
    cairo_restore(canvas->cairo);
}

void canvas_image(struct canvas *canvas, struct rectangle area, const uint32_t *pixels, int columns,
                  int rows)
{
    cairo_surface_t *image = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, columns > 0 ? columns : 1, rows > 0 ? rows : 1);
    unsigned char *bytes = cairo_image_surface_get_data(image);
    size_t stride = (size_t)cairo_image_surface_get_stride(image);
    for (int row = 0; bytes && row < rows; row++)
        memcpy(bytes + (size_t)row * stride, pixels + (size_t)row * (size_t)columns,
               (size_t)columns * sizeof *pixels);
    cairo_surface_mark_dirty(image);
    canvas_clip(canvas, area);
    cairo_translate(canvas->cairo, area.x, area.y);
    cairo_scale(canvas->cairo, area.width / columns, area.height / rows);
    cairo_set_source_surface(canvas->cairo, image, 0, 0);
    /* Beyond its edge an image would fade to nothing; SVG has no such notion. */
    if (canvas->kind == PICTURE_PNG)
        cairo_pattern_set_extend(cairo_get_source(canvas->cairo), CAIRO_EXTEND_PAD);
    cairo_paint(canvas->cairo);
    canvas_unclip(canvas);
    cairo_surface_destroy(image);
}

#ifdef __SANITIZE_ADDRESS__
/* fontconfig keeps patterns in cairo's cache of fonts, behind offsets in place of pointers, where
 * the search for leaks does not see them. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

static void set_font(struct canvas *canvas, const struct text_style *style)
{
    cairo_select_font_face(canvas->cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           style->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(canvas->cairo, style->size);
}

/* The font must be set, the text clean. */
static double measure(struct canvas *canvas, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(canvas->cairo, text, &extents);
    return extents.x_advance;
}

static void show(struct canvas *canvas, struct point at, const char *text,
                 const struct text_style *style)
{
    const double half_capital = 0.365; /* of the font's size, in DejaVu Sans */
    double back = measure(canvas, text) * (int)style->align / 2.0;
    cairo_save(canvas->cairo);
    set_colour(canvas, style->colour);
    cairo_translate(canvas->cairo, at.x, at.y);
    if (style->upwards)
        cairo_rotate(canvas->cairo, -M_PI / 2);
    cairo_move_to(canvas->cairo, -back, half_capital * style->size);
    cairo_show_text(canvas->cairo, text);
    cairo_restore(canvas->cairo);
    cairo_new_path(canvas->cairo);
}

void canvas_text(struct canvas *canvas, struct point at, const char *text,
                 const struct text_style *style)
{
    char *clean = utf8_clean(text, CANVAS_MAX_TEXT);
    if (!clean)
        return;
    set_font(canvas, style);
    show(canvas, at, clean, style);
    free(clean);
}

void canvas_text_fitted(struct canvas *canvas, struct point at, double width, const char *text,
                        const struct text_style *style)
{
    size_t fits = 0, beyond = CANVAS_MAX_TEXT + 1;
    char *clean = utf8_clean(text, CANVAS_MAX_TEXT);
    set_font(canvas, style);
    if (clean && measure(canvas, clean) > width) {
        /* The most bytes whose text fits, by halving. */
        while (beyond - fits > 1) {
            size_t middle = (fits + beyond) / 2;
            char *part = utf8_clean(text, middle);
            double needed = part ? measure(canvas, part) : 0;
            free(part);
            *(needed <= width ? &fits : &beyond) = middle;
        }
        free(clean);
        clean = utf8_clean(text, fits);
    }
    if (clean)
        show(canvas, at, clean, style);
    free(clean);
}

double canvas_text_width(struct canvas *canvas, const char *text, const struct text_style *style)
{
    char *clean = utf8_clean(text, CANVAS_MAX_TEXT);
    set_font(canvas, style);
    double width = clean ? measure(canvas, clean) : 0;
    free(clean);
    return width;
}

ser_status canvas_finish(struct canvas *canvas, char **bytes, size_t *size, ser_error *error)
{
    *bytes = NULL;
    *size = 0;
    cairo_status_t outcome = cairo_status(canvas->cairo);
    if (!outcome && canvas->kind == PICTURE_PNG)
        outcome = cairo_surface_write_to_png_stream(canvas->surface, write_bytes, canvas);
    cairo_surface_finish(canvas->surface);
    if (!outcome)
        outcome = cairo_surface_status(canvas->surface);
    int failed = fclose(canvas->stream);
    canvas->stream = NULL;
    if (outcome || failed)
        return outcome == CAIRO_STATUS_NO_MEMORY || failed
                   ? error_memory(error, "finishing a picture")
                   : error_set(error, SER_ERROR_ENGINE, "the picture could not be made: %s",
                               cairo_status_to_string(outcome));
    if (canvas->kind == PICTURE_SVG)
        svg_renumber(canvas->bytes, &canvas->size);
    *bytes = canvas->bytes;
    *size = canvas->size;
    canvas->bytes = NULL;
    return SER_OK;
}

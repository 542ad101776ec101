/* A surface to draw on, which becomes a PNG or an SVG. Only canvas.c knows cairo.
 *
 * Lengths are in units, of which a picture has `scale` pixels each; x goes right, y down. Nothing
 * is remembered between two calls: colour, width and font are given with each. Drawing never fails
 * visibly: what went wrong (memory) is said when the bytes are asked for. The same calls give the
 * same bytes, with the same fonts and cairo.
 */
#ifndef REPORT_CANVAS_H
#define REPORT_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "report/palette.h"
#include "ser/status.h"

enum { CANVAS_MAX_SIDE = 20000, CANVAS_MAX_PIXELS = 100000000, CANVAS_MAX_TEXT = 512 };

enum picture_kind { PICTURE_PNG, PICTURE_SVG };

struct point {
    double x, y;
};

struct rectangle {
    double x, y, width, height;
};

enum text_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/* Zero-initialised but for the size: black, regular, starting at the point given. */
struct text_style {
    double size; /* of the font, units */
    struct colour colour;
    enum text_align align;
    int bold;
    int upwards; /* turned to be read from below */
};

struct canvas;

/* The kind of picture that a file's name ends in: .png or .svg. */
ser_status picture_kind_of(const char *path, enum picture_kind *kind, ser_error *error);

/* A white canvas of width × height units. Sides of no pixel, of more than CANVAS_MAX_SIDE or of
 * more than CANVAS_MAX_PIXELS together are refused. On failure *canvas is NULL. */
ser_status canvas_create(struct canvas **canvas, enum picture_kind kind, double width,
                         double height, double scale, ser_error *error);
void canvas_destroy(struct canvas *canvas);

double canvas_width(const struct canvas *canvas);

void canvas_fill(struct canvas *canvas, struct rectangle area, struct colour colour);
void canvas_frame(struct canvas *canvas, struct rectangle area, double width, struct colour colour);
void canvas_line(struct canvas *canvas, struct point from, struct point to, double width,
                 struct colour colour);
void canvas_disc(struct canvas *canvas, struct point centre, double radius, struct colour colour);

/* A line through the points; `dash` of 0 is solid, else the length of its strokes and gaps. */
void canvas_polyline(struct canvas *canvas, const struct point *points, size_t count, double width,
                     double dash, struct colour colour);
/* The area inside the points. */
void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count,
                    struct colour colour);

/* Everything until canvas_unclip is only drawn inside the area; these nest. */
void canvas_clip(struct canvas *canvas, struct rectangle area);
void canvas_unclip(struct canvas *canvas);

/* Pixels (rows, columns), 0x00RRGGBB, the first row on top, stretched over the area. */
void canvas_image(struct canvas *canvas, struct rectangle area, const uint32_t *pixels, int columns,
                  int rows);

/* Text whose capitals are centred at the height of the point. It is made fit by utf8_clean, and cut
 * to CANVAS_MAX_TEXT bytes; canvas_text_fitted shortens it to a width as well, with an ellipsis. */
void canvas_text(struct canvas *canvas, struct point at, const char *text,
                 const struct text_style *style);
void canvas_text_fitted(struct canvas *canvas, struct point at, double width, const char *text,
                        const struct text_style *style);
double canvas_text_width(struct canvas *canvas, const char *text, const struct text_style *style);

/* The finished picture, which the caller frees; an SVG is UTF-8 text, and ends with a 0 that `size`
 * does not count. Nothing can be drawn any more. */
ser_status canvas_finish(struct canvas *canvas, char **bytes, size_t *size, ser_error *error);

#endif

/* The frame around what is drawn: two axes, their grid lines, labels and titles. */
#ifndef REPORT_AXES_H
#define REPORT_AXES_H

#include "report/axis.h"
#include "report/canvas.h"

enum { FONT_LABEL = 10, FONT_TITLE = 11, FONT_HEADING = 14 }; /* units */

enum { AXES_OVERHANG = 11 }; /* units that a label below a plot may stick out on either side */

/* A plot: its place on the canvas and the values at its sides. */
struct axes {
    struct rectangle area;
    struct axis x, y;
};

/* Where values lie on the canvas. */
double axes_x(const struct axes *axes, double value);
double axes_y(const struct axes *axes, double value);

/* The background and the grid; drawn first. */
void axes_draw_grid(struct canvas *canvas, const struct axes *axes);

/* The frame, drawn last. */
void axes_draw_frame(struct canvas *canvas, const struct axes *axes);

/* Labels below and left of the plot, and the title of each (NULL: none). `width` is that of the
 * labels' column, at whose left edge the title stands. */
void axes_draw_x_labels(struct canvas *canvas, const struct axes *axes, const char *title);
void axes_draw_y_labels(struct canvas *canvas, const struct axes *axes, double width,
                        const char *title);

/* A sentence in the middle of a plot that has nothing to show; wrapped at blanks to fit. */
void axes_draw_remark(struct canvas *canvas, const struct axes *axes, const char *text);

/* The bar that tells what the colours of palette_map mean, over `area`, with labels to its right.
 */
void axes_draw_colours(struct canvas *canvas, struct rectangle area, const struct axis *values,
                       const char *title);

/* Where to label the horizontal axis. */
int axes_x_ticks(struct canvas *canvas, const struct axes *axes, struct tick *ticks);

/* A number as labels have it: no more digits than it takes. */
void axes_format(char *text, size_t room, double value);

#endif

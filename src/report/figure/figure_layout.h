/* Where the parts of a figure lie. */
#ifndef REPORT_FIGURE_LAYOUT_H
#define REPORT_FIGURE_LAYOUT_H

#include "report/figure/figure.h"

enum { FIGURE_BAR_WIDTH = 12, FIGURE_BAR_GAP = 10 }; /* units, of the bar of colours */
enum { FIGURE_LANE_GAP = 10 };                       /* units, between the lanes of a panel */

struct figure_layout {
    double width, height, scale;                    /* of the canvas */
    double left, right, top, bottom;                /* margins around all plots */
    double plot_width, gap;                         /* of a column, and between two */
    double plot_heights[FIGURE_MAX_PANELS], header; /* of panels, and of the line above each */
    double title_y, caption_y;
};

/* As wide and high as the panels want, or fitted to the figure's size in pixels; text then grows
 * and shrinks with the picture, within limits. */
ser_status figure_lay_out(struct figure_layout *layout, const struct figure *figure,
                          ser_error *error);

/* The area of a panel in the column of a sound. */
struct rectangle figure_plot(const struct figure_layout *layout, int panel, int sound);

#endif

/* The panels that a figure stacks: what is measured of a recording, and how it is drawn. */
#ifndef REPORT_PANEL_H
#define REPORT_PANEL_H

#include "report/axes.h"
#include "report/figure/excerpt.h"
#include "report/figure/trace.h"
#include "ser/status.h"

/* What a measurement is to be fit for. */
struct panel_view {
    int columns;    /* pixels across */
    double highest; /* Hz, the top of frequency axes */
    int by_channel; /* 1: a waveform for each channel */
};

struct panel {
    const char *name;    /* "mel", as users type it */
    const char *title;   /* above the panel */
    const char *axis;    /* beside it: what, and its unit */
    const char *summary; /* one line for people */
    double height;       /* relative to the others */
    int has_lanes;       /* 1: may show each channel in a lane of its own */
    int has_colours;     /* 1: levels are colours, with a bar that explains them */

    /* Measures. What cannot be measured, such as the loudness of telephone sound, is a trace of
     * kind TRACE_NONE with a remark, no failure. */
    ser_status (*measure)(struct trace *trace, const struct excerpt *excerpt,
                          const struct panel_view *view, ser_error *error);

    /* The vertical axis that suits values of low to high (low is above high when there are none).
     */
    struct axis (*range)(double low, double high, const struct panel_view *view);

    /* Draws one lane of a trace. `levels` is what the colours range over. */
    void (*draw)(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                 int lane, const struct axis *levels);
};

/* Ended by NULL. */
extern const struct panel *const panels[];

/* NULL for an unknown name of `length` bytes. */
const struct panel *panel_find(const char *name, size_t length);

/* The range of colours: the top 70 dB up to the highest level. */
struct axis panel_levels(double low, double high);

/* How traces are drawn: image.c, curve.c. */
void panel_draw_image(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                      int lane, const struct axis *levels);
void panel_draw_envelope(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                         int lane, const struct axis *levels);
void panel_draw_curve(struct canvas *canvas, const struct axes *axes, const struct trace *trace,
                      int lane, const struct axis *levels);

#endif

/* Axes: where values lie on them, and which values to write beside them. */
#ifndef REPORT_AXIS_H
#define REPORT_AXIS_H

enum axis_scale {
    AXIS_LINEAR,
    AXIS_LOG, /* low must be above 0 */
    AXIS_MEL, /* Hz, at places equally far apart on the mel scale (Slaney's, as in mel128) */
    AXIS_TIME /* seconds, written as minutes and hours where there are many */
};

struct axis {
    enum axis_scale scale;
    double low, high; /* values at its two ends, low < high */
};

enum { AXIS_MAX_TICKS = 64, AXIS_LABEL = 24 };

struct tick {
    double value;
    char label[AXIS_LABEL];
};

/* 0 at the low end to 1 at the high one; values outside lie outside. */
double axis_place(const struct axis *axis, double value);

/* The least of 1, 2 and 5 times a power of ten that is not below `least`, which is above 0. */
double axis_nice_step(double least);

/* Values within the axis to be labelled, upwards, none nearer to the next than the part `spacing`
 * (0 to 1) of the axis; 0.6 of that where there would be fewer than three. Returns how many.
 * Linear: multiples of a nice step. Logarithmic: 1, 1.5, 2, 3, 5, 7 of each power of ten, or of
 * these 1, 2, 5, or powers of ten; on short axes multiples of a nice step, where these are
 * more. Mel: 0, 100, 200, 500 Hz, 1, 2, 4, 8 kHz and so on. Time: steps that divide minutes and
 * hours. */
int axis_ticks(const struct axis *axis, double spacing, struct tick ticks[AXIS_MAX_TICKS]);

/* The range widened to multiples of a nice step, some five of them: what an axis that shows these
 * values should show. Equal values, or none (low above high), give a range of 1 around them. */
struct axis axis_around(double low, double high);

#endif

/* What a panel has measured of a recording, ready to be drawn: as many columns as the picture has
 * pixels, however long the recording. */
#ifndef REPORT_TRACE_H
#define REPORT_TRACE_H

#include <stddef.h>

#include "report/figure/excerpt.h"
#include "ser/status.h"

enum trace_kind {
    TRACE_NONE,     /* nothing, for the reason that `remark` says */
    TRACE_ENVELOPE, /* (lanes, columns, TRACE_PARTS): of each column the least value, the greatest,
                       and whether the sound was clipped in it */
    TRACE_CURVE,    /* (columns): values at moments; NAN where there is none */
    TRACE_BAND,     /* (columns, 2): the least and the greatest value of moments in each column;
                       NAN where there is none */
    TRACE_IMAGE,    /* (columns, rows): levels, the lowest row first */
};

enum { TRACE_PARTS = 3, TRACE_REMARK = 160 };

/* Zero-initialise; release with trace_release. */
struct trace {
    enum trace_kind kind;
    float *values;
    int columns, rows, lanes;
    double start, step; /* seconds: where column 0 begins (a curve: its moment), and the next */
    double bottom, top; /* Hz, of an image's lower and upper edge */
    double low, high;   /* of all values; low is above high when there are none */
    char remark[TRACE_REMARK];
};

/* An empty trace with a remark. */
__attribute__((format(printf, 2, 3))) void trace_remark(struct trace *trace, const char *format,
                                                        ...);

/* The waveform in at most `columns` columns; a lane for each channel, or one of their mean. A
 * column is clipped when three neighbouring samples in it have the same value, of 0.98 or more
 * either way. */
ser_status trace_envelope(struct trace *trace, const struct excerpt *excerpt, int by_channel,
                          int columns, ser_error *error);

/* A curve of `count` moments, NAN for none, which it copies. Where there are more than two for each
 * of `columns` columns over `duration` seconds from `begin` on, it becomes a band. */
ser_status trace_curve(struct trace *trace, const float *values, size_t count, double start,
                       double step, double begin, double duration, int columns, ser_error *error);

/* Finds low and high. */
void trace_measure(struct trace *trace);

void trace_release(struct trace *trace);

#endif

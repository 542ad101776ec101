#include "report/figure/trace.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static const float clipping_level = 0.98f;

void trace_remark(struct trace *trace, const char *format, ...)
{
    va_list list;
    trace_release(trace);
    trace->low = HUGE_VAL;
    trace->high = -HUGE_VAL;
    va_start(list, format);
    vsnprintf(trace->remark, sizeof trace->remark, format, list);
    va_end(list);
}

void trace_release(struct trace *trace)
{
    free(trace->values);
    *trace = (struct trace){0};
}

void trace_measure(struct trace *trace)
{
    size_t count = (size_t)trace->columns;
    if (trace->kind == TRACE_ENVELOPE)
        count *= (size_t)trace->lanes * TRACE_PARTS;
    else if (trace->kind == TRACE_IMAGE)
        count *= (size_t)trace->rows;
    else if (trace->kind == TRACE_BAND)
        count *= 2;
    trace->low = HUGE_VAL;
    trace->high = -HUGE_VAL;
    for (size_t i = 0; i < count; i++) {
        float value = trace->values[i];
        if (isnan(value) || (trace->kind == TRACE_ENVELOPE && i % TRACE_PARTS == 2))
            continue;
        trace->low = fmin(trace->low, value);
        trace->high = fmax(trace->high, value);
    }
}

/* The samples of one lane. */
static float sample_of(const struct excerpt *excerpt, int by_channel, int lane, size_t t)
{
    return by_channel ? excerpt->all[t * (size_t)excerpt->channels + (size_t)lane]
                      : excerpt->mix[t];
}

/* Fills one lane. Column c has the samples from floor(c frames / columns) on. */
static void fill_lane(const struct excerpt *excerpt, int by_channel, int lane, int columns,
                      float *values)
{
    size_t t = 0, same = 0;
    float before = 0;
    for (int c = 0; c < columns; c++) {
        size_t end = (size_t)((double)excerpt->frames * (c + 1) / columns);
        float *column = values + (size_t)c * TRACE_PARTS;
        column[0] = column[1] = sample_of(excerpt, by_channel, lane, t);
        column[2] = 0;
        for (; t < end; t++) {
            float x = sample_of(excerpt, by_channel, lane, t);
            same = t && x == before ? same + 1 : 1;
            before = x;
            column[0] = fminf(column[0], x);
            column[1] = fmaxf(column[1], x);
            if (same >= 3 && fabsf(x) >= clipping_level)
                column[2] = 1;
        }
    }
}

ser_status trace_envelope(struct trace *trace, const struct excerpt *excerpt, int by_channel,
                          int columns, ser_error *error)
{
    if ((size_t)columns > excerpt->frames)
        columns = (int)excerpt->frames;
    *trace = (struct trace){
        .kind = TRACE_ENVELOPE,
        .columns = columns,
        .lanes = by_channel ? excerpt->channels : 1,
        .start = excerpt->start,
        .step = (double)excerpt->frames / excerpt->rate / columns,
    };
    size_t lane_size = (size_t)columns * TRACE_PARTS;
    trace->values = memory_resize(NULL, lane_size * (size_t)trace->lanes, sizeof *trace->values);
    if (!trace->values)
        return error_memory(error, "drawing a waveform");
    for (int lane = 0; lane < trace->lanes; lane++)
        fill_lane(excerpt, by_channel, lane, columns, trace->values + (size_t)lane * lane_size);
    trace_measure(trace);
    return SER_OK;
}

/* The least and greatest of the moments that lie in each column. */
static void fill_band(struct trace *trace, const float *values, size_t count, double first,
                      double step)
{
    for (int c = 0; c < 2 * trace->columns; c++)
        trace->values[c] = NAN;
    for (size_t i = 0; i < count; i++) {
        double place = floor((first + (double)i * step - trace->start) / trace->step);
        int c = (int)fmin(fmax(place, 0), trace->columns - 1);
        float *column = trace->values + 2 * (size_t)c;
        column[0] = fminf(column[0], values[i]); /* of a number and NAN, the number */
        column[1] = fmaxf(column[1], values[i]);
    }
}

ser_status trace_curve(struct trace *trace, const float *values, size_t count, double start,
                       double step, double begin, double duration, int columns, ser_error *error)
{
    int is_band = count > 2 * (size_t)columns;
    *trace = (struct trace){
        .kind = is_band ? TRACE_BAND : TRACE_CURVE,
        .columns = is_band ? columns : (int)count,
        .start = is_band ? begin : start,
        .step = is_band ? duration / columns : step,
    };
    size_t size = (size_t)trace->columns * (is_band ? 2 : 1);
    trace->values = memory_resize(NULL, size, sizeof *trace->values);
    if (!trace->values)
        return error_memory(error, "drawing a curve");
    if (is_band)
        fill_band(trace, values, count, start, step);
    else
        memcpy(trace->values, values, count * sizeof *values);
    trace_measure(trace);
    return SER_OK;
}

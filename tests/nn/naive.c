#include "naive.h"

#include <math.h>
#include <string.h>

#include "support.h"

enum { MAX_CHANNELS = 256 };

/* Index of a value; -1 outside of the item. */
static long place(const struct tensor *x, int item, int frame, int band, int channel)
{
    if (frame < 0 || frame >= x->frames || band < 0 || band >= x->bands)
        return -1;
    return (((long)item * x->frames + frame) * x->bands + band) * x->channels + channel;
}

/* One term of a convolution: y[to] += x[from] weight[by]. */
typedef void (*term)(void *context, long from, long by, long to);

static int input_position(const struct convolution *s, int axis, int output, int tap)
{
    int before = s->dilation[axis] * (s->kernel[axis] - 1) / 2;
    return output * s->stride[axis] + tap * s->dilation[axis] - before;
}

static void each_tap(const struct convolution *s, const struct tensor *x, const struct tensor *y,
                     const int output[4], term visit, void *context)
{
    int inputs = x->channels / s->groups, group = output[3] / (y->channels / s->groups);
    for (int i = 0; i < s->kernel[0]; i++)
        for (int j = 0; j < s->kernel[1]; j++)
            for (int c = 0; c < inputs; c++) {
                long from = place(x, output[0], input_position(s, 0, output[1], i),
                                  input_position(s, 1, output[2], j), group * inputs + c);
                long by = (((long)output[3] * inputs + c) * s->kernel[0] + i) * s->kernel[1] + j;
                if (from >= 0)
                    visit(context, from, by, place(y, output[0], output[1], output[2], output[3]));
            }
}

static void each_term(const struct convolution *s, const struct tensor *x, const struct tensor *y,
                      term visit, void *context)
{
    for (int item = 0; item < y->batch; item++)
        for (int t = 0; t < y->frames; t++)
            for (int f = 0; f < y->bands; f++)
                for (int c = 0; c < y->channels; c++)
                    each_tap(s, x, y, (const int[4]){item, t, f, c}, visit, context);
}

struct sums {
    const float *x, *weight, *dy;
    double *y, *dx, *dweight;
};

static void add_forward(void *context, long from, long by, long to)
{
    struct sums *s = context;
    s->y[to] += (double)s->x[from] * (double)s->weight[by];
}

static void add_backward(void *context, long from, long by, long to)
{
    struct sums *s = context;
    s->dx[from] += (double)s->dy[to] * (double)s->weight[by];
    s->dweight[by] += (double)s->dy[to] * (double)s->x[from];
}

static double *zeros(size_t count)
{
    double *sums = test_calloc(count, sizeof *sums);
    assert_non_null(sums);
    return sums;
}

/* Rounds the sums to float and frees them. */
static void round_sums(double *sums, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)sums[i];
    test_free(sums);
}

int naive_convolution_positions(const struct convolution *settings, int axis, int positions)
{
    return (int)ceil((double)positions / settings->stride[axis]);
}

void naive_convolution(const struct convolution *settings, const struct tensor *x,
                       const float *weight, const float *bias, struct tensor *y)
{
    struct sums sums = {.x = x->data, .weight = weight, .y = zeros(tensor_count(y))};
    for (size_t i = 0; bias && i < tensor_count(y); i++)
        sums.y[i] = (double)bias[i % (size_t)y->channels];
    each_term(settings, x, y, add_forward, &sums);
    round_sums(sums.y, y->data, tensor_count(y));
}

static void sum_channels(const struct tensor *dy, float *dbias)
{
    double *sums = zeros((size_t)dy->channels);
    for (size_t i = 0; i < tensor_count(dy); i++)
        sums[i % (size_t)dy->channels] += (double)dy->data[i];
    round_sums(sums, dbias, (size_t)dy->channels);
}

void naive_convolution_backward(const struct convolution *settings, const struct tensor *x,
                                const float *weight, const struct tensor *dy, struct tensor *dx,
                                float *dweight, float *dbias)
{
    size_t count = (size_t)dy->channels * (size_t)(x->channels / settings->groups) *
                   (size_t)settings->kernel[0] * (size_t)settings->kernel[1];
    struct sums sums = {.x = x->data, .weight = weight, .dy = dy->data};
    sums.dx = zeros(tensor_count(x));
    sums.dweight = zeros(count);
    each_term(settings, x, dy, add_backward, &sums);
    round_sums(sums.dx, dx->data, tensor_count(x));
    round_sums(sums.dweight, dweight, count);
    if (dbias)
        sum_channels(dy, dbias);
}

/* A dense layer is a convolution with a kernel of one over single positions. */
static const struct convolution dense = {{1, 1}, {1, 1}, {1, 1}, 1};

void naive_dense(const struct tensor *x, const float *weight, const float *bias, struct tensor *y)
{
    naive_convolution(&dense, x, weight, bias, y);
}

void naive_dense_backward(const struct tensor *x, const float *weight, const struct tensor *dy,
                          struct tensor *dx, float *dweight, float *dbias)
{
    naive_convolution_backward(&dense, x, weight, dy, dx, dweight, dbias);
}

int naive_pooling_positions(const struct pooling *settings, int axis, int positions)
{
    int count = 0;
    for (int first = 0; first < positions; first += settings->stride[axis])
        count += settings->kind == POOLING_AVERAGE || first + settings->kernel[axis] <= positions;
    return count;
}

/* Pools one window: gives the sum of its values and the place of the largest. */
static double visit_window(const struct pooling *s, const struct tensor *x, const int output[4],
                           long *largest)
{
    double sum = 0;
    *largest = -1;
    for (int i = 0; i < s->kernel[0]; i++)
        for (int j = 0; j < s->kernel[1]; j++) {
            long from = place(x, output[0], output[1] * s->stride[0] + i,
                              output[2] * s->stride[1] + j, output[3]);
            if (from < 0)
                continue;
            sum += (double)x->data[from];
            if (*largest < 0 || x->data[from] > x->data[*largest])
                *largest = from;
        }
    return sum;
}

static void unravel(const struct tensor *y, size_t index, int position[4])
{
    const int sizes[] = {y->batch, y->frames, y->bands, y->channels};
    for (int axis = 3; axis >= 0; axis--) {
        position[axis] = (int)(index % (size_t)sizes[axis]);
        index /= (size_t)sizes[axis];
    }
}

void naive_pooling(const struct pooling *settings, const struct tensor *x, struct tensor *y)
{
    double window = settings->kernel[0] * settings->kernel[1];
    for (size_t i = 0; i < tensor_count(y); i++) {
        int position[4];
        long largest;
        unravel(y, i, position);
        double sum = visit_window(settings, x, position, &largest);
        y->data[i] = settings->kind == POOLING_MAX ? x->data[largest] : (float)(sum / window);
    }
}

void naive_pooling_backward(const struct pooling *settings, const struct tensor *x,
                            const struct tensor *dy, struct tensor *dx)
{
    double window = settings->kernel[0] * settings->kernel[1], *sums = zeros(tensor_count(x));
    for (size_t index = 0; index < tensor_count(dy); index++) {
        int at[4];
        long largest;
        unravel(dy, index, at);
        visit_window(settings, x, at, &largest);
        if (settings->kind == POOLING_MAX) {
            sums[largest] += (double)dy->data[index];
            continue;
        }
        for (int i = 0; i < settings->kernel[0]; i++)
            for (int j = 0; j < settings->kernel[1]; j++) {
                long to = place(x, at[0], at[1] * settings->stride[0] + i,
                                at[2] * settings->stride[1] + j, at[3]);
                if (to >= 0)
                    sums[to] += (double)dy->data[index] / window;
            }
    }
    round_sums(sums, dx->data, tensor_count(x));
}

double naive_activation(enum activation activation, double x)
{
    switch (activation) {
    case ACTIVATION_RELU: return fmax(x, 0);
    case ACTIVATION_SILU: return x / (1 + exp(-x));
    case ACTIVATION_GELU: return x / 2 * erfc(-x / sqrt(2));
    case ACTIVATION_TANH: return tanh(x);
    case ACTIVATION_SIGMOID: return 1 / (1 + exp(-x));
    }
    return NAN;
}

double naive_activation_slope(enum activation activation, double x)
{
    double sigmoid = 1 / (1 + exp(-x));
    switch (activation) {
    case ACTIVATION_RELU: return x > 0;
    case ACTIVATION_SILU: return sigmoid * (1 + x * (1 - sigmoid));
    case ACTIVATION_GELU: return erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * acos(-1));
    case ACTIVATION_TANH: return 1 - tanh(x) * tanh(x);
    case ACTIVATION_SIGMOID: return sigmoid * (1 - sigmoid);
    }
    return NAN;
}

/* Calls add(context, index of the value, channel) for the sound. */
static void each_sound(const struct tensor *x, void (*add)(void *, long, int), void *context)
{
    for (int item = 0; item < x->batch; item++)
        for (int t = 0; t < x->lengths[item]; t++)
            for (int f = 0; f < x->bands; f++)
                for (int c = 0; c < x->channels; c++)
                    add(context, place(x, item, t, f, c), c);
}

struct moments {
    const float *x, *dy;
    double count, mean[MAX_CHANNELS], variance[MAX_CHANNELS];
    double dscale[MAX_CHANNELS], dshift[MAX_CHANNELS];
};

static void add_mean(void *context, long i, int c)
{
    struct moments *m = context;
    m->count += c == 0;
    m->mean[c] += (double)m->x[i];
}

static void add_variance(void *context, long i, int c)
{
    struct moments *m = context;
    m->variance[c] += pow((double)m->x[i] - m->mean[c], 2) / m->count;
}

static void add_gradients(void *context, long i, int c)
{
    struct moments *m = context;
    m->dshift[c] += (double)m->dy[i];
    m->dscale[c] +=
        (double)m->dy[i] * naive_normalised((double)m->x[i], m->mean[c], m->variance[c]);
}

void naive_statistics(const struct tensor *x, double *mean, double *variance)
{
    struct moments m = {.x = x->data};
    assert_in_range(x->channels, 1, MAX_CHANNELS);
    each_sound(x, add_mean, &m);
    for (int c = 0; c < x->channels; c++)
        mean[c] = m.mean[c] /= m.count;
    each_sound(x, add_variance, &m);
    memcpy(variance, m.variance, (size_t)x->channels * sizeof *variance);
}

double naive_normalised(double x, double mean, double variance)
{
    return (x - mean) / sqrt(variance + 1e-5);
}

void naive_batch_norm_backward(const struct tensor *x, const float *scale, const struct tensor *dy,
                               struct tensor *dx, float *dscale, float *dshift)
{
    struct moments m = {.x = x->data, .dy = dy->data};
    naive_statistics(x, m.mean, m.variance);
    each_sound(x, add_gradients, &m);
    double n = 0;
    for (int item = 0; item < x->batch; item++)
        n += (double)tensor_sound_rows(x, item);
    for (size_t i = 0; i < tensor_count(x); i++) {
        size_t c = i % (size_t)x->channels;
        double normalised = naive_normalised((double)x->data[i], m.mean[c], m.variance[c]);
        dx->data[i] =
            (float)((double)scale[c] / sqrt(m.variance[c] + 1e-5) *
                    ((double)dy->data[i] - m.dshift[c] / n - normalised * m.dscale[c] / n));
    }
    for (int c = 0; c < x->channels; c++) {
        dscale[c] = (float)m.dscale[c];
        dshift[c] = (float)m.dshift[c];
    }
}

/* Mean and variance of one row of channels. */
static void row_moments(const float *x, int channels, double *mean, double *variance)
{
    *mean = *variance = 0;
    for (int c = 0; c < channels; c++)
        *mean += (double)x[c] / channels;
    for (int c = 0; c < channels; c++)
        *variance += pow((double)x[c] - *mean, 2) / channels;
}

void naive_layer_norm(const struct tensor *x, const float *scale, const float *shift,
                      struct tensor *y)
{
    size_t width = (size_t)x->channels;
    for (size_t first = 0; first < tensor_count(x); first += width) {
        double mean, variance;
        row_moments(x->data + first, x->channels, &mean, &variance);
        for (size_t c = 0; c < width; c++)
            y->data[first + c] =
                (float)(naive_normalised((double)x->data[first + c], mean, variance) *
                            (double)scale[c] +
                        (double)shift[c]);
    }
}

void naive_layer_norm_backward(const struct tensor *x, const float *scale, const struct tensor *dy,
                               struct tensor *dx, float *dscale, float *dshift)
{
    size_t width = (size_t)x->channels;
    double *scales = zeros(width), *shifts = zeros(width);
    for (size_t first = 0; first < tensor_count(x); first += width) {
        double mean, variance, sum = 0, product = 0;
        const float *row = x->data + first, *slope = dy->data + first;
        row_moments(row, x->channels, &mean, &variance);
        for (size_t c = 0; c < width; c++) {
            double normalised = naive_normalised((double)row[c], mean, variance);
            sum += (double)slope[c] * (double)scale[c] / (double)width;
            product += (double)slope[c] * (double)scale[c] * normalised / (double)width;
            shifts[c] += (double)slope[c];
            scales[c] += (double)slope[c] * normalised;
        }
        for (size_t c = 0; c < width; c++)
            dx->data[first + c] =
                (float)(((double)slope[c] * (double)scale[c] - sum -
                         naive_normalised((double)row[c], mean, variance) * product) /
                        sqrt(variance + 1e-5));
    }
    round_sums(scales, dscale, width);
    round_sums(shifts, dshift, width);
}

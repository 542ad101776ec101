/* A transform of real frames of N samples is one of N/2 complex values, the even samples as real
 * parts and the odd ones as imaginary parts, and a last step that takes the two apart (Cooley,
 * Lewis, Welch 1970). The complex transform is Stockham's: each pass of radix 4, 2, 3 or 5 reads
 * one buffer and writes the other, in an order that needs no bit reversal (Van Loan, Computational
 * Frameworks for the FFT, 1992, section 1.7). */
#define _GNU_SOURCE
#include "features/spectrum/fft.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* A size has at most 15 factors of 2 or more. */
enum { MAX_PASSES = 32 };

struct point {
    lanes re, im;
};

struct twiddle {
    float re, im;
};

/* One pass: blocks of `length` values become `radix` times as many of length/radix. */
struct pass {
    int radix;
    int parts;                      /* length / radix */
    int stride;                     /* how many transforms lie interleaved */
    const struct twiddle *twiddles; // (parts, radix-1): exp(-2 pi i p j / length), j from 1
};

struct fft {
    int bins;
    int points; /* complex values, size/2 */
    int passes;
    struct pass pass[MAX_PASSES];
    struct twiddle *twiddles; // of all passes
    struct twiddle *turns;    // (bins): exp(-2 pi i k / size)
    struct point *buffers[2]; // (points) each
};

static const int radices[] = {4, 2, 3, 5};
enum { RADICES = sizeof radices / sizeof *radices };

int fft_size_is_supported(int size)
{
    if (size < 2 || size % 2)
        return 0;
    for (int i = 1; i < RADICES; i++)
        while (size % radices[i] == 0)
            size /= radices[i];
    return size == 1;
}

int fft_size_at_least(int least)
{
    int size = least + least % 2;
    while (!fft_size_is_supported(size))
        size += 2;
    return size;
}

static struct twiddle turn(int part, int whole)
{
    double angle = -2 * M_PI * part / whole;
    return (struct twiddle){(float)cos(angle), (float)sin(angle)};
}

static int next_radix(int length)
{
    for (int i = 0; i < RADICES; i++)
        if (length % radices[i] == 0)
            return radices[i];
    return 0;
}

/* Fills the passes; `twiddles` has room for 2 * points, more than all passes together need. */
static void plan(struct fft *fft)
{
    struct twiddle *next = fft->twiddles;
    int stride = 1;
    for (int length = fft->points; length > 1;) {
        int radix = next_radix(length), parts = length / radix;
        fft->pass[fft->passes++] = (struct pass){radix, parts, stride, next};
        for (int p = 0; p < parts; p++)
            for (int j = 1; j < radix; j++)
                *next++ = turn(p * j, length);
        length = parts;
        stride *= radix;
    }
    for (int k = 0; k < fft->bins; k++)
        fft->turns[k] = turn(k, 2 * fft->points);
}

ser_status fft_create(struct fft **result, int size, ser_error *error)
{
    *result = NULL;
    if (!fft_size_is_supported(size))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "FFT size is %d, expected an even number without prime factors over 5, "
                         "such as 512",
                         size);
    struct fft *fft = calloc(1, sizeof *fft);
    if (!fft)
        return error_memory(error, "preparing the FFT");
    fft->points = size / 2;
    fft->bins = fft->points + 1;
    size_t points = (size_t)fft->points;
    fft->twiddles = memory_resize(NULL, 2 * points, sizeof *fft->twiddles);
    fft->turns = memory_resize(NULL, points + 1, sizeof *fft->turns);
    for (int i = 0; i < 2; i++)
        fft->buffers[i] = (struct point *)lanes_allocate(2 * points);
    if (!fft->twiddles || !fft->turns || !fft->buffers[0] || !fft->buffers[1]) {
        fft_destroy(fft);
        return error_memory(error, "preparing the FFT");
    }
    plan(fft);
    *result = fft;
    return SER_OK;
}

void fft_destroy(struct fft *fft)
{
    if (!fft)
        return;
    for (int i = 0; i < 2; i++)
        free(fft->buffers[i]);
    free(fft->turns);
    free(fft->twiddles);
    free(fft);
}

int fft_bins(const struct fft *fft)
{
    return fft->bins;
}

LANES_INLINE struct point add(struct point a, struct point b)
{
    return (struct point){a.re + b.re, a.im + b.im};
}

LANES_INLINE struct point subtract(struct point a, struct point b)
{
    return (struct point){a.re - b.re, a.im - b.im};
}

/* -i a */
LANES_INLINE struct point turn_back(struct point a)
{
    return (struct point){a.im, -a.re};
}

LANES_INLINE struct point scale(struct point a, float factor)
{
    return (struct point){a.re * factor, a.im * factor};
}

LANES_INLINE struct point rotate(struct point a, struct twiddle w)
{
    return (struct point){a.re * w.re - a.im * w.im, a.re * w.im + a.im * w.re};
}

/* In every pass, part p of transform q reads x[k] = input[q + stride (p + parts k)] and writes
 * output[q + stride (radix p + j)] = twiddle^j * sum over k of x[k] exp(-2 pi i j k / radix). */

LANES_DISPATCH
static void pass_of_2(const struct pass *pass, const struct point *restrict input,
                      struct point *restrict output)
{
    int stride = pass->stride, jump = stride * pass->parts;
    for (int p = 0; p < pass->parts; p++) {
        struct twiddle w = pass->twiddles[p];
        const struct point *x = input + p * stride;
        struct point *y = output + 2 * p * stride;
        for (int q = 0; q < stride; q++) {
            struct point a = x[q], b = x[q + jump];
            y[q] = add(a, b);
            y[q + stride] = rotate(subtract(a, b), w);
        }
    }
}

LANES_DISPATCH
static void pass_of_3(const struct pass *pass, const struct point *restrict input,
                      struct point *restrict output)
{
    const float sine = 0.866025403784f; /* of 60 degrees */
    int stride = pass->stride, jump = stride * pass->parts;
    for (int p = 0; p < pass->parts; p++) {
        const struct twiddle *w = pass->twiddles + 2 * p;
        const struct point *x = input + p * stride;
        struct point *y = output + 3 * p * stride;
        for (int q = 0; q < stride; q++) {
            struct point a = x[q], b = x[q + jump], c = x[q + 2 * jump];
            struct point sum = add(b, c), middle = subtract(a, scale(sum, 0.5f));
            struct point side = scale(turn_back(subtract(b, c)), sine);
            y[q] = add(a, sum);
            y[q + stride] = rotate(add(middle, side), w[0]);
            y[q + 2 * stride] = rotate(subtract(middle, side), w[1]);
        }
    }
}

/* One butterfly of pass_of_4; no twiddles where all are 1. */
LANES_INLINE void cross_4(const struct point *restrict x, int jump, struct point *restrict y,
                          int stride, const struct twiddle *w)
{
    struct point a = x[0], b = x[jump], c = x[2 * jump], d = x[3 * jump];
    struct point even = add(a, c), odd = add(b, d);
    struct point middle = subtract(a, c), side = turn_back(subtract(b, d));
    struct point first = add(middle, side), second = subtract(even, odd);
    struct point third = subtract(middle, side);
    y[0] = add(even, odd);
    y[stride] = w ? rotate(first, w[0]) : first;
    y[2 * stride] = w ? rotate(second, w[1]) : second;
    y[3 * stride] = w ? rotate(third, w[2]) : third;
}

/* Part 0 turns nothing: in the last pass, which has no other part, that is all. */
LANES_DISPATCH
static void pass_of_4(const struct pass *pass, const struct point *restrict input,
                      struct point *restrict output)
{
    int stride = pass->stride, jump = stride * pass->parts;
    for (int q = 0; q < stride; q++)
        cross_4(input + q, jump, output + q, stride, NULL);
    for (int p = 1; p < pass->parts; p++) {
        const struct twiddle *w = pass->twiddles + 3 * p;
        const struct point *x = input + p * stride;
        struct point *y = output + 4 * p * stride;
        for (int q = 0; q < stride; q++)
            cross_4(x + q, jump, y + q, stride, w);
    }
}

LANES_DISPATCH
static void pass_of_5(const struct pass *pass, const struct point *restrict input,
                      struct point *restrict output)
{
    /* Cosines and sines of 72 and 144 degrees. */
    const float c1 = 0.309016994375f, s1 = 0.951056516295f;
    const float c2 = -0.809016994375f, s2 = 0.587785252292f;
    int stride = pass->stride, jump = stride * pass->parts;
    for (int p = 0; p < pass->parts; p++) {
        const struct twiddle *w = pass->twiddles + 4 * p;
        const struct point *x = input + p * stride;
        struct point *y = output + 5 * p * stride;
        for (int q = 0; q < stride; q++) {
            struct point a = x[q], b = x[q + jump], c = x[q + 2 * jump], d = x[q + 3 * jump];
            struct point e = x[q + 4 * jump];
            struct point outer = add(b, e), inner = add(c, d);
            struct point far = turn_back(subtract(b, e)), near = turn_back(subtract(c, d));
            struct point m1 = add(a, add(scale(outer, c1), scale(inner, c2)));
            struct point m2 = add(a, add(scale(outer, c2), scale(inner, c1)));
            struct point n1 = add(scale(far, s1), scale(near, s2));
            struct point n2 = subtract(scale(far, s2), scale(near, s1));
            y[q] = add(a, add(outer, inner));
            y[q + stride] = rotate(add(m1, n1), w[0]);
            y[q + 2 * stride] = rotate(add(m2, n2), w[1]);
            y[q + 3 * stride] = rotate(subtract(m2, n2), w[2]);
            y[q + 4 * stride] = rotate(subtract(m1, n1), w[3]);
        }
    }
}

/* The transform of the complex values that the frames are taken for; in one of the buffers, or the
 * frames themselves when there is only one value. */
static const struct point *transform(struct fft *fft, const lanes *frames)
{
    const struct point *input = (const struct point *)frames;
    for (int i = 0; i < fft->passes; i++) {
        const struct pass *pass = &fft->pass[i];
        struct point *output = fft->buffers[i % 2];
        if (pass->radix == 4)
            pass_of_4(pass, input, output);
        else if (pass->radix == 2)
            pass_of_2(pass, input, output);
        else if (pass->radix == 3)
            pass_of_3(pass, input, output);
        else
            pass_of_5(pass, input, output);
        input = output;
    }
    return input;
}

/* Bins k and M-k come from the same two values of Z, the transform of M even samples + i odd
 * samples: with the even samples' spectrum E = (Z[k] + Z*[M-k]) / 2, the odd ones'
 * O = -i (Z[k] - Z*[M-k]) / 2 and the turn w = exp(-2 pi i k / size), X[k] = E + w O and
 * X[M-k] = (E - w O)*. */
struct halves {
    struct point even, odd; /* 2 E, 2 w O */
};

LANES_INLINE struct halves take_apart(struct point z, struct point mirror, struct twiddle w)
{
    struct point conjugate = {mirror.re, -mirror.im};
    struct point odd = turn_back(subtract(z, conjugate));
    return (struct halves){add(z, conjugate), rotate(odd, w)};
}

LANES_INLINE lanes power_of(struct point a)
{
    return a.re * a.re + a.im * a.im;
}

LANES_DISPATCH
static void split_spectrum(const struct fft *fft, const struct point *restrict z,
                           lanes *restrict real, lanes *restrict imaginary)
{
    int points = fft->points;
    real[0] = z[0].re + z[0].im;
    real[points] = z[0].re - z[0].im;
    imaginary[0] = imaginary[points] = lanes_all(0);
    for (int k = 1; 2 * k <= points; k++) {
        struct halves x = take_apart(z[k], z[points - k], fft->turns[k]);
        struct point sum = add(x.even, x.odd), difference = subtract(x.even, x.odd);
        real[points - k] = 0.5f * difference.re;
        imaginary[points - k] = -0.5f * difference.im;
        real[k] = 0.5f * sum.re;
        imaginary[k] = 0.5f * sum.im;
    }
}

LANES_DISPATCH
static void split_power(const struct fft *fft, const struct point *restrict z,
                        lanes *restrict power)
{
    int points = fft->points;
    lanes sum = z[0].re + z[0].im, difference = z[0].re - z[0].im;
    power[0] = sum * sum;
    power[points] = difference * difference;
    for (int k = 1; 2 * k <= points; k++) {
        struct halves x = take_apart(z[k], z[points - k], fft->turns[k]);
        power[points - k] = 0.25f * power_of(subtract(x.even, x.odd));
        power[k] = 0.25f * power_of(add(x.even, x.odd));
    }
}

void fft_forward(struct fft *fft, const lanes *frames, lanes *real, lanes *imaginary)
{
    split_spectrum(fft, transform(fft, frames), real, imaginary);
}

void fft_power(struct fft *fft, const lanes *frames, lanes *power)
{
    split_power(fft, transform(fft, frames), power);
}

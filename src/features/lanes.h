/* Eight frames side by side: a `lanes` holds the same value (one sample, one bin, one band) of
 * LANES neighbouring frames, and arithmetic on it works on all of them at once. What is written for
 * one frame thus runs on eight, without a word about the machine's instructions: the compiler makes
 * them from its vector types.
 *
 * Lanes never mix, except in lanes_transpose and at the edges of a block, so the result of a frame
 * has the same bits in whatever lane it was computed, next to whatever other frames, and, as
 * nothing is contracted into fused multiply-adds, on every machine.
 *
 * Functions that loop over lanes carry LANES_DISPATCH: the compiler then makes a second version for
 * AVX2 and picks one at the program's start. Small functions are LANES_INLINE, so that they become
 * part of either version. (Clang refuses to inline them into its clones, and ThreadSanitizer is not
 * ready when versions are picked; built with either, the library runs on what the whole build is
 * set to, such as -march=native. GCC 12 fails on functions with versions that return lanes: they
 * write through a pointer.)
 */
#ifndef FEATURES_LANES_H
#define FEATURES_LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(32)));
typedef int32_t lanes_int __attribute__((vector_size(32)));

#define LANES_INLINE static inline __attribute__((always_inline, unused))
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) &&                        \
    !defined(__SANITIZE_THREAD__)
#define LANES_DISPATCH __attribute__((target_clones("avx2", "default")))
#else
#define LANES_DISPATCH
#endif

/* `count` lanes, all zero, on the boundary that they need (malloc's is too small); NULL when memory
 * ran out. Release with free(). */
lanes *lanes_allocate(size_t count);

/* The same value in all lanes. */
LANES_INLINE lanes lanes_all(float value)
{
    return (lanes){value, value, value, value, value, value, value, value};
}

/* LANES consecutive floats from or to an address without any alignment. (Not memcpy: compilers take
 * it through the stack in halves.) */
typedef float lanes_unaligned __attribute__((vector_size(32), aligned(4), may_alias));

LANES_INLINE lanes lanes_load(const float *values)
{
    return *(const lanes_unaligned *)values;
}

LANES_INLINE void lanes_store(float *values, lanes x)
{
    *(lanes_unaligned *)values = x;
}

/* In each lane: yes where the comparison that gave `mask` held (such as a > b), else no. */
LANES_INLINE lanes lanes_select(lanes_int mask, lanes yes, lanes no)
{
    return (lanes)(((lanes_int)yes & mask) | ((lanes_int)no & ~mask));
}

LANES_INLINE lanes lanes_max(lanes a, lanes b)
{
    return lanes_select(a > b, a, b);
}

LANES_INLINE lanes lanes_min(lanes a, lanes b)
{
    return lanes_select(a < b, a, b);
}

LANES_INLINE lanes lanes_abs(lanes x)
{
    return (lanes)((lanes_int)x & 0x7fffffff);
}

/* Written as a loop because C has no vector square root; compilers make one instruction of it. */
LANES_INLINE lanes lanes_sqrt(lanes x)
{
    for (int i = 0; i < LANES; i++)
        x[i] = sqrtf(x[i]);
    return x;
}

/* Natural logarithm within 2 units in the last place. x must be a positive normal number, from
 * 1.2e-38 up. The polynomial is that of Moshier's Cephes library (logf): x = 2^e m with m from
 * sqrt(1/2) to sqrt(2), ln x = e ln 2 + ln(1 + f), f = m - 1. */
LANES_INLINE lanes lanes_log(lanes x)
{
    const lanes_int half_root = (lanes_int){0} + 0x3f3504f3; /* the bits of sqrt(1/2) */
    lanes_int bits = (lanes_int)x;
    lanes_int exponent = (bits - half_root) >> 23;
    lanes f = (lanes)(bits - (exponent << 23)) - 1.0f;
    lanes e = __builtin_convertvector(exponent, lanes);
    lanes square = f * f;
    lanes y = 7.0376836292e-2f * f - 1.1514610310e-1f;
    y = y * f + 1.1676998740e-1f;
    y = y * f - 1.2420140846e-1f;
    y = y * f + 1.4249322787e-1f;
    y = y * f - 1.6668057665e-1f;
    y = y * f + 2.0000714765e-1f;
    y = y * f - 2.4999993993e-1f;
    y = y * f + 3.3333331174e-1f;
    y = y * f * square;
    /* ln 2 in two parts, the larger of which is exact in few bits. */
    y = y - 2.12194440e-4f * e - 0.5f * square;
    return (f + y) + 0.693359375f * e;
}

/* e^x within 2 units in the last place; x below -87 counts as -87, above 88 as 88. Cephes (expf):
 * x = n ln 2 + r, e^x = 2^n e^r. */
LANES_INLINE lanes lanes_exp(lanes x)
{
    const float to_integer = 12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number */
    x = lanes_min(lanes_max(x, lanes_all(-87.0f)), lanes_all(88.0f));
    lanes n = (x * 1.44269504f + to_integer) - to_integer;
    lanes r = x - n * 0.693359375f + n * 2.12194440e-4f;
    lanes y = 1.9875691500e-4f * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1.0f;
    lanes_int power = (__builtin_convertvector(n, lanes_int) + 127) << 23;
    return y * (lanes)power;
}

/* x^exponent for positive normal x. */
LANES_INLINE lanes lanes_power(lanes x, float exponent)
{
    return lanes_exp(lanes_log(x) * exponent);
}

/* Eight rows of eight values become columns: afterwards rows[i][j] is what rows[j][i] was. */
LANES_INLINE void lanes_transpose(lanes rows[LANES])
{
    lanes pairs[LANES], quads[LANES];
    for (int i = 0; i < LANES; i += 2) {
        pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < LANES; i += 4)
        for (int j = 0; j < 2; j++) {
            lanes a = pairs[i + j], b = pairs[i + j + 2];
            quads[i + j] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
            quads[i + j + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        rows[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        rows[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/* Multiplies value n of each frame by window[n]: frames (count), in place. */
void lanes_weigh(lanes *frames, const float *window, int count);

/* Writes columns 0 … count-1 of the first `frames` lanes as rows: row t, `stride` floats after row
 * t-1, gets lane t of every column. rows: (frames, count) at least. */
void lanes_to_rows(const lanes *columns, int count, int frames, float *rows, size_t stride);

/* Reads the windows of LANES frames: lane l of output[n] is sample start + l*hop + n of the sound,
 * or 0 where that lies outside of 0 … count-1. `start` may be negative. output: (length). */
void lanes_gather(const float *samples, size_t count, ptrdiff_t start, int hop, int length,
                  lanes *output);

#endif

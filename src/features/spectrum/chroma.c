#define _GNU_SOURCE
#include "features/spectrum/chroma.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

static const double lowest_a = 27.5;     /* Hz, A0 */
static const double centre_octave = 5.0; /* above A0, of the Gaussian over octaves … */
static const double octave_width = 2.0;  /* … and its standard deviation */

/* Class 0 is C, 3 semitones above A. */
enum { C_ABOVE_A = 3 };

/* Of bin k, above A0. */
static double semitones(int rate, int fft, int k)
{
    if (k == 0)
        return semitones(rate, fft, 1) - 1.5 * CHROMA_CLASSES;
    return CHROMA_CLASSES * log2((double)k * rate / fft / lowest_a);
}

/* To the nearest tone of the class that lies `tone` semitones above A, -6 to 6. */
static double distance(double place, int tone)
{
    return remainder(place - tone, CHROMA_CLASSES);
}

static void fill_bin(float *weights, int rate, int fft, int k)
{
    double place = semitones(rate, fft, k), width = semitones(rate, fft, k + 1) - place;
    double row[CHROMA_CLASSES], squares = 0;
    for (int tone = 0; tone < CHROMA_CLASSES; tone++) {
        double d = distance(place, tone + C_ABOVE_A) / fmax(width, 1);
        row[tone] = exp(-2 * d * d);
        squares += row[tone] * row[tone];
    }
    double octaves = (place / CHROMA_CLASSES - centre_octave) / octave_width;
    double gain = exp(-0.5 * octaves * octaves) / sqrt(squares);
    for (int tone = 0; tone < CHROMA_CLASSES; tone++)
        weights[tone] = (float)(row[tone] * gain);
}

ser_status chroma_bank_build(struct chroma_bank *bank, int rate, int fft, ser_error *error)
{
    *bank = (struct chroma_bank){.bins = fft / 2 + 1};
    bank->weights = memory_resize(NULL, (size_t)bank->bins * CHROMA_CLASSES, sizeof *bank->weights);
    if (!bank->weights)
        return error_memory(error, "preparing chroma");
    for (int k = 0; k < bank->bins; k++)
        fill_bin(bank->weights + (size_t)k * CHROMA_CLASSES, rate, fft, k);
    return SER_OK;
}

void chroma_bank_release(struct chroma_bank *bank)
{
    free(bank->weights);
    *bank = (struct chroma_bank){0};
}

/* A divisor below the least normal number would be one of rounding only. */
LANES_INLINE void divide_by_largest(lanes *chroma)
{
    lanes largest = chroma[0];
    for (int tone = 1; tone < CHROMA_CLASSES; tone++)
        largest = lanes_max(largest, chroma[tone]);
    lanes divisor = lanes_select(largest >= FLT_MIN, largest, lanes_all(1.0f));
    for (int tone = 0; tone < CHROMA_CLASSES; tone++)
        chroma[tone] = chroma[tone] / divisor;
}

LANES_DISPATCH
void chroma_bank_apply(const struct chroma_bank *bank, const lanes *spectrum, lanes *chroma)
{
    lanes sums[CHROMA_CLASSES] = {0};
    const float *weights = bank->weights;
    for (int k = 0; k < bank->bins; k++, weights += CHROMA_CLASSES)
        for (int tone = 0; tone < CHROMA_CLASSES; tone++)
            sums[tone] += spectrum[k] * weights[tone];
    divide_by_largest(sums);
    memcpy(chroma, sums, sizeof sums);
}

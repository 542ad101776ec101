#define _GNU_SOURCE
#include "features/spectrum/spectral_shape.h"

#include <float.h>

#define LEAST_POWER 1e-10f
#define LN_2 0.693147181f

/* Values that are summed before they are added to the whole: the errors of rounding grow with this
 * number and with the number of parts, not with their product. */
enum { PART = 32 };

LANES_INLINE int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* sum / total, or 0 where there is nothing but rounding in the total. */
LANES_INLINE lanes share(lanes sum, lanes total)
{
    lanes_int sound = total >= FLT_MIN;
    return lanes_select(sound, sum / lanes_select(sound, total, lanes_all(1.0f)), lanes_all(0.0f));
}

LANES_DISPATCH
void spectral_centroid(const lanes *magnitude, int bins, float spacing, lanes *centroid)
{
    lanes total = {0}, weighted = {0};
    for (int first = 0; first < bins; first += PART) {
        int end = smaller(first + PART, bins);
        lanes part = {0}, weighted_part = {0};
        for (int k = first; k < end; k++) {
            part += magnitude[k];
            weighted_part += magnitude[k] * (float)k;
        }
        total += part;
        weighted += weighted_part;
    }
    *centroid = share(weighted, total) * spacing;
}

LANES_DISPATCH
void spectral_bandwidth(const lanes *magnitude, int bins, float spacing, const lanes *centroid,
                        lanes *bandwidth)
{
    lanes centre = *centroid / spacing, total = {0}, weighted = {0};
    for (int first = 0; first < bins; first += PART) {
        int end = smaller(first + PART, bins);
        lanes part = {0}, weighted_part = {0};
        for (int k = first; k < end; k++) {
            lanes away = (float)k - centre;
            part += magnitude[k];
            weighted_part += magnitude[k] * (away * away);
        }
        total += part;
        weighted += weighted_part;
    }
    *bandwidth = lanes_sqrt(share(weighted, total)) * spacing;
}

/* Both sums are made in the same order, from 0 Hz up, so that the second ends where the first did.
 */
LANES_DISPATCH
void spectral_rolloff(const lanes *magnitude, int bins, float spacing, lanes *rolloff)
{
    lanes total = {0};
    for (int k = 0; k < bins; k++)
        total += magnitude[k];
    lanes threshold = total * ROLLOFF_SHARE, sum = {0};
    lanes_int below = {0}; /* bins; a comparison that holds is -1 */
    for (int k = 0; k < bins; k++) {
        sum += magnitude[k];
        below -= sum < threshold;
    }
    *rolloff = __builtin_convertvector(below, lanes) * spacing;
}

/* A value is 2^e m with m from 1 to 2: the exponents are added as whole numbers, and only the
 * product of a part's m, at most 2^32, is taken the logarithm of. */
LANES_DISPATCH
void spectral_flatness(const lanes *power, int bins, lanes *flatness)
{
    lanes least = lanes_all(LEAST_POWER), total = {0}, logarithms = {0};
    lanes_int exponents = {0};
    for (int first = 0; first < bins; first += PART) {
        int end = smaller(first + PART, bins);
        lanes part = {0}, product = lanes_all(1.0f);
        for (int k = first; k < end; k++) {
            lanes value = lanes_max(power[k], least);
            lanes_int bits = (lanes_int)value;
            part += value;
            exponents += (bits >> 23) - 127;
            product *= (lanes)((bits & 0x7fffff) | 0x3f800000);
        }
        total += part;
        logarithms += lanes_log(product);
    }
    logarithms += __builtin_convertvector(exponents, lanes) * LN_2;
    lanes geometric = lanes_exp(logarithms / (float)bins), arithmetic = total / (float)bins;
    *flatness = lanes_min(geometric / arithmetic, lanes_all(1.0f));
}

/* Both laws divide the magnitudes into segments of 16 steps; from one segment to the next the steps
 * double. A-law's first two segments have the same steps. mu-law shifts the magnitude by 33 of its
 * 14 bits, which makes all segments begin at a power of two. On the line A-law turns every other
 * bit around, mu-law all of them. */
#include "augment/g711.h"

enum { SIGN = 0x80, A_FLIPS = 0x55, MU_FLIPS = 0xff, MU_SHIFT = 33, MU_MOST = 8158 };

/* How many bits the magnitude has beyond those of the first segment. */
static int segment_of(int magnitude, int first)
{
    int segment = 0;
    while (magnitude >> (first + segment))
        segment++;
    return segment;
}

uint8_t g711_encode_alaw(int16_t sample)
{
    int positive = sample >= 0;
    int value = sample >> 3; /* 13 bits; rounded down */
    int magnitude = positive ? value : -value - 1;
    int segment = segment_of(magnitude, 5);
    int step = magnitude >> (segment > 1 ? segment : 1) & 15;
    return (uint8_t)(((positive ? SIGN : 0) | segment << 4 | step) ^ A_FLIPS);
}

int16_t g711_decode_alaw(uint8_t code)
{
    int bits = code ^ A_FLIPS, segment = bits >> 4 & 7, step = bits & 15;
    int magnitude = segment ? (2 * step + 33) << (segment - 1) : 2 * step + 1;
    return (int16_t)(8 * (bits & SIGN ? magnitude : -magnitude));
}

uint8_t g711_encode_mulaw(int16_t sample)
{
    int positive = sample >= 0;
    int value = sample >> 2; /* 14 bits; rounded down */
    int magnitude = positive ? value : -value - 1;
    magnitude = (magnitude < MU_MOST ? magnitude : MU_MOST) + MU_SHIFT;
    int segment = segment_of(magnitude, 6);
    int step = magnitude >> (segment + 1) & 15;
    return (uint8_t)(((positive ? 0 : SIGN) | segment << 4 | step) ^ MU_FLIPS);
}

int16_t g711_decode_mulaw(uint8_t code)
{
    int bits = code ^ MU_FLIPS, segment = bits >> 4 & 7, step = bits & 15;
    int magnitude = ((2 * step + 33) << segment) - MU_SHIFT;
    return (int16_t)(4 * (bits & SIGN ? -magnitude : magnitude));
}

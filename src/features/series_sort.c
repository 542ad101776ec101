#include <stdint.h>
#include <string.h>

#include "features/series.h"

/* Sorting floats in place by their bits, from the top (McIlroy, Bostic & McIlroy, "Engineering
 * Radix Sort", Computing Systems 6(1), 1993: American flag sort). Unlike the C library's qsort it
 * is linear in the length, takes no memory, and calls no function for every comparison. */

enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS, SMALL = 24 };

/* Unsigned numbers in the order of the floats: all bits of a negative one are turned over, of
 * others only the sign. */
static uint32_t key(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static void sort_small(float *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        float value = values[i];
        size_t place = i;
        for (; place > 0 && key(values[place - 1]) > key(value); place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
}

/* The bits from which on keys differ: the digit to sort by starts so many bits from the right; -1
 * when all keys are the same. Leading bits that all share would sort nothing. */
static int find_shift(const float *values, size_t count)
{
    uint32_t all = key(values[0]), any = all;
    for (size_t i = 1; i < count; i++) {
        all &= key(values[i]);
        any |= key(values[i]);
    }
    uint32_t differing = all ^ any;
    if (differing == 0)
        return -1;
    int highest = 31 - __builtin_clz(differing);
    return highest >= DIGIT_BITS ? highest - DIGIT_BITS + 1 : 0;
}

static size_t digit(float value, int shift)
{
    return (key(value) >> shift) & (DIGITS - 1);
}

/* Moves every value into the part of its digit: digit d goes to ends[d-1] … ends[d]-1. */
static void deal(float *values, size_t count, int shift, size_t ends[DIGITS])
{
    size_t next[DIGITS], sizes[DIGITS] = {0}, start = 0;
    for (size_t i = 0; i < count; i++)
        sizes[digit(values[i], shift)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        next[d] = start;
        start += sizes[d];
        ends[d] = start;
    }
    for (size_t d = 0; d < DIGITS; d++) {
        while (next[d] < ends[d]) {
            float value = values[next[d]];
            size_t home = digit(value, shift);
            while (home != d) { /* put it home, go on with what stood there */
                float other = values[next[home]];
                values[next[home]++] = value;
                value = other;
                home = digit(value, shift);
            }
            values[next[d]++] = value;
        }
    }
}

/* Goes down at most four times, as every digit settles eight of 32 bits. */
static void sort(float *values, size_t count)
{
    if (count <= SMALL) {
        sort_small(values, count);
        return;
    }
    int shift = find_shift(values, count);
    if (shift < 0)
        return;
    size_t ends[DIGITS], start = 0;
    deal(values, count, shift, ends);
    for (size_t d = 0; d < DIGITS && shift > 0; d++) {
        sort(values + start, ends[d] - start);
        start = ends[d];
    }
}

const float *series_sorted(struct series *series)
{
    if (!series->is_sorted && series->count) {
        memcpy(series->sorted, series->values, series->count * sizeof *series->sorted);
        sort(series->sorted, series->count);
    }
    series->is_sorted = 1;
    return series->sorted;
}

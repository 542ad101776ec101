#define _GNU_SOURCE
#include "features/lanes.h"

#include <stdlib.h>

lanes *lanes_allocate(size_t count)
{
    if (count > (SIZE_MAX - sizeof(lanes)) / sizeof(lanes))
        return NULL;
    size_t bytes = (count ? count : 1) * sizeof(lanes);
    lanes *result = aligned_alloc(sizeof(lanes), bytes);
    if (result)
        memset(result, 0, bytes);
    return result;
}

LANES_DISPATCH
void lanes_weigh(lanes *restrict frames, const float *restrict window, int count)
{
    for (int n = 0; n < count; n++)
        frames[n] *= window[n];
}

LANES_DISPATCH
void lanes_to_rows(const lanes *columns, int count, int frames, float *rows, size_t stride)
{
    int done = 0;
    for (; frames == LANES && done + LANES <= count; done += LANES) {
        lanes square[LANES];
        for (int i = 0; i < LANES; i++)
            square[i] = columns[done + i];
        lanes_transpose(square);
        for (int lane = 0; lane < LANES; lane++)
            lanes_store(rows + (size_t)lane * stride + done, square[lane]);
    }
    for (; done < count; done++)
        for (int lane = 0; lane < frames; lane++)
            rows[(size_t)lane * stride + (size_t)done] = columns[done][lane];
}

/* All samples exist. */
LANES_DISPATCH
static void gather_inside(const float *first, size_t hop, int length, lanes *output)
{
    int n = 0;
    for (; n + LANES <= length; n += LANES) {
        lanes square[LANES];
        for (int lane = 0; lane < LANES; lane++)
            square[lane] = lanes_load(first + (size_t)lane * hop + n);
        lanes_transpose(square);
        for (int i = 0; i < LANES; i++)
            output[n + i] = square[i];
    }
    for (; n < length; n++)
        for (int lane = 0; lane < LANES; lane++)
            output[n][lane] = first[(size_t)lane * hop + (size_t)n];
}

/* Some lie before the start or beyond the end. */
static void gather_at_edge(const float *samples, size_t count, ptrdiff_t start, int hop, int length,
                           lanes *output)
{
    ptrdiff_t end = (ptrdiff_t)count;
    for (int lane = 0; lane < LANES; lane++) {
        ptrdiff_t first = start + (ptrdiff_t)lane * hop;
        for (int n = 0; n < length; n++) {
            ptrdiff_t place = first + n;
            output[n][lane] = place >= 0 && place < end ? samples[place] : 0.0f;
        }
    }
}

void lanes_gather(const float *samples, size_t count, ptrdiff_t start, int hop, int length,
                  lanes *output)
{
    ptrdiff_t last = start + (ptrdiff_t)(LANES - 1) * hop + length;
    if (start >= 0 && last <= (ptrdiff_t)count)
        gather_inside(samples + start, (size_t)hop, length, output);
    else
        gather_at_edge(samples, count, start, hop, length, output);
}

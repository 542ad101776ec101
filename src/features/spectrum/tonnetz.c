#define _GNU_SOURCE
#include "features/spectrum/tonnetz.h"

#include <float.h>

#define HALF 0.5f
#define ROOT 0.866025404f /* of 3/4: the sine of 60 degrees */

/* The circles close after 12, 4 and 3 steps, so few numbers occur. */
static const float circles[TONNETZ_COLUMNS][CHROMA_CLASSES] = {
    {0, -HALF, ROOT, -1, ROOT, -HALF, 0, HALF, -ROOT, 1, -ROOT, HALF},
    {1, -ROOT, HALF, 0, -HALF, ROOT, -1, ROOT, -HALF, 0, HALF, -ROOT},
    {0, -1, 0, 1, 0, -1, 0, 1, 0, -1, 0, 1},
    {1, 0, -1, 0, 1, 0, -1, 0, 1, 0, -1, 0},
    {0, ROOT / 2, -ROOT / 2, 0, ROOT / 2, -ROOT / 2, 0, ROOT / 2, -ROOT / 2, 0, ROOT / 2,
     -ROOT / 2},
    {HALF, -HALF / 2, -HALF / 2, HALF, -HALF / 2, -HALF / 2, HALF, -HALF / 2, -HALF / 2, HALF,
     -HALF / 2, -HALF / 2},
};

LANES_DISPATCH
void tonnetz_apply(const lanes *chroma, lanes *tonnetz)
{
    lanes total = {0};
    for (int tone = 0; tone < CHROMA_CLASSES; tone++)
        total += chroma[tone];
    lanes divisor = lanes_select(total >= FLT_MIN, total, lanes_all(1.0f));
    for (int i = 0; i < TONNETZ_COLUMNS; i++) {
        lanes sum = {0};
        for (int tone = 0; tone < CHROMA_CLASSES; tone++)
            sum += chroma[tone] * circles[i][tone];
        tonnetz[i] = sum / divisor;
    }
}

#include "report/palette.h"

#include <math.h>

#define RGB(red, green, blue)                                                                      \
    {                                                                                              \
        (red) / 255.0, (green) / 255.0, (blue) / 255.0                                             \
    }

const struct colour palette_black = RGB(0, 0, 0), palette_white = RGB(255, 255, 255),
                    palette_ink = RGB(34, 34, 34), palette_grey = RGB(110, 110, 110),
                    palette_grid = RGB(222, 222, 222), palette_paper = RGB(244, 244, 244),
                    palette_warning = RGB(213, 94, 0);

static const struct colour categories[PALETTE_CATEGORIES] = {
    RGB(0, 114, 178),   /* blue */
    RGB(230, 159, 0),   /* orange */
    RGB(0, 158, 115),   /* bluish green */
    RGB(204, 121, 167), /* reddish purple */
    RGB(86, 180, 233),  /* sky blue */
    RGB(213, 94, 0),    /* vermilion */
    RGB(240, 228, 66),  /* yellow */
};

/* viridis at 0, 0.1 … 1; straight lines in between. */
static const struct colour viridis[] = {
    RGB(0x44, 0x01, 0x54), RGB(0x48, 0x25, 0x76), RGB(0x41, 0x44, 0x87), RGB(0x35, 0x60, 0x8d),
    RGB(0x2a, 0x78, 0x8e), RGB(0x21, 0x90, 0x8c), RGB(0x22, 0xa8, 0x84), RGB(0x43, 0xbf, 0x71),
    RGB(0x7a, 0xd1, 0x51), RGB(0xbb, 0xdf, 0x27), RGB(0xfd, 0xe7, 0x25),
};
enum { ANCHORS = sizeof viridis / sizeof *viridis };

static const struct colour shade_end = RGB(0, 68, 120);

static struct colour mix(struct colour a, struct colour b, double part)
{
    return (struct colour){a.red + part * (b.red - a.red), a.green + part * (b.green - a.green),
                           a.blue + part * (b.blue - a.blue)};
}

struct colour palette_category(int index)
{
    int place = index % PALETTE_CATEGORIES;
    return categories[place < 0 ? place + PALETTE_CATEGORIES : place];
}

/* Into 0 … 1; NAN becomes 0. */
static double clamp(double value)
{
    return value > 0 ? fmin(value, 1) : 0;
}

struct colour palette_map(double value)
{
    double place = clamp(value) * (ANCHORS - 1);
    int below = (int)place < ANCHORS - 2 ? (int)place : ANCHORS - 2;
    return mix(viridis[below], viridis[below + 1], place - below);
}

struct colour palette_shade(double value)
{
    return mix(palette_white, shade_end, clamp(value));
}

struct colour palette_lighter(struct colour colour, double part)
{
    return mix(colour, palette_white, clamp(part));
}

/* From sRGB to light. */
static double linear(double value)
{
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

double palette_luminance(struct colour colour)
{
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
           0.0722 * linear(colour.blue);
}

/* The contrast of two colours is (L1 + 0.05) / (L2 + 0.05) (WCAG 2.1): that with black and that
 * with white are equal where L = sqrt(1.05 * 0.05) - 0.05. */
struct colour palette_text_on(struct colour background)
{
    return palette_luminance(background) > 0.179 ? palette_black : palette_white;
}

uint32_t palette_pixel(struct colour colour)
{
    uint32_t red = (uint32_t)lround(255 * clamp(colour.red));
    uint32_t green = (uint32_t)lround(255 * clamp(colour.green));
    uint32_t blue = (uint32_t)lround(255 * clamp(colour.blue));
    return red << 16 | green << 8 | blue;
}

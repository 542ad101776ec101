/* Colours that people with any kind of colour vision can tell apart.
 *
 * Categories have the eight colours of Okabe and Ito ("Color universal design", 2008), quantities
 * the map viridis (Smith and van der Walt for matplotlib, 2015; released under CC0), whose
 * lightness rises evenly: it can be read in print and by the colour-blind. */
#ifndef REPORT_PALETTE_H
#define REPORT_PALETTE_H

#include <stdint.h>

/* sRGB, 0 to 1. */
struct colour {
    double red, green, blue;
};

enum { PALETTE_CATEGORIES = 7 };

/* The colour of a category, a different one for each of PALETTE_CATEGORIES, then again from the
 * first. Okabe and Ito's black is kept for text and axes, and their yellow, weak on white, comes
 * last. */
struct colour palette_category(int index);

/* viridis at 0 … 1: from dark blue over green to yellow. Values outside count as the nearer end,
 * NAN as 0. */
struct colour palette_map(double value);

/* From white at 0 to a dark blue at 1, for counts with their numbers written on them. */
struct colour palette_shade(double value);

/* Black or white, whichever is easier to read on this colour. */
struct colour palette_text_on(struct colour background);

/* Relative luminance, 0 of black to 1 of white (WCAG 2.1). */
double palette_luminance(struct colour colour);

/* Mixed with white: 0 gives the colour, 1 white. */
struct colour palette_lighter(struct colour colour, double part);

/* 0x00RRGGBB */
uint32_t palette_pixel(struct colour colour);

extern const struct colour palette_black, palette_white, palette_ink, palette_grey, palette_grid,
    palette_paper, palette_warning;

#endif

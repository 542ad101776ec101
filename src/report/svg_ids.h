/* What cairo calls the parts of an SVG. */
#ifndef REPORT_SVG_IDS_H
#define REPORT_SVG_IDS_H

#include <stddef.h>

/* cairo numbers images and surfaces through all pictures that a process makes. This numbers those
 * of one SVG from 1, in place, so that a picture has the same bytes whatever was drawn before.
 * Numbers only become shorter; *size, without the final 0, follows. */
void svg_renumber(char *svg, size_t *size);

#endif

/* What the tests of pictures share: sounds to draw, and a look at what was drawn. */
#ifndef TESTS_PICTURES_H
#define TESTS_PICTURES_H

#include "../support.h"

#include <math.h>

#include "report/palette.h"
#include "ser/audio.h"

/* |a - b| <= tolerance; cmocka's assert_float_equal computes in float. */
#define assert_near(a, b, tolerance)                                                               \
    do {                                                                                           \
        double a_ = (a), b_ = (b);                                                                 \
        if (!(fabs(a_ - b_) <= (tolerance)))                                                       \
            fail_msg("%s is %.17g, expected %.17g", #a, a_, b_);                                   \
    } while (0)

/* A picture read back: (height, width), 0x00RRGGBB. */
struct picture {
    uint32_t *pixels;
    int width, height;
};

/* Decodes a PNG; fails the test when it is none. */
void picture_read(struct picture *picture, const char *bytes, size_t size);
void picture_release(struct picture *picture);
uint32_t picture_at(const struct picture *picture, int x, int y);

/* How many pixels have a colour, within 3 of each of its parts, and the box around them. */
struct found {
    int count, left, right, top, bottom;
};
struct found picture_find(const struct picture *picture, struct colour colour);

/* The same for all that is dark, such as the strokes of text, whose edges are grey. */
struct found picture_find_dark(const struct picture *picture);

/* Fails the test unless the text is one well-formed XML element (with prologue or none): no
 * control characters, tags that nest, quoted attributes, known entities only, and no id twice. */
void assert_well_formed(const char *text, size_t size);

/* Hostile texts: markup, control characters, broken UTF-8, an enormous one. */
enum { HOSTILE_TEXTS = 8 };
const char *hostile_text(int index);

/* A sine of amplitude 0.5 in all channels. */
ser_audio make_tone(double hz, double seconds, int rate, int channels);

/* The same number in all samples. */
ser_audio make_constant(float value, size_t frames, int rate);

#endif

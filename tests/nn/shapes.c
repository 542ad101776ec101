#include "shapes.h"

#include <stdio.h>

#include "base/random.h"

/* kernel, stride, dilation, groups; batch, frames, bands, inputs, outputs, bias */
static const struct convolution_shape listed[] = {
    {{{1, 1}, {1, 1}, {1, 1}, 1}, 1, 1, 1, 1, 1, 1},    /* the smallest */
    {{{7, 7}, {1, 1}, {1, 1}, 1}, 1, 1, 1, 1, 1, 1},    /* all but one tap in the padding */
    {{{1, 1}, {2, 2}, {1, 1}, 1}, 2, 8, 8, 16, 16, 0},  /* negative padding at the end */
    {{{1, 1}, {64, 64}, {1, 1}, 1}, 2, 9, 9, 3, 5, 1},  /* stride beyond the end */
    {{{1, 1}, {2, 2}, {1, 1}, 1}, 3, 14, 6, 2, 3, 1},   /* oneDNN 2.6 once wrote too far */
    {{{2, 2}, {3, 3}, {1, 1}, 1}, 2, 10, 11, 4, 6, 1},  /* even kernel under a wide stride */
    {{{5, 5}, {2, 2}, {1, 1}, 1}, 2, 21, 64, 1, 16, 0}, /* a stem */
    {{{3, 3}, {2, 2}, {1, 1}, 1}, 2, 11, 16, 16, 32, 0},
    {{{3, 3}, {1, 2}, {1, 1}, 1}, 2, 9, 8, 32, 64, 0},
    {{{1, 1}, {1, 1}, {1, 1}, 1}, 2, 9, 8, 32, 64, 1},
    {{{1, 1}, {1, 1}, {1, 1}, 1}, 3, 7, 1, 96, 160, 0}, /* one band */
    {{{5, 1}, {1, 1}, {1, 1}, 1}, 3, 17, 1, 24, 40, 1},
    {{{4, 1}, {2, 1}, {1, 1}, 1}, 3, 18, 1, 17, 19, 1}, /* channels that fill no vector */
    {{{3, 1}, {1, 1}, {8, 1}, 1}, 1, 5, 1, 16, 16, 1},  /* dilation past both ends */
    {{{7, 3}, {1, 1}, {8, 4}, 1}, 1, 6, 5, 8, 8, 0},
    {{{7, 7}, {1, 1}, {16, 16}, 1}, 1, 3, 4, 2, 3, 1},
    {{{3, 3}, {2, 2}, {2, 2}, 1}, 2, 13, 9, 6, 10, 1},
    {{{3, 3}, {1, 1}, {1, 1}, 32}, 2, 9, 10, 32, 32, 1}, /* depthwise */
    {{{5, 3}, {2, 1}, {1, 1}, 24}, 2, 11, 6, 24, 24, 0},
    {{{3, 1}, {1, 1}, {4, 1}, 17}, 2, 12, 1, 17, 17, 1},
    {{{3, 3}, {1, 1}, {1, 1}, 8}, 2, 7, 7, 8, 24, 1}, /* depthwise with three outputs each */
    {{{3, 3}, {1, 1}, {1, 1}, 4}, 2, 8, 7, 64, 64, 1},
    {{{3, 3}, {2, 2}, {1, 1}, 2}, 2, 8, 7, 6, 10, 1},
    {{{1, 1}, {1, 1}, {1, 1}, 2}, 2, 5, 4, 32, 64, 0},
    {{{31, 1}, {1, 1}, {1, 1}, 16}, 1, 40, 1, 16, 16, 1}, /* a conformer's depthwise kernel */
    {{{255, 1}, {1, 1}, {1, 1}, 1}, 1, 20, 1, 3, 3, 1},   /* the longest kernel */
    {{{1, 255}, {1, 64}, {1, 1}, 1}, 1, 2, 80, 2, 3, 1},
    {{{3, 3}, {1, 1}, {256, 256}, 1}, 1, 4, 4, 4, 4, 1}, /* the widest dilation */
};

enum { LISTED = sizeof listed / sizeof *listed };

static int between(struct random *random, int low, int high)
{
    return low + (int)random_below(random, (uint32_t)(high - low + 1));
}

static int channels(struct random *random)
{
    static const int usual[] = {1, 2, 3, 8, 15, 16, 17, 24, 32, 40};
    return usual[random_below(random, sizeof usual / sizeof *usual)];
}

struct convolution_shape shape_convolution(int number)
{
    if (number < LISTED)
        return listed[number];
    struct random random = random_seeded((uint64_t)number, 2);
    struct convolution_shape shape = {.biased = between(&random, 0, 1)};
    int flat = between(&random, 0, 3) == 0;
    for (int axis = 0; axis < 2; axis++) {
        shape.settings.kernel[axis] = axis && flat ? 1 : between(&random, 1, 7);
        shape.settings.stride[axis] = axis && flat ? 1 : between(&random, 1, 3);
        shape.settings.dilation[axis] = between(&random, 0, 2) ? 1 : between(&random, 1, 4);
    }
    shape.batch = between(&random, 1, 3);
    shape.frames = between(&random, 1, 19);
    shape.bands = flat ? 1 : between(&random, 1, 13);
    shape.inputs = channels(&random);
    shape.outputs = channels(&random);
    shape.settings.groups = 1;
    int grouping = between(&random, 0, 4);
    if (grouping == 0) {
        shape.settings.groups = shape.outputs = shape.inputs;
    } else if (grouping == 1) {
        shape.settings.groups = between(&random, 2, 4);
        shape.inputs = shape.settings.groups * between(&random, 1, 9);
        shape.outputs = shape.settings.groups * between(&random, 1, 9);
    }
    return shape;
}

struct pooling_shape shape_pooling(int number)
{
    struct random random = random_seeded((uint64_t)number, 3);
    struct pooling_shape shape = {.settings.kind = number % 2 ? POOLING_MAX : POOLING_AVERAGE};
    shape.batch = between(&random, 1, 3);
    shape.channels = channels(&random);
    int sizes[2];
    for (int axis = 0; axis < 2; axis++) {
        int kernel = between(&random, 1, number % 5 ? 4 : 9);
        shape.settings.kernel[axis] = kernel;
        shape.settings.stride[axis] = between(&random, 1, kernel);
        sizes[axis] = between(&random, number % 2 ? kernel : 1, kernel + 17);
    }
    shape.frames = sizes[0];
    shape.bands = sizes[1];
    return shape;
}

const char *shape_convolution_text(const struct convolution_shape *shape, const char *what)
{
    static char text[256];
    const struct convolution *s = &shape->settings;
    snprintf(text, sizeof text,
             "%s of kernel %dx%d stride %dx%d dilation %dx%d groups %d on %d x %d x %d x %d to %d "
             "channels",
             what, s->kernel[0], s->kernel[1], s->stride[0], s->stride[1], s->dilation[0],
             s->dilation[1], s->groups, shape->batch, shape->frames, shape->bands, shape->inputs,
             shape->outputs);
    return text;
}

const char *shape_pooling_text(const struct pooling_shape *shape, const char *what)
{
    static char text[256];
    const struct pooling *s = &shape->settings;
    snprintf(text, sizeof text, "%s of %s pooling of %dx%d stride %dx%d on %d x %d x %d x %d", what,
             s->kind == POOLING_MAX ? "max" : "average", s->kernel[0], s->kernel[1], s->stride[0],
             s->stride[1], shape->batch, shape->frames, shape->bands, shape->channels);
    return text;
}

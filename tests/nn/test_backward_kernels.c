/* The oneDNN engine's backward kernels against the definitions in double precision. */
#include <math.h>
#include <string.h>

#include "naive.h"
#include "nn/kernels.h"
#include "shapes.h"
#include "toy.h"

static ser_error error;
static const struct kernels *const k = &kernels_onednn;

/* A layer's arrays; the expected ones are the definition's. */
struct work {
    struct engine *engine;
    struct tensor x, dy, dx, expected_dx, weight, dweight, expected_dweight, dbias, expected_dbias;
};

static int set_up(void **state)
{
    static struct work work;
    work = (struct work){0};
    assert_ok(k->create(&work.engine, false, &error));
    *state = &work;
    return 0;
}

static int tear_down(void **state)
{
    struct work *w = *state;
    struct tensor *tensors[] = {&w->x,
                                &w->dy,
                                &w->dx,
                                &w->weight,
                                &w->dweight,
                                &w->expected_dx,
                                &w->dbias,
                                &w->expected_dweight,
                                &w->expected_dbias};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        tensor_release(tensors[i]);
    k->destroy(w->engine);
    return 0;
}

static void spoil(struct tensor *tensor)
{
    for (size_t i = 0; i < tensor_count(tensor); i++)
        tensor->data[i] = NAN;
}

/* Gradients overwrite: they start as NaN, and nothing may be added to them. */
static void spoil_gradients(struct work *w)
{
    spoil(&w->dx);
    spoil(&w->dweight);
    spoil(&w->dbias);
}

/* Shapes dx and the parameters' gradients; parameters are (outputs, inputs, ...) and (outputs). */
static void shape_gradients(struct work *w, const struct tensor *weight, int outputs)
{
    assert_ok(tensor_resize_like(&w->dx, &w->x, &error));
    assert_ok(tensor_resize_like(&w->expected_dx, &w->x, &error));
    assert_ok(tensor_resize_like(&w->dweight, weight, &error));
    assert_ok(tensor_resize_like(&w->expected_dweight, weight, &error));
    assert_ok(tensor_resize(&w->dbias, 1, 1, 1, outputs, &error));
    assert_ok(tensor_resize(&w->expected_dbias, 1, 1, 1, outputs, &error));
    spoil_gradients(w);
}

static void compare(const struct work *w, double tolerance, bool dx, bool dbias, const char *what)
{
    char text[300];
    toy_assert_same_sound(&w->dweight, &w->expected_dweight, tolerance, what);
    snprintf(text, sizeof text, "dx %s", what);
    if (dx)
        toy_assert_same_sound(&w->dx, &w->expected_dx, tolerance, text);
    snprintf(text, sizeof text, "dbias %s", what);
    if (dbias)
        toy_assert_same_sound(&w->dbias, &w->expected_dbias, tolerance, text);
}

static void compare_convolution(struct work *w, const struct convolution_shape *shape)
{
    const struct convolution *s = &shape->settings;
    bool biased = shape->biased;
    naive_convolution_backward(s, &w->x, w->weight.data, &w->dy, &w->expected_dx,
                               w->expected_dweight.data, w->expected_dbias.data);
    assert_ok(k->convolution_backward(w->engine, s, &w->x, w->weight.data, &w->dy, &w->dx,
                                      w->dweight.data, biased ? w->dbias.data : NULL, &error));
    compare(w, 1e-5, true, biased, shape_convolution_text(shape, "backward"));
    spoil_gradients(w); /* without dx */
    assert_ok(k->convolution_backward(w->engine, s, &w->x, w->weight.data, &w->dy, NULL,
                                      w->dweight.data, biased ? w->dbias.data : NULL, &error));
    compare(w, 1e-5, false, biased, shape_convolution_text(shape, "backward without dx"));
}

static void test_convolutions(void **state)
{
    struct work *w = *state;
    for (int number = 0; number < CONVOLUTION_SHAPES; number++) {
        struct convolution_shape shape = shape_convolution(number);
        const struct convolution *s = &shape.settings;
        toy_tensor(&w->x, shape.batch, shape.frames, shape.bands, shape.inputs, 1);
        toy_tensor(&w->weight, shape.outputs, shape.inputs / s->groups, s->kernel[0], s->kernel[1],
                   2);
        toy_tensor(&w->dy, shape.batch, naive_convolution_positions(s, 0, shape.frames),
                   naive_convolution_positions(s, 1, shape.bands), shape.outputs, 3);
        shape_gradients(w, &w->weight, shape.outputs);
        compare_convolution(w, &shape);
    }
}

static void test_dense_layers(void **state)
{
    struct work *w = *state;
    static const int shapes[][5] = {/* batch, frames, bands, inputs, outputs */
                                    {1, 1, 1, 1, 1},     {1, 1, 1, 16, 4},   {32, 1, 1, 320, 8},
                                    {3, 7, 1, 17, 33},   {2, 5, 3, 9, 2},    {1, 1, 1, 1000, 7},
                                    {2, 38, 1, 160, 64}, {1, 301, 2, 3, 13}, {5, 1, 1, 1, 6}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int *s = shapes[i];
        toy_tensor(&w->x, s[0], s[1], s[2], s[3], 1);
        toy_tensor(&w->weight, s[4], s[3], 1, 1, 2);
        toy_tensor(&w->dy, s[0], s[1], s[2], s[4], 3);
        shape_gradients(w, &w->weight, s[4]);
        naive_dense_backward(&w->x, w->weight.data, &w->dy, &w->expected_dx,
                             w->expected_dweight.data, w->expected_dbias.data);
        assert_ok(k->dense_backward(w->engine, &w->x, w->weight.data, &w->dy, &w->dx,
                                    w->dweight.data, w->dbias.data, &error));
        compare(w, 3e-6, true, true, "dense");
        spoil_gradients(w);
        assert_ok(k->dense_backward(w->engine, &w->x, w->weight.data, &w->dy, NULL, w->dweight.data,
                                    w->dbias.data, &error));
        compare(w, 3e-6, false, true, "dense without dx");
    }
}

static void test_poolings(void **state)
{
    struct work *w = *state;
    for (int number = 0; number < POOLING_SHAPES; number++) {
        struct pooling_shape shape = shape_pooling(number);
        const struct pooling *s = &shape.settings;
        toy_tensor(&w->x, shape.batch, shape.frames, shape.bands, shape.channels, 1);
        toy_tensor(&w->dy, shape.batch, naive_pooling_positions(s, 0, shape.frames),
                   naive_pooling_positions(s, 1, shape.bands), shape.channels, 2);
        assert_ok(tensor_resize_like(&w->dx, &w->x, &error));
        assert_ok(tensor_resize_like(&w->expected_dx, &w->x, &error));
        spoil(&w->dx);
        assert_ok(k->pooling_backward(w->engine, s, &w->x, &w->dy, &w->dx, &error));
        naive_pooling_backward(s, &w->x, &w->dy, &w->expected_dx);
        toy_assert_same_sound(&w->dx, &w->expected_dx, 2e-6,
                              shape_pooling_text(&shape, "backward"));
    }
}

/* Two poolings of one shape share an operation, and so its memory of where the largest were. */
static void test_two_max_poolings_of_one_shape(void **state)
{
    struct work *w = *state;
    struct pooling s = {POOLING_MAX, {2, 2}, {2, 2}};
    struct tensor other = {0}, y = {0};
    toy_tensor(&w->x, 2, 6, 8, 16, 1);
    toy_tensor(&other, 2, 6, 8, 16, 2);
    toy_tensor(&w->dy, 2, 3, 4, 16, 3);
    assert_ok(tensor_resize_like(&w->dx, &w->x, &error));
    assert_ok(tensor_resize_like(&w->expected_dx, &w->x, &error));
    assert_ok(tensor_resize_like(&y, &w->dy, &error));
    assert_ok(k->pooling_forward(w->engine, &s, &w->x, &y, &error));
    assert_ok(k->pooling_forward(w->engine, &s, &other, &y, &error));
    assert_ok(k->pooling_backward(w->engine, &s, &w->x, &w->dy, &w->dx, &error));
    naive_pooling_backward(&s, &w->x, &w->dy, &w->expected_dx);
    toy_assert_same_sound(&w->dx, &w->expected_dx, 1e-6, "first pooling");
    tensor_release(&other);
    tensor_release(&y);
}

static void test_activations(void **state)
{
    struct work *w = *state;
    enum { COUNT = 3001 };
    toy_tensor(&w->dy, 1, COUNT, 1, 1, 2);
    assert_ok(tensor_resize_like(&w->x, &w->dy, &error));
    assert_ok(tensor_resize_like(&w->dx, &w->dy, &error));
    for (int i = 0; i < COUNT; i++)
        w->x.data[i] = (float)(i - COUNT / 2) * 0.02f;
    for (int a = ACTIVATION_RELU; a <= ACTIVATION_SIGMOID; a++) {
        spoil(&w->dx);
        assert_ok(
            k->activation_backward(w->engine, (enum activation)a, &w->x, &w->dy, &w->dx, &error));
        for (int i = 0; i < COUNT; i++) {
            double slope = naive_activation_slope((enum activation)a, (double)w->x.data[i]);
            if (!(fabs((double)w->dx.data[i] - slope * (double)w->dy.data[i]) <= 2e-6))
                fail_msg("the slope of activation %d at %g is %g, expected %g", a,
                         (double)w->x.data[i], (double)(w->dx.data[i] / w->dy.data[i]), slope);
        }
    }
}

static const int norm_shapes[][4] = {{1, 3, 2, 3},   {1, 4, 1, 16},  {2, 5, 3, 7}, {3, 4, 1, 64},
                                     {4, 30, 8, 96}, {2, 3, 1, 129}, {5, 9, 2, 5}};

static void test_layer_norms(void **state)
{
    struct work *w = *state;
    for (size_t i = 0; i < sizeof norm_shapes / sizeof *norm_shapes; i++) {
        const int *s = norm_shapes[i];
        toy_tensor(&w->x, s[0], s[1], s[2], s[3], 1);
        toy_tensor(&w->dy, s[0], s[1], s[2], s[3], 2);
        toy_tensor(&w->weight, 1, 1, 1, s[3], 3);
        shape_gradients(w, &w->weight, s[3]);
        naive_layer_norm_backward(&w->x, w->weight.data, &w->dy, &w->expected_dx,
                                  w->expected_dweight.data, w->expected_dbias.data);
        assert_ok(k->layer_norm_backward(w->engine, &w->x, w->weight.data, &w->dy, &w->dx,
                                         w->dweight.data, w->dbias.data, &error));
        compare(w, 1e-5, true, true, "layer norm");
        spoil_gradients(w);
        assert_ok(k->layer_norm_backward(w->engine, &w->x, w->weight.data, &w->dy, NULL,
                                         w->dweight.data, w->dbias.data, &error));
        compare(w, 1e-5, false, true, "layer norm without dx");
    }
}

/* The last item is one frame shorter than the others, and its padding full of NaN. */
static void shorten(struct work *w)
{
    if (w->x.batch == 1)
        return;
    int last = w->x.batch - 1, frames = w->x.frames - 1;
    size_t start = (size_t)frames * tensor_frame_size(&w->x);
    w->x.lengths[last] = w->dy.lengths[last] = frames;
    for (size_t i = start; i < tensor_item_size(&w->x); i++)
        tensor_item(&w->x, last)[i] = tensor_item(&w->dy, last)[i] = NAN;
}

static void assert_statistics(struct work *w, float *mean, float *variance)
{
    double expected_mean[129], expected_variance[129];
    assert_ok(k->batch_norm_statistics(w->engine, &w->x, mean, variance, &error));
    naive_statistics(&w->x, expected_mean, expected_variance);
    for (int c = 0; c < w->x.channels; c++) {
        assert_true(fabs((double)mean[c] - expected_mean[c]) <= 1e-7);
        assert_true(fabs((double)variance[c] - expected_variance[c]) <=
                    1e-6 * expected_variance[c]);
    }
}

static void test_batch_norms_over_sound_only(void **state)
{
    struct work *w = *state;
    float mean[129], variance[129];
    for (size_t i = 0; i < sizeof norm_shapes / sizeof *norm_shapes; i++) {
        const int *s = norm_shapes[i];
        toy_tensor(&w->x, s[0], s[1], s[2], s[3], 1);
        toy_tensor(&w->dy, s[0], s[1], s[2], s[3], 2);
        toy_tensor(&w->weight, 1, 1, 1, s[3], 3);
        shorten(w);
        shape_gradients(w, &w->weight, s[3]);
        assert_statistics(w, mean, variance);
        naive_batch_norm_backward(&w->x, w->weight.data, &w->dy, &w->expected_dx,
                                  w->expected_dweight.data, w->expected_dbias.data);
        assert_ok(k->batch_norm_backward(w->engine, &w->x, mean, variance, w->weight.data, &w->dy,
                                         &w->dx, w->dweight.data, w->dbias.data, &error));
        compare(w, 1e-5, true, true, "batch norm");
        spoil_gradients(w);
        assert_ok(k->batch_norm_backward(w->engine, &w->x, mean, variance, w->weight.data, &w->dy,
                                         NULL, w->dweight.data, w->dbias.data, &error));
        compare(w, 1e-5, false, true, "batch norm without dx");
    }
}

/* Statistics must survive a mean that is large against the deviation. */
static void test_batch_statistics_of_a_large_offset(void **state)
{
    struct work *w = *state;
    float mean[5], variance[5];
    double expected_mean[5], expected_variance[5];
    toy_tensor(&w->x, 4, 50, 10, 5, 1);
    for (size_t i = 0; i < tensor_count(&w->x); i++)
        w->x.data[i] = 1000 + 0.1f * w->x.data[i];
    assert_ok(k->batch_norm_statistics(w->engine, &w->x, mean, variance, &error));
    naive_statistics(&w->x, expected_mean, expected_variance);
    for (int c = 0; c < 5; c++) {
        assert_true(fabs((double)mean[c] - expected_mean[c]) <= 1e-4);
        assert_true(fabs((double)variance[c] - expected_variance[c]) <=
                    1e-3 * expected_variance[c]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_convolutions),
        TEST(test_dense_layers),
        TEST(test_poolings),
        TEST(test_two_max_poolings_of_one_shape),
        TEST(test_activations),
        TEST(test_layer_norms),
        TEST(test_batch_norms_over_sound_only),
        TEST(test_batch_statistics_of_a_large_offset),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

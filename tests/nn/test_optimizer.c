/* AdamW, clipping, the moving average and the schedule, against a twin in double precision. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/optimizer.h"
#include "toy.h"

static ser_error error;

/* A batch_norm with its statistics (one channel), and a dense layer of three units. */
#define NETWORK                                                                                    \
    "[{'type': 'batch_norm'}, {'type': 'global_pool', 'mode': 'max'}, {'type': 'dense', 'units': " \
    "3}]"

enum { STEPS = 25, MAX_COUNT = 3, PARAMETERS = 6 };

/* What the optimizer must do, per parameter. */
struct twin {
    double value[PARAMETERS][MAX_COUNT], mean[PARAMETERS][MAX_COUNT], square[PARAMETERS][MAX_COUNT],
        average[PARAMETERS][MAX_COUNT];
    int step;
};

struct work {
    struct network *network;
    struct optimizer *optimizer;
    float *gradients[PARAMETERS];
    struct twin twin;
};

static void work_open(struct work *w, const struct optimizer_settings *settings)
{
    *w = (struct work){.network = toy_network(NETWORK, 2, 3)};
    assert_int_equal(w->network->parameter_count, PARAMETERS);
    assert_ok(optimizer_create(&w->optimizer, w->network, settings, &error));
    for (int i = 0; i < PARAMETERS; i++) {
        const struct parameter *p = &w->network->parameters[i];
        assert_in_range(p->count, 1, MAX_COUNT);
        w->gradients[i] = calloc(p->count, sizeof(float));
        assert_non_null(w->gradients[i]);
        for (size_t j = 0; j < p->count; j++)
            w->twin.value[i][j] = w->twin.average[i][j] = (double)p->values[j];
    }
}

static void work_close(struct work *w)
{
    for (int i = 0; i < PARAMETERS; i++)
        free(w->gradients[i]);
    optimizer_destroy(w->optimizer);
    network_destroy(w->network);
}

static bool is_statistic(const struct work *w, int index)
{
    return w->network->parameters[index].role == PARAMETER_STATISTIC;
}

static double twin_norm(const struct work *w)
{
    double sum = 0;
    for (int i = 0; i < PARAMETERS; i++)
        for (size_t j = 0; !is_statistic(w, i) && j < w->network->parameters[i].count; j++)
            sum += pow((double)w->gradients[i][j], 2);
    return sqrt(sum);
}

/* Algorithm 2 of Loshchilov & Hutter 2019, value by value. */
static void twin_update(struct work *w, int i, size_t j, double gradient, double rate)
{
    const struct optimizer_settings *s = &w->optimizer->settings;
    struct twin *t = &w->twin;
    double decay = w->network->parameters[i].role == PARAMETER_WEIGHT ? s->decay : 0;
    t->mean[i][j] = s->beta1 * t->mean[i][j] + (1 - s->beta1) * gradient;
    t->square[i][j] = s->beta2 * t->square[i][j] + (1 - s->beta2) * gradient * gradient;
    double mean = t->mean[i][j] / (1 - pow(s->beta1, t->step));
    double square = t->square[i][j] / (1 - pow(s->beta2, t->step));
    t->value[i][j] -= rate * (mean / (sqrt(square) + s->epsilon) + decay * t->value[i][j]);
}

static void twin_step(struct work *w, double factor)
{
    const struct optimizer_settings *s = &w->optimizer->settings;
    struct twin *t = &w->twin;
    double norm = twin_norm(w), scale = s->clip > 0 && norm > s->clip ? s->clip / norm : 1;
    t->step++;
    double keep = fmin(s->average, (1.0 + t->step) / (10.0 + t->step));
    for (int i = 0; i < PARAMETERS; i++)
        for (size_t j = 0; j < w->network->parameters[i].count; j++) {
            double gradient = (double)w->gradients[i][j];
            if (is_statistic(w, i))
                t->value[i][j] += s->momentum * (gradient - t->value[i][j]);
            else
                twin_update(w, i, j, scale * gradient, s->rate * factor);
            t->average[i][j] = keep * t->average[i][j] + (1 - keep) * t->value[i][j];
        }
}

static void compare(const struct work *w, double expected[PARAMETERS][MAX_COUNT], const char *what)
{
    for (int i = 0; i < PARAMETERS; i++) {
        const struct parameter *p = &w->network->parameters[i];
        for (size_t j = 0; j < p->count; j++)
            if (!(fabs((double)p->values[j] - expected[i][j]) <= 2e-6))
                fail_msg("%s: %s[%zu] is %.9g, expected %.9g", what, p->name, j,
                         (double)p->values[j], expected[i][j]);
    }
}

static void fill_gradients(struct work *w, int seed, float size)
{
    for (int i = 0; i < PARAMETERS; i++)
        toy_fill(w->gradients[i], w->network->parameters[i].count, (uint64_t)(seed * 100 + i),
                 -size, size);
}

static void follow(const struct optimizer_settings *settings, float size)
{
    struct work w;
    work_open(&w, settings);
    for (int step = 0; step < STEPS; step++) {
        fill_gradients(&w, step, size);
        double factor = 1 - 0.03 * step, norm = twin_norm(&w);
        assert_true(fabs(optimizer_step(w.optimizer, w.gradients, factor) - norm) <= 1e-6 * norm);
        twin_step(&w, factor);
        compare(&w, w.twin.value, "value");
    }
    assert_int_equal(w.optimizer->step, STEPS);
    optimizer_swap_average(w.optimizer);
    compare(&w, w.twin.average, "average");
    optimizer_swap_average(w.optimizer);
    compare(&w, w.twin.value, "value after the average");
    work_close(&w);
}

static void test_steps_follow_the_twin(void **state)
{
    (void)state;
    struct optimizer_settings s = optimizer_settings_defaults();
    s.rate = 0.01;
    follow(&s, 1); /* gradients whose norm is below the clip */
    follow(&s, 1e-3f);
    s.decay = 0.5;
    s.average = 0.999;
    follow(&s, 1);
    s.beta1 = 0;
    s.beta2 = 0.999;
    s.momentum = 1;
    follow(&s, 1);
}

static void test_clipping_follows_the_twin(void **state)
{
    (void)state;
    struct optimizer_settings s = optimizer_settings_defaults();
    s.epsilon = 0.1; /* else Adam hides the size of the gradients */
    s.clip = 0.5;
    follow(&s, 10);
    s.clip = 0;
    follow(&s, 10);
}

static void test_the_first_step_by_hand(void **state)
{
    (void)state;
    struct optimizer_settings s = optimizer_settings_defaults();
    s.rate = 0.1;
    s.decay = 0.2;
    s.average = 0;
    struct work w;
    work_open(&w, &s);
    float *weight = toy_parameter(w.network, "layers.2.weight");
    float *bias = toy_parameter(w.network, "layers.2.bias");
    float *mean = toy_parameter(w.network, "layers.0.running_mean");
    weight[0] = bias[0] = 1;
    mean[0] = 2;
    w.gradients[4][0] = w.gradients[5][0] = 3; /* of weight and bias */
    w.gradients[2][0] = 12;                    /* the mean that the batch showed */
    optimizer_step(w.optimizer, w.gradients, 0.5);
    /* The first step is the rate times the sign; the weight decays by 0.05 * 0.2 first. */
    assert_float_equal(weight[0], 0.94f, 1e-6);
    assert_float_equal(bias[0], 0.95f, 1e-6);
    assert_float_equal(mean[0], 3, 1e-6);
    work_close(&w);
}

static void test_without_average_the_swap_changes_nothing(void **state)
{
    (void)state;
    struct optimizer_settings s = optimizer_settings_defaults();
    s.average = 0;
    struct work w;
    work_open(&w, &s);
    for (int step = 0; step < 5; step++) {
        fill_gradients(&w, step, 1);
        optimizer_step(w.optimizer, w.gradients, 1);
    }
    float before[PARAMETERS][MAX_COUNT];
    for (int i = 0; i < PARAMETERS; i++)
        memcpy(before[i], w.network->parameters[i].values,
               w.network->parameters[i].count * sizeof(float));
    optimizer_swap_average(w.optimizer);
    for (int i = 0; i < PARAMETERS; i++)
        assert_memory_equal(before[i], w.network->parameters[i].values,
                            w.network->parameters[i].count * sizeof(float));
    work_close(&w);
}

static void test_gradients_that_are_no_numbers_change_nothing(void **state)
{
    (void)state;
    static const float wrong[] = {NAN, INFINITY, -INFINITY};
    struct optimizer_settings s = optimizer_settings_defaults();
    struct work w;
    work_open(&w, &s);
    fill_gradients(&w, 1, 1);
    optimizer_step(w.optimizer, w.gradients, 1);
    for (int i = 0; i < PARAMETERS; i++)
        for (size_t j = 0; j < w.network->parameters[i].count; j++)
            w.twin.value[i][j] = (double)w.network->parameters[i].values[j];
    for (int i = 0; i < 3; i++) {
        fill_gradients(&w, 2, 1);
        w.gradients[5][0] = wrong[i];
        double norm = optimizer_step(w.optimizer, w.gradients, 1);
        assert_true(!isfinite(norm));
        assert_int_equal(w.optimizer->step, 1);
        for (int k = 0; k < PARAMETERS; k++)
            for (size_t j = 0; j < w.network->parameters[k].count; j++)
                assert_true((double)w.network->parameters[k].values[j] == w.twin.value[k][j]);
    }
    fill_gradients(&w, 2, 1);
    assert_true(isfinite(optimizer_step(w.optimizer, w.gradients, 1)));
    for (int k = 0; k < PARAMETERS; k++)
        for (size_t j = 0; j < w.network->parameters[k].count; j++)
            assert_true(isfinite(w.network->parameters[k].values[j]));
    work_close(&w);
}

static void test_zero_gradients_only_decay(void **state)
{
    (void)state;
    struct optimizer_settings s = optimizer_settings_defaults();
    s.rate = 0.1;
    s.decay = 0.1;
    struct work w;
    work_open(&w, &s);
    float weight = toy_parameter(w.network, "layers.2.weight")[1];
    float bias = toy_parameter(w.network, "layers.2.bias")[1];
    assert_true(optimizer_step(w.optimizer, w.gradients, 1) == 0);
    assert_float_equal(toy_parameter(w.network, "layers.2.weight")[1], weight * 0.99f, 1e-6);
    assert_true(toy_parameter(w.network, "layers.2.bias")[1] == bias);
    work_close(&w);
    optimizer_destroy(NULL);
}

/* The first step of a weight is the rate, towards the other side of the gradient, after its decay.
 */
static void assert_stepped(float value, float before, float gradient)
{
    double expected = (1 - 2e-3 * 0.02) * (double)before - copysign(2e-3, (double)gradient);
    assert_true(fabs((double)value - expected) <= 1e-6);
}

/* Many values, as real networks have. */
static void test_large_parameters(void **state)
{
    (void)state;
    const char *layers = "[{'type': 'flatten'}, {'type': 'dense', 'units': 700}, "
                         "{'type': 'global_pool'}, {'type': 'dense', 'units': 3}]";
    struct optimizer_settings s = optimizer_settings_defaults();
    s.clip = 1;
    struct network *network = toy_network(layers, 333, 3);
    struct optimizer *optimizer;
    assert_ok(optimizer_create(&optimizer, network, &s, &error));
    size_t count = network->parameters[0].count;
    float *gradients[4];
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        gradients[i] = calloc(network->parameters[i].count, sizeof(float));
        assert_non_null(gradients[i]);
        toy_fill(gradients[i], network->parameters[i].count, (uint64_t)i + 50, -1, 1);
        for (size_t j = 0; j < network->parameters[i].count; j++)
            sum += pow((double)gradients[i][j], 2);
    }
    float first = network->parameters[0].values[0], last = network->parameters[0].values[count - 1];
    double norm = optimizer_step(optimizer, gradients, 1);
    assert_true(fabs(norm - sqrt(sum)) <= 1e-9 * norm);
    assert_stepped(network->parameters[0].values[0], first, gradients[0][0]);
    assert_stepped(network->parameters[0].values[count - 1], last, gradients[0][count - 1]);
    for (int i = 0; i < 4; i++)
        free(gradients[i]);
    optimizer_destroy(optimizer);
    network_destroy(network);
}

static void test_schedule(void **state)
{
    (void)state;
    assert_float_equal(schedule_factor(0, 10, 110), 0.1, 1e-9);
    assert_float_equal(schedule_factor(4, 10, 110), 0.5, 1e-9);
    assert_float_equal(schedule_factor(9, 10, 110), 1, 1e-9);
    assert_float_equal(schedule_factor(10, 10, 110), 1, 1e-9);
    assert_float_equal(schedule_factor(60, 10, 110), 0.5, 1e-9);
    assert_float_equal(schedule_factor(110, 10, 110), 0, 1e-9);
    assert_float_equal(schedule_factor(500, 10, 110), 0, 1e-9);
    assert_float_equal(schedule_factor(0, 0, 10), 1, 1e-9);
    assert_float_equal(schedule_factor(0, 0, 0), 0, 1e-9);
    assert_float_equal(schedule_factor(3, 5, 5), 0.8, 1e-9);
    assert_float_equal(schedule_factor(5, 5, 5), 0, 1e-9);
    for (long step = 11; step <= 110; step++)
        assert_true(schedule_factor(step, 10, 110) < schedule_factor(step - 1, 10, 110));
    assert_true(schedule_factor(109, 10, 110) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_step_by_hand),
        cmocka_unit_test(test_steps_follow_the_twin),
        cmocka_unit_test(test_clipping_follows_the_twin),
        cmocka_unit_test(test_without_average_the_swap_changes_nothing),
        cmocka_unit_test(test_gradients_that_are_no_numbers_change_nothing),
        cmocka_unit_test(test_zero_gradients_only_decay),
        cmocka_unit_test(test_large_parameters),
        cmocka_unit_test(test_schedule),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

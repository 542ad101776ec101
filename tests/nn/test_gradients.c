/* Every kind of layer: the gradients of its parameters and, through a layer before it, of its
 * input, against central differences of the loss. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"

static ser_error error;

/* One network at work: the loss is a fixed random projection of its logits. */
struct problem {
    struct network *network;
    struct executor *executor;
    struct tensor x, projection;
};

static void problem_open(struct problem *p, const struct kind_case *kind)
{
    *p = (struct problem){.network = kind_network(kind)};
    assert_ok(executor_create(&p->executor, p->network, &kernels_onednn, true, 1, &error));
    p->executor->noise = 77;
    toy_batch(&p->x, kind_lengths, KIND_ITEMS, 14, KIND_BANDS, 5);
    toy_tensor(&p->projection, KIND_ITEMS, 1, 1, KIND_CLASSES, 6);
}

static void problem_close(struct problem *p)
{
    executor_destroy(p->executor);
    network_destroy(p->network);
    tensor_release(&p->x);
    tensor_release(&p->projection);
}

static double loss(struct problem *p)
{
    const struct tensor *logits;
    assert_ok(executor_forward(p->executor, &p->x, &logits, &error));
    assert_int_equal(tensor_count(logits), tensor_count(&p->projection));
    double sum = 0;
    for (size_t i = 0; i < tensor_count(logits); i++)
        sum += (double)logits->data[i] * (double)p->projection.data[i];
    return sum;
}

static double difference(struct problem *p, float *value, double step)
{
    float before = *value;
    *value = (float)((double)before + step);
    double high = loss(p), at = (double)*value;
    *value = (float)((double)before - step);
    double low = loss(p), distance = at - (double)*value;
    *value = before;
    return (high - low) / distance;
}

/* Richardson's extrapolation of two central differences. */
static double slope(struct problem *p, float *value, double step)
{
    return (4 * difference(p, value, step / 2) - difference(p, value, step)) / 3;
}

static bool is_trained(const struct parameter *parameter)
{
    return parameter->role != PARAMETER_STATISTIC;
}

static double norm(const float *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i] * (double)values[i];
    return sqrt(sum);
}

/* Root mean square of all gradients. */
static double usual_gradient(const struct problem *p, float *const *gradients)
{
    double sum = 0, count = 0;
    for (int i = 0; i < p->network->parameter_count; i++)
        if (is_trained(&p->network->parameters[i])) {
            sum += pow(norm(gradients[i], p->network->parameters[i].count), 2);
            count += (double)p->network->parameters[i].count;
        }
    return sqrt(sum / count);
}

/* Where a maximum is taken, two values may lie closer than a step. */
static double tolerance(const struct kind_case *kind)
{
    if (!strcmp(kind->kind, "max_pool"))
        return 0.1;
    return !strcmp(kind->kind, "relu") || strstr(kind->settings, "'max'") ? 0.01 : 0.001;
}

/* Rounding of the loss alone leaves about 1e-4 of the usual gradient in each difference. */
static void check_parameter(struct problem *p, int index, const float *gradient, double usual,
                            const struct kind_case *kind)
{
    struct parameter *parameter = &p->network->parameters[index];
    double sum = 0, noise = 5e-4 * usual * sqrt((double)parameter->count);
    for (size_t j = 0; j < parameter->count; j++)
        sum += pow(slope(p, &parameter->values[j], 4e-3) - (double)gradient[j], 2);
    double limit = tolerance(kind) * norm(gradient, parameter->count) + noise;
    if (!(sqrt(sum) <= limit))
        fail_msg("%s: the gradient of %s, whose norm is %g, is off by %g, expected at most %g",
                 kind_text(kind), parameter->name, norm(gradient, parameter->count), sqrt(sum),
                 limit);
}

/* Copies the executor's gradients, which forward passes of batch_norm overwrite. */
static float **copy_gradients(const struct problem *p)
{
    float **copies = calloc((size_t)p->network->parameter_count, sizeof *copies);
    assert_non_null(copies);
    for (int i = 0; i < p->network->parameter_count; i++) {
        size_t bytes = p->network->parameters[i].count * sizeof(float);
        copies[i] = malloc(bytes);
        assert_non_null(copies[i]);
        memcpy(copies[i], p->executor->gradients[i], bytes);
    }
    return copies;
}

static void free_copies(const struct problem *p, float **copies)
{
    for (int i = 0; i < p->network->parameter_count; i++)
        free(copies[i]);
    free(copies);
}

static void check_case(const struct kind_case *kind)
{
    struct problem p;
    problem_open(&p, kind);
    loss(&p);
    assert_ok(executor_backward(p.executor, &p.projection, &error));
    float **gradients = copy_gradients(&p);
    double usual = usual_gradient(&p, gradients);
    assert_true(usual > 1e-3);
    for (int i = 0; i < p.network->parameter_count; i++)
        if (is_trained(&p.network->parameters[i]))
            check_parameter(&p, i, gradients[i], usual, kind);
    free_copies(&p, gradients);
    problem_close(&p);
}

static void test_gradients_of_every_kind(void **state)
{
    (void)state;
    for (int i = 0; i < kind_case_count; i++)
        check_case(&kind_cases[i]);
}

static void test_every_kind_has_a_case(void **state)
{
    (void)state;
    for (int i = 0; layer_kinds[i]; i++) {
        int cases = 0;
        for (int j = 0; j < kind_case_count; j++)
            cases += !strcmp(kind_cases[j].kind, layer_kinds[i]->name);
        if (!cases)
            fail_msg("the layer %s has no case in kinds.c", layer_kinds[i]->name);
    }
}

/* A second backward pass gives the same: gradients are overwritten, not added up. */
static void test_gradients_do_not_add_up(void **state)
{
    (void)state;
    for (int i = 0; i < kind_case_count; i++) {
        struct problem p;
        problem_open(&p, &kind_cases[i]);
        loss(&p);
        assert_ok(executor_backward(p.executor, &p.projection, &error));
        float **gradients = copy_gradients(&p);
        loss(&p);
        assert_ok(executor_backward(p.executor, &p.projection, &error));
        for (int j = 0; j < p.network->parameter_count; j++)
            assert_memory_equal(gradients[j], p.executor->gradients[j],
                                p.network->parameters[j].count * sizeof(float));
        free_copies(&p, gradients);
        problem_close(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_a_case),
        cmocka_unit_test(test_gradients_of_every_kind),
        cmocka_unit_test(test_gradients_do_not_add_up),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

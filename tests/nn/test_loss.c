/* Softmax and cross-entropy, against their definitions in double precision. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "nn/loss.h"
#include "toy.h"

enum { BATCH = 5, CLASSES = 4 };

static const int targets[BATCH] = {2, 0, 3, 3, 1};

/* The formula of loss.h, word by word: of a mixture, the weighted mean of both clips' losses. */
static double definition(const struct tensor *logits, const struct target_mixture *mixture,
                         const float *weights, double smoothing)
{
    double loss = 0, total = 0;
    int classes = logits->channels;
    for (int i = 0; i < logits->batch; i++) {
        const float *z = tensor_item(logits, i);
        double sum = 0;
        for (int c = 0; c < classes; c++)
            sum += exp((double)z[c]);
        for (int part = 0; part < (mixture ? 2 : 1); part++) {
            int target = part ? mixture->partners[i] : targets[i];
            double share = mixture ? (double)mixture->shares[i] : 1;
            double weight = (part ? 1 - share : share) * (weights ? (double)weights[target] : 1);
            for (int c = 0; c < classes; c++) {
                double q = (c == target ? 1 - smoothing : 0) + smoothing / classes;
                loss -= weight * q * log(exp((double)z[c]) / sum);
            }
            total += weight;
        }
    }
    return loss / total;
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g within %g", value, expected, tolerance);
}

static void test_softmax(void **state)
{
    (void)state;
    float p[3];
    softmax((const float[]){0, 0, 0}, p, 3);
    for (int c = 0; c < 3; c++)
        assert_near((double)p[c], 1.0 / 3, 1e-7);
    softmax((const float[]){1, 2, 4}, p, 3);
    double total = exp(1) + exp(2) + exp(4);
    assert_near((double)p[0], exp(1) / total, 1e-7);
    assert_near((double)p[1], exp(2) / total, 1e-7);
    assert_near((double)p[2], exp(4) / total, 1e-7);
    float same[] = {1, 2, 4};
    softmax(same, same, 3);
    assert_memory_equal(same, p, sizeof p);
    softmax((const float[]){-7}, p, 1);
    assert_true(p[0] == 1);
}

static void test_softmax_of_extreme_logits(void **state)
{
    (void)state;
    static const float extremes[][3] = {{1e4f, 0, -1e4f},
                                        {FLT_MAX, -FLT_MAX, 0},
                                        {-FLT_MAX, -FLT_MAX, -FLT_MAX},
                                        {FLT_MAX, FLT_MAX, FLT_MAX}};
    static const double expected[][3] = {
        {1, 0, 0}, {1, 0, 0}, {1.0 / 3, 1.0 / 3, 1.0 / 3}, {1.0 / 3, 1.0 / 3, 1.0 / 3}};
    for (int i = 0; i < 4; i++) {
        float p[3];
        softmax(extremes[i], p, 3);
        for (int c = 0; c < 3; c++)
            assert_near((double)p[c], expected[i][c], 1e-7);
    }
}

static void test_by_hand(void **state)
{
    (void)state;
    struct tensor logits = {0}, dlogits = {0};
    toy_tensor(&logits, 2, 1, 1, 2, 1);
    toy_tensor(&dlogits, 2, 1, 1, 2, 1);
    memcpy(logits.data, (float[]){0, 0, 0, 1.0986123f /* log 3 */}, 4 * sizeof(float));
    /* Probabilities 1/2 1/2 and 1/4 3/4; targets 0 and 1. */
    double loss = cross_entropy(&logits, (int[]){0, 1}, NULL, NULL, 0, &dlogits);
    assert_near(loss, (log(2) + log(4.0 / 3)) / 2, 1e-7);
    assert_near((double)dlogits.data[0], -0.25, 1e-7);
    assert_near((double)dlogits.data[1], 0.25, 1e-7);
    assert_near((double)dlogits.data[2], 0.125, 1e-7);
    assert_near((double)dlogits.data[3], -0.125, 1e-7);
    tensor_release(&logits);
    tensor_release(&dlogits);
}

static void check(const struct target_mixture *mixture, const float *weights, float smoothing)
{
    struct tensor logits = {0}, dlogits = {0};
    toy_tensor(&logits, BATCH, 1, 1, CLASSES, 1);
    toy_tensor(&dlogits, BATCH, 1, 1, CLASSES, 2);
    for (size_t i = 0; i < tensor_count(&logits); i++)
        logits.data[i] *= 3;
    double loss = cross_entropy(&logits, targets, mixture, weights, smoothing, &dlogits);
    assert_near(loss, definition(&logits, mixture, weights, (double)smoothing), 1e-9);
    for (size_t i = 0; i < tensor_count(&logits); i++) {
        float z = logits.data[i], high = z + 0.01f, low = z - 0.01f;
        logits.data[i] = high;
        double above = definition(&logits, mixture, weights, (double)smoothing);
        logits.data[i] = low;
        double below = definition(&logits, mixture, weights, (double)smoothing);
        logits.data[i] = z;
        assert_near((double)dlogits.data[i], (above - below) / ((double)high - (double)low), 1e-5);
    }
    for (int i = 0; i < BATCH; i++) { /* adding to all logits of an item changes nothing */
        double sum = 0;
        for (int c = 0; c < CLASSES; c++)
            sum += (double)tensor_item(&dlogits, i)[c];
        assert_near(sum, 0, 1e-7);
    }
    tensor_release(&logits);
    tensor_release(&dlogits);
}

static void test_loss_and_gradient_follow_the_definition(void **state)
{
    (void)state;
    static const float weights[] = {0.5f, 2, 1, 0.25f}, some[] = {1, 0, 3, 0};
    check(NULL, NULL, 0);
    check(NULL, NULL, 0.1f);
    check(NULL, weights, 0);
    check(NULL, weights, 0.1f);
    check(NULL, weights, 0.9f);
    check(NULL, some, 0.1f);
}

static void test_mixtures_follow_the_definition(void **state)
{
    (void)state;
    static const float weights[] = {0.5f, 2, 1, 0.25f}, some[] = {1, 0, 3, 0};
    const struct target_mixture mixture = {
        .partners = (const int[BATCH]){1, 0, 2, 0, 3},
        .shares = (const float[BATCH]){0.7f, 0.5f, 1, 0, 0.25f},
    };
    check(&mixture, NULL, 0);
    check(&mixture, NULL, 0.1f);
    check(&mixture, weights, 0.1f);
    check(&mixture, some, 0.1f);
}

/* To the bit: a training without mixtures must not change. */
static void test_a_whole_share_is_no_mixture(void **state)
{
    (void)state;
    static const float weights[] = {0.5f, 2, 1, 0.25f};
    const struct target_mixture whole = {
        .partners = (const int[BATCH]){1, 0, 2, 0, 3},
        .shares = (const float[BATCH]){1, 1, 1, 1, 1},
    };
    struct tensor logits = {0}, plain = {0}, mixed = {0};
    toy_tensor(&logits, BATCH, 1, 1, CLASSES, 1);
    toy_tensor(&plain, BATCH, 1, 1, CLASSES, 2);
    toy_tensor(&mixed, BATCH, 1, 1, CLASSES, 3);
    double loss = cross_entropy(&logits, targets, NULL, weights, 0.1f, &plain);
    assert_true(cross_entropy(&logits, targets, &whole, weights, 0.1f, &mixed) == loss);
    assert_memory_equal(plain.data, mixed.data, tensor_count(&plain) * sizeof(float));
    tensor_release(&logits);
    tensor_release(&plain);
    tensor_release(&mixed);
}

static void test_weights_count_relative_to_each_other(void **state)
{
    (void)state;
    struct tensor logits = {0}, once = {0}, twice = {0};
    toy_tensor(&logits, BATCH, 1, 1, CLASSES, 1);
    toy_tensor(&once, BATCH, 1, 1, CLASSES, 2);
    toy_tensor(&twice, BATCH, 1, 1, CLASSES, 3);
    double loss = cross_entropy(&logits, targets, NULL, (const float[]){1, 2, 3, 4}, 0.1f, &once);
    assert_near(cross_entropy(&logits, targets, NULL, (const float[]){2, 4, 6, 8}, 0.1f, &twice),
                loss, 1e-12);
    toy_assert_close(twice.data, once.data, tensor_count(&once), 1e-6, "gradient");
    tensor_release(&logits);
    tensor_release(&once);
    tensor_release(&twice);
}

static void test_a_batch_without_weight_has_no_loss(void **state)
{
    (void)state;
    struct tensor logits = {0}, dlogits = {0};
    toy_tensor(&logits, BATCH, 1, 1, CLASSES, 1);
    toy_tensor(&dlogits, BATCH, 1, 1, CLASSES, 2);
    assert_true(cross_entropy(&logits, targets, NULL, (const float[CLASSES]){0}, 0.1f, &dlogits) ==
                0);
    for (size_t i = 0; i < tensor_count(&dlogits); i++)
        assert_true(dlogits.data[i] == 0);
    tensor_release(&logits);
    tensor_release(&dlogits);
}

static void test_extreme_logits_stay_finite(void **state)
{
    (void)state;
    struct tensor logits = {0}, dlogits = {0};
    static const float sizes[] = {100, 1e4f, 1e30f, FLT_MAX};
    toy_tensor(&dlogits, 2, 1, 1, 3, 1);
    for (int i = 0; i < 4; i++) {
        float s = sizes[i];
        toy_tensor(&logits, 2, 1, 1, 3, 1);
        memcpy(logits.data, (float[]){s, -s, 0, -s, s, s}, 6 * sizeof s);
        /* The first item is right beyond doubt, the second one wrong. */
        double loss = cross_entropy(&logits, (int[]){0, 0}, NULL, NULL, 0, &dlogits);
        assert_true(isfinite(loss));
        assert_near(loss / (double)s, 1, 0.02);
        static const double expected[] = {0, 0, 0, -0.5, 0.25, 0.25};
        for (int c = 0; c < 6; c++)
            assert_near((double)dlogits.data[c], expected[c], 1e-6);
        assert_true(isfinite(cross_entropy(&logits, (int[]){0, 0}, NULL, NULL, 0.1f, &dlogits)));
    }
    tensor_release(&logits);
    tensor_release(&dlogits);
}

static void test_logits_that_are_no_numbers_show(void **state)
{
    (void)state;
    struct tensor logits = {0}, dlogits = {0};
    toy_tensor(&logits, 2, 1, 1, 3, 1);
    toy_tensor(&dlogits, 2, 1, 1, 3, 1);
    logits.data[4] = NAN;
    assert_true(isnan(cross_entropy(&logits, (int[]){0, 0}, NULL, NULL, 0, &dlogits)));
    assert_true(isnan(dlogits.data[4]));
    float p[3];
    softmax(tensor_item(&logits, 1), p, 3);
    assert_true(isnan(p[0]) && isnan(p[1]) && isnan(p[2]));
    tensor_release(&logits);
    tensor_release(&dlogits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax),
        cmocka_unit_test(test_softmax_of_extreme_logits),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_loss_and_gradient_follow_the_definition),
        cmocka_unit_test(test_mixtures_follow_the_definition),
        cmocka_unit_test(test_a_whole_share_is_no_mixture),
        cmocka_unit_test(test_weights_count_relative_to_each_other),
        cmocka_unit_test(test_a_batch_without_weight_has_no_loss),
        cmocka_unit_test(test_extreme_logits_stay_finite),
        cmocka_unit_test(test_logits_that_are_no_numbers_show),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

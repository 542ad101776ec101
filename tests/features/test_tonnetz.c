#define _GNU_SOURCE
#include "features/spectrum/tonnetz.h"

#include "base/random.h"
#include "block.h"

static void apply(const float *chroma, float *tonnetz)
{
    lanes *block = block_with(chroma, CHROMA_CLASSES), results[TONNETZ_COLUMNS];
    tonnetz_apply(block, results);
    block_take(results, TONNETZ_COLUMNS, tonnetz);
    free(block);
}

static void plain(const float *chroma, double tonnetz[6])
{
    static const double turns[] = {7.0 / 6, 3.0 / 2, 2.0 / 3}, radii[] = {1, 1, 0.5};
    double total = 0;
    for (int c = 0; c < 12; c++)
        total += (double)chroma[c];
    for (int i = 0; i < 6; i++) {
        tonnetz[i] = 0;
        for (int c = 0; c < 12; c++) {
            double angle = M_PI * turns[i / 2] * c, share = (double)chroma[c] / total;
            tonnetz[i] += radii[i / 2] * share * (i % 2 ? cos(angle) : sin(angle));
        }
    }
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    struct random random = random_seeded(61, 0);
    for (int i = 0; i < 50; i++) {
        float chroma[12], tonnetz[6];
        double expected[6];
        for (int c = 0; c < 12; c++)
            chroma[c] = random_unit(&random);
        apply(chroma, tonnetz);
        plain(chroma, expected);
        for (int k = 0; k < 6; k++)
            assert_near(tonnetz[k], expected[k], 2e-7);
    }
}

static void test_single_classes_lie_on_the_circles(void **state)
{
    (void)state;
    for (int tone = 0; tone < 12; tone++) {
        float chroma[12] = {0}, tonnetz[6];
        double expected[6];
        chroma[tone] = 0.25f;
        apply(chroma, tonnetz);
        plain(chroma, expected);
        for (int k = 0; k < 6; k++)
            assert_near(tonnetz[k], expected[k], 1e-7);
        assert_near(hypot((double)tonnetz[0], (double)tonnetz[1]), 1, 1e-6);
        assert_near(hypot((double)tonnetz[4], (double)tonnetz[5]), 0.5, 1e-6);
    }
}

static void test_even_chroma_and_silence_lie_in_the_middle(void **state)
{
    (void)state;
    for (int loud = 0; loud < 2; loud++) {
        float chroma[12], tonnetz[6];
        for (int c = 0; c < 12; c++)
            chroma[c] = (float)loud;
        apply(chroma, tonnetz);
        for (int k = 0; k < 6; k++)
            assert_near(tonnetz[k], 0, loud ? 1e-7 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_single_classes_lie_on_the_circles),
        cmocka_unit_test(test_even_chroma_and_silence_lie_in_the_middle),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

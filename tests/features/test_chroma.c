#define _GNU_SOURCE
#include "features/spectrum/chroma.h"

#include <string.h>

#include "base/random.h"
#include "block.h"

static ser_error error;

static struct chroma_bank build(int rate, int fft)
{
    struct chroma_bank bank;
    assert_ok(chroma_bank_build(&bank, rate, fft, &error));
    assert_int_equal(bank.bins, fft / 2 + 1);
    return bank;
}

static void apply(const struct chroma_bank *bank, const float *spectrum, float *chroma)
{
    lanes *block = block_with(spectrum, bank->bins), results[CHROMA_CLASSES];
    chroma_bank_apply(bank, block, results);
    block_take(results, CHROMA_CLASSES, chroma);
    free(block);
}

/* In twelfths of an octave above A0, 0 Hz by its convention. */
static double place(int rate, int fft, int k)
{
    return k ? 12 * log2((double)rate * k / fft / 27.5) : place(rate, fft, 1) - 18;
}

/* The weights of a bin as they are told in words: classes counted from A, with distances taken to
 * every tone of a class over many octaves, and turned to begin at C. */
static void plain_weights(int rate, int fft, int k, double weights[12])
{
    double here = place(rate, fft, k);
    double width = fmax(place(rate, fft, k + 1) - here, 1), norm = 0, from_a[12];
    for (int tone = 0; tone < 12; tone++) {
        double nearest = 1e9;
        for (int octave = -30; octave <= 30; octave++)
            nearest = fmin(nearest, fabs(here - tone - 12 * octave));
        from_a[tone] = exp(-0.5 * pow(2 * nearest / width, 2));
        norm += pow(from_a[tone], 2);
    }
    for (int tone = 0; tone < 12; tone++)
        weights[(tone + 9) % 12] =
            from_a[tone] / sqrt(norm) * exp(-0.5 * pow((here / 12 - 5) / 2, 2));
}

static void test_weights_are_as_defined(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 16000, 22050, 192000};
    for (int r = 0; r < 5; r++) {
        struct chroma_bank bank = build(rates[r], 2048);
        for (int k = 0; k < bank.bins; k++) {
            double expected[12];
            plain_weights(rates[r], 2048, k, expected);
            for (int tone = 0; tone < 12; tone++)
                assert_near(bank.weights[k * 12 + tone], expected[tone], 1e-7);
        }
        chroma_bank_release(&bank);
        assert_null(bank.weights);
    }
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    struct chroma_bank bank = build(16000, 2048);
    struct random random = random_seeded(51, 0);
    float spectrum[1025], chroma[12];
    double expected[12] = {0}, weights[12], largest = 0;
    for (int k = 0; k < 1025; k++) {
        spectrum[k] = random_unit(&random);
        plain_weights(16000, 2048, k, weights);
        for (int tone = 0; tone < 12; tone++)
            expected[tone] += weights[tone] * (double)spectrum[k];
    }
    for (int tone = 0; tone < 12; tone++)
        largest = fmax(largest, expected[tone]);
    apply(&bank, spectrum, chroma);
    for (int tone = 0; tone < 12; tone++)
        assert_near(chroma[tone], expected[tone] / largest, 1e-5);
    chroma_bank_release(&bank);
}

static void test_tones_fall_into_their_classes(void **state)
{
    (void)state;
    static const struct {
        double hz;
        int tone;
    } tones[] = {{261.63, 0}, {277.18, 1},  {440, 9},    {880, 9},    {1760, 9},
                 {329.63, 4}, {987.77, 11}, {2093.0, 0}, {1479.98, 6}};
    struct chroma_bank bank = build(16000, 2048);
    for (size_t i = 0; i < sizeof tones / sizeof *tones; i++) {
        float spectrum[1025] = {0}, chroma[12];
        spectrum[lround(tones[i].hz * 2048 / 16000)] = 0.01f;
        apply(&bank, spectrum, chroma);
        for (int tone = 0; tone < 12; tone++) {
            assert_true(chroma[tone] >= 0 && chroma[tone] <= 1);
            assert_true((chroma[tone] == 1) == (tone == tones[i].tone));
        }
    }
    chroma_bank_release(&bank);
}

static void test_silence_and_what_is_next_to_it_stay_finite(void **state)
{
    (void)state;
    struct chroma_bank bank = build(16000, 2048);
    float spectrum[1025] = {0}, chroma[12];
    apply(&bank, spectrum, chroma);
    for (int tone = 0; tone < 12; tone++)
        assert_true(chroma[tone] == 0);
    static const float powers[] = {1e-45f, 1e-38f, 1e-30f, 1e25f};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 1025; k++)
            spectrum[k] = powers[i];
        apply(&bank, spectrum, chroma);
        for (int tone = 0; tone < 12; tone++)
            assert_true(chroma[tone] >= 0 && chroma[tone] <= 1);
    }
    chroma_bank_release(&bank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_as_defined),
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_tones_fall_into_their_classes),
        cmocka_unit_test(test_silence_and_what_is_next_to_it_stay_finite),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

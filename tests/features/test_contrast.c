#define _GNU_SOURCE
#include "features/spectrum/contrast.h"

#include "base/random.h"
#include "block.h"
#include "features/spectrum/decibel.h"

enum { MOST_BINS = 4097 };

static ser_error error;

static void apply(int rate, int fft, const float *magnitude, double *peaks, double *valleys)
{
    struct contrast contrast = {0};
    assert_ok(contrast_build(&contrast, rate, fft, &error));
    lanes *block = block_with(magnitude, fft / 2 + 1), found[2][CONTRAST_BANDS];
    contrast_apply(&contrast, block, found[0], found[1]);
    for (int b = 0; b < CONTRAST_BANDS; b++) {
        peaks[b] = (double)found[0][b][BLOCK_LANE];
        valleys[b] = (double)found[1][b][BLOCK_LANE];
    }
    free(block);
    contrast_release(&contrast);
    assert_null(contrast.chosen);
}

static int ascending(const void *a, const void *b)
{
    float x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* The steps that contrast.h tells, by marking bins and sorting. Returns whether the band has any.
 */
static int plain_band(int rate, int fft, const float *magnitude, int band, double *peak,
                      double *valley)
{
    double low = band ? 100 * pow(2, band) : 0, high = 200 * pow(2, band);
    int bins = fft / 2 + 1, first = -1, last = -1;
    for (int k = 0; k < bins; k++) {
        double hz = (double)k * rate / fft;
        if (hz >= low && (hz <= high || band == 6)) {
            first = first < 0 ? k : first;
            last = k;
        }
    }
    if (first < 0)
        return 0;
    first -= band > 0;
    int count = last - first + 1, chosen = (int)fmax(1, rint(0.02 * count));
    count -= band < 6;
    if (count < 1)
        return 0;
    float *sorted = calloc((size_t)count, sizeof *sorted);
    memcpy(sorted, magnitude + first, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, ascending);
    double low_sum = 0, high_sum = 0;
    for (int i = 0; i < chosen; i++) {
        low_sum += (double)sorted[i];
        high_sum += (double)sorted[count - 1 - i];
    }
    free(sorted);
    *valley = 10 * log10(fmax(low_sum / chosen, 1e-10));
    *peak = 10 * log10(fmax(high_sum / chosen, 1e-10));
    return 1;
}

static void check(int rate, int fft, const float *magnitude)
{
    double peaks[CONTRAST_BANDS], valleys[CONTRAST_BANDS];
    apply(rate, fft, magnitude, peaks, valleys);
    for (int b = 0; b < CONTRAST_BANDS; b++) {
        double peak = -100, valley = -100;
        plain_band(rate, fft, magnitude, b, &peak, &valley);
        assert_near(peaks[b], peak, 2e-5);
        assert_near(valleys[b], valley, 2e-5);
    }
}

static void test_agrees_with_sorting(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 12801, 16000, 22050, 44100, 48000, 192000, 768000};
    static const int sizes[] = {16, 512, 2048, 8192};
    struct random random = random_seeded(81, 0);
    float *magnitude = calloc(MOST_BINS, sizeof *magnitude);
    for (int r = 0; r < 9; r++)
        for (int f = 0; f < 4; f++)
            for (int round = 0; round < 3; round++) {
                for (int k = 0; k < MOST_BINS; k++)
                    magnitude[k] = powf(10, random_uniform(&random, -6, 2));
                check(rates[r], sizes[f], magnitude);
            }
    free(magnitude);
}

static void test_order_and_repetition_do_not_matter(void **state)
{
    (void)state;
    float magnitude[1025];
    for (int k = 0; k < 1025; k++)
        magnitude[k] = (float)(k % 7);
    check(16000, 2048, magnitude);
    for (int k = 0; k < 1025; k++)
        magnitude[k] = (float)k;
    check(16000, 2048, magnitude);
    for (int k = 0; k < 1025; k++)
        magnitude[k] = (float)(1024 - k);
    check(16000, 2048, magnitude);
    for (int k = 0; k < 1025; k++)
        magnitude[k] = 1e12f;
    check(16000, 2048, magnitude);
}

static void test_difference_is_clipped_on_both_sides(void **state)
{
    (void)state;
    struct contrast contrast = {0};
    assert_ok(contrast_build(&contrast, 16000, 2048, &error));
    lanes peaks[CONTRAST_BANDS], valleys[CONTRAST_BANDS], found[CONTRAST_BANDS];
    for (int b = 0; b < CONTRAST_BANDS; b++) {
        peaks[b] = lanes_all(-20.0f * (float)b);
        valleys[b] = lanes_all(-20.0f * (float)b - 15);
    }
    contrast_subtract(&contrast, peaks, valleys, 0, -15, found);
    for (int b = 0; b < CONTRAST_BANDS; b++) /* down to 80 dB below each of the largest */
        assert_near(found[b][3], fmax(-20 * b, -80) - fmax(-20 * b - 15, -95), 1e-5);
    contrast_subtract(&contrast, peaks, valleys, -30, -40, found);
    assert_near(found[6][0], -110 - -120, 1e-5);
    contrast_release(&contrast);
}

static void test_bands_beyond_half_the_rate_have_no_contrast(void **state)
{
    (void)state;
    struct contrast contrast = {0};
    assert_ok(contrast_build(&contrast, 8000, 2048, &error));
    lanes peaks[CONTRAST_BANDS], valleys[CONTRAST_BANDS], found[CONTRAST_BANDS];
    lanes *magnitude = lanes_allocate(1025);
    for (int k = 0; k < 1025; k++)
        magnitude[k] = lanes_all((float)(1 + k % 100));
    contrast_apply(&contrast, magnitude, peaks, valleys);
    contrast_subtract(&contrast, peaks, valleys, 20, 0, found);
    for (int b = 0; b < CONTRAST_BANDS; b++)
        assert_true(b < 6 ? found[b][0] > 1 : found[b][0] == 0);
    free(magnitude);
    contrast_release(&contrast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_sorting),
        cmocka_unit_test(test_order_and_repetition_do_not_matter),
        cmocka_unit_test(test_difference_is_clipped_on_both_sides),
        cmocka_unit_test(test_bands_beyond_half_the_rate_have_no_contrast),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

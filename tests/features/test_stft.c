#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "block.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/stft.h"

static ser_error error;

static struct stft *create(int window, int hop, int fft, int centred)
{
    struct stft_layout layout = {WINDOW_HANN, window, hop, fft, centred};
    struct stft *stft;
    assert_ok(stft_create(&stft, &layout, &error));
    return stft;
}

/* A block of its own, so that a tool sees any access beyond its ends. */
static float *noise(size_t count)
{
    float *samples = calloc(count, sizeof *samples);
    assert_non_null(samples);
    struct random random = random_seeded(3, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -1, 1);
    return samples;
}

/* The frames by the words of stft.h, sample by sample. */
static void expect_frame(int window, int hop, int fft, int centred, const float *samples,
                         size_t count, size_t frame, const float *power)
{
    float *values = calloc((size_t)window, sizeof *values);
    float *cut = calloc((size_t)fft, sizeof *cut);
    float *expected = calloc((size_t)fft / 2 + 1, sizeof *expected);
    int before = centred ? (fft - window) / 2 : 0;
    window_fill(WINDOW_HANN, values, window);
    for (int i = 0; i < window; i++) {
        long place = (long)frame * hop + before + i - (centred ? fft / 2 : 0);
        if (place >= 0 && place < (long)count)
            cut[before + i] = samples[place] * values[i];
    }
    struct fft *plan;
    assert_ok(fft_create(&plan, fft, &error));
    block_fft_power(plan, cut, expected);
    assert_memory_equal(power, expected, sizeof *expected * ((size_t)fft / 2 + 1));
    fft_destroy(plan);
    free(values);
    free(cut);
    free(expected);
}

static void check_layout(int window, int hop, int fft, int centred, size_t count)
{
    struct stft *stft = create(window, hop, fft, centred);
    size_t frames = stft_frames(stft, count), bins = (size_t)stft_bins(stft);
    assert_int_equal(bins, fft / 2 + 1);
    float *samples = noise(count);
    float *power = calloc(frames * bins + 1, sizeof *power);
    block_spectrogram(stft, samples, count, power);
    for (size_t t = 0; t < frames; t++)
        expect_frame(window, hop, fft, centred, samples, count, t, power + t * bins);
    free(power);
    free(samples);
    stft_destroy(stft);
}

static void test_frames_lie_where_the_header_says(void **state)
{
    (void)state;
    static const struct {
        int window, hop, fft;
    } layouts[] = {
        {400, 160, 512}, {512, 128, 512}, {401, 160, 512}, {33, 10, 64},
        {2, 1, 16},      {16, 40, 16},    {17, 100, 36},   {64, 64, 64},
    };
    static const size_t counts[] = {1,   2,   15,  16,  17,  63,  64,  65,
                                    200, 399, 400, 401, 559, 560, 1500};
    for (size_t l = 0; l < sizeof layouts / sizeof *layouts; l++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (int centred = 0; centred <= 1; centred++)
                check_layout(layouts[l].window, layouts[l].hop, layouts[l].fft, centred, counts[c]);
}

static void test_counts_frames(void **state)
{
    (void)state;
    static const struct {
        size_t count, plain, centred;
    } rows[] = {
        {0, 0, 0},   {1, 1, 1},   {159, 1, 1}, {160, 1, 2}, {399, 1, 3},      {400, 1, 3},
        {559, 1, 4}, {560, 2, 4}, {719, 2, 5}, {720, 3, 5}, {16000, 98, 101},
    };
    struct stft *plain = create(400, 160, 512, 0), *centred = create(400, 160, 512, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(stft_frames(plain, rows[i].count), rows[i].plain);
        assert_int_equal(stft_frames(centred, rows[i].count), rows[i].centred);
    }
    assert_int_equal(stft_frames(plain, SIZE_MAX), 1 + (SIZE_MAX - 400) / 160);
    stft_destroy(plain);
    stft_destroy(centred);
}

static void test_times_are_those_of_the_windows(void **state)
{
    (void)state;
    struct stft *plain = create(400, 160, 512, 0), *centred = create(400, 160, 512, 1);
    struct frame_grid grid = stft_grid(plain, 16000, 16000);
    assert_int_equal(grid.frames, 98);
    assert_true(grid.first == 0 && grid.step == 0.01 && grid.length == 0.025);
    grid = stft_grid(centred, 8000, 8000);
    assert_int_equal(grid.frames, 51);
    assert_true(grid.first == -0.025 && grid.step == 0.02 && grid.length == 0.05);
    stft_destroy(plain);
    stft_destroy(centred);
}

static void test_impulse_shows_the_window_at_its_place(void **state)
{
    (void)state;
    enum { WINDOW = 40, HOP = 10, FFT = 64, COUNT = 200, PLACE = 77 };
    float samples[COUNT] = {0}, window[WINDOW];
    samples[PLACE] = 1;
    window_fill(WINDOW_HANN, window, WINDOW);
    for (int centred = 0; centred <= 1; centred++) {
        struct stft *stft = create(WINDOW, HOP, FFT, centred);
        size_t frames = stft_frames(stft, COUNT);
        float *power = calloc(frames * (FFT / 2 + 1), sizeof *power);
        block_spectrogram(stft, samples, COUNT, power);
        for (size_t t = 0; t < frames; t++) {
            int inside = PLACE - (int)t * HOP + (centred ? WINDOW / 2 : 0);
            float height = inside >= 0 && inside < WINDOW ? window[inside] : 0;
            for (int k = 0; k <= FFT / 2; k++)
                assert_near(power[t * (FFT / 2 + 1) + (size_t)k], (double)height * (double)height,
                            1e-6);
        }
        free(power);
        stft_destroy(stft);
    }
}

static void test_keeps_nothing_of_earlier_frames(void **state)
{
    (void)state;
    float *samples = noise(1000);
    lanes *first = lanes_allocate(257), *again = lanes_allocate(257), *other = lanes_allocate(257);
    for (int centred = 0; centred <= 1; centred++) {
        struct stft *stft = create(400, 160, 512, centred);
        stft_power(stft, samples, 50, 0, first);   /* mostly padding */
        stft_power(stft, samples, 1000, 2, other); /* full */
        stft_power(stft, samples, 50, 0, again);
        assert_memory_equal(first, again, 257 * sizeof *first);
        assert_memory_not_equal(first, other, 257 * sizeof *first);
        stft_destroy(stft);
    }
    free(samples);
    free(first);
    free(again);
    free(other);
}

static void test_refuses_bad_layouts(void **state)
{
    (void)state;
    static const struct {
        struct stft_layout layout;
        const char *part;
    } rows[] = {
        {{WINDOW_HANN, 0, 160, 512, 0}, "window is 0"},
        {{WINDOW_HANN, -5, 160, 512, 0}, "window is -5"},
        {{WINDOW_HANN, 513, 160, 512, 0}, "window is 513"},
        {{WINDOW_HANN, 400, 0, 512, 0}, "hop is 0"},
        {{WINDOW_HANN, 400, INT_MIN, 512, 0}, "hop is -"},
        {{WINDOW_HANN, 400, 160, 514, 0}, "FFT size is 514"},
        {{WINDOW_KINDS, 400, 160, 512, 0}, "window kind is"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stft *stft = (struct stft *)&error;
        assert_error(stft_create(&stft, &rows[i].layout, &error), SER_ERROR_ARGUMENT, rows[i].part);
        assert_null(stft);
    }
    stft_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_lie_where_the_header_says),
        cmocka_unit_test(test_counts_frames),
        cmocka_unit_test(test_times_are_those_of_the_windows),
        cmocka_unit_test(test_impulse_shows_the_window_at_its_place),
        cmocka_unit_test(test_keeps_nothing_of_earlier_frames),
        cmocka_unit_test(test_refuses_bad_layouts),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

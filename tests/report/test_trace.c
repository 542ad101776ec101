#include "pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "report/figure/trace.h"

static ser_audio make_noise(size_t frames, int channels, uint64_t seed)
{
    struct random random = random_seeded(seed, 0);
    ser_audio audio = {.frames = frames, .rate = 8000, .channels = channels};
    audio.samples = calloc(frames * (size_t)channels, sizeof *audio.samples);
    for (size_t i = 0; i < frames * (size_t)channels; i++)
        audio.samples[i] = random_uniform(&random, -0.9f, 0.9f);
    return audio;
}

static void take(struct excerpt *excerpt, const ser_audio *audio)
{
    ser_error error;
    assert_ok(excerpt_take(excerpt, audio, 0, 0, &error));
}

static void test_takes_a_piece(void **state)
{
    (void)state;
    ser_error error;
    struct excerpt excerpt;
    ser_audio audio = make_noise(8000, 2, 1);
    assert_ok(excerpt_take(&excerpt, &audio, 0.25, 0.5, &error));
    assert_int_equal(excerpt.frames, 2000);
    assert_ptr_equal(excerpt.all, audio.samples + 4000);
    assert_near(excerpt.start, 0.25, 1e-12);
    for (size_t t = 0; t < 2000; t++)
        assert_true(excerpt.mix[t] ==
                    (audio.samples[4000 + 2 * t] + audio.samples[4001 + 2 * t]) / 2);
    excerpt_release(&excerpt);
    assert_ok(excerpt_take(&excerpt, &audio, 0.9, 77, &error));
    assert_int_equal(excerpt.frames, 800);
    excerpt_release(&excerpt);
    excerpt_release(&excerpt);
    ser_audio_release(&audio);
}

static void test_refuses_impossible_pieces(void **state)
{
    (void)state;
    ser_error error;
    struct excerpt excerpt;
    ser_audio audio = make_noise(8000, 1, 2);
    static const double pieces[][2] = {{1, 0},  {2, 3},   {0.5, 0.5}, {0.5, 0.2},
                                       {-1, 0}, {NAN, 0}, {0, NAN}};
    for (int i = 0; i < 7; i++)
        assert_error(excerpt_take(&excerpt, &audio, pieces[i][0], pieces[i][1], &error),
                     SER_ERROR_ARGUMENT, "the sound lasts 1 s");
    static const float samples[] = {NAN, INFINITY, -INFINITY, 2e9f, -2e9f};
    for (int i = 0; i < 5; i++) {
        audio.samples[77] = samples[i];
        assert_error(excerpt_take(&excerpt, &audio, 0, 0, &error), SER_ERROR_ARGUMENT,
                     "sample 77 is ");
    }
    ser_audio_release(&audio);
    static const ser_audio wrong[] = {{NULL, 0, 8000, 1},
                                      {NULL, 5, 0, 1},
                                      {NULL, 5, 8000, 0},
                                      {NULL, 5, 8000, 9},
                                      {NULL, 5, 800000, 1}};
    for (int i = 0; i < 5; i++)
        assert_error(excerpt_take(&excerpt, &wrong[i], 0, 0, &error), SER_ERROR_ARGUMENT,
                     "expected at least one");
}

/* Every sample is in one column, and the columns hold nothing else. */
static void test_envelope_is_what_it_says(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 7, 100, 999, 1000, 1001, 5000};
    ser_error error;
    for (int channels = 1; channels <= 3; channels += 2)
        for (int n = 0; n < 8; n++) {
            struct trace trace;
            struct excerpt excerpt;
            ser_audio audio = make_noise((size_t)counts[n], channels, (uint64_t)n);
            take(&excerpt, &audio);
            assert_ok(trace_envelope(&trace, &excerpt, 1, 1000, &error));
            int columns = counts[n] < 1000 ? counts[n] : 1000;
            assert_int_equal(trace.columns, columns);
            assert_int_equal(trace.lanes, channels);
            assert_near(trace.step * columns, counts[n] / 8000.0, 1e-9);
            for (int lane = 0; lane < channels; lane++)
                for (int c = 0; c < columns; c++) {
                    float low = 9, high = -9;
                    for (long t = (long)c * counts[n] / columns;
                         t < (long)(c + 1) * counts[n] / columns; t++) {
                        low = fminf(low, audio.samples[t * channels + lane]);
                        high = fmaxf(high, audio.samples[t * channels + lane]);
                    }
                    const float *column =
                        trace.values + ((size_t)lane * (size_t)columns + (size_t)c) * TRACE_PARTS;
                    assert_true(column[0] == low && column[1] == high && column[2] == 0);
                }
            trace_release(&trace);
            excerpt_release(&excerpt);
            ser_audio_release(&audio);
        }
}

static void test_channels_are_mixed_unless_wanted(void **state)
{
    (void)state;
    ser_error error;
    struct trace trace;
    struct excerpt excerpt;
    float samples[] = {1, -1, 0.5f, 0.25f};
    const ser_audio audio = {samples, 2, 8000, 2};
    take(&excerpt, &audio);
    assert_ok(trace_envelope(&trace, &excerpt, 0, 10, &error));
    assert_int_equal(trace.lanes, 1);
    assert_near(trace.values[0], 0, 0);
    assert_near(trace.values[TRACE_PARTS], 0.375, 0);
    assert_near(trace.low, 0, 0);
    assert_near(trace.high, 0.375, 0);
    trace_release(&trace);
    excerpt_release(&excerpt);
}

static void test_finds_clipping(void **state)
{
    (void)state;
    ser_error error;
    struct trace trace;
    struct excerpt excerpt;
    float samples[] = {0.5f, 0.5f, 0.5f, 0.5f, 0.99f, 0.99f, 0, 0,
                       -1,   -1,   -1,   0,    0.99f, 0.99f, 1, 0.99f};
    const ser_audio audio = {samples, 16, 8000, 1};
    take(&excerpt, &audio);
    assert_ok(trace_envelope(&trace, &excerpt, 0, 4, &error));
    for (int c = 0; c < 4; c++)
        assert_true(trace.values[c * TRACE_PARTS + 2] == (c == 2 ? 1 : 0));
    trace_release(&trace);
    excerpt_release(&excerpt);
}

static void test_short_curves_stay_as_they_are(void **state)
{
    (void)state;
    ser_error error;
    struct trace trace;
    const float values[] = {NAN, 3, 1, NAN, 7};
    assert_ok(trace_curve(&trace, values, 5, 0.02, 0.01, 0, 0.07, 3, &error));
    assert_int_equal(trace.kind, TRACE_CURVE);
    assert_int_equal(trace.columns, 5);
    assert_memory_equal(trace.values, values, sizeof values);
    assert_near(trace.start, 0.02, 0);
    assert_near(trace.low, 1, 0);
    assert_near(trace.high, 7, 0);
    trace_release(&trace);
}

static void test_long_curves_become_bands(void **state)
{
    (void)state;
    enum { COUNT = 1000, COLUMNS = 30 };
    ser_error error;
    struct trace trace;
    struct random random = random_seeded(3, 0);
    float values[COUNT];
    for (int i = 0; i < COUNT; i++)
        values[i] = i / 100 % 2 ? NAN : random_uniform(&random, 1, 2);
    assert_ok(trace_curve(&trace, values, COUNT, 5.005, 0.01, 5, 10, COLUMNS, &error));
    assert_int_equal(trace.kind, TRACE_BAND);
    assert_int_equal(trace.columns, COLUMNS);
    for (int c = 0; c < COLUMNS; c++) {
        float low = NAN, high = NAN;
        for (int i = 0; i < COUNT; i++)
            if ((int)floor((0.005 + i * 0.01) / (10.0 / COLUMNS)) == c) {
                low = fminf(low, values[i]);
                high = fmaxf(high, values[i]);
            }
        const float *column = trace.values + (size_t)c * 2;
        assert_true(isnan(low) ? isnan(column[0]) : column[0] == low && column[1] == high);
    }
    trace_release(&trace);
}

static void test_remarks(void **state)
{
    (void)state;
    struct trace trace = {0};
    trace_remark(&trace, "from %d kHz on", 16);
    assert_int_equal(trace.kind, TRACE_NONE);
    assert_string_equal(trace.remark, "from 16 kHz on");
    assert_true(trace.low > trace.high);
    trace_release(&trace);
    trace_release(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_a_piece),
        cmocka_unit_test(test_refuses_impossible_pieces),
        cmocka_unit_test(test_envelope_is_what_it_says),
        cmocka_unit_test(test_channels_are_mixed_unless_wanted),
        cmocka_unit_test(test_finds_clipping),
        cmocka_unit_test(test_short_curves_stay_as_they_are),
        cmocka_unit_test(test_long_curves_become_bands),
        cmocka_unit_test(test_remarks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

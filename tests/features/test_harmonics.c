/* Levels of harmonics, of sounds whose harmonics are known. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/voice/harmonics.h"
#include "near.h"

static ser_error error;

enum { MOST_HARMONICS = 60, MOST_FRAMES = 64 };

/* A steady sound of harmonics of f0. */
struct voice {
    int rate, harmonics;
    size_t count;
    double f0, offset;
    double level[MOST_HARMONICS + 1]; /* dB, from 1 */
};

/* Harmonics up to 0.45 of the rate, of any levels within `range` dB. */
static struct voice make_voice(struct random *random, int rate, double f0, float range)
{
    struct voice voice = {.rate = rate, .count = (size_t)rate / 4, .f0 = f0};
    for (int n = 1; n <= MOST_HARMONICS && n * f0 < 0.45 * rate; n++) {
        voice.level[n] = (double)random_uniform(random, -range, 0);
        voice.harmonics = n;
    }
    return voice;
}

static float *sing(const struct voice *voice)
{
    float *samples = calloc(voice->count, sizeof *samples);
    for (size_t i = 0; i < voice->count; i++) {
        double sum = voice->offset, turn = 2 * M_PI * voice->f0 * (double)i / voice->rate;
        for (int n = 1; n <= voice->harmonics; n++)
            sum += 0.02 * pow(10, voice->level[n] / 20) * cos(n * turn + n * n);
        samples[i] = (float)sum;
    }
    return samples;
}

struct result {
    size_t frames;
    float h1_h2[MOST_FRAMES], h1_a3[MOST_FRAMES];
};

/* With the same pitch and formant in all frames. */
static struct result measure(const float *samples, size_t count, int rate, double f0, double f3)
{
    struct result result;
    struct harmonics *harmonics;
    float pitches[MOST_FRAMES], formants[MOST_FRAMES];
    struct centres centres = centres_fit(count, rate, 0.04, 0.01);
    assert_true(centres.frames <= MOST_FRAMES);
    for (size_t t = 0; t < centres.frames; t++) {
        pitches[t] = (float)f0;
        formants[t] = (float)f3;
    }
    assert_ok(harmonics_create(&harmonics, rate, 75, &error));
    harmonics_run(harmonics, samples, count, &centres, pitches, formants, result.h1_h2,
                  result.h1_a3);
    harmonics_destroy(harmonics);
    result.frames = centres.frames;
    for (size_t t = 0; t < result.frames; t++)
        assert_true(isfinite(result.h1_h2[t]) && isfinite(result.h1_a3[t]));
    return result;
}

/* The strongest harmonic within a tenth of f3, or within half of f0. */
static double strongest(const struct voice *voice, double f3)
{
    double range = fmax(f3 / 10, voice->f0 / 2), most = -1000;
    for (int n = 1; n <= voice->harmonics; n++)
        if (fabs(n * voice->f0 - f3) <= range)
            most = fmax(most, voice->level[n]);
    return most;
}

static void check_voice(struct random *random, int rate, double f0, double tolerance, double wrong)
{
    struct voice voice = make_voice(random, rate, f0, 25);
    /* Between two harmonics, so that which ones are near does not hang on a hair. */
    double f3 = f0 * (floor(2500 / f0) + 0.4);
    float *samples = sing(&voice);
    struct result result = measure(samples, voice.count, rate, f0 * wrong, f3);
    for (size_t t = 3; t + 3 < result.frames; t++) {
        assert_near(result.h1_h2[t], voice.level[1] - voice.level[2], tolerance);
        assert_near(result.h1_a3[t], voice.level[1] - strongest(&voice, f3), tolerance);
    }
    free(samples);
}

static void test_measures_known_harmonics(void **state)
{
    (void)state;
    static const double pitches[] = {75, 83.7, 120, 150, 211.3, 333, 480, 600};
    static const int rates[] = {8000, 16000, 44100};
    struct random random = random_seeded(21, 0);
    for (int round = 0; round < 5; round++)
        for (size_t p = 0; p < sizeof pitches / sizeof *pitches; p++)
            for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
                check_voice(&random, rates[r], pitches[p], 0.2, 1);
}

/* Harmonic 12 then is looked for 6 % of F0 away. */
static void test_forgives_a_pitch_that_is_a_little_wrong(void **state)
{
    (void)state;
    struct random random = random_seeded(22, 0);
    for (int round = 0; round < 5; round++) {
        check_voice(&random, 16000, 110, 0.3, 1.005);
        check_voice(&random, 16000, 230, 0.3, 0.995);
    }
}

/* A square wave has odd harmonics only, a sawtooth falls by 6 dB. */
static void test_textbook_waves(void **state)
{
    (void)state;
    struct voice saw = {.rate = 16000, .count = 4000, .f0 = 150, .harmonics = 50};
    struct voice square = saw;
    for (int n = 1; n <= 50; n++) {
        saw.level[n] = -20 * log10(n);
        square.level[n] = n % 2 ? saw.level[n] : -90;
    }
    float *samples = sing(&saw);
    struct result result = measure(samples, saw.count, 16000, 150, 2430);
    assert_near(result.h1_h2[10], 20 * log10(2), 0.05);
    assert_near(result.h1_a3[10], 20 * log10(15), 0.05); /* 2250 Hz */
    free(samples);
    samples = sing(&square);
    result = measure(samples, square.count, 16000, 150, 2430);
    assert_true(result.h1_h2[10] > 40);
    assert_near(result.h1_a3[10], 20 * log10(15), 0.05);
    free(samples);
}

static void test_an_offset_counts_for_nothing(void **state)
{
    (void)state;
    struct random random = random_seeded(23, 0);
    struct voice voice = make_voice(&random, 16000, 90, 20);
    float *samples = sing(&voice);
    struct result plain = measure(samples, voice.count, 16000, 90, 2500);
    free(samples);
    voice.offset = 0.7;
    samples = sing(&voice);
    struct result lifted = measure(samples, voice.count, 16000, 90, 2500);
    for (size_t t = 3; t + 3 < plain.frames; t++) {
        assert_near(lifted.h1_h2[t], plain.h1_h2[t], 0.1);
        assert_near(lifted.h1_a3[t], plain.h1_a3[t], 0.1);
    }
    free(samples);
}

static void test_what_is_not_there_is_zero(void **state)
{
    (void)state;
    struct random random = random_seeded(24, 0);
    struct voice voice = make_voice(&random, 8000, 200, 20);
    float *samples = sing(&voice);
    struct result unvoiced = measure(samples, voice.count, 8000, 0, 2500);
    struct result no_formant = measure(samples, voice.count, 8000, 200, 0);
    struct result beyond = measure(samples, voice.count, 8000, 200, 5000);
    memset(samples, 0, voice.count * sizeof *samples);
    struct result silence = measure(samples, voice.count, 8000, 200, 2500);
    for (size_t t = 3; t + 3 < unvoiced.frames; t++) {
        assert_true(unvoiced.h1_h2[t] == 0 && unvoiced.h1_a3[t] == 0);
        assert_true(no_formant.h1_h2[t] != 0 && no_formant.h1_a3[t] == 0);
        assert_true(beyond.h1_h2[t] == no_formant.h1_h2[t] && beyond.h1_a3[t] == 0);
        assert_true(silence.h1_h2[t] == 0 && silence.h1_a3[t] == 0);
    }
    free(samples);
}

/* Whatever pitch and formant are said to be, and however short the sound is. */
static void test_any_sound_is_defined(void **state)
{
    (void)state;
    static const double pitches[] = {1, 75, 599, 2000, 4000, 7999},
                        formants[] = {1, 100, 2500, 7990, 1e6};
    static const size_t counts[] = {1, 2, 100, 3000};
    float samples[3000];
    struct random random = random_seeded(25, 0);
    for (int i = 0; i < 3000; i++)
        samples[i] = random_uniform(&random, -1e9f, 1e9f);
    for (size_t p = 0; p < sizeof pitches / sizeof *pitches; p++)
        for (size_t f = 0; f < sizeof formants / sizeof *formants; f++)
            for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
                measure(samples, counts[c], 16000, pitches[p], formants[f]);
}

static void test_refuses_wrong_settings(void **state)
{
    (void)state;
    struct harmonics *harmonics;
    assert_error(harmonics_create(&harmonics, 3999, 75, &error), SER_ERROR_ARGUMENT, "3999 Hz");
    assert_null(harmonics);
    assert_error(harmonics_create(&harmonics, 16000, 39, &error), SER_ERROR_ARGUMENT, "39 Hz");
    assert_error(harmonics_create(&harmonics, 16000, NAN, &error), SER_ERROR_ARGUMENT, "40 to 500");
    assert_null(harmonics);
    harmonics_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures_known_harmonics),
        cmocka_unit_test(test_forgives_a_pitch_that_is_a_little_wrong),
        cmocka_unit_test(test_textbook_waves),
        cmocka_unit_test(test_an_offset_counts_for_nothing),
        cmocka_unit_test(test_what_is_not_there_is_zero),
        cmocka_unit_test(test_any_sound_is_defined),
        cmocka_unit_test(test_refuses_wrong_settings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

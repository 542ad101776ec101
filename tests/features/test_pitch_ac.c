/* Pitch by autocorrelation, and what it is made of: where frames lie, correlations, peaks between
 * samples, the cheapest path. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/voice/centres.h"
#include "features/voice/correlation.h"
#include "features/voice/peak.h"
#include "features/voice/pitch_ac.h"
#include "features/voice/pitch_path.h"
#include "near.h"

static ser_error error;

/* A block of its own, so that a tool sees any access beyond its ends. */
static float *noise(size_t count, uint64_t seed)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    assert_non_null(samples);
    struct random random = random_seeded(seed, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -1, 1);
    return samples;
}

static void test_centres_are_those_of_praat(void **state)
{
    (void)state;
    /* 52319 samples at 16 kHz: the first recording of the golden table. */
    struct centres centres = centres_fit(52319, 16000, 0.04, 0.01);
    assert_int_equal(centres.frames, 323);
    assert_near(centres.first, 0.02496875, 1e-9);
    assert_near(centres_time(&centres, 322), 3.24496875, 1e-9);
    assert_int_equal(centres_sample(&centres, 0, 0), 399);
    assert_int_equal(centres_sample(&centres, 1, 0), 559);
    assert_int_equal(centres_sample(&centres, 0, -0.0001), 397);
    assert_int_equal(centres_fit(52319, 16000, 0.05, 0.00625).frames, 516);
    assert_int_equal(centres_fit(0, 16000, 0.04, 0.01).frames, 0);
    assert_int_equal(centres_fit(1, 16000, 0.04, 0.01).frames, 1);
    assert_int_equal(centres_fit(640, 16000, 0.04, 0.01).frames, 1);
    assert_int_equal(centres_fit(799, 16000, 0.04, 0.01).frames, 1);
    assert_int_equal(centres_fit(800, 16000, 0.04, 0.01).frames, 2);
    assert_near(centres_fit(1, 16000, 0.04, 0.01).first, 0.5 / 16000, 1e-12);
}

static void test_gathers_what_lies_inside(void **state)
{
    (void)state;
    enum { COUNT = 50, LENGTH = 19 };
    float *samples = noise(COUNT, 1);
    static const ptrdiff_t inside[LANES] = {0, 3, 31, 7, 7, 12, 30, 1};
    static const ptrdiff_t edges[LANES] = {-40, -19, -1, 0, 31, 32, 49, 90};
    const ptrdiff_t *both[] = {inside, edges};
    lanes output[LENGTH];
    for (int set = 0; set < 2; set++) {
        centres_gather(samples, COUNT, both[set], LENGTH, 0.25f, output);
        for (int lane = 0; lane < LANES; lane++)
            for (int n = 0; n < LENGTH; n++) {
                ptrdiff_t place = both[set][lane] + n;
                float expected = place >= 0 && place < COUNT ? samples[place] - 0.25f : 0;
                assert_true(output[n][lane] == expected);
            }
    }
    free(samples);
}

static void test_measures_mean_and_peak(void **state)
{
    (void)state;
    static const float samples[] = {1, 2, 3, -6, 5, 1, 1, 1, 1, 1, 1};
    double mean, peak;
    centres_measure(samples, 11, &mean, &peak);
    assert_near(mean, 1, 1e-12);
    assert_near(peak, 7, 1e-12);
    float constant[37];
    for (int i = 0; i < 37; i++)
        constant[i] = 0.3f;
    centres_measure(constant, 37, &mean, &peak);
    assert_near(mean, 0.3, 1e-7);
    assert_true(peak == 0);
    centres_measure(samples, 0, &mean, &peak);
    assert_true(mean == 0 && peak == 0);
}

/* By the words of correlation.h, for one lane. */
static double plain_correlation(const lanes *x, int lane, int window, int from_end, int lag)
{
    double sum = 0;
    for (int n = 0; n < window && n + lag < from_end; n++)
        sum += (double)x[n][lane] * (double)x[n + lag][lane];
    return sum;
}

static void check_correlation(int window, int lags)
{
    struct correlation *correlation;
    assert_ok(correlation_create(&correlation, window, lags, &error));
    float *samples = noise((size_t)(window + lags) + 7 * 5, 2);
    lanes *frames = lanes_allocate((size_t)(window + lags));
    lanes *r = lanes_allocate((size_t)lags + 1);
    lanes_gather(samples, (size_t)(window + lags) + 7 * 5, 0, 5, window + lags, frames);
    correlation_auto(correlation, frames, r);
    for (int lane = 0; lane < LANES; lane += 3)
        for (int lag = 0; lag <= lags; lag++)
            assert_near(r[lag][lane], plain_correlation(frames, lane, window, window, lag),
                        2e-6 * window);
    correlation_cross(correlation, frames, r);
    for (int lane = 0; lane < LANES; lane += 3)
        for (int lag = 0; lag <= lags; lag++)
            assert_near(r[lag][lane], plain_correlation(frames, lane, window, window + lags, lag),
                        2e-6 * window);
    correlation_normalise(correlation, frames, r);
    for (int lag = 0; lag <= lags; lag++) {
        double energy0 = plain_correlation(frames, 4, window, window, 0);
        double energy = plain_correlation(frames + lag, 4, window, window, 0);
        double expected = plain_correlation(frames, 4, window, window + lags, lag);
        assert_near(r[lag][4], expected / sqrt(energy0 * energy), 1e-5);
    }
    free(samples);
    free(frames);
    free(r);
    correlation_destroy(correlation);
}

static void test_correlations_are_those_of_the_definition(void **state)
{
    (void)state;
    check_correlation(638, 286);
    check_correlation(210, 286);
    check_correlation(1, 1);
    check_correlation(3, 40);
    check_correlation(40, 3);
}

/* A quiet part behind a loud one keeps its own coefficient: energies are not differences. */
static void test_coefficients_survive_a_loud_beginning(void **state)
{
    (void)state;
    enum { WINDOW = 100, LAGS = 100 };
    struct correlation *correlation;
    assert_ok(correlation_create(&correlation, WINDOW, LAGS, &error));
    lanes frames[WINDOW + LAGS], r[LAGS + 1];
    for (int n = 0; n < WINDOW + LAGS; n++)
        frames[n] = lanes_all(sinf(0.3f * (float)n) * (n < WINDOW ? 1.0f : 1e-3f));
    correlation_cross(correlation, frames, r);
    correlation_normalise(correlation, frames, r);
    double ab = 0, aa = 0, bb = 0;
    for (int n = 0; n < WINDOW; n++) {
        double a = (double)frames[n][0], b = (double)frames[n + LAGS][0];
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    assert_near(r[LAGS][0], ab / sqrt(aa * bb), 1e-3);
    correlation_destroy(correlation);
}

static void test_silence_correlates_with_nothing(void **state)
{
    (void)state;
    struct correlation *correlation;
    assert_ok(correlation_create(&correlation, 20, 20, &error));
    lanes frames[40] = {0}, r[21];
    correlation_cross(correlation, frames, r);
    correlation_normalise(correlation, frames, r);
    for (int lag = 0; lag <= 20; lag++)
        for (int lane = 0; lane < LANES; lane++)
            assert_true(r[lag][lane] == 0);
    correlation_destroy(correlation);
    assert_error(correlation_create(&correlation, 0, 20, &error), SER_ERROR_ARGUMENT, "0 samples");
    assert_null(correlation);
}

/* Cosines up to near the highest frequency: the peak's place and height are known. */
static void test_finds_peaks_between_samples(void **state)
{
    (void)state;
    struct peak_finder *finder;
    assert_ok(peak_finder_create(&finder, &error));
    enum { COUNT = 2 * PEAK_REACH + 1 };
    static const double periods[] = {2.5, 3, 7.3, 40, 180};
    for (size_t p = 0; p < sizeof periods / sizeof *periods; p++)
        for (double place = -0.49; place < 0.5; place += 0.07) {
            float values[COUNT];
            for (int i = 0; i < COUNT; i++)
                values[i] = (float)(0.8 * cos(2 * M_PI * (i - PEAK_REACH - place) / periods[p]));
            struct peak peak = peak_find(finder, values + PEAK_REACH);
            assert_near(peak.place, place, periods[p] > 100 ? 0.03 : 0.005);
            assert_near(peak.height, 0.8, 2e-3);
        }
    static const float parabola[] = {1, 3, 2};
    struct peak top = peak_of_parabola(parabola + 1);
    assert_near(top.place, 1 / 6.0, 1e-6);
    assert_near(top.height, 3 + 1 / 24.0, 1e-6);
    peak_finder_destroy(finder);
}

/* All paths, one by one. */
static double best_gain(const struct pitch_candidate candidates[][3], int frames,
                        const struct pitch_costs *costs, int *best_path)
{
    int paths = 1;
    double best = -1e9;
    for (int t = 0; t < frames; t++)
        paths *= 3;
    for (int path = 0; path < paths; path++) {
        double gain = 0, last = -1;
        for (int t = 0, rest = path; t < frames; t++, rest /= 3) {
            struct pitch_candidate c = candidates[t][rest % 3];
            double now = (double)c.frequency;
            gain += (double)c.strength;
            if (last >= 0 && (last > 0) != (now > 0))
                gain -= costs->voicing_change;
            if (last > 0 && now > 0)
                gain -= costs->octave_jump * fabs(log2(now / last)) +
                        costs->octaves_off_first *
                            fabs(log2(now / (double)candidates[t - 1][1].frequency));
            last = now;
        }
        if (gain > best) {
            best = gain;
            *best_path = path;
        }
    }
    return best;
}

static void check_best_of_all(const struct pitch_costs *costs)
{
    enum { FRAMES = 6 };
    struct random random = random_seeded(5, 0);
    struct pitch_path path = {0};
    int voiced = 0, unvoiced = 0;
    for (int round = 0; round < 200; round++) {
        struct pitch_candidate candidates[FRAMES][3];
        float f0[FRAMES], height[FRAMES];
        assert_ok(pitch_path_begin(&path, FRAMES, &error));
        for (int t = 0; t < FRAMES; t++) {
            for (int i = 0; i < 3; i++)
                candidates[t][i] = (struct pitch_candidate){
                    i ? random_uniform(&random, 75, 600) : 0, random_uniform(&random, 0.3f, 0.9f),
                    random_uniform(&random, 0, 1)};
            assert_ok(pitch_path_add(&path, candidates[t], 3, &error));
        }
        assert_ok(pitch_path_find(&path, costs, f0, height, &error));
        int expected = 0;
        best_gain(candidates, FRAMES, costs, &expected);
        for (int t = 0; t < FRAMES; t++, expected /= 3) {
            assert_true(f0[t] == candidates[t][expected % 3].frequency);
            assert_true(height[t] == candidates[t][expected % 3].height);
            voiced += f0[t] > 0;
            unvoiced += f0[t] == 0;
        }
    }
    assert_true(voiced > 100 && unvoiced > 100);
    pitch_path_release(&path);
}

static void test_path_is_the_best_of_all(void **state)
{
    (void)state;
    struct pitch_costs costs = {.octave_jump = 0.35, .voicing_change = 0.14};
    check_best_of_all(&costs);
    costs.octaves_off_first = 0.3;
    check_best_of_all(&costs);
}

static struct pitch_ac *create(int rate)
{
    struct pitch_ac_settings settings = pitch_ac_defaults(rate);
    struct pitch_ac *pitch;
    assert_ok(pitch_ac_create(&pitch, &settings, &error));
    return pitch;
}

struct track {
    size_t frames;
    float *f0, *strength;
};

static struct track track(int rate, const float *samples, size_t count)
{
    struct pitch_ac *pitch = create(rate);
    struct track track = {.frames = pitch_ac_centres(pitch, count).frames};
    track.f0 = calloc(track.frames + 1, sizeof *track.f0);
    track.strength = calloc(track.frames + 1, sizeof *track.strength);
    assert_ok(pitch_ac_run(pitch, samples, count, track.f0, track.strength, &error));
    for (size_t t = 0; t < track.frames; t++) {
        assert_true(track.f0[t] == 0 || (track.f0[t] >= 74.9f && track.f0[t] <= 600.1f));
        assert_true(track.strength[t] >= 0 && track.strength[t] <= 1);
    }
    pitch_ac_destroy(pitch);
    return track;
}

static void release(struct track *track)
{
    free(track->f0);
    free(track->strength);
}

static void test_tracks_tones_at_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {4000, 8000, 11025, 16000, 44100, 192000};
    static const double tones[] = {76.5, 110, 233.3, 523, 590};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
        for (size_t f = 0; f < sizeof tones / sizeof *tones; f++) {
            size_t count = (size_t)rates[r] / 4 + 3;
            float *samples = calloc(count, sizeof *samples);
            for (size_t i = 0; i < count; i++)
                samples[i] = (float)(0.3 * sin(2 * M_PI * tones[f] * (double)i / rates[r]));
            struct track result = track(rates[r], samples, count);
            assert_int_equal(result.frames, 22);
            for (size_t t = 0; t < result.frames; t++) {
                assert_near(result.f0[t], tones[f], 2e-3 * tones[f]);
                assert_true(result.strength[t] > 0.99f);
            }
            release(&result);
            free(samples);
        }
}

/* Harmonics without their fundamental, gliding an octave up in a second. */
static void test_follows_a_glide_without_octave_jumps(void **state)
{
    (void)state;
    enum { COUNT = 16000 };
    float *samples = calloc(COUNT, sizeof *samples);
    for (int i = 0; i < COUNT; i++) {
        double time = i / 16000.0, phase = 2 * M_PI * 120 * (exp2(time) - 1) / log(2);
        for (int h = 2; h <= 8; h++)
            samples[i] += (float)(0.1 * sin(h * phase));
    }
    struct track result = track(16000, samples, COUNT);
    struct pitch_ac *pitch = create(16000);
    struct centres centres = pitch_ac_centres(pitch, COUNT);
    for (size_t t = 0; t < result.frames; t++) {
        double expected = 120 * exp2(centres_time(&centres, t));
        assert_near(result.f0[t], expected, 0.01 * expected);
    }
    pitch_ac_destroy(pitch);
    release(&result);
    free(samples);
}

static void test_unvoiced_sounds_are_unvoiced(void **state)
{
    (void)state;
    enum { COUNT = 16000 };
    float *samples = noise(COUNT, 9);
    struct track result = track(16000, samples, COUNT);
    for (size_t t = 0; t < result.frames; t++)
        assert_true(result.f0[t] == 0);
    release(&result);
    for (int i = 0; i < COUNT; i++) /* a tone in the middle, too quiet beside one click */
        samples[i] = 0.001f * sinf(0.05f * (float)i);
    samples[100] = 1;
    result = track(16000, samples, COUNT);
    for (size_t t = 10; t < result.frames; t++)
        assert_true(result.f0[t] == 0);
    release(&result);
    for (int kind = 0; kind < 2; kind++) {
        for (int i = 0; i < COUNT; i++)
            samples[i] = kind ? 0.7f : 0;
        result = track(16000, samples, COUNT);
        for (size_t t = 0; t < result.frames; t++)
            assert_true(result.f0[t] == 0 && result.strength[t] == 0);
        release(&result);
    }
    free(samples);
}

static void test_any_length_is_safe_and_repeatable(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 100, 319, 320, 639, 640, 641, 1700, 3333};
    struct pitch_ac *pitch = create(16000);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        float *samples = noise(counts[c], 3);
        for (size_t i = 0; i < counts[c]; i++)
            samples[i] = 0.1f * samples[i] + sinf(0.06f * (float)i);
        size_t frames = pitch_ac_centres(pitch, counts[c]).frames;
        assert_int_equal(frames > 0, counts[c] > 0);
        float *first = calloc(2 * frames + 1, sizeof *first);
        float *again = calloc(2 * frames + 1, sizeof *again);
        assert_ok(pitch_ac_run(pitch, samples, counts[c], first, first + frames, &error));
        assert_ok(pitch_ac_run(pitch, samples, counts[c], again, again + frames, &error));
        assert_memory_equal(first, again, 2 * frames * sizeof *first);
        free(first);
        free(again);
        free(samples);
    }
    pitch_ac_destroy(pitch);
    pitch_ac_destroy(NULL);
}

static void test_reads_the_contour_between_frames(void **state)
{
    (void)state;
    static const float f0[] = {0, 100, 120, 0, 200};
    struct pitch_contour contour = {.f0 = f0,
                                    .centres = {.frames = 5, .first = 0.02, .step = 0.01}};
    assert_near(pitch_contour_at(&contour, 0.03), 100, 1e-9);
    assert_near(pitch_contour_at(&contour, 0.0325), 105, 1e-6);
    assert_near(pitch_contour_at(&contour, 0.0375), 115, 1e-6);
    assert_near(pitch_contour_at(&contour, 0.0255), 100, 1e-9); /* beside an unvoiced frame */
    assert_near(pitch_contour_at(&contour, 0.0445), 120, 1e-9);
    assert_near(pitch_contour_at(&contour, 0.0245), 0, 0);
    assert_near(pitch_contour_at(&contour, 0.0645), 200, 1e-9);
    assert_near(pitch_contour_at(&contour, 0.0651), 0, 0);
    assert_near(pitch_contour_at(&contour, -1), 0, 0);
    size_t end, first = pitch_contour_stretch(&contour, 0, &end);
    assert_true(first == 1 && end == 3);
    first = pitch_contour_stretch(&contour, end, &end);
    assert_true(first == 4 && end == 5);
    first = pitch_contour_stretch(&contour, end, &end);
    assert_true(first == 5 && end == 5);
}

static void refuse(struct pitch_ac_settings settings, const char *part)
{
    struct pitch_ac *pitch = (struct pitch_ac *)&error;
    assert_error(pitch_ac_create(&pitch, &settings, &error), SER_ERROR_ARGUMENT, part);
    assert_null(pitch);
}

static void test_refuses_bad_settings(void **state)
{
    (void)state;
    struct pitch_ac_settings s = pitch_ac_defaults(16000);
    s.rate = 3999;
    refuse(s, "rate is 3999");
    s = pitch_ac_defaults(16000);
    s.floor = 39;
    refuse(s, "floor is 39");
    s = pitch_ac_defaults(16000);
    s.ceiling = 4001;
    refuse(s, "ceiling is 4001");
    s = pitch_ac_defaults(16000);
    s.candidates = 16;
    refuse(s, "candidates 16");
    s = pitch_ac_defaults(16000);
    s.voicing = (double)NAN;
    refuse(s, "thresholds are nan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_centres_are_those_of_praat),
        cmocka_unit_test(test_gathers_what_lies_inside),
        cmocka_unit_test(test_measures_mean_and_peak),
        cmocka_unit_test(test_correlations_are_those_of_the_definition),
        cmocka_unit_test(test_coefficients_survive_a_loud_beginning),
        cmocka_unit_test(test_silence_correlates_with_nothing),
        cmocka_unit_test(test_finds_peaks_between_samples),
        cmocka_unit_test(test_path_is_the_best_of_all),
        cmocka_unit_test(test_tracks_tones_at_any_rate),
        cmocka_unit_test(test_follows_a_glide_without_octave_jumps),
        cmocka_unit_test(test_unvoiced_sounds_are_unvoiced),
        cmocka_unit_test(test_any_length_is_safe_and_repeatable),
        cmocka_unit_test(test_reads_the_contour_between_frames),
        cmocka_unit_test(test_refuses_bad_settings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

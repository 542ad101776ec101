#define _GNU_SOURCE
#include "features/egemaps/pitch_shs.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/egemaps/shs_sum.h"
#include "golden.h"
#include "near.h"

static struct shs *create(int rate)
{
    struct shs *shs;
    ser_error error;
    assert_ok(shs_create(&shs, rate, &error));
    return shs;
}

/* Harmonics of f0 below 4 kHz, falling by 1/n, with the given peak of the first. */
static float *voice(int rate, double f0, double amplitude, size_t count)
{
    float *samples = calloc(count, sizeof *samples);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (int n = 1; n * f0 < fmin(4000, rate / 2.0); n++)
            sum += sin(2 * M_PI * n * f0 * (double)i / rate + n) / n;
        samples[i] = (float)(amplitude * sum);
    }
    return samples;
}

static float *noise(size_t count)
{
    struct random random = random_seeded(3, 4);
    float *samples = calloc(count, sizeof *samples);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -1, 1);
    return samples;
}

struct track {
    float *f0, *voicing;
    size_t frames, voiced;
};

static struct track run(struct shs *shs, const float *samples, size_t count)
{
    struct track track = {.frames = shs_frames(shs, count)};
    track.f0 = calloc(track.frames + 1, sizeof *track.f0);
    track.voicing = calloc(track.frames + 1, sizeof *track.voicing);
    track.f0[track.frames] = 7;
    ser_error error;
    assert_ok(shs_run(shs, samples, count, track.f0, track.voicing, &error));
    assert_true(track.f0[track.frames] == 7);
    for (size_t t = 0; t < track.frames; t++) {
        assert_true(track.f0[t] == 0 || (track.f0[t] >= 55 && track.f0[t] <= 1000));
        assert_true(track.voicing[t] >= 0 && track.voicing[t] <= 1);
        track.voiced += track.f0[t] > 0;
    }
    return track;
}

static void release(struct track *track)
{
    free(track->f0);
    free(track->voicing);
}

static void test_frames_are_those_that_fit(void **state)
{
    (void)state;
    struct shs *shs = create(16000);
    assert_int_equal(shs_frames(shs, 0), 0);
    assert_int_equal(shs_frames(shs, 1), 1);
    assert_int_equal(shs_frames(shs, 960), 1);
    assert_int_equal(shs_frames(shs, 1119), 1);
    assert_int_equal(shs_frames(shs, 1120), 2);
    shs_destroy(shs);
    shs_destroy(NULL);
}

static void test_rates_outside_are_refused(void **state)
{
    (void)state;
    struct shs *shs;
    ser_error error;
    assert_error(shs_create(&shs, 3999, &error), SER_ERROR_ARGUMENT, "rate is 3999 Hz");
    assert_null(shs);
    assert_error(shs_create(&shs, 768001, &error), SER_ERROR_ARGUMENT, "rate");
}

static void test_tones_are_found_at_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {8000, 11025, 16000, 22050, 44100, 48000, 192000};
    static const double pitches[] = {70, 110, 203.7, 440, 800};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        struct shs *shs = create(rates[r]);
        size_t count = (size_t)rates[r] / 4;
        for (size_t p = 0; p < sizeof pitches / sizeof *pitches; p++) {
            float *samples = voice(rates[r], pitches[p], 0.1, count);
            struct track track = run(shs, samples, count);
            assert_int_equal(track.voiced, track.frames);
            for (size_t t = 0; t < track.frames; t++)
                assert_near(track.f0[t], pitches[p], 0.01 * pitches[p]);
            release(&track);
            free(samples);
        }
        shs_destroy(shs);
    }
}

static void test_a_missing_fundamental_is_found(void **state)
{
    (void)state;
    float samples[4000];
    for (int i = 0; i < 4000; i++) {
        samples[i] = 0;
        for (int n = 3; n < 12; n++)
            samples[i] += 0.05f * (float)sin(2 * M_PI * n * 150 * i / 16000.0);
    }
    struct shs *shs = create(16000);
    struct track track = run(shs, samples, 4000);
    for (size_t t = 0; t < track.frames; t++)
        assert_near(track.f0[t], 150, 1.5);
    release(&track);
    shs_destroy(shs);
}

static void test_noise_and_silence_are_unvoiced(void **state)
{
    (void)state;
    struct shs *shs = create(16000);
    size_t count = 32000;
    float *samples = noise(count);
    struct track track = run(shs, samples, count);
    assert_int_equal(track.voiced, 0);
    assert_true(track.voicing[50] > 0.2f && track.voicing[50] < 0.7f);
    release(&track);
    memset(samples, 0, count * sizeof *samples);
    track = run(shs, samples, count);
    assert_int_equal(track.voiced, 0);
    assert_true(track.voicing[50] == 0);
    release(&track);
    free(samples);
    shs_destroy(shs);
}

/* Under the window a sine of amplitude a has an RMS of a sqrt(mean of the squared window / 2), and
 * the integral of exp(-(x/0.4)^2) from 0 to 1 is 0.3543. */
static void test_quiet_frames_are_unvoiced(void **state)
{
    (void)state;
    struct shs *shs = create(16000);
    double gate = 0.001 / sqrt(0.3543 / 2);
    for (int louder = 0; louder < 2; louder++) {
        float samples[8000];
        for (int i = 0; i < 8000; i++)
            samples[i] = (float)(gate * (louder ? 1.02 : 0.98) * sin(2 * M_PI * 200 * i / 16000.0));
        struct track track = run(shs, samples, 8000);
        assert_int_equal(track.voiced, louder ? track.frames : 0);
        assert_true(track.voicing[track.frames / 2] > 0.7f); /* the path knows of no gate */
        release(&track);
    }
    shs_destroy(shs);
}

static void test_voiced_stretches_begin_and_end_with_the_voice(void **state)
{
    (void)state;
    size_t count = 48000;
    float *samples = noise(count), *tone = voice(16000, 180, 0.2, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = samples[i] * 0.01f + (i >= 16000 && i < 32000 ? tone[i] : 0);
    struct shs *shs = create(16000);
    struct track track = run(shs, samples, count);
    for (size_t t = 0; t < track.frames; t++) {
        size_t begin = t * 160, end = begin + 960;
        if (begin >= 16000 && end <= 32000)
            assert_near(track.f0[t], 180, 2);
        else if (end < 16000 || begin > 32000)
            assert_true(track.f0[t] == 0);
    }
    release(&track);
    free(samples);
    free(tone);
    shs_destroy(shs);
}

static void test_odd_sounds_stay_in_range(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 100, 959, 960, 961, 3000};
    struct shs *shs = create(16000);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (int kind = 0; kind < 5; kind++) {
            float *samples = calloc(counts[c] + 1, sizeof *samples);
            for (size_t i = 0; i < counts[c]; i++)
                samples[i] = kind == 0   ? 1
                             : kind == 1 ? (i / 40 % 2 ? 1.0f : -1.0f)
                             : kind == 2 ? (i / 40 % 2 ? 1e9f : -1e9f)
                             : kind == 3 ? 1e-30f * (float)(i % 9)
                                         : (float)(i == counts[c] / 2);
            struct track track = run(shs, samples, counts[c]);
            if (kind == 1 && counts[c] == 3000)
                assert_near(track.f0[5], 200, 2);
            release(&track);
            free(samples);
        }
    }
    shs_destroy(shs);
}

static void test_the_same_samples_give_the_same_bits(void **state)
{
    (void)state;
    struct shs *shs = create(16000);
    size_t count = 16000;
    float *samples = voice(16000, 130, 0.1, count), *other = noise(count);
    struct track first = run(shs, samples, count), between = run(shs, other, count / 3),
                 second = run(shs, samples, count);
    assert_memory_equal(first.f0, second.f0, first.frames * sizeof *first.f0);
    assert_memory_equal(first.voicing, second.voicing, first.frames * sizeof *first.voicing);
    release(&first);
    release(&between);
    release(&second);
    free(samples);
    free(other);
    shs_destroy(shs);
}

/* The natural spline's second derivatives at places x by plain Gaussian elimination with the full
 * matrix's three diagonals, solved upwards instead of downwards. */
static void plain_spline(const double *x, const double *y, int count, double *bent)
{
    double *factor = calloc((size_t)count, sizeof *factor);
    bent[0] = bent[count - 1] = 0;
    for (int k = count - 2; k > 0; k--) {
        double low = x[k] - x[k - 1], high = x[k + 1] - x[k];
        double bend = (y[k + 1] - y[k]) / high - (y[k] - y[k - 1]) / low;
        double pivot = 2 * (low + high) - high * factor[k + 1];
        factor[k] = low / pivot;
        bent[k] = (6 * bend - high * bent[k + 1]) / pivot;
    }
    for (int k = 1; k < count - 1; k++)
        bent[k] -= factor[k] * bent[k - 1];
    free(factor);
}

/* Steps 1 and 2 of pitch_shs.h in double, for a spectrum up to 8 kHz. */
static void plain_scale(double *magnitude, int bins, int points, double *scaled)
{
    double clean[1000] = {0}, smooth[1000], places[1000], bent[1000];
    magnitude[0] = 0;
    for (int k = 1; k < bins - 1; k++)
        if (magnitude[k] > magnitude[k - 1] && magnitude[k] >= magnitude[k + 1])
            for (int j = k - 2; j <= k + 2; j++)
                if (j >= 0 && j < bins)
                    clean[j] = magnitude[j];
    for (int k = 0; k < bins; k++)
        smooth[k] =
            clean[k] / 2 + (k > 0 ? clean[k - 1] : 0) / 4 + (k < bins - 1 ? clean[k + 1] : 0) / 4;
    for (int k = 1; k < bins; k++)
        places[k] = log2(8000.0 * k / (bins - 1));
    plain_spline(places + 1, smooth + 1, bins - 1, bent + 1);
    for (int i = 0; i < points; i++) {
        double hz = 25 * pow(320, i / 512.0);
        int k = (int)fmin(hz * (bins - 1) / 8000, bins - 2);
        double width = places[k + 1] - places[k], b = (log2(hz) - places[k]) / width, a = 1 - b;
        double bends = (a * a * a - a) * bent[k] + (b * b * b - b) * bent[k + 1];
        double value = a * smooth[k] + b * smooth[k + 1] + bends * width * width / 6;
        scaled[i] = fmax(0, value * (0.5 + atan(3 * log2(hz / 31.8)) / M_PI));
    }
}

static void test_sums_follow_their_definition(void **state)
{
    (void)state;
    struct shs_sum *sum;
    ser_error error;
    assert_ok(shs_sum_create(&sum, 16000, 1024, &error));
    enum { points = 513 };
    assert_near(shs_sum_hz(512), 8000, 1e-6);
    assert_near(shs_sum_point(25), 0, 1e-9);
    struct random random = random_seeded(8, 1);
    lanes *power = lanes_allocate(513);
    double magnitude[LANES][513], scaled[513];
    for (int k = 0; k < 513; k++)
        for (int lane = 0; lane < LANES; lane++) {
            float value = random_unit(&random);
            magnitude[lane][k] = (double)value;
            power[k][lane] = value * value;
        }
    float means[LANES];
    const lanes *sums = shs_sum_run(sum, power, means);
    for (int lane = 0; lane < LANES; lane++) {
        plain_scale(magnitude[lane], 513, points, scaled);
        double mean = 0;
        for (int i = 0; i < points; i++) {
            double expected = 0;
            for (int n = 1; n <= 15; n++) {
                int place = (int)floor(i + log2(n) / log2(320) * 513);
                if (place < points)
                    expected += pow(0.85, n - 1) * scaled[place];
            }
            assert_near(sums[i][lane], expected, 1e-4);
            mean += expected / points;
        }
        assert_near(means[lane], mean, 1e-4);
    }
    free(power);
    shs_sum_destroy(sum);
    shs_sum_destroy(NULL);
}

/* Against librosa's pYIN (frames of 64 ms centred every 16 ms). */
static void test_agrees_with_pyin_on_speech(void **state)
{
    (void)state;
    /* Skips before anything is held that would leak. */
    support_golden("librosa");
    support_data("ravdess");
    struct shs *shs = create(16000);
    int both = 0, gross = 0, same = 0, all = 0;
    for (int i = 0; i < GOLDEN_NAMES; i++) {
        ser_audio audio = golden_recording(golden_names[i]);
        int rows, frames;
        float *pyin = golden_librosa(golden_names[i], "pyin_f0", &rows, &frames);
        struct track track = run(shs, audio.samples, audio.frames);
        for (size_t t = 0; t < track.frames; t++) {
            int other = (int)(((double)t * 160 + 480) / 256 + 0.5);
            if (other >= frames)
                break;
            int voiced = track.f0[t] > 0, there = pyin[other] > 0;
            all++;
            same += voiced == there;
            both += voiced && there;
            gross += voiced && there && fabsf(track.f0[t] / pyin[other] - 1) > 0.2f;
        }
        release(&track);
        free(pyin);
        ser_audio_release(&audio);
    }
    print_message(
        "# voicing alike in %.1f %% of %d frames, %.2f %% gross errors of %d voiced in both\n",
        100.0 * same / all, all, 100.0 * gross / both, both);
    assert_true(both > 500);
    assert_true(gross < 0.03 * both);
    assert_true(same > 0.85 * all);
    shs_destroy(shs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_are_those_that_fit),
        cmocka_unit_test(test_rates_outside_are_refused),
        cmocka_unit_test(test_tones_are_found_at_any_rate),
        cmocka_unit_test(test_a_missing_fundamental_is_found),
        cmocka_unit_test(test_noise_and_silence_are_unvoiced),
        cmocka_unit_test(test_quiet_frames_are_unvoiced),
        cmocka_unit_test(test_voiced_stretches_begin_and_end_with_the_voice),
        cmocka_unit_test(test_odd_sounds_stay_in_range),
        cmocka_unit_test(test_the_same_samples_give_the_same_bits),
        cmocka_unit_test(test_sums_follow_their_definition),
        cmocka_unit_test(test_agrees_with_pyin_on_speech),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

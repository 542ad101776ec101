/* The sets as a whole; their parts have tests of their own. */
#define _GNU_SOURCE
#include "features/spectrum/classic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/settings.h"
#include "features/spectrum/chroma.h"
#include "features/spectrum/mel.h"
#include "near.h"

enum { WINDOW = 2048, HOP = 512, BINS = 1025, BANDS = 128, RATE = 16000 };

static ser_error error;
static const struct ser_feature_set *const sets[] = {&mfcc40, &classic162, &classic180, &spectral};
enum { SETS = sizeof sets / sizeof *sets };

static ser_features_settings settings_of(const struct ser_feature_set *set, int rate)
{
    ser_features_settings settings = {.set = set, .rate = rate};
    set->defaults(&settings);
    return settings;
}

/* A set made ready, and what it gave for the last sound. */
struct run {
    const struct ser_feature_set *set;
    void *state;
    int columns;
    size_t frames;
    float *values; // (frames, columns)
};

static struct run begin(const ser_features_settings *settings)
{
    struct run run = {.set = settings->set};
    assert_ok(features_settings_check(settings, &error));
    assert_ok(run.set->create(&run.state, settings, &error));
    int groups;
    const struct column_group *group = run.set->columns(run.state, &groups);
    for (int g = 0; g < groups; g++)
        run.columns += group[g].count;
    return run;
}

static void compute(struct run *run, const float *samples, size_t count)
{
    run->frames = run->set->grid(run->state, count).frames;
    free(run->values);
    run->values = calloc(run->frames * (size_t)run->columns + 1, sizeof *run->values);
    run->values[run->frames * (size_t)run->columns] = 4711;
    assert_ok(run->set->run(run->state, samples, count, run->values, &error));
    assert_true(run->values[run->frames * (size_t)run->columns] == 4711);
}

static void end(struct run *run)
{
    run->set->destroy(run->state);
    free(run->values);
}

/* Of the group's first column, behind all before it. */
static int column_of(const struct run *run, const char *name, int *count)
{
    int groups, column = 0;
    *count = 0;
    const struct column_group *group = run->set->columns(run->state, &groups);
    for (int g = 0; g < groups; column += group[g++].count)
        if (!strcmp(group[g].name, name)) {
            *count = group[g].count;
            return column;
        }
    fail_msg("%s has no column %s", run->set->name, name);
    return -1;
}

static void fill_with_speechlike_noise(float *samples, size_t count)
{
    struct random random = random_seeded(101, 0);
    float last = 0;
    for (size_t i = 0; i < count; i++) {
        last = 0.95f * last + random_uniform(&random, -0.1f, 0.1f);
        samples[i] = last * (0.6f + 0.4f * sinf((float)i * 1e-3f));
    }
}

static void test_columns_are_those_of_the_notebooks(void **state)
{
    (void)state;
    static const struct {
        const struct ser_feature_set *set;
        int columns;
        const char *groups; /* "name count", in order */
    } rows[] = {
        {&mfcc40, 40, "mfcc 40 "},
        {&classic162, 162, "zcr 1 chroma 12 mfcc 20 rms 1 mel 128 "},
        {&classic180, 180, "mfcc 40 chroma 12 mel 128 "},
        {&spectral, 19,
         "centroid 1 bandwidth 1 rolloff 1 flatness 1 contrast 7 tonnetz 6 zcr 1 rms 1 "},
    };
    for (int i = 0; i < SETS; i++) {
        ser_features_settings settings = settings_of(rows[i].set, RATE);
        struct run run = begin(&settings);
        assert_int_equal(run.columns, rows[i].columns);
        char text[256] = "";
        int groups;
        const struct column_group *group = run.set->columns(run.state, &groups);
        for (int g = 0; g < groups; g++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s %d ", group[g].name,
                     group[g].count);
        assert_string_equal(text, rows[i].groups);
        end(&run);
    }
}

static void test_frames_are_centred_on_every_512th_sample(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 511, 512, 2048, 100000};
    for (int s = 0; s < SETS; s++) {
        ser_features_settings settings = settings_of(sets[s], RATE);
        struct run run = begin(&settings);
        for (int i = 0; i < 6; i++) {
            struct frame_grid grid = sets[s]->grid(run.state, counts[i]);
            assert_int_equal(grid.frames, counts[i] ? 1 + counts[i] / 512 : 0);
            assert_near(grid.first, -0.064, 1e-12);
            assert_near(grid.step, 0.032, 1e-12);
            assert_near(grid.length, 0.128, 1e-12);
        }
        end(&run);
    }
}

/* |X|^2 of a frame by the definition, in double. */
static void plain_power(const float *samples, int count, int frame, double power[BINS])
{
    double x[WINDOW];
    for (int n = 0; n < WINDOW; n++) {
        int place = frame * HOP - WINDOW / 2 + n;
        double sample = place >= 0 && place < count ? (double)samples[place] : 0;
        x[n] = sample * (0.5 - 0.5 * cos(2 * M_PI * n / WINDOW));
    }
    for (int k = 0; k < BINS; k++) {
        double real = 0, imaginary = 0;
        for (int n = 0; n < WINDOW; n++) {
            double angle = 2 * M_PI * (k * n % WINDOW) / WINDOW;
            real += x[n] * cos(angle);
            imaginary -= x[n] * sin(angle);
        }
        power[k] = real * real + imaginary * imaginary;
    }
}

enum { SAMPLES = 1200, FRAMES = 1 + SAMPLES / HOP };

/* What the columns of a short sound must be. */
struct plain {
    double mel[FRAMES][BANDS], mfcc[FRAMES][40], chroma[FRAMES][12], centroid[FRAMES], rms[FRAMES];
};

static void plain_mfcc(struct plain *plain)
{
    double largest = -1e9, levels[FRAMES][BANDS];
    for (int t = 0; t < FRAMES; t++)
        for (int b = 0; b < BANDS; b++) {
            levels[t][b] = 10 * log10(fmax(plain->mel[t][b], 1e-10));
            largest = fmax(largest, levels[t][b]);
        }
    for (int t = 0; t < FRAMES; t++)
        for (int k = 0; k < 40; k++) {
            double sum = 0;
            for (int b = 0; b < BANDS; b++)
                sum += fmax(levels[t][b], largest - 80) * cos(M_PI * k * (b + 0.5) / BANDS);
            plain->mfcc[t][k] = sum * sqrt((k ? 2.0 : 1.0) / BANDS);
        }
}

static void compute_plainly(struct plain *plain, const float *samples)
{
    ser_features_settings settings = settings_of(&mfcc40, RATE);
    struct mel_bank mel;
    struct chroma_bank chroma;
    assert_ok(mel_bank_build(&mel, &settings, &error));
    assert_ok(chroma_bank_build(&chroma, RATE, WINDOW, &error));
    memset(plain, 0, sizeof *plain);
    for (int t = 0; t < FRAMES; t++) {
        double power[BINS], magnitudes = 0, largest = 0;
        plain_power(samples, SAMPLES, t, power);
        for (int b = 0; b < BANDS; b++)
            for (int i = 0; i < mel.filters[b].count; i++)
                plain->mel[t][b] += (double)mel.weights[mel.filters[b].start + (size_t)i] *
                                    power[mel.filters[b].first + i];
        for (int k = 0; k < BINS; k++) {
            for (int tone = 0; tone < 12; tone++)
                plain->chroma[t][tone] += (double)chroma.weights[k * 12 + tone] * power[k];
            plain->centroid[t] += sqrt(power[k]) * k * RATE / WINDOW;
            magnitudes += sqrt(power[k]);
        }
        plain->centroid[t] /= magnitudes;
        for (int tone = 0; tone < 12; tone++)
            largest = fmax(largest, plain->chroma[t][tone]);
        for (int tone = 0; tone < 12; tone++)
            plain->chroma[t][tone] /= largest;
        for (int i = t * HOP - WINDOW / 2; i < t * HOP + WINDOW / 2; i++)
            if (i >= 0 && i < SAMPLES)
                plain->rms[t] += pow((double)samples[i], 2) / WINDOW;
        plain->rms[t] = sqrt(plain->rms[t]);
    }
    plain_mfcc(plain);
    mel_bank_release(&mel);
    chroma_bank_release(&chroma);
}

static void expect_group(const struct run *run, const char *name, const double *expected,
                         int stride, double relative, double absolute)
{
    int count, first = column_of(run, name, &count);
    for (int t = 0; t < FRAMES; t++)
        for (int i = 0; i < count; i++)
            assert_near(run->values[t * run->columns + first + i], expected[t * stride + i],
                        relative * fabs(expected[t * stride + i]) + absolute);
}

/* A tone that swells and fades has no flanks: what is beside it lies more than 80 dB lower. */
static void test_sets_agree_with_a_plain_twin(void **state)
{
    (void)state;
    float samples[SAMPLES];
    fill_with_speechlike_noise(samples, SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
        float swell = sinf((float)M_PI * (float)i / SAMPLES);
        samples[i] = samples[i] * 1e-5f + 0.5f * swell * swell * swell * sinf((float)i * 0.3f);
    }
    struct plain plain;
    compute_plainly(&plain, samples);
    for (int s = 0; s < SETS; s++) {
        ser_features_settings settings = settings_of(sets[s], RATE);
        struct run run = begin(&settings);
        compute(&run, samples, SAMPLES);
        assert_int_equal(run.frames, FRAMES);
        if (sets[s] != &spectral)
            expect_group(&run, "mfcc", plain.mfcc[0], 40, 1e-6, 1e-2);
        if (sets[s] == &classic162 || sets[s] == &classic180) {
            expect_group(&run, "mel", plain.mel[0], BANDS, 1e-4, 1e-9);
            expect_group(&run, "chroma", plain.chroma[0], 12, 1e-5, 1e-7);
        }
        if (sets[s] == &spectral)
            expect_group(&run, "centroid", plain.centroid, 1, 1e-5, 0);
        if (sets[s] == &spectral || sets[s] == &classic162)
            expect_group(&run, "rms", plain.rms, 1, 1e-6, 0);
        end(&run);
    }
}

static void test_derivatives_follow_the_coefficients(void **state)
{
    (void)state;
    enum { COUNT = 20 * HOP };
    static float samples[COUNT];
    fill_with_speechlike_noise(samples, COUNT);
    ser_features_settings settings = settings_of(&mfcc40, RATE);
    settings.coefficients = 13;
    settings.lifter = 22;
    struct run alone = begin(&settings);
    settings.deltas = 2;
    struct run both = begin(&settings);
    assert_int_equal(both.columns, 39);
    compute(&alone, samples, COUNT);
    compute(&both, samples, COUNT);
    for (int t = 0; t < 21; t++)
        for (int k = 0; k < 13; k++) {
            int middle = t < 4 ? 4 : t > 16 ? 16 : t;
            double slope = 0, bend = 0;
            for (int j = -4; j <= 4; j++) {
                double value = (double)alone.values[(middle + j) * 13 + k];
                slope += j * value / 60;
                bend += 2 * (j * j - 20.0 / 3) * value / 308;
            }
            const float *row = both.values + t * 39;
            assert_true(row[k] == alone.values[t * 13 + k]);
            assert_near(row[13 + k], slope, 1e-5 * (1 + fabs(slope)));
            assert_near(row[26 + k], bend, 1e-5 * (1 + fabs(bend)));
        }
    end(&alone);
    end(&both);
}

static void test_other_frames_and_bands_are_taken(void **state)
{
    (void)state;
    static float samples[16000];
    fill_with_speechlike_noise(samples, 16000);
    ser_features_settings settings = settings_of(&mfcc40, RATE);
    settings.window = 400;
    settings.hop = 160;
    settings.fft = 512;
    settings.bands = 26;
    settings.coefficients = 26;
    settings.low = 100;
    settings.high = 7000;
    struct run run = begin(&settings);
    compute(&run, samples, 16000);
    assert_int_equal(run.frames, 101);
    assert_int_equal(run.columns, 26);
    for (int i = 0; i < 101 * 26; i++)
        assert_true(isfinite(run.values[i]));
    end(&run);
    for (int s = 1; s < SETS; s++) {
        settings = settings_of(sets[s], RATE);
        settings.hop = 160;
        assert_error(features_settings_check(&settings, &error), SER_ERROR_ARGUMENT, "hop");
    }
}

/* Sounds that go wrong easily. */
static void make_sound(int kind, float *samples, size_t count)
{
    struct random random = random_seeded(103, (uint64_t)kind);
    for (size_t i = 0; i < count; i++) {
        float noise = random_uniform(&random, -1, 1), square = i / 40 % 2 ? -1 : 1;
        float sounds[] = {0,
                          0.5f,
                          square,
                          noise,
                          1e9f * square,
                          1e9f * noise,
                          1e-25f * noise,
                          -1,
                          i == count - 1 ? 1 : 0};
        samples[i] = sounds[kind];
    }
}
enum { SOUNDS = 9 };

static void test_all_values_are_finite_and_in_range(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 16000, 192000, 768000};
    static const size_t counts[] = {1, 2, 700, 1025, 9000};
    static float samples[9000];
    for (int s = 0; s < SETS; s++)
        for (int r = 0; r < 5; r++) {
            ser_features_settings settings = settings_of(sets[s], rates[r]);
            settings.deltas = sets[s] == &mfcc40 ? 2 : 0;
            void *unchecked; /* below min_rate, too: its columns mean less, but are finite */
            assert_ok(sets[s]->create(&unchecked, &settings, &error));
            struct run run = {.set = sets[s], .state = unchecked};
            int groups;
            const struct column_group *group = sets[s]->columns(unchecked, &groups);
            for (int g = 0; g < groups; g++)
                run.columns += group[g].count;
            for (int sound = 0; sound < SOUNDS; sound++)
                for (int c = 0; c < 5; c++) {
                    make_sound(sound, samples, counts[c]);
                    compute(&run, samples, counts[c]);
                    for (size_t i = 0; i < run.frames * (size_t)run.columns; i++)
                        assert_true(isfinite(run.values[i]));
                }
            end(&run);
        }
}

static void test_silence_has_its_natural_values(void **state)
{
    (void)state;
    static const float samples[6000];
    for (int s = 0; s < SETS; s++) {
        ser_features_settings settings = settings_of(sets[s], RATE);
        struct run run = begin(&settings);
        compute(&run, samples, 6000);
        int count, flatness = sets[s] == &spectral ? column_of(&run, "flatness", &count) : -1;
        int mfcc = sets[s] == &spectral ? -1 : column_of(&run, "mfcc", &count);
        for (size_t t = 0; t < run.frames; t++)
            for (int c = 0; c < run.columns; c++) {
                double value = (double)run.values[t * (size_t)run.columns + (size_t)c];
                if (c == flatness)
                    assert_near(value, 1, 1e-5);
                else if (c == mfcc) /* all bands at -100 dB */
                    assert_near(value, -100 * sqrt(BANDS), 1e-2);
                else
                    assert_near(value, 0, 1e-3);
            }
        end(&run);
    }
}

static void test_the_same_sound_gives_the_same_bits_whatever_came_before(void **state)
{
    (void)state;
    static float samples[30000], loud[40000];
    fill_with_speechlike_noise(samples, 30000);
    make_sound(3, loud, 40000);
    for (int s = 0; s < SETS; s++) {
        ser_features_settings settings = settings_of(sets[s], RATE);
        struct run fresh = begin(&settings), used = begin(&settings);
        compute(&used, samples, 700);
        compute(&used, loud, 40000);
        for (size_t count = 1; count <= 30000; count = 3 * count + 1) {
            compute(&fresh, samples, count);
            compute(&used, samples, count);
            assert_memory_equal(fresh.values, used.values,
                                fresh.frames * (size_t)fresh.columns * sizeof(float));
        }
        end(&fresh);
        end(&used);
    }
}

/* Frames of mel power do not know of what surrounds them: a later start gives the same rows. */
static void test_a_frame_has_the_same_bits_in_any_lane(void **state)
{
    (void)state;
    static float samples[30000];
    fill_with_speechlike_noise(samples, 30000);
    ser_features_settings settings = settings_of(&classic162, RATE);
    struct run whole = begin(&settings), part = begin(&settings);
    compute(&whole, samples, 30000);
    for (int skip = 1; skip < 9; skip++) {
        compute(&part, samples + skip * HOP, 30000 - (size_t)(skip * HOP));
        for (size_t t = 2; t < part.frames; t++) {
            const float *a = whole.values + (t + (size_t)skip) * 162, *b = part.values + t * 162;
            assert_memory_equal(a, b, 13 * sizeof *a);            /* zcr, chroma */
            assert_memory_equal(a + 33, b + 33, 129 * sizeof *a); /* rms, mel */
        }
    }
    end(&whole);
    end(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_those_of_the_notebooks),
        cmocka_unit_test(test_frames_are_centred_on_every_512th_sample),
        cmocka_unit_test(test_sets_agree_with_a_plain_twin),
        cmocka_unit_test(test_derivatives_follow_the_coefficients),
        cmocka_unit_test(test_other_frames_and_bands_are_taken),
        cmocka_unit_test(test_all_values_are_finite_and_in_range),
        cmocka_unit_test(test_silence_has_its_natural_values),
        cmocka_unit_test(test_the_same_sound_gives_the_same_bits_whatever_came_before),
        cmocka_unit_test(test_a_frame_has_the_same_bits_in_any_lane),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

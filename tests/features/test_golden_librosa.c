/* The sets by librosa's conventions against what librosa 0.10.1 gives for eight recordings, which
 * the golden folder's README describes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "features/spectrum/classic.h"
#include "golden.h"
#include "near.h"

static ser_error error;

/* Errors are relative to the golden value, or to this share of the feature's largest golden value
 * where the value itself is smaller: in float, what is computed from large numbers and comes out
 * small has an error that goes by the large ones. */
static const double small_share = 0.01;

/* A feature of librosa, the group of a set's columns that is the same, and how closely. */
struct feature {
    const char *golden;
    const struct ser_feature_set *set;
    const char *group;
    double tolerance;
};

/* One set on one recording. */
struct result {
    float *values;                     // (frames, columns)
    int frames, columns, first, count; /* of the group */
};

static struct result compute(const struct feature *feature, const ser_audio *audio)
{
    ser_features_settings settings = {.set = feature->set, .rate = audio->rate};
    feature->set->defaults(&settings);
    if (feature->set == &mfcc40)
        settings.deltas = 1;
    void *state;
    assert_ok(feature->set->create(&state, &settings, &error));
    struct result result = {.first = -1};
    int groups;
    const struct column_group *group = feature->set->columns(state, &groups);
    for (int g = 0; g < groups; g++) {
        if (!strcmp(group[g].name, feature->group)) {
            result.first = result.columns;
            result.count = group[g].count;
        }
        result.columns += group[g].count;
    }
    assert_true(result.first >= 0);
    size_t frames = feature->set->grid(state, audio->frames).frames;
    result.frames = (int)frames;
    result.values = calloc(frames * (size_t)result.columns, sizeof *result.values);
    assert_ok(feature->set->run(state, audio->samples, audio->frames, result.values, &error));
    feature->set->destroy(state);
    return result;
}

/* The largest error in one recording; *beyond counts values beyond the tolerance. */
static double compare(const struct feature *feature, const char *name, int *beyond, int *total)
{
    ser_audio audio = golden_recording(name);
    struct result result = compute(feature, &audio);
    int rows, frames;
    float *golden = golden_librosa(name, feature->golden, &rows, &frames);
    assert_int_equal(frames, result.frames);
    assert_true(rows == result.count || (feature->set == &classic162 && rows > result.count));
    double scale = 0, worst = 0;
    for (int i = 0; i < frames * rows; i++)
        scale = fmax(scale, fabs((double)golden[i]));
    for (int t = 0; t < frames; t++)
        for (int r = 0; r < result.count; r++) {
            double expected = (double)golden[t * rows + r];
            double value = (double)result.values[t * result.columns + result.first + r];
            assert_true(isfinite(value));
            double off = fabs(value - expected) / fmax(fabs(expected), small_share * scale);
            worst = fmax(worst, off);
            *beyond += off > feature->tolerance;
        }
    *total += frames * result.count;
    free(golden);
    free(result.values);
    ser_audio_release(&audio);
    return worst;
}

/* The contrast's valleys are the weakest bins of a band, which feel the rounding of the FFT most.
 */
static const struct feature features[] = {
    {"stft_magnitude", &stft1025, "stft", 3e-5},
    {"melspectrogram", &mel128, "mel", 2e-6},
    {"melspectrogram", &classic162, "mel", 2e-6},
    {"mfcc", &mfcc40, "mfcc", 1e-4},
    {"mfcc", &classic162, "mfcc", 1e-4},
    {"mfcc", &classic180, "mfcc", 1e-4},
    {"mfcc_delta", &mfcc40, "mfcc_delta", 3e-4},
    {"chroma_stft", &classic162, "chroma", 1e-5},
    {"chroma_stft", &classic180, "chroma", 1e-5},
    {"zero_crossing_rate", &classic162, "zcr", 1e-7},
    {"rms", &classic162, "rms", 1e-6},
    {"spectral_centroid", &spectral, "centroid", 3e-6},
    {"spectral_bandwidth", &spectral, "bandwidth", 3e-6},
    {"spectral_rolloff", &spectral, "rolloff", 1e-6},
    {"spectral_flatness", &spectral, "flatness", 3e-4},
    {"spectral_contrast", &spectral, "contrast", 1e-3},
    {"tonnetz", &spectral, "tonnetz", 2e-4},
};
enum { FEATURES = sizeof features / sizeof *features };

static void test_features_are_librosas(void **state)
{
    (void)state;
    support_golden("librosa");
    support_data("ravdess");
    print_message("# %-20s %-12s %-14s %-10s %s\n", "librosa's", "set", "largest error",
                  "tolerance", "beyond it");
    int failed = 0;
    for (int f = 0; f < FEATURES; f++) {
        const struct feature *feature = &features[f];
        double worst = 0;
        int beyond = 0, total = 0;
        for (int i = 0; i < GOLDEN_NAMES; i++)
            worst = fmax(worst, compare(feature, golden_names[i], &beyond, &total));
        print_message("# %-20s %-12s %-14.1e %-10.0e %d of %d\n", feature->golden,
                      feature->set->name, worst, feature->tolerance, beyond, total);
        failed += beyond > 0;
    }
    assert_int_equal(failed, 0);
}

/* librosa.power_to_db of the golden mel spectrogram. */
static void test_levels_are_those_of_librosas_mel_spectrogram(void **state)
{
    (void)state;
    support_golden("librosa");
    support_data("ravdess");
    static const struct feature levels = {"melspectrogram", &logmel128, "logmel", 0};
    for (int i = 0; i < GOLDEN_NAMES; i++) {
        ser_audio audio = golden_recording(golden_names[i]);
        struct result result = compute(&levels, &audio);
        int rows, frames;
        float *golden = golden_librosa(golden_names[i], "melspectrogram", &rows, &frames);
        double largest = -100;
        for (int k = 0; k < frames * rows; k++)
            largest = fmax(largest, 10 * log10(fmax((double)golden[k], 1e-10)));
        for (int k = 0; k < frames * rows; k++) {
            double level = 10 * log10(fmax((double)golden[k], 1e-10));
            assert_near(result.values[k], fmax(level, largest - 80), 1e-3);
        }
        free(golden);
        free(result.values);
        ser_audio_release(&audio);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features_are_librosas),
        cmocka_unit_test(test_levels_are_those_of_librosas_mel_spectrogram),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

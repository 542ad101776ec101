/* The same spectra and mel bands as librosa 0.10.1 gives for eight recordings, which the golden
 * folder's README describes. */
#include <math.h>
#include <stdlib.h>

#include "block.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/stft.h"
#include "golden.h"
#include "ser/features.h"

static ser_error error;

/* librosa's defaults for melspectrogram at 16 kHz. */
static ser_features_settings librosa_settings(void)
{
    return (ser_features_settings){
        .set = ser_feature_set_find("logmel64"),
        .rate = 16000,
        .window = 2048,
        .hop = 512,
        .fft = 2048,
        .centred = 1,
        .bands = 128,
        .low = 0,
        .high = 8000,
        .scale = SER_MEL_SLANEY,
        .norm = SER_MEL_NORM_SLANEY,
        .floor = 1e-10,
        .normalise = SER_NORMALISE_NONE,
        .offset = 0.5,
    };
}

/* Compares with librosa's values, relative to the largest of them. */
static void expect_like(const char *name, const char *feature, const float *values, int frames,
                        int rows, double tolerance)
{
    int golden_rows, golden_frames;
    float *golden = golden_librosa(name, feature, &golden_rows, &golden_frames);
    assert_int_equal(golden_rows, rows);
    assert_int_equal(golden_frames, frames);
    double largest = 0, worst = 0;
    for (int i = 0; i < frames * rows; i++) {
        double difference = fabs((double)values[i] - (double)golden[i]);
        assert_true(isfinite(difference));
        largest = fmax(largest, (double)golden[i]);
        worst = fmax(worst, difference);
    }
    free(golden);
    print_message("# %s %s: largest error %.1e of the maximum\n", name, feature, worst / largest);
    if (!(worst <= tolerance * largest))
        fail_msg("%s %s: error %g of the maximum, expected at most %g", name, feature,
                 worst / largest, tolerance);
}

static struct stft *create_stft(const ser_features_settings *settings)
{
    struct stft_layout layout = {WINDOW_HANN, settings->window, settings->hop, settings->fft,
                                 settings->centred};
    struct stft *stft;
    assert_ok(stft_create(&stft, &layout, &error));
    return stft;
}

static void test_stft_magnitude_is_librosas(void **state)
{
    (void)state;
    ser_features_settings settings = librosa_settings();
    for (int i = 0; i < GOLDEN_NAMES; i++) {
        ser_audio audio = golden_recording(golden_names[i]);
        struct stft *stft = create_stft(&settings);
        int frames = (int)stft_frames(stft, audio.frames), bins = stft_bins(stft);
        float *magnitude = calloc((size_t)frames * (size_t)bins, sizeof *magnitude);
        block_spectrogram(stft, audio.samples, audio.frames, magnitude);
        for (int k = 0; k < frames * bins; k++)
            magnitude[k] = sqrtf(magnitude[k]);
        expect_like(golden_names[i], "stft_magnitude", magnitude, frames, bins, 1e-6);
        free(magnitude);
        stft_destroy(stft);
        ser_audio_release(&audio);
    }
}

static void test_mel_spectrogram_is_librosas(void **state)
{
    (void)state;
    /* Skips before anything is held that would leak. */
    support_golden("librosa");
    support_data("ravdess");
    ser_features_settings settings = librosa_settings();
    struct mel_bank bank;
    assert_ok(mel_bank_build(&bank, &settings, &error));
    for (int i = 0; i < GOLDEN_NAMES; i++) {
        ser_audio audio = golden_recording(golden_names[i]);
        struct stft *stft = create_stft(&settings);
        size_t frames = stft_frames(stft, audio.frames), bins = (size_t)stft_bins(stft);
        float *power = calloc(frames * bins, sizeof *power);
        float *mel = calloc(frames * 128, sizeof *mel);
        block_spectrogram(stft, audio.samples, audio.frames, power);
        for (size_t t = 0; t < frames; t++)
            block_mel_apply(&bank, power + t * bins, mel + t * 128);
        expect_like(golden_names[i], "melspectrogram", mel, (int)frames, 128, 1e-6);
        free(mel);
        free(power);
        stft_destroy(stft);
        ser_audio_release(&audio);
    }
    mel_bank_release(&bank);
}

/* Through the public door: the logarithm shows the small values too, which an error relative to
 * the maximum hides. */
static void test_extractor_gives_the_logarithm_of_librosas_mel_spectrogram(void **state)
{
    (void)state;
    /* Skips before anything is held that would leak. */
    support_golden("librosa");
    support_data("ravdess");
    ser_features_settings settings = librosa_settings();
    ser_extractor *extractor;
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    ser_features features = {0};
    double worst = 0;
    for (int i = 0; i < GOLDEN_NAMES; i++) {
        ser_audio audio = golden_recording(golden_names[i]);
        assert_ok(ser_extractor_run(extractor, audio.samples, audio.frames, &features, &error));
        int rows, frames;
        float *golden = golden_librosa(golden_names[i], "melspectrogram", &rows, &frames);
        assert_int_equal(features.frames, frames);
        assert_int_equal(features.columns, rows);
        for (int k = 0; k < frames * rows; k++) {
            double expected = log((double)golden[k] + settings.floor);
            worst = fmax(worst, fabs((double)features.values[k] - expected));
            assert_near(features.values[k], expected, 1e-3);
        }
        free(golden);
        ser_audio_release(&audio);
    }
    print_message("# logarithm: largest error %.1e nepers\n", worst);
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stft_magnitude_is_librosas),
        cmocka_unit_test(test_mel_spectrogram_is_librosas),
        cmocka_unit_test(test_extractor_gives_the_logarithm_of_librosas_mel_spectrogram),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The vocal tract: the envelope of the spectrum moves by alpha, the harmonics stay; and the spectra
 * that it works on. */
#define _GNU_SOURCE
#include "sounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"

enum { PITCH = 125 };

/* Harmonics of one pitch under one formant. */
static ser_audio vowel(double formant)
{
    ser_audio audio = sound_silent(RATE, RATE);
    for (int h = 1; h * PITCH < RATE / 2; h++) {
        double distance = (h * PITCH - formant) / 300;
        double amplitude = 0.1 * exp(-0.5 * distance * distance) + 0.001;
        for (size_t i = 0; i < audio.frames; i++)
            audio.samples[i] +=
                (float)(amplitude * sin(2 * M_PI * h * PITCH * (double)i / RATE + h * h));
    }
    return audio;
}

/* The centre of the harmonics' power within 900 Hz of the formant, and their power in all. */
static double centre_of(const ser_audio *audio, double near, double *power)
{
    double sum = 0, moment = 0;
    *power = 0;
    for (int h = 1; h * PITCH < RATE / 2; h++) {
        double amplitude = tone_amplitude(audio, h * PITCH), square = amplitude * amplitude / 2;
        *power += square;
        if (fabs(h * PITCH - near) < 900) {
            sum += square;
            moment += square * h * PITCH;
        }
    }
    return moment / sum;
}

static void test_the_envelope_moves_by_alpha(void **state)
{
    (void)state;
    static const double alphas[] = {0.85, 0.9, 1, 1.1, 1.2}, formants[] = {1000, 1800, 2600};
    for (int a = 0; a < 5; a++) {
        for (int f = 0; f < 3; f++) {
            double power, before_power, expected = alphas[a] * formants[f];
            char steps[64];
            ser_audio audio = vowel(formants[f]);
            double before = centre_of(&audio, formants[f], &before_power);
            snprintf(steps, sizeof steps, "vtlp alpha=%g", alphas[a]);
            sound_augment(&audio, steps, 1);
            double centre = centre_of(&audio, expected, &power);
            if (!(fabs(centre / before - alphas[a]) < 0.005 + 0.15 * fabs(alphas[a] - 1)))
                fail_msg("alpha %g: %g Hz has become %g Hz", alphas[a], before, centre);
            /* Nothing but the harmonics of the old pitch. */
            double all = power_of(audio.samples + RATE / 10, RATE * 8 / 10);
            assert_true(power > 0.95 * all);
            assert_true(power > 0.6 * before_power && power < 1.6 * before_power);
            assert_int_equal(audio.frames, RATE);
            ser_audio_release(&audio);
        }
    }
}

static void test_alpha_1_changes_nothing(void **state)
{
    (void)state;
    ser_audio before = sound_voice(RATE, RATE), after = sound_copy(&before);
    sound_augment(&after, "vtlp alpha=1", 1);
    for (size_t i = 0; i < before.frames; i++)
        assert_true(fabsf(after.samples[i] - before.samples[i]) < 2e-5f);
    ser_audio_release(&before);
    ser_audio_release(&after);
}

/* Half the rate stays where it is: what is up there is neither lost nor invented. */
static void test_the_highest_frequencies_stay(void **state)
{
    (void)state;
    ser_audio before = sound_noise(1, 0.5, RATE, 4 * RATE), after = sound_copy(&before);
    sound_augment(&after, "vtlp alpha=1.1", 1);
    double change = 10 * log10(band_power(&after, 7000, 8000) / band_power(&before, 7000, 8000));
    assert_true(fabs(change) < 1);
    ser_audio_release(&before);
    ser_audio_release(&after);
}

static void test_frames_come_back(void **state)
{
    (void)state;
    ser_error error;
    static const int sizes[] = {16, 20, 480, 512, 1000, 16384};
    struct random random = random_seeded(1, 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct spectra *spectra;
        assert_ok(spectra_create(&spectra, sizes[i], &error));
        lanes *before = lanes_allocate((size_t)sizes[i]);
        for (int n = 0; n < sizes[i]; n++)
            for (int lane = 0; lane < LANES; lane++)
                before[n][lane] = spectra->frames[n][lane] = random_uniform(&random, -1, 1);
        spectra_forward(spectra);
        spectra_inverse(spectra);
        for (int n = 0; n < sizes[i]; n++)
            for (int lane = 0; lane < LANES; lane++)
                assert_true(fabsf(before[n][lane] - spectra->frames[n][lane]) < 1e-5f);
        free(before);
        spectra_destroy(spectra);
    }
}

static void test_sizes_of_frames(void **state)
{
    (void)state;
    ser_error error;
    static const int rates[] = {1000, 7919, 8000, 16000, 44100, 768000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        int size = spectra_size(rates[i], 0.032);
        assert_int_equal(size % SPECTRA_OVERLAP, 0);
        assert_true(size >= 0.032 * rates[i] - SPECTRA_OVERLAP && size < 0.04 * rates[i] + 32);
        struct spectra *spectra;
        assert_ok(spectra_create(&spectra, size, &error));
        spectra_destroy(spectra);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_envelope_moves_by_alpha),
        cmocka_unit_test(test_alpha_1_changes_nothing),
        cmocka_unit_test(test_the_highest_frequencies_stay),
        cmocka_unit_test(test_frames_come_back),
        cmocka_unit_test(test_sizes_of_frames),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

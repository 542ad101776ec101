/* The sounds that a recognizer takes, and what it does with those that are unusual or wrong. */
#define _GNU_SOURCE
#include "../training/small_corpus.h"
#include "recognition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_very_short_sound(void **state)
{
    (void)state;
    ser_model *model = small_model(5);
    assert_true(model->network->minimum_frames == 3);
    ser_recognizer *recognizer = recognizer_of(model);
    float *samples = small_sound(1000, 3);
    for (size_t count = 1; count < 1000; count += 37) {
        ser_prediction p = recognise(recognizer, samples, count);
        assert_prediction(&p);
        assert_int_equal(p.windows, 1);
        ser_prediction again = recognise(recognizer, samples, count);
        assert_same_prediction(&p, &again);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

static void test_silence_and_full_scale(void **state)
{
    (void)state;
    ser_model *model = small_model(5);
    ser_recognizer *recognizer = recognizer_of(model);
    float *samples = calloc(9000, sizeof *samples);
    assert_non_null(samples);
    ser_prediction silence = recognise(recognizer, samples, 9000);
    assert_prediction(&silence);
    for (int i = 0; i < 9000; i++)
        samples[i] = i % 40 < 20 ? 1 : -1;
    ser_prediction loud = recognise(recognizer, samples, 9000);
    assert_prediction(&loud);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

static void test_converts_rate_and_channels(void **state)
{
    (void)state;
    static const struct {
        int rate, channels;
    } kinds[] = {{16000, 1}, {8000, 2}, {44100, 2}, {11025, 1}, {4000, 1}, {8000, 8}};
    ser_error error;
    ser_model *model = small_model(6);
    ser_recognizer *recognizer = recognizer_of(model);
    ser_audio_settings wanted = ser_audio_settings_defaults();
    wanted.rate = SMALL_RATE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t frames = 7000, values = frames * (size_t)kinds[i].channels;
        float *samples = small_sound(values, i), *kept = small_sound(values, i);
        ser_audio audio = {.samples = samples,
                           .frames = frames,
                           .rate = kinds[i].rate,
                           .channels = kinds[i].channels};
        ser_prediction direct;
        assert_ok(ser_recognizer_run(recognizer, &audio, &direct, &error));
        assert_prediction(&direct);
        assert_memory_equal(samples, kept, values * sizeof *samples); /* left as it was */
        assert_ok(ser_audio_convert(&audio, &wanted, &error));
        ser_prediction converted = recognise(recognizer, audio.samples, audio.frames);
        assert_same_prediction(&direct, &converted);
        ser_audio_release(&audio);
        free(kept);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

/* A model whose network file cleans answers as one that does not answers to cleaned sound; only the
 * duration stays the recording's. */
static void test_cleans_as_the_model_wants(void **state)
{
    (void)state;
    static const struct {
        int rate, channels;
    } kinds[] = {{SMALL_RATE, 1}, {16000, 1}, {44100, 2}};
    const ser_clean_settings clean = {.dc = 1, .low_cut = 200, .trim = 20, .lufs = -30};
    ser_error error;
    ser_model *plain = small_model(6), *cleaning = small_model(6);
    cleaning->file.clean = clean;
    ser_recognizer *of_plain = recognizer_of(plain), *of_cleaning = recognizer_of(cleaning);
    ser_audio_settings wanted = {.rate = SMALL_RATE, .mono = 1};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t frames = (size_t)kinds[i].rate * 3 / 2;
        ser_audio audio = {small_sound(frames * (size_t)kinds[i].channels, i), frames,
                           kinds[i].rate, kinds[i].channels};
        for (size_t n = 0; n < frames / 3 * (size_t)kinds[i].channels; n++)
            audio.samples[n] *= 0.001F; /* to be trimmed */
        ser_prediction as_it_is, by_model, by_hand;
        assert_ok(ser_recognizer_run(of_plain, &audio, &as_it_is, &error));
        assert_ok(ser_recognizer_run(of_cleaning, &audio, &by_model, &error));
        assert_ok(ser_audio_convert(&audio, &wanted, &error));
        size_t before = audio.frames;
        assert_ok(ser_clean(&audio, &clean, &error));
        assert_true(audio.frames < before * 3 / 4);
        assert_ok(ser_recognizer_run(of_plain, &audio, &by_hand, &error));
        assert_same_prediction(&by_model, &by_hand);
        assert_true(by_model.duration == as_it_is.duration);
        assert_true(by_hand.duration < as_it_is.duration);
        assert_memory_not_equal(by_model.probabilities, as_it_is.probabilities,
                                sizeof by_model.probabilities);
        ser_audio_release(&audio);
    }
    ser_recognizer_destroy(of_plain);
    ser_recognizer_destroy(of_cleaning);
    ser_model_destroy(plain);
    ser_model_destroy(cleaning);
}

/* One sample of a high rate is less than one of the model's. */
static void test_converts_a_single_sample(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(6);
    ser_recognizer *recognizer = recognizer_of(model);
    for (int rate = 1000; rate <= 768000; rate *= 4) {
        for (size_t frames = 1; frames <= 3; frames++) {
            float samples[6] = {0.5f, -0.5f, 0.25f, 0.1f, 0.7f, -0.9f};
            ser_prediction p;
            const ser_audio audio = {
                .samples = samples, .frames = frames, .rate = rate, .channels = 2};
            ser_status status = ser_recognizer_run(recognizer, &audio, &p, &error);
            if (status)
                assert_true(*error.message);
            else
                assert_prediction(&p);
        }
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

static void test_refuses_empty_sound(void **state)
{
    (void)state;
    ser_error error;
    ser_prediction p = {.label = 7, .count = 7};
    ser_model *model = small_model(6);
    ser_recognizer *recognizer = recognizer_of(model);
    float sample = 0;
    const ser_audio wrong[] = {
        {0},
        {.samples = &sample, .frames = 0, .rate = SMALL_RATE, .channels = 1},
        {.samples = NULL, .frames = 1, .rate = SMALL_RATE, .channels = 1},
        {.samples = &sample, .frames = 1, .rate = SMALL_RATE, .channels = 0},
        {.samples = &sample, .frames = 1, .rate = SMALL_RATE, .channels = -1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_error(ser_recognizer_run(recognizer, &wrong[i], &p, &error), SER_ERROR_ARGUMENT,
                     "no sound");
        assert_int_equal(p.count, 0);
    }
    const ser_audio impossible[] = {
        {.samples = &sample, .frames = 1, .rate = 0, .channels = 1},
        {.samples = &sample, .frames = 1, .rate = -8000, .channels = 1},
        {.samples = &sample, .frames = 1, .rate = 1 << 30, .channels = 1},
    };
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++)
        assert_int_not_equal(ser_recognizer_run(recognizer, &impossible[i], &p, &error), SER_OK);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

static void test_refuses_samples_that_are_no_numbers(void **state)
{
    (void)state;
    ser_error error;
    ser_prediction p;
    ser_model *model = small_model(6);
    ser_recognizer *recognizer = recognizer_of(model);
    float *samples = small_sound(3000, 1);
    ser_prediction before = recognise(recognizer, samples, 2000);
    samples[2500] = NAN;
    const ser_audio audio = {.samples = samples, .frames = 3000, .rate = SMALL_RATE, .channels = 1};
    assert_error(ser_recognizer_run(recognizer, &audio, &p, &error), SER_ERROR_ARGUMENT, "2500");
    ser_prediction after = recognise(recognizer, samples, 2000); /* as good as before */
    assert_same_prediction(&before, &after);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

static void test_refuses_unknown_settings(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer;
    ser_recognizer_settings settings = ser_recognizer_settings_defaults();
    settings.engine = (ser_engine)7;
    assert_error(ser_recognizer_create(&recognizer, model, &settings, &error), SER_ERROR_ARGUMENT,
                 "engine 7");
    assert_null(recognizer);
    settings = ser_recognizer_settings_defaults();
    settings.threads = -1;
    assert_error(ser_recognizer_create(&recognizer, model, &settings, &error), SER_ERROR_ARGUMENT,
                 "-1 threads");
    settings.threads = 1000000; /* more than the machine would start */
    assert_error(ser_recognizer_create(&recognizer, model, &settings, &error), SER_ERROR_ARGUMENT,
                 "1000000 threads");
    settings.threads = 0;
    assert_ok(ser_recognizer_create(&recognizer, model, &settings, &error));
    ser_recognizer_destroy(recognizer);
    ser_recognizer_destroy(NULL);
    ser_model_destroy(model);
}

static void test_file_gives_what_its_sound_gives(void **state)
{
    (void)state;
    ser_error error;
    ser_prediction p;
    ser_audio audio;
    ser_model *model = small_model(2);
    ser_recognizer *recognizer = recognizer_of(model);
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = SMALL_RATE;
    float *samples = small_sound(2 * 11000, 4);
    char *path = support_scratch("stereo.wav");
    write_wav(path, samples, 11000, 22050, 2);
    assert_ok(ser_audio_load(&audio, path, &settings, &error));
    ser_prediction from_sound = recognise(recognizer, audio.samples, audio.frames);
    assert_ok(ser_recognizer_file(recognizer, path, &p, &error));
    assert_same_prediction(&p, &from_sound);
    assert_true(fabs(p.duration - 11000.0 / 22050) < 1e-3);
    ser_audio_release(&audio);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
    free(path);
}

static void test_file_errors_are_passed_on(void **state)
{
    (void)state;
    ser_error error;
    ser_prediction p;
    ser_model *model = small_model(2);
    ser_recognizer *recognizer = recognizer_of(model);
    char *missing = support_scratch("missing.wav");
    char *text = support_write("text.wav", "this is no sound", 16);
    char *empty = support_write("empty.wav", "", 0);
    assert_error(ser_recognizer_file(recognizer, missing, &p, &error), SER_ERROR_IO, "missing.wav");
    assert_int_equal(p.count, 0);
    assert_int_not_equal(ser_recognizer_file(recognizer, text, &p, &error), SER_OK);
    assert_non_null(strstr(error.message, "text.wav"));
    assert_int_not_equal(ser_recognizer_file(recognizer, empty, &p, &error), SER_OK);
    assert_non_null(strstr(error.message, "empty.wav"));
    assert_int_not_equal(ser_recognizer_file(recognizer, empty, &p, NULL), SER_OK);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(missing);
    free(text);
    free(empty);
}

/* Numbers within the allowed range can still overflow together. */
static void test_a_model_that_overflows_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    ser_prediction p;
    ser_model *model = small_model(2);
    for (int i = 0; i < model->network->parameter_count; i++)
        for (size_t j = 0; j < model->network->parameters[i].count; j++)
            model->network->parameters[i].values[j] =
                strstr(model->network->parameters[i].name, "running_var") ? 0 : 1e6f;
    assert_ok(model_check_values(model, "x", &error));
    ser_recognizer *recognizer = recognizer_of(model);
    float *samples = small_sound(3000, 1);
    char *path = support_scratch("fine.wav");
    write_wav(path, samples, 3000, SMALL_RATE, 1);
    assert_error(ser_recognizer_file(recognizer, path, &p, &error), SER_ERROR_FORMAT,
                 "no finite probabilities");
    assert_non_null(strstr(error.message, "fine.wav"));
    assert_int_equal(p.count, 0);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_very_short_sound),
        cmocka_unit_test(test_silence_and_full_scale),
        cmocka_unit_test(test_converts_rate_and_channels),
        cmocka_unit_test(test_cleans_as_the_model_wants),
        cmocka_unit_test(test_converts_a_single_sample),
        cmocka_unit_test(test_refuses_empty_sound),
        cmocka_unit_test(test_refuses_samples_that_are_no_numbers),
        cmocka_unit_test(test_refuses_unknown_settings),
        cmocka_unit_test(test_file_gives_what_its_sound_gives),
        cmocka_unit_test(test_file_errors_are_passed_on),
        cmocka_unit_test(test_a_model_that_overflows_is_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

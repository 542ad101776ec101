#define _GNU_SOURCE
#include "recognition.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nn/executor.h"
#include "nn/loss.h"

enum { WINDOW = SMALL_RATE / 2, THREADS = 4, ROUNDS = 12 };

static void test_probabilities_sum_to_one(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer = recognizer_of(model);
    int labels[3] = {0};
    for (uint64_t seed = 0; seed < 20; seed++) {
        size_t count = 500 + 700 * (size_t)seed;
        float *samples = small_sound(count, seed);
        ser_prediction p = recognise(recognizer, samples, count);
        assert_prediction(&p);
        assert_true(p.duration == (double)count / SMALL_RATE);
        labels[p.label]++;
        free(samples);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

static void test_different_sounds_give_different_answers(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer = recognizer_of(model);
    float *one = small_sound(3000, 1), *other = small_sound(3000, 2);
    ser_prediction p = recognise(recognizer, one, 3000), q = recognise(recognizer, other, 3000);
    assert_memory_not_equal(p.probabilities, q.probabilities, 3 * sizeof(float));
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(one);
    free(other);
}

/* Whatever was recognised before, in whatever order. */
static void test_same_samples_give_the_same_bits(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    ser_recognizer *one = recognizer_of(model), *other = recognizer_of(model);
    ser_prediction first[ROUNDS];
    float *sounds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        sounds[i] = small_sound(9000, (uint64_t)i);
        first[i] = recognise(one, sounds[i], 700 + 600 * (size_t)i);
    }
    for (int i = ROUNDS - 1; i >= 0; i--) {
        ser_prediction again = recognise(one, sounds[i], 700 + 600 * (size_t)i);
        ser_prediction elsewhere = recognise(other, sounds[i], 700 + 600 * (size_t)i);
        assert_same_prediction(&again, &first[i]);
        assert_same_prediction(&elsewhere, &first[i]);
        free(sounds[i]);
    }
    ser_recognizer_destroy(one);
    ser_recognizer_destroy(other);
    ser_model_destroy(model);
}

struct thread {
    pthread_t id;
    const ser_model *model;
    float **sounds;
    int number;
    ser_status status;
    ser_prediction predictions[ROUNDS];
};

static void *run_thread(void *argument)
{
    struct thread *thread = argument;
    ser_recognizer *recognizer;
    thread->status = ser_recognizer_create(&recognizer, thread->model, NULL, NULL);
    for (int i = 0; i < ROUNDS && !thread->status; i++) {
        int turn = (i + thread->number) % ROUNDS; /* each in another order */
        const ser_audio audio = {.samples = thread->sounds[turn],
                                 .frames = 700 + 600 * (size_t)turn,
                                 .rate = SMALL_RATE,
                                 .channels = 1};
        thread->status = ser_recognizer_run(recognizer, &audio, &thread->predictions[turn], NULL);
    }
    ser_recognizer_destroy(recognizer);
    return NULL;
}

static void test_threads_that_share_a_model_get_the_same_bits(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer = recognizer_of(model);
    static struct thread threads[THREADS];
    float *sounds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        sounds[i] = small_sound(9000, (uint64_t)i);
    for (int t = 0; t < THREADS; t++) {
        threads[t] = (struct thread){.model = model, .sounds = sounds, .number = t};
        assert_int_equal(pthread_create(&threads[t].id, NULL, run_thread, &threads[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t].id, NULL);
        assert_int_equal(threads[t].status, SER_OK);
    }
    for (int i = 0; i < ROUNDS; i++) {
        ser_prediction alone = recognise(recognizer, sounds[i], 700 + 600 * (size_t)i);
        for (int t = 0; t < THREADS; t++)
            assert_same_prediction(&threads[t].predictions[i], &alone);
        free(sounds[i]);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

static void test_plain_engine_agrees_with_the_fast_one(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(3);
    ser_recognizer *fast = recognizer_of(model), *plain;
    ser_recognizer_settings settings = ser_recognizer_settings_defaults();
    settings.engine = SER_ENGINE_PLAIN;
    assert_ok(ser_recognizer_create(&plain, model, &settings, &error));
    for (size_t count = 1; count < 10000; count = count * 3 + 50) {
        float *samples = small_sound(count, count);
        ser_prediction p = recognise(fast, samples, count), q = recognise(plain, samples, count);
        assert_prediction(&q);
        assert_int_equal(p.windows, q.windows);
        for (int c = 0; c < 3; c++)
            assert_true(fabsf(p.probabilities[c] - q.probabilities[c]) < 1e-4f);
        free(samples);
    }
    ser_recognizer_destroy(fast);
    ser_recognizer_destroy(plain);
    ser_model_destroy(model);
}

/* The model that comes with ser, on the sounds that come with it. */
static void test_engines_agree_about_speech(void **state)
{
    (void)state;
    static const char *const names[] = {"plain.wav", "whispered.flac", "fast-high.ogg"};
    const char *root = getenv("SER_SOURCE_ROOT");
    ser_error error;
    ser_model *model;
    ser_recognizer_settings settings = ser_recognizer_settings_defaults();
    ser_recognizer *plain;
    char path[1024];
    snprintf(path, sizeof path, "%s/models/speech.safetensors", root ? root : "");
    if (!root || access(path, R_OK)) {
        print_message("# skipped: SER_SOURCE_ROOT does not name a source tree with a model\n");
        skip();
    }
    assert_ok(ser_model_load(&model, path, &error));
    settings.engine = SER_ENGINE_PLAIN;
    ser_recognizer *fast = recognizer_of(model);
    assert_ok(ser_recognizer_create(&plain, model, &settings, &error));
    for (int i = 0; i < 3; i++) {
        ser_prediction p, q;
        snprintf(path, sizeof path, "%s/samples/%s", root, names[i]);
        assert_ok(ser_recognizer_file(fast, path, &p, &error));
        assert_ok(ser_recognizer_file(plain, path, &q, &error));
        assert_int_equal(p.windows, q.windows);
        for (int c = 0; c < p.count; c++)
            assert_true(fabsf(p.probabilities[c] - q.probabilities[c]) < 1e-4f);
    }
    ser_recognizer_destroy(fast);
    ser_recognizer_destroy(plain);
    ser_model_destroy(model);
}

/* The network itself on the features of a sound, without any padding. */
static void compute_directly(const ser_model *model, const float *samples, size_t count,
                             float *probabilities)
{
    ser_error error;
    ser_extractor *extractor;
    ser_features features = {0};
    struct executor *executor;
    struct tensor input = {0};
    const struct tensor *logits;
    assert_ok(ser_extractor_create(&extractor, ser_model_features(model), &error));
    assert_ok(ser_extractor_run(extractor, samples, count, &features, &error));
    assert_ok(executor_create(&executor, model->network, &kernels_plain, false, 1, &error));
    assert_ok(tensor_resize(&input, 1, features.frames, features.columns, 1, &error));
    memcpy(input.data, features.values, tensor_count(&input) * sizeof(float));
    assert_ok(executor_forward(executor, &input, &logits, &error));
    softmax(logits->data, probabilities, 3);
    tensor_release(&input);
    executor_destroy(executor);
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
}

/* Clips are padded for the engine's sake; the answer must not know. */
static void test_padding_does_not_change_the_answer(void **state)
{
    (void)state;
    ser_model *model = small_model(3);
    ser_recognizer *recognizer = recognizer_of(model);
    for (size_t count = 400; count <= WINDOW; count += 300) {
        float *samples = small_sound(count, count), expected[3];
        compute_directly(model, samples, count, expected);
        ser_prediction p = recognise(recognizer, samples, count);
        for (int c = 0; c < 3; c++)
            assert_true(fabsf(p.probabilities[c] - expected[c]) < 1e-5f);
        free(samples);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

static void test_several_threads_for_one_recognition_agree(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(3);
    ser_recognizer *one = recognizer_of(model), *several;
    ser_recognizer_settings settings = ser_recognizer_settings_defaults();
    settings.threads = 3;
    assert_ok(ser_recognizer_create(&several, model, &settings, &error));
    float *samples = small_sound(6000, 1);
    ser_prediction p = recognise(one, samples, 6000), q = recognise(several, samples, 6000);
    for (int c = 0; c < 3; c++)
        assert_true(fabsf(p.probabilities[c] - q.probabilities[c]) < 1e-5f);
    ser_recognizer_destroy(one);
    ser_recognizer_destroy(several);
    ser_model_destroy(model);
    free(samples);
}

/* The mean over windows half a window apart, the last one ending with the sound. */
static void check_windows(ser_recognizer *recognizer, float *samples, size_t count)
{
    double sums[3] = {0};
    int windows = 0;
    for (size_t start = 0;; start += WINDOW / 2) {
        size_t from = start + WINDOW < count ? start : count - WINDOW;
        ser_prediction p = recognise(recognizer, samples + from, WINDOW);
        assert_int_equal(p.windows, 1);
        for (int c = 0; c < 3; c++)
            sums[c] += (double)p.probabilities[c];
        windows++;
        if (start + WINDOW >= count)
            break;
    }
    ser_prediction whole = recognise(recognizer, samples, count);
    assert_prediction(&whole);
    assert_int_equal(whole.windows, windows);
    for (int c = 0; c < 3; c++)
        assert_true(whole.probabilities[c] == (float)(sums[c] / windows));
}

static void test_long_sound_is_the_mean_of_its_windows(void **state)
{
    (void)state;
    static const size_t counts[] = {WINDOW,         WINDOW + 1,     WINDOW + WINDOW / 2 - 1,
                                    3 * WINDOW / 2, 2 * WINDOW,     2 * WINDOW + 1,
                                    5 * WINDOW,     5 * WINDOW + 77};
    ser_model *model = small_model(4);
    ser_recognizer *recognizer = recognizer_of(model);
    float *samples = small_sound(6 * WINDOW, 3);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_windows(recognizer, samples, counts[i]);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

static void test_counts_windows(void **state)
{
    (void)state;
    static const struct {
        size_t samples;
        int windows;
    } cases[] = {{1, 1},          {WINDOW - 1, 1},     {WINDOW, 1},
                 {WINDOW + 1, 2}, {3 * WINDOW / 2, 2}, {3 * WINDOW / 2 + 1, 3},
                 {2 * WINDOW, 3}, {10 * WINDOW, 19}};
    ser_model *model = small_model(4);
    ser_recognizer *recognizer = recognizer_of(model);
    float *samples = small_sound(10 * WINDOW, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(recognise(recognizer, samples, cases[i].samples).windows,
                         cases[i].windows);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

/* A change anywhere in the sound is heard, to the very end. */
static void test_hears_the_sound_to_its_end(void **state)
{
    (void)state;
    ser_model *model = small_model(4);
    ser_recognizer *recognizer = recognizer_of(model);
    const size_t count = 3 * WINDOW + 1111;
    float *samples = small_sound(count, 3);
    ser_prediction before = recognise(recognizer, samples, count);
    for (size_t place = 200; place < count; place += 1500) {
        size_t from = place + 1500 < count ? place : count - 60;
        float kept[60];
        memcpy(kept, samples + from, sizeof kept);
        for (size_t i = 0; i < 60; i++)
            samples[from + i] = i % 2 ? 0.9f : -0.9f;
        ser_prediction after = recognise(recognizer, samples, count);
        assert_memory_not_equal(before.probabilities, after.probabilities, 3 * sizeof(float));
        memcpy(samples + from, kept, sizeof kept);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

/* Windows whose length is no whole number of samples, or an odd one. */
static void test_windows_of_odd_lengths(void **state)
{
    (void)state;
    static const double lengths[] = {0.29, 0.1, 0.100125, 0.35799, 1.0 / 3};
    static const char *const labels[] = {"a", "b", "c"};
    ser_error error;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        ser_model *model;
        struct network_file file;
        small_network_parse(&file);
        file.window = lengths[i];
        assert_ok(model_create(&model, &file, labels, 3, 1, "x", &error));
        ser_recognizer *recognizer = recognizer_of(model);
        size_t window = (size_t)lrint(lengths[i] * SMALL_RATE);
        float *samples = small_sound(20 * window, i);
        assert_int_equal(recognise(recognizer, samples, window).windows, 1);
        assert_int_equal(recognise(recognizer, samples, window + 1).windows, 2);
        ser_prediction p = recognise(recognizer, samples, 20 * window);
        assert_prediction(&p);
        assert_in_range(p.windows, 39, 40);
        ser_recognizer_destroy(recognizer);
        ser_model_destroy(model);
        free(samples);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probabilities_sum_to_one),
        cmocka_unit_test(test_different_sounds_give_different_answers),
        cmocka_unit_test(test_same_samples_give_the_same_bits),
        cmocka_unit_test(test_threads_that_share_a_model_get_the_same_bits),
        cmocka_unit_test(test_plain_engine_agrees_with_the_fast_one),
        cmocka_unit_test(test_engines_agree_about_speech),
        cmocka_unit_test(test_padding_does_not_change_the_answer),
        cmocka_unit_test(test_several_threads_for_one_recognition_agree),
        cmocka_unit_test(test_long_sound_is_the_mean_of_its_windows),
        cmocka_unit_test(test_counts_windows),
        cmocka_unit_test(test_hears_the_sound_to_its_end),
        cmocka_unit_test(test_windows_of_odd_lengths),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#define _GNU_SOURCE
#include "../models/small_model.h"
#include "../training/small_corpus.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "nn/executor.h"
#include "nn/loss.h"
#include "ser/recognizer.h"

enum { WINDOW = SMALL_RATE / 2, THREADS = 4, ROUNDS = 12 };

static ser_recognizer *create(const ser_model *model)
{
    ser_error error;
    ser_recognizer *recognizer;
    assert_ok(ser_recognizer_create(&recognizer, model, NULL, &error));
    return recognizer;
}

static ser_prediction recognise(ser_recognizer *recognizer, float *samples, size_t count)
{
    ser_error error;
    ser_prediction prediction;
    const ser_audio audio = {
        .samples = samples, .frames = count, .rate = SMALL_RATE, .channels = 1};
    assert_ok(ser_recognizer_run(recognizer, &audio, &prediction, &error));
    return prediction;
}

/* What holds for every prediction of a small model. */
static void check(const ser_prediction *p)
{
    double sum = 0;
    assert_int_equal(p->count, 3);
    for (int c = 0; c < p->count; c++) {
        assert_true(p->probabilities[c] >= 0 && p->probabilities[c] <= 1);
        assert_true(p->probabilities[c] <= p->probabilities[p->label]);
        sum += (double)p->probabilities[c];
    }
    assert_true(fabs(sum - 1) < 1e-6);
    assert_true(p->confidence == (double)p->probabilities[p->label]);
    for (int c = p->count; c < SER_MAX_LABELS; c++)
        assert_true(p->probabilities[c] == 0);
    assert_true(p->windows >= 1);
}

static void assert_same(const ser_prediction *a, const ser_prediction *b)
{
    assert_int_equal(a->label, b->label);
    assert_int_equal(a->windows, b->windows);
    assert_memory_equal(a->probabilities, b->probabilities, sizeof a->probabilities);
}

static void test_probabilities_sum_to_one(void **state)
{
    (void)state;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer = create(model);
    int labels[3] = {0};
    for (uint64_t seed = 0; seed < 20; seed++) {
        size_t count = 500 + 700 * (size_t)seed;
        float *samples = small_sound(count, seed);
        ser_prediction p = recognise(recognizer, samples, count);
        check(&p);
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
    ser_recognizer *recognizer = create(model);
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
    ser_recognizer *one = create(model), *other = create(model);
    ser_prediction first[ROUNDS];
    float *sounds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        sounds[i] = small_sound(9000, (uint64_t)i);
        first[i] = recognise(one, sounds[i], 700 + 600 * (size_t)i);
    }
    for (int i = ROUNDS - 1; i >= 0; i--) {
        ser_prediction again = recognise(one, sounds[i], 700 + 600 * (size_t)i);
        ser_prediction elsewhere = recognise(other, sounds[i], 700 + 600 * (size_t)i);
        assert_same(&again, &first[i]);
        assert_same(&elsewhere, &first[i]);
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
    ser_recognizer *recognizer = create(model);
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
            assert_same(&threads[t].predictions[i], &alone);
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
    ser_recognizer *fast = create(model), *plain;
    ser_recognizer_settings settings = ser_recognizer_settings_defaults();
    settings.engine = SER_ENGINE_PLAIN;
    assert_ok(ser_recognizer_create(&plain, model, &settings, &error));
    for (size_t count = 1; count < 10000; count = count * 3 + 50) {
        float *samples = small_sound(count, count);
        ser_prediction p = recognise(fast, samples, count), q = recognise(plain, samples, count);
        check(&q);
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
    ser_recognizer *fast = create(model);
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
    ser_recognizer *recognizer = create(model);
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
    ser_recognizer *one = create(model), *several;
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
    check(&whole);
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
    ser_recognizer *recognizer = create(model);
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
    ser_recognizer *recognizer = create(model);
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
    ser_recognizer *recognizer = create(model);
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
        ser_recognizer *recognizer = create(model);
        size_t window = (size_t)lrint(lengths[i] * SMALL_RATE);
        float *samples = small_sound(20 * window, i);
        assert_int_equal(recognise(recognizer, samples, window).windows, 1);
        assert_int_equal(recognise(recognizer, samples, window + 1).windows, 2);
        ser_prediction p = recognise(recognizer, samples, 20 * window);
        check(&p);
        assert_in_range(p.windows, 39, 40);
        ser_recognizer_destroy(recognizer);
        ser_model_destroy(model);
        free(samples);
    }
}

static void test_very_short_sound(void **state)
{
    (void)state;
    ser_model *model = small_model(5);
    assert_true(model->network->minimum_frames == 3);
    ser_recognizer *recognizer = create(model);
    float *samples = small_sound(1000, 3);
    for (size_t count = 1; count < 1000; count += 37) {
        ser_prediction p = recognise(recognizer, samples, count);
        check(&p);
        assert_int_equal(p.windows, 1);
        ser_prediction again = recognise(recognizer, samples, count);
        assert_same(&p, &again);
    }
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    free(samples);
}

static void test_silence_and_full_scale(void **state)
{
    (void)state;
    ser_model *model = small_model(5);
    ser_recognizer *recognizer = create(model);
    float *samples = calloc(9000, sizeof *samples);
    assert_non_null(samples);
    ser_prediction silence = recognise(recognizer, samples, 9000);
    check(&silence);
    for (int i = 0; i < 9000; i++)
        samples[i] = i % 40 < 20 ? 1 : -1;
    ser_prediction loud = recognise(recognizer, samples, 9000);
    check(&loud);
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
    ser_recognizer *recognizer = create(model);
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
        check(&direct);
        assert_memory_equal(samples, kept, values * sizeof *samples); /* left as it was */
        assert_ok(ser_audio_convert(&audio, &wanted, &error));
        ser_prediction converted = recognise(recognizer, audio.samples, audio.frames);
        assert_same(&direct, &converted);
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
    ser_recognizer *of_plain = create(plain), *of_cleaning = create(cleaning);
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
        assert_same(&by_model, &by_hand);
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
    ser_recognizer *recognizer = create(model);
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
                check(&p);
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
    ser_recognizer *recognizer = create(model);
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
    ser_recognizer *recognizer = create(model);
    float *samples = small_sound(3000, 1);
    ser_prediction before = recognise(recognizer, samples, 2000);
    samples[2500] = NAN;
    const ser_audio audio = {.samples = samples, .frames = 3000, .rate = SMALL_RATE, .channels = 1};
    assert_error(ser_recognizer_run(recognizer, &audio, &p, &error), SER_ERROR_ARGUMENT, "2500");
    ser_prediction after = recognise(recognizer, samples, 2000); /* as good as before */
    assert_same(&before, &after);
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
    ser_recognizer *recognizer = create(model);
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = SMALL_RATE;
    float *samples = small_sound(2 * 11000, 4);
    char *path = support_scratch("stereo.wav");
    write_wav(path, samples, 11000, 22050, 2);
    assert_ok(ser_audio_load(&audio, path, &settings, &error));
    ser_prediction from_sound = recognise(recognizer, audio.samples, audio.frames);
    assert_ok(ser_recognizer_file(recognizer, path, &p, &error));
    assert_same(&p, &from_sound);
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
    ser_recognizer *recognizer = create(model);
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
    ser_recognizer *recognizer = create(model);
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

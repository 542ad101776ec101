/* How fast the features are, on one thread: the transforms below them, then every set's frames of a
 * recording, and the whole way to its functionals where those do work of their own. The recording
 * is samples/plain.wav, or what the environment's SER_BENCH_SOUND names; it is a voice, because
 * noise tells nothing about pitch. peer_features.py times the same with other tools, on the same
 * sound. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "features/set.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/stft.h"
#include "ser/audio.h"
#include "ser/features.h"

enum { MOST_SETS = 32, MOST_ROWS = 2 + 2 * MOST_SETS };

struct set_work {
    const ser_audio *audio;
    ser_extractor *extractor;
    ser_features features;
    float *functionals;
};

struct work {
    ser_audio audio;
    struct fft *fft;
    struct stft *stft;
    lanes *frames; // (fft), of the FFT
    lanes *power;  // (bins)
    struct set_work sets[MOST_SETS];
    char *names[MOST_ROWS];
    struct bench rows[MOST_ROWS];
    size_t row_count;
};

/* LANES frames at a time; one iteration is one frame. */
static void run_fft(void *context, long iterations)
{
    struct work *work = context;
    for (long i = 0; i < iterations; i += LANES) {
        fft_power(work->fft, work->frames, work->power);
        bench_use(work->power);
    }
}

/* Gathering and windowing as well. */
static void run_stft(void *context, long iterations)
{
    struct work *work = context;
    size_t frames = stft_frames(work->stft, work->audio.frames) / LANES * LANES;
    size_t first = 0;
    for (long i = 0; i < iterations; i += LANES) {
        stft_power(work->stft, work->audio.samples, work->audio.frames, first, work->power);
        bench_use(work->power);
        first = first + LANES < frames ? first + LANES : 0;
    }
}

static void run_frames(void *context, long iterations)
{
    struct set_work *set = context;
    for (long i = 0; i < iterations; i++) {
        if (ser_extractor_run(set->extractor, set->audio->samples, set->audio->frames,
                              &set->features, NULL))
            abort();
        bench_use(set->features.values);
    }
}

static void run_functionals(void *context, long iterations)
{
    struct set_work *set = context;
    for (long i = 0; i < iterations; i++) {
        if (ser_extractor_summarise(set->extractor, set->audio->samples, set->audio->frames,
                                    set->functionals, NULL))
            abort();
        bench_use(set->functionals);
    }
}

static void add_row(struct work *work, const char *name, const char *suffix,
                    void (*run)(void *, long), void *context, struct bench_counter counter)
{
    char **text = &work->names[work->row_count];
    if (asprintf(text, "%s%s", name, suffix) < 0)
        abort();
    work->rows[work->row_count++] = (struct bench){*text, run, context, {counter}};
}

static ser_status prepare_transforms(struct work *work, ser_error *error)
{
    ser_features_settings settings = ser_features_settings_defaults();
    struct stft_layout layout = stft_layout_of(&settings, WINDOW_HANN);
    ser_status status = fft_create(&work->fft, settings.fft, error);
    if (!status)
        status = stft_create(&work->stft, &layout, error);
    if (status)
        return status;
    work->frames = lanes_allocate((size_t)settings.fft);
    work->power = lanes_allocate((size_t)settings.fft / 2 + 1);
    if (!work->frames || !work->power)
        return SER_ERROR_MEMORY;
    lanes_gather(work->audio.samples, work->audio.frames, settings.rate / 2, settings.hop,
                 settings.fft, work->frames);
    struct bench_counter counter = {"items_per_second", 1};
    add_row(work, "fft/512", "", run_fft, work, counter);
    add_row(work, "stft/512", "", run_stft, work, counter);
    return SER_OK;
}

static ser_status prepare_set(struct work *work, const ser_feature_set *set,
                              struct set_work *set_work, ser_error *error)
{
    ser_features_settings settings;
    ser_status status =
        ser_features_settings_of(ser_feature_set_name(set), work->audio.rate, &settings, error);
    if (!status)
        status = ser_extractor_create(&set_work->extractor, &settings, error);
    if (status)
        return status;
    size_t functionals = (size_t)ser_extractor_functionals(set_work->extractor);
    set_work->audio = &work->audio;
    set_work->functionals = calloc(functionals + 1, sizeof *set_work->functionals);
    if (!set_work->functionals)
        return SER_ERROR_MEMORY;
    struct bench_counter counter = {"x_real_time", ser_audio_duration(&work->audio)};
    add_row(work, set->name, "", run_frames, set_work, counter);
    if (!set->functionals) /* else a mean and the like, which cost next to nothing */
        add_row(work, set->name, "/functionals", run_functionals, set_work, counter);
    return SER_OK;
}

static ser_status prepare(struct work *work, ser_error *error)
{
    const char *path = getenv("SER_BENCH_SOUND");
    ser_status status = ser_audio_load(&work->audio, path ? path : BENCH_SOUND, NULL, error);
    if (!status)
        status = prepare_transforms(work, error);
    for (size_t i = 0; !status && i < ser_feature_set_count() && i < MOST_SETS; i++)
        status = prepare_set(work, ser_feature_set_at(i), &work->sets[i], error);
    return status;
}

static void release(struct work *work)
{
    for (int i = 0; i < MOST_SETS; i++) {
        ser_extractor_destroy(work->sets[i].extractor);
        ser_features_release(&work->sets[i].features);
        free(work->sets[i].functionals);
    }
    for (size_t i = 0; i < work->row_count; i++)
        free(work->names[i]);
    fft_destroy(work->fft);
    stft_destroy(work->stft);
    free(work->frames);
    free(work->power);
    ser_audio_release(&work->audio);
}

int main(int argc, char **argv)
{
    struct work work = {0};
    ser_error error = {0};
    int code = 1;
    if (prepare(&work, &error))
        fprintf(stderr, "%s: %s\n", argv[0], *error.message ? error.message : "out of memory");
    else
        code = bench_main(argc, argv, work.rows, work.row_count);
    release(&work);
    return code;
}

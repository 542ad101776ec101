/* How fast augmentation is, on one thread: every augmentation of sound with its defaults on
 * samples/plain.wav, or what the environment's SER_BENCH_SOUND names; and a whole recipe on a batch
 * of 32 clips of 3.7 seconds, which bench_network's training step (train_step/32) would wait for.
 * peer_augment.py times some of the same with other tools. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "augment/recipe.h"
#include "bench.h"

enum { RATE = 16000, BATCH = 32, CLIP = 37 * RATE / 10, MOST_ROWS = 32 };

struct work {
    const ser_audio *audio;
    struct augment_recipe recipe;
    struct augment_scratch *scratch;
    ser_audio changed;
    uint64_t seed;
};

struct benches {
    ser_audio audio, clip;
    struct work work[MOST_ROWS];
    struct bench rows[MOST_ROWS];
    char *names[MOST_ROWS];
    size_t count;
};

static void augment_once(struct work *work)
{
    size_t bytes = work->audio->frames * sizeof *work->audio->samples;
    ser_audio *changed = &work->changed;
    /* The steps may have made it shorter or longer. */
    changed->samples = realloc(changed->samples, bytes + 1);
    if (!changed->samples)
        abort();
    memcpy(changed->samples, work->audio->samples, bytes);
    changed->frames = work->audio->frames;
    changed->rate = work->audio->rate;
    changed->channels = 1;
    if (augment_sound(&work->recipe, work->seed++, changed, work->scratch, NULL))
        abort();
    bench_use(changed->samples);
}

static void run_once(void *context, long iterations)
{
    for (long i = 0; i < iterations; i++)
        augment_once(context);
}

static void run_batch(void *context, long iterations)
{
    for (long i = 0; i < iterations * BATCH; i++)
        augment_once(context);
}

static ser_status add(struct benches *benches, const char *name, int batch, const ser_audio *audio,
                      ser_error *error)
{
    struct work *work = &benches->work[benches->count];
    char **text = &benches->names[benches->count];
    work->audio = audio;
    ser_status status = augment_scratch_create(&work->scratch, error);
    if (status)
        return status;
    if (asprintf(text, "%s%s", name, batch ? "/32" : "") < 0)
        return SER_ERROR_MEMORY;
    benches->rows[benches->count++] =
        (struct bench){*text,
                       batch ? run_batch : run_once,
                       work,
                       {{"x_real_time", (batch ? BATCH : 1) * ser_audio_duration(audio)}}};
    return SER_OK;
}

static ser_status add_recipe(struct benches *benches, const char *name, ser_error *error)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s.json", BENCH_RECIPES, name) < 0)
        return SER_ERROR_MEMORY;
    struct work *work = &benches->work[benches->count];
    ser_status status = augment_recipe_read(&work->recipe, path, RATE, error);
    free(path);
    return status ? status : add(benches, name, 1, &benches->clip, error);
}

/* The start of the recording, repeated. */
static ser_status make_clip(struct benches *benches)
{
    benches->clip = (ser_audio){calloc(CLIP, sizeof(float)), CLIP, RATE, 1};
    if (!benches->clip.samples || !benches->audio.frames)
        return SER_ERROR_MEMORY;
    for (size_t i = 0; i < CLIP; i++)
        benches->clip.samples[i] = benches->audio.samples[i % benches->audio.frames];
    return SER_OK;
}

static ser_status prepare(struct benches *benches, ser_error *error)
{
    static const char *const recipes[] = {"speech", "telephone", "noisy"};
    const char *path = getenv("SER_BENCH_SOUND");
    ser_status status = ser_audio_load(&benches->audio, path ? path : BENCH_SOUND, NULL, error);
    if (!status)
        status = make_clip(benches);
    for (int i = 0; augmentations[i] && !status; i++) {
        if (augmentations[i]->stage != AUGMENT_SOUND)
            continue;
        struct work *work = &benches->work[benches->count];
        status = augment_recipe_parse_steps(&work->recipe, augmentations[i]->name, RATE, error);
        if (!status)
            status = add(benches, augmentations[i]->name, 0, &benches->audio, error);
    }
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes && !status; i++)
        status = add_recipe(benches, recipes[i], error);
    return status;
}

static void release(struct benches *benches)
{
    for (size_t i = 0; i < MOST_ROWS; i++) {
        augment_recipe_release(&benches->work[i].recipe);
        augment_scratch_destroy(benches->work[i].scratch);
        ser_audio_release(&benches->work[i].changed);
        free(benches->names[i]);
    }
    ser_audio_release(&benches->audio);
    ser_audio_release(&benches->clip);
}

int main(int argc, char **argv)
{
    struct benches benches = {0};
    ser_error error = {0};
    int code = 1;
    if (prepare(&benches, &error))
        fprintf(stderr, "%s: %s\n", argv[0], *error.message ? error.message : "out of memory");
    else
        code = bench_main(argc, argv, benches.rows, benches.count);
    release(&benches);
    return code;
}

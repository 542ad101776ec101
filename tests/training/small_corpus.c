#define _GNU_SOURCE
#include "small_corpus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"

enum { RATE = 8000, SAMPLES = 2800, HAPPY = 3, ANGRY = 5 };

static void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

static void put32(unsigned char *at, unsigned value)
{
    put16(at, value & 0xffff);
    put16(at + 2, value >> 16);
}

void write_wav(const char *path, const float *samples, size_t count, int rate, int channels)
{
    ser_error error;
    size_t values = count * (size_t)channels;
    unsigned char *bytes = calloc(44 + 2 * values, 1);
    assert_non_null(bytes);
    memcpy(bytes, "RIFF....WAVEfmt ", 16);
    put32(bytes + 4, (unsigned)(36 + 2 * values));
    put32(bytes + 16, 16);
    put16(bytes + 20, 1);
    put16(bytes + 22, (unsigned)channels);
    put32(bytes + 24, (unsigned)rate);
    put32(bytes + 28, (unsigned)(rate * channels * 2));
    put16(bytes + 32, (unsigned)channels * 2);
    put16(bytes + 34, 16);
    memcpy(bytes + 36, "data", 4);
    put32(bytes + 40, (unsigned)(2 * values));
    for (size_t i = 0; i < values; i++)
        put16(bytes + 44 + 2 * i, (unsigned)(int)lrintf(32767 * fmaxf(-1, fminf(1, samples[i]))));
    assert_ok(file_write(path, bytes, 44 + 2 * values, &error));
    free(bytes);
}

/* Two tones whose place tells the emotion, in bursts, with the actor's own pitch and noise. */
static void make_sound(float *samples, int actor, int emotion, int take)
{
    static const float tones[][2] = {{400, 2600}, {900, 1300}, {1900, 3300}};
    struct random random =
        random_seeded(random_mix((uint64_t)actor, (uint64_t)emotion), (uint64_t)take);
    float pitch = 1 + 0.02f * (float)(actor % 5 - 2), loud = 0.1f + 0.03f * (float)(actor % 4);
    float noise = 0.02f + 0.01f * (float)(actor % 3);
    float first = tones[emotion - HAPPY][0] * pitch * random_uniform(&random, 0.96f, 1.04f);
    float second = tones[emotion - HAPPY][1] * pitch * random_uniform(&random, 0.96f, 1.04f);
    for (int i = 0; i < SAMPLES; i++) {
        float t = (float)i / RATE, burst = sinf(25 * t + (float)take) > -0.3f ? 1 : 0.05f;
        samples[i] = burst * loud * (sinf(6.2832f * first * t) + sinf(6.2832f * second * t)) +
                     noise * random_uniform(&random, -1, 1);
    }
}

char *small_corpus_path(const char *corpus, int actor, int emotion, int take)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/Actor_%02d/03-01-%02d-01-%02d-%02d-%02d.wav", corpus, actor,
                         emotion, 1 + take % 2, 1 + take / 2, actor) > 0);
    return path;
}

void small_corpus_add(const char *corpus, int actor, int emotion, int take, int sounds_like)
{
    float samples[SAMPLES];
    make_sound(samples, actor, sounds_like, take);
    char *path = small_corpus_path(corpus, actor, emotion, take);
    write_wav(path, samples, SAMPLES - (size_t)(97 * (take + actor)), RATE, 1);
    free(path);
}

char *small_corpus_write(const char *folder, int actors)
{
    ser_error error;
    char *corpus = support_scratch(folder), *actor_folder = NULL;
    assert_ok(file_make_folder(corpus, &error));
    for (int actor = 1; actor <= actors; actor++) {
        assert_true(asprintf(&actor_folder, "%s/Actor_%02d", corpus, actor) > 0);
        assert_ok(file_make_folder(actor_folder, &error));
        free(actor_folder);
        for (int emotion = HAPPY; emotion <= ANGRY; emotion++)
            for (int take = 0; take < SMALL_TAKES; take++)
                small_corpus_add(corpus, actor, emotion, take, emotion);
    }
    return corpus;
}

void small_corpus_read(struct corpus *corpus, const char *folder)
{
    ser_error error;
    assert_ok(corpus_read(corpus, (const char *const[]){folder}, 1, NULL, &error));
}

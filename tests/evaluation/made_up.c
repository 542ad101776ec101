#define _GNU_SOURCE
#include "made_up.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static const char *const emotions[] = {"neutral", "happy", "sad", "angry"};
static const char *const texts[] = {"It is late", "Come here", "Go away", "What is that"};

struct recording *made_up_add(struct corpus *corpus, const char *name, const char *speaker,
                              const char *emotion, const char *text)
{
    ser_error error;
    struct recording recording = {.bytes = 1};
    snprintf(recording.corpus, sizeof recording.corpus, "%s", name);
    snprintf(recording.name, sizeof recording.name, "%s-%s-%s-%d", name, speaker, emotion,
             corpus->count);
    snprintf(recording.speaker, sizeof recording.speaker, "%s", speaker);
    snprintf(recording.emotion, sizeof recording.emotion, "%s", emotion);
    snprintf(recording.text, sizeof recording.text, "%s", text);
    recording.sex = atoi(speaker) % 2 ? SEX_MALE : SEX_FEMALE;
    assert_true(asprintf(&recording.path, "made-up/%s.wav", recording.name) > 0);
    assert_ok(corpus_add(corpus, &recording, &error));
    assert_ok(corpus_find_labels(corpus, &error));
    return &corpus->recordings[corpus->count - 1];
}

struct corpus made_up_even(const char *name, int speakers, int takes)
{
    struct corpus corpus = {0};
    for (int s = 1; s <= speakers; s++) {
        char speaker[12];
        snprintf(speaker, sizeof speaker, "%02d", s);
        for (int e = 0; e < 4; e++)
            for (int t = 0; t < 2 * takes; t++)
                made_up_add(&corpus, name, speaker, emotions[e], texts[t % 2]);
    }
    return corpus;
}

/* A recording and perhaps copies of it. */
static void add_with_copies(struct corpus *corpus, const char *name, const char *speaker,
                            struct random *random)
{
    const char *emotion = emotions[random_below(random, 1 + random_below(random, 4))];
    const char *text = texts[random_below(random, 4)];
    made_up_add(corpus, name, speaker, emotion, text);
    int original = corpus->count - 1;
    for (uint32_t i = random_below(random, 20) ? 0 : 1 + random_below(random, 3); i > 0; i--) {
        struct recording *copy = made_up_add(corpus, name, speaker, emotion, text);
        memcpy(copy->original, corpus->recordings[original].name, sizeof copy->original);
    }
}

struct corpus made_up_by_chance(uint64_t seed)
{
    static const char *const names[] = {"first", "second", "third"};
    struct random random = random_seeded(seed, 1);
    struct corpus corpus = {0};
    uint32_t corpora = 1 + random_below(&random, 3);
    for (uint32_t c = 0; c < corpora; c++)
        for (uint32_t s = 8 + random_below(&random, 12); s > 0; s--) {
            char speaker[12];
            snprintf(speaker, sizeof speaker, "%u", s);
            for (uint32_t i = 1 + random_below(&random, 24); i > 0; i--)
                add_with_copies(&corpus, names[c], speaker, &random);
        }
    return corpus;
}

void made_up_shuffle(struct corpus *corpus, uint64_t seed)
{
    struct random random = random_seeded(seed, 2);
    for (int i = corpus->count; i > 1; i--) {
        uint32_t j = random_below(&random, (uint32_t)i);
        struct recording moved = corpus->recordings[i - 1];
        corpus->recordings[i - 1] = corpus->recordings[j];
        corpus->recordings[j] = moved;
    }
}

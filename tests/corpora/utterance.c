#include "utterance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"

float *utterance_make(int seed, size_t frames)
{
    enum { SYLLABLES = 20 };
    float *samples = calloc(frames + 1, sizeof *samples);
    float loudness[SYLLABLES + 1] = {0};
    struct random random = random_seeded((uint64_t)seed, 1);
    assert_non_null(samples);
    for (int i = 1; i < SYLLABLES; i++)
        loudness[i] = powf(10, random_uniform(&random, -2, -0.4f));
    for (size_t i = 0; i < frames; i++) {
        double place = (double)i * SYLLABLES / (double)frames;
        int syllable = (int)place;
        double part = place - syllable;
        double level = loudness[syllable] * (1 - part) + loudness[syllable + 1] * part;
        samples[i] = (float)level * random_uniform(&random, -1, 1);
    }
    return samples;
}

/* Those of a name in the scratch folder. */
static void make_folders(char *name)
{
    ser_error error;
    for (char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        char *folder = support_scratch(name);
        assert_ok(file_make_folder(folder, &error));
        free(folder);
        *slash = '/';
    }
}

void utterance_write(const char *folder, const char *relative, int format, int rate, int channels,
                     const float *samples, size_t frames)
{
    char name[512];
    snprintf(name, sizeof name, "%s/%s", folder, relative);
    make_folders(name);
    char *path = recording_write(name, format, rate, channels, samples, frames);
    assert_non_null(path);
    free(path);
}

void utterance_add(const char *folder, const char *relative, int seed)
{
    float *samples = utterance_make(seed, UTTERANCE_RATE);
    utterance_write(folder, relative, SF_FORMAT_WAV | SF_FORMAT_PCM_16, UTTERANCE_RATE, 1, samples,
                    UTTERANCE_RATE);
    free(samples);
}

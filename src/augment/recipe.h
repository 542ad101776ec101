/* Augmentation recipes, recipes/NAME.json: which augmentations a recording goes through, each with
 * its probability and the ranges of its parameters. docs/augmentation.md describes the files.
 *
 *     struct augment_recipe recipe;
 *     augment_recipe_read(&recipe, "recipes/speech.json", 16000, &error);
 *     for each thread:  augment_scratch_create(&scratch, &error);
 *     for each clip:    seed = augment_seed(run, epoch, item);
 *                       augment_sound(&recipe, seed, &audio, scratch, &error);
 *                       … features, normalised …
 *                       augment_features(&recipe, seed, values, frames, columns);
 *     for each batch:   share = augment_share(&recipe, seed);
 *                       augment_mix(values, frames, partner, partner_frames, columns, share);
 *
 * Once read, a recipe never changes and is shared by all threads; each has a scratch of its own.
 * All chance comes from the seed, so a clip gets the same bits whichever thread works on it, and a
 * step draws the same whatever other steps stand in the recipe before it. */
#ifndef AUGMENT_RECIPE_H
#define AUGMENT_RECIPE_H

#include "augment/augmentation.h"
#include "base/json.h"

enum { AUGMENT_MAX_STEPS = 32 };

struct augment_recipe {
    char *name;
    char *description;
    int rate; /* Hz, of the recordings in the steps' banks */
    struct augment_step *steps;
    int count;
};

/* Reads a recipe for sounds of `rate` Hz and all recordings that it names; folders are relative to
 * the recipe's file. A rate of 0 only checks what the file says: augment_sound must not be called
 * then. Release with augment_recipe_release, whatever the outcome. */
ser_status augment_recipe_read(struct augment_recipe *recipe, const char *path, int rate,
                               ser_error *error);

/* The same from JSON. `where` names it in sentences; folders are relative to `folder`, or to the
 * working folder where that is NULL. */
ser_status augment_recipe_parse(struct augment_recipe *recipe, const json_t *root,
                                const char *where, const char *folder, int rate, ser_error *error);

/* The same from a line such as "noise kind=pink snr=5..15, pitch semitones=2": steps between
 * commas, each a name and settings. Every step is taken unless it says probability=0.5. */
ser_status augment_recipe_parse_steps(struct augment_recipe *recipe, const char *text, int rate,
                                      ser_error *error);

void augment_recipe_release(struct augment_recipe *recipe);

/* All of it, with the values that the file left to the defaults; NULL when memory ran out. */
json_t *augment_recipe_to_json(const struct augment_recipe *recipe);

/* Whether any step works at this stage. */
int augment_recipe_has(const struct augment_recipe *recipe, enum augment_stage stage);

/* The seed of an item of an epoch: of a clip, or of a pair to mix. */
uint64_t augment_seed(uint64_t seed, uint64_t epoch, uint64_t item);

/* The steps on sound. The recording must have one channel and, where a step of the recipe has
 * recordings of its own, the recipe's rate. Its length may change; an empty one stays empty. The
 * samples stay finite, but need not stay within -1 to 1. On failure the sound is undefined. */
ser_status augment_sound(const struct augment_recipe *recipe, uint64_t seed, ser_audio *audio,
                         struct augment_scratch *scratch, ser_error *error);

/* The steps on features, which must be normalised; values: (frames, columns). */
void augment_features(const struct augment_recipe *recipe, uint64_t seed, float *values, int frames,
                      int columns);

/* The steps on batches: the share of a clip in its mixture, 1 when it is left alone. */
float augment_share(const struct augment_recipe *recipe, uint64_t seed);

/* values = share * values + (1 - share) * partner, frame by frame; a partner that is shorter begins
 * again, one that is longer is cut. The arrays, (frames, columns) and (partner_frames, columns),
 * may be the same but not overlap otherwise. */
void augment_mix(float *values, int frames, const float *partner, int partner_frames, int columns,
                 float share);

#endif

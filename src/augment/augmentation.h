/* What an augmentation is, and the table of them. An augmentation changes a recording, or what a
 * network sees of it, in a way that does not change the emotion, so that a network learns to do
 * without what changes. docs/augmentation.md describes them all to users.
 *
 * Adding one means a file here, its declaration below and a row in table.c; recipes, the help, the
 * command and the benchmark go by the table. */
#ifndef AUGMENT_AUGMENTATION_H
#define AUGMENT_AUGMENTATION_H

#include "augment/bank.h"
#include "augment/scratch.h"
#include "base/random.h"
#include "ser/audio.h"

enum { AUGMENT_MAX_PARAMETERS = 8 };

enum augment_stage {
    AUGMENT_SOUND,    /* changes the samples of a mono recording */
    AUGMENT_FEATURES, /* changes the normalised feature matrix of a clip */
    AUGMENT_BATCH,    /* mixes clips of a batch and their targets */
    AUGMENT_STAGES
};

enum augment_parameter_kind {
    AUGMENT_REAL,   /* a number or a range of them */
    AUGMENT_WHOLE,  /* the same, in whole numbers */
    AUGMENT_CHOICE, /* one of some words */
    AUGMENT_FOLDER, /* of recordings; goes with the last word of the choice before it */
};

/* One row serves reading, writing, the help and the manual. */
struct augment_parameter {
    const char *name;
    enum augment_parameter_kind kind;
    const char *unit;         /* "dB"; "" for none */
    double low, high;         /* what is accepted */
    double from, to;          /* the range where a recipe names none; of a choice, a word's index */
    const char *const *words; /* of a choice, ended by NULL */
    const char *summary;
};

/* What a recipe says about a parameter: numbers are drawn uniformly from low … high. A choice is
 * the index of its word, twice. */
struct augment_range {
    double low, high;
};

/* An augmentation in a recipe. Nothing in it changes once the recipe is read. */
struct augment_step {
    const struct augmentation *kind;
    double probability;
    struct augment_range ranges[AUGMENT_MAX_PARAMETERS]; // in the order of kind->parameters
    char *folder;                                        /* as the recipe has it, or NULL */
    struct sound_bank bank;                              /* the recordings below it */
};

/* One application of a step. */
struct augment_call {
    const struct augment_step *step;
    struct random random;            /* all chance comes from here */
    struct augment_scratch *scratch; /* of this thread; NULL but at the stage of sound */
};

struct augmentation {
    const char *name; /* in recipes, such as "noise" */
    const char *summary;
    enum augment_stage stage;
    struct augment_parameter parameters[AUGMENT_MAX_PARAMETERS + 1]; /* ended by one without name */

    /* The function of its stage; the others are NULL.
     * sound: changes the samples in place; the number of frames may change, also to 0, rate and
     * channels (one) may not. It is never called for an empty sound. */
    ser_status (*sound)(struct augment_call *call, ser_audio *audio, ser_error *error);
    /* values: (frames, columns) */
    void (*features)(struct augment_call *call, float *values, int frames, int columns);
    /* How large a clip's own share in a mixture is, from 0 to 1. */
    float (*share)(struct augment_call *call);
};

/* Draws a value of the parameter with this index: real numbers, or whole ones. */
double augment_draw(struct augment_call *call, int parameter);
int augment_draw_whole(struct augment_call *call, int parameter);

/* The index of the word that the recipe chose. */
int augment_choice(const struct augment_call *call, int parameter);

/* All augmentations, ended by NULL. */
extern const struct augmentation *const augmentations[];

/* NULL when there is none of this name. */
const struct augmentation *augmentation_find(const char *name);

/* "sound", "features", "batch". Static string. */
const char *augment_stage_name(enum augment_stage stage);

/* Writes what the parameter accepts and its default: "-20 … 80 dB (5 … 30)". */
void augment_parameter_describe(const struct augment_parameter *parameter, char *text, size_t size);

extern const struct augmentation augmentation_gain;
extern const struct augmentation augmentation_shift;
extern const struct augmentation augmentation_noise;
extern const struct augmentation augmentation_clip;
extern const struct augmentation augmentation_equalise;
extern const struct augmentation augmentation_stretch;
extern const struct augmentation augmentation_pitch;
extern const struct augmentation augmentation_speed;
extern const struct augmentation augmentation_vtlp;
extern const struct augmentation augmentation_room;
extern const struct augmentation augmentation_telephone;
extern const struct augmentation augmentation_spec_augment;
extern const struct augmentation augmentation_mixup;

#endif

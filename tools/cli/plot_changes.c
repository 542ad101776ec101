#define _GNU_SOURCE
#include "plot_changes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/copy.h"
#include "augment/recipe.h"
#include "base/error.h"
#include "command.h"
#include "ser/clean.h"

int plot_columns(const struct plot_changes *changes)
{
    return 1 + (changes->clean != NULL) + (changes->augment != NULL);
}

static ser_status clean(const char *steps, ser_audio *audio, ser_error *error)
{
    ser_clean_settings settings;
    ser_status status = ser_clean_settings_parse(&settings, steps, error);
    return status ? status : ser_clean(audio, &settings, error);
}

/* A recipe by its name or file; what is none are steps. */
static ser_status read_recipe(struct augment_recipe *recipe, const char *text, int rate,
                              ser_error *error)
{
    char *path = find_named_file("recipes", text);
    if (!path)
        return error_memory(error, "reading a recipe");
    ser_status status = access(path, F_OK) ? augment_recipe_parse_steps(recipe, text, rate, error)
                                           : augment_recipe_read(recipe, path, rate, error);
    free(path);
    return status;
}

static ser_status augment(const struct plot_changes *changes, ser_audio *audio, ser_error *error)
{
    struct augment_recipe recipe = {0};
    struct augment_scratch *scratch = NULL;
    ser_status status;
    if (audio->channels > 1)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "augmentation is for one channel; leave out '--channels'");
    status = read_recipe(&recipe, changes->augment, audio->rate, error);
    if (!status)
        status = augment_scratch_create(&scratch, error);
    if (!status)
        status = augment_sound(&recipe, augment_seed((uint64_t)changes->seed, 0, 0), audio, scratch,
                               error);
    if (!status && !audio->frames)
        status = error_set(error, SER_ERROR_FORMAT, "augmentation leaves nothing of the sound");
    augment_scratch_destroy(scratch);
    augment_recipe_release(&recipe);
    return status;
}

static ser_status name_column(char **caption, const char *of, const char *what, ser_error *error)
{
    if (asprintf(caption, "%s (%s)", of, what) >= 0)
        return SER_OK;
    *caption = NULL;
    return error_memory(error, "naming a column");
}

ser_status plot_change(const struct plot_changes *changes, const ser_audio *audio,
                       const char *caption, ser_audio *audios, char **captions, ser_error *error)
{
    ser_status status = SER_OK;
    int column = 0;
    if (changes->clean) {
        status = audio_copy(&audios[column], audio, error);
        if (!status)
            status = clean(changes->clean, &audios[column], error);
        if (!status)
            status = name_column(&captions[column++], caption, "cleaned", error);
    }
    if (!status && changes->augment) {
        status = audio_copy(&audios[column], audio, error);
        if (!status)
            status = augment(changes, &audios[column], error);
        if (!status)
            status = name_column(&captions[column], caption, "augmented", error);
    }
    return status;
}

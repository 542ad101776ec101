/* Any text as a recipe, and any bytes as a sound: a recipe is refused with a sentence, or read,
 * written and read again as the same; what it makes of the sound is finite and the same every time.
 */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "augment/recipe.h"

enum { SAMPLES = 600, COLUMNS = 8, RATE = 16000 };

static void require(int holds)
{
    if (!holds)
        abort();
}

/* Recordings anywhere on the disk are none of a fuzzer's business. */
static int names_files(const struct augment_recipe *recipe)
{
    for (int i = 0; i < recipe->count; i++)
        if (recipe->steps[i].folder)
            return 1;
    return 0;
}

static ser_audio make_sound(const uint8_t *data, size_t size, int raw)
{
    ser_audio audio = {calloc(SAMPLES, sizeof(float)), SAMPLES, RATE, 1};
    require(audio.samples != NULL);
    for (size_t i = 0; i < SAMPLES && size; i++)
        audio.samples[i] = (float)((int)data[i % size] - 128) / 128;
    if (raw)
        memcpy(audio.samples, data, size < SAMPLES * sizeof(float) ? size / 4 * 4 : SAMPLES * 4);
    for (size_t i = 0; i < SAMPLES; i++) /* as decoders promise */
        audio.samples[i] = isfinite(audio.samples[i]) ? audio.samples[i] : 0;
    return audio;
}

static ser_audio augment(const struct augment_recipe *recipe, const uint8_t *data, size_t size)
{
    ser_error error = {0};
    struct augment_scratch *scratch;
    ser_audio audio = make_sound(data, size, size % 2);
    require(!augment_scratch_create(&scratch, &error));
    ser_status status = augment_sound(recipe, size, &audio, scratch, &error);
    require(!status || *error.message);
    for (size_t i = 0; i < audio.frames && !status; i++)
        require(isfinite(audio.samples[i]));
    augment_scratch_destroy(scratch);
    return audio;
}

static void try_recipe(const struct augment_recipe *recipe, const uint8_t *data, size_t size)
{
    ser_audio once = augment(recipe, data, size), again = augment(recipe, data, size);
    require(once.frames == again.frames);
    require(!memcmp(once.samples, again.samples, once.frames * sizeof *once.samples));
    if (once.frames >= COLUMNS) {
        augment_features(recipe, size, once.samples, (int)(once.frames / COLUMNS), COLUMNS);
        float share = augment_share(recipe, size);
        require(share >= 0 && share <= 1);
    }
    ser_audio_release(&once);
    ser_audio_release(&again);
}

static void check_round_trip(const struct augment_recipe *recipe)
{
    ser_error error = {0};
    struct augment_recipe again;
    json_t *first = augment_recipe_to_json(recipe);
    require(first && !augment_recipe_parse(&again, first, "again", NULL, 0, &error));
    json_t *second = augment_recipe_to_json(&again);
    require(json_equal(first, second));
    json_decref(first);
    json_decref(second);
    augment_recipe_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ser_error error = {0};
    struct augment_recipe recipe = {0};
    json_t *root = NULL;
    char *text = calloc(size + 1, 1);
    require(text != NULL);
    memcpy(text, data, size);
    ser_status status = *text == '{' ? json_parse(&root, text, size, "recipe", &error)
                                     : augment_recipe_parse_steps(&recipe, text, 0, &error);
    if (root)
        status = augment_recipe_parse(&recipe, root, "recipe", NULL, 0, &error);
    require(!status || *error.message);
    if (!status)
        check_round_trip(&recipe);
    if (!status && !names_files(&recipe))
        try_recipe(&recipe, data, size);
    augment_recipe_release(&recipe);
    json_decref(root);
    free(text);
    return 0;
}

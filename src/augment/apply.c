#include <float.h>
#include <math.h>

#include "augment/recipe.h"
#include "base/error.h"

uint64_t augment_seed(uint64_t seed, uint64_t epoch, uint64_t item)
{
    return random_mix(random_mix(seed, epoch), item);
}

/* Prepares a step; whether its chance has come. Each step has a stream of its own. */
static int begin_step(const struct augment_recipe *recipe, int index, uint64_t seed,
                      struct augment_scratch *scratch, struct augment_call *call)
{
    *call = (struct augment_call){
        .step = &recipe->steps[index],
        .random = random_seeded(seed, (uint64_t)index),
        .scratch = scratch,
    };
    return (double)random_unit(&call->random) < call->step->probability;
}

static ser_status check_sound(const struct augment_recipe *recipe, const ser_audio *audio,
                              ser_error *error)
{
    if (audio->channels != 1 || audio->rate < SER_AUDIO_MIN_RATE ||
        audio->rate > SER_AUDIO_MAX_RATE)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "cannot augment sound of %d channels and %d Hz, expected 1 channel and %d "
                         "to %d Hz",
                         audio->channels, audio->rate, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE);
    for (int i = 0; i < recipe->count; i++)
        if (recipe->steps[i].folder && audio->rate != recipe->rate)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "cannot augment sound of %d Hz with recordings of %d Hz, expected the "
                             "same rate",
                             audio->rate, recipe->rate);
    return SER_OK;
}

/* A sound that is far too loud can overflow on its way through a transform. */
static void make_finite(ser_audio *audio)
{
    for (size_t i = 0; i < audio->frames; i++) {
        float sample = audio->samples[i];
        audio->samples[i] = fabsf(sample) <= FLT_MAX ? sample : 0;
    }
}

ser_status augment_sound(const struct augment_recipe *recipe, uint64_t seed, ser_audio *audio,
                         struct augment_scratch *scratch, ser_error *error)
{
    struct augment_call call;
    ser_status status = check_sound(recipe, audio, error);
    for (int i = 0; i < recipe->count && !status; i++) {
        if (recipe->steps[i].kind->stage != AUGMENT_SOUND || audio->frames == 0)
            continue;
        if (begin_step(recipe, i, seed, scratch, &call)) {
            status = call.step->kind->sound(&call, audio, error);
            make_finite(audio);
        }
        if (!status && audio->frames > (size_t)SER_AUDIO_MAX_SECONDS * (size_t)audio->rate)
            status = error_set(error, SER_ERROR_UNSUPPORTED,
                               "the sound has become %.0f s long, expected %d s at most",
                               ser_audio_duration(audio), SER_AUDIO_MAX_SECONDS);
    }
    return status;
}

void augment_features(const struct augment_recipe *recipe, uint64_t seed, float *values, int frames,
                      int columns)
{
    struct augment_call call;
    for (int i = 0; i < recipe->count; i++)
        if (recipe->steps[i].kind->stage == AUGMENT_FEATURES && frames > 0 && columns > 0 &&
            begin_step(recipe, i, seed, NULL, &call))
            call.step->kind->features(&call, values, frames, columns);
}

float augment_share(const struct augment_recipe *recipe, uint64_t seed)
{
    struct augment_call call;
    for (int i = 0; i < recipe->count; i++)
        if (recipe->steps[i].kind->stage == AUGMENT_BATCH &&
            begin_step(recipe, i, seed, NULL, &call))
            return call.step->kind->share(&call);
    return 1;
}

void augment_mix(float *values, int frames, const float *partner, int partner_frames, int columns,
                 float share)
{
    for (int t = 0; t < frames && partner_frames > 0; t++) {
        float *row = values + (size_t)t * (size_t)columns;
        const float *other = partner + (size_t)(t % partner_frames) * (size_t)columns;
        for (int b = 0; b < columns; b++)
            row[b] = share * row[b] + (1 - share) * other[b];
    }
}

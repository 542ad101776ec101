/* Noise at a signal-to-noise ratio: 10 log10 of the mean power of the whole clip, pauses included,
 * over that of the noise added to it. */
#define _GNU_SOURCE
#include <math.h>

#include "augment/augmentation.h"
#include "augment/sound.h"
#include "base/error.h"

enum { KIND, SNR, FOLDER };
enum { WHITE, PINK, FILES };

static const char *const kinds[] = {"white", "pink", "files", NULL};

/* Nearly normal: the sum of four uniform numbers of 16 bits, centred. Its spectrum is flat, and it
 * has the same bits on every machine. */
static void make_white(struct random *random, float *noise, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t a = random_u32(random), b = random_u32(random);
        int32_t sum = (int32_t)((a >> 16) + (a & 0xffff) + (b >> 16) + (b & 0xffff));
        noise[i] = (float)(sum - 131070) * 0x1p-16f;
    }
}

/* One pole and one zero, at these frequencies in hertz. */
static void add_step(float *samples, size_t count, double pole, double zero, int rate)
{
    float keep = (float)exp(-2 * M_PI * pole / rate), take = (float)exp(-2 * M_PI * zero / rate);
    float before = 0, output = 0;
    for (size_t i = 0; i < count; i++) {
        float input = samples[i];
        output = keep * output + input - take * before;
        before = input;
        samples[i] = output;
    }
}

/* White noise falls by 3 dB an octave behind steps of 6 dB an octave that are on every other
 * octave: poles two octaves apart, a zero one octave above each. */
static void make_pink(struct random *random, float *noise, size_t count, int rate)
{
    make_white(random, noise, count);
    double pole = 15;
    while (pole < 0.5 * rate) {
        add_step(noise, count, pole, 2 * pole, rate);
        pole *= 4;
    }
}

/* A random stretch of a random recording; one that is shorter than the sound is repeated. */
static void take_stretch(struct augment_call *call, float *noise, size_t count)
{
    const struct sound_bank *bank = &call->step->bank;
    const ser_audio *sound = &bank->sounds[random_below(&call->random, (uint32_t)bank->count)];
    size_t places = sound->frames > count ? sound->frames - count + 1 : sound->frames;
    size_t place = random_below(&call->random, (uint32_t)places);
    for (size_t i = 0; i < count; i++) {
        noise[i] = sound->samples[place];
        place = place + 1 < sound->frames ? place + 1 : 0;
    }
}

static ser_status add_noise(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    size_t count = audio->frames;
    double ratio = augment_draw(call, SNR), power = mean_power(audio->samples, count);
    if (!(power > 0)) /* no noise has a ratio to silence */
        return SER_OK;
    float *noise = scratch_floats(call->scratch, SCRATCH_MIDDLE, count);
    if (!noise)
        return error_memory(error, "adding noise");
    int kind = augment_choice(call, KIND);
    if (kind == WHITE)
        make_white(&call->random, noise, count);
    else if (kind == PINK)
        make_pink(&call->random, noise, count, audio->rate);
    else
        take_stretch(call, noise, count);
    double noise_power = mean_power(noise, count);
    double factor = noise_power > 0 ? sqrt(power / noise_power) / decibel_factor(ratio) : 0;
    float by = (float)factor;
    for (size_t i = 0; i < count; i++)
        audio->samples[i] += by * noise[i];
    return SER_OK;
}

const struct augmentation augmentation_noise = {
    .name = "noise",
    .summary = "noise behind the voice; silence stays silence",
    .stage = AUGMENT_SOUND,
    .parameters =
        {
            {.name = "kind",
             .kind = AUGMENT_CHOICE,
             .unit = "",
             .words = kinds,
             .summary = "flat, falling by 3 dB an octave, or recordings"},
            {.name = "snr",
             .unit = "dB",
             .low = -20,
             .high = 80,
             .from = 5,
             .to = 30,
             .summary = "mean power of the clip over that of the noise"},
            {.name = "folder",
             .kind = AUGMENT_FOLDER,
             .unit = "",
             .summary = "of noises, with kind files; a random place of a random one, repeated "
                        "where it is too short"},
        },
    .sound = add_noise,
};

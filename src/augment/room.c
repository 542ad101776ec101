/* A room around the voice: simulated, or recorded impulse responses. The direct sound stays where
 * it is in time, the mean power stays the same, and what rings on after the end is lost. */
#include <math.h>

#include "augment/augmentation.h"
#include "augment/convolve.h"
#include "augment/image_method.h"
#include "augment/sound.h"
#include "base/error.h"

enum { KIND, RT60, DISTANCE, LENGTH, WIDTH, HEIGHT, FOLDER };
enum { SIMULATED, RECORDED };

static const char *const kinds[] = {"simulated", "recorded", NULL};

/* Nobody speaks from inside a wall. */
static const double MARGIN = 0.3; /* m */

/* Of a recorded response; rooms that ring longer are no rooms for talking. */
static const double LONGEST = 4; /* s */

/* Source and microphone anywhere; if they are farther apart than wanted, the microphone moves
 * towards the source. */
static void furnish(struct augment_call *call, struct shoebox *room)
{
    double wanted = augment_draw(call, DISTANCE), square = 0;
    for (int i = 0; i < 3; i++) {
        double room_left = room->size[i] - 2 * MARGIN;
        room->source[i] = MARGIN + room_left * (double)random_unit(&call->random);
        room->microphone[i] = MARGIN + room_left * (double)random_unit(&call->random);
        double apart = room->microphone[i] - room->source[i];
        square += apart * apart;
    }
    double distance = sqrt(square);
    if (distance < 0.01) { /* they may not coincide */
        room->microphone[0] = room->source[0] + (room->source[0] > room->size[0] / 2 ? -0.1 : 0.1);
        return;
    }
    double share = fmin(1, wanted / distance);
    for (int i = 0; i < 3; i++)
        room->microphone[i] = room->source[i] + share * (room->microphone[i] - room->source[i]);
}

static ser_status simulate(struct augment_call *call, int rate, float **response, size_t *length,
                           ser_error *error)
{
    /* One after the other: C leaves open in which order a list is evaluated. */
    struct shoebox room;
    room.rt60 = augment_draw(call, RT60);
    for (int i = 0; i < 3; i++)
        room.size[i] = augment_draw(call, LENGTH + i);
    furnish(call, &room);
    *length = shoebox_response_length(&room, rate);
    *response = scratch_floats(call->scratch, SCRATCH_RESPONSE, *length);
    if (!*response || !shoebox_response(&room, rate, *response, *length))
        return error_memory(error, "simulating a room");
    return SER_OK;
}

/* A recorded one begins at its largest sample: that is the direct sound. */
static void choose_recorded(struct augment_call *call, int rate, const float **response,
                            size_t *length)
{
    const struct sound_bank *bank = &call->step->bank;
    const ser_audio *sound = &bank->sounds[random_below(&call->random, (uint32_t)bank->count)];
    size_t peak = 0, longest = (size_t)(LONGEST * rate);
    for (size_t i = 1; i < sound->frames; i++)
        if (fabsf(sound->samples[i]) > fabsf(sound->samples[peak]))
            peak = i;
    *response = sound->samples + peak;
    *length = sound->frames - peak < longest ? sound->frames - peak : longest;
}

static ser_status reverberate(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    float *simulated = NULL;
    const float *response = NULL;
    size_t length = 0, count = audio->frames;
    double power = mean_power(audio->samples, count);
    if (augment_choice(call, KIND) == SIMULATED) {
        ser_status status = simulate(call, audio->rate, &simulated, &length, error);
        if (status)
            return status;
        response = simulated;
    } else {
        choose_recorded(call, audio->rate, &response, &length);
    }
    float *output = scratch_floats(call->scratch, SCRATCH_OUTPUT, count);
    if (!output)
        return error_memory(error, "putting a sound into a room");
    ser_status status =
        convolve(call->scratch, audio->samples, count, response, length, output, error);
    if (status)
        return status;
    double power_now = mean_power(output, count);
    if (power_now > 0)
        scale_samples(output, count, sqrt(power / power_now));
    return sound_replace(audio, output, count, error);
}

const struct augmentation augmentation_room = {
    .name = "room",
    .summary = "a room around the voice; length and mean power stay",
    .stage = AUGMENT_SOUND,
    .parameters =
        {
            {.name = "kind",
             .kind = AUGMENT_CHOICE,
             .unit = "",
             .words = kinds,
             .summary =
                 "a simulated shoebox, or recorded impulse responses, which decide all else"},
            {.name = "rt60",
             .unit = "s",
             .low = 0.05,
             .high = 1.5,
             .from = 0.15,
             .to = 0.5,
             .summary = "until the reverberation has fallen by 60 dB"},
            {.name = "distance",
             .unit = "m",
             .low = 0.1,
             .high = 20,
             .from = 0.5,
             .to = 2.5,
             .summary = "from the speaker to the microphone, less where the room is too small"},
            {.name = "length",
             .unit = "m",
             .low = 2,
             .high = 30,
             .from = 3,
             .to = 8,
             .summary = ""},
            {.name = "width",
             .unit = "m",
             .low = 2,
             .high = 30,
             .from = 2.5,
             .to = 6,
             .summary = ""},
            {.name = "height",
             .unit = "m",
             .low = 2,
             .high = 10,
             .from = 2.4,
             .to = 3.5,
             .summary = ""},
            {.name = "folder",
             .kind = AUGMENT_FOLDER,
             .unit = "",
             .summary = "of impulse responses, with kind recorded; they begin at their largest "
                        "sample"},
        },
    .sound = reverberate,
};

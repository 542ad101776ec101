/* A telephone line: 300 to 3400 Hz at 8 kHz, companded by G.711. Rate and length stay. */
#define _GNU_SOURCE
#include <math.h>

#include "audio/resample.h"
#include "augment/augmentation.h"
#include "augment/g711.h"
#include "augment/sound.h"
#include "base/error.h"

enum { EITHER, ALAW, MULAW };

static const char *const laws[] = {"either", "alaw", "mulaw", NULL};

enum { LINE_RATE = 8000, SECTIONS = 2 /* of second order: each flank falls by 24 dB an octave */ };

static const double LOW = 300, HIGH = 3400; /* Hz: 3 dB down */

/* y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2] */
struct section {
    double b0, b1, b2, a1, a2;
};

/* Section `index` of a Butterworth filter of order 2 * SECTIONS, by the bilinear transform; the
 * frequency is bent beforehand so that it comes out right (Oppenheim & Schafer, Discrete-Time
 * Signal Processing, section 7.1). */
static struct section make_section(double frequency, int index, int high_pass)
{
    double w = tan(M_PI * frequency / LINE_RATE);
    double damping = 2 * sin(M_PI * (2 * index + 1) / (4 * SECTIONS));
    double scale = 1 / (1 + damping * w + w * w);
    double b0 = high_pass ? scale : w * w * scale;
    return (struct section){
        .b0 = b0,
        .b1 = high_pass ? -2 * b0 : 2 * b0,
        .b2 = b0,
        .a1 = 2 * (w * w - 1) * scale,
        .a2 = (1 - damping * w + w * w) * scale,
    };
}

static void run_section(const struct section *s, float *samples, size_t count)
{
    double first = 0, second = 0; /* transposed direct form II */
    for (size_t i = 0; i < count; i++) {
        double x = (double)samples[i], y = s->b0 * x + first;
        first = s->b1 * x - s->a1 * y + second;
        second = s->b2 * x - s->a2 * y;
        samples[i] = (float)y;
    }
}

static void limit_band(float *samples, size_t count)
{
    for (int i = 0; i < SECTIONS; i++) {
        struct section low = make_section(LOW, i, 1), high = make_section(HIGH, i, 0);
        run_section(&low, samples, count);
        run_section(&high, samples, count);
    }
}

static int16_t to_16_bits(float sample)
{
    return (int16_t)lrintf(fminf(fmaxf(sample * 32768.0f, -32768.0f), 32767.0f));
}

static void compand(float *samples, size_t count, int law)
{
    for (size_t i = 0; i < count; i++) {
        int16_t sample = to_16_bits(samples[i]);
        int16_t heard = law == ALAW ? g711_decode_alaw(g711_encode_alaw(sample))
                                    : g711_decode_mulaw(g711_encode_mulaw(sample));
        samples[i] = (float)heard / 32768.0f;
    }
}

static ser_status telephone(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    int law = augment_choice(call, 0);
    if (law == EITHER)
        law = random_below(&call->random, 2) ? ALAW : MULAW;
    size_t count = resampler_length(audio->frames, audio->rate, LINE_RATE);
    float *line = scratch_floats(call->scratch, SCRATCH_MIDDLE, count);
    float *output = scratch_floats(call->scratch, SCRATCH_OUTPUT, audio->frames);
    if (!line || !output)
        return error_memory(error, "sending a sound through a telephone");
    ser_status status =
        change_rate(audio->samples, audio->frames, audio->rate, LINE_RATE, line, count, error);
    if (status)
        return status;
    limit_band(line, count);
    compand(line, count, law);
    status = change_rate(line, count, LINE_RATE, audio->rate, output, audio->frames, error);
    return status ? status : sound_replace(audio, output, audio->frames, error);
}

const struct augmentation augmentation_telephone = {
    .name = "telephone",
    .summary = "a telephone line: 300 to 3400 Hz, G.711; rate and length stay",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "law",
                    .kind = AUGMENT_CHOICE,
                    .unit = "",
                    .words = laws,
                    .summary =
                        "of companding: Europe's, North America's and Japan's, or by chance"}},
    .sound = telephone,
};

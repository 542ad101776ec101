/* Frames are taken from the sound at one pace and put down at another, so that their phases no
 * longer fit. Each gets the phases that go on from the frame before (Laroche & Dolson 1999,
 * "Improved phase vocoder time-scale modification of audio"): a peak of the spectrum is one partial
 * tone, which turns, from one frame put down to the next, by as much as in the sound within the
 * same time; and all bins around the peak turn with it, as they are the window's image of the same
 * tone (identity phase locking).
 *
 * How far a tone turns in that time needs no unwrapping of phases: a second frame is taken one hop
 * earlier in the sound. With X the frame, B the one before it in the sound and Y the one put down
 * before it, the new one is X r at the phase of Y X/B, thus r = Y B* / |Y B*|: no angles at all. */
#include "augment/vocoder.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

/* 64 ms hold some six periods of a low voice, enough to tell its partials apart. */
static const double FRAME_SECONDS = 0.064;

/* Energy that grows so much within a hop is an onset: its phases are taken as they are, or it would
 * be smeared (transients are what a phase vocoder is worst at). */
static const double ONSET = 6;

struct rows {
    float *real, *imaginary; // (LANES, bins)
};

struct vocoder {
    struct spectra *spectra;
    struct rows now, before; /* frames of the sound, and those one hop earlier */
    float *real, *imaginary; // (bins), the frame last put down
    float *power;            // (bins)
    const ser_audio *audio;
    double pace; /* samples of the sound for each that is put down */
    int started;
};

static int prepare(struct vocoder *vocoder, struct augment_scratch *scratch)
{
    size_t bins = (size_t)vocoder->spectra->bins, block = LANES * bins;
    float *memory = scratch_floats(scratch, SCRATCH_ROWS, 4 * block + 3 * bins);
    if (!memory)
        return 0;
    vocoder->now = (struct rows){memory, memory + block};
    vocoder->before = (struct rows){memory + 2 * block, memory + 3 * block};
    vocoder->real = memory + 4 * block;
    vocoder->imaginary = vocoder->real + bins;
    vocoder->power = vocoder->imaginary + bins;
    return 1;
}

/* Spectra of LANES frames, as rows. */
static void transform(struct vocoder *vocoder, const ptrdiff_t starts[LANES], struct rows *rows)
{
    struct spectra *spectra = vocoder->spectra;
    size_t bins = (size_t)spectra->bins;
    spectra_cut(spectra, vocoder->audio->samples, vocoder->audio->frames, starts);
    spectra_forward_windowed(spectra);
    lanes_to_rows(spectra->real, spectra->bins, LANES, rows->real, bins);
    lanes_to_rows(spectra->imaginary, spectra->bins, LANES, rows->imaginary, bins);
}

static double total_power(const float *real, const float *imaginary, float *power, int bins)
{
    float total = 0;
    for (int k = 0; k < bins; k++) {
        power[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
        total += power[k];
    }
    return (double)total;
}

/* Whether the bin is above its two neighbours on either side. */
static int is_peak(const float *power, int k)
{
    return power[k] > power[k - 1] && power[k] >= power[k + 1] && power[k] > power[k - 2] &&
           power[k] >= power[k + 2];
}

/* Turns bins from … to-1 of X, in place, as their peak turns. */
static void turn_region(const struct vocoder *vocoder, float *x_real, float *x_imaginary,
                        const float *b_real, const float *b_imaginary, int peak, int from, int to)
{
    float yr = vocoder->real[peak], yi = vocoder->imaginary[peak];
    float br = b_real[peak], bi = b_imaginary[peak];
    float turn_real = yr * br + yi * bi, turn_imaginary = yi * br - yr * bi;
    float size = sqrtf(turn_real * turn_real + turn_imaginary * turn_imaginary);
    if (!(size > 1e-30f)) /* one of the frames has nothing there to go on from */
        return;
    turn_real /= size;
    turn_imaginary /= size;
    for (int k = from; k < to; k++) {
        float re = x_real[k], im = x_imaginary[k];
        x_real[k] = re * turn_real - im * turn_imaginary;
        x_imaginary[k] = re * turn_imaginary + im * turn_real;
    }
}

/* The phases of one frame. A region ends half-way between two peaks. */
static void lock_phases(struct vocoder *vocoder, float *x_real, float *x_imaginary,
                        const float *b_real, const float *b_imaginary)
{
    int bins = vocoder->spectra->bins, from = 0, peak = -1;
    for (int k = 2; k < bins - 2; k++) {
        if (!is_peak(vocoder->power, k))
            continue;
        if (peak >= 0) {
            int to = (peak + k + 1) / 2;
            turn_region(vocoder, x_real, x_imaginary, b_real, b_imaginary, peak, from, to);
            from = to;
        }
        peak = k;
    }
    if (peak >= 0)
        turn_region(vocoder, x_real, x_imaginary, b_real, b_imaginary, peak, from, bins);
}

static void continue_frame(struct vocoder *vocoder, int lane)
{
    int bins = vocoder->spectra->bins;
    size_t row = (size_t)lane * (size_t)bins, size = (size_t)bins * sizeof(float);
    float *x_real = vocoder->now.real + row, *x_imaginary = vocoder->now.imaginary + row;
    const float *b_real = vocoder->before.real + row;
    const float *b_imaginary = vocoder->before.imaginary + row;
    double power_before = total_power(b_real, b_imaginary, vocoder->power, bins);
    double power = total_power(x_real, x_imaginary, vocoder->power, bins);
    if (vocoder->started && power < ONSET * power_before)
        lock_phases(vocoder, x_real, x_imaginary, b_real, b_imaginary);
    vocoder->started = 1;
    memcpy(vocoder->real, x_real, size);
    memcpy(vocoder->imaginary, x_imaginary, size);
}

/* Frames first … first+LANES-1, of which number t is put down around sample t * hop. */
static void stretch_block(struct vocoder *vocoder, ptrdiff_t first, float *output, size_t count)
{
    struct spectra *spectra = vocoder->spectra;
    ptrdiff_t starts[LANES], earlier[LANES], places[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        ptrdiff_t middle = (first + lane) * spectra->hop;
        places[lane] = middle - spectra->size / 2;
        starts[lane] = (ptrdiff_t)lround((double)middle * vocoder->pace) - spectra->size / 2;
        earlier[lane] = starts[lane] - spectra->hop;
    }
    transform(vocoder, earlier, &vocoder->before);
    transform(vocoder, starts, &vocoder->now);
    for (int lane = 0; lane < LANES; lane++)
        continue_frame(vocoder, lane);
    size_t bins = (size_t)spectra->bins, block = LANES * bins;
    lanes_gather(vocoder->now.real, block, 0, spectra->bins, spectra->bins, spectra->real);
    lanes_gather(vocoder->now.imaginary, block, 0, spectra->bins, spectra->bins,
                 spectra->imaginary);
    spectra_inverse(spectra);
    spectra_add_windowed(spectra, output, count, places, LANES, 1 / SPECTRA_GAIN);
}

ser_status vocoder_stretch(struct augment_scratch *scratch, const ser_audio *audio, float *output,
                           size_t count, ser_error *error)
{
    struct vocoder vocoder = {.audio = audio};
    ser_status status =
        scratch_spectra(scratch, spectra_size(audio->rate, FRAME_SECONDS), &vocoder.spectra, error);
    if (status)
        return status;
    if (!prepare(&vocoder, scratch))
        return error_memory(error, "stretching a sound");
    memset(output, 0, count * sizeof *output);
    vocoder.pace = count ? (double)audio->frames / (double)count : 1;
    ptrdiff_t last = (ptrdiff_t)count / vocoder.spectra->hop + SPECTRA_OVERLAP / 2;
    for (ptrdiff_t first = 1 - SPECTRA_OVERLAP / 2; first <= last; first += LANES)
        stretch_block(&vocoder, first, output, count);
    return SER_OK;
}

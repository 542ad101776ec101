#define _GNU_SOURCE
#include "features/egemaps/pitch_shs.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/egemaps/shs_sum.h"
#include "features/lanes.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/window.h"
#include "features/voice/pitch_path.h"

enum {
    CANDIDATES = 4,
};

static const double window_seconds = 0.06, hop_seconds = 0.01;
static const double bin_distance = 15.625; /* Hz, that of 1024 bins at 16 kHz */
static const double min_pitch = 55, max_pitch = 1000;
static const float energy_gate = 0.001f; /* RMS */

/* What a path pays. openSMILE documents the weights 10 for changes of voicing and for jumps, 5 for
 * changes of jumps, 4 for the wrong side of the cutoff and 2 for voicing; what exactly they weigh,
 * it does not say. The ones that are "measured" were chosen so that most of its decisions on 120
 * recordings come out the same. */
static const float voicing_cutoff = 0.7f;
static const float voicing_weight = 2.3f; /* of -ln(voicing); measured */
static const float cutoff_cost = 6.45f;   /* for a candidate whose voicing is below; measured */
static const float missed_cost = 8.6f;    /* for "unvoiced" where the highest is not; measured */
static const float height_weight = 13.5f; /* of ln(highest / height); measured */
static const float lower_cost = 0.6f;     /* for all but the highest; measured */
static const struct pitch_costs path_costs = {
    .octave_jump = 12.6 /* measured */,
    .voicing_change = 10,
    .octaves_off_first = 5.1 /* measured: the highest maximum of the frame before draws */,
};
static const float least_voicing = 1e-3f; /* keeps the logarithm finite */

struct shs {
    int window, hop;
    int size;               /* of the FFT */
    double lowest, highest; /* points between which pitches are looked for */
    struct fft *fft;
    struct shs_sum *sum;
    struct pitch_path path;
    float *shape;         // (window)
    lanes *frames;        // (size)
    lanes *spectrum;      // (size/2 + 1)
    unsigned char *quiet; // (frames): below the energy gate
    size_t room;          /* frames that quiet has room for */
};

static ser_status allocate(struct shs *shs, int rate, ser_error *error)
{
    shs->shape = calloc((size_t)shs->window, sizeof *shs->shape);
    shs->frames = lanes_allocate((size_t)shs->size);
    shs->spectrum = lanes_allocate((size_t)shs->size / 2 + 1);
    if (!shs->shape || !shs->frames || !shs->spectrum)
        return error_memory(error, "preparing pitch");
    ser_status status = shs_sum_create(&shs->sum, rate, shs->size, error);
    return status ? status : fft_create(&shs->fft, shs->size, error);
}

ser_status shs_create(struct shs **result, int rate, ser_error *error)
{
    *result = NULL;
    if (rate < 4000 || rate > 768000)
        return error_set(error, SER_ERROR_ARGUMENT, "pitch: rate is %d Hz, expected 4000 to 768000",
                         rate);
    struct shs *shs = calloc(1, sizeof *shs);
    if (!shs)
        return error_memory(error, "preparing pitch");
    shs->window = (int)lround(window_seconds * rate);
    shs->hop = (int)lround(hop_seconds * rate);
    shs->size = fft_size_at_least((int)ceil(rate / bin_distance));
    shs->lowest = shs_sum_point(min_pitch);
    shs->highest = shs_sum_point(max_pitch);
    ser_status status = allocate(shs, rate, error);
    if (status) {
        shs_destroy(shs);
        return status;
    }
    window_fill(WINDOW_GAUSS, shs->shape, shs->window);
    *result = shs;
    return SER_OK;
}

void shs_destroy(struct shs *shs)
{
    if (!shs)
        return;
    fft_destroy(shs->fft);
    shs_sum_destroy(shs->sum);
    pitch_path_release(&shs->path);
    free(shs->shape);
    free(shs->frames);
    free(shs->spectrum);
    free(shs->quiet);
    free(shs);
}

size_t shs_frames(const struct shs *shs, size_t count)
{
    size_t window = (size_t)shs->window;
    if (count <= window)
        return count > 0;
    return 1 + (count - window) / (size_t)shs->hop;
}

/* Windows the frames; returns their mean squares afterwards. */
LANES_DISPATCH
static void apply_window(lanes *restrict frames, const float *restrict shape, int window,
                         float squares[LANES])
{
    lanes sum = {0};
    for (int i = 0; i < window; i++) {
        frames[i] *= shape[i];
        sum += frames[i] * frames[i];
    }
    lanes_store(squares, sum / (float)window);
}

/* A maximum of H; its place is one of shs_sum_point. */
struct maximum {
    double place;
    float height;
};

/* Keeps the highest ones, in order. */
static int keep(struct maximum *kept, int count, struct maximum maximum)
{
    int place = count < CANDIDATES ? count : CANDIDATES - 1;
    if (count == CANDIDATES && kept[place].height >= maximum.height)
        return count;
    for (; place > 0 && kept[place - 1].height < maximum.height; place--)
        kept[place] = kept[place - 1];
    kept[place] = maximum;
    return count < CANDIDATES ? count + 1 : CANDIDATES;
}

/* The maxima of one lane of H, their tops those of the parabola through three points. */
static int find_maxima(const struct shs *shs, const float *h, struct maximum kept[CANDIDATES])
{
    int count = 0;
    for (int i = (int)floor(shs->lowest); i <= (int)ceil(shs->highest); i++) {
        float a = h[(i - 1) * LANES], b = h[i * LANES], c = h[(i + 1) * LANES];
        if (!(b > a && b > c))
            continue;
        float offset = 0.5f * (a - c) / ((a - b) + (c - b));
        struct maximum maximum = {
            .place = i + (double)offset,
            .height = b - 0.25f * (a - c) * offset,
        };
        if (maximum.place >= shs->lowest && maximum.place <= shs->highest)
            count = keep(kept, count, maximum);
    }
    return count;
}

/* What a candidate gains, or mostly loses, by itself. */
static float strength_of(float height, float voicing, float highest)
{
    float strength = voicing_weight * logf(voicing) - height_weight * logf(highest / height);
    if (height < highest)
        strength -= lower_cost;
    return voicing < voicing_cutoff ? strength - cutoff_cost : strength;
}

/* What the maxima of one lane of H are worth to a path, the highest first. */
static ser_status add_candidates(struct shs *shs, const float *h, float mean, ser_error *error)
{
    struct maximum maxima[CANDIDATES];
    struct pitch_candidate candidates[1 + CANDIDATES] = {{0}};
    int count = find_maxima(shs, h, maxima);
    for (int i = 0; i < count; i++) {
        float voicing = fmaxf(1 - mean / maxima[i].height, least_voicing);
        candidates[1 + i] = (struct pitch_candidate){
            .frequency = (float)shs_sum_hz(maxima[i].place),
            .strength = strength_of(maxima[i].height, voicing, maxima[0].height),
            .height = voicing,
        };
    }
    float best = candidates[1].height;
    candidates[0].height = best;
    candidates[0].strength = best < voicing_cutoff ? 0 : -missed_cost;
    return pitch_path_add(&shs->path, candidates, 1 + count, error);
}

/* The candidates of LANES frames, and whether they are too quiet. */
static ser_status analyse(struct shs *shs, const float *samples, size_t count, size_t frame,
                          int frames, ser_error *error)
{
    float squares[LANES], means[LANES];
    lanes_gather(samples, count, (ptrdiff_t)frame * shs->hop, shs->hop, shs->window, shs->frames);
    for (int i = shs->window; i < shs->size; i++)
        shs->frames[i] = (lanes){0};
    apply_window(shs->frames, shs->shape, shs->window, squares);
    fft_power(shs->fft, shs->frames, shs->spectrum);
    const float *sums = (const float *)shs_sum_run(shs->sum, shs->spectrum, means);
    ser_status status = SER_OK;
    for (int lane = 0; lane < frames && !status; lane++) {
        shs->quiet[frame + (size_t)lane] = sqrtf(squares[lane]) < energy_gate;
        status = add_candidates(shs, sums + lane, means[lane], error);
    }
    return status;
}

ser_status shs_run(struct shs *shs, const float *samples, size_t count, float *f0, float *voicing,
                   ser_error *error)
{
    size_t frames = shs_frames(shs, count);
    if (!memory_reserve(&shs->quiet, &shs->room, frames, sizeof *shs->quiet))
        return error_memory(error, "tracking pitch");
    ser_status status = pitch_path_begin(&shs->path, frames, error);
    for (size_t frame = 0; frame < frames && !status; frame += LANES) {
        size_t left = frames - frame;
        status = analyse(shs, samples, count, frame, left < LANES ? (int)left : LANES, error);
    }
    if (!status)
        status = pitch_path_find(&shs->path, &path_costs, f0, voicing, error);
    for (size_t t = 0; t < frames && !status; t++)
        if (shs->quiet[t])
            f0[t] = 0;
    return status;
}

#define _GNU_SOURCE
#include "features/egemaps/egemaps_spectral.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/lanes.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/mfcc.h"
#include "features/spectrum/window.h"

enum { BANDS = 26, LIFTER = 22 };
static const double lowest_hz = 20, highest_hz = 8000;

/* What logarithms see of nothing. Bands: the power of one step of 16 bits, the finest that common
 * sound knows. Bins and sums of bins: -200 dB, which no noise of a recording comes near. */
static const float band_floor = 1.0f / 32768 / 32768;
static const float bin_floor = 1e-20f;
static const float decibels_per_neper = 4.34294482f; /* 10 / ln 10 */

/* Bins first … last. */
struct span {
    int first, last;
};

struct egemaps_spectral {
    int window, hop, size; /* of the FFT */
    int bins;
    float spacing;          /* Hz from bin to bin */
    struct span low, high;  /* below 1 kHz; 1 … 5 kHz */
    struct span soft, hard; /* below 2 kHz; 2 … 5 kHz */
    struct span slope_low, slope_high;
    int flux_bins; /* below 5 kHz */

    struct fft *fft;
    struct mel_bank bank;
    struct mfcc_table table;
    float sensitivity[BANDS];
    float gains[EGEMAPS_MFCC]; /* the lifter */
    float *taper;              // (window)
    lanes *frame;              // (size); what follows the window stays 0
    lanes *power;              // (bins)
    lanes *magnitudes[2];      // (flux_bins): of this block and of the one before
};

static struct span span_between(const struct egemaps_spectral *spectral, double low, double high)
{
    const double margin = 1e-9; /* an edge that falls on a bin includes it */
    int first = (int)ceil(low / (double)spectral->spacing - margin);
    int last = (int)floor(high / (double)spectral->spacing + margin);
    return (struct span){first, last < spectral->bins - 1 ? last : spectral->bins - 1};
}

/* The sensitivity of the ear at moderate loudness: Hermansky's approximation, after Makhoul and
 * Cosell, of the 40-phon curve, with a fall above 5 kHz. openSMILE's form of the fall is of the 7th
 * order (the paper's of the 6th); with it and the factor of 1e32, which brings the values near 1,
 * the loudness of 120 recordings agrees with openSMILE's to 5 digits. */
static double ear_sensitivity(double hz)
{
    double w = 2 * M_PI * hz, square = w * w;
    double rise = (square + 56.8e6) * square * square;
    double fall = pow(square + 6.3e6, 2) * (square + 0.38e9) * (pow(w, 7) + 1.7e31);
    return 1e32 * rise / fall;
}

/* Triangles over the mel scale itself, with HTK's rule for the first and the last bin that count:
 * those at the very edges of the range do not. */
static struct span mel_bins(const struct egemaps_spectral *spectral)
{
    double spacing = (double)spectral->spacing;
    int last = (int)(highest_hz / spacing - 0.5);
    return (struct span){(int)(lowest_hz / spacing + 1.5),
                         last < spectral->bins - 1 ? last : spectral->bins - 1};
}

static double corner_mel(int index)
{
    double low = mel_from_hz(SER_MEL_HTK, lowest_hz), high = mel_from_hz(SER_MEL_HTK, highest_hz);
    return low + index * (high - low) / (BANDS + 1);
}

static double triangle(const struct egemaps_spectral *spectral, int band, int bin)
{
    double mel = mel_from_hz(SER_MEL_HTK, bin * (double)spectral->spacing);
    double step = corner_mel(1) - corner_mel(0);
    return fmax(0, 1 - fabs(mel - corner_mel(band + 1)) / step);
}

static ser_status build_bank(struct egemaps_spectral *spectral, ser_error *error)
{
    struct mel_bank *bank = &spectral->bank;
    struct span all = mel_bins(spectral);
    size_t room = 2 * (size_t)(all.last - all.first + 1); /* each bin lies in two bands at most */
    bank->bands = BANDS;
    bank->bins = spectral->bins;
    bank->filters = memory_resize(NULL, BANDS, sizeof *bank->filters);
    bank->weights = memory_resize(NULL, room, sizeof *bank->weights);
    if (!bank->filters || !bank->weights)
        return error_memory(error, "building mel filters");
    size_t start = 0;
    for (int b = 0; b < BANDS; b++) {
        struct mel_filter *filter = &bank->filters[b];
        *filter = (struct mel_filter){.first = all.first, .start = start};
        for (int k = all.first; k <= all.last; k++) {
            double weight = triangle(spectral, b, k);
            if (weight > 0 && !filter->count)
                filter->first = k;
            if (weight > 0 && start < room) {
                bank->weights[start++] = (float)weight;
                filter->count++;
            }
        }
    }
    return SER_OK;
}

/* Everything but memory. */
static void plan(struct egemaps_spectral *spectral)
{
    spectral->high = span_between(spectral, 1000, 5000);
    spectral->low = (struct span){0, spectral->high.first - 1};
    spectral->hard = span_between(spectral, 2000, 5000);
    spectral->soft = (struct span){0, spectral->hard.first - 1};
    spectral->slope_low = span_between(spectral, 0, 500);
    spectral->slope_high = span_between(spectral, 500, 1500);
    spectral->flux_bins = (int)ceil(5000 / (double)spectral->spacing - 1e-9);
    for (int b = 0; b < BANDS; b++)
        spectral->sensitivity[b] =
            (float)ear_sensitivity(mel_to_hz(SER_MEL_HTK, corner_mel(b + 1)));
    for (int k = 0; k < EGEMAPS_MFCC; k++)
        spectral->gains[k] = (float)(1 + LIFTER / 2.0 * sin(M_PI * (k + 1) / LIFTER));
}

static ser_status allocate(struct egemaps_spectral *spectral, ser_error *error)
{
    spectral->taper = memory_resize(NULL, (size_t)spectral->window, sizeof *spectral->taper);
    spectral->frame = lanes_allocate((size_t)spectral->size);
    spectral->power = lanes_allocate((size_t)spectral->bins);
    for (int i = 0; i < 2; i++)
        spectral->magnitudes[i] = lanes_allocate((size_t)spectral->flux_bins);
    if (!spectral->taper || !spectral->frame || !spectral->power || !spectral->magnitudes[0] ||
        !spectral->magnitudes[1])
        return error_memory(error, "preparing spectra");
    window_fill(WINDOW_HAMMING, spectral->taper, spectral->window);
    return SER_OK;
}

ser_status egemaps_spectral_create(struct egemaps_spectral **result, int rate, ser_error *error)
{
    *result = NULL;
    if (rate < 16000)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the rate is %d Hz, expected 16000 or more for bands up to 8 kHz", rate);
    struct egemaps_spectral *spectral = calloc(1, sizeof *spectral);
    if (!spectral)
        return error_memory(error, "preparing spectra");
    spectral->window = (int)lround(0.020 * rate);
    spectral->hop = (int)lround(0.010 * rate);
    for (spectral->size = 2; spectral->size < spectral->window;)
        spectral->size *= 2;
    spectral->bins = spectral->size / 2 + 1;
    spectral->spacing = (float)rate / (float)spectral->size;
    plan(spectral);
    ser_status status = fft_create(&spectral->fft, spectral->size, error);
    if (!status)
        status = mfcc_table_build(&spectral->table, BANDS, EGEMAPS_MFCC + 1, 0, error);
    if (!status)
        status = build_bank(spectral, error);
    if (!status)
        status = allocate(spectral, error);
    if (status) {
        egemaps_spectral_destroy(spectral);
        return status;
    }
    *result = spectral;
    return SER_OK;
}

void egemaps_spectral_destroy(struct egemaps_spectral *spectral)
{
    if (!spectral)
        return;
    fft_destroy(spectral->fft);
    mel_bank_release(&spectral->bank);
    mfcc_table_release(&spectral->table);
    free(spectral->taper);
    free(spectral->frame);
    free(spectral->power);
    free(spectral->magnitudes[0]);
    free(spectral->magnitudes[1]);
    free(spectral);
}

size_t egemaps_spectral_frames(const struct egemaps_spectral *spectral, size_t count)
{
    size_t window = (size_t)spectral->window, hop = (size_t)spectral->hop;
    if (!count)
        return 0;
    return count < window ? 1 : 1 + (count - window) / hop;
}

LANES_INLINE lanes decibels(lanes power)
{
    return lanes_log(lanes_max(power, lanes_all(bin_floor))) * decibels_per_neper;
}

LANES_INLINE lanes sum_of(const lanes *power, struct span span)
{
    lanes sum = {0};
    for (int k = span.first; k <= span.last; k++)
        sum += power[k];
    return sum;
}

LANES_INLINE lanes largest_of(const lanes *power, struct span span)
{
    lanes largest = {0};
    for (int k = span.first; k <= span.last; k++)
        largest = lanes_max(largest, power[k]);
    return largest;
}

/* Least squares: with n the number of bins, f their frequencies and L their levels,
 * (n sum(f L) - sum(f) sum(L)) / (n sum(f^2) - sum(f)^2). openSMILE takes for n the width of the
 * band in bins, which is one less than there are, its edges included; so its slopes depend on the
 * level, too. To be comparable, ours do the same. */
LANES_INLINE lanes egemaps_slope(const lanes *power, struct span span, float spacing)
{
    float n = (float)(span.last - span.first), sum_f = 0, sum_ff = 0;
    lanes sum_l = {0}, sum_fl = {0};
    for (int k = span.first; k <= span.last; k++) {
        float f = (float)k * spacing;
        lanes level = decibels(power[k]);
        sum_f += f;
        sum_ff += f * f;
        sum_l += level;
        sum_fl += level * f;
    }
    return (n * sum_fl - sum_f * sum_l) / (n * sum_ff - sum_f * sum_f);
}

/* The columns of a block of frames. */
struct block {
    lanes loudness, alpha_ratio, hammarberg, slope_low, slope_high, flux;
    lanes mfcc[EGEMAPS_MFCC];
};

LANES_DISPATCH
static void taper_frames(const float *taper, int count, lanes *frame)
{
    for (int n = 0; n < count; n++)
        frame[n] *= taper[n];
}

/* Silent frames have no ratios and no slopes. */
LANES_DISPATCH
static void measure_levels(const struct egemaps_spectral *spectral, struct block *block)
{
    const lanes *power = spectral->power;
    lanes low = sum_of(power, spectral->low), high = sum_of(power, spectral->high);
    lanes soft = largest_of(power, spectral->soft), hard = largest_of(power, spectral->hard);
    lanes zero = {0};
    lanes_int sounds = lanes_max(soft, hard) > lanes_all(bin_floor);
    block->alpha_ratio = lanes_select(sounds, decibels(high) - decibels(low), zero);
    block->hammarberg = lanes_select(sounds, decibels(soft) - decibels(hard), zero);
    lanes slope_low = egemaps_slope(power, spectral->slope_low, spectral->spacing);
    lanes slope_high = egemaps_slope(power, spectral->slope_high, spectral->spacing);
    block->slope_low = lanes_select(sounds, slope_low, zero);
    block->slope_high = lanes_select(sounds, slope_high, zero);
}

LANES_DISPATCH
static void measure_bands(const struct egemaps_spectral *spectral, struct block *block)
{
    lanes bands[BANDS], cepstrum[EGEMAPS_MFCC + 1], loudness = {0};
    mel_bank_apply(&spectral->bank, spectral->power, bands);
    for (int b = 0; b < BANDS; b++) {
        lanes heard = bands[b] * spectral->sensitivity[b];
        lanes part = lanes_power(lanes_max(heard, lanes_all(bin_floor)), 0.33f);
        loudness += lanes_select(heard > lanes_all(bin_floor), part, (lanes){0});
        bands[b] = lanes_log(lanes_max(bands[b], lanes_all(band_floor)));
    }
    block->loudness = loudness / (float)BANDS;
    mfcc_table_apply(&spectral->table, bands, cepstrum);
    for (int k = 0; k < EGEMAPS_MFCC; k++)
        block->mfcc[k] = cepstrum[k + 1] * spectral->gains[k];
}

/* `before` holds the magnitudes of the block before, of which only the last frame matters. */
LANES_DISPATCH
static void measure_flux(const struct egemaps_spectral *spectral, const lanes *before,
                         lanes *magnitude, struct block *block)
{
    lanes sum = {0};
    for (int k = 0; k < spectral->flux_bins; k++) {
        lanes m = lanes_sqrt(spectral->power[k]);
        lanes shifted = __builtin_shufflevector(before[k], m, 7, 8, 9, 10, 11, 12, 13, 14);
        sum += (m - shifted) * (m - shifted);
        magnitude[k] = m;
    }
    block->flux = lanes_sqrt(sum / (float)spectral->flux_bins);
}

static void store(const struct block *block, const struct egemaps_spectral_columns *columns,
                  size_t first, size_t frames)
{
    for (size_t lane = 0; lane < LANES && first + lane < frames; lane++) {
        size_t t = first + lane;
        columns->loudness[t] = block->loudness[lane];
        columns->alpha_ratio[t] = block->alpha_ratio[lane];
        columns->hammarberg[t] = block->hammarberg[lane];
        columns->slope_low[t] = block->slope_low[lane];
        columns->slope_high[t] = block->slope_high[lane];
        columns->flux[t] = t ? block->flux[lane] : 0;
        for (int k = 0; k < EGEMAPS_MFCC; k++)
            columns->mfcc[k][t] = block->mfcc[k][lane];
    }
}

void egemaps_spectral_run(struct egemaps_spectral *spectral, const float *samples, size_t count,
                          const struct egemaps_spectral_columns *columns)
{
    size_t frames = egemaps_spectral_frames(spectral, count);
    int hop = spectral->hop, window = spectral->window, turn = 0;
    struct block block;
    for (size_t first = 0; first < frames; first += LANES, turn = !turn) {
        lanes_gather(samples, count, (ptrdiff_t)(first * (size_t)hop), hop, window,
                     spectral->frame);
        taper_frames(spectral->taper, window, spectral->frame);
        fft_power(spectral->fft, spectral->frame, spectral->power);
        measure_levels(spectral, &block);
        measure_bands(spectral, &block);
        measure_flux(spectral, spectral->magnitudes[!turn], spectral->magnitudes[turn], &block);
        store(&block, columns, first, frames);
    }
}

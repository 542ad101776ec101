#define _GNU_SOURCE
#include "features/spectrum/kaldi.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/lanes.h"
#include "features/settings.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/mfcc.h"
#include "features/spectrum/window.h"

enum {
    TAKEN = SETTING_BIT(SETTING_BANDS) | SETTING_BIT(SETTING_LOW) | SETTING_BIT(SETTING_HIGH),
};
static const float pre_emphasis = 0.97f;
static const float sample_steps = 32768.0f; /* from -1 … 1 to 16 bits */

struct kaldi {
    ser_features_settings settings;
    struct column_group group;
    struct fft *fft;
    struct mel_bank bank;
    struct mfcc_table table; /* empty for a filterbank */
    float *window;  // (window), times sample_steps, a power of two, which costs no precision
    float *gains;   // (coefficients), the lifter, which counts from 0, unlike librosa's
    lanes *frame;   // (fft); what follows the window stays 0
    lanes *power;   // (fft/2 + 1)
    lanes *mel;     // (bands)
    lanes *cepstra; // (coefficients)
};

/* A band's corners and the distance of two bins, in Hz. */
struct band {
    double lower, peak, upper;
    double spacing;
};

static struct band band_at(const ser_features_settings *settings, int index)
{
    /* Only ratios of mel count, so it does not matter that Kaldi's 1127 is rounded from HTK's
     * 2595 / ln 10. */
    double low = mel_from_hz(SER_MEL_HTK, settings->low);
    double high = mel_from_hz(SER_MEL_HTK, settings->high);
    double corners[3];
    for (int i = 0; i < 3; i++)
        corners[i] =
            mel_to_hz(SER_MEL_HTK, low + (index + i) * (high - low) / (settings->bands + 1));
    double spacing = (double)settings->rate / settings->fft;
    return (struct band){corners[0], corners[1], corners[2], spacing};
}

/* The bins inside the band, without any at its very edge, whose weight would be 0. */
static struct mel_filter bins_inside(const struct band *band)
{
    const double margin = 1e-9;
    int first = (int)floor(band->lower / band->spacing + margin) + 1;
    int last = (int)ceil(band->upper / band->spacing - margin) - 1;
    return (struct mel_filter){.first = first, .count = last - first + 1};
}

static struct mel_filter cover(const struct band *band, int bins)
{
    struct mel_filter filter = bins_inside(band);
    if (filter.count > 0)
        return filter;
    int below = (int)floor(band->peak / band->spacing);
    return (struct mel_filter){.first = below < bins - 1 ? below : bins - 2, .count = 2};
}

static double weight(const struct band *band, int bin)
{
    if (bins_inside(band).count <= 0) { /* interpolated, times the triangle's area in bins */
        double area = (band->upper - band->lower) / band->spacing / 2;
        return fmax(0, 1 - fabs(band->peak / band->spacing - bin)) * area;
    }
    double mel = mel_from_hz(SER_MEL_HTK, bin * band->spacing);
    double lower = mel_from_hz(SER_MEL_HTK, band->lower);
    double peak = mel_from_hz(SER_MEL_HTK, band->peak);
    double upper = mel_from_hz(SER_MEL_HTK, band->upper);
    return fmax(0, fmin((mel - lower) / (peak - lower), (upper - mel) / (upper - peak)));
}

static ser_status build_bank(struct mel_bank *bank, const ser_features_settings *settings,
                             ser_error *error)
{
    ser_status status = mel_bank_begin(bank, settings->bands, settings->fft / 2 + 1, error);
    if (status)
        return status;
    for (int b = 0; b < bank->bands; b++) {
        struct band band = band_at(settings, b);
        bank->filters[b] = cover(&band, bank->bins);
    }
    status = mel_bank_place_weights(bank, error);
    if (status)
        return status;
    for (int b = 0; b < bank->bands; b++) {
        struct band band = band_at(settings, b);
        const struct mel_filter *filter = &bank->filters[b];
        for (int i = 0; i < filter->count; i++)
            bank->weights[filter->start + (size_t)i] = (float)weight(&band, filter->first + i);
    }
    return SER_OK;
}

static void destroy(void *state)
{
    struct kaldi *kaldi = state;
    if (!kaldi)
        return;
    fft_destroy(kaldi->fft);
    mel_bank_release(&kaldi->bank);
    mfcc_table_release(&kaldi->table);
    free(kaldi->window);
    free(kaldi->gains);
    free(kaldi->frame);
    free(kaldi->power);
    free(kaldi->mel);
    free(kaldi->cepstra);
    free(kaldi);
}

static struct column_group group_of(const ser_features_settings *settings)
{
    if (settings->coefficients)
        return (struct column_group){
            .name = "mfcc",
            .unit = "1",
            .formula = "(1 + 11 sin(pi k/22)) times term k of the orthonormal DCT-II of the ln mel "
                       "powers of 16-bit samples",
            .count = settings->coefficients,
        };
    return (struct column_group){
        .name = "fbank",
        .unit = "ln(power)",
        .formula = "ln(max(mel band's power, 2^-23)) of 16-bit samples",
        .count = settings->bands,
    };
}

static ser_status allocate(struct kaldi *kaldi, ser_error *error)
{
    const ser_features_settings *settings = &kaldi->settings;
    size_t bands = (size_t)settings->bands, coefficients = (size_t)settings->coefficients;
    kaldi->window = memory_resize(NULL, (size_t)settings->window, sizeof *kaldi->window);
    kaldi->gains = memory_resize(NULL, coefficients + 1, sizeof *kaldi->gains);
    kaldi->frame = lanes_allocate((size_t)settings->fft);
    kaldi->power = lanes_allocate((size_t)settings->fft / 2 + 1);
    kaldi->mel = lanes_allocate(bands);
    kaldi->cepstra = lanes_allocate(coefficients);
    if (!kaldi->window || !kaldi->gains || !kaldi->frame || !kaldi->power || !kaldi->mel ||
        !kaldi->cepstra)
        return error_memory(error, "preparing features");
    return SER_OK;
}

static ser_status create(void **state, const ser_features_settings *settings, ser_error *error)
{
    *state = NULL;
    struct kaldi *kaldi = calloc(1, sizeof *kaldi);
    if (!kaldi)
        return error_memory(error, "preparing features");
    kaldi->settings = *settings;
    kaldi->group = group_of(settings);
    ser_status status = allocate(kaldi, error);
    if (!status)
        status = fft_create(&kaldi->fft, settings->fft, error);
    if (!status)
        status = build_bank(&kaldi->bank, settings, error);
    if (!status && settings->coefficients)
        status = mfcc_table_build(&kaldi->table, settings->bands, settings->coefficients, 0, error);
    if (status) {
        destroy(kaldi);
        return status;
    }
    window_fill(WINDOW_POVEY, kaldi->window, settings->window);
    for (int n = 0; n < settings->window; n++)
        kaldi->window[n] *= sample_steps;
    for (int k = 0; k < settings->coefficients; k++)
        kaldi->gains[k] = (float)(1 + settings->lifter / 2.0 * sin(M_PI * k / settings->lifter));
    *state = kaldi;
    return SER_OK;
}

static const struct column_group *columns(const void *state, int *groups)
{
    const struct kaldi *kaldi = state;
    *groups = 1;
    return &kaldi->group;
}

static struct frame_grid grid(const void *state, size_t count)
{
    const ser_features_settings *settings = &((const struct kaldi *)state)->settings;
    size_t window = (size_t)settings->window, hop = (size_t)settings->hop;
    return (struct frame_grid){
        .frames = count < window ? count > 0 : 1 + (count - window) / hop,
        .step = (double)settings->hop / settings->rate,
        .length = (double)settings->window / settings->rate,
    };
}

/* In four sums, whose additions need not wait for one another. */
LANES_INLINE lanes mean_of(const lanes *values, int count)
{
    lanes sums[4] = {0};
    int n = 0;
    for (; n + 4 <= count; n += 4)
        for (int i = 0; i < 4; i++)
            sums[i] += values[n + i];
    for (; n < count; n++)
        sums[0] += values[n];
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) / (float)count;
}

/* Mean, pre-emphasis and window, in place. */
LANES_DISPATCH
static void condition(const float *restrict window, int count, lanes *restrict frame)
{
    lanes mean = mean_of(frame, count), previous = frame[0] - mean;
    for (int n = 0; n < count; n++) {
        lanes x = frame[n] - mean;
        frame[n] = (x - pre_emphasis * previous) * window[n];
        previous = x;
    }
}

LANES_DISPATCH
static void take_logarithm(lanes *mel, int bands)
{
    for (int b = 0; b < bands; b++)
        mel[b] = lanes_log(lanes_max(mel[b], lanes_all(FLT_EPSILON)));
}

static void take_cepstrum(struct kaldi *kaldi)
{
    mfcc_table_apply(&kaldi->table, kaldi->mel, kaldi->cepstra);
    for (int k = 0; k < kaldi->settings.coefficients; k++)
        kaldi->cepstra[k] *= kaldi->gains[k];
}

static ser_status run(void *state, const float *samples, size_t count, float *values,
                      ser_error *error)
{
    (void)error;
    struct kaldi *kaldi = state;
    const ser_features_settings *settings = &kaldi->settings;
    size_t frames = grid(kaldi, count).frames, stride = (size_t)kaldi->group.count;
    for (size_t t = 0; t < frames; t += LANES) {
        size_t left = frames - t;
        lanes_gather(samples, count, (ptrdiff_t)t * settings->hop, settings->hop, settings->window,
                     kaldi->frame);
        condition(kaldi->window, settings->window, kaldi->frame);
        fft_power(kaldi->fft, kaldi->frame, kaldi->power);
        mel_bank_apply(&kaldi->bank, kaldi->power, kaldi->mel);
        take_logarithm(kaldi->mel, settings->bands);
        if (settings->coefficients)
            take_cepstrum(kaldi);
        lanes_to_rows(settings->coefficients ? kaldi->cepstra : kaldi->mel, kaldi->group.count,
                      left < LANES ? (int)left : LANES, values + t * stride, stride);
    }
    return SER_OK;
}

static void shared_defaults(ser_features_settings *settings)
{
    settings->window = settings->rate * 25 / 1000;
    settings->hop = settings->rate / 100;
    settings->fft = 1;
    while (settings->fft < settings->window)
        settings->fft *= 2;
    settings->low = 20;
    settings->high = settings->rate / 2.0;
    settings->scale = SER_MEL_HTK;
    settings->norm = SER_MEL_NORM_NONE;
    settings->floor = FLT_EPSILON;
    settings->normalise = SER_NORMALISE_NONE;
}

static void fbank80_defaults(ser_features_settings *settings)
{
    shared_defaults(settings);
    settings->bands = 80;
}

static void mfcc13_defaults(ser_features_settings *settings)
{
    shared_defaults(settings);
    settings->bands = 23;
    settings->coefficients = 13;
    settings->lifter = 22;
}

/* Nothing is centred, nor looks beyond its window. */
static int is_local(const ser_features_settings *settings)
{
    (void)settings;
    return 1;
}

const struct ser_feature_set kaldi_fbank80 = {
    .name = "kaldi-fbank80",
    .summary = "log-mel filterbank of 80 bands by Kaldi's conventions",
    .source = "Kaldi compute-fbank-feats --num-mel-bins=80 --dither=0",
    .min_rate = 6000,
    .takes = TAKEN,
    .defaults = fbank80_defaults,
    .create = create,
    .destroy = destroy,
    .columns = columns,
    .grid = grid,
    .run = run,
    .is_local = is_local,
    .functionals = "mean,stddev",
};

const struct ser_feature_set kaldi_mfcc13 = {
    .name = "kaldi-mfcc13",
    .summary = "13 mel-frequency cepstral coefficients by Kaldi's conventions",
    .source = "Kaldi compute-mfcc-feats --use-energy=false --dither=0",
    .min_rate = 4000,
    .takes = TAKEN,
    .defaults = mfcc13_defaults,
    .create = create,
    .destroy = destroy,
    .columns = columns,
    .grid = grid,
    .run = run,
    .is_local = is_local,
    .functionals = "mean,stddev",
};

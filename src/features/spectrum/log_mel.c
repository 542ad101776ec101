#include "features/spectrum/log_mel.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/settings.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/normalise.h"
#include "features/spectrum/stft.h"

struct log_mel {
    ser_features_settings settings;
    struct stft *stft;
    struct mel_bank bank;
    lanes *power; // (bins), of the current frames
    lanes *mel;   // (bands)
    double *sums; // (2, bands), scratch of the normaliser
    struct column_group group;
};

static void defaults(ser_features_settings *s)
{
    s->window = s->rate / 40;
    s->hop = s->rate / 100;
    s->fft = 16;
    while (s->fft < s->window)
        s->fft *= 2;
    s->bands = 64;
    s->low = 40;
    s->high = 7800;
    s->scale = SER_MEL_HTK;
    s->norm = SER_MEL_NORM_SLANEY;
    s->floor = 1e-8;
    s->normalise = SER_NORMALISE_NONE;
    s->offset = 0.5;
}

static void destroy(void *state)
{
    struct log_mel *log_mel = state;
    if (!log_mel)
        return;
    stft_destroy(log_mel->stft);
    mel_bank_release(&log_mel->bank);
    free(log_mel->power);
    free(log_mel->mel);
    free(log_mel->sums);
    free(log_mel);
}

static struct column_group describe(const ser_features_settings *settings)
{
    int normalised = settings->normalise == SER_NORMALISE_UTTERANCE;
    return (struct column_group){
        .name = "logmel",
        .unit = normalised ? "1" : "ln(power)",
        .formula = normalised ? "ln(sum of weight * |X|^2 + floor), less its mean over time, over "
                                "its deviation + offset"
                              : "ln(sum over the band's bins of weight * |X|^2 + floor)",
        .count = settings->bands,
    };
}

static ser_status create(void **state, const ser_features_settings *settings, ser_error *error)
{
    *state = NULL;
    struct log_mel *log_mel = calloc(1, sizeof *log_mel);
    if (!log_mel)
        return error_memory(error, "preparing features");
    log_mel->settings = *settings;
    log_mel->group = describe(settings);
    struct stft_layout layout = stft_layout_of(settings, WINDOW_HANN);
    ser_status status = stft_create(&log_mel->stft, &layout, error);
    if (!status)
        status = mel_bank_build(&log_mel->bank, settings, error);
    if (status)
        goto fail;
    log_mel->power = lanes_allocate((size_t)stft_bins(log_mel->stft));
    log_mel->mel = lanes_allocate((size_t)settings->bands);
    log_mel->sums = memory_resize(NULL, 2 * (size_t)settings->bands, sizeof *log_mel->sums);
    if (!log_mel->power || !log_mel->mel || !log_mel->sums) {
        status = error_memory(error, "preparing features");
        goto fail;
    }
    *state = log_mel;
    return SER_OK;

fail:
    destroy(log_mel);
    return status;
}

static const struct column_group *columns(const void *state, int *groups)
{
    const struct log_mel *log_mel = state;
    *groups = 1;
    return &log_mel->group;
}

static struct frame_grid grid(const void *state, size_t count)
{
    const struct log_mel *log_mel = state;
    return stft_grid(log_mel->stft, count, log_mel->settings.rate);
}

LANES_DISPATCH
static void take_logarithm(lanes *mel, int bands, float floor)
{
    for (int band = 0; band < bands; band++)
        mel[band] = lanes_log(mel[band] + floor);
}

static ser_status run(void *state, const float *samples, size_t count, float *values,
                      ser_error *error)
{
    (void)error;
    struct log_mel *log_mel = state;
    int bands = log_mel->settings.bands;
    size_t frames = stft_frames(log_mel->stft, count);
    for (size_t t = 0; t < frames; t += LANES) {
        int present = frames - t < LANES ? (int)(frames - t) : LANES;
        stft_power(log_mel->stft, samples, count, t, log_mel->power);
        mel_bank_apply(&log_mel->bank, log_mel->power, log_mel->mel);
        take_logarithm(log_mel->mel, bands, (float)log_mel->settings.floor);
        lanes_to_rows(log_mel->mel, bands, present, values + t * (size_t)bands, (size_t)bands);
    }
    if (log_mel->settings.normalise == SER_NORMALISE_UTTERANCE)
        normalise_utterance(values, frames, bands, log_mel->settings.offset, log_mel->sums);
    return SER_OK;
}

static int is_local(const ser_features_settings *settings)
{
    return !settings->centred && settings->normalise == SER_NORMALISE_NONE;
}

const struct ser_feature_set logmel64 = {
    .name = "logmel64",
    .summary = "logarithm of the power in mel bands: what the networks hear",
    .source = "ser; the mel scale of HTK",
    .min_rate = 15600,
    .takes = SETTING_BIT(SETTING_WINDOW) | SETTING_BIT(SETTING_HOP) | SETTING_BIT(SETTING_FFT) |
             SETTING_BIT(SETTING_CENTRED) | SETTING_BIT(SETTING_BANDS) | SETTING_BIT(SETTING_LOW) |
             SETTING_BIT(SETTING_HIGH) | SETTING_BIT(SETTING_SCALE) | SETTING_BIT(SETTING_NORM) |
             SETTING_BIT(SETTING_FLOOR) | SETTING_BIT(SETTING_NORMALISE) |
             SETTING_BIT(SETTING_OFFSET),
    .defaults = defaults,
    .create = create,
    .destroy = destroy,
    .columns = columns,
    .grid = grid,
    .run = run,
    .is_local = is_local,
    .functionals = "mean,stddev",
};

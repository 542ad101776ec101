#include "features/log_mel.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/mel.h"
#include "features/stft.h"

struct log_mel {
    struct stft *stft;
    struct mel_bank bank;
    float floor;
    float *power; // (bins), of the current frame
};

ser_status log_mel_create(struct log_mel **result, const ser_features_settings *settings,
                          ser_error *error)
{
    *result = NULL;
    struct log_mel *log_mel = calloc(1, sizeof *log_mel);
    if (!log_mel)
        return error_memory(error, "preparing features");
    struct stft_layout layout = {
        .kind = WINDOW_HANN,
        .window = settings->window,
        .hop = settings->hop,
        .fft = settings->fft,
        .centred = settings->centred,
    };
    ser_status status = stft_create(&log_mel->stft, &layout, error);
    if (status)
        goto fail;
    status = mel_bank_build(&log_mel->bank, settings, error);
    if (status)
        goto fail;
    log_mel->floor = (float)settings->floor;
    log_mel->power = calloc((size_t)stft_bins(log_mel->stft), sizeof *log_mel->power);
    if (!log_mel->power) {
        status = error_memory(error, "preparing features");
        goto fail;
    }
    *result = log_mel;
    return SER_OK;

fail:
    log_mel_destroy(log_mel);
    return status;
}

void log_mel_destroy(struct log_mel *log_mel)
{
    if (!log_mel)
        return;
    stft_destroy(log_mel->stft);
    mel_bank_release(&log_mel->bank);
    free(log_mel->power);
    free(log_mel);
}

size_t log_mel_frames(const struct log_mel *log_mel, size_t count)
{
    return stft_frames(log_mel->stft, count);
}

void log_mel_run(struct log_mel *log_mel, const float *samples, size_t count, float *values)
{
    size_t frames = log_mel_frames(log_mel, count);
    int bands = log_mel->bank.bands;
    for (size_t t = 0; t < frames; t++) {
        float *row = values + t * (size_t)bands;
        stft_power(log_mel->stft, samples, count, t, log_mel->power);
        mel_bank_apply(&log_mel->bank, log_mel->power, row);
        for (int band = 0; band < bands; band++)
            row[band] = logf(row[band] + log_mel->floor);
    }
}

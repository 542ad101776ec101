#include "features/stft.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "features/fft.h"

struct stft {
    struct stft_layout layout;
    struct fft *fft;
    float *window;  // (layout.window)
    float *frame;   // (layout.fft), the windowed samples with zeros around them
    float *covered; // into frame, where the window lies
    size_t lead;    // samples by which the window of frame 0 begins before sample 0
};

static ser_status check_layout(const struct stft_layout *layout, ser_error *error)
{
    if (!window_name(layout->kind))
        return error_set(error, SER_ERROR_ARGUMENT, "window kind is %d, expected 0 to %d",
                         (int)layout->kind, WINDOW_KINDS - 1);
    if (layout->window < 1 || layout->window > layout->fft)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "window is %d samples, expected 1 to the FFT size %d", layout->window,
                         layout->fft);
    if (layout->hop < 1)
        return error_set(error, SER_ERROR_ARGUMENT, "hop is %d samples, expected at least 1",
                         layout->hop);
    return SER_OK;
}

ser_status stft_create(struct stft **result, const struct stft_layout *layout, ser_error *error)
{
    *result = NULL;
    ser_status status = check_layout(layout, error);
    if (status)
        return status;
    struct stft *stft = calloc(1, sizeof *stft);
    if (!stft)
        return error_memory(error, "preparing spectra");
    stft->layout = *layout;
    status = fft_create(&stft->fft, layout->fft, error);
    if (status)
        goto fail;
    stft->window = calloc((size_t)layout->window, sizeof *stft->window);
    stft->frame = calloc((size_t)layout->fft, sizeof *stft->frame);
    if (!stft->window || !stft->frame) {
        status = error_memory(error, "preparing spectra");
        goto fail;
    }
    window_fill(layout->kind, stft->window, layout->window);
    int before = layout->centred ? (layout->fft - layout->window) / 2 : 0;
    stft->covered = stft->frame + before;
    stft->lead = layout->centred ? (size_t)(layout->fft / 2 - before) : 0;
    *result = stft;
    return SER_OK;

fail:
    stft_destroy(stft);
    return status;
}

void stft_destroy(struct stft *stft)
{
    if (!stft)
        return;
    fft_destroy(stft->fft);
    free(stft->window);
    free(stft->frame);
    free(stft);
}

int stft_bins(const struct stft *stft)
{
    return fft_bins(stft->fft);
}

size_t stft_frames(const struct stft *stft, size_t count)
{
    size_t window = (size_t)stft->layout.window;
    size_t hop = (size_t)stft->layout.hop;
    if (count == 0)
        return 0;
    if (stft->layout.centred)
        return 1 + count / hop;
    return count < window ? 1 : 1 + (count - window) / hop;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Writes the windowed samples of one frame into stft->frame. What lies around the window there
 * was zeroed once and stays so. */
static void cut(struct stft *stft, const float *samples, size_t count, size_t frame)
{
    size_t length = (size_t)stft->layout.window;
    /* The window covers samples start-lead … start-lead+length-1; of these, values from … to-1 of
     * the window meet sound. */
    size_t start = frame * (size_t)stft->layout.hop;
    size_t from = start < stft->lead ? smaller(stft->lead - start, length) : 0;
    size_t first = start + from - stft->lead;
    size_t to = first < count ? from + smaller(count - first, length - from) : from;

    float *restrict output = stft->covered;
    memset(output, 0, from * sizeof *output);
    if (from < to) {
        const float *restrict window = stft->window;
        const float *restrict input = samples + first;
        for (size_t i = from; i < to; i++)
            output[i] = input[i - from] * window[i];
    }
    memset(output + to, 0, (length - to) * sizeof *output);
}

void stft_power(struct stft *stft, const float *samples, size_t count, size_t frame, float *power)
{
    cut(stft, samples, count, frame);
    fft_power(stft->fft, stft->frame, power);
}

void stft_magnitude(struct stft *stft, const float *samples, size_t count, size_t frame,
                    float *magnitude)
{
    cut(stft, samples, count, frame);
    fft_magnitude(stft->fft, stft->frame, magnitude);
}

void stft_power_spectrogram(struct stft *stft, const float *samples, size_t count, float *power)
{
    size_t frames = stft_frames(stft, count), bins = (size_t)stft_bins(stft);
    for (size_t t = 0; t < frames; t++)
        stft_power(stft, samples, count, t, power + t * bins);
}

void stft_magnitude_spectrogram(struct stft *stft, const float *samples, size_t count,
                                float *magnitude)
{
    size_t frames = stft_frames(stft, count), bins = (size_t)stft_bins(stft);
    for (size_t t = 0; t < frames; t++)
        stft_magnitude(stft, samples, count, t, magnitude + t * bins);
}

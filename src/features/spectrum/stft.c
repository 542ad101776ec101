#include "features/spectrum/stft.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/spectrum/fft.h"

struct stft {
    struct stft_layout layout;
    struct fft *fft;
    float *window;   // (layout.window)
    lanes *frames;   // (layout.fft), the windowed samples with zeros around them
    lanes *covered;  // into frames, where the window lies
    ptrdiff_t start; // of the window of frame 0, in samples
};

struct stft_layout stft_layout_of(const ser_features_settings *settings, enum window_kind kind)
{
    return (struct stft_layout){
        .kind = kind,
        .window = settings->window,
        .hop = settings->hop,
        .fft = settings->fft,
        .centred = settings->centred,
    };
}

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
    stft->window = memory_resize(NULL, (size_t)layout->window, sizeof *stft->window);
    stft->frames = lanes_allocate((size_t)layout->fft);
    if (!stft->window || !stft->frames) {
        status = error_memory(error, "preparing spectra");
        goto fail;
    }
    window_fill(layout->kind, stft->window, layout->window);
    int before = layout->centred ? (layout->fft - layout->window) / 2 : 0;
    stft->covered = stft->frames + before;
    stft->start = layout->centred ? before - layout->fft / 2 : 0;
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
    free(stft->frames);
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

struct frame_grid stft_grid(const struct stft *stft, size_t count, int rate)
{
    return (struct frame_grid){
        .frames = stft_frames(stft, count),
        .first = (double)stft->start / rate,
        .step = (double)stft->layout.hop / rate,
        .length = (double)stft->layout.window / rate,
    };
}

void stft_power(struct stft *stft, const float *samples, size_t count, size_t first, lanes *power)
{
    int length = stft->layout.window, hop = stft->layout.hop;
    ptrdiff_t start = stft->start + (ptrdiff_t)first * hop;
    lanes_gather(samples, count, start, hop, length, stft->covered);
    lanes_weigh(stft->covered, stft->window, length);
    fft_power(stft->fft, stft->frames, power);
}

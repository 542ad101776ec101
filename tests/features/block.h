/* One frame through code that works on LANES frames side by side: it lies in one lane, and the
 * others hold what must not matter. */
#ifndef TESTS_FEATURES_BLOCK_H
#define TESTS_FEATURES_BLOCK_H

#include <stdlib.h>

#include "features/spectrum/fft.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/stft.h"
#include "near.h"

enum { BLOCK_LANE = 5 };

/* The caller frees the result. */
static inline lanes *block_with(const float *values, int count)
{
    lanes *block = lanes_allocate((size_t)count);
    assert_non_null(block);
    for (int i = 0; i < count; i++)
        for (int lane = 0; lane < LANES; lane++)
            block[i][lane] = lane == BLOCK_LANE ? values[i] : (float)((i * 7 + lane) % 11);
    return block;
}

static inline void block_take(const lanes *block, int count, float *values)
{
    for (int i = 0; i < count; i++)
        values[i] = block[i][BLOCK_LANE];
}

/* |X|^2 of one frame of the FFT's size. */
static inline void block_fft_power(struct fft *fft, const float *frame, float *power)
{
    int bins = fft_bins(fft);
    lanes *frames = block_with(frame, 2 * (bins - 1)), *powers = lanes_allocate((size_t)bins);
    fft_power(fft, frames, powers);
    block_take(powers, bins, power);
    free(frames);
    free(powers);
}

static inline void block_mel_apply(const struct mel_bank *bank, const float *power, float *mel)
{
    lanes *powers = block_with(power, bank->bins), *mels = lanes_allocate((size_t)bank->bands);
    mel_bank_apply(bank, powers, mels);
    block_take(mels, bank->bands, mel);
    free(powers);
    free(mels);
}

/* power: (frames, bins) */
static inline void block_spectrogram(struct stft *stft, const float *samples, size_t count,
                                     float *power)
{
    size_t frames = stft_frames(stft, count), bins = (size_t)stft_bins(stft);
    lanes *powers = lanes_allocate(bins);
    for (size_t t = 0; t < frames; t += LANES) {
        int present = frames - t < LANES ? (int)(frames - t) : LANES;
        stft_power(stft, samples, count, t, powers);
        lanes_to_rows(powers, (int)bins, present, power + t * bins, bins);
    }
    free(powers);
}

#endif

/* Short-time Fourier transform: sound is cut into overlapping frames, each is multiplied by a
 * window and transformed, LANES neighbouring frames side by side.
 *
 * Where frame t lies, for a window of W samples, a hop of H and an FFT of N:
 *   not centred: the window covers samples tH … tH+W-1. N-W zeros follow it in the FFT frame.
 *   centred:     the FFT frame covers samples tH-N/2 … tH+N/2-1 and the window lies in its middle,
 *                after (N-W)/2 zeros (rounded down), so that its peak meets sample tH. Samples
 *                before the start and beyond the end count as 0. This is what librosa.stft does
 *                with center=True, pad_mode="constant".
 */
#ifndef FEATURES_STFT_H
#define FEATURES_STFT_H

#include <stddef.h>

#include "features/lanes.h"
#include "features/set.h"
#include "features/spectrum/window.h"
#include "ser/features.h"
#include "ser/status.h"

/* How the frames are cut; see ser_features_settings for the units. */
struct stft_layout {
    enum window_kind kind;
    int window;  /* samples, 1 to fft */
    int hop;     /* samples, at least 1 */
    int fft;     /* samples, see fft_size_is_supported */
    int centred; /* 0 or 1 */
};

struct stft_layout stft_layout_of(const ser_features_settings *settings, enum window_kind kind);

struct stft;

ser_status stft_create(struct stft **stft, const struct stft_layout *layout, ser_error *error);
void stft_destroy(struct stft *stft);

/* fft/2 + 1 */
int stft_bins(const struct stft *stft);

/* Frames that `count` samples give: 0 for none; else 1 + count/hop when centred, or when not
 * 1 + (count-window)/hop, at least 1. What is left over at the end is dropped. */
size_t stft_frames(const struct stft *stft, size_t count);

/* The same with the times at `rate` Hz. */
struct frame_grid stft_grid(const struct stft *stft, size_t count, int rate);

/* |X|^2 of frames first … first+LANES-1; lanes beyond the last frame hold values of no meaning.
 * power: (bins). */
void stft_power(struct stft *stft, const float *samples, size_t count, size_t first, lanes *power);

#endif

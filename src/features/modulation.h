/* How fast sound swells and fades: the spectrum, over time, of how the level of each band goes.
 * Syllables come and go at 3 to 8 Hz, trembling and roughness lie above, phrases below; who is
 * angry or afraid speaks in another rhythm than who is sad. (Modulation spectra: Greenberg &
 * Kingsbury, ICASSP 1997; for emotion: Wu, Falk & Chan, Speech Communication 53(5), 2011.)
 *
 * The trajectory of a band, less its mean over the recording, is cut into blocks of
 * MODULATION_BLOCK frames, side by side; the last one, or the only one, is filled up with zeros.
 * P[k] is the power of bin k of a block's spectrum, summed over the blocks and divided by the
 * number of frames. For each range of modulation frequency m = ln(mean of P[k] over the range's
 * bins + 1e-6).
 */
#ifndef FEATURES_MODULATION_H
#define FEATURES_MODULATION_H

#include <stddef.h>

#include "ser/status.h"

enum {
    MODULATION_BLOCK = 1024, /* frames: 10.24 s at 10 ms */
    MODULATION_RANGES = 5,   /* octaves: 1–2, 2–4, 4–8, 8–16, 16–32 Hz */
};

struct modulation;

/* step: seconds from one frame to the next, at most 1/64, so that 32 Hz can be seen. Holds scratch
 * memory: one per thread. */
ser_status modulation_create(struct modulation **modulation, double step, ser_error *error);
void modulation_destroy(struct modulation *modulation);

/* Of `bands` bands: value of band b in frame t is levels[t * stride + b]. output: (bands,
 * MODULATION_RANGES). At least one frame. */
void modulation_run(struct modulation *modulation, const float *levels, size_t frames, int bands,
                    size_t stride, float *output);

#endif

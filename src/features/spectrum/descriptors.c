#include "features/spectrum/descriptors.h"

#include <string.h>

#include "features/spectrum/chroma.h"
#include "features/spectrum/decibel.h"
#include "features/spectrum/spectral_shape.h"
#include "features/spectrum/time_domain.h"
#include "features/spectrum/tonnetz.h"

/* A function of the samples of each frame. */
static void measure_samples(const struct frame_block *block, lanes *column,
                            float (*describe)(const float *, size_t, ptrdiff_t, int))
{
    int hop = block->settings->hop, length = block->settings->window;
    ptrdiff_t start = (ptrdiff_t)block->first * hop - length / 2;
    for (int lane = 0; lane < block->present; lane++)
        (*column)[lane] =
            describe(block->samples, block->count, start + (ptrdiff_t)lane * hop, length);
}

static void measure_zero_crossings(const struct frame_block *block, lanes *columns)
{
    measure_samples(block, columns, zero_crossing_rate);
}

static void measure_rms(const struct frame_block *block, lanes *columns)
{
    measure_samples(block, columns, root_mean_square);
}

static void measure_chroma(const struct frame_block *block, lanes *columns)
{
    memcpy(columns, block->chroma, CHROMA_CLASSES * sizeof *columns);
}

static void measure_tonnetz(const struct frame_block *block, lanes *columns)
{
    tonnetz_apply(block->chroma, columns);
}

static void measure_mel(const struct frame_block *block, lanes *columns)
{
    memcpy(columns, block->mel, (size_t)block->settings->bands * sizeof *columns);
}

static void measure_magnitude(const struct frame_block *block, lanes *columns)
{
    memcpy(columns, block->magnitude, (size_t)block->bins * sizeof *columns);
}

static void measure_centroid(const struct frame_block *block, lanes *columns)
{
    spectral_centroid(block->magnitude, block->bins, block->spacing, columns);
}

static void measure_bandwidth(const struct frame_block *block, lanes *columns)
{
    lanes centroid;
    spectral_centroid(block->magnitude, block->bins, block->spacing, &centroid);
    spectral_bandwidth(block->magnitude, block->bins, block->spacing, &centroid, columns);
}

static void measure_rolloff(const struct frame_block *block, lanes *columns)
{
    spectral_rolloff(block->magnitude, block->bins, block->spacing, columns);
}

static void measure_flatness(const struct frame_block *block, lanes *columns)
{
    spectral_flatness(block->power, block->bins, columns);
}

static void finish_levels(const struct frame_block *block, lanes *columns)
{
    decibel_clip(block->levels, block->settings->bands, block->largest_level, columns);
}

static void finish_mfcc(const struct frame_block *block, lanes *columns)
{
    decibel_clip(block->levels, block->settings->bands, block->largest_level, block->levels);
    mfcc_table_apply(block->mfcc_table, block->levels, columns);
}

static void finish_contrast(const struct frame_block *block, lanes *columns)
{
    contrast_subtract(block->contrast, block->peaks, block->valleys, block->largest_peak,
                      block->largest_valley, columns);
}

/* All numbers are per frame. |X| and |X|^2: magnitude and power of the spectrum. */
const struct descriptor descriptors[DESCRIPTORS] = {
    [ZERO_CROSSINGS] = {{"zcr", "1", "share of samples whose sign differs from the sample before",
                         1, 0},
                        .measure = measure_zero_crossings},
    [CHROMA] = {{"chroma", "1",
                 "|X|^2 summed over the bins near a pitch class (0: C), over the largest of the 12",
                 CHROMA_CLASSES, 0},
                .from = FROM_CHROMA,
                .measure = measure_chroma},
    [MFCC] = {{"mfcc", "dB", "orthonormal DCT-II of the mel bands' power in dB (80 dB of range)", 0,
               0},
              .from = FROM_MEL | FROM_LEVELS,
              .finish = finish_mfcc},
    [MFCC_DELTA] =
        {{"mfcc_delta", "dB/frame",
          "sum of j mfcc[t+j] / sum of j^2, j = -4 ... 4: the slope of a line over 9 frames", 0, 0},
         .derivative = 1},
    [MFCC_DELTA2] = {{"mfcc_delta2", "dB/frame^2",
                      "the second derivative of a parabola fitted to mfcc over 9 frames", 0, 0},
                     .derivative = 2},
    [RMS] = {{"rms", "1", "root of the mean of x^2 over the frame", 1, 0}, .measure = measure_rms},
    [MEL] = {{"mel", "power", "|X|^2 summed over the band's bins, weighted by a triangle of area 1",
              0, 0},
             .from = FROM_MEL,
             .measure = measure_mel},
    [MEL_LEVELS] = {{"logmel", "dB",
                     "10 lg max(mel, 1e-10), at most 80 dB under the largest of the recording", 0,
                     0},
                    .from = FROM_MEL | FROM_LEVELS,
                    .finish = finish_levels},
    [MAGNITUDE] = {{"stft", "1", "|X| of bin k, at k * rate / fft Hz", 0, 0},
                   .from = FROM_MAGNITUDE,
                   .measure = measure_magnitude},
    [CENTROID] = {{"centroid", "Hz", "mean of f, weighted by |X|", 1, 0},
                  .from = FROM_MAGNITUDE,
                  .measure = measure_centroid},
    [BANDWIDTH] = {{"bandwidth", "Hz", "root of the mean of (f - centroid)^2, weighted by |X|", 1,
                    0},
                   .from = FROM_MAGNITUDE,
                   .measure = measure_bandwidth},
    [ROLLOFF] = {{"rolloff", "Hz", "least f up to which |X| sums to 0.85 of the whole", 1, 0},
                 .from = FROM_MAGNITUDE,
                 .measure = measure_rolloff},
    [FLATNESS] = {{"flatness", "1", "geometric over arithmetic mean of max(|X|^2, 1e-10)", 1, 0},
                  .measure = measure_flatness},
    [CONTRAST] = {{"contrast", "dB",
                   "10 lg of the mean of the upper 2 % of |X| over that of the lower 2 %, in bands "
                   "from 0, 200, 400, 800, 1600, 3200, 6400 Hz",
                   CONTRAST_BANDS, 0},
                  .from = FROM_MAGNITUDE | FROM_CONTRAST,
                  .finish = finish_contrast},
    [TONNETZ] =
        {{"tonnetz", "1",
          "chroma over its sum, as a point on the circles of fifths, minor and major thirds",
          TONNETZ_COLUMNS, 0},
         .from = FROM_CHROMA,
         .measure = measure_tonnetz},
};

int descriptor_columns(enum descriptor_id id, const ser_features_settings *settings)
{
    if (id == MEL || id == MEL_LEVELS)
        return settings->bands;
    if (id == MAGNITUDE)
        return settings->fft / 2 + 1;
    int count = descriptors[id].group.count;
    return count ? count : settings->coefficients;
}

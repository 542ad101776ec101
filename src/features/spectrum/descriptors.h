/* The descriptors that the sets of classic.c are made of: what each is called, what it is computed
 * from, and how. A descriptor is one column of frames or several of a kind, by librosa's
 * conventions; the formulae are in the headers of the parts (mfcc.h, chroma.h, contrast.h …).
 *
 * A descriptor is a small function of a block of frames; descriptor_pass.c goes over a recording
 * block by block and computes what several descriptors share only once.
 */
#ifndef FEATURES_DESCRIPTORS_H
#define FEATURES_DESCRIPTORS_H

#include <stddef.h>

#include "features/lanes.h"
#include "features/set.h"
#include "features/spectrum/contrast.h"
#include "features/spectrum/mfcc.h"
#include "ser/features.h"

enum descriptor_id {
    ZERO_CROSSINGS,
    CHROMA,
    MFCC,
    MFCC_DELTA,
    MFCC_DELTA2,
    RMS,
    MEL,
    MEL_LEVELS,
    MAGNITUDE,
    CENTROID,
    BANDWIDTH,
    ROLLOFF,
    FLATNESS,
    CONTRAST,
    TONNETZ,
    DESCRIPTORS
};

/* What a descriptor is computed from, beside samples and power. */
enum {
    FROM_MAGNITUDE = 1,
    FROM_MEL = 2,
    FROM_CHROMA = 4,
    FROM_LEVELS = 8,   /* of mel bands, in dB */
    FROM_CONTRAST = 16 /* peaks and valleys, in dB */
};

/* LANES neighbouring frames of a recording. What no wanted descriptor is computed from has no
 * meaning. */
struct frame_block {
    const ser_features_settings *settings;
    int bins;      /* of a spectrum */
    float spacing; /* Hz between bins */

    const float *samples; // (count), the whole recording
    size_t count;
    size_t first; /* the block's first frame */
    int present;  /* frames in the block, 1 to LANES; the other lanes have no meaning */

    /* During the pass only. */
    lanes *power, *magnitude; // (bins)
    lanes *mel;               // (settings->bands)
    lanes *chroma;            // (CHROMA_CLASSES)

    /* In dB; kept of each block until the pass is over, … */
    lanes *levels;          // (settings->bands)
    lanes *peaks, *valleys; // (CONTRAST_BANDS)
    /* … when the largest of all blocks are known. */
    float largest_level, largest_peak, largest_valley;

    const struct mfcc_table *mfcc_table;
    const struct contrast *contrast;
};

struct descriptor {
    struct column_group group; /* a count of 0: the settings say how many */
    unsigned from;             /* bits FROM_… */
    int derivative;            /* 1 or 2: of the set's first group, over time; else 0 */
    /* Computes the columns of a block, (group.count), during the pass; NULL: not then. */
    void (*measure)(const struct frame_block *block, lanes *columns);
    /* The same after the pass; may overwrite what was kept of the block. */
    void (*finish)(const struct frame_block *block, lanes *columns);
};

extern const struct descriptor descriptors[DESCRIPTORS];

/* How many columns it has with these settings. */
int descriptor_columns(enum descriptor_id id, const ser_features_settings *settings);

#endif

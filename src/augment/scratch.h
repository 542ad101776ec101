/* Memory that augmentations work in, kept from one sound to the next. One per thread. */
#ifndef AUGMENT_SCRATCH_H
#define AUGMENT_SCRATCH_H

#include <stddef.h>

#include "augment/spectra.h"
#include "features/lanes.h"
#include "ser/status.h"

/* What the blocks of floats are for; whoever calls another function that uses one loses what was in
 * it. */
enum scratch_use {
    SCRATCH_OUTPUT,   /* the sound being made */
    SCRATCH_MIDDLE,   /* a sound on the way to it */
    SCRATCH_ROWS,     /* spectra, frame by frame */
    SCRATCH_RESPONSE, /* of a room */
    SCRATCH_SPECTRUM, /* of that response, or of a filter */
    SCRATCH_USES
};

struct augment_scratch;

ser_status augment_scratch_create(struct augment_scratch **scratch, ser_error *error);
void augment_scratch_destroy(struct augment_scratch *scratch);

/* (count) floats or lanes with undefined values, valid until the next call for the same use; NULL
 * when memory ran out. */
float *scratch_floats(struct augment_scratch *scratch, enum scratch_use use, size_t count);
lanes *scratch_lanes(struct augment_scratch *scratch, size_t count);

/* Spectra of this size, made once and kept; borrowed until the next call. */
ser_status scratch_spectra(struct augment_scratch *scratch, int size, struct spectra **spectra,
                           ser_error *error);

#endif

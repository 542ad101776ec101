#include "augment/scratch.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

enum { MAX_SPECTRA = 8 };

struct augment_scratch {
    float *floats[SCRATCH_USES];
    size_t capacity[SCRATCH_USES];
    lanes *lanes;
    size_t lanes_capacity;
    struct spectra *spectra[MAX_SPECTRA]; /* the latest first */
};

ser_status augment_scratch_create(struct augment_scratch **scratch, ser_error *error)
{
    *scratch = calloc(1, sizeof **scratch);
    return *scratch ? SER_OK : error_memory(error, "preparing augmentation");
}

void augment_scratch_destroy(struct augment_scratch *scratch)
{
    if (!scratch)
        return;
    for (int i = 0; i < SCRATCH_USES; i++)
        free(scratch->floats[i]);
    for (int i = 0; i < MAX_SPECTRA; i++)
        spectra_destroy(scratch->spectra[i]);
    free(scratch->lanes);
    free(scratch);
}

float *scratch_floats(struct augment_scratch *scratch, enum scratch_use use, size_t count)
{
    if (count > scratch->capacity[use] || !scratch->floats[use]) {
        free(scratch->floats[use]); /* nothing in it is wanted any more */
        scratch->capacity[use] = 0;
        scratch->floats[use] = memory_resize(NULL, count, sizeof(float));
        if (!scratch->floats[use])
            return NULL;
        scratch->capacity[use] = count;
    }
    return scratch->floats[use];
}

lanes *scratch_lanes(struct augment_scratch *scratch, size_t count)
{
    if (count > scratch->lanes_capacity || !scratch->lanes) {
        free(scratch->lanes);
        scratch->lanes_capacity = 0;
        scratch->lanes = lanes_allocate(count);
        if (!scratch->lanes)
            return NULL;
        scratch->lanes_capacity = count;
    }
    return scratch->lanes;
}

/* Moves the spectra at `place` to the front. */
static void move_to_front(struct augment_scratch *scratch, int place)
{
    struct spectra *found = scratch->spectra[place];
    for (; place > 0; place--)
        scratch->spectra[place] = scratch->spectra[place - 1];
    scratch->spectra[0] = found;
}

ser_status scratch_spectra(struct augment_scratch *scratch, int size, struct spectra **spectra,
                           ser_error *error)
{
    int place = 0;
    while (place < MAX_SPECTRA - 1 && scratch->spectra[place] &&
           scratch->spectra[place]->size != size)
        place++;
    if (!scratch->spectra[place] || scratch->spectra[place]->size != size) {
        spectra_destroy(scratch->spectra[place]);
        scratch->spectra[place] = NULL;
        ser_status status = spectra_create(&scratch->spectra[place], size, error);
        if (status)
            return status;
    }
    move_to_front(scratch, place);
    *spectra = scratch->spectra[0];
    return SER_OK;
}

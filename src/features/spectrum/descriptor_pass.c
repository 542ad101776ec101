#include "features/spectrum/descriptor_pass.h"

#include <stdlib.h>

#include "base/error.h"
#include "features/spectrum/chroma.h"
#include "features/spectrum/decibel.h"
#include "features/spectrum/delta.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/stft.h"

/* One extractor's state. Banks that the wanted descriptors do not need stay empty. */
struct descriptor_pass {
    ser_features_settings settings;
    const enum descriptor_id *wanted; // (group_count)
    struct column_group groups[DESCRIPTORS];
    int offsets[DESCRIPTORS]; /* of each group's first column */
    int group_count;
    int width;     /* columns of all groups */
    unsigned from; /* what all of them are computed from */

    struct stft *stft;
    struct mel_bank mel_bank;
    struct mfcc_table mfcc_table;
    struct chroma_bank chroma_bank;
    struct contrast contrast;

    size_t frames; /* of the recording */
    struct frame_block block;
    lanes *columns; // (width), of a group of the block

    /* What waits for the end of the pass: levels of mel bands, peaks, valleys. */
    lanes *held; // (blocks, held_width)
    size_t held_blocks;
    int held_width, peaks, valleys; /* the latter two: offsets in a block of `held` */
};

static void lay_out(struct descriptor_pass *pass, const enum descriptor_id *wanted, int count)
{
    const ser_features_settings *settings = &pass->settings;
    pass->wanted = wanted;
    pass->group_count = count;
    for (int g = 0; g < count; g++) {
        const struct descriptor *descriptor = &descriptors[wanted[g]];
        pass->groups[g] = descriptor->group;
        pass->groups[g].count = descriptor_columns(wanted[g], settings);
        pass->offsets[g] = pass->width;
        pass->width += pass->groups[g].count;
        pass->from |= descriptor->from;
    }
    if (pass->from & FROM_LEVELS)
        pass->held_width = settings->bands;
    if (pass->from & FROM_CONTRAST) {
        pass->peaks = pass->held_width;
        pass->valleys = pass->peaks + CONTRAST_BANDS;
        pass->held_width += 2 * CONTRAST_BANDS;
    }
}

void descriptor_pass_destroy(void *state)
{
    struct descriptor_pass *pass = state;
    if (!pass)
        return;
    stft_destroy(pass->stft);
    mel_bank_release(&pass->mel_bank);
    mfcc_table_release(&pass->mfcc_table);
    chroma_bank_release(&pass->chroma_bank);
    contrast_release(&pass->contrast);
    free(pass->block.power);
    free(pass->block.magnitude);
    free(pass->block.mel);
    free(pass->block.chroma);
    free(pass->columns);
    free(pass->held);
    free(pass);
}

static ser_status build_banks(struct descriptor_pass *pass, ser_error *error)
{
    const ser_features_settings *settings = &pass->settings;
    struct stft_layout layout = stft_layout_of(settings, WINDOW_HANN);
    ser_status status = stft_create(&pass->stft, &layout, error);
    if (!status && pass->from & FROM_MEL)
        status = mel_bank_build(&pass->mel_bank, settings, error);
    if (!status && pass->from & FROM_LEVELS && settings->coefficients)
        status = mfcc_table_build(&pass->mfcc_table, settings->bands, settings->coefficients,
                                  settings->lifter, error);
    if (!status && pass->from & FROM_CHROMA)
        status = chroma_bank_build(&pass->chroma_bank, settings->rate, settings->fft, error);
    if (!status && pass->from & FROM_CONTRAST)
        status = contrast_build(&pass->contrast, settings->rate, settings->fft, error);
    return status;
}

static ser_status prepare_block(struct descriptor_pass *pass, ser_error *error)
{
    const ser_features_settings *settings = &pass->settings;
    struct frame_block *block = &pass->block;
    block->settings = settings;
    block->bins = stft_bins(pass->stft);
    block->spacing = (float)settings->rate / (float)settings->fft;
    block->mfcc_table = &pass->mfcc_table;
    block->contrast = &pass->contrast;
    block->power = lanes_allocate((size_t)block->bins);
    block->magnitude = lanes_allocate((size_t)block->bins);
    block->mel = lanes_allocate((size_t)settings->bands);
    block->chroma = lanes_allocate(CHROMA_CLASSES);
    pass->columns = lanes_allocate((size_t)pass->width);
    if (!block->power || !block->magnitude || !block->mel || !block->chroma || !pass->columns)
        return error_memory(error, "preparing features");
    return SER_OK;
}

ser_status descriptor_pass_create(void **state, const ser_features_settings *settings,
                                  const enum descriptor_id *wanted, int count, ser_error *error)
{
    *state = NULL;
    struct descriptor_pass *pass = calloc(1, sizeof *pass);
    if (!pass)
        return error_memory(error, "preparing features");
    pass->settings = *settings;
    lay_out(pass, wanted, count);
    ser_status status = build_banks(pass, error);
    if (!status)
        status = prepare_block(pass, error);
    if (status) {
        descriptor_pass_destroy(pass);
        return status;
    }
    *state = pass;
    return SER_OK;
}

const struct column_group *descriptor_pass_columns(const void *state, int *groups)
{
    const struct descriptor_pass *pass = state;
    *groups = pass->group_count;
    return pass->groups;
}

struct frame_grid descriptor_pass_grid(const void *state, size_t count)
{
    const struct descriptor_pass *pass = state;
    return stft_grid(pass->stft, count, pass->settings.rate);
}

static ser_status begin(struct descriptor_pass *pass, const float *samples, size_t count,
                        ser_error *error)
{
    struct frame_block *block = &pass->block;
    block->samples = samples;
    block->count = count;
    block->largest_level = block->largest_peak = block->largest_valley = DECIBEL_NONE;
    pass->frames = stft_frames(pass->stft, count);
    size_t blocks = pass->frames / LANES + 1, width = (size_t)pass->held_width;
    if (!width || blocks <= pass->held_blocks)
        return SER_OK;
    free(pass->held);
    pass->held_blocks = 0;
    pass->held = blocks <= SIZE_MAX / width ? lanes_allocate(blocks * width) : NULL;
    if (!pass->held)
        return error_set(error, SER_ERROR_MEMORY, "out of memory for %zu frames of features",
                         pass->frames);
    pass->held_blocks = blocks;
    return SER_OK;
}

/* To the block that begins with frame `first`. */
static void move_to(struct descriptor_pass *pass, size_t first)
{
    struct frame_block *block = &pass->block;
    size_t left = pass->frames - first;
    block->first = first;
    block->present = left < LANES ? (int)left : LANES;
    if (!pass->held_width)
        return;
    block->levels = pass->held + first / LANES * (size_t)pass->held_width;
    block->peaks = block->levels + pass->peaks;
    block->valleys = block->levels + pass->valleys;
}

LANES_DISPATCH
static void take_root(const lanes *power, int bins, lanes *magnitude)
{
    for (int k = 0; k < bins; k++)
        magnitude[k] = lanes_sqrt(power[k]);
}

/* What several descriptors of the block share, and what is held of it. */
static void measure_shared(struct descriptor_pass *pass)
{
    struct frame_block *block = &pass->block;
    int bands = pass->settings.bands, present = block->present;
    stft_power(pass->stft, block->samples, block->count, block->first, block->power);
    if (pass->from & FROM_MAGNITUDE)
        take_root(block->power, block->bins, block->magnitude);
    if (pass->from & FROM_MEL)
        mel_bank_apply(&pass->mel_bank, block->power, block->mel);
    if (pass->from & FROM_CHROMA)
        chroma_bank_apply(&pass->chroma_bank, block->power, block->chroma);
    if (pass->from & FROM_LEVELS) {
        decibel_levels(block->mel, bands, block->levels);
        block->largest_level = decibel_largest(block->levels, bands, present, block->largest_level);
    }
    if (pass->from & FROM_CONTRAST) {
        contrast_apply(&pass->contrast, block->magnitude, block->peaks, block->valleys);
        block->largest_peak =
            decibel_largest(block->peaks, CONTRAST_BANDS, present, block->largest_peak);
        block->largest_valley =
            decibel_largest(block->valleys, CONTRAST_BANDS, present, block->largest_valley);
    }
}

/* Columns of group g of the block become rows. */
static void put(const struct descriptor_pass *pass, int g, float *values)
{
    size_t width = (size_t)pass->width;
    lanes_to_rows(pass->columns, pass->groups[g].count, pass->block.present,
                  values + pass->block.first * width + pass->offsets[g], width);
}

static void measure_block(struct descriptor_pass *pass, float *values)
{
    measure_shared(pass);
    for (int g = 0; g < pass->group_count; g++) {
        const struct descriptor *descriptor = &descriptors[pass->wanted[g]];
        if (!descriptor->measure)
            continue;
        descriptor->measure(&pass->block, pass->columns);
        put(pass, g, values);
    }
}

static void finish_block(struct descriptor_pass *pass, float *values)
{
    for (int g = 0; g < pass->group_count; g++) {
        const struct descriptor *descriptor = &descriptors[pass->wanted[g]];
        if (!descriptor->finish)
            continue;
        descriptor->finish(&pass->block, pass->columns);
        put(pass, g, values);
    }
}

static void derive(const struct descriptor_pass *pass, float *values)
{
    for (int g = 1; g < pass->group_count; g++) {
        int order = descriptors[pass->wanted[g]].derivative;
        if (order)
            delta_compute(values, pass->frames, pass->groups[g].count, (size_t)pass->width, order,
                          values + pass->offsets[g]);
    }
}

ser_status descriptor_pass_run(void *state, const float *samples, size_t count, float *values,
                               ser_error *error)
{
    struct descriptor_pass *pass = state;
    ser_status status = begin(pass, samples, count, error);
    if (status)
        return status;
    for (size_t first = 0; first < pass->frames; first += LANES) {
        move_to(pass, first);
        measure_block(pass, values);
    }
    for (size_t first = 0; first < pass->frames && pass->held_width; first += LANES) {
        move_to(pass, first);
        finish_block(pass, values);
    }
    derive(pass, values);
    return SER_OK;
}

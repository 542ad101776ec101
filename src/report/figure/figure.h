/* Figures: recordings side by side, each with the same panels one above the other on one axis of
 * time. All columns share the scales of time, of values and of colours, so that they can be
 * compared: a man and a woman, before and after. */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include "report/canvas.h"
#include "report/figure/panel.h"
#include "ser/audio.h"
#include "ser/status.h"

enum { FIGURE_MAX_SOUNDS = 16, FIGURE_MAX_PANELS = 16 };

#define FIGURE_HIGHEST 8000.0 /* Hz, the default top of frequency axes: speech has little above */

/* One column. */
struct figure_sound {
    const ser_audio *audio; /* of any rate and channels; borrowed */
    const char *caption;    /* above it, any bytes; NULL: none */
};

/* Zero-initialise and set what is wanted. */
struct figure {
    const struct figure_sound *sounds;
    int sound_count; /* 1 to FIGURE_MAX_SOUNDS */
    const struct panel *const *panels;
    int panel_count;   /* 1 to FIGURE_MAX_PANELS */
    const char *title; /* above all; NULL: none */
    double from, to;   /* seconds; a `to` of 0: the end of the longest */
    double highest;    /* Hz; 0: FIGURE_HIGHEST, or half the highest rate if that is less */
    int by_channel;    /* 1: a waveform for each channel */
    int width, height; /* pixels; 0: as fits */
    enum picture_kind kind;

    /* Called when `done` of `total` measurements are made; NULL: nobody wants to know. */
    void (*report)(int done, int total);
};

/* Draws the figure; the caller frees *bytes. A sound that cannot be drawn (see excerpt_take), or
 * that ends before `from`, is ERROR_ARGUMENT with its caption in the sentence; so is a size that
 * has no room for the panels. */
ser_status figure_draw(const struct figure *figure, char **bytes, size_t *size, ser_error *error);

#endif

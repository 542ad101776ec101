/* Recordings as they become by cleaning or augmentation, to be drawn beside what they were. */
#ifndef CLI_PLOT_CHANGES_H
#define CLI_PLOT_CHANGES_H

#include "report/figure/figure.h"

/* What is to be drawn beside each recording; zero-initialise. */
struct plot_changes {
    const char *clean;   /* steps as `ser clean --steps` takes them, or NULL */
    const char *augment; /* a recipe, or steps as `ser augment --steps` takes them, or NULL */
    long long seed;      /* of the augmentation */
};

/* How many columns a recording gets: itself, and one for each change. */
int plot_columns(const struct plot_changes *changes);

/* Makes the changed copies of a recording, in the order cleaned, augmented; audios and captions
 * have room for plot_columns - 1. The caller releases both, on failure too. */
ser_status plot_change(const struct plot_changes *changes, const ser_audio *audio,
                       const char *caption, ser_audio *audios, char **captions, ser_error *error);

#endif

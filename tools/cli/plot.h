/* What the command `plot` draws, and where it puts it. */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H

#include "plot_changes.h"
#include "report/figure/figure.h"

/* Drawing for the command line; zero-initialise. */
struct plot_request {
    const char *out; /* NULL: a name made of what is drawn */
    int force;       /* 1: such a name may be that of a file that exists */
    struct plot_changes changes;
    int rate;               /* Hz to resample to, 0: the recording's own */
    const char *training;   /* log to draw instead of recordings */
    int confusion;          /* 1: a model's confusion matrix instead of recordings */
    const char *model;      /* the model; NULL: the default one */
    struct figure settings; /* of a figure, but for the sounds; size, title and kind for all */
};

/* Each draws one picture, writes it and says so. Returns the command's exit code. */
int plot_sounds(const struct plot_request *request, int count, char **files);
int plot_training(const struct plot_request *request);
int plot_confusion(const struct plot_request *request);

/* Finds the name of the picture: the one that was asked for, or `source` without its folder and
 * ending, with `suffix`, in the current folder, which must be free. Says what is wrong and returns
 * NULL if it is not; else the caller frees it. */
char *plot_name(const struct plot_request *request, const char *source, const char *suffix);

/* Writes the picture, which it frees, whole or not at all, and says so. Returns the exit code. */
int plot_write(const char *path, char *bytes, size_t size, const char *what);

#endif

/* What `ser clean` and `ser augment` share: a recording or a folder of them is read, each sound is
 * changed, and what comes of it is saved elsewhere under the same names. */
#ifndef CLI_CONVERT_FILES_H
#define CLI_CONVERT_FILES_H

#include "base/file.h"
#include "ser/audio.h"

enum { CONVERT_SUFFIX = 64 };

/* One output of one recording. */
struct convert_turn {
    int input;  /* which recording, 0 … inputs.count-1 */
    int copy;   /* which output of it, 0 … copies-1 */
    int thread; /* 0 … convert_threads()-1, for scratch memory */
    const char *in, *out;
};

/* Changes the sound in place. Called on many threads at once. */
typedef ser_status (*convert_change)(void *context, const struct convert_turn *turn,
                                     ser_audio *audio, ser_error *error);

/* Writes what goes between name and ending of a copy, such as "-aug1". */
typedef void (*convert_suffix)(void *context, int copy, char suffix[CONVERT_SUFFIX]);

struct conversion {
    /* The caller fills these. */
    const char *command; /* "clean", for sentences */
    const char *doing;   /* "cleaning", beside the bar */
    const char *in;      /* a recording, a folder, or "-" */
    const char *out;     /* a file, where `in` is one; a folder where it exists or ends with '/' */
    const char *format;  /* an ending without dot; NULL: that of a file `out`, else "wav" */
    int copies;          /* outputs of each recording, at least 1 */
    int force;           /* 1: files that exist are replaced */
    int threads;         /* 0: one for each processor */
    ser_audio_settings load;
    convert_change change;
    convert_suffix suffix; /* NULL: the name stays */
    void *context;

    /* convert_prepare fills these. */
    int into_folder; /* 0: the output is a file of exactly this name */
    struct file_list inputs;
    char **outputs;      // (inputs, copies)
    unsigned char *done; // (inputs, copies), 1 where a file was written
};

/* Finds the recordings and the names of the outputs, and refuses what would overwrite a file or
 * write into the folder that is read. Says what is wrong; returns an exit code, EXIT_DONE to go on.
 */
int convert_prepare(struct conversion *conversion);

/* How many outputs there will be, and how many threads make them at most. */
int convert_turns(const struct conversion *conversion);
int convert_threads(const struct conversion *conversion);

/* Does the work with a progress bar, saying which recordings failed. On SIGINT, SIGTERM and SIGHUP
 * it finishes the files under way and starts no more; a second one ends it at once. Returns an exit
 * code. */
int convert_run(struct conversion *conversion);

void convert_release(struct conversion *conversion);

#endif

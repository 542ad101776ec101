/* What a recording's samples say about it: level, clipping, a fingerprint. Decoded once, for all
 * checks. */
#ifndef CORPORA_SOUND_CHECK_H
#define CORPORA_SOUND_CHECK_H

#include "base/hash.h"
#include "corpora/recording.h"
#include "ser/audio.h"

enum {
    SOUND_PROFILE = 32, /* stretches of equal length */
    SOUND_SENTENCE = 320
};

/* A file: what decoding it gave. */
struct sound_file {
    ser_status status;            /* of decoding; SER_OK: it could be decoded */
    bool is_pointer;              /* a Git-LFS pointer in place of the file */
    const char *kind;             /* by its content: "WAV", "Ogg Opus"; NULL: not known */
    char problem[SOUND_SENTENCE]; /* why it cannot be decoded; or what the decoder remarked: cut
                                     short, damaged; empty: nothing */
    int rate, channels;
};

/* A recording: a file, or the piece and the channel of it that a manifest means. Levels are of all
 * its channels together, 1 being full scale. */
struct sound {
    double seconds;
    float peak;
    float rms;
    float offset;      /* the mean of all samples: DC */
    float clipped;     /* share of samples in runs of SOUND_CLIPPED_RUN or more at full scale */
    struct hash print; /* of the samples, mixed to one channel */
    float first, last; /* rms of the first and the last 10 ms, as shares of the loudest */
    float level[SOUND_PROFILE]; /* rms of each stretch, as a share of the recording's */
};

/* A peak in a good recording touches full scale in a sample or two; a clipped one lies flat. */
enum { SOUND_CLIPPED_RUN = 3 };

/* Decodes a file at its own rate with all its channels. *audio is for sound_measure and is released
 * by the caller; it is empty where the file cannot be decoded, which *file says. */
void sound_decode(struct sound_file *file, ser_audio *audio, const char *path);

/* Measures the piece of the audio that the recording means (NULL: all of it). False where the file
 * has no such piece or channel. */
bool sound_measure(struct sound *sound, const ser_audio *audio, const struct recording *recording);

/* Whether a file's name ends as files of that kind do; true where either is not known. */
bool sound_kind_fits(const char *path, const char *kind);

/* Whether both could be one recording in two forms, such as 48 kHz and 16 kHz: of one length, and
 * with the same rise and fall. */
bool sound_alike(const struct sound *a, const struct sound *b);

#endif

/* Corpora: folders of recordings whose names say who speaks, and in what emotion.
 *
 * corpus_read gives every usable recording once, in an order that does not depend on where the
 * corpus lies or how its folders are nested.
 */
#ifndef CORPORA_CORPUS_H
#define CORPORA_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include "corpora/emotion.h"
#include "corpora/reader.h"
#include "ser/status.h"

enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE };

enum voice { VOICE_SPEECH, VOICE_SONG };

/* More files than this below one folder are no corpus but a mistake, such as "/". */
enum { CORPUS_MAX_FILES = 1000000 };

struct recording {
    char *path;
    size_t bytes;                       /* size of the file */
    const struct corpus_reader *reader; /* the corpus it belongs to */
    char name[48];    /* the corpus's own name for it, without folder and extension; the sound of
                         a video has the name of its sound-only twin */
    char speaker[32]; /* unique within the corpus: "01" */
    enum sex sex;
    enum emotion emotion;
    enum voice voice;
    int intensity;      /* 1 normal, 2 strong; 0 not said */
    char statement[16]; /* what is spoken, in the corpus's own code: "02"; empty: not said */
    int repetition;     /* from 1; 0 not said */
    bool from_video;    /* the file holds pictures too */
};

struct corpus {
    struct recording *recordings; /* in byte order of their names */
    int count;
};

struct corpus_settings {
    const struct corpus_reader *reader; /* NULL (default): the one that knows most of the names */
    bool include_song;                  /* false: speech only */
};

struct corpus_settings corpus_settings_defaults(void);

/* Reads the names of all sound files below `folder`; their sound is not decoded. NULL settings mean
 * the defaults. Left out, each with a remark to the log that says how many:
 *  - files named otherwise, and names of the right shape with an impossible field,
 *  - songs (unless included), pictures without sound, empty files,
 *  - further files of one name, such as a second copy in a nested folder: the first path in byte
 *    order stays, a sound file before a video,
 *  - further names of the same bytes. Where their labels (speaker, emotion, speech or song) agree,
 *    the first name stays. Where they disagree none can be trusted, so all are left out.
 * A corpus without any usable recording is an error. Release with corpus_release, whatever the
 * outcome. */
ser_status corpus_read(struct corpus *corpus, const char *folder,
                       const struct corpus_settings *settings, ser_error *error);

/* Harmless on an empty corpus. */
void corpus_release(struct corpus *corpus);

#endif

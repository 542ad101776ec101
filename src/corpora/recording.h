/* One labelled recording: where it lies, who speaks, and in what emotion. */
#ifndef CORPORA_RECORDING_H
#define CORPORA_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

struct corpus_reader;

enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE };

/* What is uttered. One person's speech, song and other sounds share a speaker. */
enum voice { VOICE_SPEECH, VOICE_SONG, VOICE_NONSPEECH, VOICE_KINDS };

enum intensity { INTENSITY_UNKNOWN, INTENSITY_LOW, INTENSITY_NORMAL, INTENSITY_STRONG };

enum { EMOTION_LENGTH = 32, RECORDING_NAME_LENGTH = 128 };

struct recording {
    char *path;                           /* owned */
    size_t bytes;                         /* size of the file */
    const struct corpus_reader *reader;   /* who read it */
    char corpus[32];                      /* "ravdess"; a manifest may name others */
    char name[RECORDING_NAME_LENGTH];     /* unique within the corpus, without folder and extension;
                                             the sound of a video has the name of its sound-only twin */
    char original[RECORDING_NAME_LENGTH]; /* of an augmented copy: the name of what it was made
                                             from; empty: this is an original */
    char speaker[40];                     /* unique within the corpus: "01"; empty: not said */
    enum sex sex;
    int age_low, age_high;        /* years, equal where the age is known exactly; 0: not said */
    char emotion[EMOTION_LENGTH]; /* in the corpus's own word, or a label map's; empty: none */
    char heard[EMOTION_LENGTH];   /* what most listeners heard in the voice alone; "a|b" in a tie;
                                     empty: not known */
    enum voice voice;
    enum intensity intensity;
    char text[160];      /* what is spoken, or a code for it: "Dogs are sitting by the door" */
    char language[24];   /* as the corpus says it: "English"; empty: not said */
    int repetition;      /* from 1; 0: not said */
    int channel;         /* of the file, from 1; 0: all, mixed */
    double start, end;   /* s; the piece of the file; an end of 0 means the file's */
    bool from_video;     /* the file holds pictures too */
    bool noisy;          /* the corpus itself says that there is noise … */
    bool several_voices; /* … or that more than one voice is heard */
};

/* "female", "male", "unknown". Static strings, as those below. */
const char *sex_name(enum sex sex);

/* "speech", "song", "non-speech". */
const char *voice_name(enum voice voice);

/* "low", "normal", "strong", "unknown". */
const char *intensity_name(enum intensity intensity);

/* Whether both are of the same person. Recordings whose corpus does not say who speaks are each of
 * a person of their own. */
bool same_speaker(const struct recording *a, const struct recording *b);

/* The name of what this is, or was made from: recordings with one source and one corpus are one
 * sound and its augmented copies. */
const char *recording_source(const struct recording *recording);

#endif

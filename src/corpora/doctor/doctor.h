/* The doctor: what is known to go wrong in corpora, looked for in one that is about to be used.
 *
 * Names, manifests and copies are judged by corpus_read; the doctor decodes every file once
 * besides, also those that corpus_read leaves out, and compares the corpus with what its owners
 * published. */
#ifndef CORPORA_DOCTOR_H
#define CORPORA_DOCTOR_H

#include "corpora/corpus.h"
#include "corpora/doctor/findings.h"
#include "corpora/doctor/sound_check.h"

enum { SUMMARY_VALUES = 8, SUMMARY_TEXT = 32 };

/* How many recordings have a value, such as "48000 Hz"; the most frequent first. Beyond
 * SUMMARY_VALUES they are counted as "other". */
struct summary_value {
    char text[SUMMARY_TEXT];
    int count;
};

/* One corpus as it lies here. */
struct corpus_summary {
    char corpus[FINDING_CORPUS];        /* empty: files not named as any known corpus names them */
    const struct corpus_reader *reader; /* NULL: none, where `corpus` is empty */
    int recordings, by_voice[VOICE_KINDS];
    int speakers, women, men; /* of the speakers that are known */
    int without_speaker;      /* recordings */
    double seconds;           /* of those that can be decoded */
    struct summary_value rates[SUMMARY_VALUES], channels[SUMMARY_VALUES], formats[SUMMARY_VALUES];
    struct summary_value emotions[CORPUS_MAX_LABELS]; /* in the order of the labels */
};

struct doctor_report {
    struct findings findings;         /* sorted */
    struct corpus_summary *summaries; /* (summary_count), in order of their names, "" last */
    int summary_count;
    int files;             /* that were decoded, or tried */
    int problems, remarks; /* findings */
};

/* A recording as `listen` gets it; all is borrowed. */
struct doctor_heard {
    int recording; /* of the corpus */
    const struct sound_file *file;
    const struct sound *sound; /* NULL: it could not be decoded, or has no such piece */
    const ser_audio *audio;    /* all of the file, at its own rate, with all channels */
};

struct doctor_settings {
    bool voices[VOICE_KINDS]; /* which kinds to look at; all */
    int threads;              /* 0: one a processor */

    /* Called after every file, never twice at once, on any thread; NULL: never. What is not 0 ends
     * the examination with SER_ERROR_INTERRUPTED. */
    int (*progress)(void *user, int done, int total);
    void *user;

    /* Called with every recording once its file was decoded, or could not be, so that whoever wants
     * to measure more of its sound need not decode it again; on any thread, with several at once.
     * NULL: never. */
    void (*listen)(void *listener, int thread, const struct doctor_heard *heard);
    void *listener;
};

struct doctor_settings doctor_settings_defaults(void);

/* Examines the corpora at `places`, written as corpus_read takes them. A corpus in a bad state is
 * no error but findings. NULL settings mean the defaults. Release with doctor_release, whatever the
 * outcome. */
ser_status doctor_examine(struct doctor_report *report, const char *const *places, int count,
                          const struct doctor_settings *settings, ser_error *error);

/* The same for a corpus that corpus_read gave of these places; the voices of the settings count for
 * nothing. The corpus is borrowed. */
ser_status doctor_examine_corpus(struct doctor_report *report, const struct corpus *corpus,
                                 const char *const *places, int count,
                                 const struct doctor_settings *settings, ser_error *error);
void doctor_release(struct doctor_report *report);

#endif

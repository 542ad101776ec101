/* What there is in one or several corpora, measured recording by recording, and a page about it
 * that stands alone: a single file of HTML without scripts or anything from elsewhere. */
#ifndef REPORT_EXPLORE_H
#define REPORT_EXPLORE_H

#include "corpora/corpus.h"
#include "corpora/doctor/doctor.h"
#include "report/explore/explore_measure.h"
#include "ser/status.h"

struct explore_settings {
    const char *const *places; /* as corpus_read takes them */
    int count;
    bool voices[VOICE_KINDS]; /* which kinds to read */
    const char *labels;       /* file of a label map; NULL: the corpora's own words */
    int threads;              /* 0: one a processor */

    /* Called now and then, never twice at once, on any thread; NULL: never. `doing` is "listening"
     * or "drawing". What is not 0 ends the work with SER_ERROR_INTERRUPTED. */
    int (*progress)(void *user, const char *doing, int done, int total);
    void *user;
};

/* Of one recording of the corpus. */
struct explored {
    struct measures measures;
    bool is_measured;              /* false: its sound could not be read */
    bool is_compared;              /* measured, and spoken where anything is: songs have a pitch
                                      and loudness of their own */
    char *problem;                 /* why; NULL where it was measured */
    char intended[EMOTION_LENGTH]; /* its emotion in the corpus's own word */
    int label;                     /* its emotion, of corpus.labels; LABEL_NONE */
    int voice;                     /* whose it is, see explore_statistics.h */
};

struct cell;

struct exploration {
    struct explore_settings settings; /* borrowed */
    struct corpus corpus;             /* after the label map */
    struct explored *explored;        // (corpus.count)
    int explored_count;               /* that there is memory for */
    int unreadable;                   /* recordings that could not be measured */
    bool words_differ;                /* corpora side by side have other words for emotions … */
    ser_error words;                  /* … as this sentence says */
    struct doctor_report doctor;      /* before the label map */

    /* Who speaks, and means of each (explore_statistics.h). */
    int *voices; // (voice_count) a recording of each
    int voice_count;
    struct cell *cells;
};

/* Reads the corpora and measures all recordings, decoding each file once. No recording at all is an
 * error; recordings that cannot be decoded are none, but counted. Release with explore_release,
 * whatever the outcome. */
ser_status explore_collect(struct exploration *exploration, const struct explore_settings *settings,
                           ser_error *error);
void explore_release(struct exploration *exploration);

/* Writes the page, atomically. */
ser_status explore_write(const struct exploration *exploration, const char *path, ser_error *error);

#endif

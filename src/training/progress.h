/* How long work tells its caller how far it is. */
#ifndef TRAINING_PROGRESS_H
#define TRAINING_PROGRESS_H

enum progress_stage { PROGRESS_READING, PROGRESS_TRAINING, PROGRESS_TESTING };

struct progress {
    enum progress_stage stage;
    const char *run;         /* "fold 2 of 5"; NULL while reading */
    int done, total;         /* recordings, or clips of this epoch */
    int epoch, epochs;       /* training: the current one, from 1 */
    double loss, accuracy;   /* training: mean over this epoch so far */
    double clips_per_second; /* training: of this run since it started or resumed */
    double seconds_left;     /* training: of this run; negative while unknown */
};

/* A value other than 0 asks to stop as soon as possible. Calls may come from any thread but never
 * two at once. */
struct progress_sink {
    int (*report)(void *user, const struct progress *progress);
    void *user;
};

/* Tells the sink, if there is one; returns what it answers. */
static inline int progress_report(const struct progress_sink *sink, const struct progress *progress)
{
    return sink && sink->report ? sink->report(sink->user, progress) : 0;
}

#endif

/* What is measured of a recording's sound for a report. */
#ifndef REPORT_EXPLORE_MEASURE_H
#define REPORT_EXPLORE_MEASURE_H

#include "corpora/recording.h"
#include "ser/audio.h"
#include "ser/status.h"

/* NAN stands for what cannot be measured: the loudness of silence, the pitch of a whisper. */
struct measures {
    int rate, channels;           /* of the file */
    double seconds;               /* of the piece that the recording means */
    double peak;                  /* dBFS */
    double loudness;              /* LUFS of its channels' mean, by EBU R 128 */
    double pitch;                 /* Hz, the median of voiced frames, … */
    double pitch_low, pitch_high; /* … and their 10th and 90th percentile */
    double voiced;                /* share of frames, 0 to 1 */
};

/* Holds scratch memory: one per thread. */
struct measurer;

ser_status measurer_create(struct measurer **measurer, ser_error *error);
void measurer_destroy(struct measurer *measurer);

/* Measures the piece of a decoded file that the recording means. */
ser_status measurer_run(struct measurer *measurer, const ser_audio *audio,
                        const struct recording *recording, struct measures *measures,
                        ser_error *error);

#endif

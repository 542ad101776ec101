/* What `ser evaluate` says of a test: for people, for programs, and recording by recording. */
#ifndef CLI_TRIAL_REPORT_H
#define CLI_TRIAL_REPORT_H

#include <stdio.h>

#include "evaluation/trial.h"

struct trial_report {
    const struct trial *trial;
    const struct trial_settings *settings;
};

/* Both print on standard output; 0 when memory ran out. */
int trial_report_text(const struct trial_report *report);
int trial_report_json(const struct trial_report *report);

/* A table (RFC 4180) with a row for each recording that was recognised: path, corpus, speaker,
 * emotion, predicted, confidence and the probability of each class. */
void trial_write_table(FILE *stream, const struct trial *trial);

#endif

/* The log that `ser train` writes, read back: a line for each epoch of each run. */
#ifndef REPORT_TRAINING_LOG_H
#define REPORT_TRAINING_LOG_H

#include <stddef.h>

#include "ser/status.h"

enum { TRAINING_LOG_MAX_RUNS = 500, TRAINING_LOG_MAX_BYTES = 256 << 20 };

struct training_run {
    char *name;
    double *epochs, *losses, *accuracies; // (count); a loss may be NAN or infinite
    size_t count, room;
};

/* Zero-initialise; release with training_log_release. */
struct training_log {
    struct training_run *runs; /* in the order of their first lines */
    int count;
};

/* Reads CSV whose header has the columns run, epoch, loss and accuracy; others are passed over.
 * ERROR_FORMAT with the number of the line for what is none. On failure *log is left empty. */
ser_status training_log_read(struct training_log *log, const char *path, ser_error *error);

/* The same for text in memory, which is changed; `name` is for sentences. */
ser_status training_log_parse(struct training_log *log, char *text, const char *name,
                              ser_error *error);

void training_log_release(struct training_log *log);

#endif

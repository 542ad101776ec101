/* The log of a training: a line of CSV for each epoch of each run. */
#ifndef TRAINING_EPOCH_LOG_H
#define TRAINING_EPOCH_LOG_H

#include "training/trainer.h"

struct epoch_log {
    const char *path; /* borrowed */
    char *rows;       /* of the runs that are done */
    size_t size;
};

/* Replaces the file by the rows of the runs that are done and those of the current one. */
ser_status epoch_log_write(const struct epoch_log *log, const struct trainer *trainer,
                           ser_error *error);

/* Keeps the run's rows, for the next run to write them again. */
ser_status epoch_log_keep(struct epoch_log *log, const struct trainer *trainer, ser_error *error);

/* Harmless on an empty log. */
void epoch_log_release(struct epoch_log *log);

#endif

/* The work of `ser features`: from a list of recordings to a table. */
#ifndef CLI_FEATURE_EXTRACTION_H
#define CLI_FEATURE_EXTRACTION_H

#include "base/file.h"
#include "feature_writer.h"

struct feature_request {
    ser_features_settings settings;
    const char *functionals; /* NULL: the set's own */
    int by_frame;
    int threads; /* 0: one for each processor */
    const struct feature_writer *writer;
    const char *out; /* the file to write; NULL: standard output */
};

/* Writes the table, in the order of the list, and says on standard error what could not be read,
 * and which recordings were made at too low a rate for the columns to hold what they do of others.
 * With request->out the file takes its name only when it is complete, not at all when no recording
 * could be used, and vanishes on SIGINT, SIGTERM and SIGHUP, which end the program with
 * EXIT_INTERRUPTED. Returns how many recordings, or other things, failed. */
int extract_features(const struct feature_request *request, const struct file_list *list);

/* An extractor as the request wants it. */
ser_status create_extractor(ser_extractor **extractor, const struct feature_request *request,
                            ser_error *error);

#endif

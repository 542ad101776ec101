/* Filling a ser_error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "ser/status.h"

/* Writes the sentence into `error` (which may be NULL) and returns `status`, so that a
 * failure reads `return error_set(error, SER_ERROR_FORMAT, "%s: …", path);`.
 * A sentence that does not fit is cut. */
__attribute__((format(printf, 3, 4))) ser_status error_set(ser_error *error, ser_status status,
                                                           const char *format, ...);

/* The common one: memory ran out while doing `what` ("decoding a.wav"). */
static inline ser_status error_memory(ser_error *error, const char *what)
{
    error_set(error, SER_ERROR_MEMORY, "out of memory while %s", what);
    return SER_ERROR_MEMORY;
}

/* Empties the error. */
void error_clear(ser_error *error);

#endif

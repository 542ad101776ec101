/* What the tests share: cmocka, folders for scratch files, and the real recordings where the
 * machine has them. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ser/status.h"

/* Path of a file or folder below $SER_DATA ("ravdess/Actor_01"). Skips the running test, saying
 * why, when SER_DATA is not set or the path does not exist. Static buffer, overwritten by the next
 * call. */
const char *support_data(const char *relative);

/* The same below $SER_GOLDEN, which defaults to $SER_DATA/../golden. */
const char *support_golden(const char *relative);

/* Path of `name` in a scratch folder of this process, which support_cleanup removes with all it
 * holds. The caller frees it. */
char *support_scratch(const char *name);
void support_cleanup(void);

/* Makes a folder in the scratch folder. */
void support_make_folder(const char *name);

/* Writes a file into the scratch folder and returns its path; the caller frees it. */
char *support_write(const char *name, const void *bytes, size_t size);

/* Reads a float32 .npy file of two dimensions (version 1), stored by rows or by columns ("Fortran
 * order"). Returns (rows, columns), which the caller frees. */
float *support_read_npy(const char *path, int *rows, int *columns);

/* Fails the test, printing the error's sentence, when status is not SER_OK. */
#define assert_ok(expression)                                                                      \
    do {                                                                                           \
        error = (ser_error){0};                                                                    \
        ser_status status_ = (expression);                                                         \
        if (status_ != SER_OK)                                                                     \
            fail_msg("%s: %s: %s", #expression, ser_status_name(status_), error.message);          \
    } while (0)

/* Fails the test unless the expression gives `expected` and a sentence that contains `part`. */
#define assert_error(expression, expected, part)                                                   \
    do {                                                                                           \
        error = (ser_error){0};                                                                    \
        ser_status status_ = (expression);                                                         \
        if (status_ != (expected))                                                                 \
            fail_msg("%s gave %s, expected %s (%s)", #expression, ser_status_name(status_),        \
                     ser_status_name(expected), error.message);                                    \
        if (!strstr(error.message, part))                                                          \
            fail_msg("\"%s\" does not contain \"%s\"", error.message, part);                       \
    } while (0)

#endif

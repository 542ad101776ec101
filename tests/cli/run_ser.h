/* Runs the built command as a user would. */
#ifndef TESTS_RUN_SER_H
#define TESTS_RUN_SER_H

#include "../models/small_model.h"
#include "../training/small_corpus.h"

#include <sys/types.h>

enum { MAX_ARGUMENTS = 256 };

/* What came of it. */
struct ran {
    int code;  /* exit status; 128 + the signal that ended it */
    char *out; /* standard output */
    char *err; /* standard error */
};

/* How it is run. Zero-initialise. */
struct setting {
    const char *input;  /* file for standard input; NULL: empty */
    const char *output; /* file for standard output, such as /dev/full; NULL: into ran.out */
    const char *model;  /* SER_MODEL; NULL: not set */
    const char *data;   /* SER_DATA; NULL: not set */
    const char *locale; /* LC_ALL; NULL: C */
};

/* Runs `ser` with these arguments, ended by NULL. Skips the test when SER_COMMAND does not name the
 * command. */
struct ran run_ser(const struct setting *setting, const char *const *arguments);

/* The same without anything special: RUN("info", "--json"). */
#define RUN(...) run_ser(&(struct setting){0}, (const char *const[]){__VA_ARGS__, NULL})

void ran_release(struct ran *ran);

/* Fails the test, showing what was said, unless it ended with this code. */
void assert_code(const struct ran *ran, int code);

/* A usage error: code 2, nothing on standard output, and one line on standard error that contains
 * the text. Releases it. */
void assert_usage_error(struct ran ran, const char *part);

/* The same for something that failed in earnest, with code 1. */
void assert_failure(struct ran ran, const char *part);

/* Starts the command without waiting; run_ser_wait gives its exit code, as in ran.code. What it
 * says goes to the file `output`. */
pid_t run_ser_start(const char *output, const char *const *arguments);
int run_ser_wait(pid_t process);

/* How many times a text is in another. */
int count_texts(const char *text, const char *part);

/* Reads one field of a line of CSV (RFC 4180) into `field` and moves *text behind it. Returns the
 * character that ended it. */
char csv_field(const char **text, char *field, size_t room);

#endif

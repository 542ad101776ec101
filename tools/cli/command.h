/* The sub-commands of `ser`, and what they share. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdio.h>

#include "ser/status.h"

/* Documented in the man pages. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,       /* something could not be done; the rest was */
    EXIT_USAGE = 2,        /* wrong options or arguments; nothing was done */
    EXIT_INTERRUPTED = 130 /* stopped by the user, as shells report it */
};

struct command {
    const char *name;
    const char *summary;
    int (*run)(int count, char **arguments); /* arguments[0] is the command's name */
};

extern const struct command command_augment;
extern const struct command command_clean;
extern const struct command command_corpus;
extern const struct command command_evaluate;
extern const struct command command_explore;
extern const struct command command_features;
extern const struct command command_info;
extern const struct command command_plot;
extern const struct command command_predict;
extern const struct command command_train;
extern const struct command command_version;

/* Ended by NULL. */
extern const struct command *const commands[];

/* An option of a command: one row serves the parser and the help. */
struct option_row {
    int key;              /* what option_next returns; a letter is also the short option */
    const char *name;     /* "model" for --model */
    const char *argument; /* "FILE"; "[=LIST]" where it may be left out; NULL for a flag */
    const char *help;
};

enum { OPTION_END = -1, OPTION_WRONG = -2, OPTION_HELP = 'h' };

#define OPTION_HELP_ROW                                                                            \
    {                                                                                              \
        OPTION_HELP, "help", NULL, "show this help"                                                \
    }

/* Parses the next option of `command`, whose rows end with a row without a name. Returns its key
 * and, through *value, its argument; OPTION_END when only operands are left, the first of which has
 * the index `optind`; OPTION_WRONG after saying on standard error what is wrong. */
int option_next(const char *command, const struct option_row *rows, int count, char **arguments,
                const char **value);

/* Parses all options of a command. `take` gets each with its argument and returns 0 where it is
 * wrong, having said so. Returns OPTIONS_READ to go on, with the operands from `optind` on;
 * EXIT_DONE after printing the help, EXIT_USAGE after a wrong option. */
enum { OPTIONS_READ = -1 };
int options_read(const char *command, const struct option_row *rows, int count, char **arguments,
                 void (*print_help)(void), int (*take)(void *options, int key, const char *value),
                 void *options);

/* Prints a command's help: usage lines, what it does, options, then the examples. */
void help_print(const char *usage, const char *about, const struct option_row *rows,
                const char *epilogue);

/* Parses a whole number of low … high. Says what is wrong and returns 0 if it is none. */
int parse_number(const char *command, const char *option, const char *text, long long low,
                 long long high, long long *number);

/* Prints "ser NAME: message" on standard error. */
__attribute__((format(printf, 2, 3))) void complain(const char *command, const char *format, ...);

/* The model that is used when none is named: $SER_MODEL, or the one that comes with ser, beside
 * the command in the source tree or installed. Returns NULL when there is none; the caller frees
 * it. */
char *find_default_model(void);

/* The folder of the feature cache: $SER_CACHE (none where that is empty), else ser below
 * $XDG_CACHE_HOME or ~/.cache; made if need be. NULL: none; the caller frees it. */
char *find_cache(void);

/* The file that a user names: a path, or the short name of one that comes with ser: "common7" in
 * folder "labels" is labels/common7.json. NULL when memory ran out; the caller frees it. */
char *find_named_file(const char *folder, const char *name);

#endif

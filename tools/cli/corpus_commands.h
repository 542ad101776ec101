/* The sub-commands of `ser corpus`. Each has its own file, cmd_corpus_NAME.c, complains as
 * "corpus NAME" and gets its own name as arguments[0]. */
#ifndef CLI_CORPUS_COMMANDS_H
#define CLI_CORPUS_COMMANDS_H

#include "command.h"

extern const struct command command_corpus_check;
extern const struct command command_corpus_list;
extern const struct command command_corpus_split;

/* Ended by NULL; in cmd_corpus.c, where a new one takes one row. */
extern const struct command *const corpus_commands[];

#endif

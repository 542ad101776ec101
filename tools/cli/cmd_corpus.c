#include <stdio.h>
#include <string.h>

#include "corpus_commands.h"

const struct command *const corpus_commands[] = {
    &command_corpus_check,
    &command_corpus_list,
    &command_corpus_split,
    NULL,
};

static void print_help(FILE *stream)
{
    fputs("ser corpus looks after labelled recordings.\n\n"
          "Usage: ser corpus COMMAND [OPTION]… PLACE…\n\nCommands:\n",
          stream);
    for (int i = 0; corpus_commands[i]; i++)
        fprintf(stream, "  %-10s %s\n", corpus_commands[i]->name, corpus_commands[i]->summary);
    fputs(
        "\nA place is the folder of a corpus, CORPUS=FOLDER where it shall be read as that corpus\n"
        "only, or a manifest. 'ser corpus COMMAND --help' says more about a command.\n\n"
        "Examples:\n"
        "  ser corpus check ravdess\n"
        "  ser corpus list --out all.csv ravdess crema-d\n"
        "  ser corpus split --folds 5 --out folds.csv ravdess\n",
        stream);
}

static int run(int count, char **arguments)
{
    const char *name = count > 1 ? arguments[1] : "";
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        print_help(stdout);
        return EXIT_DONE;
    }
    for (int i = 0; corpus_commands[i]; i++)
        if (!strcmp(name, corpus_commands[i]->name))
            return corpus_commands[i]->run(count - 1, arguments + 1);
    if (*name)
        complain("corpus", "'%s' is no command; see 'ser corpus --help'", name);
    else
        print_help(stderr);
    return EXIT_USAGE;
}

const struct command command_corpus = {
    .name = "corpus",
    .summary = "check, list and split labelled recordings",
    .run = run,
};

#include <unistd.h>

#include "command.h"
#include "ser/version.h"

static const struct option_row rows[] = {
    OPTION_HELP_ROW,
    {0},
};

static int run(int count, char **arguments)
{
    const char *value;
    switch (option_next("version", rows, count, arguments, &value)) {
    case OPTION_HELP:
        help_print("ser version", "Prints the version of ser.", rows, "Example:\n  ser version\n");
        return EXIT_DONE;
    case OPTION_WRONG: return EXIT_USAGE;
    default: break;
    }
    if (optind < count) {
        complain("version", "'%s' is not expected; see 'ser version --help'", arguments[optind]);
        return EXIT_USAGE;
    }
    printf("ser %s\n", ser_version());
    return EXIT_DONE;
}

const struct command command_version = {
    .name = "version",
    .summary = "print the version",
    .run = run,
};

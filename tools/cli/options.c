#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

enum { MAX_OPTIONS = 32, HELP_COLUMN = 28 };

void complain(const char *command, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "ser %s: ", command);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* getopt's tables, made from the rows. */
static void fill_tables(const struct option_row *rows, struct option *table, char *letters)
{
    *letters++ = ':'; /* tell a missing argument from an unknown option */
    int i = 0;
    for (; i < MAX_OPTIONS && rows[i].name; i++) {
        table[i] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].argument ? required_argument : no_argument,
            .val = rows[i].key,
        };
        if (rows[i].key < 128) {
            *letters++ = (char)rows[i].key;
            if (rows[i].argument)
                *letters++ = ':';
        }
    }
    table[i] = (struct option){0};
    *letters = 0;
}

int option_next(const char *command, const struct option_row *rows, int count, char **arguments,
                const char **value)
{
    struct option table[MAX_OPTIONS + 1];
    char letters[2 * MAX_OPTIONS + 2];
    fill_tables(rows, table, letters);
    opterr = 0;
    int key = getopt_long(count, arguments, letters, table, NULL);
    *value = optarg;
    if (key == -1)
        return OPTION_END;
    if (key == '?' || key == ':') {
        complain(command, "option '%s' %s; see 'ser %s --help'", arguments[optind - 1],
                 key == ':' ? "needs a value" : "is unknown or takes no value", command);
        return OPTION_WRONG;
    }
    return key;
}

void help_print(const char *usage, const char *about, const struct option_row *rows,
                const char *epilogue)
{
    printf("Usage: %s\n\n%s\n\nOptions:\n", usage, about);
    for (int i = 0; rows[i].name; i++) {
        char left[64], letter[8] = "    ";
        if (rows[i].key < 128)
            snprintf(letter, sizeof letter, "-%c, ", rows[i].key);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, rows[i].name, rows[i].argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
        printf("  %-*s %s\n", HELP_COLUMN, left, rows[i].help);
    }
    printf("\n%s", epilogue);
}

int parse_number(const char *command, const char *option, const char *text, long long low,
                 long long high, long long *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (errno || end == text || *end || *number < low || *number > high) {
        complain(command, "option '--%s' is '%s', expected a whole number of %lld to %lld", option,
                 text, low, high);
        return 0;
    }
    return 1;
}

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain_text.h"
#include "command.h"

enum { MAX_OPTIONS = 32, HELP_COLUMN = 28, LONGEST_COMPLAINT = 4096 };

void complain(const char *command, const char *format, ...)
{
    char message[LONGEST_COMPLAINT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    text_make_plain(message); /* it may quote file names, or what stands in a broken file */
    fprintf(stderr, "ser %s: %s\n", command, message);
}

/* getopt's tables, made from the rows. */
static void fill_tables(const struct option_row *rows, struct option *table, char *letters)
{
    *letters++ = ':'; /* tell a missing argument from an unknown option */
    int i = 0;
    for (; i < MAX_OPTIONS && rows[i].name; i++) {
        table[i] = (struct option){
            .name = rows[i].name,
            .has_arg = !rows[i].argument          ? no_argument
                       : *rows[i].argument == '[' ? optional_argument
                                                  : required_argument,
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

/* Says what is wrong with the option that getopt has just met. */
static void complain_option(const char *command, const struct option_row *rows, int key,
                            const char *argument)
{
    char letter[3] = {'-', (char)optopt, 0};
    /* Among several letters, as in "-ab", getopt still stands before the whole argument. */
    int is_letter = key == '?' && optopt > 0 && optopt < 128;
    for (int i = 0; rows[i].name; i++)
        is_letter = is_letter && rows[i].key != optopt;
    complain(command, "option '%s' %s; see 'ser %s --help'", is_letter ? letter : argument,
             key == ':' ? "needs a value" : "is unknown or takes no value", command);
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
        complain_option(command, rows, key, arguments[optind - 1]);
        return OPTION_WRONG;
    }
    return key;
}

int options_read(const char *command, const struct option_row *rows, int count, char **arguments,
                 void (*print_help)(void), int (*take)(void *options, int key, const char *value),
                 void *options)
{
    const char *value;
    int key;
    while ((key = option_next(command, rows, count, arguments, &value)) != OPTION_END) {
        if (key == OPTION_HELP) {
            print_help();
            return EXIT_DONE;
        }
        if (key == OPTION_WRONG || !take(options, key, value))
            return EXIT_USAGE;
    }
    return OPTIONS_READ;
}

void help_print(const char *usage, const char *about, const struct option_row *rows,
                const char *epilogue)
{
    printf("Usage: %s\n\n%s\n\nOptions:\n", usage, about);
    for (int i = 0; rows[i].name; i++) {
        char left[64], letter[8] = "    ";
        if (rows[i].key < 128)
            snprintf(letter, sizeof letter, "-%c, ", rows[i].key);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, rows[i].name,
                 rows[i].argument && *rows[i].argument != '[' ? " " : "",
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

#include <locale.h>
#include <signal.h>
#include <string.h>

#include "base/plain_text.h"
#include "command.h"
#include "progress_line.h"

const struct command *const commands[] = {
    &command_predict,  &command_features, &command_plot,    &command_corpus,
    &command_explore,  &command_clean,    &command_augment, &command_train,
    &command_evaluate, &command_info,     &command_version, NULL,
};

static void print_help(FILE *stream)
{
    fputs("ser recognises emotion in speech.\n\nUsage: ser COMMAND [OPTION]… [FILE]…\n\n"
          "Commands:\n",
          stream);
    for (int i = 0; commands[i]; i++)
        fprintf(stream, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\nExamples:\n"
          "  ser predict call.wav              the emotion in a recording\n"
          "  ser predict --csv calls/ >out.csv a whole folder as a table\n"
          "  ser features --out out.csv calls/ pitch, loudness and more of each of them\n"
          "  ser plot call.wav                 a picture of it\n"
          "  ser corpus check recordings/      what is wrong with a corpus\n"
          "  ser info                          what the model is and how good it is\n"
          "  ser COMMAND --help                more about a command\n\n"
          "Exit status: 0 done, 1 something failed, 2 wrong usage.\n",
          stream);
}

/* Remarks of the library. */
static void print_remark(void *user, ser_log_level level, const char *message)
{
    (void)user;
    if (level == SER_LOG_DEBUG)
        return;
    char text[2 * SER_ERROR_LENGTH];
    snprintf(text, sizeof text, "%s", message);
    text_make_plain(text);
    fprintf(stderr, "%sser: %s%s\n", progress_line_visible() ? "\r\033[K" : "",
            level == SER_LOG_WARNING ? "warning: " : "", text);
}

/* A full disk or a closed pipe shows only when the output is flushed. */
static int finish_output(int code)
{
    if (fflush(stdout) || ferror(stdout)) {
        perror("ser: standard output");
        return code ? code : EXIT_FAILED;
    }
    return code;
}

int main(int count, char **arguments)
{
    setlocale(LC_CTYPE, "");
    signal(SIGXFSZ, SIG_IGN); /* a file over `ulimit -f` is an error like others, not the end */
    ser_log_set_callback(print_remark, NULL);
    const char *name = count > 1 ? arguments[1] : "";
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        print_help(stdout);
        return finish_output(EXIT_DONE);
    }
    if (!strcmp(name, "--version"))
        name = "version";
    for (int i = 0; commands[i]; i++)
        if (!strcmp(name, commands[i]->name))
            return finish_output(commands[i]->run(count - 1, arguments + 1));
    if (*name) {
        text_make_plain(arguments[1]);
        fprintf(stderr, "ser: '%s' is no command; see 'ser --help'\n", name);
    } else {
        print_help(stderr);
    }
    return EXIT_USAGE;
}

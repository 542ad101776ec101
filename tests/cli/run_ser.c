#define _GNU_SOURCE
#include "run_ser.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_or_unset(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

/* In the child: gives descriptor `number` this file. */
static void redirect(int number, const char *path, int flags)
{
    int descriptor = open(path, flags, 0666);
    if (descriptor < 0 || dup2(descriptor, number) < 0)
        _exit(126);
    close(descriptor);
}

static pid_t start(const struct setting *setting, const char *output, const char *errors,
                   const char *const *arguments)
{
    const char *command = getenv("SER_COMMAND");
    char *list[MAX_ARGUMENTS + 2] = {(char *)(uintptr_t) "ser"};
    int count = 0;
    if (!command) {
        print_message("# skipped: SER_COMMAND does not name the command\n");
        skip();
    }
    for (; arguments[count]; count++) {
        assert_true(count < MAX_ARGUMENTS);
        list[count + 1] = (char *)(uintptr_t)arguments[count];
    }
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        /* Whoever runs the tests may ignore signals, as nohup does; the command would too. */
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
            signal(signals[i], SIG_DFL);
        set_or_unset("SER_MODEL", setting->model);
        set_or_unset("SER_DATA", setting->data);
        set_or_unset("LC_ALL", setting->locale ? setting->locale : "C");
        redirect(STDIN_FILENO, setting->input ? setting->input : "/dev/null", O_RDONLY);
        redirect(STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC);
        redirect(STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
        execv(command, list);
        _exit(127);
    }
    return process;
}

int run_ser_wait(pid_t process)
{
    int code;
    assert_int_equal(waitpid(process, &code, 0), process);
    return WIFSIGNALED(code) ? 128 + WTERMSIG(code) : WEXITSTATUS(code);
}

struct ran run_ser(const struct setting *setting, const char *const *arguments)
{
    struct ran ran = {0};
    size_t size;
    char *output = support_scratch("standard-output"), *errors = support_scratch("standard-error");
    pid_t process = start(setting, setting->output ? setting->output : output, errors, arguments);
    ran.code = run_ser_wait(process);
    ran.out = setting->output ? strdup("") : read_whole(output, &size);
    ran.err = read_whole(errors, &size);
    free(output);
    free(errors);
    return ran;
}

pid_t run_ser_start(const char *output, const char *const *arguments)
{
    return start(&(struct setting){0}, output, output, arguments);
}

void ran_release(struct ran *ran)
{
    free(ran->out);
    free(ran->err);
    *ran = (struct ran){0};
}

void assert_code(const struct ran *ran, int code)
{
    if (ran->code != code)
        fail_msg("exit status %d, expected %d; it said:\n%s%s", ran->code, code, ran->out,
                 ran->err);
}

int count_texts(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void assert_one_sentence(struct ran *ran, int code, const char *part)
{
    assert_code(ran, code);
    assert_string_equal(ran->out, "");
    assert_int_equal(strncmp(ran->err, "ser", 3), 0);
    assert_int_equal(count_texts(ran->err, "\n"), 1);
    if (!strstr(ran->err, part))
        fail_msg("\"%s\" does not contain \"%s\"", ran->err, part);
    ran_release(ran);
}

void assert_usage_error(struct ran ran, const char *part)
{
    assert_one_sentence(&ran, 2, part);
}

void assert_failure(struct ran ran, const char *part)
{
    assert_one_sentence(&ran, 1, part);
}

char csv_field(const char **text, char *field, size_t room)
{
    const char *at = *text;
    size_t used = 0;
    int quoted = *at == '"';
    at += quoted;
    for (; *at && (quoted || (*at != ',' && *at != '\n')); at++) {
        if (quoted && *at == '"') {
            if (at[1] != '"') {
                quoted = 0;
                continue;
            }
            at++;
        }
        assert_true(used + 1 < room);
        field[used++] = *at;
    }
    field[used] = 0;
    *text = *at ? at + 1 : at;
    return *at;
}

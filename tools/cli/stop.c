#include "stop.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "command.h"
#include "progress_line.h"

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static volatile sig_atomic_t stopping, progress_is_visible;
static const char *volatile unfinished_file;

static void leave(int number)
{
    static const char clear[] = "\r\033[K";
    (void)number;
    if (unfinished_file)
        unlink(unfinished_file);
    if (progress_is_visible && write(STDERR_FILENO, clear, sizeof clear - 1) < 0)
        _exit(EXIT_INTERRUPTED);
    _exit(EXIT_INTERRUPTED);
}

static void note(int number)
{
    (void)number;
    stopping = 1;
}

static void note_once(int number)
{
    if (stopping)
        leave(number);
    stopping = 1;
}

static void handle_by(void (*handler)(int number))
{
    progress_is_visible = progress_line_visible();
    for (int i = 0; i < NUMBERS; i++)
        if (signal(numbers[i], handler) == SIG_IGN)
            signal(numbers[i], SIG_IGN);
}

void stop_catch_signals(int may_hang)
{
    handle_by(may_hang ? note_once : note);
}

int stop_requested(void)
{
    return stopping;
}

void stop_at_once(const char *unfinished)
{
    unfinished_file = unfinished;
    handle_by(leave);
}

static void block(int how)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < NUMBERS; i++)
        sigaddset(&set, numbers[i]);
    sigprocmask(how, &set, NULL);
}

void stop_hold_signals(void)
{
    block(SIG_BLOCK);
}

void stop_release_signals(void)
{
    block(SIG_UNBLOCK);
}

#include "progress_line.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 20, DEFAULT_COLUMNS = 80 };

static double last_shown;
static int line_is_there;

int progress_line_visible(void)
{
    return isatty(STDERR_FILENO);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col;
}

void progress_line_show(const char *label, int done, int total, const char *text)
{
    if (!progress_line_visible() || (done < total && now() - last_shown < 0.1))
        return;
    char bar[BAR_WIDTH + 1], line[512];
    int filled = total > 0 ? (int)((long)done * BAR_WIDTH / total) : 0;
    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', (size_t)filled);
    bar[BAR_WIDTH] = 0;
    snprintf(line, sizeof line, "%s [%s] %s", label, bar, text);
    fprintf(stderr, "\r\033[K%.*s", terminal_columns() - 1, line);
    fflush(stderr);
    last_shown = now();
    line_is_there = 1;
}

void progress_line_show_recordings(const char *label, int done, int total)
{
    char text[64];
    snprintf(text, sizeof text, "%d of %d recordings", done, total);
    progress_line_show(label, done, total, text);
}

void progress_line_clear(void)
{
    if (line_is_there)
        fputs("\r\033[K", stderr);
    line_is_there = 0;
}

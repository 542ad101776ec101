#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static ser_log_callback current_callback;
static void *current_user;

static _Thread_local ser_log_callback diverted_callback;
static _Thread_local void *diverted_user;

void ser_log_set_callback(ser_log_callback callback, void *user)
{
    current_callback = callback;
    current_user = user;
}

void log_divert(ser_log_callback callback, void *user)
{
    diverted_callback = callback;
    diverted_user = user;
}

void log_message(ser_log_level level, const char *format, ...)
{
    ser_log_callback callback = diverted_callback ? diverted_callback : current_callback;
    if (!callback)
        return;
    char message[SER_ERROR_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    callback(diverted_callback ? diverted_user : current_user, level, message);
}

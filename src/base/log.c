#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static ser_log_callback current_callback;
static void *current_user;

void ser_log_set_callback(ser_log_callback callback, void *user)
{
    current_callback = callback;
    current_user = user;
}

void log_message(ser_log_level level, const char *format, ...)
{
    if (!current_callback)
        return;
    char message[SER_ERROR_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    current_callback(current_user, level, message);
}

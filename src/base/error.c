#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

const char *ser_status_name(ser_status status)
{
    static const char *const names[] = {
#define X(name, meaning) #name,
        SER_STATUS_LIST(X)
#undef X
    };
    return (unsigned)status < SER_STATUS_COUNT ? names[status] : "UNKNOWN";
}

const char *ser_status_meaning(ser_status status)
{
    static const char *const meanings[] = {
#define X(name, meaning) meaning,
        SER_STATUS_LIST(X)
#undef X
    };
    return (unsigned)status < SER_STATUS_COUNT ? meanings[status] : "not a status of this library";
}

ser_status error_set(ser_error *error, ser_status status, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

void error_clear(ser_error *error)
{
    if (error)
        *error = (ser_error){0};
}

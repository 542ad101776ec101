/* Remarks to whoever installed a log callback. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "ser/status.h"

__attribute__((format(printf, 2, 3))) void log_message(ser_log_level level, const char *format,
                                                       ...);

/* Sends the remarks of the calling thread to `callback` instead of the installed one, until it is
 * NULL again: for work that makes findings of them. */
void log_divert(ser_log_callback callback, void *user);

#endif

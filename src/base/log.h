/* Remarks to whoever installed a log callback. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "ser/status.h"

__attribute__((format(printf, 2, 3))) void log_message(ser_log_level level, const char *format,
                                                       ...);

#endif

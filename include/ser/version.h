/* Version of the headers and of the library in use. */
#ifndef SER_VERSION_H
#define SER_VERSION_H

#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SER_VERSION_MAJOR 0
#define SER_VERSION_MINOR 1
#define SER_VERSION_PATCH 0
#define SER_VERSION "0.1.0"

/* Version of the library that was loaded, such as "0.1.0". Static string. */
SER_API const char *ser_version(void);

#ifdef __cplusplus
}
#endif

#endif

/* Status codes and errors.
 *
 * Every function of the library that can fail returns a ser_status and takes a
 * caller-owned ser_error, which it fills with one sentence that names the file,
 * what was found and what was expected. Passing NULL for the error is allowed.
 * The library never prints and never exits.
 */
#ifndef SER_STATUS_H
#define SER_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && !defined(SER_STATIC)
#define SER_API __attribute__((visibility("default")))
#else
#define SER_API
#endif

/* X(name, what it means to a caller) */
#define SER_STATUS_LIST(X)                                                                         \
    X(OK, "success")                                                                               \
    X(ERROR_ARGUMENT, "an argument or option is outside what the function accepts")                \
    X(ERROR_MEMORY, "memory could not be allocated")                                               \
    X(ERROR_IO, "a file or folder could not be opened, read or written")                           \
    X(ERROR_FORMAT, "the content of a file is damaged or is not what it should be")                \
    X(ERROR_UNSUPPORTED, "the content is valid but of a kind this build cannot handle")            \
    X(ERROR_ENGINE, "the numerical engine refused an operation")                                   \
    X(ERROR_INTERRUPTED, "the caller asked to stop")

typedef enum ser_status {
#define X(name, meaning) SER_##name,
    SER_STATUS_LIST(X)
#undef X
        SER_STATUS_COUNT
} ser_status;

#define SER_ERROR_LENGTH 512

/* What went wrong. `message` is always terminated; it is empty after success. */
typedef struct ser_error {
    ser_status status;
    char message[SER_ERROR_LENGTH];
} ser_error;

/* "ERROR_FORMAT" and its meaning; "UNKNOWN" for a value outside the list. Static strings. */
SER_API const char *ser_status_name(ser_status status);
SER_API const char *ser_status_meaning(ser_status status);

typedef enum ser_log_level { SER_LOG_DEBUG, SER_LOG_INFO, SER_LOG_WARNING } ser_log_level;

/* Receives remarks that are no errors, such as "3 duplicate recordings left out".
 * May be called from several threads at once. */
typedef void (*ser_log_callback)(void *user, ser_log_level level, const char *message);

/* Installs the process-wide log callback; NULL (the default) drops all remarks.
 * Not thread-safe: call it before other threads use the library. */
SER_API void ser_log_set_callback(ser_log_callback callback, void *user);

#ifdef __cplusplus
}
#endif

#endif

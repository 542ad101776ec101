/* The door between the library and its FFmpeg module, a shared object that is opened with dlopen
 * only when a recording needs it: linked directly, FFmpeg would bring 135 libraries and 25 ms to
 * every start. The module knows nothing of the library but this page, and never opens a file
 * itself: it sees the bytes only through callbacks, so a playlist inside a recording leads nowhere.
 */
#ifndef AUDIO_FFMPEG_MODULE_H
#define AUDIO_FFMPEG_MODULE_H

#include <stddef.h>
#include <stdint.h>

/* Raised with every change of this page; a module of another version is not used. */
enum { FFMPEG_MODULE_VERSION = 1, FFMPEG_MODULE_DETAIL = 160 };

#define FFMPEG_MODULE_FILE "ser_ffmpeg.so"
#define FFMPEG_MODULE_FUNCTION "ser_ffmpeg_module"

struct ffmpeg_input {
    void *user;
    size_t (*read)(void *user, void *bytes, size_t count);   /* 0 at the end */
    int64_t (*seek)(void *user, int64_t offset, int whence); /* as lseek; -1: refused */
    int64_t size;
};

/* Both return 0 to go on, anything else to stop decoding with FFMPEG_STOPPED. */
struct ffmpeg_output {
    void *user;
    int (*begin)(void *user, int rate, int channels); /* once, before the first samples */
    int (*write)(void *user, const float *samples, size_t frames); /* (frames, channels) */
};

enum ffmpeg_outcome {
    FFMPEG_DECODED,
    FFMPEG_STOPPED,    /* a callback of the output asked for it */
    FFMPEG_NOT_KNOWN,  /* no kind that FFmpeg is allowed to open here */
    FFMPEG_DAMAGED,    /* nothing could be decoded */
    FFMPEG_NO_SOUND,   /* opened, but there is no audio track */
    FFMPEG_NO_DECODER, /* this FFmpeg has no decoder for the track */
    FFMPEG_CHANGES,    /* rate or channels change in the middle */
    FFMPEG_NO_MEMORY,
};

struct ffmpeg_report {
    char detail[FFMPEG_MODULE_DETAIL]; /* FFmpeg's words or the codec's name; may be empty */
    double promised;                   /* seconds, from the header; 0: unknown */
    int damaged;                       /* packets that could not be decoded and were left out */
};

struct ffmpeg_module {
    int version; /* FFMPEG_MODULE_VERSION */
    enum ffmpeg_outcome (*decode)(const struct ffmpeg_input *input,
                                  const struct ffmpeg_output *output, struct ffmpeg_report *report);
};

typedef const struct ffmpeg_module *(*ffmpeg_module_function)(void);

#endif

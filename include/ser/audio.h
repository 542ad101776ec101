/* Recordings: decoding, mixing to one channel, resampling, saving.
 *
 * Thread rules: all functions may be called from several threads at once on
 * different objects.
 */
#ifndef SER_AUDIO_H
#define SER_AUDIO_H

#include <stddef.h>

#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SER_AUDIO_MAX_CHANNELS = 8,
    SER_AUDIO_MIN_RATE = 1000,     /* Hz */
    SER_AUDIO_MAX_RATE = 768000,   /* Hz */
    SER_AUDIO_MAX_SECONDS = 43200, /* 12 hours; a longer recording is refused */
};

/* Sound in memory. Zero-initialise; release with ser_audio_release. */
typedef struct ser_audio {
    float *samples; /* (frames, channels), interleaved, nominally -1 to 1, always finite */
    size_t frames;  /* samples per channel */
    int rate;       /* Hz */
    int channels;   /* 1 to SER_AUDIO_MAX_CHANNELS */
} ser_audio;

/* How to load. Take ser_audio_settings_defaults() and change what differs. */
typedef struct ser_audio_settings {
    int rate;     /* Hz to resample to, or 0 to keep the file's own rate; 16000 */
    int mono;     /* 1 averages all channels into one, 0 keeps them; 1 */
    int min_rate; /* Hz; a recording whose own rate is lower is refused, as resampling cannot bring
                     back what it lacks; 0 takes any; 0 */
} ser_audio_settings;

SER_API ser_audio_settings ser_audio_settings_defaults(void);

/* Reads a whole recording. The kind of file is judged by its content, never by
 * its name: wav, flac, ogg, opus, mp3, aiff and others through libsndfile; m4a,
 * amr and the sound of mp4 and webm videos through the FFmpeg module, which is
 * opened only when libsndfile declines. A settings pointer of NULL means the
 * defaults. The length is round(frames * settings.rate / the file's rate).
 * On failure *audio is left empty:
 *   ERROR_IO           the file is missing, is a folder or cannot be read
 *   ERROR_FORMAT       no recording, damaged, without a single sample, or of too
 *                      low a rate
 *   ERROR_UNSUPPORTED  too long, too many channels, or a kind that needs the
 *                      FFmpeg module while that is not installed
 * A recording that is cut short is used as far as it goes, and samples that are
 * not finite become 0, each with a warning to the log callback.
 * The module is looked for in the folder that the environment's SER_MODULE_DIR
 * names (then only there), else in that of the installation, else beside the
 * library or program. It sets FFmpeg's log level to quiet unless the application
 * has chosen one. */
SER_API ser_status ser_audio_load(ser_audio *audio, const char *path,
                                  const ser_audio_settings *settings, ser_error *error);

/* The same for a file that is already in memory, such as standard input or an
 * upload; it reads the same kinds. `name` is only used in messages. The bytes
 * are not kept. */
SER_API ser_status ser_audio_load_memory(ser_audio *audio, const void *bytes, size_t size,
                                         const char *name, const ser_audio_settings *settings,
                                         ser_error *error);

/* Converts sound in place: first to one channel where settings->mono, then to
 * settings->rate (soxr, high quality); NULL means the defaults. Gives the same
 * samples as loading with these settings. On failure the sound stays as it was. */
SER_API ser_status ser_audio_convert(ser_audio *audio, const ser_audio_settings *settings,
                                     ser_error *error);

/* Saves sound as a file whose kind its ending names: .wav and .flac (16 bit, without
 * dither), .ogg (Vorbis) or .opus. Nothing is resampled. Samples beyond -1 and 1 are
 * clipped, those that are not numbers become 0. The file is written beside its name
 * and takes it when it is complete, so an older one survives every failure:
 *   ERROR_ARGUMENT     no such kind, or no sound
 *   ERROR_IO           the file cannot be written
 *   ERROR_UNSUPPORTED  the kind cannot hold this rate, these channels or this length:
 *                      .opus knows 8000, 12000, 16000, 24000 and 48000 Hz, .ogg 8000 to
 *                      192000 Hz, .flac up to 655350 Hz, .wav 4 GiB
 * The same sound gives the same .wav and .flac to the byte; the pages of .ogg and .opus
 * carry a serial number that Ogg wants to be random, and hold the same sound. */
SER_API ser_status ser_audio_save(const ser_audio *audio, const char *path, ser_error *error);

/* Length in seconds; 0 for empty sound. */
SER_API double ser_audio_duration(const ser_audio *audio);

/* Frees the samples and empties the struct; harmless on an empty one and on NULL. */
SER_API void ser_audio_release(ser_audio *audio);

#ifdef __cplusplus
}
#endif

#endif

#include "audio/ffmpeg.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "audio/ffmpeg_module.h"
#include "audio/module_search.h"
#include "audio/sink.h"
#include "audio/sniff.h"
#include "base/error.h"
#include "base/log.h"

enum { MODULE_REASON = 200 };

/* What the module's callbacks work with. */
struct decoding {
    struct audio_source *source;
    const ser_audio_settings *settings;
    struct audio_sink sink;
    ser_status status; /* why a callback stopped the decoding */
    ser_error *error;
};

static size_t read_source(void *user, void *bytes, size_t count)
{
    return audio_source_read(user, bytes, count);
}

static int64_t seek_source(void *user, int64_t offset, int whence)
{
    return audio_source_seek(user, offset, whence);
}

static int begin_sound(void *user, int rate, int channels)
{
    struct decoding *decoding = user;
    decoding->source->rate = rate;
    decoding->status = audio_sink_open(&decoding->sink, decoding->source->name, rate, channels,
                                       decoding->settings, decoding->error);
    return decoding->status != SER_OK;
}

static int write_sound(void *user, const float *samples, size_t frames)
{
    struct decoding *decoding = user;
    decoding->status = audio_sink_write(&decoding->sink, samples, frames, decoding->error);
    return decoding->status != SER_OK;
}

static const struct ffmpeg_module *load_module(char reason[MODULE_REASON])
{
    void *handle = module_search_open(FFMPEG_MODULE_FILE, reason, MODULE_REASON);
    if (!handle)
        return NULL;
    ffmpeg_module_function function = NULL;
    void *address = dlsym(handle, FFMPEG_MODULE_FUNCTION);
    memcpy(&function, &address, sizeof function); /* ISO C has no cast from one to the other */
    const struct ffmpeg_module *module = function ? function() : NULL;
    if (module && module->version == FFMPEG_MODULE_VERSION)
        return module;
    snprintf(reason, MODULE_REASON, "%s is not of version %d", FFMPEG_MODULE_FILE,
             FFMPEG_MODULE_VERSION);
    dlclose(handle);
    return NULL;
}

/* The module, opened once and kept for good: FFmpeg's libraries do not like to be unloaded. A
 * failure is not kept, so that a long-running program finds a module installed later. */
static const struct ffmpeg_module *get_module(char reason[MODULE_REASON])
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static const struct ffmpeg_module *module;
    pthread_mutex_lock(&lock);
    if (!module)
        module = load_module(reason);
    const struct ffmpeg_module *found = module;
    pthread_mutex_unlock(&lock);
    return found;
}

/* Without the module nobody can tell an m4a with odd content from rubbish, so the sentence names
 * both libsndfile's reason and the lack. */
static ser_status no_module(struct audio_source *source, const char *declined, const char *lack,
                            ser_error *error)
{
    const char *kind = audio_sniff_container(source);
    const char *state = *lack ? "cannot be opened: " : "is not installed";
    if (kind)
        return error_set(error, SER_ERROR_UNSUPPORTED,
                         "%s: holds %s data, which libsndfile does not read, and the FFmpeg module "
                         "that does %s%s",
                         source->name, kind, state, lack);
    return error_set(error, SER_ERROR_FORMAT,
                     "%s: libsndfile does not read it (%s; expected " AUDIO_KINDS
                     "), and the FFmpeg "
                     "module for m4a, webm and amr %s%s",
                     source->name, declined, state, lack);
}

/* The sentence for what the module could not do. */
static ser_status explain(enum ffmpeg_outcome outcome, const struct ffmpeg_report *report,
                          struct audio_source *source, const char *declined, ser_error *error)
{
    const char *name = source->name;
    const char *kind = audio_sniff_container(source);
    switch (outcome) {
    case FFMPEG_NO_MEMORY:
        return error_set(error, SER_ERROR_MEMORY, "%s: out of memory while decoding", name);
    case FFMPEG_NO_SOUND:
        return error_set(error, SER_ERROR_FORMAT, "%s: has no audio track, expected a recording",
                         name);
    case FFMPEG_NO_DECODER:
        return error_set(error, SER_ERROR_UNSUPPORTED,
                         "%s: its sound is coded as \"%s\", for which this FFmpeg has no decoder",
                         name, report->detail);
    case FFMPEG_CHANGES:
        return error_set(error, SER_ERROR_UNSUPPORTED,
                         "%s: the sound changes in the middle (%s), expected one kind throughout",
                         name, report->detail);
    case FFMPEG_DAMAGED:
        if (kind)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: %s data that is damaged, cut short or without sound%s%s", name,
                             kind, *report->detail ? ": " : "", report->detail);
        break;
    default: break;
    }
    return error_set(error, SER_ERROR_FORMAT,
                     "%s: not a recording that can be read: %s (expected " AUDIO_KINDS ")", name,
                     declined);
}

static void warn_if_incomplete(const struct decoding *decoding, const struct ffmpeg_report *report)
{
    const double tolerance = 0.5; /* s: containers round, and count the codec's own delay */
    const char *name = decoding->source->name;
    double seconds = (double)decoding->sink.written / decoding->sink.rate_in;
    if (report->damaged)
        log_message(SER_LOG_WARNING, "%s: damaged packets left out: %d (%s)", name, report->damaged,
                    report->detail);
    if (report->promised - seconds > tolerance)
        log_message(SER_LOG_WARNING,
                    "%s: cut short: the header promises %.2f s; the %.2f s that are there are used",
                    name, report->promised, seconds);
}

ser_status decode_ffmpeg(struct audio_source *source, const ser_audio_settings *settings,
                         ser_audio *audio, const char *reason, ser_error *error)
{
    char lack[MODULE_REASON] = "";
    const struct ffmpeg_module *module = get_module(lack);
    if (!module)
        return no_module(source, reason, lack, error);

    struct decoding decoding = {.source = source, .settings = settings, .error = error};
    struct ffmpeg_input input = {
        .user = source, .read = read_source, .seek = seek_source, .size = source->size};
    struct ffmpeg_output output = {.user = &decoding, .begin = begin_sound, .write = write_sound};
    struct ffmpeg_report report;
    audio_source_seek(source, 0, SEEK_SET);
    enum ffmpeg_outcome outcome = module->decode(&input, &output, &report);

    ser_status status = decoding.status;
    if (outcome && outcome != FFMPEG_STOPPED)
        status = explain(outcome, &report, source, reason, error);
    if (!status) {
        warn_if_incomplete(&decoding, &report);
        status = audio_sink_finish(&decoding.sink, audio, error);
    }
    audio_sink_release(&decoding.sink);
    return status;
}

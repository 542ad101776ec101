#include "audio/decode.h"

#include <inttypes.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sink.h"
#include "audio/sniff.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"

enum { DECODE_BLOCK = 8192 }; /* frames */

static sf_count_t size_of(void *source)
{
    return ((struct audio_source *)source)->size;
}

static sf_count_t seek_in(sf_count_t offset, int whence, void *source)
{
    return audio_source_seek(source, offset, whence);
}

static sf_count_t read_from(void *bytes, sf_count_t count, void *source)
{
    return count > 0 ? (sf_count_t)audio_source_read(source, bytes, (size_t)count) : 0;
}

static sf_count_t position_of(void *source)
{
    return ((struct audio_source *)source)->position;
}

/* libsndfile's sentence on why a file could not be opened, made fit to stand inside one of ours.
 * The code is a global of libsndfile: when two threads fail at once, one may see the other's. It
 * only ever becomes part of a sentence. */
static void copy_reason(char reason[DECODE_REASON])
{
    static const char prefix[] = "Error : ";
    const int misleading = 7; /* "File does not exist", of bytes that only look like MPEG */
    int code = sf_error(NULL);
    const char *sentence = code && code != misleading ? sf_error_number(code)
                                                      : "damaged or not of a kind that it knows";
    if (!strncmp(sentence, prefix, sizeof prefix - 1))
        sentence += sizeof prefix - 1;
    snprintf(reason, DECODE_REASON, "%s", sentence);
    reason[strcspn(reason, "\n")] = 0;
    size_t length = strlen(reason);
    if (length && reason[length - 1] == '.')
        reason[length - 1] = 0;
}

/* Through callbacks rather than by name: given a name, libsndfile would believe endings such as
 * ".gsm" where the content says nothing. */
static SNDFILE *open_source(struct audio_source *source, SF_INFO *info, char reason[DECODE_REASON])
{
    SF_VIRTUAL_IO input = {
        .get_filelen = size_of, .seek = seek_in, .read = read_from, .tell = position_of};
    *info = (SF_INFO){0};
    SNDFILE *file = sf_open_virtual(&input, SFM_READ, info, source);
    if (!file)
        copy_reason(reason);
    return file;
}

/* Decodes all there is, never trusting the number of frames in the header. */
static ser_status copy_frames(SNDFILE *file, struct audio_sink *sink, ser_error *error)
{
    float *block = memory_resize(NULL, DECODE_BLOCK, (size_t)sink->channels_in * sizeof *block);
    if (!block)
        return error_set(error, SER_ERROR_MEMORY, "%s: out of memory while decoding", sink->name);
    ser_status status = SER_OK;
    while (!status) {
        sf_count_t got = sf_readf_float(file, block, DECODE_BLOCK);
        if (got <= 0)
            break;
        status = audio_sink_write(sink, block, (size_t)got, error);
    }
    free(block);
    return status;
}

/* A recording that breaks off is used as far as it goes; the user should know, though. */
static void warn_if_cut(struct audio_source *source, SNDFILE *file, const SF_INFO *info,
                        size_t frames)
{
    int64_t missing = audio_sniff_missing(source);
    double seconds = (double)frames / info->samplerate;
    /* MPEG streams only estimate their length. */
    int is_estimate = (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG;
    if (missing)
        log_message(SER_LOG_WARNING,
                    "%s: cut short: the header promises %" PRId64
                    " bytes more than the file has; the %.2f s that are there are used",
                    source->name, missing, seconds);
    else if (sf_error(file))
        log_message(SER_LOG_WARNING, "%s: decoding stopped after %.2f s, which are used: %s",
                    source->name, seconds, sf_strerror(file));
    else if (!is_estimate && info->frames < SF_COUNT_MAX && (uint64_t)info->frames > frames)
        log_message(SER_LOG_WARNING,
                    "%s: cut short: the header promises %.2f s; the %.2f s that are there are used",
                    source->name, (double)info->frames / info->samplerate, seconds);
}

static ser_status nothing_decoded(const struct audio_source *source, SNDFILE *file,
                                  ser_error *error)
{
    if (sf_error(file))
        return error_set(error, SER_ERROR_FORMAT, "%s: cannot be decoded: %s", source->name,
                         sf_strerror(file));
    return error_set(error, SER_ERROR_FORMAT, "%s: holds no samples, expected a recording",
                     source->name);
}

ser_status decode_sndfile(struct audio_source *source, const ser_audio_settings *settings,
                          ser_audio *audio, char reason[DECODE_REASON], ser_error *error)
{
    struct audio_sink sink = {0};
    SF_INFO info;
    reason[0] = 0;
    SNDFILE *file = open_source(source, &info, reason);
    if (!file)
        return SER_ERROR_FORMAT;
    source->rate = info.samplerate;
    ser_status status =
        audio_sink_open(&sink, source->name, info.samplerate, info.channels, settings, error);
    if (!status)
        status = copy_frames(file, &sink, error);
    if (status)
        goto done;
    if (sink.written == 0) {
        status = nothing_decoded(source, file, error);
        goto done;
    }
    warn_if_cut(source, file, &info, sink.written);
    status = audio_sink_finish(&sink, audio, error);
done:
    audio_sink_release(&sink);
    sf_close(file);
    return status;
}

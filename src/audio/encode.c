#define _GNU_SOURCE
#include "audio/encode.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "ser/audio.h"

enum { ENCODE_BLOCK = 8192 }; /* frames; libvorbis keeps a whole block on its stack */

/* A kind of file. */
struct kind {
    const char *ending;
    int format;       /* SF_FORMAT_… */
    int is_pcm;       /* 16-bit samples, which are rounded here */
    const char *want; /* what the kind can hold, for sentences */
};

static const struct kind kinds[] = {
    {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, "less than 4 GiB"},
    {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1, "up to 655350 Hz and 8 channels"},
    {"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0, "8000 to 192000 Hz"},
    {"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0, "8000, 12000, 16000, 24000 or 48000 Hz"},
};

/* The file that libsndfile writes into. */
struct target {
    FILE *stream;
    int failure; /* errno of the first write that failed, 0 so far */
};

static const struct kind *find_kind(const char *path)
{
    const char *dot = strrchr(file_name(path), '.');
    for (size_t i = 0; dot && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcasecmp(dot + 1, kinds[i].ending))
            return &kinds[i];
    return NULL;
}

int audio_encode_knows(const char *path)
{
    return find_kind(path) != NULL;
}

static sf_count_t position_of(void *user)
{
    return ftello(((struct target *)user)->stream);
}

static sf_count_t seek_in(sf_count_t offset, int whence, void *user)
{
    struct target *target = user;
    return fseeko(target->stream, offset, whence) ? -1 : ftello(target->stream);
}

static sf_count_t size_of(void *user)
{
    sf_count_t here = position_of(user), size = seek_in(0, SEEK_END, user);
    seek_in(here, SEEK_SET, user);
    return size;
}

static sf_count_t write_to(const void *bytes, sf_count_t count, void *user)
{
    struct target *target = user;
    size_t put = fwrite(bytes, 1, (size_t)count, target->stream);
    if (put < (size_t)count && !target->failure)
        target->failure = errno ? errno : EIO;
    return (sf_count_t)put;
}

/* Nobody reads a file that is being written, but libsndfile wants the function. */
static sf_count_t read_from(void *bytes, sf_count_t count, void *user)
{
    (void)bytes, (void)count, (void)user;
    return 0;
}

static float clipped(float value)
{
    return value > 1 ? 1 : value >= -1 ? value : isnan(value) ? 0 : -1;
}

/* The inverse of reading: full scale is 32768, so what was 16 bit before comes back exactly. */
static short rounded(float value)
{
    long step = lrintf(clipped(value) * 32768.0F);
    return (short)(step > INT16_MAX ? INT16_MAX : step);
}

/* Writes frames as the kind wants them; the block has room for ENCODE_BLOCK of them. */
static sf_count_t write_block(SNDFILE *file, const struct kind *kind, const float *samples,
                              size_t frames, int channels, void *block)
{
    float *floats = block;
    short *shorts = block;
    for (size_t i = 0; i < frames * (size_t)channels; i++) {
        if (kind->is_pcm)
            shorts[i] = rounded(samples[i]);
        else
            floats[i] = clipped(samples[i]);
    }
    return kind->is_pcm ? sf_writef_short(file, shorts, (sf_count_t)frames)
                        : sf_writef_float(file, floats, (sf_count_t)frames);
}

static ser_status encode(const ser_audio *audio, const struct kind *kind, struct target *target,
                         const char *path, ser_error *error)
{
    SF_INFO info = {.samplerate = audio->rate, .channels = audio->channels, .format = kind->format};
    SF_VIRTUAL_IO output = {size_of, seek_in, read_from, write_to, position_of};
    size_t channels = (size_t)audio->channels;
    ser_status status = SER_OK;
    float *block = memory_resize(NULL, ENCODE_BLOCK, channels * sizeof *block);
    if (!block)
        return error_set(error, SER_ERROR_MEMORY, "%s: out of memory while encoding", path);
    SNDFILE *file = sf_open_virtual(&output, SFM_WRITE, &info, target);
    int refused = !file;
    for (size_t at = 0; !refused && at < audio->frames; at += ENCODE_BLOCK) {
        size_t count = audio->frames - at < ENCODE_BLOCK ? audio->frames - at : ENCODE_BLOCK;
        refused = write_block(file, kind, audio->samples + at * channels, count, audio->channels,
                              block) != (sf_count_t)count;
    }
    if (file && sf_close(file))
        refused = 1;
    if (target->failure)
        status = error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", path,
                           strerror(target->failure));
    else if (refused)
        status = error_set(error, SER_ERROR_UNSUPPORTED,
                           "%s: sound of %d Hz and %d channels does not go into .%s, expected %s",
                           path, audio->rate, audio->channels, kind->ending, kind->want);
    free(block);
    return status;
}

static ser_status check(const ser_audio *audio, const struct kind *kind, const char *path,
                        ser_error *error)
{
    const double most_in_wav = 4294967296.0 - 4096; /* bytes; sizes there have 32 bits */
    if (!kind)
        return error_set(
            error, SER_ERROR_ARGUMENT,
            "%s: has no ending that names a kind of sound file, expected " AUDIO_ENDINGS, path);
    if (!audio->frames)
        return error_set(error, SER_ERROR_ARGUMENT, "%s: there is no sound to be saved", path);
    if (audio->rate < SER_AUDIO_MIN_RATE || audio->rate > SER_AUDIO_MAX_RATE ||
        audio->channels < 1 || audio->channels > SER_AUDIO_MAX_CHANNELS)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: sound of %d Hz and %d channels cannot be saved, expected %d to %d Hz "
                         "and 1 to %d channels",
                         path, audio->rate, audio->channels, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE,
                         SER_AUDIO_MAX_CHANNELS);
    if ((kind->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAV &&
        2.0 * (double)audio->frames * audio->channels > most_in_wav)
        return error_set(error, SER_ERROR_UNSUPPORTED,
                         "%s: sound of %.0f s, %d Hz and %d channels does not go into .wav, "
                         "expected less than 4 GiB; .flac holds more",
                         path, ser_audio_duration(audio), audio->rate, audio->channels);
    return SER_OK;
}

ser_status ser_audio_save(const ser_audio *audio, const char *path, ser_error *error)
{
    const struct kind *kind = find_kind(path);
    struct file_writer writer;
    error_clear(error);
    ser_status status = check(audio, kind, path, error);
    if (!status)
        status = file_writer_open_seekable(&writer, path, error);
    if (status)
        return status;
    struct target target = {.stream = writer.stream};
    status = encode(audio, kind, &target, path, error);
    if (!status)
        return file_writer_commit(&writer, error);
    file_writer_abandon(&writer);
    return status;
}

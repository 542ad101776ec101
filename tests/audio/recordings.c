#include "recordings.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

int remark_count;
char remark_last[SER_ERROR_LENGTH];

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    if (!size)
        return;
    bytes->data = realloc(bytes->data, bytes->size + size);
    assert_non_null(bytes->data);
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_add_u16(struct bytes *bytes, unsigned int value)
{
    unsigned char data[] = {(unsigned char)value, (unsigned char)(value >> 8)};
    bytes_add(bytes, data, sizeof data);
}

void bytes_add_u32(struct bytes *bytes, uint32_t value)
{
    bytes_add_u16(bytes, value & 0xFFFF);
    bytes_add_u16(bytes, value >> 16);
}

void bytes_release(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

struct bytes wav_make(struct wav_header header, const void *samples, size_t size, uint32_t promised)
{
    struct bytes wav = {0};
    unsigned int frame = header.channels * header.bits / 8;
    bytes_add_text(&wav, "RIFF");
    bytes_add_u32(&wav, promised < UINT32_MAX - 36 ? promised + 36 : UINT32_MAX);
    bytes_add_text(&wav, "WAVEfmt ");
    bytes_add_u32(&wav, 16);
    bytes_add_u16(&wav, header.tag);
    bytes_add_u16(&wav, header.channels);
    bytes_add_u32(&wav, header.rate);
    bytes_add_u32(&wav, header.rate * frame);
    bytes_add_u16(&wav, frame);
    bytes_add_u16(&wav, header.bits);
    bytes_add_text(&wav, "data");
    bytes_add_u32(&wav, promised);
    bytes_add(&wav, samples, size);
    return wav;
}

struct bytes wav_make_float(int rate, int channels, const float *samples, size_t frames)
{
    struct wav_header header = {3, (unsigned int)channels, (uint32_t)rate, 32};
    size_t size = frames * (size_t)channels * sizeof *samples;
    return wav_make(header, samples, size, (uint32_t)size);
}

float *sine_make(double frequency, double amplitude, int rate, size_t frames)
{
    const double pi = 3.14159265358979323846;
    float *samples = calloc(frames ? frames : 1, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < frames; i++)
        samples[i] = (float)(amplitude * sin(2 * pi * frequency * (double)i / rate));
    return samples;
}

char *recording_write(const char *name, int format, int rate, int channels, const float *samples,
                      size_t frames)
{
    SF_INFO info = {.samplerate = rate, .channels = channels, .format = format};
    if (!sf_format_check(&info))
        return NULL;
    char *path = support_scratch(name);
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    if (!file)
        fail_msg("%s: %s", path, sf_strerror(NULL));
    assert_int_equal(sf_writef_float(file, samples, (sf_count_t)frames), frames);
    assert_int_equal(sf_close(file), 0);
    return path;
}

double rms_of(const ser_audio *audio, int channel, size_t begin, size_t end)
{
    assert_in_range(end, begin + 1, audio->frames);
    double sum = 0;
    for (size_t i = begin; i < end; i++) {
        double value = audio->samples[i * (size_t)audio->channels + (size_t)channel];
        sum += value * value;
    }
    return sqrt(sum / (double)(end - begin));
}

double similarity(const float *a, const float *b, size_t count)
{
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < count; i++) {
        ab += (double)a[i] * b[i];
        aa += (double)a[i] * a[i];
        bb += (double)b[i] * b[i];
    }
    return ab / sqrt(aa * bb);
}

static void catch_remark(void *user, ser_log_level level, const char *message)
{
    (void)user;
    assert_int_equal(level, SER_LOG_WARNING);
    remark_count++;
    snprintf(remark_last, sizeof remark_last, "%s", message);
}

void remarks_catch(void)
{
    remark_count = 0;
    remark_last[0] = 0;
    ser_log_set_callback(catch_remark, NULL);
}

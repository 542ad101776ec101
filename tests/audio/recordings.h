/* Recordings that the audio tests make themselves. */
#ifndef TESTS_AUDIO_RECORDINGS_H
#define TESTS_AUDIO_RECORDINGS_H

#include <stddef.h>
#include <stdint.h>

#include "ser/audio.h"

/* Bytes of a file made by hand. */
struct bytes {
    unsigned char *data;
    size_t size;
};

void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_add_u16(struct bytes *bytes, unsigned int value); /* little-endian */
void bytes_add_u32(struct bytes *bytes, uint32_t value);
void bytes_release(struct bytes *bytes);

/* What the header of a WAV made by hand says. */
struct wav_header {
    unsigned int tag; /* 1: PCM, 3: float */
    unsigned int channels;
    uint32_t rate;
    unsigned int bits;
};

/* A WAV of these samples as they are; `promised` is the size that its data chunk claims. */
struct bytes wav_make(struct wav_header header, const void *samples, size_t size,
                      uint32_t promised);

/* A float WAV of one or more channels. */
struct bytes wav_make_float(int rate, int channels, const float *samples, size_t frames);

/* amplitude * sin(2 pi frequency t), from t = 0 on; the caller frees it. */
float *sine_make(double frequency, double amplitude, int rate, size_t frames);

/* Writes a file of any kind that libsndfile can write (an SF_FORMAT_…) into the scratch folder.
 * Returns its path, which the caller frees, or NULL when this libsndfile cannot. */
char *recording_write(const char *name, int format, int rate, int channels, const float *samples,
                      size_t frames);

/* Root of the mean square of samples [begin, end) of one channel. */
double rms_of(const ser_audio *audio, int channel, size_t begin, size_t end);

/* The cosine of the angle between two stretches of `count` samples: 1 for the same shape. */
double similarity(const float *a, const float *b, size_t count);

/* Catches the library's remarks. */
extern int remark_count;
extern char remark_last[SER_ERROR_LENGTH];
void remarks_catch(void);

#endif

#include "audio/copy.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

ser_status audio_copy(ser_audio *copy, const ser_audio *audio, ser_error *error)
{
    size_t count = audio->frames * (size_t)audio->channels;
    *copy = (ser_audio){0};
    float *samples = memory_resize(NULL, count, sizeof *samples);
    if (!samples)
        return error_memory(error, "copying sound");
    if (count)
        memcpy(samples, audio->samples, count * sizeof *samples);
    *copy = *audio;
    copy->samples = samples;
    return SER_OK;
}

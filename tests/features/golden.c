#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const golden_names[GOLDEN_NAMES] = {
    "03-01-01-01-01-01-13", "03-01-02-01-01-01-20", "03-01-03-02-01-01-07", "03-01-04-01-01-01-04",
    "03-01-05-02-01-01-01", "03-01-06-02-01-01-10", "03-01-07-01-01-01-16", "03-01-08-02-01-01-19",
};

ser_audio golden_recording(const char *name)
{
    char relative[128];
    snprintf(relative, sizeof relative, "ravdess/Actor_%s/%s.flac", strrchr(name, '-') + 1, name);
    ser_audio audio = {0};
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = 0;
    ser_error error;
    assert_ok(ser_audio_load(&audio, support_data(relative), &settings, &error));
    assert_int_equal(audio.rate, 16000);
    assert_int_equal(audio.channels, 1);
    return audio;
}

float *golden_librosa(const char *name, const char *feature, int *rows, int *frames)
{
    char relative[128];
    snprintf(relative, sizeof relative, "librosa/%s.%s.npy", name, feature);
    float *stored = support_read_npy(support_golden(relative), rows, frames);
    assert_true(*rows > 0 && *frames > 0);
    float *values = calloc((size_t)*rows * (size_t)*frames, sizeof *values);
    for (int r = 0; r < *rows; r++)
        for (int t = 0; t < *frames; t++)
            values[t * *rows + r] = stored[r * *frames + t];
    free(stored);
    return values;
}

/* The smallest program that measures features: measure SET RECORDING
 *
 *   cc measure.c $(pkg-config --cflags --libs ser) -o measure
 *   ./measure prosody call.wav
 */
#include <stdio.h>
#include <stdlib.h>

#include <ser/ser.h>

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: %s SET RECORDING\n", arguments[0]);
        return 2;
    }
    ser_audio audio = {0};
    ser_audio_settings sound = ser_audio_settings_defaults(); /* 16 kHz, one channel */
    ser_features_settings settings;
    ser_extractor *extractor = NULL;
    ser_error error;
    int failed = ser_audio_load(&audio, arguments[2], &sound, &error) ||
                 ser_features_settings_of(arguments[1], sound.rate, &settings, &error) ||
                 ser_extractor_create(&extractor, &settings, &error);
    int functionals = failed ? 0 : ser_extractor_functionals(extractor);
    float *values = calloc((size_t)functionals + 1, sizeof *values);
    if (!failed && values)
        failed = ser_extractor_summarise(extractor, audio.samples, audio.frames, values, &error);
    if (failed)
        fprintf(stderr, "%s\n", error.message);
    for (int i = 0; !failed && values && i < functionals; i++) {
        const ser_column *column = ser_extractor_functional(extractor, i);
        printf("%-24s %12g %s\n", column->name, (double)values[i], column->unit);
    }
    free(values);
    ser_extractor_destroy(extractor);
    ser_audio_release(&audio);
    return failed;
}

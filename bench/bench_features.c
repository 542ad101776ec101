/* How fast the features are: one FFT, one clip's power spectrogram, one clip's log-mel features.
 * peer_features.py times the last with the usual Python libraries, for comparison. */
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "bench.h"
#include "features/fft.h"
#include "features/stft.h"
#include "ser/features.h"

enum { RATE = 16000, SECONDS = 4, SAMPLES = RATE * SECONDS };

struct work {
    float *samples; // (SAMPLES), noise
    struct fft *fft;
    struct stft *stft;
    ser_extractor *extractor;
    float *power; // (frames, bins)
    ser_features features;
};

static void run_fft(void *context, long iterations)
{
    struct work *work = context;
    for (long i = 0; i < iterations; i++) {
        fft_power(work->fft, work->samples + i % 1000, work->power);
        bench_use(work->power);
    }
}

static void run_power_spectrogram(void *context, long iterations)
{
    struct work *work = context;
    for (long i = 0; i < iterations; i++) {
        stft_power_spectrogram(work->stft, work->samples, SAMPLES, work->power);
        bench_use(work->power);
    }
}

static void run_log_mel(void *context, long iterations)
{
    struct work *work = context;
    for (long i = 0; i < iterations; i++) {
        if (ser_extractor_run(work->extractor, work->samples, SAMPLES, &work->features, NULL))
            abort();
        bench_use(work->features.values);
    }
}

static ser_status prepare(struct work *work, ser_error *error)
{
    ser_features_settings settings = ser_features_settings_defaults();
    struct stft_layout layout = {WINDOW_HANN, settings.window, settings.hop, settings.fft,
                                 settings.centred};
    ser_status status = fft_create(&work->fft, settings.fft, error);
    if (!status)
        status = stft_create(&work->stft, &layout, error);
    if (!status)
        status = ser_extractor_create(&work->extractor, &settings, error);
    if (status)
        return status;
    size_t cells = stft_frames(work->stft, SAMPLES) * (size_t)stft_bins(work->stft);
    work->samples = calloc(SAMPLES, sizeof *work->samples);
    work->power = calloc(cells, sizeof *work->power);
    if (!work->samples || !work->power)
        return SER_ERROR_MEMORY;
    struct random random = random_seeded(1, 0);
    for (int i = 0; i < SAMPLES; i++)
        work->samples[i] = random_uniform(&random, -0.1f, 0.1f);
    return SER_OK;
}

static void release(struct work *work)
{
    fft_destroy(work->fft);
    stft_destroy(work->stft);
    ser_extractor_destroy(work->extractor);
    ser_features_release(&work->features);
    free(work->samples);
    free(work->power);
}

int main(int argc, char **argv)
{
    struct work work = {0};
    ser_error error = {0};
    int code = 1;
    if (prepare(&work, &error)) {
        fprintf(stderr, "%s: %s\n", argv[0], *error.message ? error.message : "out of memory");
        goto done;
    }
    double frames = ser_extractor_frames(work.extractor, SAMPLES);
    const struct bench benches[] = {
        {"fft/512", run_fft, &work, {{"items_per_second", 1}}},
        {"power_spectrogram/4s",
         run_power_spectrogram,
         &work,
         {{"x_real_time", SECONDS}, {"items_per_second", frames}}},
        {"log_mel/4s",
         run_log_mel,
         &work,
         {{"x_real_time", SECONDS}, {"items_per_second", frames}}},
    };
    code = bench_main(argc, argv, benches, sizeof benches / sizeof *benches);
done:
    release(&work);
    return code;
}

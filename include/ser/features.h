/* Features: what a model hears. Sound of one channel becomes a matrix of
 * (frames, bands), row-major, time first.
 */
#ifndef SER_FEATURES_H
#define SER_FEATURES_H

#include <stddef.h>

#include "ser/audio.h"
#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ser_mel_scale {
    SER_MEL_SLANEY, /* linear below 1 kHz, logarithmic above (Slaney 1998; librosa's default) */
    SER_MEL_HTK,    /* mel = 2595 log10(1 + f/700) (O'Shaughnessy 1987; HTK) */
} ser_mel_scale;

typedef enum ser_mel_norm {
    SER_MEL_NORM_NONE,   /* triangles of peak 1 */
    SER_MEL_NORM_SLANEY, /* triangles of equal area: each divided by half its width in Hz */
} ser_mel_norm;

typedef enum ser_normalise {
    SER_NORMALISE_NONE,
    SER_NORMALISE_UTTERANCE, /* each band: (x - mean over time) / (deviation over time + offset) */
} ser_normalise;

/* Settings of the log-mel features. Take ser_features_settings_defaults(). */
typedef struct ser_features_settings {
    int rate;                /* Hz of the sound that is expected; 16000 */
    int window;              /* samples under the periodic Hann window; 400 = 25 ms */
    int hop;                 /* samples from one frame to the next; 160 = 10 ms */
    int fft;                 /* FFT size, even, 16 to 65536, at least `window`, without prime
                                factors over 5; 512 */
    int centred;             /* 1: the window of frame t is centred on sample t*hop, with zeros
                                beyond both ends of the sound (librosa's default); 0: it covers
                                samples t*hop to t*hop+window-1 (default). A window shorter than
                                the FFT is filled up with zeros either way. */
    int bands;               /* mel bands, 1 to 1024; 64. A band narrower than the distance of two
                                FFT bins, rate/fft, is interpolated between the bins beside it. */
    double low;              /* Hz, lower edge of the first band; 40 */
    double high;             /* Hz, upper edge of the last band, at most rate/2; 7800 */
    ser_mel_scale scale;     /* SER_MEL_HTK */
    ser_mel_norm norm;       /* SER_MEL_NORM_SLANEY */
    double floor;            /* added to the power before the logarithm, 1e-30 to 1; 1e-8 */
    ser_normalise normalise; /* SER_NORMALISE_UTTERANCE */
    double offset;           /* added to the deviation before dividing, in nepers of power, above
                                0 even where nothing is normalised; 0.5 */
} ser_features_settings;

SER_API ser_features_settings ser_features_settings_defaults(void);

/* A matrix of features. Zero-initialise; release with ser_features_release. */
typedef struct ser_features {
    float *values; /* (frames, bands) */
    int frames;
    int bands;
} ser_features;

/* Computes features; holds windows, filters and scratch memory. Use one
 * extractor per thread. */
typedef struct ser_extractor ser_extractor;

/* Refuses settings outside their ranges with ERROR_ARGUMENT and a sentence. A settings pointer of
 * NULL means the defaults. The settings are copied. On failure *extractor is NULL. */
SER_API ser_status ser_extractor_create(ser_extractor **extractor,
                                        const ser_features_settings *settings, ser_error *error);
SER_API void ser_extractor_destroy(ser_extractor *extractor);

/* Frames that `samples` samples give: 1 + (samples - window) / hop without centring (sound
 * shorter than one window counts as one frame, filled up with zeros), 1 + samples / hop with
 * it; 0 for no samples. What is left over at the end is dropped. INT_MAX stands for any
 * larger number. */
SER_API int ser_extractor_frames(const ser_extractor *extractor, size_t samples);

/* Log-mel features of `count` samples of one channel at settings.rate. The same samples and
 * settings give the same values whatever was computed before. No value is ever infinite or not a
 * number.
 * features->values grows when needed and may be reused from call to call; nothing else is
 * allocated. No samples give no frames. A sample that is not finite or beyond 1e9 either way is
 * refused with ERROR_ARGUMENT, and on failure *features is left as it was. */
SER_API ser_status ser_extractor_run(ser_extractor *extractor, const float *samples, size_t count,
                                     ser_features *features, ser_error *error);

SER_API void ser_features_release(ser_features *features);

#ifdef __cplusplus
}
#endif

#endif

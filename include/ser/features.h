/* Features: what a model hears, and what researchers measure. Sound of one channel becomes a matrix
 * of (frames, columns), row-major, time first, or one row of functionals that sum up a recording.
 *
 * Features come in named sets, such as "logmel64" or "egemapsv02"; a set knows its columns' names,
 * units and formulae, and its settings.
 *
 *     ser_features_settings settings;
 *     ser_extractor *extractor;
 *     ser_features features = {0};
 *     ser_features_settings_of("mfcc40", 16000, &settings, &error);
 *     ser_extractor_create(&extractor, &settings, &error);
 *     ser_extractor_run(extractor, samples, count, &features, &error);
 *
 * Sets are shared by all threads; an extractor belongs to one thread at a time. Pointers must not
 * be NULL, except errors and where it says so.
 */
#ifndef SER_FEATURES_H
#define SER_FEATURES_H

#include <stddef.h>

#include "ser/audio.h"
#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A named set of features; static, never released. */
typedef struct ser_feature_set ser_feature_set;

/* NULL for an unknown name or that of NULL, and for an index from ser_feature_set_count() up. */
SER_API const ser_feature_set *ser_feature_set_find(const char *name);
SER_API size_t ser_feature_set_count(void);
SER_API const ser_feature_set *ser_feature_set_at(size_t index);

/* Static strings: "mfcc40"; one line for people; whose definitions they are (a tool, a paper). A
 * set of NULL, which is none, gives NULL. */
SER_API const char *ser_feature_set_name(const ser_feature_set *set);
SER_API const char *ser_feature_set_summary(const ser_feature_set *set);
SER_API const char *ser_feature_set_source(const ser_feature_set *set);

/* The least sampling rate, in Hz, at which all of its columns mean what they say; 0 for NULL. */
SER_API int ser_feature_set_min_rate(const ser_feature_set *set);

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

/* Settings of a set. Take ser_features_settings_of() and change what is to be changed; most sets
 * fix most settings (`ser features --describe SET` shows which), and a changed one is refused.
 * Where a set does not use a setting, it is 0. The values named here are those of logmel64 at
 * 16 kHz. */
typedef struct ser_features_settings {
    const ser_feature_set *set;
    int rate;                /* Hz of the sound that is expected; 16000 */
    int window;              /* samples under the window; 400 = 25 ms */
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
    ser_normalise normalise; /* SER_NORMALISE_NONE */
    double offset;           /* added to the deviation before dividing, in nepers of power, above
                                0 even where nothing is normalised; 0.5 */
    int coefficients;        /* cepstral coefficients, 1 to `bands`; mfcc40: 40 */
    int lifter;              /* cepstral lifter L, 0 for none: coefficient k is multiplied by
                                1 + L/2 sin(pi (k+1) / L); mfcc40: 0. Kaldi has k in place of
                                k+1; kaldi-mfcc13: 22 */
    int deltas;              /* derivatives beside the coefficients: 0 none (default), 1 first,
                                2 first and second */
    double floor_hz;         /* the lowest pitch that is looked for, 40 to 500; prosody: 75 */
    double ceiling_hz;       /* the highest one, above the floor, at most rate/4; prosody: 600 */
} ser_features_settings;

/* The settings of the named set at a rate in Hz. Refuses an unknown name or NULL, and a rate below
 * ser_feature_set_min_rate, with ERROR_ARGUMENT and a sentence. */
SER_API ser_status ser_features_settings_of(const char *set, int rate,
                                            ser_features_settings *settings, ser_error *error);

/* Those of logmel64 at 16 kHz. */
SER_API ser_features_settings ser_features_settings_defaults(void);

/* A matrix of features. Zero-initialise; release with ser_features_release. */
typedef struct ser_features {
    float *values; /* (frames, columns) */
    int frames;
    int columns;
} ser_features;

/* One column: static strings or strings that live as long as the extractor. */
typedef struct ser_column {
    const char *name;    /* "mfcc_0" */
    const char *unit;    /* "Hz", "dB"; "1" for pure numbers */
    const char *formula; /* one line: the definition */
} ser_column;

/* Computes features; holds windows, filters and scratch memory. Use one
 * extractor per thread. */
typedef struct ser_extractor ser_extractor;

/* Refuses settings outside their ranges with ERROR_ARGUMENT and a sentence. A settings pointer of
 * NULL means the defaults. The settings are copied. On failure *extractor is NULL. */
SER_API ser_status ser_extractor_create(ser_extractor **extractor,
                                        const ser_features_settings *settings, ser_error *error);
SER_API void ser_extractor_destroy(ser_extractor *extractor);
SER_API const ser_features_settings *ser_extractor_settings(const ser_extractor *extractor);

/* The highest frequency, in Hz, that plays a part in the columns. A recording made with less than
 * twice as many samples a second has nothing there, whatever it is resampled to: its values are
 * those of another sound, and do not go together with those of other recordings. */
SER_API double ser_extractor_highest(const ser_extractor *extractor);

/* The columns of a frame; NULL beyond the last. */
SER_API int ser_extractor_columns(const ser_extractor *extractor);
SER_API const ser_column *ser_extractor_column(const ser_extractor *extractor, int index);

/* Frames that `samples` samples give: 0 for none, and at least one for any sound, however short
 * (what lies beyond its end counts as zeros). For logmel64: 1 + (samples - window) / hop without
 * centring, 1 + samples / hop with it; what is left over at the end is dropped. INT_MAX stands for
 * any larger number. */
SER_API int ser_extractor_frames(const ser_extractor *extractor, size_t samples);

/* Seconds that frame `frame` of a sound of `samples` samples covers. A centred frame begins before
 * the sound does, a filled-up one ends after it. */
SER_API void ser_extractor_time(const ser_extractor *extractor, size_t samples, int frame,
                                double *start, double *end);

/* The features of `count` samples of one channel at settings.rate. The same samples and settings
 * give the same values whatever was computed before. No value is ever infinite or not a number.
 * features->values grows when needed and may be reused from call to call. No samples give no
 * frames, and may be NULL. A sample that is not finite or beyond 1e9 either way is refused with
 * ERROR_ARGUMENT and leaves *features as it was; when memory runs out, its values are of no use.
 * Amid a sound that comes piece by piece (ser_extractor_push) this is refused with ERROR_ARGUMENT,
 * and ser_extractor_summarise too; that sound goes on unharmed. */
SER_API ser_status ser_extractor_run(ser_extractor *extractor, const float *samples, size_t count,
                                     ser_features *features, ser_error *error);

/* Functionals: numbers that sum a recording up, such as the mean of each column. Every set has its
 * own; a list of names such as "mean,stddev,p95" (`ser features --list` shows all) replaces them,
 * NULL brings the set's own back. An unknown name is refused with ERROR_ARGUMENT and changes
 * nothing. */
SER_API ser_status ser_extractor_set_functionals(ser_extractor *extractor, const char *names,
                                                 ser_error *error);
SER_API int ser_extractor_functionals(const ser_extractor *extractor);
SER_API const ser_column *ser_extractor_functional(const ser_extractor *extractor, int index);

/* Writes ser_extractor_functionals() values, all finite; no samples give zeros. Frames where a
 * column is undefined, such as the pitch of unvoiced frames, count only in the columns that count
 * them. */
SER_API ser_status ser_extractor_summarise(ser_extractor *extractor, const float *samples,
                                           size_t count, float *values, ser_error *error);

/* Sound that comes piece by piece. The frames that the pushes and the finish give, one after the
 * other, are bit for bit those that ser_extractor_run gives for the whole sound; memory does not
 * grow with its length. That works for sets each of whose frames depends on the samples under its
 * own window only: logmel64 (neither centred nor normalised over the utterance), kaldi-fbank80,
 * kaldi-mfcc13, and stft1025 and mel128 with centred = 0; for others both are refused with
 * ERROR_ARGUMENT. Between a push and the finish the
 * extractor may serve nothing else; after the finish it is ready for the next sound.
 *
 * A push gives the frames that `count` more samples complete, which may be none. */
SER_API ser_status ser_extractor_push(ser_extractor *extractor, const float *samples, size_t count,
                                      ser_features *features, ser_error *error);

/* The end of the sound: gives the one frame of a sound shorter than a window, if that is what it
 * was, else none. A failed push ends the sound too. */
SER_API ser_status ser_extractor_finish(ser_extractor *extractor, ser_features *features,
                                        ser_error *error);

SER_API void ser_features_release(ser_features *features);

#ifdef __cplusplus
}
#endif

#endif

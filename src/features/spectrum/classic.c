#include "features/spectrum/classic.h"

#include "features/settings.h"
#include "features/spectrum/descriptor_pass.h"

/* librosa's own, for what has a spectrum. */
static void default_frames(ser_features_settings *settings)
{
    settings->window = 2048;
    settings->hop = 512;
    settings->fft = 2048;
    settings->centred = 1;
}

static void default_bands(ser_features_settings *settings, int coefficients)
{
    default_frames(settings);
    settings->bands = 128;
    settings->low = 0;
    settings->high = settings->rate / 2.0;
    settings->scale = SER_MEL_SLANEY;
    settings->norm = SER_MEL_NORM_SLANEY;
    settings->coefficients = coefficients;
}

static void default_mel(ser_features_settings *settings)
{
    default_bands(settings, 0);
}

static void default_40(ser_features_settings *settings)
{
    default_bands(settings, 40);
}

static void default_20(ser_features_settings *settings)
{
    default_bands(settings, 20);
}

static const enum descriptor_id stft_wanted[] = {MAGNITUDE};
static const enum descriptor_id mel_wanted[] = {MEL};
static const enum descriptor_id levels_wanted[] = {MEL_LEVELS};
static const enum descriptor_id mfcc40_wanted[] = {MFCC, MFCC_DELTA, MFCC_DELTA2};
static const enum descriptor_id classic162_wanted[] = {ZERO_CROSSINGS, CHROMA, MFCC, RMS, MEL};
static const enum descriptor_id classic180_wanted[] = {MFCC, CHROMA, MEL};
static const enum descriptor_id spectral_wanted[] = {CENTROID, BANDWIDTH, ROLLOFF,        FLATNESS,
                                                     CONTRAST, TONNETZ,   ZERO_CROSSINGS, RMS};

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

static ser_status create_stft(void **state, const ser_features_settings *settings, ser_error *error)
{
    return descriptor_pass_create(state, settings, stft_wanted, COUNT(stft_wanted), error);
}

static ser_status create_mel(void **state, const ser_features_settings *settings, ser_error *error)
{
    return descriptor_pass_create(state, settings, mel_wanted, COUNT(mel_wanted), error);
}

static ser_status create_levels(void **state, const ser_features_settings *settings,
                                ser_error *error)
{
    return descriptor_pass_create(state, settings, levels_wanted, COUNT(levels_wanted), error);
}

/* With as many derivatives as the settings say. */
static ser_status create_mfcc40(void **state, const ser_features_settings *settings,
                                ser_error *error)
{
    return descriptor_pass_create(state, settings, mfcc40_wanted, 1 + settings->deltas, error);
}

static ser_status create_classic162(void **state, const ser_features_settings *settings,
                                    ser_error *error)
{
    return descriptor_pass_create(state, settings, classic162_wanted, COUNT(classic162_wanted),
                                  error);
}

static ser_status create_classic180(void **state, const ser_features_settings *settings,
                                    ser_error *error)
{
    return descriptor_pass_create(state, settings, classic180_wanted, COUNT(classic180_wanted),
                                  error);
}

static ser_status create_spectral(void **state, const ser_features_settings *settings,
                                  ser_error *error)
{
    return descriptor_pass_create(state, settings, spectral_wanted, COUNT(spectral_wanted), error);
}

#define TAKEN_FRAMES                                                                               \
    (SETTING_BIT(SETTING_WINDOW) | SETTING_BIT(SETTING_HOP) | SETTING_BIT(SETTING_FFT) |           \
     SETTING_BIT(SETTING_CENTRED))
#define TAKEN_BANDS                                                                                \
    (TAKEN_FRAMES | SETTING_BIT(SETTING_BANDS) | SETTING_BIT(SETTING_LOW) |                        \
     SETTING_BIT(SETTING_HIGH))

/* Of sets that have no levels, whose range hangs on the loudest moment. */
static int is_local(const ser_features_settings *settings)
{
    return !settings->centred;
}

const struct ser_feature_set stft1025 = {
    .name = "stft1025",
    .summary = "magnitudes of the short-time Fourier transform",
    .source = "librosa 0.10: abs(librosa.stft)",
    .min_rate = SER_AUDIO_MIN_RATE,
    .takes = TAKEN_FRAMES,
    .defaults = default_frames,
    .create = create_stft,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .is_local = is_local,
    .functionals = "mean",
};

const struct ser_feature_set mel128 = {
    .name = "mel128",
    .summary = "power in 128 mel bands: the mel spectrogram",
    .source = "librosa 0.10: librosa.feature.melspectrogram",
    .min_rate = SER_AUDIO_MIN_RATE,
    .takes = TAKEN_BANDS,
    .defaults = default_mel,
    .create = create_mel,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .is_local = is_local,
    .functionals = "mean",
};

const struct ser_feature_set logmel128 = {
    .name = "logmel128",
    .summary = "the mel spectrogram in dB, 80 dB of range",
    .source = "librosa 0.10: librosa.power_to_db(librosa.feature.melspectrogram)",
    .min_rate = SER_AUDIO_MIN_RATE,
    .takes = TAKEN_BANDS,
    .defaults = default_mel,
    .create = create_levels,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .functionals = "mean,stddev",
};

const struct ser_feature_set mfcc40 = {
    .name = "mfcc40",
    .summary = "40 cepstral coefficients of the mel spectrum",
    .source = "librosa 0.10: librosa.feature.mfcc, delta",
    .min_rate = SER_AUDIO_MIN_RATE,
    .takes = TAKEN_BANDS | SETTING_BIT(SETTING_COEFFICIENTS) | SETTING_BIT(SETTING_LIFTER) |
             SETTING_BIT(SETTING_DELTAS),
    .defaults = default_40,
    .create = create_mfcc40,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .functionals = "mean,stddev",
};

const struct ser_feature_set classic162 = {
    .name = "classic162",
    .summary = "zero crossings, chroma, 20 MFCC, RMS and mel spectrum: the notebooks' 162 means",
    .source = "librosa 0.10 with its defaults, chroma with tuning=0",
    .min_rate = SER_AUDIO_MIN_RATE,
    .defaults = default_20,
    .create = create_classic162,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .functionals = "mean",
};

const struct ser_feature_set classic180 = {
    .name = "classic180",
    .summary = "40 MFCC, chroma and mel spectrum: the notebooks' 180 means",
    .source = "librosa 0.10 with its defaults, chroma with tuning=0",
    .min_rate = SER_AUDIO_MIN_RATE,
    .defaults = default_40,
    .create = create_classic180,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .functionals = "mean",
};

/* Above 12.8 kHz the last of the contrast's octaves, from 6.4 kHz, has bins. */
const struct ser_feature_set spectral = {
    .name = "spectral",
    .summary = "the shape of the spectrum: centroid, bandwidth, contrast, tonal centroid and more",
    .source = "librosa 0.10 with its defaults, chroma with tuning=0",
    .min_rate = 12801,
    .defaults = default_frames,
    .create = create_spectral,
    .destroy = descriptor_pass_destroy,
    .columns = descriptor_pass_columns,
    .grid = descriptor_pass_grid,
    .run = descriptor_pass_run,
    .functionals = "mean,stddev",
};

#include "features/settings.h"

#include "base/error.h"
#include "features/fft.h"

ser_features_settings ser_features_settings_defaults(void)
{
    return (ser_features_settings){
        .rate = 16000,
        .window = 400,
        .hop = 160,
        .fft = 512,
        .centred = 0,
        .bands = 64,
        .low = 40,
        .high = 7800,
        .scale = SER_MEL_HTK,
        .norm = SER_MEL_NORM_SLANEY,
        .floor = 1e-8,
        .normalise = SER_NORMALISE_UTTERANCE,
        .offset = 0.5,
    };
}

static ser_status check_int(const char *name, int value, int low, int high, ser_error *error)
{
    if (value >= low && value <= high)
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT, "features: %s is %d, expected %d to %d", name,
                     value, low, high);
}

/* Written so that a value that is not a number fails. */
static ser_status check_real(const char *name, double value, double low, double high,
                             ser_error *error)
{
    if (value >= low && value <= high)
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT, "features: %s is %g, expected %g to %g", name,
                     value, low, high);
}

static ser_status check_frames(const ser_features_settings *s, ser_error *error)
{
    ser_status status = check_int("rate", s->rate, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE, error);
    if (!status)
        status = check_int("fft", s->fft, FEATURES_MIN_FFT, FEATURES_MAX_FFT, error);
    if (!status && !fft_size_is_supported(s->fft))
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "features: fft is %d, expected an even number without prime factors "
                           "over 5, such as 512",
                           s->fft);
    if (!status)
        status = check_int("window", s->window, FEATURES_MIN_WINDOW, s->fft, error);
    if (!status)
        status = check_int("hop", s->hop, 1, FEATURES_MAX_HOP, error);
    if (!status)
        status = check_int("centred", s->centred, 0, 1, error);
    return status;
}

static ser_status check_bands(const ser_features_settings *s, ser_error *error)
{
    double half = s->rate / 2.0;
    ser_status status = check_int("bands", s->bands, 1, FEATURES_MAX_BANDS, error);
    if (!status)
        status = check_real("low", s->low, 0, half - FEATURES_MIN_SPAN, error);
    if (!status)
        status = check_real("high", s->high, s->low + FEATURES_MIN_SPAN, half, error);
    if (!status)
        status = check_int("scale", (int)s->scale, SER_MEL_SLANEY, SER_MEL_HTK, error);
    if (!status)
        status = check_int("norm", (int)s->norm, SER_MEL_NORM_NONE, SER_MEL_NORM_SLANEY, error);
    return status;
}

static ser_status check_values(const ser_features_settings *s, ser_error *error)
{
    ser_status status =
        check_real("floor", s->floor, FEATURES_MIN_FLOOR, FEATURES_MAX_FLOOR, error);
    if (!status)
        status = check_int("normalise", (int)s->normalise, SER_NORMALISE_NONE,
                           SER_NORMALISE_UTTERANCE, error);
    if (!status)
        status = check_real("offset", s->offset, FEATURES_MIN_OFFSET, FEATURES_MAX_OFFSET, error);
    return status;
}

ser_status features_settings_check(const ser_features_settings *settings, ser_error *error)
{
    ser_status status = check_frames(settings, error);
    if (!status)
        status = check_bands(settings, error);
    if (!status)
        status = check_values(settings, error);
    return status;
}

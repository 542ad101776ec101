#include "report/figure/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/voice/intensity.h"
#include "features/voice/pitch_ac.h"
#include "report/figure/spectra.h"
#include "ser/features.h"

static const double level_range = 70;     /* dB that the colours show */
static const double intensity_range = 60; /* dB below the loudest moment that are shown */
enum { MIN_TRACKER_RATE = 4000 };

static ser_status measure_waveform(struct trace *trace, const struct excerpt *excerpt,
                                   const struct panel_view *view, ser_error *error)
{
    return trace_envelope(trace, excerpt, view->by_channel, view->columns, error);
}

static ser_status measure_spectrogram(struct trace *trace, const struct excerpt *excerpt,
                                      const struct panel_view *view, ser_error *error)
{
    return spectra_linear(trace, excerpt, view->highest, view->columns, error);
}

static ser_status measure_mel(struct trace *trace, const struct excerpt *excerpt,
                              const struct panel_view *view, ser_error *error)
{
    return spectra_mel(trace, excerpt, view->highest, view->columns, error);
}

/* A curve over a whole excerpt. */
static ser_status take_curve(struct trace *trace, const struct excerpt *excerpt,
                             const struct panel_view *view, const float *values, size_t count,
                             double first, double step, ser_error *error)
{
    double duration = (double)excerpt->frames / excerpt->rate;
    return trace_curve(trace, values, count, excerpt->start + first, step, excerpt->start, duration,
                       view->columns, error);
}

static int is_too_slow(struct trace *trace, const struct excerpt *excerpt, int least,
                       const char *what)
{
    if (excerpt->rate < least)
        trace_remark(trace, "%s is measured from %g\u00a0kHz on; this recording has %g\u00a0kHz.",
                     what, least / 1000.0, excerpt->rate / 1000.0);
    return excerpt->rate < least;
}

static ser_status measure_pitch(struct trace *trace, const struct excerpt *excerpt,
                                const struct panel_view *view, ser_error *error)
{
    *trace = (struct trace){0};
    if (is_too_slow(trace, excerpt, MIN_TRACKER_RATE, "Pitch"))
        return SER_OK;
    struct pitch_ac_settings settings = pitch_ac_defaults(excerpt->rate);
    struct pitch_ac *pitch = NULL;
    float *f0 = NULL;
    ser_status status = pitch_ac_create(&pitch, &settings, error);
    if (status)
        return status;
    struct centres centres = pitch_ac_centres(pitch, excerpt->frames);
    f0 = memory_resize(NULL, 2 * centres.frames, sizeof *f0);
    status = f0 ? pitch_ac_run(pitch, excerpt->mix, excerpt->frames, f0, f0 + centres.frames, error)
                : error_memory(error, "measuring pitch");
    int voiced = 0;
    for (size_t t = 0; !status && t < centres.frames; t++) {
        voiced |= f0[t] > 0;
        f0[t] = f0[t] > 0 ? f0[t] : NAN;
    }
    if (!status && voiced)
        status = take_curve(trace, excerpt, view, f0, centres.frames, centres.first, centres.step,
                            error);
    else if (!status)
        trace_remark(trace, "No voiced sound between 75 and 600 Hz was found.");
    free(f0);
    pitch_ac_destroy(pitch);
    return status;
}

static ser_status measure_intensity(struct trace *trace, const struct excerpt *excerpt,
                                    const struct panel_view *view, ser_error *error)
{
    *trace = (struct trace){0};
    if (is_too_slow(trace, excerpt, MIN_TRACKER_RATE, "Intensity"))
        return SER_OK;
    struct intensity_settings settings = intensity_defaults(excerpt->rate);
    struct intensity *intensity = NULL;
    ser_status status = intensity_create(&intensity, &settings, error);
    if (status)
        return status;
    struct centres centres = intensity_centres(intensity, excerpt->frames);
    float *db = memory_resize(NULL, centres.frames, sizeof *db);
    if (db) {
        intensity_run(intensity, excerpt->mix, excerpt->frames, &centres, db);
        status = take_curve(trace, excerpt, view, db, centres.frames, centres.first, centres.step,
                            error);
    } else {
        status = error_memory(error, "measuring intensity");
    }
    free(db);
    intensity_destroy(intensity);
    return status;
}

/* The column of the eGeMAPS set that holds loudness, in the middles of its frames. */
static ser_status take_loudness(struct trace *trace, const struct excerpt *excerpt,
                                const struct panel_view *view, ser_extractor *extractor,
                                ser_features *features, ser_error *error)
{
    double start, end, next, unused;
    ser_status status =
        ser_extractor_run(extractor, excerpt->mix, excerpt->frames, features, error);
    if (status)
        return status;
    for (int t = 0; t < features->frames; t++)
        features->values[t] = features->values[(size_t)t * (size_t)features->columns];
    ser_extractor_time(extractor, excerpt->frames, 0, &start, &end);
    ser_extractor_time(extractor, excerpt->frames, 1, &next, &unused);
    return take_curve(trace, excerpt, view, features->values, (size_t)features->frames,
                      (start + end) / 2, next - start, error);
}

static ser_status measure_loudness(struct trace *trace, const struct excerpt *excerpt,
                                   const struct panel_view *view, ser_error *error)
{
    *trace = (struct trace){0};
    ser_features_settings settings;
    ser_extractor *extractor;
    ser_features features = {0};
    int least = ser_feature_set_min_rate(ser_feature_set_find("egemapsv02"));
    if (is_too_slow(trace, excerpt, least, "Loudness"))
        return SER_OK;
    ser_status status = ser_features_settings_of("egemapsv02", excerpt->rate, &settings, error);
    if (!status)
        status = ser_extractor_create(&extractor, &settings, error);
    if (status)
        return status;
    status = take_loudness(trace, excerpt, view, extractor, &features, error);
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
    return status;
}

/* Symmetric, and never so narrow that silence looks loud. */
static struct axis waveform_range(double low, double high, const struct panel_view *view)
{
    (void)view;
    double peak = low <= high ? fmax(fabs(low), fabs(high)) : 0;
    peak = fmax(1.08 * peak, 0.01);
    return (struct axis){AXIS_LINEAR, -peak, peak};
}

static struct axis frequency_range(double low, double high, const struct panel_view *view)
{
    (void)low, (void)high;
    return (struct axis){AXIS_LINEAR, 0, view->highest};
}

static struct axis mel_range(double low, double high, const struct panel_view *view)
{
    (void)low, (void)high;
    return (struct axis){AXIS_MEL, 0, view->highest};
}

/* What was found with a little room, at least an octave. */
static struct axis pitch_range(double low, double high, const struct panel_view *view)
{
    (void)view;
    if (!(low <= high))
        return (struct axis){AXIS_LOG, 75, 600};
    double middle = sqrt(low * high), half = fmax(sqrt(high / low) * 1.06, sqrt(2));
    return (struct axis){AXIS_LOG, middle / half, middle * half};
}

/* The top 60 dB, with a little room above. */
static struct axis intensity_axis(double low, double high, const struct panel_view *view)
{
    (void)view;
    double top = low <= high ? fmax(10 * ceil((high + 2) / 10), intensity_range) : 100;
    return (struct axis){AXIS_LINEAR, top - intensity_range, top};
}

static struct axis loudness_axis(double low, double high, const struct panel_view *view)
{
    (void)view;
    return low <= high && high > 0 ? axis_around(0, high) : (struct axis){AXIS_LINEAR, 0, 1};
}

struct axis panel_levels(double low, double high)
{
    double top = low <= high && high > SPECTRA_LEAST ? 5 * ceil(high / 5) : 0;
    return (struct axis){AXIS_LINEAR, top - level_range, top};
}

static const struct panel waveform = {
    .name = "waveform",
    .title = "Waveform",
    .axis = "Amplitude",
    .summary = "the sound itself: least and greatest sample of each moment",
    .height = 0.8,
    .has_lanes = 1,
    .measure = measure_waveform,
    .range = waveform_range,
    .draw = panel_draw_envelope,
};

static const struct panel spectrogram = {
    .name = "spectrogram",
    .title = "Spectrogram",
    .axis = "Frequency (Hz)",
    .summary = "level over time and frequency, frames of 25 ms",
    .height = 1.5,
    .has_colours = 1,
    .measure = measure_spectrogram,
    .range = frequency_range,
    .draw = panel_draw_image,
};

static const struct panel mel = {
    .name = "mel",
    .title = "Mel spectrogram",
    .axis = "Frequency (Hz)",
    .summary = "the same in 128 bands spaced as the ear hears pitch",
    .height = 1.5,
    .has_colours = 1,
    .measure = measure_mel,
    .range = mel_range,
    .draw = panel_draw_image,
};

static const struct panel pitch = {
    .name = "pitch",
    .title = "Pitch",
    .axis = "F0 (Hz)",
    .summary = "fundamental frequency of voiced sound (f0_hz of the set prosody)",
    .height = 1,
    .measure = measure_pitch,
    .range = pitch_range,
    .draw = panel_draw_curve,
};

static const struct panel intensity_panel = {
    .name = "intensity",
    .title = "Intensity",
    .axis = "Level (dB)",
    .summary = "mean square in dB (intensity_db of the set prosody)",
    .height = 0.8,
    .measure = measure_intensity,
    .range = intensity_axis,
    .draw = panel_draw_curve,
};

static const struct panel loudness = {
    .name = "loudness",
    .title = "Loudness",
    .axis = "Loudness",
    .summary = "as the ear weighs frequencies (Loudness_sma3 of egemapsv02); 16 kHz and up",
    .height = 0.8,
    .measure = measure_loudness,
    .range = loudness_axis,
    .draw = panel_draw_curve,
};

const struct panel *const panels[] = {
    &waveform, &spectrogram, &mel, &pitch, &intensity_panel, &loudness, NULL,
};

const struct panel *panel_find(const char *name, size_t length)
{
    for (int i = 0; panels[i]; i++)
        if (strlen(panels[i]->name) == length && !strncmp(panels[i]->name, name, length))
            return panels[i];
    return NULL;
}

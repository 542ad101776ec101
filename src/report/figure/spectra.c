#define _GNU_SOURCE
#include "report/figure/spectra.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/mel.h"
#include "features/spectrum/stft.h"

enum { MEL_BANDS = 128, MIN_WINDOW = 8 };

/* Between a Hann window's sum of squares and the square of its sum, in bins (Harris 1978). */
static const double hann_noise_bandwidth = 1.5;

struct spectra {
    const struct excerpt *excerpt;
    struct stft_layout layout;
    struct stft *stft;
    const struct mel_bank *bank; /* NULL: the bins themselves */
    lanes *power, *mel;          // (bins), (bands): of LANES frames
    float *sum;                  // (rows), of the frames of one column
    double scale;                /* from power to that of a sine of amplitude 1 */
    struct trace *trace;
};

static struct stft_layout choose_layout(const struct excerpt *excerpt)
{
    int window = excerpt->rate / 40;
    if (window < MIN_WINDOW)
        window = MIN_WINDOW;
    return (struct stft_layout){
        .kind = WINDOW_HANN,
        .window = window,
        .fft = fft_size_at_least(2 * window),
        .centred = 1,
    };
}

/* No more columns than there are milliseconds, and frames no further apart than columns, so that
 * each has one. */
static void choose_columns(struct spectra *spectra, int wanted)
{
    const struct excerpt *excerpt = spectra->excerpt;
    double least = fmax(1, excerpt->rate / 1000.0);
    double most = fmax(1, ceil((double)excerpt->frames / least));
    int columns = (int)fmin(wanted, most);
    double samples = (double)excerpt->frames / columns;
    spectra->layout.hop = (int)fmax(1, fmin(floor(samples), excerpt->rate / 100.0));
    spectra->trace->columns = columns;
    spectra->trace->start = excerpt->start;
    spectra->trace->step = samples / excerpt->rate;
}

/* Ends a column of `frames` frames. */
static void write_column(struct spectra *spectra, int column, int frames)
{
    struct trace *trace = spectra->trace;
    float *row = trace->values + (size_t)column * (size_t)trace->rows;
    for (int i = 0; i < trace->rows; i++) {
        double level = 10 * log10(spectra->sum[i] * spectra->scale / frames + 1e-30);
        row[i] = fmaxf((float)level, SPECTRA_LEAST);
        spectra->sum[i] = 0;
    }
}

static void run(struct spectra *spectra)
{
    const struct excerpt *excerpt = spectra->excerpt;
    struct trace *trace = spectra->trace;
    const lanes *rows = spectra->bank ? spectra->mel : spectra->power;
    size_t frames = stft_frames(spectra->stft, excerpt->frames);
    double per_column = (double)excerpt->frames / trace->columns;
    int column = 0, taken = 0;
    for (size_t t = 0; t < frames; t++) {
        size_t lane = t % LANES;
        if (lane == 0) {
            stft_power(spectra->stft, excerpt->mix, excerpt->frames, t, spectra->power);
            if (spectra->bank)
                mel_bank_apply(spectra->bank, spectra->power, spectra->mel);
        }
        int place = (int)((double)t * spectra->layout.hop / per_column);
        if (place > column && column < trace->columns - 1) {
            write_column(spectra, column++, taken);
            taken = 0;
        }
        for (int i = 0; i < trace->rows; i++)
            spectra->sum[i] += rows[i][lane];
        taken++;
    }
    write_column(spectra, column, taken);
    /* Rounding may have passed over a column. */
    for (size_t size = (size_t)trace->rows; column < trace->columns - 1; column++)
        memcpy(trace->values + (size_t)(column + 1) * size, trace->values + (size_t)column * size,
               size * sizeof *trace->values);
}

static ser_status prepare(struct spectra *spectra, ser_error *error)
{
    struct trace *trace = spectra->trace;
    ser_status status = stft_create(&spectra->stft, &spectra->layout, error);
    if (status)
        return status;
    spectra->power = lanes_allocate((size_t)stft_bins(spectra->stft));
    spectra->mel = lanes_allocate(MEL_BANDS);
    spectra->sum = calloc((size_t)trace->rows, sizeof *spectra->sum);
    trace->values = calloc((size_t)trace->columns, (size_t)trace->rows * sizeof *trace->values);
    if (!spectra->power || !spectra->mel || !spectra->sum || !trace->values)
        return error_memory(error, "drawing a spectrogram");
    return SER_OK;
}

static void release(struct spectra *spectra)
{
    stft_destroy(spectra->stft);
    free(spectra->power);
    free(spectra->mel);
    free(spectra->sum);
}

static ser_status compute(struct spectra *spectra, int columns, ser_error *error)
{
    /* A periodic Hann window sums to half its length. */
    double half_sum = spectra->layout.window / 4.0;
    spectra->scale = 1 / (half_sum * half_sum);
    if (spectra->bank)
        spectra->scale *= spectra->layout.window / (hann_noise_bandwidth * spectra->layout.fft);
    spectra->trace->kind = TRACE_IMAGE;
    choose_columns(spectra, columns);
    ser_status status = prepare(spectra, error);
    if (!status) {
        run(spectra);
        trace_measure(spectra->trace);
    }
    release(spectra);
    return status;
}

ser_status spectra_linear(struct trace *trace, const struct excerpt *excerpt, double highest,
                          int columns, ser_error *error)
{
    *trace = (struct trace){0};
    struct spectra spectra = {.excerpt = excerpt, .layout = choose_layout(excerpt), .trace = trace};
    double spacing = (double)excerpt->rate / spectra.layout.fft;
    int bins = spectra.layout.fft / 2 + 1;
    trace->rows = (int)fmin(bins, ceil(highest / spacing) + 1);
    trace->bottom = -spacing / 2; /* bin 0 is the middle of its row */
    trace->top = (trace->rows - 0.5) * spacing;
    return compute(&spectra, columns, error);
}

ser_status spectra_mel(struct trace *trace, const struct excerpt *excerpt, double highest,
                       int columns, ser_error *error)
{
    struct mel_bank bank = {0};
    ser_features_settings settings;
    *trace = (struct trace){0};
    struct spectra spectra = {
        .excerpt = excerpt, .layout = choose_layout(excerpt), .trace = trace, .bank = &bank};
    ser_status status = ser_features_settings_of("mel128", excerpt->rate, &settings, error);
    if (status)
        return status;
    settings.window = spectra.layout.window;
    settings.fft = spectra.layout.fft;
    settings.bands = MEL_BANDS;
    settings.high = fmin(highest, excerpt->rate / 2.0);
    settings.norm = SER_MEL_NORM_NONE;
    status = mel_bank_build(&bank, &settings, error);
    if (!status) {
        trace->rows = MEL_BANDS;
        trace->top = settings.high;
        status = compute(&spectra, columns, error);
    }
    mel_bank_release(&bank);
    return status;
}

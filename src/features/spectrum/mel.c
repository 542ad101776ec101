#include "features/spectrum/mel.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* Slaney's scale (Auditory Toolbox, 1998): 15 steps of 200/3 Hz up to 1 kHz, above that 27 steps
 * for each factor of 6.4. */
static const double slaney_step = 200.0 / 3.0; /* Hz per mel below the bend */
static const double slaney_bend_hz = 1000.0;
static const double slaney_bend_mel = 15.0;
static const double slaney_factor = 6.4;
static const double slaney_factor_mels = 27.0;

double mel_from_hz(ser_mel_scale scale, double hz)
{
    if (scale == SER_MEL_HTK)
        return 2595.0 * log10(1.0 + hz / 700.0);
    if (hz < slaney_bend_hz)
        return hz / slaney_step;
    return slaney_bend_mel + slaney_factor_mels * log(hz / slaney_bend_hz) / log(slaney_factor);
}

double mel_to_hz(ser_mel_scale scale, double mel)
{
    if (scale == SER_MEL_HTK)
        return 700.0 * (pow(10.0, mel / 2595.0) - 1.0);
    if (mel < slaney_bend_mel)
        return mel * slaney_step;
    return slaney_bend_hz * pow(slaney_factor, (mel - slaney_bend_mel) / slaney_factor_mels);
}

/* One triangle, in Hz, and the grid of bins it is laid over. */
struct triangle {
    double lower, peak, upper;
    double height;  /* at the peak */
    double spacing; /* of the bins */
    int bins;
};

static struct triangle triangle_of_band(const ser_features_settings *settings, int band)
{
    double low = mel_from_hz(settings->scale, settings->low);
    double high = mel_from_hz(settings->scale, settings->high);
    double corners[3];
    for (int i = 0; i < 3; i++) {
        double part = (double)(band + i) / (settings->bands + 1);
        corners[i] = mel_to_hz(settings->scale, low + part * (high - low));
    }
    struct triangle triangle = {
        .lower = corners[0],
        .peak = corners[1],
        .upper = corners[2],
        .height = 1,
        .spacing = (double)settings->rate / settings->fft,
        .bins = settings->fft / 2 + 1,
    };
    if (settings->norm == SER_MEL_NORM_SLANEY)
        triangle.height = 2 / (triangle.upper - triangle.lower);
    return triangle;
}

/* The margin keeps a base of exactly one distance, with a bin at both ends, on the narrow side
 * whatever way its corners were rounded. */
static int is_narrow(const struct triangle *triangle)
{
    return triangle->upper - triangle->lower <= triangle->spacing * (1 + 1e-9);
}

/* The bin at or below the peak that has a next one. */
static int bin_below_peak(const struct triangle *triangle)
{
    int bin = (int)floor(triangle->peak / triangle->spacing);
    return bin < triangle->bins - 1 ? bin : triangle->bins - 2;
}

/* Which bins the triangle covers. */
static struct mel_filter cover(const struct triangle *triangle)
{
    if (is_narrow(triangle))
        return (struct mel_filter){.first = bin_below_peak(triangle), .count = 2};
    int first = (int)floor(triangle->lower / triangle->spacing) + 1;
    int last = (int)ceil(triangle->upper / triangle->spacing) - 1;
    if (last > triangle->bins - 1)
        last = triangle->bins - 1;
    return (struct mel_filter){.first = first, .count = last - first + 1};
}

static double weight(const struct triangle *triangle, int bin)
{
    if (is_narrow(triangle)) {
        double area = triangle->height * (triangle->upper - triangle->lower) / 2;
        double distance = fabs(triangle->peak / triangle->spacing - bin);
        return fmax(0, 1 - distance) * area / triangle->spacing;
    }
    double hz = bin * triangle->spacing;
    double rising = (hz - triangle->lower) / (triangle->peak - triangle->lower);
    double falling = (triangle->upper - hz) / (triangle->upper - triangle->peak);
    return fmax(0, fmin(rising, falling)) * triangle->height;
}

ser_status mel_bank_begin(struct mel_bank *bank, int bands, int bins, ser_error *error)
{
    *bank = (struct mel_bank){.bands = bands, .bins = bins};
    bank->filters = memory_resize(NULL, (size_t)bands, sizeof *bank->filters);
    return bank->filters ? SER_OK : error_memory(error, "building mel filters");
}

ser_status mel_bank_place_weights(struct mel_bank *bank, ser_error *error)
{
    size_t total = 0;
    for (int band = 0; band < bank->bands; band++) {
        bank->filters[band].start = total;
        total += (size_t)bank->filters[band].count;
    }
    bank->weights = memory_resize(NULL, total, sizeof *bank->weights);
    if (bank->weights)
        return SER_OK;
    mel_bank_release(bank);
    return error_memory(error, "building mel filters");
}

ser_status mel_bank_build(struct mel_bank *bank, const ser_features_settings *settings,
                          ser_error *error)
{
    ser_status status = mel_bank_begin(bank, settings->bands, settings->fft / 2 + 1, error);
    if (status)
        return status;
    for (int band = 0; band < bank->bands; band++) {
        struct triangle triangle = triangle_of_band(settings, band);
        bank->filters[band] = cover(&triangle);
    }
    status = mel_bank_place_weights(bank, error);
    if (status)
        return status;
    for (int band = 0; band < bank->bands; band++) {
        struct triangle triangle = triangle_of_band(settings, band);
        const struct mel_filter *filter = &bank->filters[band];
        for (int i = 0; i < filter->count; i++)
            bank->weights[filter->start + (size_t)i] = (float)weight(&triangle, filter->first + i);
    }
    return SER_OK;
}

void mel_bank_release(struct mel_bank *bank)
{
    free(bank->filters);
    free(bank->weights);
    *bank = (struct mel_bank){0};
}

LANES_DISPATCH
void mel_bank_apply(const struct mel_bank *bank, const lanes *power, lanes *mel)
{
    for (int band = 0; band < bank->bands; band++) {
        const struct mel_filter *filter = &bank->filters[band];
        const float *weights = bank->weights + filter->start;
        lanes sum = {0};
        for (int i = 0; i < filter->count; i++)
            sum += power[filter->first + i] * weights[i];
        mel[band] = sum;
    }
}

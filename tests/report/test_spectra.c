#include "pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/mel.h"
#include "report/figure/spectra.h"

typedef ser_status (*spectra)(struct trace *, const struct excerpt *, double, int, ser_error *);

static void compute(spectra function, struct trace *trace, const ser_audio *audio, double highest,
                    int columns)
{
    ser_error error;
    struct excerpt excerpt;
    assert_ok(excerpt_take(&excerpt, audio, 0, 0, &error));
    assert_ok(function(trace, &excerpt, highest, columns, &error));
    excerpt_release(&excerpt);
}

static int loudest_row(const struct trace *trace, int column)
{
    const float *levels = trace->values + (size_t)column * (size_t)trace->rows;
    int best = 0;
    for (int i = 0; i < trace->rows; i++)
        best = levels[i] > levels[best] ? i : best;
    return best;
}

/* The middle of a row on an axis of Hz. */
static double row_hz(const struct trace *trace, int row)
{
    return trace->bottom + (row + 0.5) * (trace->top - trace->bottom) / trace->rows;
}

static void test_a_tone_is_at_its_row_with_its_level(void **state)
{
    (void)state;
    static const int rates[] = {4000, 8000, 16000, 22050, 44100, 192000};
    for (int i = 0; i < 6; i++) {
        struct trace trace;
        ser_audio tone = make_tone(1000, 0.5, rates[i], 1);
        compute(spectra_linear, &trace, &tone, 8000, 300);
        for (int c = 20; c < trace.columns - 20; c++) {
            int row = loudest_row(&trace, c);
            double spacing = (trace.top - trace.bottom) / trace.rows;
            assert_true(fabs(row_hz(&trace, row) - 1000) <= spacing / 2 + 1e-6);
            /* Amplitude 0.5 is -6.02 dB; between two bins a little is missing. */
            float level = trace.values[(size_t)c * (size_t)trace.rows + (size_t)row];
            assert_true(level < -6 && level > -6.5);
        }
        assert_true(trace.top >= fmin(8000, rates[i] / 2.0));
        trace_release(&trace);
        ser_audio_release(&tone);
    }
}

static void test_a_tone_is_at_its_band_with_its_level(void **state)
{
    (void)state;
    struct trace trace;
    ser_audio tone = make_tone(3000, 0.5, 16000, 1);
    compute(spectra_mel, &trace, &tone, 8000, 300);
    assert_int_equal(trace.rows, 128);
    double top = mel_from_hz(SER_MEL_SLANEY, 8000), mel = mel_from_hz(SER_MEL_SLANEY, 3000);
    int expected = (int)lround(mel / top * 129) - 1; /* band b has its peak at corner b + 1 */
    for (int c = 20; c < trace.columns - 20; c++) {
        int row = loudest_row(&trace, c);
        assert_in_range(row, expected - 1, expected + 1);
        float level = trace.values[(size_t)c * 128 + (size_t)row];
        assert_true(level < -6 && level > -9);
    }
    trace_release(&trace);
    ser_audio_release(&tone);
}

/* The definition: the mean over a column's frames of |sum of x w e^...|^2, frame t centred on
 * sample t hop. */
static double plain_level(const ser_audio *audio, int fft, int hop, int columns, int column,
                          int bin)
{
    int window = audio->rate / 40, frames = 0;
    double sum = 0, weights = 0;
    for (size_t t = 0; t * (size_t)hop <= audio->frames; t++) {
        int place = (int)((double)t * hop * columns / (double)audio->frames);
        if ((place < columns ? place : columns - 1) != column)
            continue;
        double real = 0, imaginary = 0;
        weights = 0;
        for (int n = 0; n < window; n++) {
            long sample = (long)t * hop - fft / 2 + (fft - window) / 2 + n;
            double weight = 0.5 - 0.5 * cos(2 * M_PI * n / window);
            double x = sample >= 0 && sample < (long)audio->frames ? audio->samples[sample] : 0;
            real += x * weight * cos(2 * M_PI * bin * n / fft);
            imaginary += x * weight * sin(2 * M_PI * bin * n / fft);
            weights += weight;
        }
        sum += real * real + imaginary * imaginary;
        frames++;
    }
    assert_true(frames > 0);
    return 10 * log10(sum / frames * 4 / (weights * weights));
}

static void test_columns_are_means_of_frames(void **state)
{
    (void)state;
    struct random random = random_seeded(1, 1);
    ser_audio audio = make_constant(0, 4321, 4000);
    for (size_t t = 0; t < audio.frames; t++)
        audio.samples[t] = random_uniform(&random, -0.5f, 0.5f);
    static const int columns[] = {1, 7, 10, 500};
    /* Some 4 samples a millisecond: 617 samples a column give frames 10 ms apart, 8 give 8. */
    static const int hops[] = {40, 40, 40, 8};
    int fft = fft_size_at_least(200);
    for (int i = 0; i < 4; i++) {
        struct trace trace;
        compute(spectra_linear, &trace, &audio, 8000, columns[i]);
        assert_int_equal(trace.columns, columns[i]);
        assert_int_equal(trace.rows, fft / 2 + 1);
        for (int c = 0; c < columns[i]; c += 1 + columns[i] / 9)
            for (int bin = 0; bin < trace.rows; bin += 13) {
                double level = trace.values[(size_t)c * (size_t)trace.rows + (size_t)bin];
                assert_near(level, plain_level(&audio, fft, hops[i], columns[i], c, bin), 0.01);
            }
        trace_release(&trace);
    }
    ser_audio_release(&audio);
}

/* However short, loud or strange the sound: at least one column, at most those asked for, every
 * level a number. */
static void test_any_sound_gives_levels(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 11025, 48000, 768000};
    static const size_t frames[] = {1, 2, 7, 30, 999, 20000};
    static const float values[] = {0, 1, -1, 1e9f, 1e-30f};
    static const spectra functions[] = {spectra_linear, spectra_mel};
    for (int r = 0; r < 5; r++)
        for (int f = 0; f < 6; f++)
            for (int v = 0; v < 5; v++)
                for (int k = 0; k < 2; k++) {
                    struct trace trace;
                    ser_audio audio = make_constant(values[v], frames[f], rates[r]);
                    compute(functions[k], &trace, &audio, fmin(8000, rates[r] / 2.0), 50);
                    assert_in_range(trace.columns, 1, 50);
                    assert_near(trace.columns * trace.step, (double)frames[f] / rates[r], 1e-9);
                    assert_int_equal(trace.kind, TRACE_IMAGE);
                    for (int i = 0; i < trace.columns * trace.rows; i++)
                        assert_true(trace.values[i] >= SPECTRA_LEAST && trace.values[i] < 300);
                    if (values[v] == 0)
                        assert_true(trace.high == SPECTRA_LEAST);
                    trace_release(&trace);
                    ser_audio_release(&audio);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tone_is_at_its_row_with_its_level),
        cmocka_unit_test(test_a_tone_is_at_its_band_with_its_level),
        cmocka_unit_test(test_columns_are_means_of_frames),
        cmocka_unit_test(test_any_sound_gives_levels),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

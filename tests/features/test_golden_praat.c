/* The set `prosody` against Praat 6.3.07 on 120 recordings, and its pitch against librosa's pYIN on
 * eight; the golden folder's README describes both. Prints tables.
 *
 * Formants are means over all frames, silent ones included. There Praat differs, probably because
 * it cuts off what its new rate cannot hold by one transform of the whole recording: what loud
 * sounds so leave ringing at the ceiling, however faint, shapes the spectrum of silence. In
 * sounding frames the two agree. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/voice/burg.h"
#include "features/voice/harmonicity.h"
#include "features/voice/pitch_ac.h"
#include "features/voice/prosody.h"
#include "features/voice/prosody_functionals.h"
#include "golden.h"
#include "near.h"
#include "praat.h"

static ser_error error;

enum { RATE = 16000, MOST = 200, MEASURES = 14, OWN_GRID = 4 };

/* What Praat's table calls a measure, what the set does, and how alike they have to be. */
static const struct {
    const char *praat, *own;
    double correlation; /* at least */
    double ratio;       /* the median of ours to Praat's is at most this far from 1 */
} measures[MEASURES] = {
    {"f0_mean_hz", "f0_mean_hz", 0.999, 0.001},
    {"f0_sd_hz", "f0_sd_hz", 0.999, 0.001},
    {"f0_median_hz", "f0_median_hz", 0.999, 0.001},
    {"voiced_frames", "voiced_frames", 0.999, 0.001},
    {"hnr_db", "hnr_db", 0.995, 0.002},
    {"jitter_local", "jitter_local", 0.99, 0.002},
    {"jitter_rap", "jitter_rap", 0.99, 0.002},
    {"jitter_ppq5", "jitter_ppq5", 0.99, 0.002},
    {"shimmer_local", "shimmer_local", 0.995, 0.002},
    {"shimmer_apq3", "shimmer_apq3", 0.995, 0.002},
    {"f1_hz", "f1_hz", 0.97, 0.03},
    {"f2_hz", "f2_hz", 0.97, 0.02},
    {"f3_hz", "f3_hz", 0.95, 0.02},
    {"frames", NULL, 1, 0},
};

struct table {
    int rows;
    char names[MOST][32];
    double praat[MEASURES][MOST];
    double own[MEASURES][MOST];
    double own_grid[OWN_GRID][MOST]; /* HNR and formants on Praat's own grids */
};

static int column_of(char *header, const char *name)
{
    int column = 0;
    for (char *rest = header, *field; (field = strsep(&rest, ",")); column++)
        if (!strcmp(field, name))
            return column;
    fail_msg("voice.csv has no column %s", name);
    return -1;
}

static double field_of(const char *line, int column)
{
    for (; column > 0; column--) {
        line = strchr(line, ',');
        assert_non_null(line);
        line++;
    }
    return strtod(line, NULL);
}

static void read_praat(struct table *table)
{
    FILE *stream = fopen(support_golden("praat/voice.csv"), "r");
    assert_non_null(stream);
    char header[1024], copy[1024], line[1024];
    assert_non_null(fgets(header, sizeof header, stream));
    header[strcspn(header, "\r\n")] = 0;
    while (table->rows < MOST && fgets(line, sizeof line, stream)) {
        snprintf(table->names[table->rows], sizeof *table->names, "%.*s", (int)strcspn(line, ","),
                 line);
        for (int m = 0; m < MEASURES; m++) {
            snprintf(copy, sizeof copy, "%s", header);
            table->praat[m][table->rows] = field_of(line, column_of(copy, measures[m].praat));
        }
        table->rows++;
    }
    fclose(stream);
    assert_true(table->rows >= 100);
}

static int functional(const char *name)
{
    for (int i = 0; i < prosody_functional_count; i++)
        if (!strcmp(prosody_functional_groups[i].name, name))
            return i;
    fail_msg("the set has no functional %s", name);
    return -1;
}

static void measure_set(void *state, const ser_audio *audio, struct table *table, int row)
{
    size_t frames = prosody.grid(state, audio->frames).frames;
    float *rows = calloc(frames * PROSODY_COLUMNS, sizeof *rows);
    float *values = calloc((size_t)prosody_functional_count, sizeof *values);
    assert_ok(prosody.run(state, audio->samples, audio->frames, rows, &error));
    assert_ok(prosody.summarise(state, audio->samples, audio->frames, rows, values, &error));
    for (int m = 0; m < MEASURES; m++)
        table->own[m][row] =
            measures[m].own ? (double)values[functional(measures[m].own)] : (double)frames;
    free(rows);
    free(values);
}

static void measure_harmonicity(const ser_audio *audio, struct table *table, int row)
{
    struct harmonicity_settings settings = harmonicity_defaults(RATE);
    struct harmonicity *harmonicity;
    assert_ok(harmonicity_create(&harmonicity, &settings, &error));
    struct centres centres = praat_harmonicity_centres(RATE, audio->frames);
    float *hnr = calloc(centres.frames, sizeof *hnr);
    harmonicity_run(harmonicity, audio->samples, audio->frames, &centres, hnr);
    table->own_grid[0][row] = praat_harmonicity_mean(hnr, centres.frames);
    free(hnr);
    harmonicity_destroy(harmonicity);
}

static void measure_formants(const ser_audio *audio, struct table *table, int row)
{
    struct burg_settings settings = burg_defaults(RATE);
    struct burg *burg;
    assert_ok(burg_create(&burg, &settings, &error));
    struct centres centres = praat_formant_centres(RATE, audio->frames);
    size_t each = (size_t)settings.formants;
    float *hz = calloc(2 * each * centres.frames, sizeof *hz);
    assert_ok(burg_run(burg, audio->samples, audio->frames, &centres, hz,
                       hz + each * centres.frames, &error));
    for (size_t i = 0; i < 3; i++) {
        double sum = 0, count = 0;
        for (size_t t = 0; t < centres.frames; t++)
            if (hz[t * each + i] > 0) {
                sum += (double)hz[t * each + i];
                count++;
            }
        table->own_grid[1 + i][row] = sum / count;
    }
    free(hz);
    burg_destroy(burg);
}

static void measure_all(struct table *table)
{
    ser_features_settings settings = {.rate = RATE};
    prosody.defaults(&settings);
    void *state;
    assert_ok(prosody.create(&state, &settings, &error));
    for (int row = 0; row < table->rows; row++) {
        ser_audio audio = golden_recording(table->names[row]);
        measure_set(state, &audio, table, row);
        measure_harmonicity(&audio, table, row);
        measure_formants(&audio, table, row);
        ser_audio_release(&audio);
    }
    prosody.destroy(state);
}

static double correlation(const double *a, const double *b, int count)
{
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < count; i++) {
        ma += a[i] / count;
        mb += b[i] / count;
    }
    for (int i = 0; i < count; i++) {
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
        ab += (a[i] - ma) * (b[i] - mb);
    }
    return ab / sqrt(aa * bb);
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void compare(const char *name, const double *own, const double *praat, int count,
                    double least, double most)
{
    double ratios[MOST];
    for (int i = 0; i < count; i++)
        ratios[i] = own[i] / praat[i];
    qsort(ratios, (size_t)count, sizeof *ratios, ascending);
    double r = correlation(own, praat, count), median = ratios[count / 2];
    print_message("# %-22s %11.5f %13.5f %10.5f to %.5f\n", name, r, median, ratios[0],
                  ratios[count - 1]);
    if (!(r >= least) || !(fabs(median - 1) <= most))
        fail_msg("%s: correlation %g, expected %g; median ratio %g, expected 1 within %g", name, r,
                 least, median, most);
}

static void test_summary_is_praats(void **state)
{
    (void)state;
    static struct table table;
    read_praat(&table);
    measure_all(&table);
    print_message("# %-22s correlation  median ratio  least to greatest ratio\n",
                  "ours and Praat's");
    for (int m = 0; m < MEASURES; m++)
        compare(measures[m].praat, table.own[m], table.praat[m], table.rows,
                measures[m].correlation - 1e-12, measures[m].ratio + 1e-12);
    compare("hnr_db, Praat's frames", table.own_grid[0], table.praat[4], table.rows, 0.999, 0.001);
    static const char *const formants[] = {"f1_hz, Praat's frames", "f2_hz, Praat's frames",
                                           "f3_hz, Praat's frames"};
    for (int i = 0; i < 3; i++)
        compare(formants[i], table.own_grid[1 + i], table.praat[10 + i], table.rows, 0.96, 0.03);
}

struct agreement {
    int frames, voiced, other, both, alike, gross;
    double difference; /* sum of |ratio - 1| of frames that are voiced in both and not gross */
};

/* pYIN compares the first half of its frame of 64 ms with what follows, so that what it finds is
 * that of a moment before the frame's middle, which it names; a shift of 12 ms lays the two
 * contours over each other. */
static const double pyin_lead = 0.012;

static struct agreement compare_pitch(const struct pitch_contour *contour, const float *f0,
                                      int frames)
{
    struct agreement a = {.frames = frames};
    for (int k = 0; k < frames; k++) {
        double time = (256.0 * k + 0.5) / RATE - pyin_lead;
        double own = pitch_contour_at(contour, time), other = (double)f0[k];
        a.voiced += own > 0;
        a.other += other > 0;
        a.alike += (own > 0) == (other > 0);
        if (!(own > 0 && other > 0))
            continue;
        a.both++;
        double away = fabs(own / other - 1);
        a.gross += away > 0.2;
        a.difference += away <= 0.2 ? away : 0;
    }
    return a;
}

static struct agreement track_and_compare(const char *name)
{
    ser_audio audio = golden_recording(name);
    struct pitch_ac_settings settings = pitch_ac_defaults(RATE);
    struct pitch_ac *pitch;
    assert_ok(pitch_ac_create(&pitch, &settings, &error));
    struct pitch_contour contour = {.centres = pitch_ac_centres(pitch, audio.frames)};
    float *f0 = calloc(2 * contour.centres.frames, sizeof *f0);
    assert_ok(
        pitch_ac_run(pitch, audio.samples, audio.frames, f0, f0 + contour.centres.frames, &error));
    contour.f0 = f0;
    int rows, frames;
    float *golden = golden_librosa(name, "pyin_f0", &rows, &frames);
    assert_int_equal(rows, 1);
    struct agreement agreement = compare_pitch(&contour, golden, frames);
    free(golden);
    free(f0);
    pitch_ac_destroy(pitch);
    ser_audio_release(&audio);
    return agreement;
}

static void print_agreement(const char *name, struct agreement a)
{
    print_message("# %-22s %6d %6d %6d %8.1f %% %6d %8.2f %%\n", name, a.voiced, a.other, a.both,
                  100.0 * a.alike / a.frames, a.gross, 100 * a.difference / (a.both - a.gross));
}

static void test_pitch_is_like_pyins(void **state)
{
    (void)state;
    struct agreement all = {0};
    print_message("# %-22s %6s %6s %6s %10s %6s %10s\n", "voiced frames", "ours", "pYIN", "both",
                  "alike", "gross", "difference");
    for (int i = 0; i < GOLDEN_NAMES; i++) {
        struct agreement a = track_and_compare(golden_names[i]);
        print_agreement(golden_names[i], a);
        all.frames += a.frames;
        all.voiced += a.voiced;
        all.other += a.other;
        all.both += a.both;
        all.alike += a.alike;
        all.gross += a.gross;
        all.difference += a.difference;
    }
    print_agreement("all", all);
    assert_true(all.gross < 0.03 * all.both);
    assert_true(all.alike > 0.85 * all.frames);
    assert_true(all.difference < 0.02 * all.both);
    assert_true(all.both > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary_is_praats),
        cmocka_unit_test(test_pitch_is_like_pyins),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

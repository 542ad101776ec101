#include "features/voice/prosody_functionals.h"

#include <math.h>

#include "features/series.h"
#include "features/voice/prosody.h"

const struct column_group prosody_functional_groups[] = {
    {"f0_mean_hz", "Hz", "mean pitch of the voiced frames", 1, 0},
    {"f0_sd_hz", "Hz", "standard deviation (n-1) of the pitch of the voiced frames", 1, 0},
    {"f0_median_hz", "Hz", "median pitch of the voiced frames", 1, 0},
    {"f0_p05_hz", "Hz", "5th percentile of the pitch of the voiced frames", 1, 0},
    {"f0_p95_hz", "Hz", "95th percentile of the pitch of the voiced frames", 1, 0},
    {"f0_range_semitones", "semitones", "12 log2(f0_p95_hz / f0_p05_hz)", 1, 0},
    {"f0_sd_semitones", "semitones", "standard deviation (n-1) of 12 log2(f0) of the voiced frames",
     1, 0},
    {"f0_slope", "semitones/s", "slope of the line fitted to 12 log2(f0) over time", 1, 0},
    {"f0_movement", "semitones/s",
     "mean of |12 log2(f0[t+1] / f0[t])| / step over neighbouring voiced frames", 1, 0},
    {"voicing_mean", "1", "mean normalised autocorrelation of the voiced frames", 1, 0},
    {"voiced_frames", "frames", "how many frames are voiced", 1, 0},
    {"voiced_share", "1", "voiced frames / frames", 1, 0},
    {"hnr_db", "dB", "mean harmonics-to-noise ratio of the frames that are not silent", 1, 0},
    {"jitter_local", "1", "mean of |T[i] - T[i+1]| of the periods T / mean period", 1, 0},
    {"jitter_rap", "1", "mean of |T[i] - mean of T[i-1 … i+1]| / mean period", 1, 0},
    {"jitter_ppq5", "1", "mean of |T[i] - mean of T[i-2 … i+2]| / mean period", 1, 0},
    {"shimmer_local", "1", "mean of |A[i] - A[i+1]| of the periods' amplitudes A / mean A", 1, 0},
    {"shimmer_apq3", "1", "mean of |A[i] - mean of A[i-1 … i+1]| / mean A", 1, 0},
    {"shimmer_local_db", "dB", "mean of |20 log10(A[i] / A[i+1])|", 1, 0},
    {"f1_hz", "Hz", "mean first formant of all frames that have one", 1, 0},
    {"f2_hz", "Hz", "mean second formant of all frames that have one", 1, 0},
    {"f3_hz", "Hz", "mean third formant of all frames that have one", 1, 0},
    {"f1_bandwidth_hz", "Hz", "mean bandwidth of the first formant", 1, 0},
    {"f2_bandwidth_hz", "Hz", "mean bandwidth of the second formant", 1, 0},
    {"f3_bandwidth_hz", "Hz", "mean bandwidth of the third formant", 1, 0},
    {"f1_voiced_hz", "Hz", "mean first formant of the voiced frames", 1, 0},
    {"f2_voiced_hz", "Hz", "mean second formant of the voiced frames", 1, 0},
    {"f3_voiced_hz", "Hz", "mean third formant of the voiced frames", 1, 0},
    {"f1_sd_voiced_hz", "Hz", "standard deviation (n-1) of the first formant of the voiced frames",
     1, 0},
    {"f2_sd_voiced_hz", "Hz", "standard deviation (n-1) of the second formant of the voiced frames",
     1, 0},
    {"f3_sd_voiced_hz", "Hz", "standard deviation (n-1) of the third formant of the voiced frames",
     1, 0},
    {"intensity_mean_db", "dB", "mean intensity of all frames", 1, 0},
    {"intensity_sd_db", "dB", "standard deviation (n-1) of the intensity of all frames", 1, 0},
    {"intensity_range_db", "dB", "95th less 5th percentile of the intensity of all frames", 1, 0},
    {"intensity_voiced_mean_db", "dB", "mean intensity of the voiced frames", 1, 0},
    {"intensity_voiced_sd_db", "dB",
     "standard deviation (n-1) of the intensity of the voiced frames", 1, 0},
    {"voiced_segments_per_s", "1/s", "stretches of voiced frames / duration", 1, 0},
    {"voiced_segment_mean_s", "s", "mean duration of the voiced stretches", 1, 0},
    {"voiced_segment_sd_s", "s", "standard deviation (n-1) of the duration of the voiced stretches",
     1, 0},
    {"syllables_per_s", "1/s",
     "voiced peaks of intensity that rise 2 dB or more out of the dips around them / duration", 1,
     0},
    {"pauses_per_s", "1/s",
     "stretches of 0.1 s or more between sounding frames, 25 dB below the loudest / duration", 1,
     0},
    {"pause_mean_s", "s", "mean duration of these pauses", 1, 0},
    {"pause_share", "1", "duration of these pauses / duration from first to last sounding frame", 1,
     0},
    {"h1_h2_db", "dB", "mean H1-H2 of the voiced frames", 1, 0},
    {"h1_h2_sd_db", "dB", "standard deviation (n-1) of H1-H2 of the voiced frames", 1, 0},
    {"h1_a3_db", "dB", "mean H1-A3 of the voiced frames", 1, 0},
    {"h1_a3_sd_db", "dB", "standard deviation (n-1) of H1-A3 of the voiced frames", 1, 0},
};
const int prosody_functional_count =
    (int)(sizeof prosody_functional_groups / sizeof *prosody_functional_groups);

/* What is 25 dB below the loudest frames is taken for silent (de Jong & Wempe, Behavior Research
 * Methods 41(2), 2009, who find syllables so, too); loudest is the 99th percentile, as one click is
 * not to decide. */
static const double silence_db = 25;
static const double least_pause = 0.1; /* seconds */
static const float dip_db = 2;

struct summary {
    const float *rows; // (frames, PROSODY_COLUMNS)
    size_t frames;
    double step;
    float *values;  // scratch, (frames)
    float *sorted;  // scratch, (2 * frames)
    float *pitches; // (voiced), semitones above 1 Hz, of the voiced frames
    float *next;    /* where the next functional goes */
};

static float cell(const struct summary *summary, size_t frame, enum prosody_column column)
{
    return summary->rows[frame * PROSODY_COLUMNS + (size_t)column];
}

static int is_voiced(const struct summary *summary, size_t frame)
{
    return cell(summary, frame, PROSODY_F0) > 0;
}

static void put(struct summary *summary, double value)
{
    *summary->next++ = isfinite((float)value) ? (float)value : 0;
}

/* With n-1, as Praat does. */
static double deviation(const struct series *series)
{
    double n = (double)series->count;
    return series->count > 1 ? series_stddev(series) * sqrt(n / (n - 1)) : 0;
}

/* One column's values that are not 0, of all or of the voiced frames. */
static struct series present(struct summary *summary, enum prosody_column column, int voiced)
{
    size_t count = 0;
    for (size_t t = 0; t < summary->frames; t++) {
        float value = cell(summary, t, column);
        if (value != 0 && (!voiced || is_voiced(summary, t)))
            summary->values[count++] = value;
    }
    return series_begin(summary->values, count, summary->step, summary->sorted);
}

/* Least squares over the voiced frames, at their own times. */
static double slope(const struct summary *summary)
{
    double time = 0, value = 0, products = 0, squares = 0;
    size_t voiced = 0;
    for (size_t t = 0; t < summary->frames; t++)
        if (is_voiced(summary, t)) {
            time += (double)t;
            value += (double)summary->pitches[voiced++];
        }
    if (voiced < 2)
        return 0;
    time /= (double)voiced;
    value /= (double)voiced;
    for (size_t t = 0, i = 0; t < summary->frames; t++)
        if (is_voiced(summary, t)) {
            double away = (double)t - time;
            products += away * ((double)summary->pitches[i++] - value);
            squares += away * away;
        }
    return products / (squares * summary->step);
}

static double movement(const struct summary *summary)
{
    double sum = 0;
    size_t steps = 0, i = 0;
    for (size_t t = 0; t < summary->frames; t++) {
        if (!is_voiced(summary, t))
            continue;
        if (t > 0 && is_voiced(summary, t - 1)) {
            sum += fabs((double)summary->pitches[i] - (double)summary->pitches[i - 1]);
            steps++;
        }
        i++;
    }
    return steps ? sum / ((double)steps * summary->step) : 0;
}

static void put_pitch(struct summary *summary)
{
    struct series f0 = present(summary, PROSODY_F0, 1);
    for (size_t i = 0; i < f0.count; i++)
        summary->pitches[i] = 12 * log2f(f0.values[i]);
    double low = series_percentile(&f0, 0.05), high = series_percentile(&f0, 0.95);
    put(summary, series_mean(&f0));
    put(summary, deviation(&f0));
    put(summary, series_percentile(&f0, 0.5));
    put(summary, low);
    put(summary, high);
    put(summary, low > 0 ? 12 * log2(high / low) : 0);
    struct series semitones = series_begin(summary->pitches, f0.count, summary->step, NULL);
    put(summary, deviation(&semitones));
    put(summary, slope(summary));
    put(summary, movement(summary));
    size_t voiced = f0.count;
    struct series voicing = present(summary, PROSODY_VOICING, 1);
    put(summary, series_mean(&voicing));
    put(summary, (double)voiced);
    put(summary, (double)voiced / (double)summary->frames);
}

static void put_quality(struct summary *summary, const struct perturbation *perturbation)
{
    struct series hnr = present(summary, PROSODY_HNR, 0);
    put(summary, series_mean(&hnr));
    put(summary, perturbation->jitter_local);
    put(summary, perturbation->jitter_rap);
    put(summary, perturbation->jitter_ppq5);
    put(summary, perturbation->shimmer_local);
    put(summary, perturbation->shimmer_apq3);
    put(summary, perturbation->shimmer_local_db);
}

static void put_formants(struct summary *summary, enum prosody_column first, int voiced,
                         double (*functional)(const struct series *series))
{
    for (int i = 0; i < PROSODY_FORMANTS; i++) {
        struct series values = present(summary, first + (enum prosody_column)i, voiced);
        put(summary, functional(&values));
    }
}

/* Returns the intensity from which on a frame is taken for sounding. */
static double put_intensity(struct summary *summary)
{
    series_gather(summary->rows, summary->frames, PROSODY_COLUMNS, PROSODY_INTENSITY, 0,
                  summary->values);
    struct series all =
        series_begin(summary->values, summary->frames, summary->step, summary->sorted);
    put(summary, series_mean(&all));
    put(summary, deviation(&all));
    put(summary, series_percentile(&all, 0.95) - series_percentile(&all, 0.05));
    double sounding = series_percentile(&all, 0.99) - silence_db;
    struct series voiced = present(summary, PROSODY_INTENSITY, 1);
    put(summary, series_mean(&voiced));
    put(summary, deviation(&voiced));
    return sounding;
}

static double duration(const struct summary *summary)
{
    return (double)summary->frames * summary->step;
}

static void put_segments(struct summary *summary)
{
    size_t segments = 0, length = 0;
    for (size_t t = 0; t < summary->frames; t++) {
        length = is_voiced(summary, t) ? length + 1 : 0;
        if (length && (t + 1 == summary->frames || !is_voiced(summary, t + 1)))
            summary->values[segments++] = (float)((double)length * summary->step);
    }
    struct series lengths = series_begin(summary->values, segments, summary->step, NULL);
    put(summary, (double)segments / duration(summary));
    put(summary, series_mean(&lengths));
    put(summary, deviation(&lengths));
}

/* Peaks that rise by dip_db out of the dip before and fall by as much behind. */
static void put_syllables(struct summary *summary, double sounding)
{
    size_t syllables = 0, peak_at = 0;
    float dip = INFINITY, peak = -INFINITY;
    for (size_t t = 0; t < summary->frames; t++) {
        float level = cell(summary, t, PROSODY_INTENSITY);
        if (level > peak && level >= dip + dip_db) {
            peak = level;
            peak_at = t;
        }
        if (level <= peak - dip_db) {
            syllables += (double)peak >= sounding && is_voiced(summary, peak_at);
            peak = -INFINITY;
            dip = level;
        }
        if (level < dip)
            dip = level;
    }
    put(summary, (double)syllables / duration(summary));
}

static void put_pauses(struct summary *summary, double sounding)
{
    size_t first = 0, end = summary->frames, pauses = 0, length = 0, paused = 0;
    while (first < end && (double)cell(summary, first, PROSODY_INTENSITY) < sounding)
        first++;
    while (end > first && (double)cell(summary, end - 1, PROSODY_INTENSITY) < sounding)
        end--;
    for (size_t t = first; t < end; t++) {
        if ((double)cell(summary, t, PROSODY_INTENSITY) < sounding) {
            length++;
            continue;
        }
        if ((double)length * summary->step >= least_pause - 1e-9) {
            pauses++;
            paused += length;
        }
        length = 0;
    }
    put(summary, (double)pauses / duration(summary));
    put(summary, pauses ? (double)paused * summary->step / (double)pauses : 0);
    put(summary, end > first ? (double)paused / (double)(end - first) : 0);
}

static void put_harmonics(struct summary *summary)
{
    for (int i = PROSODY_H1_H2; i <= PROSODY_H1_A3; i++) {
        struct series levels = present(summary, (enum prosody_column)i, 1);
        put(summary, series_mean(&levels));
        put(summary, deviation(&levels));
    }
}

void prosody_functionals(const float *rows, size_t frames, double step,
                         const struct perturbation *perturbation, float *scratch, float *values)
{
    struct summary summary = {.rows = rows,
                              .frames = frames,
                              .step = step,
                              .values = scratch,
                              .sorted = scratch + frames,
                              .pitches = scratch + 3 * frames,
                              .next = values};
    put_pitch(&summary);
    put_quality(&summary, perturbation);
    put_formants(&summary, PROSODY_FORMANT, 0, series_mean);
    put_formants(&summary, PROSODY_BANDWIDTH, 0, series_mean);
    put_formants(&summary, PROSODY_FORMANT, 1, series_mean);
    put_formants(&summary, PROSODY_FORMANT, 1, deviation);
    double sounding = put_intensity(&summary);
    put_segments(&summary);
    put_syllables(&summary, sounding);
    put_pauses(&summary, sounding);
    put_harmonics(&summary);
}

#define _GNU_SOURCE
#include "features/egemaps/egemaps_periods.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/lanes.h"

static const double min_f0 = 50, max_f0 = 1100;
static const double search_range = 0.1;      /* part of the period */
static const float least_correlation = 0.5f; /* of a period with the next */

struct egemaps_periods {
    int rate, hop;
    float *correlations; // for the lags of the search
};

ser_status egemaps_periods_create(struct egemaps_periods **result, int rate, ser_error *error)
{
    *result = NULL;
    if (rate < 4000 || rate > 768000)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "jitter: rate is %d Hz, expected 4000 to 768000", rate);
    struct egemaps_periods *periods = calloc(1, sizeof *periods);
    if (!periods)
        return error_memory(error, "preparing jitter");
    size_t lags = (size_t)(2 * search_range * rate / min_f0) + 8;
    periods->rate = rate;
    periods->hop = (int)lround(0.01 * rate);
    periods->correlations = calloc(lags, sizeof *periods->correlations);
    if (!periods->correlations) {
        egemaps_periods_destroy(periods);
        return error_memory(error, "preparing jitter");
    }
    *result = periods;
    return SER_OK;
}

void egemaps_periods_destroy(struct egemaps_periods *periods)
{
    if (!periods)
        return;
    free(periods->correlations);
    free(periods);
}

/* The sums that a correlation coefficient needs of one stretch. */
struct moments {
    double sum, square;
};

static void moments_add(struct moments *m, double x)
{
    m->sum += x;
    m->square += x * x;
}

static void moments_remove(struct moments *m, double x)
{
    m->sum -= x;
    m->square -= x * x;
}

LANES_DISPATCH
static double dot(const float *a, const float *b, size_t count)
{
    lanes sums = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        sums += lanes_load(a + i) * lanes_load(b + i);
    double sum = 0;
    for (; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    for (int lane = 0; lane < LANES; lane++)
        sum += (double)sums[lane];
    return sum;
}

static float coefficient(double ab, const struct moments *a, const struct moments *b, double count)
{
    double aa = a->square - a->sum * a->sum / count, bb = b->square - b->sum * b->sum / count;
    double product = aa * bb;
    if (!(aa > 0 && bb > 0 && product > 0))
        return 0;
    return (float)((ab - a->sum * b->sum / count) / sqrt(product));
}

/* Where a period may end. */
struct search {
    size_t length;    /* of the period, in whole samples */
    size_t low, high; /* lags */
    double longest;   /* that a period can be */
};

static struct search search_around(double period)
{
    return (struct search){
        .length = (size_t)lround(period),
        .low = (size_t)(period * (1 - search_range)),
        .high = (size_t)(period * (1 + search_range)),
        .longest = period * (1 + search_range),
    };
}

/* Correlations of what begins with `sound` and lasts one lag with what follows and lasts as long,
 * for each lag. `sound` has at least twice the highest lag. */
static void correlate(struct egemaps_periods *periods, const float *sound,
                      const struct search *search)
{
    struct moments one = {0}, next = {0};
    for (size_t i = 0; i < search->low; i++) {
        moments_add(&one, (double)sound[i]);
        moments_add(&next, (double)sound[search->low + i]);
    }
    for (size_t lag = search->low; lag <= search->high; lag++) {
        periods->correlations[lag - search->low] =
            coefficient(dot(sound, sound + lag, lag), &one, &next, (double)lag);
        if (lag == search->high)
            break;
        moments_add(&one, (double)sound[lag]);
        moments_remove(&next, (double)sound[lag]);
        moments_add(&next, (double)sound[2 * lag]);
        moments_add(&next, (double)sound[2 * lag + 1]);
    }
}

/* How far from c[1] the top of the parabola through three correlations lies. */
static double parabola_top(const float *c)
{
    double a = (double)c[0], b = (double)c[1], d = (double)c[2], bend = (b - a) + (b - d);
    return bend > 0 ? 0.5 * (d - a) / bend : 0;
}

/* The highest of the local maxima between the ends; 0 for none. */
static size_t highest_peak(const float *c, size_t last)
{
    size_t best = 0;
    for (size_t i = 1; i < last; i++)
        if (c[i] > c[i - 1] && c[i] >= c[i + 1] && (!best || c[i] > c[best]))
            best = i;
    return best;
}

struct match {
    size_t lag;    /* of the peak, or what F0 says where there is none */
    double length; /* the same between samples; 0 where there is no period */
};

static struct match find_match(struct egemaps_periods *periods, const float *sound,
                               const struct search *search)
{
    correlate(periods, sound, search);
    const float *c = periods->correlations;
    size_t best = highest_peak(c, search->high - search->low);
    if (!best)
        return (struct match){.lag = search->length};
    struct match match = {.lag = search->low + best};
    if (c[best] >= least_correlation)
        match.length = (double)match.lag + parabola_top(c + best - 1);
    return match;
}

static double peak_to_peak(const float *x, size_t count)
{
    float low = x[0], high = x[0];
    for (size_t i = 1; i < count; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    return (double)high - (double)low;
}

/* Where the chain of periods has come to. */
struct chain {
    int begun;
    size_t place;
    double length;         /* of the period before, 0 for none */
    float jitter, shimmer; /* the last values */
};

/* Sums over the periods of one frame. */
struct sums {
    double lengths, length_steps, amplitude_steps;
    int periods, length_pairs, amplitude_pairs;
};

static void add_length(struct sums *sums, struct chain *chain, double length)
{
    sums->lengths += length;
    sums->periods++;
    if (chain->length > 0) {
        sums->length_steps += fabs(length - chain->length);
        sums->length_pairs++;
    }
    chain->length = length;
}

/* Of a period and of the one it was matched with, which is as long. */
static void add_amplitudes(struct sums *sums, const float *sound, size_t lag)
{
    double one = peak_to_peak(sound, lag), other = peak_to_peak(sound + lag, lag);
    if (!(one + other > 0))
        return;
    sums->amplitude_steps += fabs(one - other) / ((one + other) / 2);
    sums->amplitude_pairs++;
}

/* The next period, and as many more as fit twice, were they the longest, into the sound before
 * `end`. */
static struct sums follow(struct egemaps_periods *periods, const float *samples, size_t count,
                          size_t end, const struct search *search, struct chain *chain)
{
    struct sums sums = {0};
    size_t needed = 2 * search->high;
    for (int first = 1; chain->place < end; first = 0) {
        if (!first && (double)chain->place + 2 * search->longest > (double)end)
            break;
        if (count < needed || chain->place > count - needed)
            break;
        const float *sound = samples + chain->place;
        struct match match = find_match(periods, sound, search);
        if (match.length > 0) {
            add_length(&sums, chain, match.length);
            add_amplitudes(&sums, sound, match.lag);
        }
        chain->place += match.lag;
    }
    return sums;
}

/* Of sums with at least one pair. */
static double jitter_of(const struct sums *sums)
{
    return sums->length_steps / sums->length_pairs / (sums->lengths / sums->periods);
}

static double shimmer_of(const struct sums *sums)
{
    return 20 * log10(1 + sums->amplitude_steps / sums->amplitude_pairs);
}

void egemaps_periods_run(struct egemaps_periods *periods, const float *samples, size_t count,
                         const float *f0, size_t frames, float *jitter, float *shimmer)
{
    struct chain chain = {0};
    for (size_t t = 0; t < frames; t++) {
        jitter[t] = shimmer[t] = 0;
        double hz = (double)f0[t];
        if (!(hz >= min_f0 && hz <= max_f0)) {
            chain.begun = 0;
            continue;
        }
        size_t start = t * (size_t)periods->hop;
        if (!chain.begun)
            chain = (struct chain){.begun = 1, .place = start};
        struct search search = search_around(periods->rate / hz);
        size_t end = start + (size_t)periods->hop;
        struct sums sums = follow(periods, samples, count, end, &search, &chain);
        if (sums.length_pairs > 0)
            chain.jitter = (float)jitter_of(&sums);
        if (sums.amplitude_pairs > 0)
            chain.shimmer = (float)shimmer_of(&sums);
        jitter[t] = chain.jitter;
        shimmer[t] = chain.shimmer;
    }
}

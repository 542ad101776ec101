#include "evaluation/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/random.h"

enum { STREAM = 1 };

/* Of a speaker and a class. */
struct tally {
    int recordings, right;
};

struct bootstrap {
    struct tally *tallies; // (speakers, classes)
    int speakers, classes;
    struct tally *sum; // (classes)
    double *values;    // (BOOTSTRAP_RESAMPLES)
};

/* Counts each speaker's recordings and leaves out speakers without any. Returns how many stay. */
static int count_tests(struct bootstrap *b, const struct tested *tests, int count, int speakers)
{
    size_t classes = (size_t)b->classes;
    int kept = 0;
    for (int i = 0; i < count; i++) {
        struct tally *tally = &b->tallies[(size_t)tests[i].speaker * classes];
        tally[tests[i].truth].recordings++;
        tally[tests[i].truth].right += tests[i].truth == tests[i].predicted;
    }
    for (int s = 0; s < speakers; s++) {
        const struct tally *from = &b->tallies[(size_t)s * classes];
        struct tally *to = &b->tallies[(size_t)kept * classes];
        int recordings = 0;
        for (size_t c = 0; c < classes; c++) {
            recordings += from[c].recordings;
            to[c] = from[c];
        }
        kept += recordings > 0;
    }
    return kept;
}

static double draw(const struct bootstrap *b, struct random *random)
{
    double recalls = 0;
    int occurring = 0;
    for (int c = 0; c < b->classes; c++)
        b->sum[c] = (struct tally){0};
    for (int s = 0; s < b->speakers; s++) {
        uint32_t drawn = random_below(random, (uint32_t)b->speakers);
        const struct tally *tally = &b->tallies[(size_t)drawn * (size_t)b->classes];
        for (int c = 0; c < b->classes; c++) {
            b->sum[c].recordings += tally[c].recordings;
            b->sum[c].right += tally[c].right;
        }
    }
    for (int c = 0; c < b->classes; c++)
        if (b->sum[c].recordings) {
            recalls += (double)b->sum[c].right / b->sum[c].recordings;
            occurring++;
        }
    return recalls / occurring; /* every speaker has a recording */
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Between the two values that the part lies between. */
static double quantile(const double *sorted, int count, double part)
{
    double place = part * (count - 1);
    int below = (int)place, above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

static void resample(struct bootstrap *b, struct interval *interval)
{
    struct random random = random_seeded(interval->seed, STREAM);
    for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++)
        b->values[i] = draw(b, &random);
    qsort(b->values, BOOTSTRAP_RESAMPLES, sizeof *b->values, compare);
    interval->low = quantile(b->values, BOOTSTRAP_RESAMPLES, 0.025);
    interval->high = quantile(b->values, BOOTSTRAP_RESAMPLES, 0.975);
}

static ser_status check_tests(const struct tested *tests, int count, int speakers, int classes,
                              ser_error *error)
{
    for (int i = 0; i < count; i++)
        if (tests[i].speaker < 0 || tests[i].speaker >= speakers || tests[i].truth < 0 ||
            tests[i].truth >= classes)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "test %d is of speaker %d and class %d, expected below %d and %d", i,
                             tests[i].speaker, tests[i].truth, speakers, classes);
    return SER_OK;
}

ser_status bootstrap_uar(struct interval *interval, const struct tested *tests, int count,
                         int speakers, int classes, uint64_t seed, ser_error *error)
{
    *interval = (struct interval){
        .low = (double)NAN, .high = (double)NAN, .resamples = BOOTSTRAP_RESAMPLES, .seed = seed};
    ser_status status = check_tests(tests, count, speakers, classes, error);
    if (status || count < 1)
        return status;
    size_t each = (size_t)classes * sizeof(struct tally);
    struct bootstrap b = {
        .tallies = calloc((size_t)speakers, each),
        .classes = classes,
        .sum = calloc(1, each),
        .values = calloc(BOOTSTRAP_RESAMPLES, sizeof *b.values),
    };
    if (b.tallies && b.sum && b.values) {
        interval->speakers = b.speakers = count_tests(&b, tests, count, speakers);
        if (b.speakers >= BOOTSTRAP_FEWEST_SPEAKERS)
            resample(&b, interval);
    } else {
        status = error_memory(error, "estimating an interval");
    }
    free(b.tallies);
    free(b.sum);
    free(b.values);
    return status;
}

json_t *interval_to_json(const struct interval *interval)
{
    if (!isfinite(interval->low))
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:i, s:i, s:I}", "level", 0.95, "low", interval->low, "high",
                     interval->high, "speakers", interval->speakers, "resamples",
                     interval->resamples, "seed", (json_int_t)interval->seed);
}

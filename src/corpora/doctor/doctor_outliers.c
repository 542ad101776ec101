/* Recordings that are recorded otherwise than the rest of their corpus. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/doctor/doctor_parts.h"

enum { ENOUGH = 20 /* recordings that show what length is usual */ };

/* So many times longer or shorter than the median, and so many mean deviations from it. */
static const double odd_factor = 3, odd_deviations = 6;

static const struct sound_file *file_of(const struct examination *examination, int subject)
{
    return &examination->files[examination->subjects[subject].file];
}

static int rate_of(const struct sound_file *file)
{
    return file->rate;
}

static int channels_of(const struct sound_file *file)
{
    return file->channels;
}

static void write_rate(char *text, size_t room, int rate)
{
    snprintf(text, room, "%d Hz", rate);
}

static void write_channels(char *text, size_t room, int channels)
{
    if (channels > 2)
        snprintf(text, room, "%d channels", channels);
    else
        snprintf(text, room, "%s", channels == 2 ? "stereo" : "mono");
}

/* A value in which recordings should not differ. */
static const struct trait {
    enum finding_kind kind;
    int (*value)(const struct sound_file *);
    void (*write)(char *text, size_t room, int value);
} traits[] = {
    {FINDING_ODD_RATE, rate_of, write_rate},
    {FINDING_ODD_CHANNELS, channels_of, write_channels},
};

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Collects a value of each recording that can be decoded, sorted; returns how many. */
static int collect(const struct examination *examination, const struct group *group,
                   int (*value)(const struct sound_file *), double *values)
{
    int count = 0;
    for (int i = group->begin; i < group->end; i++)
        if (examination->subjects[i].is_measured)
            values[count++] = value ? value(file_of(examination, i))
                                    : log(examination->subjects[i].sound.seconds);
    if (count)
        qsort(values, (size_t)count, sizeof *values, compare_numbers);
    return count;
}

/* The most frequent of sorted values, and how often it occurs. */
static int find_mode(const double *values, int count, int *frequency)
{
    int mode = 0;
    *frequency = 0;
    for (int begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && !(values[end] > values[begin]); end++)
            ;
        if (end - begin > *frequency) {
            *frequency = end - begin;
            mode = (int)values[begin];
        }
    }
    return mode;
}

static ser_status judge_trait(const struct examination *examination, const struct group *group,
                              const struct trait *trait, double *values, struct findings *findings,
                              ser_error *error)
{
    char detail[120], found[32], expected[32];
    int frequency, count = collect(examination, group, trait->value, values);
    int mode = find_mode(values, count, &frequency);
    trait->write(expected, sizeof expected, mode);
    ser_status status = SER_OK;
    for (int i = group->begin; i < group->end && !status; i++) {
        const struct subject *subject = &examination->subjects[i];
        int own = trait->value(file_of(examination, i));
        if (!subject->is_measured || own == mode)
            continue;
        trait->write(found, sizeof found, own);
        snprintf(detail, sizeof detail, "%s, as against %s in %d of %d", found, expected, frequency,
                 count);
        status = findings_add(findings, trait->kind, group->corpus, subject->path, detail, NULL, 1,
                              error);
    }
    return status;
}

/* Copies at another rate are common, and fit for use: one remark a corpus. */
static ser_status judge_official_rate(const struct examination *examination,
                                      const struct group *group, double *values,
                                      struct findings *findings, ser_error *error)
{
    char detail[160];
    int frequency, count = collect(examination, group, rate_of, values);
    int mode = find_mode(values, count, &frequency), official = group->reader->rate;
    if (!official || !count || mode == official)
        return SER_OK;
    snprintf(detail, sizeof detail, "%d Hz in %d of %d recordings, published with %d Hz", mode,
             frequency, count, official);
    return findings_add(findings, FINDING_NOT_AS_PUBLISHED, group->corpus, NULL, detail, NULL, 1,
                        error);
}

/* Lengths are judged by their logarithms: half as long is as odd as twice as long. The median and
 * the mean deviation from it bear some odd ones. */
static ser_status judge_lengths(const struct examination *examination, const struct group *group,
                                double *values, struct findings *findings, ser_error *error)
{
    char detail[120];
    int count = collect(examination, group, NULL, values);
    if (count < ENOUGH)
        return SER_OK;
    double median = values[count / 2], deviation = 0;
    for (int i = 0; i < count; i++)
        deviation += fabs(values[i] - median) / count;
    double limit = fmax(log(odd_factor), odd_deviations * deviation);
    ser_status status = SER_OK;
    for (int i = group->begin; i < group->end && !status; i++) {
        const struct subject *subject = &examination->subjects[i];
        if (!subject->is_measured || !(fabs(log(subject->sound.seconds) - median) > limit))
            continue;
        snprintf(detail, sizeof detail, "%.2f s, as against %.2f s in the middle",
                 subject->sound.seconds, exp(median));
        status = findings_add(findings, FINDING_ODD_LENGTH, group->corpus, subject->path, detail,
                              NULL, 1, error);
    }
    return status;
}

ser_status doctor_judge_outliers(const struct examination *examination, struct findings *findings,
                                 ser_error *error)
{
    struct group group = {0};
    double *values = calloc((size_t)examination->corpus.count + 1, sizeof *values);
    ser_status status = SER_OK;
    if (!values)
        return error_memory(error, "examining a corpus");
    while (!status && next_group(examination, &group)) {
        status = judge_official_rate(examination, &group, values, findings, error);
        for (size_t i = 0; i < sizeof traits / sizeof *traits && !status; i++)
            status = judge_trait(examination, &group, &traits[i], values, findings, error);
        if (!status)
            status = judge_lengths(examination, &group, values, findings, error);
    }
    free(values);
    return status;
}

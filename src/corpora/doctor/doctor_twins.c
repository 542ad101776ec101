/* One sound under several names, whatever the format and the header: exactly the same samples, or
 * nearly so, as when somebody coded a copy anew. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/copies.h"
#include "corpora/doctor/doctor_parts.h"

/* Of real recordings at 48 kHz and their copies at 16 kHz, 13 of 14 differ by less on average;
 * those of a WAV and an Opus of it by up to 0.064. The nearest two that are no copies, takes of one
 * sentence, differ by 0.055 (tests/corpora/test_real_likeness.c). */
static const double most_difference = 0.01;
static const double most_seconds = 0.02;

/* What does not rise and fall, such as a tone, has no shape to be known by. */
static const double least_shape = 0.25;

static const double silent_peak = 0.001; /* -60 dBFS: one silence is like another */

static bool may_be_twin(const struct subject *subject)
{
    return subject->is_measured && subject->sound.peak >= silent_peak &&
           (subject->role == SUBJECT_RECORDING || subject->role == SUBJECT_OTHER);
}

/* Subjects stand in one array: the lower address is the earlier one. */
static int compare_places(const struct subject *a, const struct subject *b)
{
    return (a > b) - (a < b);
}

static int compare_prints(const void *a, const void *b)
{
    const struct subject *left = *(const struct subject *const *)a;
    const struct subject *right = *(const struct subject *const *)b;
    int order = hash_compare(left->sound.print, right->sound.print);
    return order ? order : compare_places(left, right);
}

static int compare_lengths(const void *a, const void *b)
{
    const struct subject *left = *(const struct subject *const *)a;
    const struct subject *right = *(const struct subject *const *)b;
    double x = left->sound.seconds, y = right->sound.seconds;
    int order = (x > y) - (x < y);
    return order ? order : compare_places(left, right);
}

static ser_status add_pair(const struct subject *first, const struct subject *second,
                           enum finding_kind kind, struct findings *findings, ser_error *error)
{
    char detail[256] = "";
    const struct recording *a = first->recording, *b = second->recording;
    if (a && b && !copies_agree(a, b)) {
        kind = FINDING_CONTRADICTION;
        snprintf(detail, sizeof detail, "%s, speaker %s, as against %s, speaker %s", b->emotion,
                 b->speaker, a->emotion, a->speaker);
    }
    return findings_add(findings, kind, subject_corpus(second), second->path,
                        *detail ? detail : NULL, first->path, 1, error);
}

static ser_status find_same(const struct subject **subjects, int count, struct findings *findings,
                            ser_error *error)
{
    ser_status status = SER_OK;
    for (int first = 0, i = 1; i < count && !status; i++) {
        if (hash_equal(subjects[first]->sound.print, subjects[i]->sound.print))
            status = add_pair(subjects[first], subjects[i], FINDING_SAME_SOUND, findings, error);
        else
            first = i;
    }
    return status;
}

static bool has_shape(const struct sound *sound)
{
    double difference = 0;
    for (int i = 0; i < SOUND_PROFILE; i++)
        difference += fabs((double)sound->level[i] - 1);
    return difference / SOUND_PROFILE >= least_shape;
}

static bool is_recoded(const struct sound *a, const struct sound *b)
{
    double difference = 0;
    for (int i = 0; i < SOUND_PROFILE && difference < most_difference * SOUND_PROFILE; i++)
        difference += fabs((double)a->level[i] - b->level[i]);
    return difference < most_difference * SOUND_PROFILE && !hash_equal(a->print, b->print) &&
           has_shape(a);
}

/* A recording and its augmented copies are meant to be alike. */
static bool same_source(const struct subject *a, const struct subject *b)
{
    return a->recording && b->recording && (*a->recording->original || *b->recording->original) &&
           !strcmp(recording_source(a->recording), recording_source(b->recording));
}

/* Of the same length, so that only neighbours need be compared. */
static ser_status find_recoded(const struct subject **subjects, int count,
                               struct findings *findings, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < count; i++) {
        const struct sound *own = &subjects[i]->sound;
        for (int j = i + 1; j < count && !status; j++) {
            if (subjects[j]->sound.seconds - own->seconds > most_seconds)
                break;
            bool in_order = subjects[i] < subjects[j];
            if (is_recoded(own, &subjects[j]->sound) && !same_source(subjects[i], subjects[j]))
                status = add_pair(subjects[in_order ? i : j], subjects[in_order ? j : i],
                                  FINDING_RECODED, findings, error);
        }
    }
    return status;
}

ser_status doctor_judge_twins(const struct examination *examination, struct findings *findings,
                              ser_error *error)
{
    const struct subject **subjects =
        calloc((size_t)examination->subject_count + 1, sizeof *subjects);
    int count = 0;
    if (!subjects)
        return error_memory(error, "examining a corpus");
    for (int i = 0; i < examination->subject_count; i++)
        if (may_be_twin(&examination->subjects[i]))
            subjects[count++] = &examination->subjects[i];
    if (count)
        qsort(subjects, (size_t)count, sizeof *subjects, compare_prints);
    ser_status status = find_same(subjects, count, findings, error);
    if (count)
        qsort(subjects, (size_t)count, sizeof *subjects, compare_lengths);
    if (!status)
        status = find_recoded(subjects, count, findings, error);
    free(subjects);
    return status;
}

/* The table of what there is in each corpus. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "corpora/doctor/doctor_parts.h"
#include "corpora/speakers.h"

/* Counts a value; the last place is for all that find no room. */
static void count_value(struct summary_value values[SUMMARY_VALUES], const char *text)
{
    int i = 0;
    while (i < SUMMARY_VALUES - 1 && values[i].count && strcmp(values[i].text, text) != 0)
        i++;
    if (!values[i].count)
        snprintf(values[i].text, sizeof values[i].text, "%s",
                 i < SUMMARY_VALUES - 1 ? text : "other");
    values[i].count++;
}

/* The most frequent first; of the equally frequent the one met first. */
static void sort_values(struct summary_value values[SUMMARY_VALUES])
{
    for (int i = 1; i < SUMMARY_VALUES; i++)
        for (int j = i; j > 0 && values[j].count > values[j - 1].count; j--) {
            struct summary_value swapped = values[j];
            values[j] = values[j - 1];
            values[j - 1] = swapped;
        }
}

static void count_sound(struct corpus_summary *summary, const struct examination *examination,
                        const struct subject *subject)
{
    const struct sound_file *file = &examination->files[subject->file];
    char text[SUMMARY_TEXT];
    if (!subject->is_measured)
        return;
    summary->seconds += subject->sound.seconds;
    snprintf(text, sizeof text, "%d Hz", file->rate);
    count_value(summary->rates, text);
    snprintf(text, sizeof text, "%d", file->channels);
    count_value(summary->channels, text);
    count_value(summary->formats, file->kind ? file->kind : "unknown");
}

static void count_recording(struct corpus_summary *summary, const struct corpus *corpus,
                            const struct recording *recording)
{
    summary->by_voice[recording->voice]++;
    summary->without_speaker += !*recording->speaker;
    for (int i = 0; i < corpus->label_count; i++)
        if (!strcmp(corpus->labels[i], recording->emotion))
            summary->emotions[i].count++;
}

static void count_speakers(struct corpus_summary *summary, const struct corpus *corpus,
                           const struct speakers *speakers, const struct group *group)
{
    for (int i = 0; i < speakers->count; i++) {
        const struct recording *first = &corpus->recordings[speakers->first[i]];
        if (speakers->first[i] < group->begin || speakers->first[i] >= group->end ||
            !*first->speaker)
            continue;
        summary->speakers++;
        summary->women += first->sex == SEX_FEMALE;
        summary->men += first->sex == SEX_MALE;
    }
}

static void fill(struct corpus_summary *summary, const struct examination *examination,
                 const struct speakers *speakers, const struct group *group)
{
    const struct corpus *corpus = &examination->corpus;
    snprintf(summary->corpus, sizeof summary->corpus, "%s", group->corpus);
    summary->reader = group->reader;
    summary->recordings = group->end - group->begin;
    for (int i = 0; i < corpus->label_count; i++)
        snprintf(summary->emotions[i].text, sizeof summary->emotions[i].text, "%s",
                 corpus->labels[i]);
    count_speakers(summary, corpus, speakers, group);
    for (int i = group->begin; i < group->end; i++) {
        count_recording(summary, corpus, &corpus->recordings[i]);
        count_sound(summary, examination, &examination->subjects[i]);
    }
}

static void fill_others(struct corpus_summary *summary, const struct examination *examination)
{
    for (int i = 0; i < examination->subject_count; i++)
        if (examination->subjects[i].role == SUBJECT_OTHER) {
            summary->recordings++;
            count_sound(summary, examination, &examination->subjects[i]);
        }
}

static ser_status add_summary(struct doctor_report *report, struct corpus_summary **summary,
                              ser_error *error)
{
    struct corpus_summary *grown =
        memory_resize(report->summaries, (size_t)report->summary_count + 1, sizeof *grown);
    if (!grown)
        return error_memory(error, "examining a corpus");
    report->summaries = grown;
    *summary = &grown[report->summary_count++];
    **summary = (struct corpus_summary){0};
    return SER_OK;
}

static void finish(struct corpus_summary *summary)
{
    sort_values(summary->rates);
    sort_values(summary->channels);
    sort_values(summary->formats);
}

ser_status doctor_summarise(const struct examination *examination, struct doctor_report *report,
                            ser_error *error)
{
    struct group group = {0};
    struct corpus_summary *summary;
    struct speakers speakers;
    ser_status status = speakers_find(&speakers, &examination->corpus, error);
    while (!status && next_group(examination, &group)) {
        status = add_summary(report, &summary, error);
        if (!status) {
            fill(summary, examination, &speakers, &group);
            finish(summary);
        }
    }
    if (!status)
        status = add_summary(report, &summary, error);
    if (!status) {
        fill_others(summary, examination);
        finish(summary);
        report->summary_count -= !summary->recordings;
    }
    speakers_release(&speakers);
    return status;
}

/* What is missing: speakers and recordings against what the owners published, emotions of a speaker
 * against those of the others. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/doctor/doctor_parts.h"
#include "corpora/official_speakers.h"
#include "corpora/speakers.h"

enum { DETAIL = 400 };

/* Below this share of the published recordings a folder is taken for a selection, of which counting
 * what is missing says little. */
static const double selection = 0.1;

/* A speaker lacks an emotion that this share of all speakers have. */
static const double common = 0.8;

static int compare_name(const void *name, const void *recording)
{
    return strcmp(name, ((const struct recording *)recording)->name);
}

/* Whether a recording of that name is among those of the group, which are in order of names. */
static bool has_name(const struct examination *examination, const struct group *group,
                     const char *name)
{
    return bsearch(name, examination->corpus.recordings + group->begin,
                   (size_t)(group->end - group->begin), sizeof(struct recording), compare_name);
}

/* How many recordings of each official speaker there are. Those that were left out as copies of
 * another, or empty, are there: that is said elsewhere. */
static void count_present(const struct examination *examination, const struct group *group,
                          enum voice voice, const struct official_speakers *official, int *present)
{
    const struct left_out_list *list = &examination->corpus.left_out;
    for (int i = group->begin; i < group->end; i++) {
        const struct recording *recording = &examination->corpus.recordings[i];
        int speaker = official_speakers_find(official, recording->speaker);
        if (recording->voice == voice && !*recording->original && speaker >= 0)
            present[speaker]++;
    }
    for (int i = 0; i < list->count && group->reader->parse; i++) {
        const struct left_out *item = &list->items[i];
        struct recording recording = {0};
        char problem[NAME_PROBLEM_LENGTH];
        if ((item->reason != LEFT_OUT_SAME_BYTES && item->reason != LEFT_OUT_CONTRADICTION &&
             item->reason != LEFT_OUT_EMPTY) ||
            group->reader->parse(item->path, &recording, problem) != NAME_RECORDING)
            continue;
        int speaker = official_speakers_find(official, recording.speaker);
        if (recording.voice == voice && speaker >= 0 &&
            !has_name(examination, group, recording.name))
            present[speaker]++;
    }
}

static ser_status add(struct findings *findings, enum finding_kind kind, const struct group *group,
                      const char *detail, int count, ser_error *error)
{
    return findings_add(findings, kind, group->corpus, NULL, detail, NULL, count, error);
}

/* Speakers of whom some recordings are missing, where the corpus has equally many of each; else all
 * recordings that are missing when nobody is. */
static ser_status judge_recordings(const struct group *group, const struct official_count *official,
                                   const struct official_speakers *speakers, const int *present,
                                   int total, struct findings *findings, ser_error *error)
{
    char detail[DETAIL] = "";
    size_t used = 0;
    int each = official->recordings / speakers->count, missing = 0, absent = 0;
    bool is_even = each * speakers->count == official->recordings;
    for (int i = 0; i < speakers->count; i++) {
        absent += !present[i];
        if (!is_even || !present[i] || present[i] >= each)
            continue;
        missing += each - present[i];
        if (used < sizeof detail)
            used += (size_t)snprintf(detail + used, sizeof detail - used, "%s%s: %d of %d",
                                     used ? ", " : "", speakers->ids[i], present[i], each);
    }
    if (!is_even && !absent && total < official->recordings) {
        missing = official->recordings - total;
        snprintf(detail, sizeof detail, "%d of %d", total, official->recordings);
    }
    char sentence[DETAIL + 32];
    snprintf(sentence, sizeof sentence, "%s: %s", voice_name(official->voice), detail);
    return missing ? add(findings, FINDING_MISSING_RECORDINGS, group, sentence, missing, error)
                   : SER_OK;
}

static ser_status judge_speakers(const struct group *group, const struct official_count *official,
                                 const struct official_speakers *speakers, const int *present,
                                 int total, struct findings *findings, ser_error *error)
{
    char detail[DETAIL], list[DETAIL - 100];
    int missing = 0;
    if (total < selection * official->recordings) {
        snprintf(detail, sizeof detail, "%s: %d of %d recordings", voice_name(official->voice),
                 total, official->recordings);
        return add(findings, FINDING_PARTIAL, group, detail, 1, error);
    }
    for (int i = 0; i < speakers->count; i++)
        missing += !present[i];
    ser_status status = SER_OK;
    if (missing) {
        official_speakers_list(speakers, present, list, sizeof list);
        snprintf(detail, sizeof detail, "%s: %d of %d: %s (%d of %d recordings are here)",
                 voice_name(official->voice), missing, speakers->count, list, total,
                 official->recordings);
        status = add(findings, FINDING_MISSING_SPEAKERS, group, detail, missing, error);
    }
    return status ? status
                  : judge_recordings(group, official, speakers, present, total, findings, error);
}

/* One kind of voice; that all of it is missing is no fault: many take the speech only. */
static ser_status judge_voice(const struct examination *examination, const struct group *group,
                              const struct official_count *official, struct findings *findings,
                              ser_error *error)
{
    struct official_speakers speakers;
    ser_status status = official_speakers_read(&speakers, official->speakers, error);
    int *present = status ? NULL : calloc((size_t)speakers.count + 1, sizeof *present);
    int total = 0;
    if (!status && !present)
        status = error_memory(error, "examining a corpus");
    if (!status)
        count_present(examination, group, official->voice, &speakers, present);
    for (int i = 0; !status && i < speakers.count; i++)
        total += present[i];
    if (total)
        status = judge_speakers(group, official, &speakers, present, total, findings, error);
    free(present);
    official_speakers_release(&speakers);
    return status;
}

/* Who of a corpus has which emotions, in one kind of voice. */
struct repertoire {
    const struct speakers *speakers;
    int (*counts)[CORPUS_MAX_LABELS]; // (speakers, labels)
    int who;                          /* speakers of the corpus who have any */
    int having[CORPUS_MAX_LABELS];    /* … and this one */
};

static int label_of(const struct corpus *corpus, const char *emotion)
{
    for (int i = 0; i < corpus->label_count; i++)
        if (!strcmp(corpus->labels[i], emotion))
            return i;
    return -1;
}

static void fill(struct repertoire *repertoire, const struct corpus *corpus,
                 const struct group *group, enum voice voice)
{
    size_t speakers = (size_t)repertoire->speakers->count;
    memset(repertoire->counts, 0, speakers * sizeof *repertoire->counts);
    memset(repertoire->having, 0, sizeof repertoire->having);
    repertoire->who = 0;
    for (int i = group->begin; i < group->end; i++) {
        const struct recording *recording = &corpus->recordings[i];
        int label = label_of(corpus, recording->emotion);
        if (recording->voice == voice && *recording->speaker && label >= 0)
            repertoire->counts[repertoire->speakers->of[i]][label]++;
    }
    for (size_t s = 0; s < speakers; s++) {
        bool has_any = false;
        for (int label = 0; label < corpus->label_count; label++) {
            has_any = has_any || repertoire->counts[s][label];
            repertoire->having[label] += repertoire->counts[s][label] > 0;
        }
        repertoire->who += has_any;
    }
}

static ser_status add_gaps(const struct repertoire *repertoire, const struct corpus *corpus,
                           const struct group *group, int speaker, enum voice voice,
                           struct findings *findings, ser_error *error)
{
    char detail[DETAIL];
    size_t used = 0;
    int gaps = 0, total = 0;
    used = (size_t)snprintf(detail, sizeof detail, "%s: speaker %s has no ", voice_name(voice),
                            corpus->recordings[repertoire->speakers->first[speaker]].speaker);
    for (int label = 0; label < corpus->label_count; label++) {
        total += repertoire->counts[speaker][label];
        if (repertoire->counts[speaker][label] ||
            repertoire->having[label] < common * repertoire->who)
            continue;
        if (used < sizeof detail)
            used += (size_t)snprintf(detail + used, sizeof detail - used, "%s%s", gaps ? ", " : "",
                                     corpus->labels[label]);
        gaps++;
    }
    return gaps && total ? add(findings, FINDING_MISSING_EMOTIONS, group, detail, 1, error)
                         : SER_OK;
}

static ser_status judge_emotions(struct repertoire *repertoire,
                                 const struct examination *examination, const struct group *group,
                                 struct findings *findings, ser_error *error)
{
    const struct corpus *corpus = &examination->corpus;
    ser_status status = SER_OK;
    for (int voice = 0; voice < VOICE_KINDS && !status; voice++) {
        fill(repertoire, corpus, group, (enum voice)voice);
        for (int s = 0; s < repertoire->speakers->count && repertoire->who > 1 && !status; s++)
            status = add_gaps(repertoire, corpus, group, s, (enum voice)voice, findings, error);
    }
    return status;
}

static ser_status judge_unknown_speakers(const struct examination *examination,
                                         const struct group *group, struct findings *findings,
                                         ser_error *error)
{
    char detail[80];
    int unknown = 0;
    for (int i = group->begin; i < group->end; i++)
        unknown += !*examination->corpus.recordings[i].speaker;
    snprintf(detail, sizeof detail, "%d of %d", unknown, group->end - group->begin);
    return unknown ? add(findings, FINDING_NO_SPEAKER, group, detail, unknown, error) : SER_OK;
}

static ser_status judge_group(struct repertoire *repertoire, const struct examination *examination,
                              const struct group *group, struct findings *findings,
                              ser_error *error)
{
    ser_status status = judge_unknown_speakers(examination, group, findings, error);
    const struct official_count *official = group->reader->official;
    for (; official && official->recordings && !status; official++)
        status = judge_voice(examination, group, official, findings, error);
    return status ? status : judge_emotions(repertoire, examination, group, findings, error);
}

ser_status doctor_judge_counts(const struct examination *examination, struct findings *findings,
                               ser_error *error)
{
    struct speakers speakers;
    struct group group = {0};
    ser_status status = speakers_find(&speakers, &examination->corpus, error);
    if (status)
        return status;
    struct repertoire repertoire = {.speakers = &speakers};
    repertoire.counts = calloc((size_t)speakers.count + 1, sizeof *repertoire.counts);
    if (!repertoire.counts)
        status = error_memory(error, "examining a corpus");
    while (!status && next_group(examination, &group))
        status = judge_group(&repertoire, examination, &group, findings, error);
    free(repertoire.counts);
    speakers_release(&speakers);
    return status;
}

/* What decoding the files and looking at their samples shows. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/doctor/doctor_parts.h"

/* Where the lines are drawn. On nearly 9,000 real recordings (RAVDESS, TESS, nEMO and others):
 * the quietest peak is at -47 dBFS, which is one of a dozen below -40; no speech begins or ends
 * above 0.45 of its loudest 10 ms; no mean is beyond 0.0013; one file is clipped. */
static const double silent_peak = 0.001; /* -60 dBFS */
static const double quiet_peak = 0.01;   /* -40 dBFS */
static const double short_seconds = 0.2;
static const double clipped_share = 1e-4;
static const double most_offset = 0.005;
static const double full_edge = 0.5;
static const double edge_seconds = 0.5; /* what is shorter is no sentence to be cut off */

static double decibels(double value)
{
    return 20 * log10(value);
}

/* Adds a finding of a subject. */
static ser_status add(struct findings *findings, enum finding_kind kind,
                      const struct subject *subject, const char *detail, ser_error *error)
{
    return findings_add(findings, kind, subject_corpus(subject), subject->path, detail, NULL, 1,
                        error);
}

static ser_status judge_level(const struct subject *subject, struct findings *findings,
                              ser_error *error)
{
    const struct sound *sound = &subject->sound;
    char detail[80];
    bool is_silent = sound->peak < silent_peak;
    if (!is_silent && !(sound->peak < quiet_peak))
        return SER_OK;
    if (sound->peak > 0)
        snprintf(detail, sizeof detail, "peak at %.0f dBFS", decibels(sound->peak));
    else
        snprintf(detail, sizeof detail, "all samples are 0");
    return add(findings, is_silent ? FINDING_SILENT : FINDING_QUIET, subject, detail, error);
}

static ser_status judge_shape(const struct subject *subject, struct findings *findings,
                              ser_error *error)
{
    const struct sound *sound = &subject->sound;
    char detail[80];
    ser_status status = SER_OK;
    if (sound->clipped > clipped_share) {
        snprintf(detail, sizeof detail, "%.2f %% of the samples lie flat at full scale",
                 100.0 * sound->clipped);
        status = add(findings, FINDING_CLIPPED, subject, detail, error);
    }
    if (!status && fabs((double)sound->offset) > most_offset) {
        snprintf(detail, sizeof detail, "mean of %.3f", sound->offset);
        status = add(findings, FINDING_OFFSET, subject, detail, error);
    }
    return status;
}

/* A sentence that begins or ends in full sound was cut; where the file is cut short, that is said
 * already. */
static ser_status judge_edges(const struct sound_file *file, const struct subject *subject,
                              struct findings *findings, ser_error *error)
{
    const struct sound *sound = &subject->sound;
    const struct recording *recording = subject->recording;
    char detail[80];
    if (!recording || recording->voice != VOICE_SPEECH || *file->problem ||
        sound->seconds < edge_seconds || sound->peak < quiet_peak ||
        !(sound->first > full_edge || sound->last > full_edge))
        return SER_OK;
    snprintf(detail, sizeof detail, "its %s 10 ms have %.0f %% of the level of its loudest",
             sound->first > full_edge ? "first" : "last",
             100.0 * (sound->first > full_edge ? sound->first : sound->last));
    return add(findings, FINDING_CUT_OFF, subject, detail, error);
}

static ser_status judge_subject(const struct sound_file *file, const struct subject *subject,
                                struct findings *findings, ser_error *error)
{
    char detail[80];
    bool may_be_short = subject->recording && subject->recording->voice == VOICE_NONSPEECH;
    ser_status status = SER_OK;
    if (!subject->is_measured)
        return add(findings, FINDING_UNREADABLE, subject,
                   "the file has no such piece or channel as the manifest says", error);
    if (subject->sound.seconds < short_seconds && !may_be_short) {
        snprintf(detail, sizeof detail, "%.3f s", subject->sound.seconds);
        status = add(findings, FINDING_SHORT, subject, detail, error);
    }
    if (!status)
        status = judge_level(subject, findings, error);
    if (!status)
        status = judge_shape(subject, findings, error);
    return status ? status : judge_edges(file, subject, findings, error);
}

/* What is wrong with a file, but for pointers. */
static ser_status judge_file(const struct sound_file *file, const struct subject *subject,
                             struct findings *findings, ser_error *error)
{
    char detail[80];
    ser_status status = SER_OK;
    if (file->status)
        return add(findings, FINDING_UNREADABLE, subject, file->problem, error);
    if (*file->problem)
        status = add(findings, FINDING_DAMAGED, subject, file->problem, error);
    if (!status && !sound_kind_fits(subject->path, file->kind)) {
        snprintf(detail, sizeof detail, "holds %s", file->kind);
        status = add(findings, FINDING_OTHER_FORMAT, subject, detail, error);
    }
    return status;
}

/* Often a whole corpus of pointers: one finding each folder. */
static ser_status judge_pointers(const struct examination *examination, struct findings *findings,
                                 ser_error *error)
{
    const char **paths = calloc((size_t)examination->file_count + 1, sizeof *paths);
    int count = 0;
    if (!paths)
        return error_memory(error, "examining a corpus");
    for (int i = 0; i < examination->file_count; i++)
        if (examination->files[i].is_pointer)
            paths[count++] =
                examination->subjects[examination->by_path[examination->first[i]]].path;
    ser_status status =
        findings_add_folders(findings, FINDING_POINTER, "", paths, count,
                             "\"git lfs pull\" fetches the files themselves", error);
    free(paths);
    return status;
}

ser_status doctor_judge_sounds(const struct examination *examination, struct findings *findings,
                               ser_error *error)
{
    ser_status status = judge_pointers(examination, findings, error);
    for (int i = 0; i < examination->file_count && !status; i++) {
        const struct sound_file *file = &examination->files[i];
        if (file->is_pointer)
            continue;
        status =
            judge_file(file, &examination->subjects[examination->by_path[examination->first[i]]],
                       findings, error);
        for (int s = examination->first[i]; s < examination->first[i + 1] && !status; s++) {
            const struct subject *subject = &examination->subjects[examination->by_path[s]];
            if (!file->status &&
                (subject->role == SUBJECT_RECORDING || subject->role == SUBJECT_OTHER))
                status = judge_subject(file, subject, findings, error);
        }
    }
    return status;
}

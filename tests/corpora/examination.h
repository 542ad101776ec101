/* What the doctor says of corpora in the scratch folder. */
#ifndef TESTS_EXAMINATION_H
#define TESTS_EXAMINATION_H

#include "corpora/doctor/doctor.h"
#include "utterance.h"

enum { WAV16 = SF_FORMAT_WAV | SF_FORMAT_PCM_16, SECOND = UTTERANCE_RATE };

/* Examines a folder, which must succeed without a remark. */
struct doctor_report examine(const char *folder);

/* The only finding of a kind, whose path (or that of the folder) ends so. */
const struct finding *the_finding(const struct doctor_report *report, enum finding_kind kind,
                                  const char *ending);
void assert_detail(const struct finding *finding, const char *part);

/* Fails where there are findings of other kinds than these, which LAST ends. */
#define LAST FINDING_KIND_COUNT
void assert_only(const struct doctor_report *report, const enum finding_kind *kinds);
#define ASSERT_ONLY(report, ...) assert_only(report, (const enum finding_kind[]){__VA_ARGS__, LAST})

/* A whole RAVDESS of speech, without the recordings from which `lacks` keeps it. */
void write_whole_corpus(const char *folder, bool (*lacks)(int actor, int emotion));

#endif

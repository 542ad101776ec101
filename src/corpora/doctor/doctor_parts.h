/* The doctor's rooms: each looks at the same examination from its own side. Private to doctor*.c.
 */
#ifndef CORPORA_DOCTOR_PARTS_H
#define CORPORA_DOCTOR_PARTS_H

#include "corpora/doctor/doctor.h"
#include "corpora/doctor/sound_check.h"

enum subject_role {
    SUBJECT_RECORDING, /* subject i is recording i of the corpus */
    SUBJECT_OTHER,     /* sound that is named as no corpus names it, or impossibly */
    SUBJECT_COPY,      /* a further file of a recording's name */
    SUBJECT_REFUSED,   /* of the same bytes as another */
};

/* A piece of sound that is looked at. */
struct subject {
    enum subject_role role;
    const char *path;                  /* borrowed from the corpus */
    const struct recording *recording; /* NULL: none */
    const struct left_out *left_out;   /* NULL: it was not left out */
    int file;                          /* that it is (a piece of) */
    bool is_measured;                  /* the file could be decoded and has the piece */
    struct sound sound;
};

struct examination {
    struct corpus corpus;
    struct subject *subjects; /* recordings, then by role in order of paths */
    int subject_count;
    int *by_path; /* (subjects) their indices in order of paths */
    int *first;   /* (files + 1) where the subjects of a file begin in by_path */
    struct sound_file *files;
    int file_count;
};

/* A corpus within the examination: subjects begin … end-1 are its recordings. */
struct group {
    const char *corpus;
    const struct corpus_reader *reader;
    int begin, end;
};

/* The next group after `group`, which begins zeroed; false after the last. */
bool next_group(const struct examination *examination, struct group *group);

/* The name of the corpus of a subject; "" for none. */
const char *subject_corpus(const struct subject *subject);

/* A place in which nothing is labelled, whatever else there is. */
ser_status doctor_judge_place(const struct corpus *corpus, const char *text,
                              struct findings *findings, ser_error *error);

/* What corpus_read left out. */
ser_status doctor_judge_left_out(const struct examination *examination, struct findings *findings,
                                 ser_error *error);

/* Files that cannot be decoded, silence, clipping, … */
ser_status doctor_judge_sounds(const struct examination *examination, struct findings *findings,
                               ser_error *error);

/* Rates, channels and lengths against the rest of the corpus. */
ser_status doctor_judge_outliers(const struct examination *examination, struct findings *findings,
                                 ser_error *error);

/* Copies by name and by sound. */
ser_status doctor_judge_copies(const struct examination *examination, struct findings *findings,
                               ser_error *error);
ser_status doctor_judge_twins(const struct examination *examination, struct findings *findings,
                              ser_error *error);

/* Speakers, recordings and emotions that are missing. */
ser_status doctor_judge_counts(const struct examination *examination, struct findings *findings,
                               ser_error *error);

/* The table of what there is. */
ser_status doctor_summarise(const struct examination *examination, struct doctor_report *report,
                            ser_error *error);

/* Bytes of the folders of a path, without the '/' behind them; of those folders, which are the
 * first `length` bytes of `a`, that `b` lies in too; and a copy of them, which the caller frees
 * (NULL: out of memory). */
size_t folder_length(const char *path);
size_t folders_shared(const char *a, size_t length, const char *b);
char *folder_copy(const char *path, size_t length);

/* Adds findings of files that share a kind, summed up by the folders they fill: paths (count) in
 * byte order. One or two files of a folder stand for themselves. */
ser_status findings_add_folders(struct findings *findings, enum finding_kind kind,
                                const char *corpus, const char *const *paths, int count,
                                const char *detail, ser_error *error);

#endif

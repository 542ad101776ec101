/* Splits as files, to be kept, published and used again: CSV with the columns
 *
 *   corpus,name,speaker,emotion,protocol,part
 *
 * where part is train, validation or test, or the number of the fold that tests the recording. */
#ifndef EVALUATION_SPLIT_FILE_H
#define EVALUATION_SPLIT_FILE_H

#include <stddef.h>

#include "base/hash.h"
#include "evaluation/leaks.h"
#include "evaluation/partition.h"

struct split_row {
    char corpus[sizeof((struct recording *)0)->corpus];
    char name[RECORDING_NAME_LENGTH];
    int part;
    int line;
};

struct split_file {
    char *path;
    char protocol[PROTOCOL_NAME_LENGTH];
    int folds;              /* 0: divided once */
    struct hash hash;       /* of the file's bytes */
    struct split_row *rows; /* in byte order of corpus and name */
    int count;
    size_t capacity;
};

/* Replaces the file by the corpus's recordings and their parts; those in no part are not named. */
ser_status split_file_write(const char *path, const struct corpus *corpus,
                            const struct partition *partition, ser_error *error);

/* Reads a file. The columns may stand in any order, speaker and emotion may be absent, others are
 * passed over. A protocol that is not in the table is somebody's own. Errors name the line: a part
 * that is none, folds beside parts, several protocols, a fold or side without recordings. Release
 * with split_file_release, whatever the outcome. */
ser_status split_file_read(struct split_file *file, const char *path, ser_error *error);

/* The parts of the corpus's recordings, by corpus and name; PART_NONE for those that the file does
 * not name. Of rows for one recording the first counts. Release the partition with
 * partition_release, whatever the outcome. */
ser_status split_file_match(const struct split_file *file, const struct corpus *corpus,
                            struct partition *partition, ser_error *error);

/* Leaves recordings out of the corpus that the file does not name, with a remark to the log; says
 * also how many names of the file the corpus lacks. None left is an error. */
ser_status split_file_narrow(const struct split_file *file, struct corpus *corpus,
                             ser_error *error);

/* Leaves all recordings out of the corpus that are not in this part; says how many names of the
 * part the corpus lacks. The other parts need not be there. A part that the file has not, and one
 * of which the corpus has nothing, are errors. */
ser_status split_file_keep_part(const struct split_file *file, int part, struct corpus *corpus,
                                ser_error *error);

/* split_find_leaks for a file, and recordings that it names twice, files of the same bytes that the
 * corpus left out, and names that only one of both has. */
ser_status split_file_find_leaks(const struct split_file *file, const struct corpus *corpus,
                                 struct leak_list *list, ser_error *error);

/* Harmless on an empty file. */
void split_file_release(struct split_file *file);

#endif

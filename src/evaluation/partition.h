/* Dividing a corpus by a protocol: into folds, each tested by a model trained on the others, or
 * once into a training, a validation and a test part. */
#ifndef EVALUATION_PARTITION_H
#define EVALUATION_PARTITION_H

#include <stdint.h>

#include "corpora/corpus.h"
#include "evaluation/protocol.h"
#include "evaluation/split.h"

enum { PROTOCOL_NAME_LENGTH = 48, PARTITION_MAX_FOLDS = 10000 };

/* The part of a recording: one of these, or from 1 the fold that tests it. */
enum part { PART_NONE = 0, PART_TRAIN = -1, PART_VALIDATION = -2, PART_TEST = -3 };

struct partition {
    char protocol[PROTOCOL_NAME_LENGTH];
    int folds;  /* 0: divided once */
    int *parts; /* (count) the part of each recording of the corpus */
    int count;
};

/* Protocols that leave the folds to choose take a number of folds or shares; the others neither. */
struct partition_settings {
    const struct protocol *protocol;
    int folds;               /* 0 or from 2 */
    double test, validation; /* shares of the recordings; 0: none; together below 1 */
    uint64_t seed;
};

/* The same corpus, settings and seed give the same parts on every machine, wherever the corpus
 * lies and in whatever order its recordings stand. Augmented copies are always in their original's
 * part. Errors: impossible numbers, fewer groups than parts, what a protocol needs is not known of
 * a recording. Release with partition_release, whatever the outcome. */
ser_status partition_make(struct partition *partition, const struct corpus *corpus,
                          const struct partition_settings *settings, ser_error *error);

/* What is trained with and tested: in fold `fold` (0 … folds-1), or, divided once, in fold 0. The
 * validation part is on neither side. */
ser_status partition_split(const struct partition *partition, int fold, struct split *split,
                           ser_error *error);

/* How many recordings a part has. */
int partition_count(const struct partition *partition, int part);

/* "train", "validation", "test" or the number of a fold; "" for PART_NONE. */
void part_name(int part, char name[12]);

/* The part of that name; PART_NONE when the text is none. */
int part_find(const char *text);

/* Harmless on an empty partition. */
void partition_release(struct partition *partition);

#endif

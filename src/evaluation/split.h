/* Dividing a corpus into recordings to train with and recordings to test with.
 *
 * The splits made here are by speaker: nobody is heard on both sides, in speech or song. A random
 * split of recordings would test whether the model remembers the speakers' voices; on RAVDESS it
 * gives figures 10 to 30 points higher. Other ways to divide have names (evaluation/protocol.h).
 */
#ifndef EVALUATION_SPLIT_H
#define EVALUATION_SPLIT_H

#include "corpora/corpus.h"
#include "ser/status.h"

/* Indices into corpus->recordings, ascending on either side. Release with split_release. */
struct split {
    int *train;
    int train_count;
    int *test;
    int test_count;
};

/* Tests with the named speakers ("3,7,12"; "3" also means "03") and trains with all others. An
 * unknown speaker, one named twice and a list that leaves nobody to train with are errors. */
ser_status split_by_speakers(struct split *split, const struct corpus *corpus,
                             const char *test_speakers, ser_error *error);

/* Fold `fold` (0 … folds-1) of a cross-validation. With the speakers in order of their ids, each
 * fold tests with the next few of them: equally many, or one more in the first folds where the
 * number does not divide. Each corpus is divided so, apart from the others. So RAVDESS, whose men
 * and women alternate, has as many of each in every fold of even size: 20 actors in 5 folds give
 * 1-4, 5-8, 9-12, 13-16, 17-20. From 2 folds up to one for each speaker. */
ser_status split_fold(struct split *split, const struct corpus *corpus, int folds, int fold,
                      ser_error *error);

/* Fails unless both sides have recordings, every index is one of the corpus and occurs once, all
 * augmented copies are on the side of their originals, and, unless the named protocol allows it, no
 * speaker is on both sides. To be called before every training, wherever the split is from. */
ser_status split_check(const struct split *split, const struct corpus *corpus, const char *protocol,
                       ser_error *error);

/* Takes augmented copies off the test side where their originals are on it too: figures are of
 * recordings as they were made, each once. Copies without their originals stay. */
ser_status split_test_originals(struct split *split, const struct corpus *corpus, ser_error *error);

/* Harmless on an empty split. */
void split_release(struct split *split);

#endif

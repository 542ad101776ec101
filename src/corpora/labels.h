/* Label maps: which words of the corpora count as one class. They are data, labels/NAME.json:
 *
 *   {"name": "common7", "description": "...", "by_sex": false,
 *    "labels": {"neutral": ["neutral", "calm"], "angry": ["angry", "anger"]}}
 *
 * With "by_sex" each label stands apart for women and men: "female_angry", "male_angry". */
#ifndef CORPORA_LABELS_H
#define CORPORA_LABELS_H

#include "base/json.h"
#include "corpora/corpus.h"
#include "ser/status.h"

struct label_map {
    json_t *root; /* the checked file */
    bool by_sex;
    char labels[CORPUS_MAX_LABELS][EMOTION_LENGTH]; /* in the order of the file, women first */
    int count;
};

/* Reads and checks a map: at least two labels, no word under two of them. Release with
 * label_map_release, whatever the outcome. */
ser_status label_map_read(struct label_map *map, const char *path, ser_error *error);

/* The same for a map that is read already, such as a model's, of which it keeps a reference.
 * `where` names it in errors. */
ser_status label_map_take(struct label_map *map, json_t *root, const char *where, ser_error *error);
void label_map_release(struct label_map *map);

/* Writes the label of a recording's emotion (and sex); false when there is none. */
bool label_map_find(const struct label_map *map, const struct recording *recording,
                    char label[EMOTION_LENGTH]);

/* Gives every recording the label of its emotion (and sex); recordings for which there is none are
 * left out, so that corpus->labels are afterwards those of the map that occur, in its order. A map
 * of NULL keeps the corpora's own words and leaves out recordings without any. */
ser_status label_map_apply(const struct label_map *map, struct corpus *corpus, ser_error *error);

/* Fails when corpora that stand side by side use different words ("fear" here, "fearful" there), so
 * that their emotions would be taken for different classes. */
ser_status labels_check_words(const struct corpus *corpus, ser_error *error);

#endif

/* The classes of a test: which of the corpora's words is which of the model's answers. */
#ifndef EVALUATION_CLASSES_H
#define EVALUATION_CLASSES_H

#include "corpora/labels.h"
#include "ser/model.h"
#include "ser/recognizer.h"

struct classes {
    int count;
    char names[SER_MAX_LABELS][SER_MAX_LABEL_LENGTH + 1];
    int of_label[SER_MAX_LABELS]; /* the class that each label of the model counts for */
    struct label_map map;         /* of the corpora's words; its root is NULL where there is none */
    bool is_own;                  /* the map is the one that the model was trained with */
};

/* Without a map (NULL) the model's labels are the classes, and the map that the model was trained
 * with, if any, says which words mean them. A map that is named says it in its place, of the
 * model's labels too: where it takes several for one, their probabilities are added up; a label
 * that it does not know stays a class, by which the model can only be wrong. Fewer than two classes
 * are an error. Release with classes_release, whatever the outcome. */
ser_status classes_find(struct classes *classes, const ser_model *model, const char *map,
                        ser_error *error);

/* The class of what is felt in a recording; -1: the model does not know it. */
int classes_true(const struct classes *classes, const struct recording *recording);

/* The most probable class; the probability of each goes to `probabilities`. */
int classes_predicted(const struct classes *classes, const ser_prediction *prediction,
                      float probabilities[SER_MAX_LABELS]);

/* Harmless on no classes. */
void classes_release(struct classes *classes);

#endif

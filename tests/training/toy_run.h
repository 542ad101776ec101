/* A small corpus in memory, and trainers of the small network on it. */
#ifndef TESTS_TOY_RUN_H
#define TESTS_TOY_RUN_H

#include "../models/small_model.h"
#include "small_corpus.h"

#include "training/trainer.h"

enum { TOY_ACTORS = 4, TOY_CLIPS = TOY_ACTORS * SMALL_EMOTIONS * SMALL_TAKES };

/* Read once for all tests of a program; the tests leave it as it is. */
struct toy_data {
    struct corpus corpus;
    struct dataset dataset;
    int all[TOY_CLIPS]; /* every index */
};

/* For cmocka's group set-up and tear-down. */
int toy_data_load(void **state);
int toy_data_release(void **state);

/* A model of the small network for the data's classes; the caller destroys it. */
ser_model *toy_model(const struct toy_data *data, uint64_t seed);

/* A trainer for it on these recordings. */
struct trainer *toy_trainer(const struct toy_data *data, ser_model *model, const int *indices,
                            int count, uint64_t seed, int threads);

/* Trains so many epochs more. */
void toy_epochs(struct trainer *trainer, int epochs);

/* Whether two models have the same numbers, bit for bit. */
int same_values(const ser_model *one, const ser_model *other);

#endif

/* Whole trainings of the small network on the small corpus, and what they leave behind. */
#ifndef TESTS_SMALL_EXPERIMENT_H
#define TESTS_SMALL_EXPERIMENT_H

#include "../models/small_model.h"
#include "small_corpus.h"

#include "training/experiment.h"

/* For cmocka's group set-up: writes a corpus of so many actors, and the network. The tear-down goes
 * with all of them. */
int small_experiment_begin(int actors);
int small_experiment_end(void **state);

/* The folder of the corpus and the network's file. */
extern char *small_experiment_corpus, *small_experiment_network;

/* One thread, seed 1, all recordings, and as many epochs as the network file says. */
struct experiment_settings small_experiment(const char *out);

/* Runs an experiment that must succeed. */
struct experiment_result small_experiment_run(const struct experiment_settings *settings);

/* Runs one that must fail and leave nothing behind but what the caller had. */
void assert_experiment_refused(struct experiment_settings settings, ser_status expected,
                               const char *part);

/* A path with something added, which the caller frees, and whether there is such a file. */
char *path_with(const char *path, const char *end);
int path_exists(const char *path, const char *end);

#endif

/* Checkpoints: all that a trainer needs to go on after an epoch, in one safetensors file. */
#ifndef TRAINING_CHECKPOINT_H
#define TRAINING_CHECKPOINT_H

#include "base/hash.h"
#include "training/trainer.h"

/* A number that two trainers share only when they would compute the same bits: it is made of the
 * network, recipe, seed, threads and all clips to train with. */
struct hash checkpoint_identity(const struct trainer *trainer);

/* Replaces the file atomically. */
ser_status checkpoint_save(const struct trainer *trainer, const char *path, ser_error *error);

/* Brings a new trainer to where the saved one was. Refuses a checkpoint of another identity. On
 * failure the trainer must not be used. */
ser_status checkpoint_load(struct trainer *trainer, const char *path, ser_error *error);

#endif

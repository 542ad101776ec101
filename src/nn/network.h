/* A network: layers in a row, and the parameters of all of them. Immutable while executors use it,
 * except that a trainer may change the parameters' values between passes. */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include <stdint.h>

#include "nn/layer.h"

enum {
    NETWORK_MAX_LAYERS = 1000,
    NETWORK_MAX_PARAMETERS = 100000000, /* numbers in all; 400 MB */
    NETWORK_MAX_FRAMES = 1 << 20,
};

struct network {
    struct layer_list layers;
    int bands;          /* of the input, which has one channel */
    int classes;        /* of the output */
    int minimum_frames; /* the shortest input that every layer accepts */
    struct parameter *parameters;
    int parameter_count;
    int layer_count;      /* nested ones too */
    size_t value_count;   /* numbers in all parameters */
    size_t trained_count; /* of them, those that are trained: all but the statistics */
    const char *where;    /* the file's name, for errors; only while the network is being built */
};

/* Builds a network from an array of layer objects ("layers" of a network file). `where` names the
 * file in errors. The parameters are zero; network_initialise or a model file fills them. */
ser_status network_create(struct network **network, const json_t *layers, int bands, int classes,
                          const char *where, ser_error *error);
void network_destroy(struct network *network);

/* Fills all parameters with their starting values. The same seed gives the same bits. */
void network_initialise(struct network *network, uint64_t seed);

/* NULL when there is none of this name. */
struct parameter *network_find_parameter(const struct network *network, const char *name);

#endif

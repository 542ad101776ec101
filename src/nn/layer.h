/* Layers: what a network is made of.
 *
 * A `layer` is immutable once built and shared by all threads; what a pass through it leaves behind
 * (its output, what the gradient needs) stands in a `layer_state` of the executor. Each kind of
 * layer is one file in nn/layers/ with its forward and backward pass side by side, and one row in
 * the table of nn/layers/table.c.
 */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "base/json.h"
#include "nn/kernels.h"

enum { LAYER_NAME_LENGTH = 96, LAYER_SCRATCH = 10 };

enum parameter_role {
    PARAMETER_WEIGHT,    /* trained, with weight decay */
    PARAMETER_BIAS,      /* trained, without: biases, scales and shifts */
    PARAMETER_STATISTIC, /* a running mean of what the batches show; its "gradient" is the value
                            that the last batch showed */
};

enum parameter_start {
    START_ZERO,
    START_ONE,
    START_FAN_IN, /* uniform in ±1/sqrt(inputs of one unit), as PyTorch does */
};

/* One named array of numbers. */
struct parameter {
    char name[LAYER_NAME_LENGTH]; /* "layers.3.body.0.weight" */
    enum parameter_role role;
    enum parameter_start start;
    int rank;
    int sizes[4];
    int fan_in; /* inputs of one unit */
    size_t count;
    float *values;
};

struct layer;
struct executor;

struct layer_list {
    struct layer *layers;
    int count;
};

struct layer {
    const struct layer_kind *kind;
    char name[LAYER_NAME_LENGTH]; /* "layers.3.body.0" */
    int index;                    /* of its state in an executor */
    int bands, channels;          /* of its input */
    int bands_out, channels_out;
    int first_parameter;              /* its parameters stand in a row in the network */
    void *settings;                   /* of the kind's own type */
    struct layer_list body, shortcut; /* of a residual block */
};

/* What one executor keeps for one layer. */
struct layer_state {
    struct tensor output;
    struct tensor gradient;               /* of the loss by the layer's input */
    struct tensor scratch[LAYER_SCRATCH]; /* what the layer's file says */
};

struct network;

/* The row of a kind of layer. */
struct layer_kind {
    const char *name;    /* in network files: "conv2d" */
    const char *summary; /* one line for help */
    const char *keys;    /* its settings, for help: "channels kernel stride" */
    size_t settings_size;

    /* Reads the settings, checks them against layer->bands and ->channels, sets bands_out and
     * channels_out (preset to the input's) and adds the layer's parameters. */
    ser_status (*configure)(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error);
    /* Frames of the output for frames of the input, less than 1 where the input is too short.
     * NULL: as many. */
    int (*frames)(const struct layer *layer, int frames);
    /* Computes state->output from x; layer_output shapes it first. */
    ser_status (*forward)(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error);
    /* Computes dx (shaped like x; NULL: not wanted) and the parameters' gradients. */
    ser_status (*backward)(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error);
};

/* The table of all kinds, ended by a row without a name. */
extern const struct layer_kind *const layer_kinds[];
const struct layer_kind *layer_kind_find(const char *name);

/* Frames after one layer and after a list of them. */
int layer_frames(const struct layer *layer, int frames);
int layer_list_frames(const struct layer_list *list, int frames);

/* Adds a parameter to the network being built; its index is layer->first_parameter + how many the
 * layer added before. */
ser_status layer_add_parameter(struct layer *layer, struct network *network, const char *name,
                               enum parameter_role role, enum parameter_start start, int rank,
                               const int *sizes, ser_error *error);

/* Adds the weight (units, inputs) and the bias (units) of a dense step, named "NAME.weight" and
 * "NAME.bias", or without the name and its dot where it is empty. */
ser_status layer_add_dense(struct layer *layer, struct network *network, const char *name,
                           int units, int inputs, ser_error *error);

/* Builds the child layers of a residual block from an array of layer objects. */
ser_status layer_list_build(struct layer_list *list, const struct layer *parent, const char *name,
                            struct network *network, const json_t *array, ser_error *error);
/* Bands and channels behind the last layer of the list. */
void layer_list_shape(const struct layer_list *list, int *bands, int *channels);
void layer_list_release(struct layer_list *list);

/* For the layers' files: their own state and parameters. */
struct layer_state *layer_state_of(const struct layer *layer, struct executor *executor);
const float *layer_parameter(const struct layer *layer, const struct executor *executor,
                             int number);
float *layer_gradient(const struct layer *layer, const struct executor *executor, int number);

/* Shapes the output tensor for input x, with the right lengths. */
ser_status layer_output(const struct layer *layer, struct executor *executor,
                        const struct tensor *x, struct tensor **output, ser_error *error);

/* Runs a list forward; *y is the last output (x itself for an empty list). */
ser_status layer_list_forward(const struct layer_list *list, struct executor *executor,
                              const struct tensor *x, const struct tensor **y, ser_error *error);
/* And backward: from dy to dx, which may be NULL. An empty list is the caller's to handle. */
ser_status layer_list_backward(const struct layer_list *list, struct executor *executor,
                               const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                               ser_error *error);

#endif

/* One oneDNN primitive with its memories, made once for a shape and kept.
 *
 * Callers hold plain channels-last arrays; where a primitive prefers another layout for an operand
 * (weights, mostly), the operation reorders on the way in or out. Everything that differs between
 * oneDNN 2 and 3 (how a primitive is described) stays in this folder's other files: they fill an
 * `operation` and leave running it to operation_run. Operations are kept as long as the engine, so
 * callers keep the number of different shapes small (the recognizer rounds lengths up).
 */
#ifndef NN_ONEDNN_OPERATION_H
#define NN_ONEDNN_OPERATION_H

#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>

#include "nn/kernels.h"

enum {
    OPERATION_MAX_OPERANDS = 8,
    OPERATION_KEY_WORDS = 20,
    OPERATION_BUCKETS = 256,
};

/* What an operation does; the first word of its key. */
enum operation_kind {
    OPERATION_CONVOLUTION_FORWARD,
    OPERATION_CONVOLUTION_BACKWARD_DATA,
    OPERATION_CONVOLUTION_BACKWARD_WEIGHTS,
    OPERATION_DENSE_FORWARD,
    OPERATION_DENSE_BACKWARD_DATA,
    OPERATION_DENSE_BACKWARD_WEIGHTS,
    OPERATION_POOLING_FORWARD,
    OPERATION_POOLING_BACKWARD,
    OPERATION_ACTIVATION_FORWARD,
    OPERATION_ACTIVATION_BACKWARD,
};

/* Kind, sizes and (for frozen weights) the address that tell operations apart. Zero-filled. */
struct operation_key {
    int64_t words[OPERATION_KEY_WORDS];
};

enum operand_use {
    OPERAND_INPUT,
    OPERAND_CONSTANT, /* an input that never changes in a frozen engine: reordered once */
    OPERAND_OUTPUT,
    OPERAND_INTERNAL, /* memory of the operation's own, such as a pooling workspace */
};

/* One oneDNN primitive. Its scratch memory is the engine's: oneDNN's own would belong to the thread
 * that made the primitive, and no other thread could run it. */
struct task {
    dnnl_primitive_t primitive;
    dnnl_memory_t scratch; /* NULL where it needs none */
};

struct operand {
    int argument; /* DNNL_ARG_… */
    enum operand_use use;
    dnnl_memory_t user;   /* in the caller's layout and memory; NULL for internal ones */
    dnnl_memory_t native; /* in the primitive's layout; NULL where the user's will do */
    struct task reorder;  /* between the two */
    bool ready;           /* a constant that has been reordered */
};

struct operation {
    struct operation_key key;
    struct operation *next; /* in its bucket */
    struct task task;
    struct operand operands[OPERATION_MAX_OPERANDS];
    int count;
};

struct engine {
    dnnl_engine_t dnnl;
    dnnl_stream_t stream;
    dnnl_primitive_attr_t
        attributes; /* to describe primitives with: they bring no scratch memory */
    bool frozen;
    void *scratch; /* for the operation that runs */
    size_t scratch_size;
    struct operation *buckets[OPERATION_BUCKETS];
};

/* Fills a new operation, whose key is set. Returns a oneDNN status. */
typedef dnnl_status_t (*operation_build)(struct engine *engine, struct operation *operation,
                                         const void *description);

/* The operation for this key: the kept one, or a new one that `build` makes. */
ser_status operation_get(struct engine *engine, const struct operation_key *key,
                         operation_build build, const void *description,
                         struct operation **operation, ser_error *error);

/* Whether oneDNN's implementation of this name must not be used. */
typedef bool (*implementation_check)(const char *name);

/* Makes the operation's primitive from the descriptor of what it computes. oneDNN chooses a
 * backward primitive with the `forward` one in view; the two are the same for a forward pass. Takes
 * the first implementation that is not `faulty` (NULL: all are sound). *primitive tells what it
 * wants; the caller destroys it, after a failure too. */
dnnl_status_t operation_make(struct engine *engine, struct operation *operation,
                             const void *forward, const void *descriptor,
                             implementation_check faulty, dnnl_primitive_desc_t *primitive);

/* Adds an operand in the caller's layout `user`; `native` is what the primitive wants. */
dnnl_status_t operation_bind(struct engine *engine, struct operation *operation, int argument,
                             enum operand_use use, const dnnl_memory_desc_t *user,
                             const dnnl_memory_desc_t *native);

/* Runs it on one array per operand, in the order of binding (NULL for internal ones). */
ser_status operation_run(struct engine *engine, struct operation *operation,
                         const void *const *arrays, ser_error *error);

/* Frees all operations of the engine. */
void operation_forget_all(struct engine *engine);

/* A float32 descriptor of a dense row-major array. */
dnnl_status_t operation_describe(dnnl_memory_desc_t *descriptor, int rank, const int64_t *sizes,
                                 dnnl_format_tag_t layout);

/* A tensor as oneDNN sees it: logically (batch, channels, frames, bands), stored channels last. */
dnnl_status_t operation_describe_tensor(dnnl_memory_desc_t *descriptor,
                                        const struct tensor *tensor);

#endif

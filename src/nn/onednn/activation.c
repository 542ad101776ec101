#include "nn/onednn/onednn.h"
#include "nn/onednn/operation.h"

struct description {
    enum operation_kind kind;
    enum activation activation;
    int64_t count;
};

static dnnl_alg_kind_t algorithm(enum activation activation)
{
    switch (activation) {
    case ACTIVATION_RELU: return dnnl_eltwise_relu;
    case ACTIVATION_SILU: return dnnl_eltwise_swish;
    case ACTIVATION_GELU: return dnnl_eltwise_gelu_erf;
    case ACTIVATION_TANH: return dnnl_eltwise_tanh;
    case ACTIVATION_SIGMOID: return dnnl_eltwise_logistic;
    }
    return dnnl_alg_kind_undef;
}

static dnnl_status_t bind(struct engine *engine, struct operation *operation,
                          enum operation_kind kind, const dnnl_memory_desc_t *md)
{
    bool backward = kind == OPERATION_ACTIVATION_BACKWARD;
    dnnl_status_t status = operation_bind(engine, operation, DNNL_ARG_SRC, OPERAND_INPUT, md, md);
    if (status == dnnl_success && backward)
        status = operation_bind(engine, operation, DNNL_ARG_DIFF_DST, OPERAND_INPUT, md, md);
    if (status == dnnl_success)
        status = operation_bind(engine, operation, backward ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST,
                                OPERAND_OUTPUT, md, md);
    return status;
}

static dnnl_status_t build(struct engine *engine, struct operation *operation,
                           const void *description)
{
    const struct description *what = description;
    dnnl_alg_kind_t kind = algorithm(what->activation);
    dnnl_memory_desc_t md;
    dnnl_eltwise_desc_t forward = {0}, descriptor;
    dnnl_primitive_desc_t primitive = NULL;
    /* alpha: the slope of ReLU below 0, the factor inside swish */
    float alpha = what->activation == ACTIVATION_SILU ? 1 : 0;
    dnnl_status_t status = operation_describe(&md, 1, &what->count, dnnl_a);
    if (status == dnnl_success)
        status =
            dnnl_eltwise_forward_desc_init(&forward, dnnl_forward_training, kind, &md, alpha, 0);
    descriptor = forward;
    if (status == dnnl_success && what->kind == OPERATION_ACTIVATION_BACKWARD)
        status = dnnl_eltwise_backward_desc_init(&descriptor, kind, &md, &md, alpha, 0);
    if (status == dnnl_success)
        status = operation_make(engine, operation, &forward, &descriptor, NULL, &primitive);
    if (status == dnnl_success)
        status = bind(engine, operation, what->kind, &md);
    dnnl_primitive_desc_destroy(primitive);
    return status;
}

static ser_status run(struct engine *engine, struct description *what, const void *const *arrays,
                      ser_error *error)
{
    struct operation_key key = {{what->kind, (int64_t)what->activation, what->count}};
    struct operation *operation;
    ser_status status = operation_get(engine, &key, build, what, &operation, error);
    return status ? status : operation_run(engine, operation, arrays, error);
}

ser_status onednn_activation_forward(struct engine *engine, enum activation activation,
                                     const struct tensor *x, struct tensor *y, ser_error *error)
{
    struct description what = {OPERATION_ACTIVATION_FORWARD, activation, (int64_t)tensor_count(x)};
    const void *arrays[] = {x->data, y->data};
    return run(engine, &what, arrays, error);
}

ser_status onednn_activation_backward(struct engine *engine, enum activation activation,
                                      const struct tensor *x, const struct tensor *dy,
                                      struct tensor *dx, ser_error *error)
{
    struct description what = {OPERATION_ACTIVATION_BACKWARD, activation, (int64_t)tensor_count(x)};
    const void *arrays[] = {x->data, dy->data, dx->data};
    return run(engine, &what, arrays, error);
}

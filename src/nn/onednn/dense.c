#include "nn/onednn/onednn.h"
#include "nn/onednn/operation.h"

struct description {
    enum operation_kind kind;
    int64_t rows, inputs, outputs;
};

struct descriptors {
    dnnl_memory_desc_t x, y, weight, any_weight, bias;
};

static dnnl_status_t describe(struct descriptors *d, const struct description *what)
{
    int64_t x[] = {what->rows, what->inputs}, y[] = {what->rows, what->outputs};
    int64_t weight[] = {what->outputs, what->inputs};
    dnnl_status_t status = operation_describe(&d->x, 2, x, dnnl_ab);
    if (status == dnnl_success)
        status = operation_describe(&d->y, 2, y, dnnl_ab);
    if (status == dnnl_success)
        status = operation_describe(&d->weight, 2, weight, dnnl_ab);
    if (status == dnnl_success)
        status = operation_describe(&d->any_weight, 2, weight, dnnl_format_tag_any);
    if (status == dnnl_success)
        status = operation_describe(&d->bias, 1, &what->outputs, dnnl_a);
    return status;
}

static dnnl_status_t describe_primitive(dnnl_inner_product_desc_t *descriptor,
                                        struct descriptors *d, enum operation_kind kind,
                                        bool training)
{
    switch (kind) {
    case OPERATION_DENSE_BACKWARD_DATA:
        return dnnl_inner_product_backward_data_desc_init(descriptor, &d->x, &d->any_weight, &d->y);
    case OPERATION_DENSE_BACKWARD_WEIGHTS:
        return dnnl_inner_product_backward_weights_desc_init(descriptor, &d->x, &d->any_weight,
                                                             &d->bias, &d->y);
    default:
        return dnnl_inner_product_forward_desc_init(
            descriptor, training ? dnnl_forward_training : dnnl_forward_inference, &d->x,
            &d->any_weight, &d->bias, &d->y);
    }
}

static dnnl_status_t bind(struct engine *engine, struct operation *operation,
                          enum operation_kind kind, struct descriptors *d,
                          const_dnnl_primitive_desc_t primitive)
{
    int weight = DNNL_ARG_WEIGHTS, bias = DNNL_ARG_BIAS, x = DNNL_ARG_SRC, y = DNNL_ARG_DST;
    enum operand_use weight_use = OPERAND_CONSTANT, x_use = OPERAND_INPUT, y_use = OPERAND_OUTPUT;
    dnnl_query_t query = dnnl_query_weights_md;
    if (kind == OPERATION_DENSE_BACKWARD_DATA) {
        x = DNNL_ARG_DIFF_SRC, y = DNNL_ARG_DIFF_DST;
        x_use = OPERAND_OUTPUT, y_use = OPERAND_INPUT;
    } else if (kind == OPERATION_DENSE_BACKWARD_WEIGHTS) {
        weight = DNNL_ARG_DIFF_WEIGHTS, bias = DNNL_ARG_DIFF_BIAS, y = DNNL_ARG_DIFF_DST;
        weight_use = OPERAND_OUTPUT, y_use = OPERAND_INPUT;
        query = dnnl_query_diff_weights_md;
    }
    dnnl_status_t status = operation_bind(engine, operation, x, x_use, &d->x, &d->x);
    if (status == dnnl_success)
        status = operation_bind(engine, operation, weight, weight_use, &d->weight,
                                dnnl_primitive_desc_query_md(primitive, query, 0));
    if (status == dnnl_success)
        status = operation_bind(engine, operation, y, y_use, &d->y, &d->y);
    if (status == dnnl_success && kind != OPERATION_DENSE_BACKWARD_DATA)
        status = operation_bind(engine, operation, bias, weight_use, &d->bias, &d->bias);
    return status;
}

static dnnl_status_t build(struct engine *engine, struct operation *operation,
                           const void *description)
{
    const struct description *what = description;
    struct descriptors d = {0};
    dnnl_inner_product_desc_t forward, descriptor;
    dnnl_primitive_desc_t primitive = NULL;
    dnnl_status_t status = describe(&d, what);
    if (status == dnnl_success)
        status = describe_primitive(&forward, &d, OPERATION_DENSE_FORWARD, !engine->frozen);
    if (status == dnnl_success)
        status = describe_primitive(&descriptor, &d, what->kind, !engine->frozen);
    if (status == dnnl_success)
        status = operation_make(engine, operation, &forward, &descriptor, NULL, &primitive);
    if (status == dnnl_success)
        status = bind(engine, operation, what->kind, &d, primitive);
    dnnl_primitive_desc_destroy(primitive);
    return status;
}

/* Finds or makes the operation and runs it on (x, weight, y, bias). */
static ser_status run(struct engine *engine, enum operation_kind kind, const struct tensor *like_x,
                      int outputs, const void *x, const void *weight, const void *y,
                      const void *bias, ser_error *error)
{
    struct description what = {
        .kind = kind,
        .rows = (int64_t)(tensor_count(like_x) / (size_t)like_x->channels),
        .inputs = like_x->channels,
        .outputs = outputs,
    };
    struct operation_key key = {{what.kind, what.rows, what.inputs, what.outputs,
                                 engine->frozen ? (int64_t)(intptr_t)weight : 0}};
    const void *arrays[] = {x, weight, y, bias};
    struct operation *operation;
    ser_status status = operation_get(engine, &key, build, &what, &operation, error);
    return status ? status : operation_run(engine, operation, arrays, error);
}

ser_status onednn_dense_forward(struct engine *engine, const struct tensor *x, const float *weight,
                                const float *bias, struct tensor *y, ser_error *error)
{
    return run(engine, OPERATION_DENSE_FORWARD, x, y->channels, x->data, weight, y->data, bias,
               error);
}

ser_status onednn_dense_backward(struct engine *engine, const struct tensor *x, const float *weight,
                                 const struct tensor *dy, struct tensor *dx, float *dweight,
                                 float *dbias, ser_error *error)
{
    ser_status status = run(engine, OPERATION_DENSE_BACKWARD_WEIGHTS, x, dy->channels, x->data,
                            dweight, dy->data, dbias, error);
    if (status || !dx)
        return status;
    return run(engine, OPERATION_DENSE_BACKWARD_DATA, x, dy->channels, dx->data, weight, dy->data,
               NULL, error);
}

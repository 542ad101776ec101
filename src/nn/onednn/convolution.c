#include <string.h>

#include "nn/onednn/onednn.h"
#include "nn/onednn/operation.h"

/* What a convolution primitive is described by. */
struct description {
    enum operation_kind kind;
    const struct convolution *settings;
    const struct tensor *x, *y;
    bool biased;
};

/* Padding after the last position, so that the output has y positions. */
static int64_t padding_after(const struct convolution *s, int axis, int inputs, int outputs)
{
    int reach = (outputs - 1) * s->stride[axis] + s->dilation[axis] * (s->kernel[axis] - 1) + 1;
    return reach - inputs - convolution_padding(s, axis);
}

struct descriptors {
    dnnl_memory_desc_t x, y, weight, bias; /* the caller's layouts */
    dnnl_memory_desc_t any_weight;         /* the primitive chooses */
    dnnl_dims_t stride, dilation, before, after;
};

static dnnl_status_t describe(struct descriptors *d, const struct description *what)
{
    const struct convolution *s = what->settings;
    const struct tensor *x = what->x, *y = what->y;
    int64_t sizes[] = {s->groups, y->channels / s->groups, x->channels / s->groups,
                       s->kernel[AXIS_FRAMES], s->kernel[AXIS_BANDS]};
    int plain = s->groups == 1; /* then the weights have no axis for groups */
    const int64_t *weight = sizes + plain;
    int rank = 5 - plain;
    for (int axis = AXIS_FRAMES; axis <= AXIS_BANDS; axis++) {
        d->stride[axis] = s->stride[axis];
        d->dilation[axis] = s->dilation[axis] - 1; /* oneDNN counts the holes */
        d->before[axis] = convolution_padding(s, axis);
    }
    d->after[AXIS_FRAMES] = padding_after(s, AXIS_FRAMES, x->frames, y->frames);
    d->after[AXIS_BANDS] = padding_after(s, AXIS_BANDS, x->bands, y->bands);
    int64_t outputs = y->channels;
    dnnl_status_t status = operation_describe_tensor(&d->x, x);
    if (status == dnnl_success)
        status = operation_describe_tensor(&d->y, y);
    if (status == dnnl_success)
        status = operation_describe(&d->weight, rank, weight, plain ? dnnl_oihw : dnnl_goihw);
    if (status == dnnl_success)
        status = operation_describe(&d->any_weight, rank, weight, dnnl_format_tag_any);
    if (status == dnnl_success)
        status = operation_describe(&d->bias, 1, &outputs, dnnl_a);
    return status;
}

static dnnl_status_t describe_primitive(dnnl_convolution_desc_t *descriptor, struct descriptors *d,
                                        const struct description *what, enum operation_kind kind,
                                        bool training)
{
    const dnnl_memory_desc_t *bias = what->biased ? &d->bias : NULL;
    switch (kind) {
    case OPERATION_CONVOLUTION_BACKWARD_DATA:
        return dnnl_dilated_convolution_backward_data_desc_init(
            descriptor, dnnl_convolution_direct, &d->x, &d->any_weight, &d->y, d->stride,
            d->dilation, d->before, d->after);
    case OPERATION_CONVOLUTION_BACKWARD_WEIGHTS:
        return dnnl_dilated_convolution_backward_weights_desc_init(
            descriptor, dnnl_convolution_direct, &d->x, &d->any_weight, bias, &d->y, d->stride,
            d->dilation, d->before, d->after);
    default:
        return dnnl_dilated_convolution_forward_desc_init(
            descriptor, training ? dnnl_forward_training : dnnl_forward_inference,
            dnnl_convolution_direct, &d->x, &d->any_weight, bias, &d->y, d->stride, d->dilation,
            d->before, d->after);
    }
}

/* The operands in the order in which the functions at the end of this file pass their arrays. */
static dnnl_status_t bind(struct engine *engine, struct operation *operation,
                          const struct description *what, struct descriptors *d,
                          const_dnnl_primitive_desc_t primitive)
{
    int weight = DNNL_ARG_WEIGHTS, bias = DNNL_ARG_BIAS, x = DNNL_ARG_SRC, y = DNNL_ARG_DST;
    enum operand_use weight_use = OPERAND_CONSTANT, x_use = OPERAND_INPUT, y_use = OPERAND_OUTPUT;
    dnnl_query_t query = dnnl_query_weights_md;
    if (what->kind == OPERATION_CONVOLUTION_BACKWARD_DATA) {
        x = DNNL_ARG_DIFF_SRC, y = DNNL_ARG_DIFF_DST;
        x_use = OPERAND_OUTPUT, y_use = OPERAND_INPUT;
    } else if (what->kind == OPERATION_CONVOLUTION_BACKWARD_WEIGHTS) {
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
    if (status == dnnl_success && what->biased)
        status = operation_bind(engine, operation, bias, weight_use, &d->bias, &d->bias);
    return status;
}

/* oneDNN 2.6's kernels for 1x1 convolutions write past the end of their own scratch memory when
 * they compute the gradient of strided weights with few input channels. */
static bool is_faulty_for_strided_weights(const char *implementation)
{
    return !strncmp(implementation, "jit_1x1", strlen("jit_1x1"));
}

static dnnl_status_t build(struct engine *engine, struct operation *operation,
                           const void *description)
{
    const struct description *what = description;
    struct descriptors d = {0};
    const struct convolution *s = what->settings;
    bool strided = s->stride[AXIS_FRAMES] > 1 || s->stride[AXIS_BANDS] > 1;
    bool suspicious = strided && what->kind == OPERATION_CONVOLUTION_BACKWARD_WEIGHTS;
    dnnl_convolution_desc_t forward, descriptor;
    dnnl_primitive_desc_t primitive = NULL;
    dnnl_status_t status = describe(&d, what);
    if (status == dnnl_success)
        status =
            describe_primitive(&forward, &d, what, OPERATION_CONVOLUTION_FORWARD, !engine->frozen);
    if (status == dnnl_success)
        status = describe_primitive(&descriptor, &d, what, what->kind, !engine->frozen);
    if (status == dnnl_success)
        status = operation_make(engine, operation, &forward, &descriptor,
                                suspicious ? is_faulty_for_strided_weights : NULL, &primitive);
    if (status == dnnl_success)
        status = bind(engine, operation, what, &d, primitive);
    dnnl_primitive_desc_destroy(primitive);
    return status;
}

/* Finds or makes the operation and runs it on (x, weight, y, bias). */
static ser_status run(struct engine *engine, const struct description *what, const void *x,
                      const void *weight, const void *y, const void *bias, ser_error *error)
{
    const struct convolution *s = what->settings;
    struct operation_key key = {{
        what->kind,
        what->x->batch,
        what->x->frames,
        what->x->bands,
        what->x->channels,
        what->y->channels,
        s->kernel[0],
        s->kernel[1],
        s->stride[0],
        s->stride[1],
        s->dilation[0],
        s->dilation[1],
        s->groups,
        what->biased,
        engine->frozen ? (int64_t)(intptr_t)weight : 0,
    }};
    const void *arrays[] = {x, weight, y, bias};
    struct operation *operation;
    ser_status status = operation_get(engine, &key, build, what, &operation, error);
    return status ? status : operation_run(engine, operation, arrays, error);
}

ser_status onednn_convolution_forward(struct engine *engine, const struct convolution *settings,
                                      const struct tensor *x, const float *weight,
                                      const float *bias, struct tensor *y, ser_error *error)
{
    struct description what = {OPERATION_CONVOLUTION_FORWARD, settings, x, y, bias != NULL};
    return run(engine, &what, x->data, weight, y->data, bias, error);
}

ser_status onednn_convolution_backward(struct engine *engine, const struct convolution *settings,
                                       const struct tensor *x, const float *weight,
                                       const struct tensor *dy, struct tensor *dx, float *dweight,
                                       float *dbias, ser_error *error)
{
    struct description what = {OPERATION_CONVOLUTION_BACKWARD_WEIGHTS, settings, x, dy,
                               dbias != NULL};
    ser_status status = run(engine, &what, x->data, dweight, dy->data, dbias, error);
    if (status || !dx)
        return status;
    what.kind = OPERATION_CONVOLUTION_BACKWARD_DATA;
    what.biased = false;
    return run(engine, &what, dx->data, weight, dy->data, NULL, error);
}

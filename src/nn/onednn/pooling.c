#include "nn/onednn/onednn.h"
#include "nn/onednn/operation.h"

struct description {
    enum operation_kind kind;
    const struct pooling *settings;
    const struct tensor *x, *y;
    bool training; /* a forward pass that keeps its output and workspace for the backward pass */
};

/* Padding after the last position; negative where windows stop before the end. */
static int64_t padding_after(const struct pooling *s, int axis, int inputs, int outputs)
{
    return (outputs - 1) * s->stride[axis] + s->kernel[axis] - inputs;
}

static dnnl_status_t describe(dnnl_pooling_v2_desc_t *descriptor, const struct description *what,
                              const dnnl_memory_desc_t *x, const dnnl_memory_desc_t *y,
                              enum operation_kind kind)
{
    const struct pooling *s = what->settings;
    dnnl_alg_kind_t algorithm =
        s->kind == POOLING_MAX ? dnnl_pooling_max : dnnl_pooling_avg_include_padding;
    dnnl_dims_t stride = {s->stride[0], s->stride[1]}, kernel = {s->kernel[0], s->kernel[1]};
    dnnl_dims_t dilation = {0, 0}, before = {0, 0};
    dnnl_dims_t after = {padding_after(s, AXIS_FRAMES, what->x->frames, what->y->frames),
                         padding_after(s, AXIS_BANDS, what->x->bands, what->y->bands)};
    if (kind == OPERATION_POOLING_BACKWARD)
        return dnnl_pooling_v2_backward_desc_init(descriptor, algorithm, x, y, stride, kernel,
                                                  dilation, before, after);
    return dnnl_pooling_v2_forward_desc_init(
        descriptor, what->training ? dnnl_forward_training : dnnl_forward_inference, algorithm, x,
        y, stride, kernel, dilation, before, after);
}

/* In a training forward pass the output and the workspace stay inside the operation. */
static dnnl_status_t bind(struct engine *engine, struct operation *operation,
                          const struct description *what, const dnnl_memory_desc_t *x,
                          const dnnl_memory_desc_t *y, const_dnnl_primitive_desc_t primitive)
{
    const dnnl_memory_desc_t *workspace =
        dnnl_primitive_desc_query_md(primitive, dnnl_query_workspace_md, 0);
    bool has_workspace = workspace && dnnl_memory_desc_get_size(workspace) > 0;
    dnnl_status_t status;
    if (what->kind == OPERATION_POOLING_BACKWARD) {
        status = operation_bind(engine, operation, DNNL_ARG_DIFF_DST, OPERAND_INPUT, y, y);
        if (status == dnnl_success)
            status = operation_bind(engine, operation, DNNL_ARG_DIFF_SRC, OPERAND_OUTPUT, x, x);
        if (status == dnnl_success && has_workspace)
            status = operation_bind(engine, operation, DNNL_ARG_WORKSPACE, OPERAND_INPUT, workspace,
                                    workspace);
        return status;
    }
    status = operation_bind(engine, operation, DNNL_ARG_SRC, OPERAND_INPUT, x, x);
    if (status == dnnl_success)
        status = operation_bind(engine, operation, DNNL_ARG_DST,
                                what->training ? OPERAND_INTERNAL : OPERAND_OUTPUT, y, y);
    if (status == dnnl_success && has_workspace)
        status = operation_bind(engine, operation, DNNL_ARG_WORKSPACE, OPERAND_INTERNAL, workspace,
                                workspace);
    return status;
}

static dnnl_status_t build(struct engine *engine, struct operation *operation,
                           const void *description)
{
    const struct description *what = description;
    dnnl_memory_desc_t x, y;
    dnnl_pooling_v2_desc_t forward, descriptor;
    dnnl_primitive_desc_t primitive = NULL;
    dnnl_status_t status = operation_describe_tensor(&x, what->x);
    if (status == dnnl_success)
        status = operation_describe_tensor(&y, what->y);
    if (status == dnnl_success)
        status = describe(&forward, what, &x, &y, OPERATION_POOLING_FORWARD);
    if (status == dnnl_success)
        status = describe(&descriptor, what, &x, &y, what->kind);
    if (status == dnnl_success)
        status = operation_make(engine, operation, &forward, &descriptor, NULL, &primitive);
    if (status == dnnl_success)
        status = bind(engine, operation, what, &x, &y, primitive);
    dnnl_primitive_desc_destroy(primitive);
    return status;
}

static ser_status get(struct engine *engine, const struct description *what,
                      struct operation **operation, ser_error *error)
{
    const struct pooling *s = what->settings;
    const struct tensor *x = what->x;
    struct operation_key key = {{what->kind, (int64_t)s->kind, x->batch, x->frames, x->bands,
                                 x->channels, s->kernel[0], s->kernel[1], s->stride[0],
                                 s->stride[1], what->training}};
    return operation_get(engine, &key, build, what, operation, error);
}

ser_status onednn_pooling_forward(struct engine *engine, const struct pooling *settings,
                                  const struct tensor *x, struct tensor *y, ser_error *error)
{
    struct description what = {OPERATION_POOLING_FORWARD, settings, x, y, false};
    const void *arrays[] = {x->data, y->data};
    struct operation *operation;
    ser_status status = get(engine, &what, &operation, error);
    return status ? status : operation_run(engine, operation, arrays, error);
}

/* Where the largest values were, found by running the forward pass once more; NULL where the
 * gradient does not depend on it. */
static ser_status find_workspace(struct engine *engine, const struct description *backward,
                                 void **workspace, ser_error *error)
{
    struct description what = *backward;
    what.kind = OPERATION_POOLING_FORWARD;
    *workspace = NULL;
    if (what.settings->kind != POOLING_MAX)
        return SER_OK;
    const void *arrays[OPERATION_MAX_OPERANDS] = {what.x->data};
    struct operation *operation;
    ser_status status = get(engine, &what, &operation, error);
    if (!status)
        status = operation_run(engine, operation, arrays, error);
    if (!status)
        dnnl_memory_get_data_handle(operation->operands[2].native, workspace);
    return status;
}

ser_status onednn_pooling_backward(struct engine *engine, const struct pooling *settings,
                                   const struct tensor *x, const struct tensor *dy,
                                   struct tensor *dx, ser_error *error)
{
    struct description what = {OPERATION_POOLING_BACKWARD, settings, x, dy, true};
    void *workspace;
    struct operation *operation;
    ser_status status = find_workspace(engine, &what, &workspace, error);
    if (!status)
        status = get(engine, &what, &operation, error);
    if (status)
        return status;
    const void *arrays[] = {dy->data, dx->data, workspace};
    return operation_run(engine, operation, arrays, error);
}

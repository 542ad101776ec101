#include "nn/executor.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pool.h"

static ser_status allocate(struct executor *executor, ser_error *error)
{
    const struct network *network = executor->network;
    executor->states = calloc((size_t)network->layer_count, sizeof *executor->states);
    if (!executor->states)
        return error_memory(error, "preparing a network");
    if (!executor->training)
        return SER_OK;
    executor->gradients = calloc((size_t)network->parameter_count + 1, sizeof(float *));
    for (int i = 0; executor->gradients && i < network->parameter_count; i++) {
        executor->gradients[i] = calloc(network->parameters[i].count, sizeof(float));
        if (!executor->gradients[i])
            return error_memory(error, "preparing a network");
    }
    return executor->gradients ? SER_OK : error_memory(error, "preparing a network");
}

ser_status executor_create(struct executor **result, const struct network *network,
                           const struct kernels *kernels, bool training, int threads,
                           ser_error *error)
{
    *result = NULL;
    if (training && !kernels->convolution_backward)
        return error_set(error, SER_ERROR_ARGUMENT, "the %s engine cannot train", kernels->name);
    struct executor *executor = calloc(1, sizeof *executor);
    if (!executor)
        return error_memory(error, "preparing a network");
    executor->network = network;
    executor->kernels = kernels;
    executor->training = training;
    executor->threads = threads > 0 ? threads : pool_processors();
    ser_status status = allocate(executor, error);
    if (!status)
        status = kernels->create(&executor->engine, !training, error);
    if (status) {
        executor_destroy(executor);
        return status;
    }
    *result = executor;
    return SER_OK;
}

void executor_destroy(struct executor *executor)
{
    if (!executor)
        return;
    for (int i = 0; executor->states && i < executor->network->layer_count; i++) {
        struct layer_state *state = &executor->states[i];
        tensor_release(&state->output);
        tensor_release(&state->gradient);
        for (int j = 0; j < LAYER_SCRATCH; j++)
            tensor_release(&state->scratch[j]);
    }
    for (int i = 0; executor->gradients && i < executor->network->parameter_count; i++)
        free(executor->gradients[i]);
    if (executor->engine)
        executor->kernels->destroy(executor->engine);
    tensor_release(&executor->masked);
    free(executor->states);
    free(executor->gradients);
    free(executor);
}

static bool takes(const struct network *network, int frames)
{
    return frames <= NETWORK_MAX_FRAMES && layer_list_frames(&network->layers, frames) == 1;
}

static ser_status check_input(const struct executor *executor, const struct tensor *x,
                              ser_error *error)
{
    const struct network *network = executor->network;
    if (x->bands != network->bands || x->channels != 1)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "a network for %d bands was given %d bands of %d channels", network->bands,
                         x->bands, x->channels);
    for (int i = 0; i < x->batch; i++) {
        int length = x->lengths[i];
        if (length < network->minimum_frames || length > x->frames)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "a network for at least %d frames was given %d of %d",
                             network->minimum_frames, length, x->frames);
        if (!takes(network, length) || !takes(network, x->frames))
            return error_set(error, SER_ERROR_ARGUMENT,
                             "the network cannot take %d frames padded to %d", length, x->frames);
    }
    return SER_OK;
}

/* OpenMP's number of threads belongs to the calling thread: it is borrowed and given back. */
static int borrow_threads(const struct executor *executor)
{
    int before = omp_get_max_threads();
    omp_set_num_threads(executor->threads);
    return before;
}

ser_status executor_forward(struct executor *executor, const struct tensor *x,
                            const struct tensor **logits, ser_error *error)
{
    ser_status status = check_input(executor, x, error);
    if (!status)
        status = tensor_resize_like(&executor->masked, x, error);
    if (status)
        return status;
    memcpy(executor->masked.data, x->data, tensor_count(x) * sizeof *x->data);
    tensor_mask(&executor->masked);
    int before = borrow_threads(executor);
    status =
        layer_list_forward(&executor->network->layers, executor, &executor->masked, logits, error);
    omp_set_num_threads(before);
    return status;
}

ser_status executor_backward(struct executor *executor, const struct tensor *dlogits,
                             ser_error *error)
{
    int before = borrow_threads(executor);
    ser_status status = layer_list_backward(&executor->network->layers, executor, &executor->masked,
                                            dlogits, NULL, error);
    omp_set_num_threads(before);
    return status;
}

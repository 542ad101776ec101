/* How fast networks/cnn.json is: recognising one clip of three seconds, and one training step on a
 * batch (forward, loss, backward, AdamW), both on one thread. peer_network.py times the same
 * network in PyTorch, for comparison. */
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "bench.h"
#include "models/network_file.h"
#include "nn/executor.h"
#include "nn/loss.h"

enum { CLIP_FRAMES = 298, BATCH = 32, BATCH_FRAMES = 224, CLASSES = 8 };

struct work {
    struct network *network;
    struct executor *predicting, *plain, *training;
    struct optimizer *optimizer;
    struct tensor clip, batch, dlogits; // (1 or BATCH, frames, bands, 1), noise
    int targets[BATCH];
};

static void run_forward(struct executor *executor, const struct tensor *x, long iterations)
{
    const struct tensor *logits;
    for (long i = 0; i < iterations; i++) {
        if (executor_forward(executor, x, &logits, NULL))
            abort();
        bench_use(logits->data);
    }
}

static void run_clip(void *context, long iterations)
{
    struct work *work = context;
    run_forward(work->predicting, &work->clip, iterations);
}

static void run_clip_plain(void *context, long iterations)
{
    struct work *work = context;
    run_forward(work->plain, &work->clip, iterations);
}

static void run_step(void *context, long iterations)
{
    struct work *work = context;
    const struct tensor *logits;
    for (long i = 0; i < iterations; i++) {
        if (executor_forward(work->training, &work->batch, &logits, NULL) ||
            tensor_resize_like(&work->dlogits, logits, NULL))
            abort();
        cross_entropy(logits, work->targets, NULL, NULL, 0.1f, &work->dlogits);
        if (executor_backward(work->training, &work->dlogits, NULL))
            abort();
        optimizer_step(work->optimizer, work->training->gradients, 0.01);
    }
}

static ser_status fill(struct tensor *x, int batch, int frames, int bands, ser_error *error)
{
    struct random random = random_seeded(1, 1);
    ser_status status = tensor_resize(x, batch, frames, bands, 1, error);
    for (size_t i = 0; !status && i < tensor_count(x); i++)
        x->data[i] = random_uniform(&random, -1, 1);
    return status;
}

static ser_status prepare(struct work *work, const char *path, ser_error *error)
{
    struct network_file file;
    ser_status status = network_file_read(&file, path, error);
    int bands = file.features.bands;
    if (!status)
        status = network_create(&work->network, file.layers, bands, CLASSES, path, error);
    if (!status) {
        network_initialise(work->network, 1);
        status =
            executor_create(&work->predicting, work->network, &kernels_onednn, false, 1, error);
    }
    if (!status)
        status = executor_create(&work->plain, work->network, &kernels_plain, false, 1, error);
    if (!status)
        status = executor_create(&work->training, work->network, &kernels_onednn, true, 1, error);
    if (!status)
        status = optimizer_create(&work->optimizer, work->network, &file.recipe.optimizer, error);
    if (!status)
        status = fill(&work->clip, 1, CLIP_FRAMES, bands, error);
    if (!status)
        status = fill(&work->batch, BATCH, BATCH_FRAMES, bands, error);
    for (int i = 0; i < BATCH; i++)
        work->targets[i] = i % CLASSES;
    network_file_release(&file);
    return status;
}

static void release(struct work *work)
{
    executor_destroy(work->predicting);
    executor_destroy(work->plain);
    executor_destroy(work->training);
    optimizer_destroy(work->optimizer);
    tensor_release(&work->clip);
    tensor_release(&work->batch);
    tensor_release(&work->dlogits);
    network_destroy(work->network);
}

int main(int argc, char **argv)
{
    struct work work = {0};
    ser_error error = {0};
    if (prepare(&work, BENCH_NETWORK, &error)) {
        fprintf(stderr, "bench_network: %s\n", error.message);
        release(&work);
        return 1;
    }
    const double clip_seconds = CLIP_FRAMES * 0.01, batch_seconds = BATCH * BATCH_FRAMES * 0.01;
    /* Training comes last: it changes the weights, which the others take for frozen. */
    const struct bench benches[] = {
        {"recognise/3s", run_clip, &work, {{"x_real_time", clip_seconds}}},
        {"recognise_plain/3s", run_clip_plain, &work, {{"x_real_time", clip_seconds}}},
        {"train_step/32",
         run_step,
         &work,
         {{"items_per_second", BATCH}, {"x_real_time", batch_seconds}}},
    };
    int code = bench_main(argc, argv, benches, sizeof benches / sizeof *benches);
    release(&work);
    return code;
}

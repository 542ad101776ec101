#define _GNU_SOURCE
#include "training/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/random.h"
#include "nn/loss.h"
#include "training/batch.h"

/* Streams of the run's seed. */
enum { STREAM_ORDER, STREAM_CROP };

/* weight = (mean count / count)^power, over the classes that occur */
static void set_class_weights(struct trainer *trainer)
{
    int counts[SER_MAX_LABELS] = {0}, occurring = 0, classes = trainer->dataset->classes;
    for (int i = 0; i < trainer->count; i++)
        counts[trainer->dataset->targets[trainer->indices[i]]]++;
    for (int c = 0; c < classes; c++)
        occurring += counts[c] > 0;
    double mean = (double)trainer->count / occurring;
    for (int c = 0; c < classes; c++)
        trainer->weights[c] =
            counts[c] ? (float)pow(mean / counts[c], trainer->recipe.class_power) : 0;
}

ser_status trainer_create(struct trainer **result, ser_model *model, const struct dataset *dataset,
                          struct augmenter *augmenter, const int *indices, int count, uint64_t seed,
                          int threads, const char *run, ser_error *error)
{
    *result = NULL;
    struct trainer *trainer = calloc(1, sizeof *trainer);
    if (!trainer)
        return error_memory(error, "preparing the training");
    trainer->model = model;
    trainer->dataset = dataset;
    trainer->augmenter = augmenter;
    trainer->indices = indices;
    trainer->count = count;
    trainer->recipe = model->file.recipe;
    trainer->seed = seed;
    trainer->threads = threads;
    trainer->run = run;
    trainer->history = calloc((size_t)trainer->recipe.epochs, sizeof *trainer->history);
    trainer->order = calloc((size_t)count, sizeof *trainer->order);
    trainer->targets = calloc((size_t)trainer->recipe.batch, sizeof *trainer->targets);
    trainer->places = calloc((size_t)trainer->recipe.batch, sizeof *trainer->places);
    ser_status status = SER_OK;
    if (!trainer->history || !trainer->order || !trainer->targets || !trainer->places)
        status = error_memory(error, "preparing the training");
    if (!status)
        status = executor_create(&trainer->executor, model->network, &kernels_onednn, true, threads,
                                 error);
    if (!status)
        status = optimizer_create(&trainer->optimizer, model->network, &trainer->recipe.optimizer,
                                  error);
    if (status) {
        trainer_destroy(trainer);
        return status;
    }
    set_class_weights(trainer);
    for (int i = 0; i < trainer->recipe.batch; i++)
        trainer->places[i] = i;
    *result = trainer;
    return SER_OK;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    executor_destroy(trainer->executor);
    optimizer_destroy(trainer->optimizer);
    tensor_release(&trainer->input);
    tensor_release(&trainer->dlogits);
    free(trainer->history);
    free(trainer->order);
    free(trainer->targets);
    free(trainer->places);
    free(trainer);
}

static int count_right(const struct tensor *logits, const int *targets)
{
    int right = 0;
    for (int i = 0; i < logits->batch; i++) {
        const float *z = tensor_item(logits, i);
        int best = 0;
        for (int c = 1; c < logits->channels; c++)
            best = z[c] > z[best] ? c : best;
        right += best == targets[i];
    }
    return right;
}

/* Fills the input with the clips first … first+count-1 of this epoch's order, augmented where the
 * trainer has an augmenter. */
static ser_status fill_input(struct trainer *trainer, int first, int count, struct random *crop,
                             const struct target_mixture **mixture, ser_error *error)
{
    const struct dataset *clips = trainer->dataset;
    const int *indices = trainer->order + first;
    int shortest = trainer->model->network->minimum_frames;
    uint64_t seed = random_mix(trainer->seed, (uint64_t)trainer->optimizer->step);
    ser_status status = SER_OK;
    *mixture = NULL;
    if (trainer->augmenter) {
        status = augmenter_clips(trainer->augmenter, indices, count, seed, &clips, error);
        indices = trainer->places;
    }
    if (!status)
        status = batch_fill(&trainer->input, trainer->targets, clips, indices, count,
                            trainer->recipe.frames, shortest, crop, error);
    if (!status && trainer->augmenter)
        status = augmenter_batch(trainer->augmenter, &trainer->input, trainer->targets, seed,
                                 mixture, error);
    return status;
}

/* One step on the clips first … first+count-1 of this epoch's order. Adds what it saw to `sums`. */
static ser_status run_step(struct trainer *trainer, int first, int count, struct random *crop,
                           struct epoch_record *sums, ser_error *error)
{
    const struct recipe *recipe = &trainer->recipe;
    struct optimizer *optimizer = trainer->optimizer;
    const struct tensor *logits;
    long per_epoch = (trainer->count + recipe->batch - 1) / recipe->batch;
    double factor =
        schedule_factor(optimizer->step, per_epoch * recipe->warmup, per_epoch * recipe->epochs);
    const struct target_mixture *mixture;
    ser_status status = fill_input(trainer, first, count, crop, &mixture, error);
    trainer->executor->noise = random_mix(trainer->seed, (uint64_t)optimizer->step);
    if (!status)
        status = executor_forward(trainer->executor, &trainer->input, &logits, error);
    if (!status)
        status = tensor_resize_like(&trainer->dlogits, logits, error);
    if (status)
        return status;
    sums->loss += count * cross_entropy(logits, trainer->targets, mixture, trainer->weights,
                                        (float)recipe->smoothing, &trainer->dlogits);
    sums->accuracy += count_right(logits, trainer->targets);
    status = executor_backward(trainer->executor, &trainer->dlogits, error);
    if (status)
        return status;
    double norm = optimizer_step(optimizer, trainer->executor->gradients, factor);
    sums->norm += count * norm;
    sums->rate = recipe->optimizer.rate * factor;
    if (!isfinite(norm))
        return error_set(error, SER_ERROR_ENGINE,
                         "%s: training diverged in epoch %d; a smaller \"rate\" may help",
                         trainer->run, trainer->epoch + 1);
    return SER_OK;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int report(const struct trainer *trainer, const struct progress_sink *sink, int done,
                  const struct epoch_record *sums, double seconds)
{
    double speed = seconds > 0 ? done / seconds : 0;
    double clips_left = (double)trainer->count * (trainer->recipe.epochs - trainer->epoch) - done;
    struct progress progress = {
        .stage = PROGRESS_TRAINING,
        .run = trainer->run,
        .done = done,
        .total = trainer->count,
        .epoch = trainer->epoch + 1,
        .epochs = trainer->recipe.epochs,
        .loss = sums->loss / done,
        .accuracy = sums->accuracy / done,
        .clips_per_second = speed,
        .seconds_left = speed > 0 ? clips_left / speed : -1,
    };
    return progress_report(sink, &progress);
}

ser_status trainer_run_epoch(struct trainer *trainer, const struct progress_sink *sink,
                             ser_error *error)
{
    /* All chance of an epoch comes from (seed, epoch): nothing has to be remembered for resuming.
     */
    uint64_t seed = random_mix(trainer->seed, (uint64_t)trainer->epoch);
    struct random order = random_seeded(seed, STREAM_ORDER);
    struct random crop = random_seeded(seed, STREAM_CROP);
    memcpy(trainer->order, trainer->indices, (size_t)trainer->count * sizeof *trainer->order);
    random_shuffle(&order, trainer->order, (size_t)trainer->count);
    struct epoch_record sums = {0};
    double start = now();
    for (int first = 0; first < trainer->count; first += trainer->recipe.batch) {
        int left = trainer->count - first;
        int count = left < trainer->recipe.batch ? left : trainer->recipe.batch;
        ser_status status = run_step(trainer, first, count, &crop, &sums, error);
        if (status)
            return status;
        if (report(trainer, sink, first + count, &sums, now() - start))
            return error_set(error, SER_ERROR_INTERRUPTED, "training was stopped in epoch %d",
                             trainer->epoch + 1);
    }
    trainer->history[trainer->epoch++] = (struct epoch_record){
        .rate = sums.rate,
        .loss = sums.loss / trainer->count,
        .accuracy = sums.accuracy / trainer->count,
        .norm = sums.norm / trainer->count,
        .seconds = now() - start,
    };
    return SER_OK;
}

ser_status trainer_finish(struct trainer *trainer, ser_error *error)
{
    optimizer_swap_average(trainer->optimizer);
    return model_check_values(trainer->model, trainer->run, error);
}

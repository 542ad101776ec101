#include "training/augmenter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audio/copy.h"
#include "base/error.h"
#include "base/memory.h"

/* What one thread works with. */
struct worker {
    ser_extractor *extractor;
    struct augment_scratch *scratch;
};

struct augmenter {
    const struct augment_recipe *recipe;
    const struct dataset *dataset;
    struct pool *pool;
    struct worker *workers; /* (threads) */
    struct dataset clips;   /* of the current step */
    int capacity;           /* clips that there is room for */
    int *partners;          /* (capacity) classes */
    float *shares;          /* (capacity) */
    struct target_mixture mixture;
    float *first; /* the first item of a batch before it was mixed */
    size_t first_capacity;
};

ser_status augmenter_create(struct augmenter **result, const struct augment_recipe *recipe,
                            const struct dataset *dataset, struct pool *pool, ser_error *error)
{
    int threads = pool_threads(pool);
    *result = NULL;
    struct augmenter *augmenter = calloc(1, sizeof *augmenter);
    if (!augmenter)
        return error_memory(error, "preparing the augmentation");
    augmenter->recipe = recipe;
    augmenter->dataset = dataset;
    augmenter->pool = pool;
    augmenter->workers = calloc((size_t)threads, sizeof *augmenter->workers);
    ser_status status = SER_OK;
    if (!augmenter->workers)
        status = error_memory(error, "preparing the augmentation");
    for (int i = 0; i < threads && !status; i++) {
        struct worker *worker = &augmenter->workers[i];
        status = ser_extractor_create(&worker->extractor, &dataset->settings.features, error);
        if (!status)
            status = augment_scratch_create(&worker->scratch, error);
    }
    if (status)
        augmenter_destroy(augmenter);
    else
        *result = augmenter;
    return status;
}

void augmenter_destroy(struct augmenter *augmenter)
{
    if (!augmenter)
        return;
    for (int i = 0; augmenter->workers && i < pool_threads(augmenter->pool); i++) {
        ser_extractor_destroy(augmenter->workers[i].extractor);
        augment_scratch_destroy(augmenter->workers[i].scratch);
    }
    for (int i = 0; i < augmenter->capacity; i++)
        ser_features_release(&augmenter->clips.features[i]);
    free(augmenter->workers);
    free(augmenter->clips.features);
    free(augmenter->clips.targets);
    free(augmenter->partners);
    free(augmenter->shares);
    free(augmenter->first);
    free(augmenter);
}

const struct augment_recipe *augmenter_recipe(const struct augmenter *augmenter)
{
    return augmenter->recipe;
}

/* Room for the clips of a step; what was there keeps its memory. */
static ser_status make_room(struct augmenter *augmenter, int count, ser_error *error)
{
    if (count <= augmenter->capacity)
        return SER_OK;
    struct dataset *clips = &augmenter->clips;
    size_t wanted = (size_t)count, old = (size_t)augmenter->capacity;
    ser_features *features = memory_resize(clips->features, wanted, sizeof *features);
    if (features)
        clips->features = features;
    int *targets = memory_resize(clips->targets, wanted, sizeof *targets);
    if (targets)
        clips->targets = targets;
    int *partners = memory_resize(augmenter->partners, wanted, sizeof *partners);
    if (partners)
        augmenter->partners = partners;
    float *shares = memory_resize(augmenter->shares, wanted, sizeof *shares);
    if (shares)
        augmenter->shares = shares;
    if (!features || !targets || !partners || !shares)
        return error_memory(error, "augmenting clips");
    memset(features + old, 0, (wanted - old) * sizeof *features);
    augmenter->capacity = count;
    return SER_OK;
}

/* One loop over the clips of a step. */
struct job {
    struct augmenter *augmenter;
    const int *indices;
    uint64_t seed;
    pthread_mutex_t lock; /* for what follows */
    ser_status status;    /* the first failure */
    ser_error *error;
};

static ser_status copy_features(const ser_features *from, ser_features *to, ser_error *error)
{
    size_t size = (size_t)from->frames * (size_t)from->columns;
    float *values = memory_resize(to->values, size, sizeof *values);
    if (!values)
        return error_memory(error, "augmenting clips");
    memcpy(values, from->values, size * sizeof *values);
    *to = (ser_features){.values = values, .frames = from->frames, .columns = from->columns};
    return SER_OK;
}

/* A copy of the sound, augmented; never empty. */
static ser_status augment_copy(const struct job *job, struct worker *worker, int index,
                               ser_audio *copy, ser_error *error)
{
    const ser_audio *sound = &job->augmenter->dataset->sounds[index];
    uint64_t seed = augment_seed(job->seed, 0, (uint64_t)index);
    ser_status status = audio_copy(copy, sound, error);
    if (!status)
        status = augment_sound(job->augmenter->recipe, seed, copy, worker->scratch, error);
    if (status || copy->frames)
        return status;
    ser_audio_release(copy); /* nothing is left of it: hear it as it was */
    return audio_copy(copy, sound, error);
}

static ser_status augment_clip(const struct job *job, int turn, int thread, ser_error *error)
{
    struct augmenter *augmenter = job->augmenter;
    const struct dataset *dataset = augmenter->dataset;
    ser_features *clip = &augmenter->clips.features[turn];
    int index = job->indices[turn];
    augmenter->clips.targets[turn] = dataset->targets[index];
    if (!augment_recipe_has(augmenter->recipe, AUGMENT_SOUND))
        return copy_features(&dataset->features[index], clip, error);
    struct worker *worker = &augmenter->workers[thread];
    ser_audio copy;
    ser_status status = augment_copy(job, worker, index, &copy, error);
    if (!status)
        status = ser_clean(&copy, &dataset->settings.clean, error);
    if (!status)
        status = ser_extractor_run(worker->extractor, copy.samples, copy.frames, clip, error);
    ser_audio_release(&copy);
    return status;
}

static void augment_one(void *context, int turn, int thread)
{
    struct job *job = context;
    ser_error error = {0};
    ser_status status = augment_clip(job, turn, thread, &error);
    if (!status)
        return;
    pthread_mutex_lock(&job->lock);
    if (!job->status)
        job->status = error_set(job->error, status, "%s", error.message);
    pthread_mutex_unlock(&job->lock);
}

ser_status augmenter_clips(struct augmenter *augmenter, const int *indices, int count,
                           uint64_t seed, const struct dataset **clips, ser_error *error)
{
    ser_status status = make_room(augmenter, count, error);
    if (status)
        return status;
    struct job job = {
        .augmenter = augmenter,
        .indices = indices,
        .seed = seed,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .error = error,
    };
    pool_run(augmenter->pool, count, augment_one, &job);
    pthread_mutex_destroy(&job.lock);
    augmenter->clips.classes = augmenter->dataset->classes;
    *clips = &augmenter->clips;
    return job.status;
}

/* Keeps the first item as it is, for the last one to be mixed with. */
static ser_status keep_first(struct augmenter *augmenter, const struct tensor *batch,
                             ser_error *error)
{
    size_t size = tensor_item_size(batch);
    if (!memory_reserve(&augmenter->first, &augmenter->first_capacity, size,
                        sizeof *augmenter->first))
        return error_memory(error, "augmenting clips");
    memcpy(augmenter->first, tensor_item(batch, 0), size * sizeof *augmenter->first);
    return SER_OK;
}

static void mix(struct augmenter *augmenter, struct tensor *batch, const int *targets,
                uint64_t seed)
{
    int columns = (int)tensor_frame_size(batch);
    for (int i = 0; i < batch->batch; i++) {
        int next = (i + 1) % batch->batch;
        const float *partner = next ? tensor_item(batch, next) : augmenter->first;
        augmenter->partners[i] = targets[next];
        augmenter->shares[i] = augment_share(augmenter->recipe, augment_seed(seed, 2, (uint64_t)i));
        augment_mix(tensor_item(batch, i), batch->lengths[i], partner, batch->lengths[next],
                    columns, augmenter->shares[i]);
    }
}

ser_status augmenter_batch(struct augmenter *augmenter, struct tensor *batch, const int *targets,
                           uint64_t seed, const struct target_mixture **mixture, ser_error *error)
{
    *mixture = NULL;
    for (int i = 0; i < batch->batch; i++)
        augment_features(augmenter->recipe, augment_seed(seed, 1, (uint64_t)i),
                         tensor_item(batch, i), batch->lengths[i], (int)tensor_frame_size(batch));
    if (!augment_recipe_has(augmenter->recipe, AUGMENT_BATCH) || batch->batch < 2)
        return SER_OK;
    ser_status status = make_room(augmenter, batch->batch, error);
    if (!status)
        status = keep_first(augmenter, batch, error);
    if (status)
        return status;
    mix(augmenter, batch, targets, seed);
    augmenter->mixture = (struct target_mixture){augmenter->partners, augmenter->shares};
    *mixture = &augmenter->mixture;
    return SER_OK;
}

#define _GNU_SOURCE
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "base/error.h"

struct worker {
    struct pool *pool;
    pthread_t thread;
    int index;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake; /* a new loop, or the end */
    pthread_cond_t done; /* the last turn of a loop was finished */
    struct worker *workers;
    int started; /* workers whose thread runs; the caller is one more */
    pool_work work;
    void *context;
    int next;     /* the turn to hand out */
    int count;    /* turns in the current loop */
    int finished; /* turns done */
    int closing;
};

int pool_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set))
        return 1;
    return CPU_COUNT(&set);
}

/* Takes turns until none is left. Called with the lock held, returns with it held. */
static void take_turns(struct pool *pool, int thread)
{
    while (pool->next < pool->count) {
        int index = pool->next++;
        pthread_mutex_unlock(&pool->lock);
        pool->work(pool->context, index, thread);
        pthread_mutex_lock(&pool->lock);
        if (++pool->finished == pool->count)
            pthread_cond_signal(&pool->done);
    }
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->closing) {
        take_turns(pool, worker->index);
        if (!pool->closing)
            pthread_cond_wait(&pool->wake, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

ser_status pool_create(struct pool **result, int threads, ser_error *error)
{
    *result = NULL;
    if (threads <= 0)
        threads = pool_processors();
    struct pool *pool = calloc(1, sizeof *pool);
    struct worker *workers = calloc((size_t)threads, sizeof *workers);
    if (!pool || !workers) {
        free(pool);
        free(workers);
        return error_memory(error, "starting threads");
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->workers = workers;
    for (int i = 0; i + 1 < threads; i++) {
        workers[i] = (struct worker){.pool = pool, .index = i + 1};
        if (pthread_create(&workers[i].thread, NULL, worker_main, &workers[i])) {
            pool_destroy(pool);
            return error_set(error, SER_ERROR_MEMORY, "cannot start thread %d of %d", i + 2,
                             threads);
        }
        pool->started++;
    }
    *result = pool;
    return SER_OK;
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = 1;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool);
}

int pool_threads(const struct pool *pool)
{
    return pool->started + 1;
}

void pool_run(struct pool *pool, int count, pool_work work, void *context)
{
    pthread_mutex_lock(&pool->lock);
    pool->work = work;
    pool->context = context;
    pool->next = 0;
    pool->finished = 0;
    pool->count = count;
    pthread_cond_broadcast(&pool->wake);
    take_turns(pool, 0);
    while (pool->finished < pool->count)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

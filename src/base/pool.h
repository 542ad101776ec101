/* A pool of threads for loops whose turns do not depend on each other. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "ser/status.h"

struct pool;

/* Does turn `index` on thread `thread` (0 … threads-1, for per-thread scratch memory). */
typedef void (*pool_work)(void *context, int index, int thread);

/* `threads` of 0 means one per processor. The caller of pool_run works too, so a pool of one
 * starts no thread at all. */
ser_status pool_create(struct pool **pool, int threads, ser_error *error);
void pool_destroy(struct pool *pool);
int pool_threads(const struct pool *pool);

/* Runs work(context, 0 … count-1, thread) and returns when all turns are done. Turns are handed
 * out in order but finish in any order. Not reentrant: one loop at a time per pool. */
void pool_run(struct pool *pool, int count, pool_work work, void *context);

/* Processors this process may use, at least 1. */
int pool_processors(void);

#endif

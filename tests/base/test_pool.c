#include "support.h"

#include <stdlib.h>

#include "base/pool.h"

enum { MAX_THREADS = 8, MAX_TURNS = 1000 };

/* Each turn writes only its own place and its own thread's place: were a turn done twice, or two
 * at once under one thread number, a thread sanitizer would see it besides. */
struct record {
    int threads;
    int turns[MAX_TURNS];
    int by_thread[MAX_THREADS];
    int wrong;
};

static void note_turn(void *context, int index, int thread)
{
    struct record *record = context;
    if (thread < 0 || thread >= record->threads) {
        record->wrong = 1;
        return;
    }
    record->turns[index]++;
    record->by_thread[thread]++;
}

/* Runs a loop and checks that every turn was done once, and none beyond. */
static void check_loop(struct pool *pool, int count)
{
    struct record *record = calloc(1, sizeof *record);
    int done = 0;
    assert_non_null(record);
    record->threads = pool_threads(pool);
    pool_run(pool, count, note_turn, record);
    for (int i = 0; i < MAX_TURNS; i++)
        assert_int_equal(record->turns[i], i < count);
    for (int i = 0; i < MAX_THREADS; i++)
        done += record->by_thread[i];
    assert_int_equal(done, count);
    assert_false(record->wrong);
    free(record);
}

static void test_does_every_turn_once(void **state)
{
    (void)state;
    static const int counts[] = {0, 1, 2, 3, 7, 8, 9, MAX_TURNS};
    ser_error error;
    for (int threads = 1; threads <= MAX_THREADS; threads++) {
        struct pool *pool;
        assert_ok(pool_create(&pool, threads, &error));
        assert_int_equal(pool_threads(pool), threads);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            check_loop(pool, counts[i]);
        pool_destroy(pool);
    }
}

static void test_runs_many_short_loops(void **state)
{
    (void)state;
    ser_error error;
    struct pool *pool;
    assert_ok(pool_create(&pool, 4, &error));
    for (int i = 0; i < 2000; i++)
        check_loop(pool, i % 6);
    pool_destroy(pool);
}

/* The results of one loop are there for the next, whichever thread made them. */
struct chain {
    double values[64];
    double sums[64];
};

static void make_value(void *context, int index, int thread)
{
    (void)thread;
    ((struct chain *)context)->values[index] = index + 1;
}

static void sum_values(void *context, int index, int thread)
{
    (void)thread;
    struct chain *chain = context;
    chain->sums[index] = 0;
    for (int i = 0; i <= index; i++)
        chain->sums[index] += chain->values[i];
}

static void test_loops_see_earlier_results(void **state)
{
    (void)state;
    ser_error error;
    struct pool *pool;
    assert_ok(pool_create(&pool, 3, &error));
    for (int turn = 0; turn < 100; turn++) {
        struct chain chain = {0};
        pool_run(pool, 64, make_value, &chain);
        pool_run(pool, 64, sum_values, &chain);
        for (int i = 0; i < 64; i++)
            assert_true(chain.sums[i] == (i + 1) * (i + 2) / 2);
    }
    pool_destroy(pool);
}

static void test_uses_all_processors_by_default(void **state)
{
    (void)state;
    ser_error error;
    struct pool *pool;
    assert_true(pool_processors() >= 1);
    assert_ok(pool_create(&pool, 0, &error));
    assert_int_equal(pool_threads(pool), pool_processors());
    pool_destroy(pool);
    pool_destroy(NULL);
}

static void test_ends_idle_pools(void **state)
{
    (void)state;
    ser_error error;
    for (int i = 0; i < 100; i++) {
        struct pool *pool;
        assert_ok(pool_create(&pool, 1 + i % 5, &error));
        pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_does_every_turn_once),
        cmocka_unit_test(test_runs_many_short_loops),
        cmocka_unit_test(test_loops_see_earlier_results),
        cmocka_unit_test(test_uses_all_processors_by_default),
        cmocka_unit_test(test_ends_idle_pools),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A small harness for benchmarks whose output and JSON are laid out like Google Benchmark's, so
 * that its comparing tools read them.
 *
 * A program lists its benchmarks in a table and hands it to bench_main. Options:
 *   --filter=REGEX    only the benchmarks whose name matches (extended regular expression)
 *   --min-time=SECONDS  how long each one runs at least (0.5)
 *   --json            JSON instead of a table
 *   --list            names only
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

enum { BENCH_MAX_COUNTERS = 4 };

/* Something of which one iteration does `amount`; what is reported is the amount per second of
 * wall-clock time. "items_per_second" counts items; "x_real_time" with the seconds of sound that
 * one iteration handles says how many times faster than real time it is. */
struct bench_counter {
    const char *name;
    double amount;
};

struct bench {
    const char *name; /* "fft/512" */
    /* Does the measured work `iterations` times. */
    void (*run)(void *context, long iterations);
    void *context;
    struct bench_counter counters[BENCH_MAX_COUNTERS]; /* unused ones have no name */
};

/* Runs what the command line asks for and returns the program's exit status. */
int bench_main(int argc, char **argv, const struct bench *benches, size_t count);

/* Makes the compiler believe that the memory is read, so that computing it is not optimised away.
 */
static inline void bench_use(const void *memory)
{
    __asm__ volatile("" : : "g"(memory) : "memory");
}

#endif

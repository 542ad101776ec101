/* Seeded random numbers: PCG32 (O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation"). Integer arithmetic only, so the
 * same seed gives the same bits on every machine. Not for cryptography. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
    uint64_t increment;
};

/* Different streams of one seed are independent: use one for each purpose. */
struct random random_seeded(uint64_t seed, uint64_t stream);

/* Mixes numbers such as (seed, epoch, item) into one seed (SplitMix64's finaliser). */
uint64_t random_mix(uint64_t a, uint64_t b);

/* Uniform over all 32-bit values. */
uint32_t random_u32(struct random *random);

/* Uniform over 0 … bound-1, without bias; bound must be at least 1. */
uint32_t random_below(struct random *random, uint32_t bound);

/* Uniform in [0, 1), 24 bits. */
float random_unit(struct random *random);

/* Uniform from low to high; rounding may give high itself. */
float random_uniform(struct random *random, float low, float high);

/* Puts `count` items into random order (Fisher and Yates). */
void random_shuffle(struct random *random, int *items, size_t count);

#endif

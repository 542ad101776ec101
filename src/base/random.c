#include "base/random.h"

struct random random_seeded(uint64_t seed, uint64_t stream)
{
    struct random random = {.state = 0, .increment = stream << 1 | 1};
    random_u32(&random);
    random.state += seed;
    random_u32(&random);
    return random;
}

uint64_t random_mix(uint64_t a, uint64_t b)
{
    uint64_t z = a + 0x9e3779b97f4a7c15u * (b + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t random_u32(struct random *random)
{
    uint64_t old = random->state;
    random->state = old * 6364136223846793005u + random->increment;
    uint32_t shifted = (uint32_t)(((old >> 18) ^ old) >> 27);
    uint32_t rotation = (uint32_t)(old >> 59);
    return shifted >> rotation | shifted << (-rotation & 31);
}

uint32_t random_below(struct random *random, uint32_t bound)
{
    /* Values under this threshold would make the low results more frequent. */
    uint32_t threshold = -bound % bound;
    uint32_t value;
    do
        value = random_u32(random);
    while (value < threshold);
    return value % bound;
}

float random_unit(struct random *random)
{
    return (float)(random_u32(random) >> 8) * 0x1p-24f;
}

float random_uniform(struct random *random, float low, float high)
{
    return low + (high - low) * random_unit(random);
}

void random_shuffle(struct random *random, int *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = random_below(random, (uint32_t)i);
        int swap = items[i - 1];
        items[i - 1] = items[j];
        items[j] = swap;
    }
}

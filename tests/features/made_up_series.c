#include "made_up_series.h"

#include <math.h>

#include "base/random.h"

size_t made_up_series(int kind, float *values)
{
    struct random random = random_seeded(11, (uint64_t)kind);
    size_t count = 1 + random_below(&random, kind < 60 ? 40 : MADE_UP_MOST);
    for (size_t i = 0; i < count; i++) {
        float noise = random_uniform(&random, -1, 1);
        switch (kind % 6) {
        case 0: values[i] = noise; break;
        case 1: values[i] = (float)random_below(&random, 3); break;
        case 2: values[i] = 0.25f * (float)i + noise; break;
        case 3: values[i] = 1000 + noise; break;
        case 4: values[i] = expf(20 * noise) * (random_below(&random, 2) ? 1 : -1); break;
        case 5: values[i] = -7.3f; break;
        }
    }
    return count;
}

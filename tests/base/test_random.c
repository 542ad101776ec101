#include "support.h"

#include <math.h>

#include "base/random.h"

/* The first numbers of the demo program of the PCG paper's author: seed 42, stream 54. */
static void test_gives_the_published_numbers(void **state)
{
    (void)state;
    static const uint32_t expected[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330,
                                        0x83d2f293, 0xbfa4784b, 0xcbed606e};
    struct random random = random_seeded(42, 54);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(random_u32(&random), expected[i]);
}

static void test_seeds_and_streams_differ(void **state)
{
    (void)state;
    struct random one = random_seeded(1, 0), same = random_seeded(1, 0);
    struct random seed = random_seeded(2, 0), stream = random_seeded(1, 1);
    int equal_seed = 0, equal_stream = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t value = random_u32(&one);
        assert_int_equal(value, random_u32(&same));
        equal_seed += value == random_u32(&seed);
        equal_stream += value == random_u32(&stream);
    }
    assert_true(equal_seed < 3);
    assert_true(equal_stream < 3);
}

/* random_mix(a, b) is the b-th number of SplitMix64 with seed a; these are published with
 * reference implementations of it. */
static void test_mixes_as_splitmix64(void **state)
{
    (void)state;
    static const uint64_t expected[] = {6457827717110365317u, 3203168211198807973u,
                                        9817491932198370423u, 4593380528125082431u,
                                        16408922859458223821u};
    for (uint64_t i = 0; i < 5; i++)
        assert_true(random_mix(1234567, i) == expected[i]);
    assert_true(random_mix(0, 0) == 0xe220a8397b1dcdafu);
    assert_true(random_mix(random_mix(7, 1), 2) != random_mix(random_mix(7, 2), 1));
}

/* Without rejection the lower third of this range would be drawn half of the time. */
static void test_draws_below_without_bias(void **state)
{
    (void)state;
    enum { TURNS = 30000 };
    const uint32_t bound = 0xc0000000u;
    struct random random = random_seeded(3, 5);
    int low = 0;
    for (int i = 0; i < TURNS; i++) {
        uint32_t value = random_below(&random, bound);
        assert_true(value < bound);
        low += value < bound / 3;
    }
    /* binomial with p = 1/3: deviation 82; five of them either way */
    assert_in_range(low, TURNS / 3 - 410, TURNS / 3 + 410);
}

static void test_draws_every_value_below(void **state)
{
    (void)state;
    enum { BOUND = 7, TURNS = 7000 };
    struct random random = random_seeded(11, 0);
    int counts[BOUND] = {0};
    for (int i = 0; i < TURNS; i++) {
        uint32_t value = random_below(&random, BOUND);
        assert_true(value < BOUND);
        counts[value]++;
    }
    for (int i = 0; i < BOUND; i++) /* deviation 29 */
        assert_in_range(counts[i], 850, 1150);
    for (int i = 0; i < 10; i++)
        assert_int_equal(random_below(&random, 1), 0);
}

static void test_draws_from_the_unit_interval(void **state)
{
    (void)state;
    enum { TURNS = 20000 };
    struct random random = random_seeded(0, 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < TURNS; i++) {
        float value = random_unit(&random);
        assert_true(value >= 0 && value < 1);
        assert_true(floorf(value * 0x1p24f) == value * 0x1p24f);
        sum += value;
        squares += (double)value * value;
    }
    assert_true(fabs(sum / TURNS - 0.5) < 0.011);         /* five deviations of the mean, 0.0020 */
    assert_true(fabs(squares / TURNS - 1.0 / 3) < 0.011); /* five of 0.0021 */
}

static void test_draws_from_an_interval(void **state)
{
    (void)state;
    struct random random = random_seeded(0, 0), unit = random_seeded(0, 0);
    for (int i = 0; i < 1000; i++) {
        float value = random_uniform(&random, -3, 5);
        assert_true(value >= -3 && value <= 5);
        assert_true(value == -3 + 8 * random_unit(&unit));
    }
    assert_true(random_uniform(&random, 2, 2) == 2);
}

static void test_shuffles(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    int items[COUNT], again[COUNT], seen[COUNT] = {0}, moved = 0;
    struct random one = random_seeded(9, 1), two = random_seeded(9, 1);
    for (int i = 0; i < COUNT; i++)
        items[i] = again[i] = i;
    random_shuffle(&one, items, COUNT);
    random_shuffle(&two, again, COUNT);
    assert_memory_equal(items, again, sizeof items);
    for (int i = 0; i < COUNT; i++) {
        assert_in_range(items[i], 0, COUNT - 1);
        seen[items[i]]++;
        moved += items[i] != i;
    }
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(seen[i], 1);
    assert_true(moved > COUNT * 9 / 10);
    random_shuffle(&one, items, 0);
    random_shuffle(&one, NULL, 0);
    int single = 7;
    random_shuffle(&one, &single, 1);
    assert_int_equal(single, 7);
}

/* All six orders of three items are equally likely: 1000 ± 29 each. */
static void test_shuffles_without_bias(void **state)
{
    (void)state;
    int counts[27] = {0};
    struct random random = random_seeded(21, 0);
    for (int i = 0; i < 6000; i++) {
        int items[] = {0, 1, 2};
        random_shuffle(&random, items, 3);
        counts[items[0] * 9 + items[1] * 3 + items[2]]++;
    }
    int orders = 0;
    for (int i = 0; i < 27; i++) {
        if (!counts[i])
            continue;
        assert_in_range(counts[i], 855, 1145);
        orders++;
    }
    assert_int_equal(orders, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_the_published_numbers),
        cmocka_unit_test(test_seeds_and_streams_differ),
        cmocka_unit_test(test_mixes_as_splitmix64),
        cmocka_unit_test(test_draws_below_without_bias),
        cmocka_unit_test(test_draws_every_value_below),
        cmocka_unit_test(test_draws_from_the_unit_interval),
        cmocka_unit_test(test_draws_from_an_interval),
        cmocka_unit_test(test_shuffles),
        cmocka_unit_test(test_shuffles_without_bias),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

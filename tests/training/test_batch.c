#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "training/batch.h"

enum { CLIPS = 5, BANDS = 3, LONGEST = 20 };

static const int clip_frames[CLIPS] = {1, 7, 20, 21, 50};
static const int clip_targets[CLIPS] = {2, 0, 1, 1, 0};

/* Every value tells its clip, frame and band; none is 0. */
static float value_of(int clip, int frame, int band)
{
    return (float)(clip * 10000 + frame * 10 + band + 1);
}

static void make_dataset(struct dataset *dataset, ser_features *features, int *targets)
{
    for (int clip = 0; clip < CLIPS; clip++) {
        ser_features *f = &features[clip];
        f->frames = clip_frames[clip];
        f->columns = BANDS;
        f->values = calloc((size_t)(f->frames * BANDS), sizeof(float));
        assert_non_null(f->values);
        for (int t = 0; t < f->frames; t++)
            for (int b = 0; b < BANDS; b++)
                f->values[t * BANDS + b] = value_of(clip, t, b);
        targets[clip] = clip_targets[clip];
    }
    *dataset = (struct dataset){.features = features, .targets = targets, .classes = 3};
}

static void release(ser_features *features)
{
    for (int clip = 0; clip < CLIPS; clip++)
        ser_features_release(&features[clip]);
}

/* Item `item` must be `clip` from some frame on, then zeros. Returns that frame. */
static int check_item(const struct tensor *input, int item, int clip, int longest, int shortest)
{
    const float *values = tensor_item(input, item);
    int sound = clip_frames[clip] < longest ? clip_frames[clip] : longest;
    int length = sound < shortest ? shortest : sound;
    int first = ((int)values[0] - 1 - clip * 10000) / 10;
    assert_int_equal(input->lengths[item], length);
    assert_in_range(first, 0, clip_frames[clip] - sound);
    for (int t = 0; t < input->frames; t++)
        for (int b = 0; b < BANDS; b++) {
            float expected = t < sound ? value_of(clip, first + t, b) : 0;
            assert_true(values[t * BANDS + b] == expected);
        }
    return first;
}

static void test_crops_and_pads(void **state)
{
    (void)state;
    ser_error error;
    ser_features features[CLIPS];
    int all_targets[CLIPS], targets[4];
    struct dataset dataset;
    struct tensor input = {0};
    static const int indices[4] = {4, 0, 2, 1};
    make_dataset(&dataset, features, all_targets);
    struct random random = random_seeded(1, 1);
    for (int round = 0; round < 50; round++) {
        assert_ok(batch_fill(&input, targets, &dataset, indices, 4, LONGEST, 1, &random, &error));
        assert_int_equal(input.batch, 4);
        assert_int_equal(input.bands, BANDS);
        assert_int_equal(input.channels, 1);
        assert_int_equal(input.frames, 32);
        for (int i = 0; i < 4; i++) {
            check_item(&input, i, indices[i], LONGEST, 1);
            assert_int_equal(targets[i], clip_targets[indices[i]]);
        }
    }
    tensor_release(&input);
    release(features);
}

/* No stretch of a long clip is left out for ever. */
static void test_every_stretch_occurs(void **state)
{
    (void)state;
    ser_error error;
    ser_features features[CLIPS];
    int all_targets[CLIPS], targets[2], seen[2][31] = {{0}};
    struct dataset dataset;
    struct tensor input = {0};
    static const int indices[2] = {4, 3};
    make_dataset(&dataset, features, all_targets);
    struct random random = random_seeded(1, 1);
    for (int round = 0; round < 1000; round++) {
        assert_ok(batch_fill(&input, targets, &dataset, indices, 2, LONGEST, 1, &random, &error));
        seen[0][check_item(&input, 0, 4, LONGEST, 1)]++;
        seen[1][check_item(&input, 1, 3, LONGEST, 1)]++;
    }
    for (int first = 0; first <= 30; first++)
        assert_in_range(seen[0][first], 10, 80);
    assert_in_range(seen[1][0], 400, 600);
    assert_int_equal(seen[1][0] + seen[1][1], 1000);
    tensor_release(&input);
    release(features);
}

static void test_frames_fit_the_longest_clip(void **state)
{
    (void)state;
    static const struct {
        int clip, longest, shortest, frames;
    } cases[] = {{0, 20, 1, 32}, {0, 20, 33, 64}, {2, 100, 1, 32}, {4, 100, 1, 64},
                 {4, 32, 1, 32}, {4, 33, 1, 64},  {1, 100, 7, 32}, {1, 100, 65, 96}};
    ser_error error;
    ser_features features[CLIPS];
    int all_targets[CLIPS], target;
    struct dataset dataset;
    struct tensor input = {0};
    make_dataset(&dataset, features, all_targets);
    struct random random = random_seeded(1, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(batch_fill(&input, &target, &dataset, &cases[i].clip, 1, cases[i].longest,
                             cases[i].shortest, &random, &error));
        assert_int_equal(input.frames, cases[i].frames);
        check_item(&input, 0, cases[i].clip, cases[i].longest, cases[i].shortest);
    }
    tensor_release(&input);
    release(features);
}

/* A recipe whose stretches are shorter than the network accepts. */
static void test_the_network_decides_the_shortest(void **state)
{
    (void)state;
    ser_error error;
    ser_features features[CLIPS];
    int all_targets[CLIPS], targets[2];
    struct dataset dataset;
    struct tensor input = {0};
    static const int indices[2] = {0, 4};
    make_dataset(&dataset, features, all_targets);
    struct random random = random_seeded(1, 1);
    assert_ok(batch_fill(&input, targets, &dataset, indices, 2, 5, 12, &random, &error));
    check_item(&input, 0, 0, 12, 12);
    check_item(&input, 1, 4, 12, 12);
    tensor_release(&input);
    release(features);
}

static void test_the_same_chance_gives_the_same_batch(void **state)
{
    (void)state;
    ser_error error;
    ser_features features[CLIPS];
    int all_targets[CLIPS], targets[4];
    struct dataset dataset;
    struct tensor one = {0}, other = {0};
    static const int indices[4] = {4, 3, 4, 4};
    make_dataset(&dataset, features, all_targets);
    struct random random = random_seeded(3, 1), same = random_seeded(3, 1);
    for (int round = 0; round < 10; round++) {
        assert_ok(batch_fill(&one, targets, &dataset, indices, 4, 9, 1, &random, &error));
        assert_ok(batch_fill(&other, targets, &dataset, indices, 4, 9, 1, &same, &error));
        assert_memory_equal(one.data, other.data, tensor_count(&one) * sizeof(float));
    }
    tensor_release(&one);
    tensor_release(&other);
    release(features);
}

/* What an earlier, larger batch left in the tensor is gone. */
static void test_reuses_a_tensor(void **state)
{
    (void)state;
    ser_error error;
    ser_features features[CLIPS];
    int all_targets[CLIPS], targets[4];
    struct dataset dataset;
    struct tensor input = {0};
    static const int large[4] = {4, 4, 4, 4}, small[2] = {0, 1};
    make_dataset(&dataset, features, all_targets);
    struct random random = random_seeded(1, 1);
    assert_ok(batch_fill(&input, targets, &dataset, large, 4, 50, 1, &random, &error));
    assert_ok(batch_fill(&input, targets, &dataset, small, 2, 50, 1, &random, &error));
    check_item(&input, 0, 0, 50, 1);
    check_item(&input, 1, 1, 50, 1);
    tensor_release(&input);
    release(features);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crops_and_pads),
        cmocka_unit_test(test_every_stretch_occurs),
        cmocka_unit_test(test_frames_fit_the_longest_clip),
        cmocka_unit_test(test_the_network_decides_the_shortest),
        cmocka_unit_test(test_the_same_chance_gives_the_same_batch),
        cmocka_unit_test(test_reuses_a_tensor),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

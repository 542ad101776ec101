#include "toy_run.h"

#include <stdlib.h>
#include <string.h>

#include "training/augmenter.h"

static struct corpus corpus;
static struct dataset dataset; /* with its sounds */

static struct augment_recipe recipe_of(const char *steps)
{
    ser_error error;
    struct augment_recipe recipe;
    assert_ok(augment_recipe_parse_steps(&recipe, steps, dataset.settings.features.rate, &error));
    return recipe;
}

/* What augmenters work with, so that tests can say only what they care about. */
struct work {
    struct augment_recipe recipe;
    struct pool *pool;
    struct augmenter *augmenter;
};

static struct work begin(const char *steps, int threads)
{
    ser_error error;
    struct work work = {.recipe = recipe_of(steps)};
    assert_ok(pool_create(&work.pool, threads, &error));
    return work;
}

/* The recipe must lie where it stays. */
static void start(struct work *work)
{
    ser_error error;
    assert_ok(augmenter_create(&work->augmenter, &work->recipe, &dataset, work->pool, &error));
}

static void end(struct work *work)
{
    augmenter_destroy(work->augmenter);
    pool_destroy(work->pool);
    augment_recipe_release(&work->recipe);
}

static const struct dataset *clips_of(struct work *work, const int *indices, int count,
                                      uint64_t seed)
{
    ser_error error;
    const struct dataset *clips;
    assert_ok(augmenter_clips(work->augmenter, indices, count, seed, &clips, &error));
    return clips;
}

static bool same_features(const ser_features *a, const ser_features *b)
{
    return a->frames == b->frames && a->columns == b->columns &&
           !memcmp(a->values, b->values,
                   (size_t)a->frames * (size_t)a->columns * sizeof *a->values);
}

/* By hand: the sound augmented, then its features. */
static void test_hears_the_augmented_sound(void **state)
{
    (void)state;
    static const int indices[] = {7, 0, 31};
    ser_error error;
    struct work work = begin("noise kind=white snr=10, gain gain=-6..6", 1);
    start(&work);
    const struct dataset *clips = clips_of(&work, indices, 3, 5);
    ser_extractor *extractor;
    struct augment_scratch *scratch;
    assert_ok(ser_extractor_create(&extractor, &dataset.settings.features, &error));
    assert_ok(augment_scratch_create(&scratch, &error));
    for (int i = 0; i < 3; i++) {
        ser_audio sound = dataset.sounds[indices[i]];
        ser_features expected = {0};
        sound.samples = malloc(sound.frames * sizeof(float));
        memcpy(sound.samples, dataset.sounds[indices[i]].samples, sound.frames * sizeof(float));
        assert_ok(augment_sound(&work.recipe, augment_seed(5, 0, (uint64_t)indices[i]), &sound,
                                scratch, &error));
        assert_ok(ser_extractor_run(extractor, sound.samples, sound.frames, &expected, &error));
        assert_true(same_features(&clips->features[i], &expected));
        assert_false(same_features(&clips->features[i], &dataset.features[indices[i]]));
        assert_int_equal(clips->targets[i], dataset.targets[indices[i]]);
        ser_features_release(&expected);
        ser_audio_release(&sound);
    }
    ser_extractor_destroy(extractor);
    augment_scratch_destroy(scratch);
    end(&work);
}

/* Tape speed makes nothing of a single sample; it is then heard as it was. */
static void test_a_sound_that_vanishes_is_heard_as_it_was(void **state)
{
    (void)state;
    static const int indices[] = {0};
    ser_error error;
    float sample = 0.5f;
    ser_audio whole = dataset.sounds[0];
    ser_features expected = {0};
    ser_extractor *extractor;
    struct work work = begin("speed factor=2, speed factor=2, speed factor=2", 1);
    start(&work);
    dataset.sounds[0].samples = &sample;
    dataset.sounds[0].frames = 1;
    const struct dataset *clips = clips_of(&work, indices, 1, 1);
    assert_ok(ser_extractor_create(&extractor, &dataset.settings.features, &error));
    assert_ok(ser_extractor_run(extractor, &sample, 1, &expected, &error));
    assert_true(same_features(&clips->features[0], &expected));
    dataset.sounds[0] = whole;
    ser_features_release(&expected);
    ser_extractor_destroy(extractor);
    end(&work);
}

static void test_threads_do_not_matter_and_seeds_do(void **state)
{
    (void)state;
    int indices[TOY_CLIPS], same = 0;
    for (int i = 0; i < TOY_CLIPS; i++)
        indices[i] = TOY_CLIPS - 1 - i;
    struct work one = begin("stretch factor=0.9..1.1, noise snr=0..20", 1);
    struct work three = begin("stretch factor=0.9..1.1, noise snr=0..20", 3);
    start(&one);
    start(&three);
    const struct dataset *a = clips_of(&one, indices, TOY_CLIPS, 8);
    const struct dataset *b = clips_of(&three, indices, TOY_CLIPS, 8);
    for (int i = 0; i < TOY_CLIPS; i++)
        assert_true(same_features(&a->features[i], &b->features[i]));
    b = clips_of(&three, indices, TOY_CLIPS, 9);
    for (int i = 0; i < TOY_CLIPS; i++)
        same += same_features(&a->features[i], &b->features[i]);
    assert_int_equal(same, 0);
    end(&one);
    end(&three);
}

/* Without steps on sound the features are used as they were computed, and never changed. */
static void test_leaves_the_dataset_as_it_is(void **state)
{
    (void)state;
    static const int indices[] = {3, 4};
    struct work work = begin("spec_augment", 2);
    start(&work);
    const struct dataset *clips = clips_of(&work, indices, 2, 1);
    for (int i = 0; i < 2; i++) {
        assert_true(same_features(&clips->features[i], &dataset.features[indices[i]]));
        assert_true(clips->features[i].values != dataset.features[indices[i]].values);
    }
    end(&work);
}

/* A batch of four items of different lengths, whose values tell item, frame and band. */
static void fill_batch(struct tensor *batch)
{
    enum { FRAMES = 6, BANDS = 2 };
    ser_error error;
    assert_ok(tensor_resize(batch, 4, FRAMES, BANDS, 1, &error));
    for (int i = 0; i < 4; i++) {
        float values[FRAMES * BANDS];
        for (int k = 0; k < FRAMES * BANDS; k++)
            values[k] = (float)(100 * i + k + 1);
        tensor_set_item(batch, i, values, FRAMES - i, FRAMES - i);
    }
}

static void test_mixes_each_item_with_the_next(void **state)
{
    (void)state;
    static const int targets[] = {2, 0, 1, 0};
    ser_error error;
    struct tensor plain = {0}, mixed = {0};
    struct work work = begin("mixup alpha=2", 1);
    start(&work);
    fill_batch(&plain);
    fill_batch(&mixed);
    const struct target_mixture *mixture;
    assert_ok(augmenter_batch(work.augmenter, &mixed, targets, 3, &mixture, &error));
    assert_non_null(mixture);
    for (int i = 0; i < 4; i++) {
        int next = (i + 1) % 4;
        float share = mixture->shares[i];
        assert_true(share > 0 && share < 1);
        assert_int_equal(mixture->partners[i], targets[next]);
        const float *own = tensor_item(&plain, i), *other = tensor_item(&plain, next);
        for (int t = 0; t < plain.frames; t++)
            for (int b = 0; b < plain.bands; b++) {
                float expected = 0;
                if (t < plain.lengths[i])
                    expected = share * own[t * plain.bands + b] +
                               (1 - share) * other[t % plain.lengths[next] * plain.bands + b];
                assert_float_equal(tensor_item(&mixed, i)[t * plain.bands + b], expected, 1e-4);
            }
    }
    tensor_release(&plain);
    tensor_release(&mixed);
    end(&work);
}

static void test_masks_only_sound(void **state)
{
    (void)state;
    static const int targets[] = {0, 0, 0, 0};
    ser_error error;
    int masked = 0;
    struct tensor plain = {0}, batch = {0};
    struct work work = begin("spec_augment frames=1 frame_width=3", 1);
    start(&work);
    for (uint64_t seed = 0; seed < 20; seed++) {
        fill_batch(&plain);
        fill_batch(&batch);
        const struct target_mixture *mixture;
        assert_ok(augmenter_batch(work.augmenter, &batch, targets, seed, &mixture, &error));
        assert_null(mixture);
        for (size_t k = 0; k < tensor_count(&batch); k++) {
            assert_true(batch.data[k] == 0 || batch.data[k] == plain.data[k]);
            masked += batch.data[k] != plain.data[k];
        }
    }
    assert_true(masked > 20);
    tensor_release(&plain);
    tensor_release(&batch);
    end(&work);
}

static void test_one_clip_has_no_partner(void **state)
{
    (void)state;
    ser_error error;
    const struct target_mixture *mixture;
    struct tensor batch = {0};
    struct work work = begin("mixup", 1);
    start(&work);
    assert_ok(tensor_resize(&batch, 1, 4, 2, 1, &error));
    tensor_set_item(&batch, 0, (const float[8]){1, 2, 3, 4, 5, 6, 7, 8}, 4, 4);
    assert_ok(augmenter_batch(work.augmenter, &batch, (const int[]){1}, 1, &mixture, &error));
    assert_null(mixture);
    assert_float_equal(batch.data[7], 8, 0);
    tensor_release(&batch);
    end(&work);
}

static int set_up(void **state)
{
    (void)state;
    ser_error error;
    struct pool *pool;
    struct network_file file;
    char *folder = small_corpus_write("corpus", TOY_ACTORS);
    small_corpus_read(&corpus, folder);
    small_network_parse(&file);
    struct dataset_settings settings = {
        .clean = file.clean, .features = file.features, .keep_sounds = true};
    assert_ok(pool_create(&pool, 1, &error));
    assert_ok(dataset_load(&dataset, &corpus, &settings, pool, NULL, &error));
    pool_destroy(pool);
    network_file_release(&file);
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dataset_release(&dataset);
    corpus_release(&corpus);
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hears_the_augmented_sound),
        cmocka_unit_test(test_a_sound_that_vanishes_is_heard_as_it_was),
        cmocka_unit_test(test_threads_do_not_matter_and_seeds_do),
        cmocka_unit_test(test_leaves_the_dataset_as_it_is),
        cmocka_unit_test(test_mixes_each_item_with_the_next),
        cmocka_unit_test(test_masks_only_sound),
        cmocka_unit_test(test_one_clip_has_no_partner),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

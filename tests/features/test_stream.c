/* Sound that comes piece by piece gives the frames that the whole gives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/set.h"
#include "near.h"
#include "ser/features.h"

enum { COUNT = 20000 };
static ser_error error;
static float samples[COUNT];

static int fill(void **state)
{
    (void)state;
    struct random random = random_seeded(4, 0);
    for (int i = 0; i < COUNT; i++)
        samples[i] = random_uniform(&random, -0.5f, 0.5f);
    return 0;
}

static ser_extractor *create(const ser_features_settings *settings)
{
    ser_extractor *extractor;
    assert_ok(ser_extractor_create(&extractor, settings, &error));
    return extractor;
}

/* Appends one matrix to another. */
static void join(ser_features *all, const ser_features *part)
{
    size_t had = (size_t)all->frames * (size_t)part->columns;
    size_t more = (size_t)part->frames * (size_t)part->columns;
    all->values = realloc(all->values, (had + more + 1) * sizeof *all->values);
    assert_non_null(all->values);
    if (more)
        memcpy(all->values + had, part->values, more * sizeof *all->values);
    all->frames += part->frames;
    all->columns = part->columns;
}

/* Pieces of `piece` samples, or of random sizes for 0. */
static void expect_like_whole(ser_extractor *extractor, size_t count, size_t piece)
{
    ser_features whole = {0}, part = {0}, all = {0};
    struct random random = random_seeded(5, count);
    assert_ok(ser_extractor_run(extractor, samples, count, &whole, &error));
    for (size_t done = 0; done < count;) {
        size_t next = piece ? piece : (size_t)random_uniform(&random, 0, 900);
        if (next > count - done)
            next = count - done;
        assert_ok(ser_extractor_push(extractor, samples + done, next, &part, &error));
        join(&all, &part);
        done += next;
    }
    assert_ok(ser_extractor_finish(extractor, &part, &error));
    join(&all, &part);
    assert_int_equal(all.frames, whole.frames);
    if (whole.frames)
        assert_memory_equal(all.values, whole.values,
                            (size_t)(whole.frames * whole.columns) * sizeof(float));
    ser_features_release(&whole);
    ser_features_release(&part);
    ser_features_release(&all);
}

static void test_pieces_give_what_the_whole_gives(void **state)
{
    (void)state;
    static const struct {
        int window, hop;
    } layouts[] = {{400, 160}, {400, 400}, {300, 500}, {16, 1}};
    static const size_t counts[] = {0,   1,   15,  16,  299, 300, 399,
                                    400, 401, 500, 799, 800, 801, 3333};
    static const size_t pieces[] = {1, 7, 160, 400, 1000, 5000, 0};
    for (size_t l = 0; l < sizeof layouts / sizeof *layouts; l++) {
        ser_features_settings settings = ser_features_settings_defaults();
        settings.window = layouts[l].window;
        settings.hop = layouts[l].hop;
        ser_extractor *extractor = create(&settings);
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++)
                expect_like_whole(extractor, counts[c], pieces[p]);
        ser_extractor_destroy(extractor);
    }
}

static void test_every_local_set_streams(void **state)
{
    (void)state;
    int streamed = 0;
    for (size_t i = 0; i < ser_feature_set_count(); i++) {
        const ser_feature_set *set = ser_feature_set_at(i);
        ser_features_settings settings;
        assert_ok(ser_features_settings_of(set->name, 16000, &settings, &error));
        ser_extractor *extractor = create(&settings);
        ser_features part = {0};
        if (set->is_local && set->is_local(&settings)) {
            streamed++;
            expect_like_whole(extractor, COUNT, 0);
        } else {
            assert_error(ser_extractor_push(extractor, samples, 100, &part, &error),
                         SER_ERROR_ARGUMENT, "needs the whole sound at once");
            assert_error(ser_extractor_finish(extractor, &part, &error), SER_ERROR_ARGUMENT,
                         "needs the whole sound at once");
        }
        ser_extractor_destroy(extractor);
        ser_features_release(&part);
    }
    assert_true(streamed >= 1);
}

/* Spectra as they are, once they need no sound before their own. */
static void test_spectra_that_are_not_centred_stream(void **state)
{
    (void)state;
    static const char *const names[] = {"stft1025", "mel128"};
    for (int i = 0; i < 2; i++) {
        ser_features_settings settings;
        assert_ok(ser_features_settings_of(names[i], 16000, &settings, &error));
        settings.centred = 0;
        ser_extractor *extractor = create(&settings);
        expect_like_whole(extractor, 700, 0);
        expect_like_whole(extractor, 2048, 0);
        expect_like_whole(extractor, COUNT, 0);
        settings.window = 400;
        ser_extractor_destroy(extractor);
        extractor = create(&settings);
        expect_like_whole(extractor, COUNT, 0);
        ser_extractor_destroy(extractor);
    }
}

static void test_normalised_or_centred_sound_cannot_stream(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    settings.centred = 1;
    for (int i = 0; i < 2; i++) {
        ser_extractor *extractor = create(&settings);
        ser_features part = {0};
        assert_error(ser_extractor_push(extractor, samples, 100, &part, &error), SER_ERROR_ARGUMENT,
                     "logmel64");
        ser_extractor_destroy(extractor);
        settings.centred = 0;
        settings.normalise = SER_NORMALISE_UTTERANCE;
    }
}

static void test_a_bad_sample_ends_the_sound(void **state)
{
    (void)state;
    ser_extractor *extractor = create(NULL);
    ser_features part = {0};
    float bad = NAN;
    assert_ok(ser_extractor_push(extractor, samples, 700, &part, &error));
    assert_error(ser_extractor_push(extractor, &bad, 1, &part, &error), SER_ERROR_ARGUMENT,
                 "sample 0 of 1 is");
    assert_ok(ser_extractor_finish(extractor, &part, &error));
    assert_int_equal(part.frames, 0);
    expect_like_whole(extractor, 2000, 100);
    ser_features_release(&part);
    ser_extractor_destroy(extractor);
}

/* Another sound amid this one is refused, and does this one no harm. */
static void test_serves_nothing_else_until_the_end(void **state)
{
    (void)state;
    ser_extractor *extractor = create(NULL);
    ser_features whole = {0}, part = {0}, other = {0};
    float values[128];
    assert_ok(ser_extractor_run(extractor, samples, 1000, &whole, &error));
    for (int count = 0; count <= 500; count += 500) { /* one of no frames yet, and one of some */
        assert_ok(ser_extractor_push(extractor, samples, (size_t)count, &part, &error));
        assert_error(ser_extractor_run(extractor, samples + 7, 900, &other, &error),
                     SER_ERROR_ARGUMENT, "ser_extractor_finish");
        assert_null(other.values);
        assert_error(ser_extractor_summarise(extractor, samples + 7, 900, values, &error),
                     SER_ERROR_ARGUMENT, "ser_extractor_finish");
    }
    assert_int_equal(part.frames, 1);
    assert_ok(ser_extractor_push(extractor, samples + 500, 500, &part, &error));
    assert_int_equal(part.frames, whole.frames - 1);
    assert_memory_equal(part.values, whole.values + 64, (size_t)part.frames * 64 * sizeof(float));
    assert_ok(ser_extractor_finish(extractor, &part, &error));
    assert_ok(ser_extractor_summarise(extractor, samples, 900, values, &error));
    ser_features_release(&whole);
    ser_features_release(&part);
    ser_extractor_destroy(extractor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_give_what_the_whole_gives),
        cmocka_unit_test(test_every_local_set_streams),
        cmocka_unit_test(test_spectra_that_are_not_centred_stream),
        cmocka_unit_test(test_normalised_or_centred_sound_cannot_stream),
        cmocka_unit_test(test_a_bad_sample_ends_the_sound),
        cmocka_unit_test(test_serves_nothing_else_until_the_end),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, fill, NULL);
}

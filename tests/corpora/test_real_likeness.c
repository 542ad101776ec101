/* How alike real recordings are: prints the figures of docs/doctor.md, between which the doctor
 * draws its lines. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "corpora/doctor/sound_check.h"

static ser_error error;

struct measured {
    char name[64]; /* without folder and ending: the same of a recording and its copies */
    struct sound sound;
};

struct collection {
    struct measured *items;
    size_t count;
};

static void name_of(char name[64], const char *path)
{
    const char *start = file_name(path), *dot = strrchr(start, '.');
    assert_non_null(dot);
    assert_in_range(dot - start, 1, 63);
    memcpy(name, start, (size_t)(dot - start));
    name[dot - start] = 0;
}

static int has(const struct collection *collection, const char *name)
{
    for (size_t i = 0; i < collection->count; i++)
        if (!strcmp(collection->items[i].name, name))
            return 1;
    return 0;
}

/* Measures the recordings in a folder, all or those that have a copy in `others`. The second name
 * that RAVDESS gives to one recording is passed over. */
static void collect(struct collection *collection, const char *folder,
                    const struct collection *others)
{
    struct file_list list = {0};
    assert_ok(file_list_add(&list, folder, file_is_sound, &error));
    collection->items =
        realloc(collection->items, (collection->count + list.count) * sizeof *collection->items);
    assert_non_null(collection->items);
    for (size_t i = 0; i < list.count; i++) {
        struct measured *item = &collection->items[collection->count];
        struct sound_file file = {0};
        ser_audio audio = {0};
        name_of(item->name, list.paths[i]);
        if ((others && !has(others, item->name)) || !strcmp(item->name, "03-01-03-01-02-02-07"))
            continue;
        sound_decode(&file, &audio, list.paths[i]);
        assert_int_equal(file.status, SER_OK);
        assert_true(sound_measure(&item->sound, &audio, NULL));
        ser_audio_release(&audio);
        collection->count++;
    }
    file_list_release(&list);
}

/* By how much the levels of 32 stretches differ on average. */
static double difference(const struct sound *a, const struct sound *b)
{
    double sum = 0;
    for (int i = 0; i < SOUND_PROFILE; i++)
        sum += fabs((double)a->level[i] - (double)b->level[i]);
    return sum / SOUND_PROFILE;
}

struct comparison {
    int pairs, near; /* near: within the doctor's limit for copies of other names, 0.01 */
    double farthest;
};

/* Compares every recording with its copies in the other collection. */
static struct comparison compare(const struct collection *originals,
                                 const struct collection *copies)
{
    struct comparison result = {0};
    for (size_t i = 0; i < originals->count; i++)
        for (size_t j = 0; j < copies->count; j++) {
            const struct measured *a = &originals->items[i], *b = &copies->items[j];
            if (strcmp(a->name, b->name) != 0)
                continue;
            assert_true(sound_alike(&a->sound, &b->sound));
            double value = difference(&a->sound, &b->sound);
            result.farthest = fmax(result.farthest, value);
            result.near += value < 0.01;
            result.pairs++;
        }
    return result;
}

static void test_copies_of_real_recordings_are_alike(void **state)
{
    (void)state;
    support_data("originals");
    support_data("tess");
    support_data("ravdess");
    struct collection originals = {0}, ravdess = {0}, tess = {0};
    collect(&originals, support_data("originals"), NULL);
    collect(&ravdess, support_data("ravdess"), &originals);
    collect(&tess, support_data("tess"), &originals);
    struct comparison resampled = compare(&originals, &ravdess), coded = compare(&originals, &tess);
    print_message("# copies at another rate: %d pairs, %d of which differ by less than 0.01, the "
                  "farthest by %.3f\n",
                  resampled.pairs, resampled.near, resampled.farthest);
    print_message("# copies as Opus: %d pairs, the farthest differ by %.3f\n", coded.pairs,
                  coded.farthest);
    assert_true(resampled.pairs >= 10 && resampled.near * 10 >= resampled.pairs * 9);
    assert_true(resampled.farthest < 0.03);
    assert_true(coded.pairs >= 4 && coded.farthest < 0.08);
    free(originals.items);
    free(ravdess.items);
    free(tess.items);
}

static void test_other_recordings_are_not_alike(void **state)
{
    (void)state;
    support_data("ravdess");
    support_data("ravdess-song");
    struct collection all = {0};
    collect(&all, support_data("ravdess"), NULL);
    collect(&all, support_data("ravdess-song"), NULL);
    double nearest = INFINITY;
    int pairs = 0, alike = 0;
    for (size_t i = 0; i < all.count; i++)
        for (size_t j = i + 1; j < all.count; j++) {
            const struct sound *a = &all.items[i].sound, *b = &all.items[j].sound;
            if (fabs(a->seconds - b->seconds) > 0.05)
                continue;
            nearest = fmin(nearest, difference(a, b));
            alike += sound_alike(a, b);
            pairs++;
        }
    print_message("# other recordings: %d pairs of one length, the nearest differ by %.3f; %d by "
                  "less than 0.1\n",
                  pairs, nearest, alike);
    assert_true(pairs > 10000 && nearest > 0.02 && alike * 200 < pairs);
    free(all.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies_of_real_recordings_are_alike),
        cmocka_unit_test(test_other_recordings_are_not_alike),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

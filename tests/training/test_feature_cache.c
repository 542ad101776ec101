#define _GNU_SOURCE
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "training/feature_cache.h"

static struct recording recording; /* of a scratch file that holds "sound" */

static ser_features make_features(float first)
{
    ser_features features = {.frames = 3, .columns = 2};
    features.values = malloc(6 * sizeof(float));
    for (int i = 0; i < 6; i++)
        features.values[i] = first + (float)i;
    return features;
}

static struct feature_cache open_cache(const char *name, const char *settings)
{
    ser_error error;
    struct feature_cache cache;
    char *folder = support_scratch(name);
    assert_ok(feature_cache_open(&cache, folder, settings, &error));
    free(folder);
    return cache;
}

/* Stores features for the recording under these settings. */
static void store(const struct feature_cache *cache, float first)
{
    struct hash key;
    ser_features found = {0}, features = make_features(first);
    assert_false(feature_cache_load(cache, &recording, &found, &key));
    feature_cache_store(cache, key, &features);
    ser_features_release(&features);
}

/* The first value of the entry, or -1 where there is none. */
static float look_up(const struct feature_cache *cache, const struct recording *wanted)
{
    struct hash key;
    ser_features found = {0};
    float value = -1;
    if (feature_cache_load(cache, wanted, &found, &key)) {
        assert_int_equal(found.frames, 3);
        assert_int_equal(found.columns, 2);
        assert_float_equal(found.values[5] - found.values[0], 5, 0);
        value = found.values[0];
    }
    ser_features_release(&found);
    return value;
}

/* The only entry of a cache. */
static char *only_entry(const struct feature_cache *cache)
{
    ser_error error;
    struct file_list list = {0};
    assert_ok(file_list_add(&list, cache->folder, NULL, &error));
    assert_int_equal(list.count, 1);
    char *path = strdup(list.paths[0]);
    file_list_release(&list);
    return path;
}

static void test_gives_back_what_was_kept(void **state)
{
    (void)state;
    struct feature_cache cache = open_cache("kept", "{}");
    store(&cache, 10);
    assert_float_equal(look_up(&cache, &recording), 10, 0);
    feature_cache_close(&cache);
    cache = open_cache("kept", "{}"); /* by another run */
    assert_float_equal(look_up(&cache, &recording), 10, 0);
    feature_cache_close(&cache);
    feature_cache_close(&cache);
}

/* The name of a file does not matter, its content does; so do the piece and the settings. */
static void test_the_key_is_what_features_are_made_from(void **state)
{
    (void)state;
    struct feature_cache cache = open_cache("keys", "{\"mels\": 64}");
    struct feature_cache other = open_cache("keys", "{\"mels\": 65}");
    struct recording wanted = recording;
    store(&cache, 10);
    wanted.path = support_write("renamed.wav", "sound", 5);
    assert_float_equal(look_up(&cache, &wanted), 10, 0);
    assert_float_equal(look_up(&other, &wanted), -1, 0);
    wanted.start = 0.5;
    assert_float_equal(look_up(&cache, &wanted), -1, 0);
    wanted.start = 0;
    wanted.channel = 2;
    assert_float_equal(look_up(&cache, &wanted), -1, 0);
    wanted.channel = 0;
    free(support_write("renamed.wav", "Sound", 5));
    assert_float_equal(look_up(&cache, &wanted), -1, 0);
    free(wanted.path);
    feature_cache_close(&cache);
    feature_cache_close(&other);
}

static void test_damaged_entries_are_not_believed(void **state)
{
    (void)state;
    ser_error error;
    struct feature_cache cache = open_cache("damaged", "{}");
    store(&cache, 10);
    char *path = only_entry(&cache), *bytes;
    size_t size;
    assert_ok(file_read(path, 1000, &bytes, &size, &error));
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 4;
        assert_ok(file_write(path, bytes, size, &error));
        assert_float_equal(look_up(&cache, &recording), -1, 0);
        bytes[i] ^= 4;
    }
    for (size_t length = 0; length < size; length += 7) {
        assert_ok(file_write(path, bytes, length, &error));
        assert_float_equal(look_up(&cache, &recording), -1, 0);
    }
    store(&cache, 20); /* and are replaced */
    assert_float_equal(look_up(&cache, &recording), 20, 0);
    free(bytes);
    free(path);
    feature_cache_close(&cache);
}

static void test_several_processes_share_a_folder(void **state)
{
    (void)state;
    enum { PROCESSES = 4 };
    int failed = 0;
    for (int i = 0; i < PROCESSES; i++) {
        if (fork())
            continue;
        struct feature_cache cache = open_cache("shared", "{}");
        for (int turn = 0; turn < 50; turn++) {
            struct hash key;
            ser_features found = {0}, features = make_features(30);
            if (feature_cache_load(&cache, &recording, &found, &key))
                failed |= found.values[0] < 30 || found.values[0] > 30;
            feature_cache_store(&cache, key, &features);
            ser_features_release(&found);
            ser_features_release(&features);
        }
        feature_cache_close(&cache);
        _exit(failed);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_true(wait(&status) > 0);
        failed |= status;
    }
    assert_int_equal(failed, 0);
    struct feature_cache cache = open_cache("shared", "{}");
    free(only_entry(&cache)); /* nothing else was left lying about */
    assert_float_equal(look_up(&cache, &recording), 30, 0);
    feature_cache_close(&cache);
}

static void test_removes_what_nobody_used_for_long(void **state)
{
    (void)state;
    ser_error error;
    struct feature_cache cache = open_cache("old", "{}");
    store(&cache, 10);
    char *path = only_entry(&cache), *foreign = NULL;
    struct timespec long_ago[2] = {{.tv_sec = time(NULL) - 86400L * (FEATURE_CACHE_DAYS + 1)},
                                   {.tv_sec = time(NULL) - 86400L * (FEATURE_CACHE_DAYS + 1)}};
    *strrchr(path, '/') = 0; /* the folder of the entry, which holds something else too */
    assert_true(asprintf(&foreign, "%s/mine.features", path) > 0);
    assert_ok(file_write(foreign, "x", 1, &error));
    assert_int_equal(utimensat(AT_FDCWD, foreign, long_ago, 0), 0);
    free(path);

    struct file_list list = {0};
    assert_ok(file_list_add(&list, cache.folder, NULL, &error));
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(utimensat(AT_FDCWD, list.paths[i], long_ago, 0), 0);
    /* Used once more, it stays … */
    assert_float_equal(look_up(&cache, &recording), 10, 0);
    feature_cache_close(&cache);
    cache = open_cache("old", "{}");
    assert_float_equal(look_up(&cache, &recording), 10, 0);
    /* … and goes when it was not. Files that are none of the cache's stay whatever their age. */
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(utimensat(AT_FDCWD, list.paths[i], long_ago, 0), 0);
    feature_cache_close(&cache);
    cache = open_cache("old", "{}");
    assert_float_equal(look_up(&cache, &recording), -1, 0);
    assert_int_equal(access(foreign, F_OK), 0);
    file_list_release(&list);
    free(foreign);
    feature_cache_close(&cache);
}

static void test_nothing_is_kept_without_a_folder(void **state)
{
    (void)state;
    ser_error error;
    struct feature_cache cache;
    assert_ok(feature_cache_open(&cache, NULL, "{}", &error));
    store(&cache, 10);
    assert_float_equal(look_up(&cache, &recording), -1, 0);
    feature_cache_close(&cache);
}

static void test_failures_to_write_are_no_failures(void **state)
{
    (void)state;
    ser_error error;
    struct feature_cache cache;
    char *missing = support_scratch("absent/cache"), *file = support_write("file", "x", 1);
    assert_error(feature_cache_open(&cache, missing, "{}", &error), SER_ERROR_IO, missing);
    feature_cache_close(&cache);
    assert_error(feature_cache_open(&cache, file, "{}", &error), SER_ERROR_IO, file);
    feature_cache_close(&cache);
    cache = open_cache("vanishing", "{}");
    assert_int_equal(rmdir(cache.folder), 0);
    store(&cache, 10);
    assert_float_equal(look_up(&cache, &recording), -1, 0);
    struct recording lost = {.path = missing};
    assert_float_equal(look_up(&cache, &lost), -1, 0);
    feature_cache_close(&cache);
    free(missing);
    free(file);
}

static int prepare(void **state)
{
    (void)state;
    recording.path = support_write("sound.wav", "sound", 5);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    free(recording.path);
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_back_what_was_kept),
        cmocka_unit_test(test_the_key_is_what_features_are_made_from),
        cmocka_unit_test(test_damaged_entries_are_not_believed),
        cmocka_unit_test(test_several_processes_share_a_folder),
        cmocka_unit_test(test_removes_what_nobody_used_for_long),
        cmocka_unit_test(test_nothing_is_kept_without_a_folder),
        cmocka_unit_test(test_failures_to_write_are_no_failures),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, prepare, clean_up);
}

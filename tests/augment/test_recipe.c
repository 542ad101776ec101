/* Reading recipes: what is accepted, what is refused and in which words; and the ones that come
 * with ser. */
#include "sounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static ser_status parse(struct augment_recipe *recipe, const char *text, int rate, ser_error *error)
{
    json_t *root = NULL;
    *recipe = (struct augment_recipe){0};
    ser_status status = json_parse(&root, text, strlen(text), "r.json", error);
    if (!status)
        status = augment_recipe_parse(recipe, root, "r.json", NULL, rate, error);
    json_decref(root);
    return status;
}

static void refuse(const char *text, const char *part)
{
    ser_error error;
    struct augment_recipe recipe;
    assert_error(parse(&recipe, text, RATE, &error), SER_ERROR_FORMAT, part);
    augment_recipe_release(&recipe);
}

/* One augmentation, given as what stands between its braces. */
static void refuse_step(const char *step, const char *part)
{
    char text[512];
    snprintf(text, sizeof text, "{\"name\": \"x\", \"augmentations\": [{%s}]}", step);
    refuse(text, part);
}

static void test_reads_all_of_it(void **state)
{
    (void)state;
    ser_error error;
    struct augment_recipe recipe;
    assert_ok(parse(&recipe,
                    "{\"name\": \"both\", \"description\": \"two\", \"augmentations\": ["
                    "{\"name\": \"noise\", \"probability\": 0.25, \"kind\": \"pink\","
                    " \"snr\": [3, 4.5]},"
                    "{\"name\": \"spec_augment\", \"bands\": 3}]}",
                    RATE, &error));
    assert_string_equal(recipe.name, "both");
    assert_string_equal(recipe.description, "two");
    assert_int_equal(recipe.count, 2);
    const struct augment_step *noise = &recipe.steps[0], *mask = &recipe.steps[1];
    assert_ptr_equal(noise->kind, &augmentation_noise);
    assert_true(noise->probability == 0.25);
    assert_true(noise->ranges[0].low == 1);
    assert_true(noise->ranges[1].low == 3 && noise->ranges[1].high == 4.5);
    assert_null(noise->folder);
    assert_true(mask->probability == 1);
    assert_true(mask->ranges[0].low == 3 && mask->ranges[0].high == 3);
    assert_true(mask->ranges[1].low == 0 && mask->ranges[1].high == 8); /* the default */
    augment_recipe_release(&recipe);
    augment_recipe_release(&recipe);
}

static void test_refuses_wrong_files(void **state)
{
    (void)state;
    refuse("[]", "expected an object");
    refuse("{}", "\"name\" is missing");
    refuse("{\"name\": \"\", \"augmentations\": []}", "\"name\" is empty");
    refuse("{\"name\": \"x\"}", "\"augmentations\" is missing");
    refuse("{\"name\": \"x\", \"augmentations\": {}}", "expected an array");
    refuse("{\"name\": \"x\", \"augmentations\": []}", "holds 0, expected 1 to 32");
    refuse("{\"name\": \"x\", \"augmentations\": [3]}", "augmentation 1: found a whole number");
    refuse("{\"name\": \"x\", \"augmentation\": [], \"augmentations\": []}", "is unknown here");
    refuse("{\"name\": \"x\", \"augmentations\": [{\"name\": \"gain\"}, {\"name\": \"gian\"}]}",
           "r.json: augmentation 2: key \"name\" is \"gian\"");
    refuse("{\"name\": ", "expected JSON");
}

static void test_refuses_wrong_settings(void **state)
{
    (void)state;
    refuse_step("\"name\": \"gain\", \"probability\": 1.5", "\"probability\" is 1.5");
    refuse_step("\"name\": \"gain\", \"gian\": 1", "\"gian\" is unknown");
    refuse_step("\"name\": \"gain\", \"gain\": \"loud\"", "a number of -60 to 40 dB, or a range");
    refuse_step("\"name\": \"gain\", \"gain\": 41", "a number of -60 to 40 dB, or a range");
    refuse_step("\"name\": \"gain\", \"gain\": null", "a number of -60 to 40 dB, or a range");
    refuse_step("\"name\": \"gain\", \"gain\": [1]", "a range of them, [low, high]");
    refuse_step("\"name\": \"gain\", \"gain\": [1, 2, 3]", "a range of them, [low, high]");
    refuse_step("\"name\": \"gain\", \"gain\": [1, 41]", "a range of them, [low, high]");
    refuse_step("\"name\": \"gain\", \"gain\": [[1], 2]", "a range of them, [low, high]");
    refuse_step("\"name\": \"gain\", \"gain\": [2, 1]", "[2, 1], expected the lower bound first");
    refuse_step("\"name\": \"spec_augment\", \"bands\": 1.5", "a whole number of 0 to 20");
    refuse_step("\"name\": \"noise\", \"kind\": \"blue\"", "one of white, pink, files");
    refuse_step("\"name\": \"noise\", \"folder\": \"x\"", "does not go with this kind");
    refuse_step("\"name\": \"noise\", \"kind\": \"files\"", "\"folder\" is missing");
    refuse_step("\"name\": \"noise\", \"kind\": \"files\", \"folder\": \"\"", "is empty");
    refuse_step("\"name\": \"noise\", \"kind\": \"files\", \"folder\": 3", "expected a text");
}

static char last_remark[SER_ERROR_LENGTH];
static int remarks;

static void catch_remark(void *user, ser_log_level level, const char *message)
{
    (void)user;
    remarks += level == SER_LOG_WARNING;
    snprintf(last_remark, sizeof last_remark, "%s", message);
}

static char *write_folder_recipe(const char *name, const char *folder)
{
    char text[512];
    int size = snprintf(text, sizeof text,
                        "{\"name\": \"x\", \"augmentations\": [{\"name\": \"noise\", \"kind\": "
                        "\"files\", \"folder\": \"%s\"}]}",
                        folder);
    return support_write(name, text, (size_t)size);
}

/* The folder is found beside the recipe; what is damaged or silent is left out. */
static void test_reads_recordings_beside_the_recipe(void **state)
{
    (void)state;
    ser_error error;
    struct augment_recipe recipe;
    char *folder = support_scratch("noises"), *deep = support_scratch("noises/deep");
    char *one = support_scratch("noises/a.wav"), *two = support_scratch("noises/deep/b.flac");
    char *mute = support_scratch("noises/mute.wav"), *bad = support_scratch("noises/bad.wav");
    ser_audio noise = sound_noise(1, 0.5, 8000, 8000), silence = sound_silent(RATE, 100);
    assert_ok(file_make_folder(folder, &error));
    assert_ok(file_make_folder(deep, &error));
    assert_ok(ser_audio_save(&noise, one, &error));
    assert_ok(ser_audio_save(&noise, two, &error));
    assert_ok(ser_audio_save(&silence, mute, &error));
    assert_ok(file_write(bad, "no sound", 8, &error));
    char *path = write_folder_recipe("beside.json", "noises");
    remarks = 0;
    ser_log_set_callback(catch_remark, NULL);
    assert_ok(augment_recipe_read(&recipe, path, RATE, &error));
    ser_log_set_callback(NULL, NULL);
    assert_int_equal(remarks, 2);
    assert_non_null(strstr(last_remark, "mute.wav: is silent; left out"));
    assert_int_equal(recipe.steps[0].bank.count, 2);
    assert_int_equal(recipe.steps[0].bank.sounds[0].rate, RATE);
    assert_int_equal(recipe.steps[0].bank.sounds[0].frames, 16000);
    assert_string_equal(recipe.steps[0].folder, "noises"); /* as written */
    augment_recipe_release(&recipe);
    assert_ok(augment_recipe_read(&recipe, path, 0, &error)); /* only looked at */
    assert_int_equal(recipe.steps[0].bank.count, 0);
    augment_recipe_release(&recipe);
    char *paths[] = {folder, deep, one, two, mute, bad, path};
    for (int i = 0; i < 7; i++)
        free(paths[i]);
    ser_audio_release(&noise);
    ser_audio_release(&silence);
}

static void test_refuses_folders_without_sound(void **state)
{
    (void)state;
    ser_error error;
    struct augment_recipe recipe;
    char *folder = support_scratch("nothing"), *gone = support_scratch("gone.json");
    assert_ok(file_make_folder(folder, &error));
    char *path = write_folder_recipe("empty.json", "nothing");
    assert_error(augment_recipe_read(&recipe, path, RATE, &error), SER_ERROR_FORMAT,
                 "augmentation 1: ");
    assert_non_null(strstr(error.message, "no usable recording among 0 files"));
    augment_recipe_release(&recipe);
    char *missing = write_folder_recipe("missing.json", "nowhere");
    assert_error(augment_recipe_read(&recipe, missing, RATE, &error), SER_ERROR_IO, "nowhere");
    augment_recipe_release(&recipe);
    assert_error(augment_recipe_read(&recipe, gone, RATE, &error), SER_ERROR_IO, "gone.json");
    augment_recipe_release(&recipe);
    free(folder);
    free(gone);
    free(path);
    free(missing);
}

/* What it writes, it reads again as the same. */
static void check_round_trip(const struct augment_recipe *recipe)
{
    ser_error error;
    struct augment_recipe again;
    json_t *first = augment_recipe_to_json(recipe);
    assert_non_null(first);
    assert_ok(augment_recipe_parse(&again, first, "again", NULL, 0, &error));
    json_t *second = augment_recipe_to_json(&again);
    assert_true(json_equal(first, second));
    json_decref(first);
    json_decref(second);
    augment_recipe_release(&again);
}

static void test_shipped_recipes(void **state)
{
    (void)state;
    ser_error error;
    struct file_list list = {0};
    const char *root = getenv("SER_SOURCE_ROOT");
    char folder[1024];
    if (!root)
        skip();
    snprintf(folder, sizeof folder, "%s/recipes", root);
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_true(list.count >= 3);
    for (size_t i = 0; i < list.count; i++) {
        struct augment_recipe recipe;
        assert_ok(augment_recipe_read(&recipe, list.paths[i], RATE, &error));
        assert_true(*recipe.description != 0);
        const char *name = file_name(list.paths[i]);
        assert_int_equal(strncmp(name, recipe.name, strlen(recipe.name)), 0);
        assert_string_equal(name + strlen(recipe.name), ".json");
        check_round_trip(&recipe);
        augment_recipe_release(&recipe);
    }
    file_list_release(&list);
}

static void test_steps_on_a_line(void **state)
{
    (void)state;
    ser_error error;
    struct augment_recipe recipe;
    assert_ok(augment_recipe_parse_steps(&recipe,
                                         "noise kind=pink snr=5..15 ,\n pitch semitones=-2..-1.5"
                                         " probability=0.5,spec_augment frames=1..3, shift",
                                         RATE, &error));
    assert_int_equal(recipe.count, 4);
    assert_true(recipe.steps[0].ranges[0].low == 1);
    assert_true(recipe.steps[0].ranges[1].low == 5 && recipe.steps[0].ranges[1].high == 15);
    assert_true(recipe.steps[1].ranges[0].low == -2 && recipe.steps[1].ranges[0].high == -1.5);
    assert_true(recipe.steps[1].probability == 0.5);
    assert_true(recipe.steps[2].ranges[2].low == 1 && recipe.steps[2].ranges[2].high == 3);
    check_round_trip(&recipe);
    augment_recipe_release(&recipe);
}

static void refuse_steps(const char *text, const char *part)
{
    ser_error error;
    struct augment_recipe recipe;
    assert_error(augment_recipe_parse_steps(&recipe, text, RATE, &error), SER_ERROR_FORMAT, part);
    augment_recipe_release(&recipe);
}

static void test_refuses_wrong_steps(void **state)
{
    (void)state;
    refuse_steps("", "one is empty");
    refuse_steps("gain,", "one is empty");
    refuse_steps("gian", "\"gian\"");
    refuse_steps("gain loud", "\"loud\" has no value");
    refuse_steps("gain gain=", "expects a number");
    refuse_steps("gain gain=x", "expects a number");
    refuse_steps("gain gain=1..", "expects a number");
    refuse_steps("gain gain=..1", "expects a number");
    refuse_steps("gain gain=3..2", "lower bound first");
    refuse_steps("gain gain=nan", "expects a number");
    refuse_steps("gain gain=1e999", "expects a number");
    refuse_steps("gain gain=1..inf", "expects a number");
    refuse_steps("gain gain=1 gain=2", "set twice");
    refuse_steps("gain name=pitch", "set twice");
    refuse_steps("gain =1", "is unknown");
    refuse_steps("g\xff", "UTF-8");
    refuse_steps("noise kind=\xff", "UTF-8");
}

static int tear_down(void **state)
{
    (void)state;
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_all_of_it),
        cmocka_unit_test(test_refuses_wrong_files),
        cmocka_unit_test(test_refuses_wrong_settings),
        cmocka_unit_test(test_reads_recordings_beside_the_recipe),
        cmocka_unit_test(test_refuses_folders_without_sound),
        cmocka_unit_test(test_shipped_recipes),
        cmocka_unit_test(test_steps_on_a_line),
        cmocka_unit_test(test_refuses_wrong_steps),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}

#define _GNU_SOURCE
#include "run_ser.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "augment/augmentation.h"
#include "base/file.h"
#include "corpora/corpus.h"
#include "ser/audio.h"

enum { RATE = 8000, FRAMES = 4000 };

static void write_sound(const char *folder, const char *name)
{
    char path[1024];
    float samples[FRAMES];
    for (int i = 0; i < FRAMES; i++)
        samples[i] = 0.5f * (float)(i % 40 - 20) / 20;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_wav(path, samples, FRAMES, RATE, 1);
}

/* A folder with two recordings, one of them in a folder of its own. */
static char *make_folder(const char *name)
{
    ser_error error;
    char deep[1024], *folder = support_scratch(name);
    snprintf(deep, sizeof deep, "%s/deep", folder);
    assert_ok(file_make_folder(folder, &error));
    assert_ok(file_make_folder(deep, &error));
    write_sound(folder, "a.wav");
    write_sound(deep, "b, c.wav");
    return folder;
}

static char *path_of(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

static int exists(const char *folder, const char *name)
{
    char *path = path_of(folder, name);
    int found = !access(path, F_OK);
    free(path);
    return found;
}

static void assert_same(const char *folder, const char *name, const char *other_folder,
                        const char *other_name, int expected)
{
    char *one = path_of(folder, name), *two = path_of(other_folder, other_name);
    assert_int_equal(same_files(one, two), expected);
    free(one);
    free(two);
}

static const char steps[] = "gain, noise snr=0..40, pitch probability=0.5";

#define AUGMENT(...) RUN("augment", "--steps", steps, __VA_ARGS__)

static void test_makes_copies_and_a_manifest(void **state)
{
    (void)state;
    size_t size;
    char *in = make_folder("in"), *out = support_scratch("out"), expected[4096];
    struct ran ran = AUGMENT("--copies", "2", "--seed", "5", in, out);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    assert_non_null(strstr(ran.out, "4 augmented from 2 recordings (recipe steps, seed 5)"));
    char *manifest = path_of(out, "manifest.csv"), *text = read_whole(manifest, &size);
    snprintf(expected, sizeof expected,
             "path,corpus,name,speaker,sex,age,emotion,heard,voice,intensity,text,language,channel,"
             "start,end,original,recipe,seed,copy\n"
             "a-aug1.wav,,,,,,,,speech,,,,,,,%s/a.wav,steps,5,1\n"
             "a-aug2.wav,,,,,,,,speech,,,,,,,%s/a.wav,steps,5,2\n"
             "\"deep/b, c-aug1.wav\",,,,,,,,speech,,,,,,,\"%s/deep/b, c.wav\",steps,5,1\n"
             "\"deep/b, c-aug2.wav\",,,,,,,,speech,,,,,,,\"%s/deep/b, c.wav\",steps,5,2\n",
             in, in, in, in);
    assert_string_equal(text, expected);
    assert_true(exists(out, "a-aug2.wav") && exists(out, "deep/b, c-aug1.wav"));
    assert_same(out, "a-aug1.wav", out, "a-aug2.wav", 0);
    ran_release(&ran);
    free(in);
    free(out);
    free(manifest);
    free(text);
}

/* Copies of a corpus's recordings keep all that is known of them, and know their original. */
static void test_copies_of_a_corpus_are_a_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    char *in = small_corpus_write("labelled", 1), *out = support_scratch("labelled-out");
    struct ran ran = AUGMENT("--copies", "2", in, out);
    assert_code(&ran, 0);
    assert_ok(corpus_read(&corpus, (const char *const[]){in, out}, 2, NULL, &error));
    int originals = SMALL_EMOTIONS * SMALL_TAKES;
    assert_int_equal(corpus.count, 3 * originals);
    for (int i = 0; i < corpus.count; i++) {
        const struct recording *first = &corpus.recordings[i / 3 * 3];
        const struct recording *recording = &corpus.recordings[i];
        assert_string_equal(recording->corpus, "ravdess");
        assert_string_equal(recording->speaker, "01");
        assert_string_equal(recording->emotion, first->emotion);
        assert_string_equal(recording_source(recording), first->name);
        assert_int_equal(*recording->original != 0, i % 3 > 0);
    }
    corpus_release(&corpus);
    ran_release(&ran);
    free(in);
    free(out);
}

/* A recording's copies do not depend on what else lies in the folder, nor on the threads. */
static void test_the_seed_decides(void **state)
{
    (void)state;
    ser_error error;
    char *in = make_folder("seeded"), *more = make_folder("more");
    char *one = support_scratch("one"), *two = support_scratch("two");
    char *three = support_scratch("three");
    write_sound(more, "0.wav");
    assert_ok(file_make_folder(one, &error));
    assert_ok(file_make_folder(two, &error));
    assert_ok(file_make_folder(three, &error));
    struct ran a = AUGMENT("--seed", "7", "-j", "1", in, one);
    struct ran b = AUGMENT("--seed", "7", "-j", "3", more, two);
    struct ran c = AUGMENT("--seed", "8", in, three);
    assert_code(&a, 0);
    assert_code(&b, 0);
    assert_code(&c, 0);
    assert_same(one, "a-aug1.wav", two, "a-aug1.wav", 1);
    assert_same(one, "deep/b, c-aug1.wav", two, "deep/b, c-aug1.wav", 1);
    assert_same(one, "a-aug1.wav", three, "a-aug1.wav", 0);
    assert_same(one, "a-aug1.wav", one, "deep/b, c-aug1.wav", 0); /* equal originals */
    ran_release(&a);
    ran_release(&b);
    ran_release(&c);
    free(in);
    free(more);
    free(one);
    free(two);
    free(three);
}

static void test_one_file(void **state)
{
    (void)state;
    ser_error error;
    ser_audio audio;
    char *in = make_folder("single"), *file = path_of(in, "a.wav");
    char *out = support_scratch("single.flac"), *folder = support_scratch("");
    struct ran ran =
        RUN("augment", "--steps", "stretch factor=1.5, gain gain=40", "--rate", "8000", file, out);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "1 augmented from 1 recording ("));
    assert_ok(ser_audio_load(&audio, out, &(ser_audio_settings){0}, &error));
    assert_int_equal(audio.rate, RATE);
    assert_int_equal(audio.frames, 3 * FRAMES / 2);
    /* Made softer, not clipped: of a saw's samples few are at the peak. */
    size_t full = 0;
    for (size_t i = 0; i < audio.frames; i++)
        full += audio.samples[i] > 0.999f || audio.samples[i] < -0.999f;
    assert_true(full > 0 && full < audio.frames / 100);
    assert_false(exists(folder, "manifest.csv"));
    ran_release(&ran);
    ran = RUN("augment", "--steps", "gain", file, out);
    assert_usage_error(ran, "exists; '--force' replaces it");
    ran = RUN("augment", "--steps", "gain", "--force", file, out);
    assert_code(&ran, 0);
    ran_release(&ran);
    ser_audio_release(&audio);
    free(in);
    free(file);
    free(out);
    free(folder);
}

static void test_goes_on_after_a_bad_file(void **state)
{
    (void)state;
    ser_error error;
    size_t size;
    char *in = make_folder("bad"), *out = support_scratch("bad-out/");
    char *bad = path_of(in, "bad.wav");
    assert_ok(file_write(bad, "no sound", 8, &error));
    struct ran ran = AUGMENT(in, out);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    assert_non_null(strstr(ran.err, "bad.wav"));
    char *manifest = path_of(out, "manifest.csv"), *text = read_whole(manifest, &size);
    assert_int_equal(count_texts(text, "\n"), 3);
    assert_null(strstr(text, "bad.wav"));
    struct ran again = AUGMENT(in, out);
    assert_usage_error(again, "exist; '--force' replaces them");
    ran_release(&ran);
    free(in);
    free(out);
    free(bad);
    free(manifest);
    free(text);
}

/* Steps that work on no files are said to be left out. */
static void test_remarks_on_other_stages(void **state)
{
    (void)state;
    char *in = make_folder("stages"), *out = support_scratch("stages-out/");
    struct ran ran = RUN("augment", "--steps", "gain, mixup", in, out);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.err, "also changes features or batches in training"));
    assert_usage_error(RUN("augment", "--force", "--steps", "mixup", in, out), "changes no sound");
    ran_release(&ran);
    free(in);
    free(out);
}

static void test_reads_recipes(void **state)
{
    (void)state;
    const char *root = getenv("SER_SOURCE_ROOT");
    char path[1024], *in = make_folder("recipes"), *out = support_scratch("recipes-out/");
    if (!root)
        skip();
    snprintf(path, sizeof path, "%s/recipes/noisy.json", root);
    struct ran ran = RUN("augment", "--recipe", path, "--format", "ogg", in, out);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "recipe noisy"));
    assert_true(exists(out, "a-aug1.ogg"));
    assert_failure(RUN("augment", "--force", "--recipe", "nothing", in, out), "nothing");
    char *wrong = support_write("wrong.json", "{}", 2);
    assert_failure(RUN("augment", "--force", "--recipe", wrong, in, out), "wrong.json");
    ran_release(&ran);
    free(in);
    free(out);
    free(wrong);
}

static void test_lists_all(void **state)
{
    (void)state;
    struct ran text = RUN("augment", "--list"), json = RUN("augment", "--list", "--json");
    assert_code(&text, 0);
    assert_code(&json, 0);
    json_t *list = json_loads(json.out, 0, NULL);
    size_t count = 0;
    for (; augmentations[count]; count++)
        assert_non_null(strstr(text.out, augmentations[count]->name));
    assert_int_equal(json_array_size(list), count);
    json_decref(list);
    ran_release(&text);
    ran_release(&json);
}

static void test_usage_errors(void **state)
{
    (void)state;
    char *in = make_folder("usage"), *out = support_scratch("usage-out/");
    assert_usage_error(RUN("augment"), "'--recipe' is missing");
    assert_usage_error(RUN("augment", in, out), "'--recipe' is missing");
    assert_usage_error(AUGMENT(in), "where to write");
    assert_usage_error(AUGMENT(in, out, out), "where to write");
    assert_usage_error(AUGMENT("--recipe", "speech", in, out), "choose one");
    assert_usage_error(AUGMENT("--copies", "0", in, out), "'--copies' is '0'");
    assert_usage_error(AUGMENT("--seed", "x", in, out), "'--seed' is 'x'");
    assert_usage_error(AUGMENT("--rate", "1", in, out), "'--rate' is '1'");
    assert_usage_error(AUGMENT("--format", "mp3", in, out), "'mp3' is no format");
    assert_usage_error(AUGMENT("--json", in, out), "'--json' goes with '--list'");
    assert_usage_error(RUN("augment", "--list", in), "not expected beside '--list'");
    assert_usage_error(RUN("augment", "--steps", "gian", in, out), "\"gian\"");
    assert_usage_error(RUN("augment", "--steps", "gain gain=1000", in, out), "a number of -60");
    assert_usage_error(AUGMENT(in, in), "lie in each other");
    assert_usage_error(AUGMENT("--nothing"), "--nothing");
    assert_false(exists(out, ""));
    free(in);
    free(out);
}

/* Ctrl-C leaves whole files and a manifest of just those. */
static void test_an_interruption(void **state)
{
    (void)state;
    size_t size;
    char *in = make_folder("long"), *out = support_scratch("long-out/");
    char *said = support_scratch("said"), *first = path_of(out, "a-aug1.wav");
    const char *const arguments[] = {"augment", "--steps", "pitch, room", "--copies", "1000", "-j",
                                     "1",       in,        out,           NULL};
    pid_t process = run_ser_start(said, arguments);
    for (int i = 0; i < 3000 && access(first, F_OK); i++)
        usleep(10000);
    kill(process, SIGINT);
    assert_int_equal(run_ser_wait(process), 130);
    char *manifest = path_of(out, "manifest.csv"), *text = read_whole(manifest, &size);
    struct file_list list = {0};
    ser_error error;
    assert_ok(file_list_add(&list, out, NULL, &error));
    assert_int_equal(count_texts(text, "\n"), list.count); /* its header and itself */
    assert_true(list.count > 1 && list.count < 2000);
    file_list_release(&list);
    free(in);
    free(out);
    free(said);
    free(first);
    free(manifest);
    free(text);
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
        cmocka_unit_test(test_makes_copies_and_a_manifest),
        cmocka_unit_test(test_copies_of_a_corpus_are_a_corpus),
        cmocka_unit_test(test_the_seed_decides),
        cmocka_unit_test(test_one_file),
        cmocka_unit_test(test_goes_on_after_a_bad_file),
        cmocka_unit_test(test_remarks_on_other_stages),
        cmocka_unit_test(test_reads_recipes),
        cmocka_unit_test(test_lists_all),
        cmocka_unit_test(test_usage_errors),
        cmocka_unit_test(test_an_interruption),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}

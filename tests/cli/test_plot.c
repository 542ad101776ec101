#define _GNU_SOURCE
#include "run_ser.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../report/pictures.h"
#include "base/file.h"
#include "base/json.h"

static ser_error error;
static char *folder; /* where the command runs, so that names of its own choice land there */

static int set_up(void **state)
{
    (void)state;
    folder = support_scratch("here");
    assert_ok(file_make_folder(folder, &error));
    assert_int_equal(chdir(folder), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return chdir("/");
}

/* Writes a tone; the caller frees its path. */
static char *write_tone(const char *name, double hz, double seconds, int rate, int channels)
{
    ser_audio audio = make_tone(hz, seconds, rate, channels);
    char *path = support_scratch(name);
    write_wav(path, audio.samples, audio.frames, rate, channels);
    ser_audio_release(&audio);
    return path;
}

static void read_picture(const char *path, struct picture *picture)
{
    size_t size;
    char *bytes = read_whole(path, &size);
    picture_read(picture, bytes, size);
    free(bytes);
}

static int exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Fails the test unless the command did its work and said this. */
static void assert_drawn(struct ran ran, const char *said)
{
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    assert_string_equal(ran.out, said);
    ran_release(&ran);
}

static void test_draws_a_recording(void **state)
{
    (void)state;
    struct picture picture;
    char *tone = write_tone("tone.wav", 220, 0.5, 16000, 1);
    assert_drawn(RUN("plot", tone),
                 "tone.png: 0.50 s of sound, 16000 Hz; waveform, mel, pitch, intensity\n");
    read_picture("tone.png", &picture);
    assert_true(picture.width > 1000 && picture.height > 600);
    assert_true(picture_find(&picture, palette_category(0)).count > 1000);
    picture_release(&picture);
    unlink("tone.png");
    free(tone);
}

/* What the command names itself must be free; what the user names is replaced. */
static void test_never_replaces_by_accident(void **state)
{
    (void)state;
    size_t size;
    char *tone = write_tone("taken.wav", 220, 0.1, 8000, 1);
    assert_ok(file_write("taken.png", "precious", 8, &error));
    assert_failure(RUN("plot", tone), "taken.png: exists already; name another file by '--out'");
    char *bytes = read_whole("taken.png", &size);
    assert_memory_equal(bytes, "precious", 8);
    free(bytes);
    assert_drawn(RUN("plot", "--force", "--show", "waveform", tone),
                 "taken.png: 0.10 s of sound, 8000 Hz; waveform\n");
    struct picture picture;
    read_picture("taken.png", &picture);
    picture_release(&picture);
    assert_ok(file_write("taken.png", "precious", 8, &error));
    assert_drawn(RUN("plot", "--out", "taken.png", "-s", "waveform", tone),
                 "taken.png: 0.10 s of sound, 8000 Hz; waveform\n");
    read_picture("taken.png", &picture);
    picture_release(&picture);
    unlink("taken.png");
    free(tone);
}

static void test_draws_all_panels_as_svg(void **state)
{
    (void)state;
    size_t size;
    char *tone = write_tone("all.wav", 220, 0.5, 16000, 1), *out = support_scratch("all.svg");
    struct ran ran = RUN("plot", "--show", "waveform,spectrogram,mel,pitch,intensity,loudness",
                         "--out", out, "--title", "<script>\xff</script>", tone);
    assert_code(&ran, 0);
    ran_release(&ran);
    char *svg = read_whole(out, &size);
    assert_well_formed(svg, size);
    assert_null(strstr(svg, "<script"));
    assert_int_equal(count_texts(svg, "<image "), 4); /* two spectrograms, two bars of colours */
    free(svg);
    free(out);
    free(tone);
}

static void test_sizes(void **state)
{
    (void)state;
    struct picture picture;
    char *tone = write_tone("size.wav", 220, 0.3, 16000, 1);
    struct ran ran = RUN("plot", "--size", "800x600", "--out", "size.png", tone);
    assert_code(&ran, 0);
    ran_release(&ran);
    read_picture("size.png", &picture);
    assert_int_equal(picture.width, 800);
    assert_int_equal(picture.height, 600);
    picture_release(&picture);
    ran = RUN("plot", "--width", "1001", "--height", "702", "--out", "size.png", tone);
    assert_code(&ran, 0);
    ran_release(&ran);
    read_picture("size.png", &picture);
    assert_int_equal(picture.width, 1001);
    assert_int_equal(picture.height, 702);
    picture_release(&picture);
    assert_usage_error(RUN("plot", "--size", "40x40", "--out", "small.png", tone),
                       "has no room for 4 panels");
    assert_usage_error(RUN("plot", "--size", "20000x20000", "--out", "small.png", tone),
                       "at most 100 million in all");
    assert_false(exists("small.png"));
    unlink("size.png");
    free(tone);
}

/* The excerpt is what is drawn: of a sound that is loud at first, the soft rest is drawn large. */
static void test_draws_an_excerpt(void **state)
{
    (void)state;
    char *tone = write_tone("part.wav", 220, 2, 16000, 1);
    struct ran ran = RUN("plot", "--from", "0.5", "--to", "0.75", "--out", "a.svg", tone);
    assert_code(&ran, 0);
    ran_release(&ran);
    assert_usage_error(RUN("plot", "--from", "2", "--out", "b.png", tone),
                       "part.wav: the part from 2 s to 2 s is empty: the sound lasts 2 s");
    assert_usage_error(RUN("plot", "--from", "1", "--to", "1", tone), "'--to' is 1, expected more");
    assert_usage_error(RUN("plot", "--from", "nan", tone), "'--from' is 'nan'");
    assert_usage_error(RUN("plot", "--to", "-1", tone), "'--to' is '-1'");
    assert_usage_error(RUN("plot", "--from", "1s", tone), "'--from' is '1s'");
    assert_false(exists("b.png"));
    unlink("a.svg");
    free(tone);
}

static void test_draws_several_side_by_side(void **state)
{
    (void)state;
    struct picture one, two;
    char *a = write_tone("a.wav", 220, 0.5, 16000, 1), *b = write_tone("b.wav", 330, 0.3, 8000, 2);
    assert_drawn(RUN("plot", "--show", "pitch", a), "a.png: 0.50 s of sound, 16000 Hz; pitch\n");
    read_picture("a.png", &one);
    assert_drawn(RUN("plot", "--show", "pitch", "-f", a, b), "a.png: 2 recordings; pitch\n");
    read_picture("a.png", &two);
    assert_true(two.width > one.width);
    picture_release(&one);
    picture_release(&two);
    unlink("a.png");
    free(a);
    free(b);
}

static void test_a_recording_named_twice_is_drawn_once(void **state)
{
    (void)state;
    assert_ok(file_make_folder("twice", &error));
    char *a = write_tone("here/twice/a.wav", 220, 0.2, 16000, 1);
    char *b = write_tone("here/twice/b.wav", 330, 0.3, 16000, 1);
    const struct setting piped = {.input = a};
    assert_drawn(RUN("plot", "--out", "t.svg", "-s", "waveform", b, "./twice//b.wav"),
                 "t.svg: 0.30 s of sound, 16000 Hz; waveform\n");
    assert_drawn(RUN("plot", "--out", "t.svg", "-s", "waveform", b, "twice", a),
                 "t.svg: 2 recordings; waveform\n");
    assert_drawn(run_ser(&piped, (const char *const[]){"plot", "--out", "t.svg", "-s", "waveform",
                                                       "-", "-", NULL}),
                 "t.svg: 0.20 s of sound, 16000 Hz; waveform\n");
    unlink("t.svg");
    free(a);
    free(b);
}

static void test_one_bad_file_does_not_stop_the_others(void **state)
{
    (void)state;
    char *good = write_tone("good.wav", 220, 0.3, 16000, 1);
    char *bad = support_write("bad.wav", "RIFF nonsense", 13);
    char *gone = support_scratch("gone.wav");
    struct ran ran = RUN("plot", "--out", "some.png", bad, good, gone);
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.err, "bad.wav"));
    assert_non_null(strstr(ran.err, "gone.wav"));
    assert_non_null(strstr(ran.out, "some.png: 0.30 s of sound"));
    assert_true(exists("some.png"));
    ran_release(&ran);
    unlink("some.png");
    assert_failure(RUN("plot", "--out", "none.png", bad), "bad.wav");
    assert_failure(RUN("plot", "--out", "none.png", gone), "gone.wav");
    assert_false(exists("none.png"));
    free(good);
    free(bad);
    free(gone);
}

static void test_strange_recordings(void **state)
{
    (void)state;
    float one = 0.5f, silence[800] = {0};
    char *tiny = support_scratch("tiny.wav"), *silent = support_scratch("silent.wav");
    char *stereo = write_tone("stereo.wav", 100, 0.2, 48000, 2);
    char *fine = write_tone("fine.wav", 100, 0.1, 192000, 1);
    char *empty = support_write("empty.wav", "", 0);
    write_wav(tiny, &one, 1, 8000, 1);
    write_wav(silent, silence, 800, 8000, 1);
    struct ran ran =
        RUN("plot", "--out", "odd.png", "--channels", "--show",
            "waveform,spectrogram,mel,pitch,intensity,loudness", tiny, silent, stereo, fine);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    ran_release(&ran);
    ran = RUN("plot", "--out", "odd.png", "--rate", "16000", "--highest", "4000", tiny, fine);
    assert_code(&ran, 0);
    ran_release(&ran);
    assert_failure(RUN("plot", "--out", "empty.png", empty), "empty.wav");
    assert_false(exists("empty.png"));
    unlink("odd.png");
    free(tiny);
    free(silent);
    free(stereo);
    free(fine);
    free(empty);
}

/* A recording stands beside what becomes of it: two recordings and two changes are six columns. */
static void test_draws_before_and_after(void **state)
{
    (void)state;
    size_t size, again;
    char *tone = write_tone("before.wav", 220, 0.3, 16000, 1);
    char *other = write_tone("other.wav", 330, 0.3, 16000, 1);
    assert_drawn(RUN("plot", "--out", "pair.svg", "--clean", "low_cut=300", "--augment",
                     "noise snr=0", "-s", "waveform", tone, other),
                 "pair.svg: 6 recordings; waveform\n");
    char *first = read_whole("pair.svg", &size);
    assert_drawn(RUN("plot", "--out", "pair.svg", "--clean", "low_cut=300", "--augment",
                     "noise snr=0", "--seed", "1", "-s", "waveform", tone, other),
                 "pair.svg: 6 recordings; waveform\n");
    char *second = read_whole("pair.svg", &again);
    assert_true(size != again || memcmp(first, second, size)); /* another seed, another noise */
    unlink("pair.svg");
    assert_failure(RUN("plot", "--out", "none.png", "--clean", "polish", tone), "polish");
    assert_failure(RUN("plot", "--out", "none.png", "--augment", "gargle", tone), "gargle");
    assert_false(exists("none.png"));
    char *stereo = write_tone("two.wav", 100, 0.2, 16000, 2);
    assert_failure(RUN("plot", "--out", "none.png", "--channels", "--augment", "gain", stereo),
                   "leave out '--channels'");
    free(first);
    free(second);
    free(tone);
    free(other);
    free(stereo);
}

static void test_reads_standard_input(void **state)
{
    (void)state;
    char *tone = write_tone("input.wav", 220, 0.2, 8000, 1);
    const struct setting setting = {.input = tone};
    struct ran ran = run_ser(&setting, (const char *const[]){"plot", "-s", "pitch", "-", NULL});
    assert_drawn(ran, "standard-input.png: 0.20 s of sound, 8000 Hz; pitch\n");
    unlink("standard-input.png");
    free(tone);
}

/* A file may be called anything. */
static void test_hostile_names(void **state)
{
    (void)state;
    size_t size;
    char *tone = write_tone("<b>\033[31m\xff&\".wav", 220, 0.2, 8000, 1);
    struct ran ran = RUN("plot", "--out", "hostile.svg", tone);
    assert_code(&ran, 0);
    ran_release(&ran);
    char *svg = read_whole("hostile.svg", &size);
    assert_well_formed(svg, size);
    free(svg);
    ran = RUN("plot", "-s", "waveform", tone);
    assert_code(&ran, 0);
    assert_null(strchr(ran.out, '\033'));
    ran_release(&ran);
    unlink("hostile.svg");
    unlink("<b>\033[31m\xff&\".png");
    free(tone);
}

static void test_refuses_wrong_usage(void **state)
{
    (void)state;
    char *tone = write_tone("use.wav", 220, 0.2, 8000, 1);
    assert_usage_error(RUN("plot"), "no recording was named");
    assert_usage_error(RUN("plot", "--show", "melon", tone), "'melon' is no panel");
    assert_usage_error(RUN("plot", "--show", "", tone), "'' is no panel");
    assert_usage_error(RUN("plot", "--show", "mel,", tone), "'' is no panel");
    assert_usage_error(RUN("plot", "--show",
                           "mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel,mel",
                           tone),
                       "more than 16 panels");
    assert_usage_error(RUN("plot", "--out", "a.jpg", tone), "expected .png or .svg");
    assert_usage_error(RUN("plot", "--out", "-", tone), "expected .png or .svg");
    static const char *const sizes[] = {"",        "x",         "800",    "800x",
                                        "x600",    "800x600x2", "0x600",  "-5x5",
                                        "800X600", "99999x10",  "1e3x100"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_usage_error(RUN("plot", "--size", sizes[i], tone), "'--size' is");
    assert_usage_error(RUN("plot", "--width", "0", tone), "'--width' is '0'");
    assert_usage_error(RUN("plot", "--height", "20001", tone), "'--height' is '20001'");
    assert_usage_error(RUN("plot", "--rate", "999", tone), "'--rate' is '999'");
    assert_usage_error(RUN("plot", "--highest", "99", tone), "'--highest' is '99'");
    assert_usage_error(RUN("plot", "--training", "x.csv", tone), "'--training'");
    assert_usage_error(RUN("plot", "--confusion", tone), "name a model as in --confusion=MODEL");
    assert_usage_error(RUN("plot", "--confusion", "--training", "x"), "are two pictures");
    assert_ok(file_make_folder("crowd", &error));
    for (int i = 0; i < 17; i++) {
        char name[32];
        snprintf(name, sizeof name, "here/crowd/%02d.wav", i);
        free(write_tone(name, 220, 0.01, 8000, 1));
    }
    assert_usage_error(RUN("plot", "crowd"), "17 recordings were named");
    free(tone);
}

static void test_a_picture_that_cannot_be_written(void **state)
{
    (void)state;
    char *tone = write_tone("write.wav", 220, 0.2, 8000, 1);
    assert_failure(RUN("plot", "--out", "nowhere/x.png", tone),
                   "nowhere/x.png: cannot be written: No such file");
    assert_ok(file_make_folder("taken.svg", &error));
    assert_failure(RUN("plot", "--out", "taken.svg", tone), "taken.svg: cannot be written");
    assert_int_equal(rmdir("taken.svg"), 0);
    free(tone);
}

static void test_draws_a_training(void **state)
{
    (void)state;
    struct picture picture;
    static const char text[] = "run,epoch,rate,loss,accuracy,gradient_norm,seconds\n"
                               "fold 1,1,0.1,2.0,0.25,1,1\nfold 1,2,0.1,1.0,0.5,1,1\n"
                               "fold 2,1,0.1,2.1,0.20,1,1\nfold 2,2,0.1,nan,0.4,1,1\n";
    char *log = support_write("my.csv", text, sizeof text - 1);
    assert_drawn(RUN("plot", "--training", log), "my.png: loss and accuracy of 2 runs\n");
    read_picture("my.png", &picture);
    assert_true(picture_find(&picture, palette_category(0)).count > 100);
    assert_true(picture_find(&picture, palette_category(1)).count > 100);
    picture_release(&picture);
    assert_failure(RUN("plot", "--training", log), "my.png: exists already");
    assert_failure(RUN("plot", "--training", "gone.csv"), "gone.csv: cannot be opened");
    char *wrong = support_write("wrong.csv", "a,b\n1,2\n", 8);
    assert_failure(RUN("plot", "--training", wrong), "no column \"run\"");
    unlink("my.png");
    free(wrong);
    free(log);
}

/* A model with these facts about its training; the caller frees its path. */
static char *write_model(const char *name, const char *training)
{
    ser_model *model = small_model(1);
    char *path = support_scratch(name);
    json_t *facts = json_loads(training, 0, NULL);
    assert_non_null(facts);
    assert_ok(model_set_training(model, facts, &error));
    assert_ok(model_save(model, path, &error));
    ser_model_destroy(model);
    return path;
}

static void test_draws_confusions(void **state)
{
    (void)state;
    struct picture picture;
    char option[4200];
    char *model = write_model(
        "tested.safetensors",
        "{\"scores\": {\"recordings\": 20, \"uar\": 0.625, \"classes\": [{\"label\": \"angry\"},"
        " {\"label\": \"happy\"}, {\"label\": \"sad\"}],"
        " \"confusion\": [[5, 3, 2], [0, 10, 0], [0, 0, 0]]}}");
    snprintf(option, sizeof option, "--confusion=%s", model);
    assert_drawn(RUN("plot", option), "tested-confusion.png: confusion matrix\n");
    read_picture("tested-confusion.png", &picture);
    assert_true(picture_find(&picture, palette_shade(1)).count > 1000);
    assert_true(picture_find(&picture, palette_shade(0.5)).count > 1000);
    picture_release(&picture);
    unlink("tested-confusion.png");
    const struct setting setting = {.model = model};
    assert_drawn(
        run_ser(&setting, (const char *const[]){"plot", "--confusion", "--out", "c.svg", NULL}),
        "c.svg: confusion matrix\n");
    unlink("c.svg");
    free(model);
}

static void test_models_without_confusions(void **state)
{
    (void)state;
    static const char *const facts[] = {
        "{}",
        "{\"scores\": null}",
        "{\"scores\": {\"classes\": [{\"label\": \"a\"}], \"confusion\": [[-1]]}}",
        "{\"scores\": {\"classes\": [{\"label\": \"a\"}], \"confusion\": [[\"x\"]]}}",
        "{\"scores\": {\"classes\": [{\"label\": \"a\"}], \"confusion\": [[1, 2]]}}",
        "{\"scores\": {\"classes\": [{\"label\": 7}], \"confusion\": [[1]]}}",
        "{\"scores\": {\"classes\": [], \"confusion\": []}}",
    };
    char option[4200];
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        char *model = write_model("untested.safetensors", facts[i]);
        snprintf(option, sizeof option, "--confusion=%s", model);
        assert_failure(RUN("plot", option), "has no confusion matrix");
        free(model);
    }
    assert_failure(RUN("plot", "--confusion=gone.safetensors"), "gone.safetensors: cannot be");
    assert_false(exists("untested-confusion.png"));
}

/* Interrupted while it measures, nothing is left; on a machine so fast that it was done already,
 * the whole picture. */
static void test_an_interruption_leaves_nothing(void **state)
{
    (void)state;
    char *tone = write_tone("long.wav", 150, 300, 16000, 1), *said = support_scratch("said");
    const char *const arguments[] = {
        "plot",
        "--show",
        "loudness,loudness,loudness,loudness,loudness,loudness,loudness,loudness",
        "--out",
        "long.png",
        tone,
        NULL};
    pid_t process = run_ser_start(said, arguments);
    usleep(100000);
    kill(process, SIGINT);
    int code = run_ser_wait(process), left = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries));)
        left += !strncmp(entry->d_name, "long.png", 8);
    closedir(entries);
    assert_int_equal(code, left ? 0 : 130);
    if (left) {
        struct picture picture;
        assert_int_equal(left, 1);
        read_picture("long.png", &picture);
        picture_release(&picture);
        unlink("long.png");
    }
    free(tone);
    free(said);
}

static void test_draws_real_recordings(void **state)
{
    (void)state;
    const char *actor = support_data("ravdess/Actor_01");
    struct file_list list = {0};
    assert_ok(file_list_add(&list, actor, file_is_sound, &error));
    assert_true(list.count > 2);
    struct ran ran = RUN("plot", "--out", "real.png", list.paths[0], list.paths[1]);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    struct picture picture;
    read_picture("real.png", &picture);
    assert_true(picture_find(&picture, palette_category(0)).count > 1000);
    picture_release(&picture);
    ran_release(&ran);
    unlink("real.png");
    file_list_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_a_recording),
        cmocka_unit_test(test_never_replaces_by_accident),
        cmocka_unit_test(test_draws_all_panels_as_svg),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_draws_an_excerpt),
        cmocka_unit_test(test_draws_several_side_by_side),
        cmocka_unit_test(test_a_recording_named_twice_is_drawn_once),
        cmocka_unit_test(test_one_bad_file_does_not_stop_the_others),
        cmocka_unit_test(test_strange_recordings),
        cmocka_unit_test(test_draws_before_and_after),
        cmocka_unit_test(test_reads_standard_input),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_refuses_wrong_usage),
        cmocka_unit_test(test_a_picture_that_cannot_be_written),
        cmocka_unit_test(test_draws_a_training),
        cmocka_unit_test(test_draws_confusions),
        cmocka_unit_test(test_models_without_confusions),
        cmocka_unit_test(test_an_interruption_leaves_nothing),
        cmocka_unit_test(test_draws_real_recordings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

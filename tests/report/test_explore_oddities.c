/* Pages about corpora that are unusual, hostile or broken. */
#define _GNU_SOURCE
#include "exploration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../audio/recordings.h"
#include "../corpora/scratch_corpus.h"
#include "base/file.h"
#include "report/explore/explore_page.h"

/* A page says nothing of values that are no numbers; what is inside pictures does not count. */
static void assert_numbers(const char *html)
{
    char *visible = strdup(html), *to = visible;
    assert_non_null(visible);
    for (const char *at = html; *at; at++) {
        if (!strncmp(at, "base64,", 7))
            at += strcspn(at, "\"");
        *to++ = *at;
    }
    *to = 0;
    assert_true(strlen(visible) > 5000);
    assert_lacks(visible, "base64");
    assert_lacks(visible, "nan");
    assert_lacks(visible, ">inf");
    assert_lacks(visible, "-inf");
    free(visible);
}

static void test_speech_is_compared_alone(void **state)
{
    (void)state;
    static const struct tone mixed[] = {
        {"s.wav", "happy", "Ann", "female", 200, 0.5, 1.0},
        {"t.wav", "happy", "Ann", "female", 500, 0.5, 1.0},
    };
    char *where = tones_write("mixed", mixed, 2);
    scratch_add("mixed", "list.csv",
                "path,emotion,speaker,sex,voice\ns.wav,happy,Ann,female,speech\n"
                "t.wav,happy,Ann,female,song\n");
    struct exploration e = explore(where);
    assert_int_equal(e.corpus.count, 2);
    assert_float_equal(balanced_mean(&e, QUANTITY_PITCH, SELECT_ALL).mean, 200, 0.5);
    assert_int_equal(balanced_mean(&e, QUANTITY_PITCH, SELECT_ALL).recordings, 1);
    char *html = page_of(&e);
    assert_has(html, "Recordings: 1 of speech, 1 of song");
    free(html);
    explore_release(&e);
    free(where);
}

static void test_survives_hostile_names(void **state)
{
    (void)state;
    static const struct tone hostile[] = {
        {"x<img src=a>.wav", "<script>alert(1)</script>", "\"'><b>", "female", 200, 0.5, 0.5},
        {"y.wav", "joy\xff\xfe\"", "--><svg onload=x>", "male", 150, 0.5, 0.5},
    };
    char *where = tones_write("hostile", hostile, 2);
    scratch_add("hostile", "list.csv",
                "path,emotion,speaker,sex,text,corpus\n"
                "x<img src=a>.wav,<script>alert(1),\"\"\"'><b>\",female,</title><script>,<i>\n"
                "y.wav,joy\xff\xfe\"\",--><svg onload=x>,male,%s%n&amp;,<i>\n");
    struct exploration e = explore(where);
    char *html = page_of(&e); /* which checks that there are no scripts and that it is UTF-8 */
    assert_lacks(html, "<script");
    assert_lacks(html, "<svg");
    assert_lacks(html, "<img src=a");
    assert_has(html, "&lt;script&gt;");
    free(html);
    explore_release(&e);
    free(where);
}

static void test_counts_what_cannot_be_read(void **state)
{
    (void)state;
    static const struct tone some[] = {
        {"a.wav", "sad", "Ann", "female", 200, 0.5, 0.5},
        {"b.wav", "sad", "Ann", "female", 210, 0.5, 0.5},
        {"c.wav", "angry", "Ann", "female", 300, 0.5, 0.5},
    };
    char *where = tones_write("broken", some, 3);
    scratch_add("broken", "b.wav", "RIFF, but that is all");
    struct exploration e = explore(where);
    assert_int_equal(e.corpus.count, 3);
    assert_int_equal(e.unreadable, 1);
    assert_float_equal(selected_seconds(&e, SELECT_ALL), 1.0, 1e-3);
    char *html = page_of(&e);
    assert_has(html, "1 recording could not be read");
    assert_has(html, "broken/b.wav: ");
    assert_has(html, "<b>3</b> <span>recordings");
    free(html);
    explore_release(&e);
    free(where);
}

/* Nothing at all can be measured; there is still a page that says so. */
static void test_all_is_broken(void **state)
{
    (void)state;
    scratch_add("ruins", "a.wav", "nothing");
    scratch_add("ruins", "b.wav", "nothing here");
    scratch_add("ruins", "list.csv", "path,emotion,speaker\na.wav,sad,Ann\nb.wav,sad,Bea\n");
    char *where = support_scratch("ruins");
    struct exploration e = explore(where);
    assert_int_equal(e.unreadable, 2);
    char *html = page_of(&e);
    assert_has(html, "2 recordings could not be read");
    assert_numbers(html);
    free(html);
    explore_release(&e);
    free(where);
}

static void test_silence_has_no_pitch(void **state)
{
    (void)state;
    static const struct tone quiet[] = {
        {"a.wav", "sad", "Ann", "", 200, 0, 0.5},
        {"b.wav", "sad", "Ann", "", 210, 0, 0.01},
    };
    char *where = tones_write("quiet", quiet, 2);
    struct exploration e = explore(where);
    for (int i = 0; i < e.corpus.count; i++) {
        assert_true(e.explored[i].is_measured);
        assert_true(isnan(e.explored[i].measures.pitch));
        assert_true(isnan(e.explored[i].measures.loudness));
        assert_true(isnan(e.explored[i].measures.peak));
    }
    assert_true(isnan(balanced_mean(&e, QUANTITY_PITCH, SELECT_ALL).mean));
    char *html = page_of(&e);
    assert_numbers(html);
    assert_lacks(html, "Women speak");
    assert_lacks(html, "Women beside men");
    free(html);
    explore_release(&e);
    free(where);
}

/* Samples that are no numbers, or far beyond full scale, spoil nothing but their own recording. */
static void test_survives_hostile_sound(void **state)
{
    (void)state;
    ser_error error;
    static const float values[] = {1e30f, 3e38f, NAN, INFINITY, 1e-40f};
    static const struct tone sane = {"z.wav", "sad", "Ann", "female", 200, 0.5, 0.5};
    char *where = tones_write("wild", &sane, 1), manifest[400] = "path,emotion,speaker,sex\n"
                                                                 "z.wav,sad,Ann,female\n";
    enum { WILD = sizeof values / sizeof *values, FRAMES = 8000 };
    for (int k = 0; k < WILD; k++) {
        char name[64];
        float *samples = sine_make(150, 0.5, TONE_RATE, FRAMES);
        for (int i = 0; i < FRAMES; i += k + 1)
            samples[i] = i % 2 ? values[k] : -values[k];
        struct bytes wav = wav_make_float(TONE_RATE, 1, samples, FRAMES);
        snprintf(name, sizeof name, "wild/%d.wav", k);
        char *path = support_scratch(name);
        assert_ok(file_write(path, wav.data, wav.size, &error));
        size_t used = strlen(manifest);
        snprintf(manifest + used, sizeof manifest - used, "%d.wav,angry,Ann,female\n", k);
        free(path);
        free(samples);
        bytes_release(&wav);
    }
    scratch_add("wild", "list.csv", manifest);
    struct exploration e = explore(where);
    assert_int_equal(e.corpus.count, WILD + 1);
    char *html = page_of(&e);
    assert_numbers(html);
    assert_float_equal(
        balanced_mean(&e, QUANTITY_PITCH, (struct selection){label_named(&e, "sad"), -1, NULL})
            .mean,
        200, 0.5);
    free(html);
    explore_release(&e);
    free(where);
}

static void test_refuses_what_is_no_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct exploration e;
    scratch_add("empty", "notes.txt", "nothing");
    char *where = support_scratch("empty");
    static const char map[] = "{\"name\": \"m\", \"description\": \"d\", \"by_sex\": false, "
                              "\"labels\": {\"a\": [\"y\"], \"b\": [\"x\"]}}";
    char *labels = support_write("none.json", map, sizeof map - 1);
    struct explore_settings settings = exploration_settings((const char *const[]){where});
    assert_error(explore_collect(&e, &settings, &error), SER_ERROR_FORMAT, "no usable recording");
    explore_release(&e);
    const char *places[] = {exploration_place};
    settings = exploration_settings(places);
    settings.labels = labels;
    assert_error(explore_collect(&e, &settings, &error), SER_ERROR_FORMAT, "knows none");
    explore_release(&e);
    settings.labels = "/nowhere/map.json";
    assert_error(explore_collect(&e, &settings, &error), SER_ERROR_IO, "/nowhere/map.json");
    explore_release(&e);
    free(where);
    free(labels);
}

static int stop(void *user, const char *doing, int done, int total)
{
    (void)done, (void)total;
    return !strcmp(user, doing);
}

static void test_stops_when_asked(void **state)
{
    (void)state;
    ser_error error;
    struct exploration e;
    char *path = support_scratch("stopped.html");
    const char *places[] = {exploration_place};
    struct explore_settings settings = exploration_settings(places);
    settings.progress = stop;
    settings.user = (char[]){"listening"};
    assert_error(explore_collect(&e, &settings, &error), SER_ERROR_INTERRUPTED, "stopped");
    explore_release(&e);
    settings.user = (char[]){"drawing"};
    assert_ok(explore_collect(&e, &settings, &error));
    assert_error(explore_write(&e, path, &error), SER_ERROR_INTERRUPTED, "stopped");
    assert_int_equal(access(path, F_OK), -1);
    assert_error(explore_write(&e, "/nowhere/page.html", &error), SER_ERROR_IO, "/nowhere");
    explore_release(&e);
    free(path);
}

static void test_tells_what_listeners_heard(void **state)
{
    (void)state;
    struct exploration e = explore(exploration_place);
    static const char *const heard[] = {"angry", "angry", "sad", "sad", "angry|sad"};
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        snprintf(e.corpus.recordings[i].heard, EMOTION_LENGTH, "%s", heard[i]);
    /* In order: a1 to a3 angry, a4 sad, b1 angry: three of five agree, one is a tie. */
    char *html = page_of(&e);
    assert_has(html, "What listeners heard");
    assert_has(html, "Of 5 recordings");
    assert_has(html, "<b>60 %</b>, a tie between several in 20 %");
    free(html);
    explore_release(&e);
}

/* "(no emotion said)" is a row of its own, and no comparison is possible. */
static void test_recordings_without_emotion(void **state)
{
    (void)state;
    static const struct tone plain[] = {
        {"a.wav", "", "Ann", "female", 200, 0.5, 0.5},
        {"b.wav", "", "Ben", "male", 110, 0.5, 0.5},
    };
    char *where = tones_write("plain", plain, 2);
    struct exploration e = explore(where);
    assert_int_equal(e.corpus.label_count, 0);
    assert_int_equal(selected_count(&e, (struct selection){LABEL_NONE, -1, NULL}), 2);
    assert_int_equal(balanced_mean(&e, QUANTITY_PITCH, SELECT_ALL).voices, 2);
    char *html = page_of(&e);
    assert_has(html, "<th scope=\"row\">(no emotion said)</th>");
    assert_has(html, "Women speak <b>90 Hz higher</b>");
    assert_has(html, "<b>0</b> <span>emotions");
    free(html);
    explore_release(&e);
    free(where);
}

static void test_one_speaker(void **state)
{
    (void)state;
    static const struct tone alone[] = {
        {"a.wav", "sad", "Ann", "female", 200, 0.1, 0.5},
        {"b.wav", "angry", "Ann", "female", 300, 0.5, 0.5},
    };
    char *where = tones_write("alone", alone, 2);
    struct exploration e = explore(where);
    char *html = page_of(&e);
    assert_has(html, "<b>100 Hz higher</b> than <em>sad</em> (one speaker)");
    assert_lacks(html, "Women beside men");
    assert_has(html, "speaker: 1 woman, 0 men");
    free(html);
    explore_release(&e);
    free(where);
}

enum { CROWD = 40 };

static void test_many_speakers(void **state)
{
    (void)state;
    static char files[CROWD][16], names[CROWD][16];
    struct tone crowd[CROWD];
    for (int i = 0; i < CROWD; i++) {
        snprintf(files[i], sizeof files[i], "%02d.wav", i);
        snprintf(names[i], sizeof names[i], "s%02d", i);
        crowd[i] =
            (struct tone){files[i], "sad", names[i], i % 2 ? "male" : "female", 100 + i, 0.5, 0.2};
    }
    char *where = tones_write("crowd", crowd, CROWD);
    struct exploration e = explore(where);
    assert_int_equal(e.voice_count, CROWD);
    char *html = page_of(&e);
    assert_has(html, "Histogram: how many recordings speakers have");
    for (int i = 0; i < CROWD; i++) {
        char row[64];
        snprintf(row, sizeof row, "<th scope=\"row\">s%02d</th>", i);
        assert_has(html, row);
    }
    free(html);
    explore_release(&e);
    free(where);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speech_is_compared_alone),
        cmocka_unit_test(test_survives_hostile_names),
        cmocka_unit_test(test_counts_what_cannot_be_read),
        cmocka_unit_test(test_all_is_broken),
        cmocka_unit_test(test_silence_has_no_pitch),
        cmocka_unit_test(test_survives_hostile_sound),
        cmocka_unit_test(test_refuses_what_is_no_corpus),
        cmocka_unit_test(test_stops_when_asked),
        cmocka_unit_test(test_tells_what_listeners_heard),
        cmocka_unit_test(test_recordings_without_emotion),
        cmocka_unit_test(test_one_speaker),
        cmocka_unit_test(test_many_speakers),
    };
    return cmocka_run_group_tests(tests, exploration_prepare, exploration_clean_up);
}

#define _GNU_SOURCE
#include "made_up_corpus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../audio/recordings.h"
#include "../corpora/scratch_corpus.h"
#include "base/file.h"
#include "report/explore/explore_choice.h"
#include "report/explore/explore_page.h"

/* Ann speaks twice as often as Bea; who is nameless counts once for each sex. */
static const struct tone tones[] = {
    {"a1.wav", "angry", "Ann", "female", 300, 0.8, 1.0},
    {"a2.wav", "angry", "Ann", "female", 320, 0.7, 1.1},
    {"a3.wav", "angry", "Ann", "female", 340, 0.6, 1.2},
    {"a4.wav", "sad", "Ann", "female", 200, 0.2, 1.3},
    {"b1.wav", "angry", "Bea", "female", 260, 0.5, 1.4},
    {"b2.wav", "sad", "Bea", "female", 180, 0.1, 1.5},
    {"c1.wav", "angry", "Carl", "male", 150, 0.6, 1.6},
    {"c2.wav", "sad", "Carl", "male", 110, 0.15, 1.7},
    {"n1.wav", "sad", "", "male", 100, 0.3, 1.8},
    {"n2.wav", "sad", "", "male", 120, 0.3, 1.9},
    {"n3.wav", "angry", "", "", 140, 0.3, 2.0},
};
enum { TONES = sizeof tones / sizeof *tones };

static char *place;

static int prepare(void **state)
{
    (void)state;
    place = tones_write("tones", tones, TONES);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    free(place);
    support_cleanup();
    return 0;
}

static struct explore_settings settings_of(const char *const *where)
{
    return (struct explore_settings){
        .places = where, .count = 1, .voices = {true, true, true}, .threads = 2};
}

static struct exploration explore(const char *where)
{
    ser_error error;
    struct exploration e;
    const char *places[] = {where};
    struct explore_settings settings = settings_of(places);
    assert_ok(explore_collect(&e, &settings, &error));
    e.settings.places = NULL; /* does not outlive this function */
    return e;
}

/* The page about what was explored, checked; the caller frees it. */
static char *page_of(const struct exploration *e)
{
    ser_error error;
    size_t size;
    char *path = support_scratch("page.html"), *html;
    assert_ok(explore_write(e, path, &error));
    assert_ok(file_read(path, 64 << 20, &html, &size, &error));
    free(path);
    assert_int_equal(strlen(html), size);
    assert_whole_page(html);
    return html;
}

static void assert_has(const char *html, const char *part)
{
    if (!strstr(html, part))
        fail_msg("the page lacks \"%s\"", part);
}

static void assert_lacks(const char *html, const char *part)
{
    if (strstr(html, part))
        fail_msg("the page has \"%s\"", part);
}

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

static const struct tone *tone_of(const struct recording *recording)
{
    for (int i = 0; i < TONES; i++)
        if (!strncmp(tones[i].file, recording->name, 2))
            return &tones[i];
    fail_msg("no tone is called %s", recording->name);
    return NULL;
}

static void test_measures_tones(void **state)
{
    (void)state;
    struct exploration e = explore(place);
    assert_int_equal(e.corpus.count, TONES);
    assert_int_equal(e.unreadable, 0);
    for (int i = 0; i < e.corpus.count; i++) {
        const struct measures *m = &e.explored[i].measures;
        const struct tone *tone = tone_of(&e.corpus.recordings[i]);
        assert_true(e.explored[i].is_measured && e.explored[i].is_compared);
        assert_int_equal(m->rate, TONE_RATE);
        assert_int_equal(m->channels, 1);
        assert_float_equal(m->seconds, tone->seconds, 1e-4);
        assert_float_equal(m->peak, (float)(20 * log10(tone->amplitude)), 0.1);
        assert_float_equal(m->pitch, tone->hertz, 0.5);
        assert_float_equal(m->pitch_high, m->pitch_low, 0.5);
        assert_true(m->voiced > 0.95);
        /* A full-scale sine of 997 Hz has -3.01 LUFS; below it the filter takes up to 2 dB. */
        double level = 20 * log10(tone->amplitude) - 3.01;
        assert_true(m->loudness < level + 0.2 && m->loudness > level - 3);
    }
    explore_release(&e);
}

/* The same by the definition: a mean of each voice, then of the voices. A voice is told by a name,
 * or for the nameless by the sex. */
static double plain_mean(const char *emotion, const char *sex, double (*of)(const struct tone *),
                         int *voices)
{
    static const char *const keys[] = {"Ann", "Bea", "Carl", "/male", "/"};
    double total = 0;
    *voices = 0;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < TONES; i++) {
            const struct tone *t = &tones[i];
            int is_of = *keys[k] == '/' ? !*t->speaker && !strcmp(t->sex, keys[k] + 1)
                                        : !strcmp(t->speaker, keys[k]);
            if (!is_of || (emotion && strcmp(t->emotion, emotion) != 0) ||
                (sex && strcmp(t->sex, sex) != 0))
                continue;
            sum += of(t);
            count++;
        }
        if (count) {
            total += sum / count;
            ++*voices;
        }
    }
    return total / *voices;
}

static double seconds_of(const struct tone *tone)
{
    return tone->seconds;
}

static double hertz_of(const struct tone *tone)
{
    return tone->hertz;
}

/* NULL: any. */
static int label_named(const struct exploration *e, const char *name)
{
    if (!name)
        return LABEL_ANY;
    for (int i = 0; i < e->corpus.label_count; i++)
        if (!strcmp(e->corpus.labels[i], name))
            return i;
    fail_msg("no label %s", name);
    return -1;
}

static void test_means_are_those_of_the_definition(void **state)
{
    (void)state;
    struct exploration e = explore(place);
    static const char *const emotions[] = {NULL, "angry", "sad"}, *const sexes[] = {NULL, "female",
                                                                                    "male"};
    assert_int_equal(e.voice_count, 5);
    for (int l = 0; l < 3; l++)
        for (int s = 0; s < 3; s++) {
            int voices, label = label_named(&e, emotions[l]);
            int sex = s == 0 ? -1 : s == 1 ? (int)SEX_FEMALE : (int)SEX_MALE;
            struct selection selection = {label, sex, NULL};
            struct balanced got = balanced_mean(&e, QUANTITY_DURATION, selection);
            assert_float_equal(got.mean, plain_mean(emotions[l], sexes[s], seconds_of, &voices),
                               1e-4);
            assert_int_equal(got.voices, voices);
            got = balanced_mean(&e, QUANTITY_PITCH, selection);
            assert_float_equal(got.mean, plain_mean(emotions[l], sexes[s], hertz_of, &voices), 0.5);
        }
    explore_release(&e);
}

static void test_differences_are_within_voices(void **state)
{
    (void)state;
    struct exploration e = explore(place);
    int angry = label_named(&e, "angry"), sad = label_named(&e, "sad");
    struct balanced difference = balanced_difference(&e, QUANTITY_PITCH, angry, sad);
    /* Ann 320 - 200, Bea 260 - 180, Carl 150 - 110; nobody else has both. */
    double expected[] = {120, 80, 40};
    assert_int_equal(difference.voices, 3);
    assert_int_equal(difference.recordings, 8);
    assert_float_equal(difference.mean, 80, 0.5);
    double squares = 0;
    for (int i = 0; i < 3; i++)
        squares += (expected[i] - 80) * (expected[i] - 80);
    assert_float_equal(difference.deviation, sqrt(squares / 2), 0.5);
    assert_true(balanced_is_clear(&difference));
    struct balanced back = balanced_difference(&e, QUANTITY_PITCH, sad, angry);
    assert_float_equal(back.mean, -difference.mean, 1e-9);
    struct balanced same = balanced_difference(&e, QUANTITY_PITCH, sad, sad);
    assert_float_equal(same.mean, 0, 1e-12);
    assert_false(balanced_is_clear(&same));
    explore_release(&e);
}

static void test_counts(void **state)
{
    (void)state;
    struct exploration e = explore(place);
    assert_int_equal(selected_count(&e, SELECT_ALL), TONES);
    assert_int_equal(selected_count(&e, (struct selection){label_named(&e, "sad"), SEX_MALE, NULL}),
                     3);
    assert_int_equal(selected_count(&e, (struct selection){LABEL_ANY, SEX_UNKNOWN, NULL}), 1);
    assert_int_equal(selected_count(&e, (struct selection){LABEL_ANY, -1, "elsewhere"}), 0);
    assert_int_equal(named_speakers(&e, NULL, -1), 3);
    assert_int_equal(named_speakers(&e, NULL, SEX_FEMALE), 2);
    assert_int_equal(list_sexes(&e).count, 3);
    double sum = 0;
    for (int i = 0; i < TONES; i++)
        sum += tones[i].seconds;
    assert_float_equal(selected_seconds(&e, SELECT_ALL), sum, 1e-3);
    explore_release(&e);
}

static void test_writes_a_page(void **state)
{
    (void)state;
    struct exploration e = explore(place);
    char *html = page_of(&e), *again = page_of(&e);
    assert_has(html, "<b>11</b> <span>recordings");
    assert_has(html, "<b>3</b> <span>speakers: 2 women, 1 man");
    assert_has(html, "<em>angry</em> is <b>");
    assert_has(html, "<b>80 Hz higher</b> than <em>sad</em>");
    assert_has(html, "within each of 3 speakers");
    assert_has(html, "sex not said");
    assert_has(html, "id=\"examples\"");
    assert_has(html, "data:image/png;base64,");
    assert_lacks(html, "What listeners heard");
    assert_string_equal(html, again);
    assert_true(strlen(html) < 5000000);
    free(html);
    free(again);
    explore_release(&e);
}

static void test_relative_values_are_less_the_voices_mean(void **state)
{
    (void)state;
    struct exploration e = explore(place);
    double values[TONES], relative[TONES], sum = 0;
    int sad = label_named(&e, "sad");
    struct selection women_sad = {sad, SEX_FEMALE, NULL};
    assert_int_equal(selected_values(&e, QUANTITY_PITCH, women_sad, false, values), 2);
    assert_int_equal(selected_values(&e, QUANTITY_PITCH, women_sad, true, relative), 2);
    /* Ann's mean is (300 + 320 + 340 + 200) / 4, Bea's (260 + 180) / 2. */
    assert_float_equal(values[0], 200, 0.5);
    assert_float_equal(relative[0], 200 - 290, 0.5);
    assert_float_equal(values[1], 180, 0.5);
    assert_float_equal(relative[1], 180 - 220, 0.5);
    size_t count = selected_values(&e, QUANTITY_LOUDNESS, SELECT_ALL, true, relative);
    assert_int_equal(count, TONES);
    for (size_t i = 0; i < count; i++)
        sum += relative[i];
    assert_float_equal(sum, 0, 1e-9);
    explore_release(&e);
}

/* Threads change nothing, bit for bit. */
static void test_threads_change_nothing(void **state)
{
    (void)state;
    ser_error error;
    struct exploration one, many = explore(place);
    const char *places[] = {place};
    struct explore_settings settings = settings_of(places);
    settings.threads = 1;
    assert_ok(explore_collect(&one, &settings, &error));
    char *first = page_of(&one), *second = page_of(&many);
    assert_string_equal(first, second);
    free(first);
    free(second);
    explore_release(&one);
    explore_release(&many);
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

static void test_applies_a_label_map(void **state)
{
    (void)state;
    ser_error error;
    static const char map[] = "{\"name\": \"two\", \"description\": \"d\", \"by_sex\": false, "
                              "\"labels\": {\"hot\": [\"angry\"], \"cold\": [\"x\"]}}";
    char *labels = support_write("two.json", map, sizeof map - 1);
    const char *places[] = {place};
    struct explore_settings settings = settings_of(places);
    struct exploration e;
    settings.labels = labels;
    assert_ok(explore_collect(&e, &settings, &error));
    assert_int_equal(e.corpus.count, 6);
    assert_int_equal(e.corpus.label_count, 1);
    for (int i = 0; i < e.corpus.count; i++) {
        assert_string_equal(e.corpus.recordings[i].emotion, "hot");
        assert_string_equal(e.explored[i].intended, "angry");
        assert_float_equal(e.explored[i].measures.pitch, tone_of(&e.corpus.recordings[i])->hertz,
                           0.5);
    }
    char *html = page_of(&e);
    assert_has(html, "label map");
    free(html);
    explore_release(&e);
    free(labels);
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
    struct explore_settings settings = settings_of((const char *const[]){where});
    assert_error(explore_collect(&e, &settings, &error), SER_ERROR_FORMAT, "no usable recording");
    explore_release(&e);
    const char *places[] = {place};
    settings = settings_of(places);
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
    const char *places[] = {place};
    struct explore_settings settings = settings_of(places);
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
    struct exploration e = explore(place);
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

static void test_chooses_the_same_words(void **state)
{
    (void)state;
    static const struct tone said[] = {
        {"1.wav", "x", "x", "x", 200, 0.5, 0.5}, {"2.wav", "x", "x", "x", 201, 0.5, 0.5},
        {"3.wav", "x", "x", "x", 202, 0.5, 0.5}, {"4.wav", "x", "x", "x", 203, 0.5, 0.5},
        {"5.wav", "x", "x", "x", 204, 0.5, 0.5}, {"6.wav", "x", "x", "x", 205, 0.5, 0.5},
    };
    char *where = tones_write("said", said, 6);
    scratch_add("said", "list.csv",
                "path,emotion,speaker,sex,text\n"
                "1.wav,angry,Ann,female,alone\n2.wav,angry,Ann,female,both\n"
                "3.wav,sad,Ann,female,both\n4.wav,angry,Bea,female,both\n"
                "5.wav,calm,Bea,female,both\n6.wav,angry,Carl,male,both\n");
    struct exploration e = explore(where);
    struct label_list labels = list_labels(&e);
    struct choice choice;
    choose_examples(&e, labels.labels, labels.count, &choice);
    assert_int_equal(choice.count, 2);
    char chosen[160] = "";
    for (int l = 0; l < labels.count; l++)
        for (int s = 0; s < choice.count; s++) {
            int index = choice.recordings[l][s];
            size_t used = strlen(chosen);
            snprintf(chosen + used, sizeof chosen - used, "%s%s%s", s ? "," : labels.names[l],
                     s ? "" : ":", index < 0 ? "- " : e.corpus.recordings[index].name);
        }
    assert_string_equal(chosen, "calm:5,- sad:3,- angry:2,6");
    explore_release(&e);
    free(where);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures_tones),
        cmocka_unit_test(test_means_are_those_of_the_definition),
        cmocka_unit_test(test_differences_are_within_voices),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_writes_a_page),
        cmocka_unit_test(test_relative_values_are_less_the_voices_mean),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_speech_is_compared_alone),
        cmocka_unit_test(test_survives_hostile_names),
        cmocka_unit_test(test_counts_what_cannot_be_read),
        cmocka_unit_test(test_all_is_broken),
        cmocka_unit_test(test_silence_has_no_pitch),
        cmocka_unit_test(test_survives_hostile_sound),
        cmocka_unit_test(test_applies_a_label_map),
        cmocka_unit_test(test_refuses_what_is_no_corpus),
        cmocka_unit_test(test_stops_when_asked),
        cmocka_unit_test(test_tells_what_listeners_heard),
        cmocka_unit_test(test_recordings_without_emotion),
        cmocka_unit_test(test_one_speaker),
        cmocka_unit_test(test_many_speakers),
        cmocka_unit_test(test_chooses_the_same_words),
    };
    return cmocka_run_group_tests(tests, prepare, clean_up);
}

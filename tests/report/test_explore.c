#define _GNU_SOURCE
#include "exploration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../corpora/scratch_corpus.h"
#include "report/explore/explore_choice.h"
#include "report/explore/explore_page.h"

static const struct tone *tone_of(const struct recording *recording)
{
    for (int i = 0; i < EXPLORATION_TONES; i++)
        if (!strncmp(exploration_tones[i].file, recording->name, 2))
            return &exploration_tones[i];
    fail_msg("no tone is called %s", recording->name);
    return NULL;
}

static void test_measures_tones(void **state)
{
    (void)state;
    struct exploration e = explore(exploration_place);
    assert_int_equal(e.corpus.count, EXPLORATION_TONES);
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
        for (int i = 0; i < EXPLORATION_TONES; i++) {
            const struct tone *t = &exploration_tones[i];
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

static void test_means_are_those_of_the_definition(void **state)
{
    (void)state;
    struct exploration e = explore(exploration_place);
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
    struct exploration e = explore(exploration_place);
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
    struct exploration e = explore(exploration_place);
    assert_int_equal(selected_count(&e, SELECT_ALL), EXPLORATION_TONES);
    assert_int_equal(selected_count(&e, (struct selection){label_named(&e, "sad"), SEX_MALE, NULL}),
                     3);
    assert_int_equal(selected_count(&e, (struct selection){LABEL_ANY, SEX_UNKNOWN, NULL}), 1);
    assert_int_equal(selected_count(&e, (struct selection){LABEL_ANY, -1, "elsewhere"}), 0);
    assert_int_equal(named_speakers(&e, NULL, -1), 3);
    assert_int_equal(named_speakers(&e, NULL, SEX_FEMALE), 2);
    assert_int_equal(list_sexes(&e).count, 3);
    double sum = 0;
    for (int i = 0; i < EXPLORATION_TONES; i++)
        sum += exploration_tones[i].seconds;
    assert_float_equal(selected_seconds(&e, SELECT_ALL), sum, 1e-3);
    explore_release(&e);
}

static void test_writes_a_page(void **state)
{
    (void)state;
    struct exploration e = explore(exploration_place);
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
    struct exploration e = explore(exploration_place);
    double values[EXPLORATION_TONES], relative[EXPLORATION_TONES], sum = 0;
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
    assert_int_equal(count, EXPLORATION_TONES);
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
    struct exploration one, many = explore(exploration_place);
    const char *places[] = {exploration_place};
    struct explore_settings settings = exploration_settings(places);
    settings.threads = 1;
    assert_ok(explore_collect(&one, &settings, &error));
    char *first = page_of(&one), *second = page_of(&many);
    assert_string_equal(first, second);
    free(first);
    free(second);
    explore_release(&one);
    explore_release(&many);
}

static void test_applies_a_label_map(void **state)
{
    (void)state;
    ser_error error;
    static const char map[] = "{\"name\": \"two\", \"description\": \"d\", \"by_sex\": false, "
                              "\"labels\": {\"hot\": [\"angry\"], \"cold\": [\"x\"]}}";
    char *labels = support_write("two.json", map, sizeof map - 1);
    const char *places[] = {exploration_place};
    struct explore_settings settings = exploration_settings(places);
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
        cmocka_unit_test(test_applies_a_label_map),
        cmocka_unit_test(test_chooses_the_same_words),
    };
    return cmocka_run_group_tests(tests, exploration_prepare, exploration_clean_up);
}

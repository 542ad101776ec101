#include "exploration.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "report/explore/explore_page.h"

const struct tone exploration_tones[EXPLORATION_TONES] = {
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

char *exploration_place;

int exploration_prepare(void **state)
{
    (void)state;
    exploration_place = tones_write("tones", exploration_tones, EXPLORATION_TONES);
    return 0;
}

int exploration_clean_up(void **state)
{
    (void)state;
    free(exploration_place);
    support_cleanup();
    return 0;
}

struct explore_settings exploration_settings(const char *const *where)
{
    return (struct explore_settings){
        .places = where, .count = 1, .voices = {true, true, true}, .threads = 2};
}

struct exploration explore(const char *where)
{
    ser_error error;
    struct exploration e;
    const char *places[] = {where};
    struct explore_settings settings = exploration_settings(places);
    assert_ok(explore_collect(&e, &settings, &error));
    e.settings.places = NULL; /* does not outlive this function */
    return e;
}

char *page_of(const struct exploration *e)
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

void assert_has(const char *html, const char *part)
{
    if (!strstr(html, part))
        fail_msg("the page lacks \"%s\"", part);
}

void assert_lacks(const char *html, const char *part)
{
    if (strstr(html, part))
        fail_msg("the page has \"%s\"", part);
}

int label_named(const struct exploration *e, const char *name)
{
    if (!name)
        return LABEL_ANY;
    for (int i = 0; i < e->corpus.label_count; i++)
        if (!strcmp(e->corpus.labels[i], name))
            return i;
    fail_msg("no label %s", name);
    return -1;
}

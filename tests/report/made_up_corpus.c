#define _GNU_SOURCE
#include "made_up_corpus.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../training/small_corpus.h"
#include "base/file.h"
#include "base/utf8.h"

static void write_tone(const char *folder, const struct tone *tone)
{
    char *path = NULL;
    size_t count = (size_t)(tone->seconds * TONE_RATE);
    float *samples = calloc(count, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < count; i++)
        samples[i] = (float)(tone->amplitude * sin(2 * M_PI * tone->hertz * (double)i / TONE_RATE));
    assert_true(asprintf(&path, "%s/%s", folder, tone->file) > 0);
    write_wav(path, samples, count, TONE_RATE, 1);
    free(samples);
    free(path);
}

char *tones_write(const char *folder, const struct tone *tones, int count)
{
    ser_error error;
    char *place = support_scratch(folder), *path = NULL;
    assert_ok(file_make_folder(place, &error));
    assert_true(asprintf(&path, "%s/list.csv", place) > 0);
    FILE *manifest = fopen(path, "w");
    assert_non_null(manifest);
    fputs("path,emotion,speaker,sex\n", manifest);
    for (int i = 0; i < count; i++) {
        write_tone(place, &tones[i]);
        fprintf(manifest, "%s,%s,%s,%s\n", tones[i].file, tones[i].emotion, tones[i].speaker,
                tones[i].sex);
    }
    assert_int_equal(fclose(manifest), 0);
    free(path);
    return place;
}

enum { MAX_DEPTH = 64, MAX_NAME = 16 };

static int is_void(const char *name)
{
    return !strcmp(name, "meta") || !strcmp(name, "img") || !strcmp(name, "br");
}

/* The end of a tag, where all attributes are name="value" or a lone name. */
static const char *skip_attributes(const char *at, int *is_allowed)
{
    while (*at && *at != '>') {
        const char *name = at;
        at += strcspn(at, "=> \n");
        size_t length = (size_t)(at - name);
        *is_allowed &= length < 2 || strncmp(name, "on", 2) != 0; /* onclick and the like */
        if (*at == '=') {
            if (at[1] != '"')
                fail_msg("an attribute without quotes: %.40s", name);
            if (length == 3 && !strncmp(name, "src", 3))
                *is_allowed &= !strncmp(at + 2, "data:image/", 11);
            at = strchr(at + 2, '"');
            assert_non_null(at);
            at++;
        }
        at += strspn(at, " \n");
    }
    return at;
}

void assert_whole_page(const char *html)
{
    char open[MAX_DEPTH][MAX_NAME];
    int depth = 0, is_allowed = 1;
    assert_true(utf8_is_valid(html));
    assert_int_equal(strncmp(html, "<!DOCTYPE html>", 15), 0);
    for (const char *at = strchr(html + 1, '<'); at; at = strchr(at, '<')) {
        int closes = at[1] == '/';
        const char *name = at + 1 + closes;
        size_t length = 0;
        while (isalnum((unsigned char)name[length]))
            length++;
        if (!length || length >= MAX_NAME)
            fail_msg("no element: %.40s", at);
        char element[MAX_NAME] = "";
        memcpy(element, name, length);
        is_allowed &= strcmp(element, "script") != 0 && strcmp(element, "link") != 0 &&
                      strcmp(element, "iframe") != 0;
        at = skip_attributes(name + length + strspn(name + length, " \n"), &is_allowed);
        if (closes && (depth == 0 || strcmp(open[--depth], element) != 0))
            fail_msg("</%s> closes <%s>", element, open[depth]);
        if (!closes && !is_void(element)) {
            assert_true(depth < MAX_DEPTH);
            memcpy(open[depth++], element, MAX_NAME);
        }
    }
    assert_int_equal(depth, 0);
    assert_true(is_allowed);
    assert_null(strstr(html, "@import"));
    assert_null(strstr(html, "url("));
}

#include "corpora/labels.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/plain_text.h"

enum { FILE_LIMIT = 1 << 20 };

static bool contains(const json_t *words, const char *word)
{
    size_t i;
    json_t *item;
    json_array_foreach(words, i, item)
    {
        if (json_is_string(item) && !strcmp(json_string_value(item), word))
            return true;
    }
    return false;
}

/* The label under which a word stands; NULL when it stands under none. */
static const char *find_label(const json_t *labels, const char *word)
{
    const char *label;
    json_t *words;
    json_object_foreach((json_t *)(uintptr_t)labels, label, words)
    {
        if (contains(words, word))
            return label;
    }
    return NULL;
}

static ser_status check_words(const json_t *labels, const char *label, const json_t *words,
                              const char *path, ser_error *error)
{
    size_t i;
    json_t *item;
    if (!json_is_array(words) || !json_array_size(words))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: label \"%.40s\" has no words, expected an array of emotions", path,
                         label);
    json_array_foreach(words, i, item)
    {
        const char *word = json_string_value(item);
        if (!word || !*word || strlen(word) >= EMOTION_LENGTH)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: label \"%.40s\": word %zu is none of 1 to %d bytes", path, label,
                             i + 1, EMOTION_LENGTH - 1);
        if (find_label(labels, word) != label)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: \"%s\" stands under \"%.40s\" and \"%.40s\", expected it once",
                             path, word, find_label(labels, word), label);
    }
    return SER_OK;
}

/* Labels of one sex ("" where sex does not count) in the order of the file. */
static ser_status add_labels(struct label_map *map, const json_t *labels, const char *prefix,
                             const char *path, ser_error *error)
{
    const char *label;
    json_t *words;
    json_object_foreach((json_t *)(uintptr_t)labels, label, words)
    {
        if (map->count == CORPUS_MAX_LABELS)
            return error_set(error, SER_ERROR_FORMAT, "%s: expected at most %d labels", path,
                             CORPUS_MAX_LABELS);
        int length = snprintf(map->labels[map->count++], EMOTION_LENGTH, "%s%s", prefix, label);
        if (length >= EMOTION_LENGTH || !*label || !text_is_plain(label, EMOTION_LENGTH))
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: label \"%.40s\" is none of 1 to %zu bytes without control "
                             "characters",
                             path, label, EMOTION_LENGTH - 1 - strlen(prefix));
    }
    return SER_OK;
}

static ser_status check_map(struct label_map *map, const char *path, ser_error *error)
{
    struct json_reader reader = json_reader_begin(map->root, path, error);
    json_read_text(&reader, "name");
    json_read_text_or(&reader, "description", "");
    map->by_sex = json_read_flag_or(&reader, "by_sex", 0);
    const json_t *labels = json_read_node(&reader, "labels", JSON_OBJECT);
    ser_status status = json_reader_end(&reader);
    if (status)
        return status;
    if (json_object_size(labels) < 2)
        return error_set(error, SER_ERROR_FORMAT, "%s: %zu labels, expected at least 2", path,
                         json_object_size(labels));
    status = add_labels(map, labels, map->by_sex ? "female_" : "", path, error);
    if (!status && map->by_sex)
        status = add_labels(map, labels, "male_", path, error);
    const char *label;
    json_t *words;
    json_object_foreach((json_t *)(uintptr_t)labels, label, words)
    {
        if (!status)
            status = check_words(labels, label, words, path, error);
    }
    return status;
}

ser_status label_map_read(struct label_map *map, const char *path, ser_error *error)
{
    char *text = NULL;
    size_t size;
    *map = (struct label_map){0};
    ser_status status = file_read(path, FILE_LIMIT, &text, &size, error);
    if (!status)
        status = json_parse(&map->root, text, size, path, error);
    free(text);
    return status ? status : check_map(map, path, error);
}

ser_status label_map_take(struct label_map *map, json_t *root, const char *where, ser_error *error)
{
    *map = (struct label_map){.root = json_incref(root)};
    return check_map(map, where, error);
}

void label_map_release(struct label_map *map)
{
    json_decref(map->root);
    *map = (struct label_map){0};
}

bool label_map_find(const struct label_map *map, const struct recording *recording,
                    char label[EMOTION_LENGTH])
{
    const char *found = find_label(json_object_get(map->root, "labels"), recording->emotion);
    if (!found || (map->by_sex && recording->sex == SEX_UNKNOWN))
        return false;
    snprintf(label, EMOTION_LENGTH, "%s%s%s", map->by_sex ? sex_name(recording->sex) : "",
             map->by_sex ? "_" : "", found);
    return true;
}

/* Replaces the recording's emotion by its label; false when it has none. */
static bool relabel(const struct label_map *map, struct recording *recording)
{
    char label[EMOTION_LENGTH];
    if (!label_map_find(map, recording, label))
        return false;
    memcpy(recording->emotion, label, sizeof label);
    return true;
}

/* The labels of the map that occur, in its order. */
static void list_labels(const struct label_map *map, struct corpus *corpus)
{
    corpus->label_count = 0;
    for (int i = 0; i < map->count; i++)
        if (corpus_count(corpus, map->labels[i]))
            memcpy(corpus->labels[corpus->label_count++], map->labels[i], EMOTION_LENGTH);
}

ser_status label_map_apply(const struct label_map *map, struct corpus *corpus, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < corpus->count && !status; i++) {
        struct recording *recording = &corpus->recordings[i];
        bool has_label = map ? relabel(map, recording) : *recording->emotion != 0;
        if (!has_label)
            status = corpus_leave_out(corpus, i, LEFT_OUT_UNLABELLED,
                                      *recording->emotion ? recording->emotion : NULL, NULL, error);
    }
    corpus_close_gaps(corpus);
    if (map)
        list_labels(map, corpus);
    return status;
}

static bool uses_word(const struct corpus *corpus, const char *name, const char *emotion)
{
    for (int i = 0; i < corpus->count; i++)
        if (!strcmp(corpus->recordings[i].corpus, name) &&
            !strcmp(corpus->recordings[i].emotion, emotion))
            return true;
    return false;
}

ser_status labels_check_words(const struct corpus *corpus, ser_error *error)
{
    for (int i = 0; i + 1 < corpus->count; i++) {
        const struct recording *a = &corpus->recordings[i], *b = a + 1;
        if (!strcmp(a->corpus, b->corpus))
            continue;
        for (int label = 0; label < corpus->label_count; label++) {
            const char *word = corpus->labels[label];
            bool in_a = uses_word(corpus, a->corpus, word);
            if (in_a != uses_word(corpus, b->corpus, word))
                return error_set(error, SER_ERROR_ARGUMENT,
                                 "corpus %s has the emotion \"%s\" and %s has not; choose a label "
                                 "map that says which words mean the same, such as common7",
                                 in_a ? a->corpus : b->corpus, word, in_a ? b->corpus : a->corpus);
        }
    }
    return SER_OK;
}

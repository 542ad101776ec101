#define _GNU_SOURCE
#include "corpora/readers/crema_d_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { KEY_LENGTH = 24, OLDEST = 120 };

/* What a row of one of the tables says, of an actor or of a recording. */
struct entry {
    int line;
    char key[KEY_LENGTH]; /* "1001" or "1001_IEO_NEU_XX" */
    int age;
    enum sex sex;
    char heard[EMOTION_LENGTH];
};

struct table {
    const char *file;
    const char *columns[3]; /* of the key and of what is told; NULL: no third */
    /* Fills the entry from the values; false where they are impossible. */
    bool (*read)(struct entry *entry, const char *const values[3]);
    void (*apply)(struct recording *recording, const struct entry *entry);
    const char *(*key)(const struct recording *recording);
};

static bool read_actor(struct entry *entry, const char *const values[3])
{
    char *end;
    long age = strtol(values[1], &end, 10);
    if (*end || age < 1 || age > OLDEST)
        return false;
    entry->age = (int)age;
    entry->sex = !strcasecmp(values[2], "female") ? SEX_FEMALE
                 : !strcasecmp(values[2], "male") ? SEX_MALE
                                                  : SEX_UNKNOWN;
    return entry->sex != SEX_UNKNOWN;
}

/* What a manifest says of its own goes before. */
static void apply_actor(struct recording *recording, const struct entry *entry)
{
    if (!recording->age_low)
        recording->age_low = recording->age_high = entry->age;
    if (recording->sex == SEX_UNKNOWN)
        recording->sex = entry->sex;
}

static const char *key_of_actor(const struct recording *recording)
{
    return recording->speaker;
}

/* "A:N", a tie, to "anger|neutral". A tie of all six emotions says nothing and has no room. */
static bool read_vote(struct entry *entry, const char *const values[3])
{
    static const char letters[] = "ADFHNS";
    size_t used = 0;
    for (const char *vote = values[1];; vote += 2) {
        const char *letter = *vote ? strchr(letters, *vote) : NULL;
        if (!letter || (vote[1] && vote[1] != ':'))
            return false;
        if (used < sizeof entry->heard)
            used += (size_t)snprintf(entry->heard + used, sizeof entry->heard - used, "%s%s",
                                     used ? "|" : "", crema_d_reader.emotions[letter - letters]);
        if (!vote[1])
            break;
    }
    if (used >= sizeof entry->heard)
        entry->heard[0] = 0;
    return true;
}

static void apply_vote(struct recording *recording, const struct entry *entry)
{
    if (!*recording->heard)
        memcpy(recording->heard, entry->heard, sizeof recording->heard);
}

static const char *key_of_vote(const struct recording *recording)
{
    return file_name(recording->name);
}

static const struct table tables[] = {
    {"VideoDemographics.csv", {"ActorID", "Age", "Sex"}, read_actor, apply_actor, key_of_actor},
    {"summaryTable.csv", {"FileName", "VoiceVote"}, read_vote, apply_vote, key_of_vote},
};

enum { TABLES = sizeof tables / sizeof *tables };

struct entries {
    struct entry *items;
    size_t count, capacity;
};

static ser_status add_entry(struct entries *entries, const struct entry *entry, ser_error *error)
{
    if (!memory_reserve(&entries->items, &entries->capacity, entries->count + 1,
                        sizeof *entries->items))
        return error_memory(error, "reading CREMA-D's tables");
    entries->items[entries->count++] = *entry;
    return SER_OK;
}

static ser_status leave_out(struct corpus *corpus, const char *path, int line, const char *detail,
                            ser_error *error)
{
    char *place = NULL;
    if (asprintf(&place, "%s:%d", path, line) < 0)
        return error_memory(error, "reading CREMA-D's tables");
    ser_status status = left_out_add(&corpus->left_out, place, LEFT_OUT_ROW, detail, NULL, error);
    free(place);
    return status;
}

/* Finds the table's columns; false when one of them is not there. */
static bool find_columns(const struct csv *csv, const struct table *table, int places[3])
{
    bool found = true;
    for (int i = 0; i < 3; i++) {
        places[i] = table->columns[i] ? csv_find_column(csv, table->columns[i]) : 0;
        found = found && places[i] >= 0;
    }
    return found;
}

static ser_status read_rows(struct entries *entries, struct csv *csv, const int places[3],
                            const struct table *table, struct corpus *corpus, const char *path,
                            ser_error *error)
{
    ser_status status = SER_OK;
    while (!status && csv_next(csv)) {
        struct entry entry = {.line = csv->line};
        const char *values[3] = {"", "", ""};
        for (int i = 0; i < 3 && !*csv->problem; i++)
            values[i] = csv->cells[places[i]];
        size_t length = strlen(values[0]);
        if (*csv->problem)
            status = leave_out(corpus, path, csv->line, csv->problem, error);
        else if (length >= KEY_LENGTH || !table->read(&entry, values))
            status =
                leave_out(corpus, path, csv->line, "a value that CREMA-D does not have", error);
        else {
            memcpy(entry.key, values[0], length + 1);
            status = add_entry(entries, &entry, error);
        }
    }
    return status;
}

/* By key, the rows of one key in their order. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    return order ? order : (left->line > right->line) - (left->line < right->line);
}

/* The first row of that key. */
static const struct entry *find_entry(const struct entries *entries, const char *key)
{
    size_t low = 0, high = entries->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(entries->items[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < entries->count && !strcmp(entries->items[low].key, key) ? &entries->items[low]
                                                                         : NULL;
}

static void apply(struct corpus *corpus, const struct table *table, struct entries *entries)
{
    if (entries->count)
        qsort(entries->items, entries->count, sizeof *entries->items, compare_entries);
    for (int i = 0; i < corpus->count; i++) {
        struct recording *recording = &corpus->recordings[i];
        const struct entry *entry = recording->reader == &crema_d_reader
                                        ? find_entry(entries, table->key(recording))
                                        : NULL;
        if (entry)
            table->apply(recording, entry);
    }
}

/* A table that is none, such as a pointer of Git LFS, does not keep the recordings back. */
static ser_status read_table(struct corpus *corpus, const struct table *table, const char *path,
                             ser_error *error)
{
    struct csv csv;
    struct entries entries = {0};
    int places[3] = {0};
    ser_error own;
    ser_status status = csv_open(&csv, path, &own);
    if (!status && !find_columns(&csv, table, places))
        status = error_set(&own, SER_ERROR_FORMAT, "expected the columns %s, %s%s%s",
                           table->columns[0], table->columns[1], table->columns[2] ? ", " : "",
                           table->columns[2] ? table->columns[2] : "");
    if (status == SER_ERROR_MEMORY)
        error_set(error, status, "%s", own.message);
    else if (status)
        status =
            left_out_add(&corpus->left_out, path, LEFT_OUT_UNREADABLE, own.message, NULL, error);
    else
        status = read_rows(&entries, &csv, places, table, corpus, path, error);
    if (!status)
        apply(corpus, table, &entries);
    free(entries.items);
    csv_close(&csv);
    return status;
}

static int is_table(const char *name)
{
    for (int i = 0; i < TABLES; i++)
        if (!strcmp(name, tables[i].file))
            return 1;
    return 0;
}

/* Where the table lies: at or below the folder, or as the corpus is published, with the sound in a
 * folder beside the tables. NULL where there is none. */
static ser_status find_table(const struct table *table, const struct file_list *below,
                             const char *folder, char **path, ser_error *error)
{
    static const char *const around[] = {"..", "../processedResults"};
    *path = NULL;
    for (size_t i = 0; i < below->count && !*path; i++) {
        if (strcmp(file_name(below->paths[i]), table->file) != 0)
            continue;
        *path = memory_copy_text(below->paths[i]);
        if (!*path)
            return error_memory(error, "reading CREMA-D's tables");
    }
    for (int i = 0; i < 2 && !*path; i++) {
        if (asprintf(path, "%s/%s/%s", folder, around[i], table->file) < 0) {
            *path = NULL;
            return error_memory(error, "reading CREMA-D's tables");
        }
        if (access(*path, F_OK)) {
            free(*path);
            *path = NULL;
        }
    }
    return SER_OK;
}

static bool has_recordings(const struct corpus *corpus)
{
    for (int i = 0; i < corpus->count; i++)
        if (corpus->recordings[i].reader == &crema_d_reader)
            return true;
    return false;
}

ser_status crema_d_add_tables(struct corpus *corpus, const char *folder, ser_error *error)
{
    struct file_list below = {0};
    if (!has_recordings(corpus))
        return SER_OK;
    ser_status status = file_list_add(&below, folder, is_table, error);
    for (int i = 0; i < TABLES && !status; i++) {
        char *path;
        status = find_table(&tables[i], &below, folder, &path, error);
        if (path)
            status = read_table(corpus, &tables[i], path, error);
        free(path);
    }
    file_list_release(&below);
    return status;
}

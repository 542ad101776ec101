/* The small files that people write by hand: label maps, splits, and the logs that are drawn.
 * Whatever the bytes are, each is refused with a sentence or read as something that keeps its
 * promises. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corpora/labels.h"
#include "evaluation/split_file.h"
#include "report/charts/training_log.h"

static void require(int holds)
{
    if (!holds)
        abort();
}

static void try_labels(const char *path)
{
    ser_error error = {0};
    struct label_map map;
    ser_status status = label_map_read(&map, path, &error);
    require(!status || *error.message);
    require(status || (map.count >= 2 && map.count <= CORPUS_MAX_LABELS));
    for (int i = 0; i < map.count && !status; i++)
        require(*map.labels[i] && memchr(map.labels[i], 0, EMOTION_LENGTH));
    label_map_release(&map);
}

static void try_split(const char *path)
{
    ser_error error = {0};
    struct split_file file;
    ser_status status = split_file_read(&file, path, &error);
    require(!status || *error.message);
    require(status || (file.count > 0 && *file.protocol));
    for (int i = 1; i < file.count && !status; i++) {
        const struct split_row *row = &file.rows[i];
        int order = strcmp(row[-1].corpus, row[0].corpus);
        require(order < 0 || (!order && strcmp(row[-1].name, row[0].name) <= 0));
    }
    split_file_release(&file);
}

static void try_log(const uint8_t *data, size_t size)
{
    ser_error error = {0};
    struct training_log log = {0};
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = 0;
    ser_status status = training_log_parse(&log, text, "log", &error);
    require(!status || *error.message);
    require(!status || !log.count);
    for (int i = 0; i < log.count; i++)
        require(log.runs[i].name && log.runs[i].count > 0);
    training_log_release(&log);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/ser-fuzz-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    require(stream && fwrite(data, 1, size, stream) == size && !fclose(stream));
    try_labels(path);
    try_split(path);
    try_log(data, size);
    unlink(path);
    return 0;
}

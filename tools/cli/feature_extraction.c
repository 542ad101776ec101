#define _GNU_SOURCE
#include "feature_extraction.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "in_order.h"
#include "operands.h"
#include "progress_line.h"
#include "stop.h"

enum { SHEETS_PER_THREAD = 4 };

/* What one thread works with. */
struct worker {
    ser_extractor *extractor;
    ser_features features;
    float *values; // (functionals)
};

/* The rows of one recording, on their way to the table. */
struct sheet {
    char *bytes; /* as the format has them */
    size_t size, rows;
    ser_status status;
    ser_error error;
};

struct extraction {
    const struct feature_request *request;
    const struct file_list *list;
    struct worker *workers; // (threads)
    struct sheet *sheets;   // (window)
    struct feature_table table;
    FILE *stream;
    size_t rows;
    int failed, show_progress;
    atomic_int write_failure; /* errno of the first write that failed, 0 so far */
};

ser_status create_extractor(ser_extractor **extractor, const struct feature_request *request,
                            ser_error *error)
{
    ser_status status = ser_extractor_create(extractor, &request->settings, error);
    if (!status && request->functionals)
        status = ser_extractor_set_functionals(*extractor, request->functionals, error);
    if (status) {
        ser_extractor_destroy(*extractor);
        *extractor = NULL;
    }
    return status;
}

/* Computes what the rows of one recording hold. */
static ser_status compute(struct worker *worker, const struct feature_table *table,
                          const ser_audio *audio, ser_error *error)
{
    ser_extractor *extractor = worker->extractor;
    if (table->by_frame)
        return ser_extractor_run(extractor, audio->samples, audio->frames, &worker->features,
                                 error);
    return ser_extractor_summarise(extractor, audio->samples, audio->frames, worker->values, error);
}

/* Writes the rows of one recording as the format has them. */
static void write_rows(FILE *stream, const struct extraction *extraction,
                       const struct worker *worker, const char *file, size_t samples, size_t *rows)
{
    const struct feature_table *table = &extraction->table;
    const struct feature_writer *writer = extraction->request->writer;
    struct feature_row row = {.file = file, .values = worker->values};
    if (!table->by_frame) {
        writer->row(stream, table, &row);
        *rows = 1;
        return;
    }
    const ser_features *features = &worker->features;
    for (int t = 0; t < features->frames; t++) {
        ser_extractor_time(worker->extractor, samples, t, &row.start, &row.end);
        row.values = features->values + (size_t)t * (size_t)features->columns;
        if (t)
            fputs(writer->separator, stream);
        writer->row(stream, table, &row);
    }
    *rows = (size_t)features->frames;
}

static ser_status fill_sheet(struct sheet *sheet, const struct extraction *extraction,
                             struct worker *worker, const char *file, ser_error *error)
{
    const ser_features_settings *features = &extraction->request->settings;
    ser_audio_settings settings = {
        .rate = features->rate,
        .mono = 1,
        .min_rate = ser_feature_set_min_rate(features->set),
    };
    ser_audio audio;
    ser_error reason = {0};
    ser_status status = load_operand(&audio, file, &settings, error);
    if (status)
        return status;
    status = compute(worker, &extraction->table, &audio, &reason);
    size_t samples = audio.frames;
    ser_audio_release(&audio);
    if (status)
        return error_set(error, status, "%s: %s", operand_name(file), reason.message);
    FILE *stream = open_memstream(&sheet->bytes, &sheet->size);
    if (stream)
        write_rows(stream, extraction, worker, file, samples, &sheet->rows);
    if (!stream || fclose(stream))
        return error_set(error, SER_ERROR_MEMORY, "%s: out of memory", operand_name(file));
    return SER_OK;
}

static void work(void *context, int index, int thread, int slot)
{
    struct extraction *extraction = context;
    struct sheet *sheet = &extraction->sheets[slot];
    *sheet = (struct sheet){0};
    if (extraction->write_failure)
        return; /* a full disk need not wait until all is computed */
    sheet->status = fill_sheet(sheet, extraction, &extraction->workers[thread],
                               extraction->list->paths[index], &sheet->error);
}

static void deliver(void *context, int index, int slot)
{
    struct extraction *extraction = context;
    struct sheet *sheet = &extraction->sheets[slot];
    int total = (int)extraction->list->count, done = index + 1;
    if (sheet->status) {
        progress_line_clear();
        complain("features", "%s", sheet->error.message);
        extraction->failed++;
    } else if (sheet->rows) {
        if (extraction->rows)
            fputs(extraction->request->writer->separator, extraction->stream);
        fwrite(sheet->bytes, 1, sheet->size, extraction->stream);
        extraction->rows += sheet->rows;
        if (ferror(extraction->stream) && !extraction->write_failure)
            extraction->write_failure = errno ? errno : EIO;
    }
    free(sheet->bytes);
    if (extraction->show_progress) {
        char text[64];
        snprintf(text, sizeof text, "%d of %d recordings", done, total);
        progress_line_show("extracting", done, total, text);
    }
}

/* Reads all recordings and writes all rows to the stream. */
static ser_status write_table(struct extraction *extraction, struct pool *pool, ser_error *error)
{
    const struct feature_writer *writer = extraction->request->writer;
    int count = (int)extraction->list->count;
    writer->begin(extraction->stream, &extraction->table);
    ser_status status = in_order_run(pool, count, pool_threads(pool) * SHEETS_PER_THREAD, work,
                                     deliver, extraction, error);
    if (extraction->show_progress)
        progress_line_clear();
    if (writer->end)
        writer->end(extraction->stream, &extraction->table, extraction->rows);
    return status;
}

/* The line on standard output that says what has become of it all. */
static void print_result(const struct extraction *extraction)
{
    const struct feature_request *request = extraction->request;
    printf("%s: %zu %s of %d columns (%s)\n", request->out, extraction->rows,
           request->by_frame ? "frames" : "recordings", feature_table_columns(&extraction->table),
           ser_feature_set_name(request->settings.set));
}

static ser_status write_file(struct extraction *extraction, struct pool *pool, ser_error *error)
{
    const char *out = extraction->request->out;
    struct file_writer file;
    ser_status status = file_writer_open(&file, out, error);
    if (status)
        return status;
    char *unfinished = memory_copy_text(file.temporary); /* the writer forgets it first */
    stop_at_once(unfinished);
    extraction->stream = file.stream;
    status = write_table(extraction, pool, error);
    if (!status && extraction->write_failure)
        status = error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", out,
                           strerror(extraction->write_failure));
    if (!status && !extraction->rows)
        status = error_set(error, SER_ERROR_FORMAT,
                           "%s: not written, as none of the recordings could be used", out);
    if (status)
        file_writer_abandon(&file);
    else
        status = file_writer_commit(&file, error);
    stop_at_once(NULL);
    free(unfinished);
    if (!status)
        print_result(extraction);
    return status;
}

static ser_status create_workers(struct extraction *extraction, int threads, ser_error *error)
{
    extraction->workers = calloc((size_t)threads, sizeof *extraction->workers);
    extraction->sheets = calloc((size_t)threads * SHEETS_PER_THREAD, sizeof *extraction->sheets);
    if (!extraction->workers || !extraction->sheets)
        return error_memory(error, "starting the work");
    for (int i = 0; i < threads; i++) {
        struct worker *worker = &extraction->workers[i];
        ser_status status = create_extractor(&worker->extractor, extraction->request, error);
        if (status)
            return status;
        size_t values = (size_t)ser_extractor_functionals(worker->extractor);
        worker->values = calloc(values + 1, sizeof *worker->values);
        if (!worker->values)
            return error_memory(error, "starting the work");
    }
    extraction->table.extractor = extraction->workers[0].extractor;
    return SER_OK;
}

static void release_workers(struct extraction *extraction, int threads)
{
    for (int i = 0; i < threads && extraction->workers; i++) {
        ser_extractor_destroy(extraction->workers[i].extractor);
        ser_features_release(&extraction->workers[i].features);
        free(extraction->workers[i].values);
    }
    free(extraction->workers);
    free(extraction->sheets);
}

int extract_features(const struct feature_request *request, const struct file_list *list)
{
    struct extraction extraction = {
        .request = request,
        .list = list,
        .table = {.by_frame = request->by_frame},
        .stream = stdout,
        /* On a terminal, the rows themselves show how far it is. */
        .show_progress = request->out || !isatty(STDOUT_FILENO),
    };
    struct pool *pool = NULL;
    ser_error error = {0};
    int threads = request->threads ? request->threads : pool_processors();
    if ((size_t)threads > list->count)
        threads = (int)list->count;
    ser_status status = pool_create(&pool, threads, &error);
    if (!status)
        status = create_workers(&extraction, threads, &error);
    if (!status)
        status = request->out ? write_file(&extraction, pool, &error)
                              : write_table(&extraction, pool, &error);
    if (status)
        complain("features", "%s", error.message);
    pool_destroy(pool);
    release_workers(&extraction, threads);
    return extraction.failed + (status != SER_OK);
}

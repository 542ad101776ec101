#define _GNU_SOURCE
#include "feature_extraction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "feature_rates.h"
#include "feature_sheet.h"
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

struct extraction {
    const struct feature_request *request;
    const struct file_list *list;
    struct worker *workers;       // (threads)
    struct feature_sheet *sheets; // (window)
    int *rates;                   // (recordings): their own, in Hz; 0: not known
    struct feature_table table;
    struct feature_output output;
    int failed, show_progress;
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

static ser_status fill_sheet(struct feature_sheet *sheet, struct extraction *extraction,
                             struct worker *worker, struct in_order *order, int index,
                             ser_error *error)
{
    const ser_features_settings *features = &extraction->request->settings;
    const char *file = extraction->list->paths[index];
    ser_audio_settings settings = {
        .rate = features->rate,
        .mono = 1,
        .min_rate = ser_feature_set_min_rate(features->set),
    };
    ser_audio audio;
    ser_error reason = {0};
    ser_status status = load_operand_and_rate(&audio, &sheet->own_rate, file, &settings, error);
    if (status)
        return status;
    status = compute(worker, &extraction->table, &audio, &reason);
    int by_frame = extraction->table.by_frame;
    struct feature_rows rows = {
        .table = &extraction->table,
        .extractor = worker->extractor,
        .file = file,
        .samples = audio.frames,
        .values = by_frame ? worker->features.values : worker->values,
        .count = by_frame ? (size_t)worker->features.frames : 1,
    };
    ser_audio_release(&audio);
    if (!status)
        status = feature_sheet_fill(sheet, &rows, &extraction->output, order, index, &reason);
    if (status)
        return error_set(error, status, "%s: %s", operand_name(file), reason.message);
    return SER_OK;
}

static void work(void *context, struct in_order *order, int index, int thread, int slot)
{
    struct extraction *extraction = context;
    struct feature_sheet *sheet = &extraction->sheets[slot];
    *sheet = (struct feature_sheet){0};
    if (extraction->output.failure)
        return; /* a full disk need not wait until all is computed */
    sheet->status =
        fill_sheet(sheet, extraction, &extraction->workers[thread], order, index, &sheet->error);
}

static void deliver(void *context, int index, int slot)
{
    struct extraction *extraction = context;
    struct feature_sheet *sheet = &extraction->sheets[slot];
    int total = (int)extraction->list->count, done = index + 1;
    if (sheet->status) {
        progress_line_clear();
        complain("features", "%s", sheet->error.message);
        extraction->failed++;
        sheet->rows = 0;
    } else {
        extraction->rates[index] = sheet->own_rate;
    }
    feature_sheet_put(sheet, &extraction->output);
    if (extraction->show_progress)
        progress_line_show_recordings("extracting", done, total);
}

/* Reads all recordings and writes all rows to the stream. */
static ser_status write_table(struct extraction *extraction, struct pool *pool, ser_error *error)
{
    const struct feature_writer *writer = extraction->output.writer;
    int count = (int)extraction->list->count;
    writer->begin(extraction->output.stream, &extraction->table);
    ser_status status = in_order_run(pool, count, pool_threads(pool) * SHEETS_PER_THREAD, work,
                                     deliver, extraction, error);
    if (extraction->show_progress)
        progress_line_clear();
    warn_of_low_rates(extraction->table.extractor, extraction->list, extraction->rates);
    if (writer->end)
        writer->end(extraction->output.stream, &extraction->table, extraction->output.rows);
    return status;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* The line on standard output that says what has become of it all. */
static void print_result(const struct extraction *extraction)
{
    const struct feature_request *request = extraction->request;
    size_t rows = extraction->output.rows;
    int columns = feature_table_columns(&extraction->table);
    printf("%s: %zu %s%s of %d column%s (%s)", request->out, rows,
           request->by_frame ? "frame" : "recording", plural(rows), columns,
           plural((size_t)columns), ser_feature_set_name(request->settings.set));
    if (extraction->failed)
        printf("; %d of %zu recordings failed", extraction->failed, extraction->list->count);
    putchar('\n');
}

static ser_status write_file(struct extraction *extraction, struct pool *pool, ser_error *error)
{
    const char *out = extraction->request->out;
    struct file_writer file;
    ser_status status = extraction->output.writer->goes_back
                            ? file_writer_open_seekable(&file, out, error)
                            : file_writer_open(&file, out, error);
    if (status)
        return status;
    char *unfinished = memory_copy_text(file.temporary); /* the writer forgets it first */
    stop_at_once(unfinished);
    extraction->output.stream = file.stream;
    status = write_table(extraction, pool, error);
    if (!status && extraction->output.failure)
        status = error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", out,
                           strerror(extraction->output.failure));
    if (!status && !extraction->output.rows)
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

/* Puts together what goes back in itself before it goes to standard output. */
static ser_status write_at_once(struct extraction *extraction, struct pool *pool, ser_error *error)
{
    FILE *whole = tmpfile();
    if (!whole)
        return error_set(error, SER_ERROR_IO, "a temporary file cannot be made: %s",
                         strerror(errno));
    extraction->output.stream = whole;
    ser_status status = write_table(extraction, pool, error);
    if (!status && extraction->output.failure)
        status = error_set(error, SER_ERROR_IO, "a temporary file cannot be written: %s",
                           strerror(extraction->output.failure));
    /* What is wrong with standard output is said when the program ends. */
    if (!status && extraction->output.rows && file_pour(whole, stdout) && !ferror(stdout))
        status =
            error_set(error, SER_ERROR_IO, "a temporary file cannot be read: %s", strerror(errno));
    fclose(whole);
    return status;
}

static ser_status write_standard_output(struct extraction *extraction, struct pool *pool,
                                        ser_error *error)
{
    ser_status status = extraction->output.writer->goes_back
                            ? write_at_once(extraction, pool, error)
                            : write_table(extraction, pool, error);
    if (extraction->failed && extraction->list->count > 1)
        complain("features", "%d of %zu recordings failed", extraction->failed,
                 extraction->list->count);
    return status;
}

static ser_status create_workers(struct extraction *extraction, int threads, ser_error *error)
{
    extraction->workers = calloc((size_t)threads, sizeof *extraction->workers);
    extraction->sheets = calloc((size_t)threads * SHEETS_PER_THREAD, sizeof *extraction->sheets);
    extraction->rates = calloc(extraction->list->count, sizeof *extraction->rates);
    if (!extraction->workers || !extraction->sheets || !extraction->rates)
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
    free(extraction->rates);
}

int extract_features(const struct feature_request *request, const struct file_list *list)
{
    struct extraction extraction = {
        .request = request,
        .list = list,
        .table = {.by_frame = request->by_frame, .files = list},
        .output = {.writer = request->writer, .stream = stdout},
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
                              : write_standard_output(&extraction, pool, &error);
    if (status)
        complain("features", "%s", error.message);
    pool_destroy(pool);
    release_workers(&extraction, threads);
    return extraction.failed + (status != SER_OK);
}

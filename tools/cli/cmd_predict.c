#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/pool.h"
#include "command.h"
#include "operands.h"
#include "prediction_writer.h"
#include "progress_line.h"
#include "ser/recognizer.h"

enum {
    KEY_JSON = 256,
    KEY_CSV,
    KEY_ENGINE,
    MAX_THREADS = 256,
    FILES_AT_ONCE = 64, /* results are written, in order, after so many files */
    WIDEST_FILE = 40,   /* columns of the table */
};

static const struct option_row rows[] = {
    {'m', "model", "FILE", "the model to use (default: the one that comes with ser)"},
    {KEY_JSON, "json", NULL, "one JSON object a line"},
    {KEY_CSV, "csv", NULL, "comma-separated values with a header line"},
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    {KEY_ENGINE, "engine", "NAME", "fast (default) or plain, its slow twin without dependencies"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    const char *model;
    const struct prediction_writer *writer;
    int threads;
    ser_recognizer_settings recognizer;
};

/* What came of one file. */
struct outcome {
    ser_status status;
    ser_error error;
    ser_prediction prediction;
};

struct job {
    ser_recognizer **recognizers; /* one a thread */
    char *const *files;           /* of this round */
    struct outcome outcomes[FILES_AT_ONCE];
};

static void print_help(void)
{
    help_print("ser predict [OPTION]… FILE|FOLDER|-…",
               "Tells the emotion in recordings: wav, flac, ogg, opus, mp3, aiff, m4a, webm, mp4\n"
               "or amr of any rate. Of a folder, all recordings below it are taken; '-' reads one\n"
               "from standard input. Long recordings are cut into overlapping windows whose\n"
               "probabilities are averaged.",
               rows,
               "Examples:\n"
               "  ser predict call.wav\n"
               "  ser predict --csv calls/ >emotions.csv\n"
               "  arecord -d 3 -f S16_LE -r 16000 | ser predict --json -\n\n"
               "Exit status: 0 all were recognised, 1 some failed (the others were done),\n"
               "2 wrong usage.\n");
}

static int parse_options(int count, char **arguments, struct options *options)
{
    const char *value;
    long long number;
    int key;
    while ((key = option_next("predict", rows, count, arguments, &value)) != OPTION_END) {
        switch (key) {
        case 'm': options->model = value; break;
        case KEY_JSON: options->writer = &writer_json; break;
        case KEY_CSV: options->writer = &writer_csv; break;
        case 'j':
            if (!parse_number("predict", "threads", value, 1, MAX_THREADS, &number))
                return EXIT_USAGE;
            options->threads = (int)number;
            break;
        case KEY_ENGINE:
            if (strcmp(value, "fast") && strcmp(value, "plain")) {
                complain("predict", "option '--engine' is '%s', expected fast or plain", value);
                return EXIT_USAGE;
            }
            options->recognizer.engine = *value == 'p' ? SER_ENGINE_PLAIN : SER_ENGINE_FAST;
            break;
        case OPTION_HELP: print_help(); return EXIT_DONE;
        default: return EXIT_USAGE;
        }
    }
    if (optind < count)
        return -1; /* go on */
    complain("predict", "no recording was named; see 'ser predict --help'");
    return EXIT_USAGE;
}

static ser_status recognise_stdin(ser_recognizer *recognizer, struct outcome *outcome)
{
    ser_audio audio = {0};
    ser_error reason = {0};
    ser_status status = load_operand(&audio, "-", NULL, &outcome->error);
    if (status)
        return status;
    status = ser_recognizer_run(recognizer, &audio, &outcome->prediction, &reason);
    ser_audio_release(&audio);
    return status ? error_set(&outcome->error, status, "%s: %s", operand_name("-"), reason.message)
                  : SER_OK;
}

static void recognise_one(void *context, int index, int thread)
{
    struct job *job = context;
    struct outcome *outcome = &job->outcomes[index];
    const char *file = job->files[index];
    outcome->status = !strcmp(file, "-")
                          ? recognise_stdin(job->recognizers[thread], outcome)
                          : ser_recognizer_file(job->recognizers[thread], file,
                                                &outcome->prediction, &outcome->error);
}

static int widest(const struct file_list *list)
{
    size_t width = 4;
    for (size_t i = 0; i < list->count; i++)
        width = strlen(list->paths[i]) > width ? strlen(list->paths[i]) : width;
    return width < WIDEST_FILE ? (int)width : WIDEST_FILE;
}

/* Recognises the files round by round and writes each round in order. Returns how many failed. */
static int recognise_all(struct job *job, const ser_model *model, const char *model_path,
                         const struct prediction_writer *writer, const struct file_list *list,
                         struct pool *pool)
{
    int failed = 0, width = widest(list);
    int show = !isatty(STDOUT_FILENO); /* else the results themselves show how far it is */
    writer->begin(model, model_path, width);
    for (size_t first = 0; first < list->count; first += FILES_AT_ONCE) {
        size_t left = list->count - first;
        int count = left < FILES_AT_ONCE ? (int)left : FILES_AT_ONCE;
        job->files = list->paths + first;
        pool_run(pool, count, recognise_one, job);
        progress_line_clear();
        for (int i = 0; i < count; i++) {
            const struct outcome *outcome = &job->outcomes[i];
            if (!outcome->status)
                writer->write(model, model_path, job->files[i], &outcome->prediction, width);
            else
                complain("predict", "%s", outcome->error.message);
            failed += outcome->status != SER_OK;
        }
        if (show && left > FILES_AT_ONCE)
            progress_line_show("recognising", (int)first + count, (int)list->count, "");
    }
    return failed;
}

static int predict_files(const struct options *options, const char *model_path,
                         const struct file_list *list)
{
    static struct job job; /* its outcomes are large */
    ser_model *model = NULL;
    struct pool *pool = NULL;
    ser_error error = {0};
    int failed = 1, threads = options->threads ? options->threads : pool_processors();
    if ((size_t)threads > list->count)
        threads = (int)list->count;
    ser_status status = ser_model_load(&model, model_path, &error);
    if (!status)
        status = pool_create(&pool, threads, &error);
    job.recognizers = calloc((size_t)threads, sizeof *job.recognizers);
    for (int i = 0; i < threads && !status && job.recognizers; i++)
        status = ser_recognizer_create(&job.recognizers[i], model, &options->recognizer, &error);
    if (status || !job.recognizers)
        complain("predict", "%s", status ? error.message : "out of memory");
    else
        failed = recognise_all(&job, model, model_path, options->writer, list, pool);
    for (int i = 0; i < threads && job.recognizers; i++)
        ser_recognizer_destroy(job.recognizers[i]);
    free(job.recognizers);
    pool_destroy(pool);
    ser_model_destroy(model);
    return failed;
}

static int run(int count, char **arguments)
{
    struct options options = {
        .writer = &writer_table,
        .recognizer = ser_recognizer_settings_defaults(),
    };
    int code = parse_options(count, arguments, &options);
    if (code >= 0)
        return code;
    char *model = options.model ? strdup(options.model) : find_default_model();
    if (!model) {
        complain("predict", "no model was found; name one by --model or SER_MODEL");
        return EXIT_FAILED;
    }
    struct file_list list = {0};
    int failed = collect_files_once("predict", count - optind, arguments + optind, &list);
    if (list.count)
        failed += predict_files(&options, model, &list);
    file_list_release(&list);
    free(model);
    return failed ? EXIT_FAILED : EXIT_DONE;
}

const struct command command_predict = {
    .name = "predict",
    .summary = "tell the emotion in recordings",
    .run = run,
};

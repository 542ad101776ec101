#include "convert_files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "command.h"
#include "in_order.h"
#include "operands.h"
#include "progress_line.h"
#include "stop.h"

enum { SLOTS_PER_THREAD = 4 };

/* What came of a turn, on its way to the user. */
struct outcome {
    ser_status status;
    ser_error error;
};

struct job {
    struct conversion *conversion;
    struct outcome *outcomes; // (window)
    int total, failed;
};

int convert_turns(const struct conversion *conversion)
{
    return (int)conversion->inputs.count * conversion->copies;
}

int convert_threads(const struct conversion *conversion)
{
    int threads = conversion->threads ? conversion->threads : pool_processors();
    int turns = convert_turns(conversion);
    return threads < turns ? threads : turns;
}

/* Makes the folders above a file that are missing. */
static ser_status make_folders(const char *path, ser_error *error)
{
    char folder[PATH_MAX];
    ser_status status = SER_OK;
    for (const char *slash = strchr(path + 1, '/'); slash && !status;
         slash = strchr(slash + 1, '/')) {
        if (slash - path >= PATH_MAX)
            return error_set(error, SER_ERROR_IO, "%s: is too long a name", path);
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (!file_is_folder(folder))
            status = file_make_folder(folder, error);
    }
    return status;
}

static ser_status convert_one(const struct conversion *conversion, const struct convert_turn *turn,
                              ser_error *error)
{
    ser_audio audio;
    ser_error reason = {0};
    ser_status status = load_operand(&audio, turn->in, &conversion->load, error);
    if (status)
        return status;
    status = conversion->change(conversion->context, turn, &audio, &reason);
    if (status)
        error_set(error, status, "%s: %s", operand_name(turn->in), reason.message);
    if (!status && conversion->into_folder)
        status = make_folders(turn->out, error);
    if (!status)
        status = ser_audio_save(&audio, turn->out, error);
    ser_audio_release(&audio);
    return status;
}

static void work(void *context, struct in_order *order, int index, int thread, int slot)
{
    (void)order;
    struct job *job = context;
    struct conversion *conversion = job->conversion;
    struct outcome *outcome = &job->outcomes[slot];
    int input = index / conversion->copies;
    struct convert_turn turn = {
        .input = input,
        .copy = index % conversion->copies,
        .thread = thread,
        .in = conversion->inputs.paths[input],
        .out = conversion->outputs[index],
    };
    *outcome = (struct outcome){0};
    if (stop_requested())
        return;
    outcome->status = convert_one(conversion, &turn, &outcome->error);
    conversion->done[index] = !outcome->status;
}

static void deliver(void *context, int index, int slot)
{
    struct job *job = context;
    const struct outcome *outcome = &job->outcomes[slot];
    if (outcome->status) {
        progress_line_clear();
        complain(job->conversion->command, "%s", outcome->error.message);
        job->failed++;
    }
    progress_line_show_recordings(job->conversion->doing, index + 1, job->total);
}

int convert_run(struct conversion *conversion)
{
    struct job job = {.conversion = conversion, .total = convert_turns(conversion)};
    struct pool *pool = NULL;
    ser_error error = {0};
    int window = convert_threads(conversion) * SLOTS_PER_THREAD;
    stop_catch_signals(1);
    job.outcomes = calloc((size_t)window, sizeof *job.outcomes);
    ser_status status = job.outcomes ? pool_create(&pool, convert_threads(conversion), &error)
                                     : error_memory(&error, "starting the work");
    if (!status)
        status = in_order_run(pool, job.total, window, work, deliver, &job, &error);
    progress_line_clear();
    if (status)
        complain(conversion->command, "%s", error.message);
    pool_destroy(pool);
    free(job.outcomes);
    if (stop_requested())
        return EXIT_INTERRUPTED;
    return status || job.failed ? EXIT_FAILED : EXIT_DONE;
}

void convert_release(struct conversion *conversion)
{
    for (int i = 0; conversion->outputs && i < convert_turns(conversion); i++)
        free(conversion->outputs[i]);
    free(conversion->outputs);
    free(conversion->done);
    file_list_release(&conversion->inputs);
    conversion->outputs = NULL;
    conversion->done = NULL;
}

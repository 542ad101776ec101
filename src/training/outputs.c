#define _GNU_SOURCE
#include "training/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;
    return !stat(one, &a) && !stat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* What the training reads, the log must not replace. */
static ser_status check_log(const struct experiment_settings *s, const char *log, ser_error *error)
{
    if (s->split && is_same_file(s->split, log))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: the log of the training would replace the split file, expected "
                         "another name for the model",
                         s->split);
    for (int i = 0; i < s->data_count; i++) {
        const char *behind = strchr(s->data[i], '='); /* "manifest=FILE" */
        if (is_same_file(s->data[i], log) || (behind && is_same_file(behind + 1, log)))
            return error_set(error, SER_ERROR_ARGUMENT,
                             "%s: the log of the training would replace the manifest, expected "
                             "another name for the model",
                             s->data[i]);
    }
    return SER_OK;
}

ser_status outputs_prepare(const struct experiment_settings *settings,
                           char log[EXPERIMENT_PATH_LENGTH], char **folder, ser_error *error)
{
    static const char suffix[] = ".safetensors";
    const char *out = settings->out;
    size_t length = strlen(out), end = length;
    if (length > strlen(suffix) && !strcmp(out + length - strlen(suffix), suffix))
        end = length - strlen(suffix);
    if (end + 5 > EXPERIMENT_PATH_LENGTH)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%.60s...: the name has %zu bytes, expected at most %zu", out, length,
                         (size_t)EXPERIMENT_PATH_LENGTH - 5);
    snprintf(log, EXPERIMENT_PATH_LENGTH, "%.*s.csv", (int)end, out);
    if (asprintf(folder, "%s.checkpoints", out) < 0) {
        *folder = NULL;
        return error_memory(error, "preparing the training");
    }
    if (file_is_folder(out))
        return error_set(error, SER_ERROR_ARGUMENT, "%s: is a folder, expected a file name", out);
    ser_status status = check_log(settings, log, error);
    if (status)
        return status;
    if (file_is_folder(*folder) && !settings->resume)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: holds an unfinished training; resume it, or remove the folder",
                         *folder);
    return file_make_folder(*folder, error);
}

/* Whether a file is a checkpoint, or what is left of one whose writing was interrupted. */
static int is_checkpoint(const char *name)
{
    return !strncmp(name, "run-", 4) && strstr(name, ".safetensors");
}

void outputs_remove_checkpoints(const char *folder)
{
    struct file_list list = {0};
    if (!file_list_add(&list, folder, is_checkpoint, NULL))
        for (size_t i = 0; i < list.count; i++)
            unlink(list.paths[i]);
    file_list_release(&list);
    if (rmdir(folder))
        log_message(SER_LOG_WARNING, "%s: cannot be removed: %s", folder, strerror(errno));
}

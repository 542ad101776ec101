#define _GNU_SOURCE
#include "training/epoch_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"

static const char HEADER[] = "run,epoch,rate,loss,accuracy,gradient_norm,seconds\n";

static void print_rows(FILE *stream, const struct trainer *trainer)
{
    for (int i = 0; i < trainer->epoch; i++) {
        const struct epoch_record *r = &trainer->history[i];
        fprintf(stream, "%s,%d,%.6g,%.6f,%.6f,%.6f,%.3f\n", trainer->run, i + 1, r->rate, r->loss,
                r->accuracy, r->norm, r->seconds);
    }
}

ser_status epoch_log_write(const struct epoch_log *log, const struct trainer *trainer,
                           ser_error *error)
{
    struct file_writer writer;
    ser_status status = file_writer_open(&writer, log->path, error);
    if (status)
        return status;
    fputs(HEADER, writer.stream);
    if (log->rows)
        fwrite(log->rows, 1, log->size, writer.stream);
    print_rows(writer.stream, trainer);
    return file_writer_commit(&writer, error);
}

ser_status epoch_log_keep(struct epoch_log *log, const struct trainer *trainer, ser_error *error)
{
    char *rows = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&rows, &size);
    if (!stream)
        return error_memory(error, "keeping the log");
    if (log->rows)
        fwrite(log->rows, 1, log->size, stream);
    print_rows(stream, trainer);
    if (fclose(stream)) {
        free(rows);
        return error_memory(error, "keeping the log");
    }
    free(log->rows);
    log->rows = rows;
    log->size = size;
    return SER_OK;
}

void epoch_log_release(struct epoch_log *log)
{
    free(log->rows);
    *log = (struct epoch_log){0};
}

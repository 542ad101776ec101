#define _GNU_SOURCE
#include "augment_manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "output_text.h"

char *manifest_path(const struct conversion *conversion)
{
    char *path = NULL;
    size_t length = strlen(conversion->out);
    const char *slash = length && conversion->out[length - 1] == '/' ? "" : "/";
    return asprintf(&path, "%s%smanifest.csv", conversion->out, slash) < 0 ? NULL : path;
}

static void write_line(FILE *stream, const struct manifest *manifest,
                       const struct conversion *conversion, int index)
{
    /* Beside the manifest, so that the folder can be moved. */
    const char *path = conversion->outputs[index] + strlen(conversion->out);
    write_csv_field(stream, path + strspn(path, "/"));
    putc(',', stream);
    write_csv_field(stream, conversion->inputs.paths[index / conversion->copies]);
    putc(',', stream);
    write_csv_field(stream, manifest->recipe);
    fprintf(stream, ",%lld,%d\n", manifest->seed, index % conversion->copies + 1);
}

ser_status manifest_write(const struct manifest *manifest, const struct conversion *conversion,
                          ser_error *error)
{
    struct file_writer writer;
    char *path = manifest_path(conversion);
    if (!path)
        return error_memory(error, "writing the manifest");
    ser_status status = file_writer_open(&writer, path, error);
    if (!status) {
        fputs("path,original,recipe,seed,copy\n", writer.stream);
        for (int i = 0; i < convert_turns(conversion); i++)
            if (conversion->done[i])
                write_line(writer.stream, manifest, conversion, i);
        status = file_writer_commit(&writer, error);
    }
    free(path);
    return status;
}

#define _GNU_SOURCE
#include "support.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static char scratch_folder[PATH_MAX];

static const char *existing(const char *folder, const char *relative)
{
    static char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, relative);
    assert_true(length > 0 && (size_t)length < sizeof path);
    if (access(path, R_OK)) {
        print_message("# skipped: %s is not on this machine\n", path);
        skip();
    }
    return path;
}

const char *support_data(const char *relative)
{
    const char *folder = getenv("SER_DATA");
    if (!folder || !*folder) {
        print_message("# skipped: SER_DATA does not name the folder with the recordings\n");
        skip();
    }
    return existing(folder, relative);
}

const char *support_golden(const char *relative)
{
    const char *folder = getenv("SER_GOLDEN");
    if (folder && *folder)
        return existing(folder, relative);
    char beside[PATH_MAX];
    snprintf(beside, sizeof beside, "../golden/%s", relative);
    return support_data(beside);
}

char *support_scratch(const char *name)
{
    if (!*scratch_folder) {
        const char *parent = getenv("TMPDIR");
        snprintf(scratch_folder, sizeof scratch_folder, "%s/ser-test-XXXXXX",
                 parent && *parent ? parent : "/tmp");
        assert_non_null(mkdtemp(scratch_folder));
        atexit(support_cleanup);
    }
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", scratch_folder, name) > 0);
    return path;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path);
}

void support_cleanup(void)
{
    if (*scratch_folder)
        nftw(scratch_folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    *scratch_folder = 0;
}

void support_make_folder(const char *name)
{
    ser_error error;
    char *path = support_scratch(name);
    assert_ok(file_make_folder(path, &error));
    free(path);
}

char *support_write(const char *name, const void *bytes, size_t size)
{
    char *path = support_scratch(name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
    return path;
}

/* Returns whether the matrix is stored by columns. */
static int read_npy_header(FILE *stream, int *rows, int *columns)
{
    unsigned char start[10];
    assert_int_equal(fread(start, 1, sizeof start, stream), sizeof start);
    assert_memory_equal(start, "\x93NUMPY\x01", 7);
    size_t length = start[8] | (size_t)start[9] << 8;
    char *header = calloc(length + 1, 1);
    assert_int_equal(fread(header, 1, length, stream), length);
    assert_non_null(strstr(header, "'descr': '<f4'"));
    const char *shape = strstr(header, "'shape': (");
    assert_non_null(shape);
    assert_int_equal(sscanf(shape, "'shape': (%d, %d)", rows, columns), 2);
    assert_true(*rows >= 0 && *columns >= 0);
    int by_columns = strstr(header, "'fortran_order': True") != NULL;
    assert_true(by_columns || strstr(header, "'fortran_order': False"));
    free(header);
    return by_columns;
}

float *support_read_npy(const char *path, int *rows, int *columns)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    int by_columns = read_npy_header(stream, rows, columns);
    size_t count = (size_t)*rows * (size_t)*columns;
    float *stored = calloc(count, sizeof *stored);
    assert_int_equal(fread(stored, sizeof *stored, count, stream), count);
    fclose(stream);
    if (!by_columns)
        return stored;
    float *values = calloc(count, sizeof *values);
    for (int r = 0; r < *rows; r++)
        for (int c = 0; c < *columns; c++)
            values[r * *columns + c] = stored[c * *rows + r];
    free(stored);
    return values;
}

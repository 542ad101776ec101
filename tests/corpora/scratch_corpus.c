#include "scratch_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { MAX_REMARKS = 32 };

static struct {
    ser_log_level level;
    char message[SER_ERROR_LENGTH];
} remarks[MAX_REMARKS];
static int remark_count;

static void make_parents(char *path)
{
    ser_error error;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        assert_ok(file_make_folder(path, &error));
        *slash = '/';
    }
}

void scratch_add(const char *folder, const char *relative, const char *content)
{
    ser_error error;
    char name[512];
    snprintf(name, sizeof name, "%s/%s", folder, relative);
    char *path = support_scratch(name);
    make_parents(path);
    assert_ok(file_write(path, content, strlen(content), &error));
    free(path);
}

void scratch_add_unique(const char *folder, const char *relative)
{
    scratch_add(folder, relative, relative);
}

static void collect(void *user, ser_log_level level, const char *message)
{
    (void)user;
    assert_true(remark_count < MAX_REMARKS);
    remarks[remark_count].level = level;
    snprintf(remarks[remark_count].message, SER_ERROR_LENGTH, "%s", message);
    remark_count++;
}

void remarks_collect(void)
{
    remark_count = 0;
    ser_log_set_callback(collect, NULL);
}

int remarks_count(ser_log_level level, const char *part, const char *other)
{
    int count = 0;
    for (int i = 0; i < remark_count; i++)
        count += remarks[i].level == level && strstr(remarks[i].message, part) &&
                 strstr(remarks[i].message, other);
    return count;
}

int remarks_total(void)
{
    return remark_count;
}

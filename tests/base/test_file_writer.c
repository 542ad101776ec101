/* Where a file that is written takes its place: through links, into pipes and devices, over older
 * files; and what is left when it cannot. */
#define _GNU_SOURCE
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static ser_error error;

static void assert_content(const char *path, const char *expected)
{
    char *bytes;
    size_t size;
    assert_ok(file_read(path, 1000, &bytes, &size, &error));
    assert_int_equal(size, strlen(expected));
    assert_string_equal(bytes, expected);
    free(bytes);
}

static void assert_link(const char *path, const char *expected)
{
    char content[1024];
    ssize_t length = readlink(path, content, sizeof content - 1);
    assert_true(length > 0);
    content[length] = 0;
    assert_string_equal(content, expected);
}

static void assert_mode(const char *path, unsigned expected)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, expected);
}

static size_t count_files(const char *folder)
{
    struct file_list list = {0};
    assert_ok(file_list_add(&list, folder, NULL, &error));
    size_t count = list.count;
    file_list_release(&list);
    return count;
}

static void test_replaces_what_links_lead_to(void **state)
{
    (void)state;
    support_make_folder("links");
    support_make_folder("links/far");
    char *file = support_write("links/far/file", "old", 3), *near_link = support_scratch("links/a");
    char *far_link = support_scratch("links/far/b"), *absolute = support_scratch("links/c");
    char *folder = support_scratch("links");
    assert_int_equal(symlink("far/b", near_link), 0);
    assert_int_equal(symlink("file", far_link), 0);
    assert_int_equal(symlink(file, absolute), 0);
    assert_ok(file_write(near_link, "by two links", 12, &error));
    assert_content(file, "by two links");
    assert_link(near_link, "far/b");
    assert_link(far_link, "file");
    assert_ok(file_write(absolute, "by one", 6, &error));
    assert_content(file, "by one");
    assert_link(absolute, file);
    assert_int_equal(count_files(folder), 4);
    free(file);
    free(near_link);
    free(far_link);
    free(absolute);
    free(folder);
}

static void test_makes_the_file_that_a_link_misses(void **state)
{
    (void)state;
    support_make_folder("missed");
    char *link_path = support_scratch("missed/link"), *file = support_scratch("missed/file");
    char *loop = support_scratch("missed/loop"), *lost = support_scratch("missed/lost");
    assert_int_equal(symlink("file", link_path), 0);
    assert_int_equal(symlink("loop", loop), 0);
    assert_int_equal(symlink("none/file", lost), 0);
    assert_ok(file_write(link_path, "new", 3, &error));
    assert_link(link_path, "file");
    assert_content(file, "new");
    assert_error(file_write(loop, "x", 1, &error), SER_ERROR_IO,
                 "missed/loop: cannot be written: Too many levels of symbolic links");
    assert_link(loop, "loop");
    assert_error(file_write(lost, "x", 1, &error), SER_ERROR_IO,
                 "missed/lost: cannot be written: No such file");
    free(link_path);
    free(file);
    free(loop);
    free(lost);
}

static void test_keeps_the_mode(void **state)
{
    (void)state;
    static const unsigned modes[] = {0600, 0640, 0755, 0444};
    mode_t mask = umask(022);
    char *path = support_write("mode", "old", 3), *link_path = support_scratch("mode-link");
    char *fresh = support_scratch("fresh");
    assert_int_equal(symlink("mode", link_path), 0);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_ok(file_write(i % 2 ? link_path : path, "new", 3, &error));
        assert_mode(path, modes[i]);
    }
    assert_ok(file_write(fresh, "new", 3, &error));
    assert_mode(fresh, 0644);
    umask(mask);
    free(path);
    free(link_path);
    free(fresh);
}

static void test_root_keeps_the_owner(void **state)
{
    (void)state;
    enum { SOMEBODY = 4711 };
    struct stat status;
    if (geteuid() != 0)
        skip();
    char *path = support_write("owned", "old", 3);
    assert_int_equal(chown(path, SOMEBODY, SOMEBODY), 0);
    assert_int_equal(chmod(path, 04600), 0);
    assert_ok(file_write(path, "new", 3, &error));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_uid, SOMEBODY);
    assert_int_equal(status.st_gid, SOMEBODY);
    assert_mode(path, 0600);
    assert_content(path, "new");
    free(path);
}

/* Opened both ways, a pipe keeps what is written until the same process reads it. */
static int open_pipe(const char *path)
{
    assert_int_equal(mkfifo(path, 0600), 0);
    int descriptor = open(path, O_RDWR | O_NONBLOCK);
    assert_true(descriptor >= 0);
    return descriptor;
}

static void assert_comes(int descriptor, const char *expected)
{
    char bytes[64];
    ssize_t got = read(descriptor, bytes, sizeof bytes);
    assert_int_equal(got < 0 ? 0 : got, strlen(expected));
    if (got > 0)
        assert_memory_equal(bytes, expected, (size_t)got);
}

static void test_writes_into_a_pipe_as_it_goes(void **state)
{
    (void)state;
    struct file_writer writer;
    struct stat status;
    char *path = support_scratch("pipe");
    int reader = open_pipe(path);
    assert_ok(file_writer_open(&writer, path, &error));
    assert_null(writer.temporary);
    fputs("first", writer.stream);
    fflush(writer.stream);
    assert_comes(reader, "first");
    fputs("second", writer.stream);
    assert_ok(file_writer_commit(&writer, &error));
    assert_comes(reader, "second");
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    close(reader);
    free(path);
}

/* What goes back to the beginning reaches the pipe in its final form, or not at all. */
static void test_a_pipe_waits_for_what_goes_back(void **state)
{
    (void)state;
    struct file_writer writer;
    char *path = support_scratch("patient");
    int reader = open_pipe(path);
    for (int keep = 1; keep >= 0; keep--) {
        assert_ok(file_writer_open_seekable(&writer, path, &error));
        fputs("??? rows", writer.stream);
        assert_int_equal(fseek(writer.stream, 0, SEEK_SET), 0);
        fputs("123", writer.stream);
        fflush(writer.stream);
        assert_comes(reader, "");
        if (keep)
            assert_ok(file_writer_commit(&writer, &error));
        else
            file_writer_abandon(&writer);
        assert_comes(reader, keep ? "123 rows" : "");
    }
    close(reader);
    free(path);
}

static void test_a_full_device_is_a_failure(void **state)
{
    (void)state;
    struct file_writer writer;
    if (access("/dev/full", W_OK))
        skip();
    char *path = support_scratch("full.csv");
    assert_int_equal(symlink("/dev/full", path), 0);
    assert_error(file_write(path, "new", 3, &error), SER_ERROR_IO,
                 "full.csv: cannot be written: No space left on device");
    assert_ok(file_writer_open_seekable(&writer, path, &error));
    fputs("new", writer.stream);
    assert_error(file_writer_commit(&writer, &error), SER_ERROR_IO,
                 "full.csv: cannot be written: No space left on device");
    assert_link(path, "/dev/full");
    free(path);
}

/* A limit like that of `ulimit -f`. The reason is told however long ago the write was that failed.
 */
static void test_a_file_over_the_limit_leaves_the_old_one(void **state)
{
    (void)state;
    struct file_writer writer;
    struct rlimit before, tight;
    char block[4096];
    support_make_folder("limited");
    char *path = support_write("limited/file", "old", 3), *folder = support_scratch("limited");
    memset(block, 'x', sizeof block);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 8192;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    for (int blocks = 3; blocks < 30; blocks += 13) {
        ser_status status = file_writer_open(&writer, path, &error);
        for (int i = 0; i < blocks && !status; i++)
            fwrite(block, 1, sizeof block, writer.stream);
        if (!status)
            status = file_writer_commit(&writer, &error);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_int_equal(status, SER_ERROR_IO);
        assert_non_null(strstr(error.message, "limited/file: cannot be written: File too large"));
        assert_content(path, "old");
        assert_int_equal(count_files(folder), 1);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    }
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    free(path);
    free(folder);
}

static void test_refuses_a_folder_before_the_work(void **state)
{
    (void)state;
    struct file_writer writer;
    support_make_folder("taken");
    char *path = support_scratch("taken");
    assert_error(file_writer_open(&writer, path, &error), SER_ERROR_IO,
                 "taken: cannot be written: Is a directory");
    assert_null(writer.stream);
    free(path);
}

static void test_pours_a_stream_into_another(void **state)
{
    (void)state;
    enum { SIZE = 200001 };
    char *content = malloc(SIZE), *copy = NULL;
    size_t size = 0;
    FILE *from = tmpfile(), *to = open_memstream(&copy, &size);
    assert_true(from && to && content);
    for (int i = 0; i < SIZE; i++)
        content[i] = (char)(i * 7 % 251);
    assert_int_equal(fwrite(content, 1, SIZE, from), SIZE);
    assert_int_equal(file_pour(from, to), 0);
    assert_int_equal(fclose(to), 0);
    assert_int_equal(size, SIZE);
    assert_memory_equal(copy, content, SIZE);
    FILE *full = fopen("/dev/full", "wb");
    if (full) {
        assert_int_equal(file_pour(from, full), -1);
        fclose(full);
    }
    fclose(from);
    free(content);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replaces_what_links_lead_to),
        cmocka_unit_test(test_makes_the_file_that_a_link_misses),
        cmocka_unit_test(test_keeps_the_mode),
        cmocka_unit_test(test_root_keeps_the_owner),
        cmocka_unit_test(test_writes_into_a_pipe_as_it_goes),
        cmocka_unit_test(test_a_pipe_waits_for_what_goes_back),
        cmocka_unit_test(test_a_full_device_is_a_failure),
        cmocka_unit_test(test_a_file_over_the_limit_leaves_the_old_one),
        cmocka_unit_test(test_refuses_a_folder_before_the_work),
        cmocka_unit_test(test_pours_a_stream_into_another),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static void make_file(const char *name)
{
    free(support_write(name, "x", 1));
}

static void assert_content(const char *path, const char *expected)
{
    ser_error error;
    char *bytes;
    size_t size;
    assert_ok(file_read(path, 1000, &bytes, &size, &error));
    assert_int_equal(size, strlen(expected));
    assert_string_equal(bytes, expected);
    free(bytes);
}

static void test_reads_whole_files(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 65534, 65535, 65536, 65537, 131072, 300001};
    ser_error error;
    char *content = malloc(300001);
    for (size_t i = 0; i < 300001; i++)
        content[i] = (char)(i * 7 % 251); /* zeros among them */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *path = support_write("whole", content, sizes[i]), *bytes;
        size_t size;
        assert_ok(file_read(path, sizes[i], &bytes, &size, &error));
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(bytes, content, size);
        assert_int_equal(bytes[size], 0);
        free(bytes);
        free(path);
    }
    free(content);
}

static void test_refuses_files_over_the_limit(void **state)
{
    (void)state;
    ser_error error;
    char *path = support_write("limit", "12345", 5), *bytes;
    size_t size;
    assert_error(file_read(path, 4, &bytes, &size, &error), SER_ERROR_FORMAT,
                 "larger than the 4 bytes allowed here");
    assert_non_null(strstr(error.message, path));
    assert_null(bytes);
    assert_error(file_read("/dev/zero", 1000000, &bytes, &size, &error), SER_ERROR_FORMAT,
                 "/dev/zero: larger than");
    assert_null(bytes);
    free(path);
}

static void test_says_why_a_file_cannot_be_read(void **state)
{
    (void)state;
    ser_error error;
    char *missing = support_scratch("missing"), *folder = support_scratch("readable"), *bytes;
    size_t size;
    support_make_folder("readable");
    assert_error(file_read(missing, 10, &bytes, &size, &error), SER_ERROR_IO,
                 "missing: cannot be opened: No such file");
    assert_null(bytes);
    assert_error(file_read(folder, 10, &bytes, &size, &error), SER_ERROR_IO,
                 "readable: is a folder, expected a file");
    assert_error(file_read("", 10, &bytes, &size, &error), SER_ERROR_IO, "cannot be opened");
    assert_null(bytes);
    free(missing);
    free(folder);
}

static void test_writes_and_replaces_files(void **state)
{
    (void)state;
    ser_error error;
    struct stat status;
    char *path = support_scratch("written");
    mode_t mask = umask(027);
    assert_ok(file_write(path, "first", 5, &error));
    assert_content(path, "first");
    assert_ok(file_write(path, "second", 6, &error));
    umask(mask);
    assert_content(path, "second");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_ok(file_write(path, "", 0, &error));
    assert_content(path, "");
    free(path);
}

static void test_nobody_sees_half_a_file(void **state)
{
    (void)state;
    ser_error error;
    struct file_writer writer;
    struct file_list list = {0};
    support_make_folder("atomic");
    char *path = support_write("atomic/model", "old", 3), *folder = support_scratch("atomic");
    assert_ok(file_writer_open(&writer, path, &error));
    fputs("new", writer.stream);
    fflush(writer.stream);
    assert_content(path, "old");
    assert_ok(file_writer_commit(&writer, &error));
    assert_content(path, "new");
    assert_null(writer.stream);
    assert_null(writer.path);
    assert_null(writer.temporary);
    file_writer_abandon(&writer);
    assert_content(path, "new");
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_int_equal(list.count, 1);
    file_list_release(&list);
    free(path);
    free(folder);
}

static void test_abandoning_leaves_the_old_file(void **state)
{
    (void)state;
    ser_error error;
    struct file_writer writer;
    struct file_list list = {0};
    support_make_folder("abandoned");
    char *path = support_write("abandoned/model", "old", 3);
    char *folder = support_scratch("abandoned");
    assert_ok(file_writer_open(&writer, path, &error));
    fputs("half", writer.stream);
    file_writer_abandon(&writer);
    file_writer_abandon(&writer);
    assert_content(path, "old");
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_int_equal(list.count, 1);
    file_list_release(&list);
    free(path);
    free(folder);
}

static void test_publishes_without_waiting(void **state)
{
    (void)state;
    ser_error error;
    struct file_writer writer;
    struct file_list list = {0};
    support_make_folder("published");
    char *path = support_scratch("published/cached"), *folder = support_scratch("published");
    assert_ok(file_write(path, "old", 3, &error));
    assert_ok(file_writer_open(&writer, path, &error));
    fputs("new", writer.stream);
    assert_ok(file_writer_publish(&writer, &error));
    char *bytes;
    size_t size;
    assert_ok(file_read(path, 100, &bytes, &size, &error));
    assert_string_equal(bytes, "new");
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_int_equal(list.count, 1);
    file_list_release(&list);
    free(bytes);
    free(path);
    free(folder);
}

static void test_says_why_a_file_cannot_be_written(void **state)
{
    (void)state;
    ser_error error;
    struct file_writer writer;
    struct file_list list = {0};
    char *missing = support_scratch("absent/model"), *parent = support_scratch("target");
    char *taken = support_scratch("target/taken");
    assert_error(file_write(missing, "x", 1, &error), SER_ERROR_IO,
                 "absent/model: cannot be written: No such file");
    assert_error(file_writer_open(&writer, missing, &error), SER_ERROR_IO, missing);
    assert_null(writer.stream);
    assert_null(writer.path);
    support_make_folder("target");
    support_make_folder("target/taken");
    assert_error(file_write(taken, "x", 1, &error), SER_ERROR_IO,
                 "target/taken: cannot be written: ");
    assert_ok(file_list_add(&list, parent, NULL, &error));
    assert_int_equal(list.count, 0); /* nothing was left lying about */
    free(missing);
    free(parent);
    free(taken);
}

/* /dev/full takes every byte and fails when they are flushed: a disk that runs full. */
static void test_a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    ser_error error;
    struct file_writer writer;
    if (access("/dev/full", W_OK))
        skip();
    char *path = support_write("kept", "old", 3);
    assert_ok(file_writer_open(&writer, path, &error));
    writer.stream = freopen("/dev/full", "wb", writer.stream);
    assert_non_null(writer.stream);
    char *temporary = strdup(writer.temporary);
    fputs("new", writer.stream);
    assert_error(file_writer_commit(&writer, &error), SER_ERROR_IO,
                 "kept: cannot be written: No space left on device");
    assert_content(path, "old");
    assert_int_not_equal(access(temporary, F_OK), 0);
    free(temporary);
    free(path);
}

static int is_wav(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && !strcmp(name + length - 4, ".wav");
}

static void assert_list(const struct file_list *list, const char *folder,
                        const char *const *expected, size_t count)
{
    assert_int_equal(list->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strncmp(list->paths[i], folder, strlen(folder)), 0);
        assert_string_equal(list->paths[i] + strlen(folder), expected[i]);
    }
}

static void test_lists_files_in_byte_order(void **state)
{
    (void)state;
    static const char *const all[] = {"/B.wav",   "/a.wav",    "/a/b/c.wav",
                                      "/a/d.WAV", "/a/x.wav2", "/a0.wav"};
    static const char *const accepted[] = {"/B.wav", "/a.wav", "/a/b/c.wav", "/a0.wav"};
    ser_error error;
    struct file_list list = {0};
    char *folder = support_scratch("list");
    support_make_folder("list");
    support_make_folder("list/a");
    support_make_folder("list/a/b");
    support_make_folder("list/empty");
    make_file("list/a0.wav");
    make_file("list/a.wav");
    make_file("list/B.wav");
    make_file("list/a/d.WAV");
    make_file("list/a/b/c.wav");
    make_file("list/a/x.wav2");
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_list(&list, folder, all, 6);
    file_list_release(&list);
    assert_ok(file_list_add(&list, folder, is_wav, &error));
    assert_list(&list, folder, accepted, 4);
    file_list_release(&list);
    assert_int_equal(list.count, 0);
    file_list_release(&list);
    free(folder);
}

static void test_passes_over_hidden_entries_and_loops(void **state)
{
    (void)state;
    static const char *const expected[] = {"/deep/file.wav", "/link.wav", "/seen.wav"};
    ser_error error;
    struct file_list list = {0};
    char *folder = support_scratch("odd"), *loop = support_scratch("odd/deep/loop");
    char *link_path = support_scratch("odd/link.wav"), *dangling = support_scratch("odd/gone.wav");
    char *self = support_scratch("odd/self.wav"), *pipe_path = support_scratch("odd/pipe.wav");
    support_make_folder("odd");
    support_make_folder("odd/deep");
    support_make_folder("odd/.hidden");
    make_file("odd/seen.wav");
    make_file("odd/.seen.wav");
    make_file("odd/.hidden/file.wav");
    make_file("odd/deep/file.wav");
    assert_int_equal(symlink("..", loop), 0);
    assert_int_equal(symlink("seen.wav", link_path), 0);
    assert_int_equal(symlink("nowhere", dangling), 0);
    assert_int_equal(symlink("self.wav", self), 0);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_ok(file_list_add(&list, folder, is_wav, &error));
    assert_list(&list, folder, expected, 3);
    file_list_release(&list);
    free(folder);
    free(loop);
    free(link_path);
    free(dangling);
    free(self);
    free(pipe_path);
}

static void test_takes_a_named_file_always(void **state)
{
    (void)state;
    ser_error error;
    struct file_list list = {0};
    char *hidden = support_write(".named.txt", "x", 1), *folder = support_scratch("second");
    support_make_folder("second");
    for (int i = 0; i < 100; i++) { /* more than the list holds at first */
        char name[] = "second/00.wav";
        name[7] = (char)('0' + i / 10);
        name[8] = (char)('0' + i % 10);
        make_file(name);
    }
    assert_ok(file_list_add(&list, hidden, is_wav, &error));
    assert_ok(file_list_add(&list, folder, is_wav, &error));
    assert_int_equal(list.count, 101);
    assert_string_equal(list.paths[0], hidden);
    assert_string_equal(file_name(list.paths[1]), "00.wav");
    assert_string_equal(file_name(list.paths[100]), "99.wav");
    file_list_release(&list);
    free(hidden);
    free(folder);
}

static void test_drops_what_is_named_twice(void **state)
{
    (void)state;
    static const char *const names[] = {"twice/b.wav",
                                        "twice/a.wav",
                                        "twice//a.wav",
                                        "twice/link.wav",
                                        "twice/b.wav",
                                        "./twice/./b.wav",
                                        "gone/a.wav",
                                        "-",
                                        "twice/under/../a.wav",
                                        "twice/under/a.wav",
                                        "gone/a.wav",
                                        "twice/c.wav",
                                        "-",
                                        "./-"};
    static const char *const expected[] = {"twice/b.wav", "twice/a.wav", "twice/link.wav",
                                           "gone/a.wav",  "-",           "twice/under/a.wav",
                                           "twice/c.wav", "./-"};
    ser_error error;
    struct file_list list = {0};
    char here[4096], *folder = support_scratch(""), *link_path;
    support_make_folder("twice");
    support_make_folder("twice/under");
    make_file("twice/a.wav");
    make_file("twice/b.wav");
    make_file("twice/under/a.wav");
    link_path = support_scratch("twice/link.wav");
    assert_int_equal(symlink("a.wav", link_path), 0);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    assert_ok(file_list_drop_repeated(&list, &error));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_ok(file_list_add(&list, names[i], NULL, &error));
    assert_ok(file_list_add(&list, link_path, NULL, &error)); /* the same from the root */
    assert_ok(file_list_drop_repeated(&list, &error));
    assert_int_equal(chdir(here), 0);
    assert_list(&list, "", expected, sizeof expected / sizeof *expected);
    file_list_release(&list);
    free(link_path);
    free(folder);
}

static void test_names_and_folders(void **state)
{
    (void)state;
    ser_error error;
    assert_string_equal(file_name("a/b/c.wav"), "c.wav");
    assert_string_equal(file_name("c.wav"), "c.wav");
    assert_string_equal(file_name("/"), "");
    assert_string_equal(file_name(""), "");
    char *folder = support_scratch("made"), *file = support_write("file", "x", 1);
    char *orphan = support_scratch("no/parent");
    assert_false(file_is_folder(folder));
    assert_ok(file_make_folder(folder, &error));
    assert_true(file_is_folder(folder));
    assert_ok(file_make_folder(folder, &error));
    assert_false(file_is_folder(file));
    assert_error(file_make_folder(file, &error), SER_ERROR_IO, "file: folder cannot be made");
    assert_error(file_make_folder(orphan, &error), SER_ERROR_IO, "No such file");
    free(folder);
    free(file);
    free(orphan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_whole_files),
        cmocka_unit_test(test_refuses_files_over_the_limit),
        cmocka_unit_test(test_says_why_a_file_cannot_be_read),
        cmocka_unit_test(test_writes_and_replaces_files),
        cmocka_unit_test(test_nobody_sees_half_a_file),
        cmocka_unit_test(test_abandoning_leaves_the_old_file),
        cmocka_unit_test(test_publishes_without_waiting),
        cmocka_unit_test(test_says_why_a_file_cannot_be_written),
        cmocka_unit_test(test_a_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_lists_files_in_byte_order),
        cmocka_unit_test(test_passes_over_hidden_entries_and_loops),
        cmocka_unit_test(test_takes_a_named_file_always),
        cmocka_unit_test(test_drops_what_is_named_twice),
        cmocka_unit_test(test_names_and_folders),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The search goes by where the running program lies, so the tests run copies of this program from
 * folders laid out like an installation or a build tree. */
#define _GNU_SOURCE
#include "support.h"

#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audio/ffmpeg_module.h"
#include "audio/module_search.h"
#include "base/file.h"

/* A name that no installation has. */
#define PROBE_FILE "ser_probe.so"

static ser_error error;

/* Where the build has put the FFmpeg module, which serves as the object to find. */
static char module_path[PATH_MAX];

/* What a copy of this program does: 0 found, 1 not there, 2 there but of no use. */
static int probe(void)
{
    char reason[200];
    if (module_search_open(PROBE_FILE, reason, sizeof reason))
        return 0;
    return *reason ? 2 : 1;
}

static int run_probe(const char *program)
{
    extern char **environ;
    char *arguments[] = {"probe", "--probe", NULL}; /* a name without a folder, as from PATH */
    pid_t child;
    int status;
    assert_int_equal(posix_spawn(&child, program, NULL, NULL, arguments, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void copy_file(const char *from, const char *to)
{
    char *bytes;
    size_t size;
    assert_ok(file_read(from, (size_t)1 << 28, &bytes, &size, &error));
    assert_ok(file_write(to, bytes, size, &error));
    assert_int_equal(chmod(to, 0755), 0);
    free(bytes);
}

/* Copies this program to "house/bin/probe" in the scratch folder; returns its path. */
static char *place_program(void)
{
    static const char *const folders[] = {"house",         "house/src",          "house/src/audio",
                                          "house/bin",     "house/bin/ser",      "house/bin/audio",
                                          "house/bin/src", "house/bin/src/audio"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *folder = support_scratch(folders[i]);
        assert_ok(file_make_folder(folder, &error));
        free(folder);
    }
    char *program = support_scratch("house/bin/probe");
    copy_file("/proc/self/exe", program);
    return program;
}

static char *place_module(const char *folder)
{
    char name[100];
    snprintf(name, sizeof name, "house/bin/%s/%s", folder, PROBE_FILE);
    char *path = support_scratch(name);
    copy_file(module_path, path);
    return path;
}

static void need_module(void)
{
    if (access(module_path, F_OK)) {
        print_message("skipped: the FFmpeg module was not built\n");
        skip();
    }
}

static void test_looks_beside_the_program(void **state)
{
    (void)state;
    static const char *const places[] = {".", "ser", "audio", "src/audio", "../src/audio"};
    need_module();
    unsetenv("SER_MODULE_DIR");
    char *program = place_program();
    assert_int_equal(run_probe(program), 1);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = place_module(places[i]);
        if (run_probe(program))
            fail_msg("not found in %s", places[i]);
        assert_int_equal(unlink(path), 0);
        free(path);
    }
    assert_int_equal(run_probe(program), 1);
    free(program);
}

/* The folder that the user names is the only one then, so that the module can be shut out. */
static void test_looks_only_where_the_environment_says(void **state)
{
    (void)state;
    need_module();
    char *program = place_program(), *path = place_module(".");
    char *other = support_scratch("other"), *bin = support_scratch("house/bin");
    assert_ok(file_make_folder(other, &error));
    setenv("SER_MODULE_DIR", other, 1);
    assert_int_equal(run_probe(program), 1);
    setenv("SER_MODULE_DIR", bin, 1);
    assert_int_equal(run_probe(program), 0);
    setenv("SER_MODULE_DIR", "", 1);
    assert_int_equal(run_probe(program), 0);
    assert_int_equal(unlink(path), 0);
    free(other);
    free(bin);
    free(path);
    free(program);
}

static void test_passes_over_what_others_have_put_there(void **state)
{
    (void)state;
    need_module();
    if (geteuid() != 0) {
        print_message("skipped: only root can give a file to somebody else\n");
        skip();
    }
    unsetenv("SER_MODULE_DIR");
    char *program = place_program(), *path = place_module("../src/audio");
    assert_int_equal(chown(path, 65534, 65534), 0);
    assert_int_equal(run_probe(program), 1);
    assert_int_equal(chown(program, 65534, 65534), 0); /* now it is of the program's own user */
    assert_int_equal(run_probe(program), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(program), 0);
    free(path);
    free(program);
}

static void test_says_what_is_wrong_with_a_file(void **state)
{
    (void)state;
    char reason[200] = "before";
    char *path = support_write(PROBE_FILE, "no shared object", 16), *folder = support_scratch("");
    setenv("SER_MODULE_DIR", folder, 1);
    assert_null(module_search_open(PROBE_FILE, reason, sizeof reason));
    assert_non_null(strstr(reason, PROBE_FILE));
    assert_null(module_search_open("ser_absent.so", reason, sizeof reason));
    assert_string_equal(reason, "");
    free(path);
    free(folder);
}

static void test_survives_a_folder_of_endless_name(void **state)
{
    (void)state;
    char reason[200], name[2 * PATH_MAX];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = 0;
    setenv("SER_MODULE_DIR", name, 1);
    assert_null(module_search_open(PROBE_FILE, reason, sizeof reason));
    assert_string_equal(reason, "");
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks_beside_the_program),
        cmocka_unit_test(test_looks_only_where_the_environment_says),
        cmocka_unit_test(test_passes_over_what_others_have_put_there),
        cmocka_unit_test(test_says_what_is_wrong_with_a_file),
        cmocka_unit_test(test_survives_a_folder_of_endless_name),
    };
    if (count == 2 && !strcmp(arguments[1], "--probe"))
        return probe();
    const char *folder = getenv("SER_MODULE_DIR");
    snprintf(module_path, sizeof module_path, "%s/%s", folder ? folder : "", FFMPEG_MODULE_FILE);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

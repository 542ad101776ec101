#include "support.h"

#include <pthread.h>
#include <string.h>

#include "base/log.h"

struct received {
    int count;
    ser_log_level level;
    char message[2 * SER_ERROR_LENGTH];
};

static void receive(void *user, ser_log_level level, const char *message)
{
    struct received *received = user;
    received->count++;
    received->level = level;
    assert_true(strlen(message) < sizeof received->message);
    strcpy(received->message, message);
}

static void test_passes_remarks_on(void **state)
{
    (void)state;
    struct received received = {0};
    ser_log_set_callback(receive, &received);
    log_message(SER_LOG_WARNING, "%d duplicate recordings of %s left out", 3, "actor 07");
    assert_int_equal(received.count, 1);
    assert_int_equal(received.level, SER_LOG_WARNING);
    assert_string_equal(received.message, "3 duplicate recordings of actor 07 left out");
    log_message(SER_LOG_DEBUG, "100%%");
    assert_int_equal(received.count, 2);
    assert_int_equal(received.level, SER_LOG_DEBUG);
    assert_string_equal(received.message, "100%");
}

static void *remark_elsewhere(void *argument)
{
    (void)argument;
    log_message(SER_LOG_INFO, "of another thread");
    return NULL;
}

static void test_diverts_the_remarks_of_one_thread(void **state)
{
    (void)state;
    struct received installed = {0}, diverted = {0};
    pthread_t thread;
    ser_log_set_callback(receive, &installed);
    log_divert(receive, &diverted);
    log_message(SER_LOG_WARNING, "of this thread");
    assert_int_equal(pthread_create(&thread, NULL, remark_elsewhere, NULL), 0);
    pthread_join(thread, NULL);
    assert_int_equal(diverted.count, 1);
    assert_string_equal(diverted.message, "of this thread");
    assert_int_equal(installed.count, 1);
    assert_string_equal(installed.message, "of another thread");
    log_divert(NULL, NULL);
    log_message(SER_LOG_WARNING, "again");
    assert_int_equal(diverted.count, 1);
    assert_string_equal(installed.message, "again");
}

static void test_drops_remarks_without_a_callback(void **state)
{
    (void)state;
    struct received received = {0};
    ser_log_set_callback(receive, &received);
    ser_log_set_callback(NULL, NULL);
    log_message(SER_LOG_WARNING, "nobody hears this");
    assert_int_equal(received.count, 0);
}

static void test_cuts_a_long_remark(void **state)
{
    (void)state;
    struct received received = {0};
    char path[2000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    ser_log_set_callback(receive, &received);
    log_message(SER_LOG_INFO, "%s", path);
    assert_int_equal(received.count, 1);
    assert_int_equal(strlen(received.message), SER_ERROR_LENGTH - 1);
}

static int forget_callback(void **state)
{
    (void)state;
    ser_log_set_callback(NULL, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_diverts_the_remarks_of_one_thread, forget_callback),
        cmocka_unit_test_teardown(test_passes_remarks_on, forget_callback),
        cmocka_unit_test_teardown(test_drops_remarks_without_a_callback, forget_callback),
        cmocka_unit_test_teardown(test_cuts_a_long_remark, forget_callback),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

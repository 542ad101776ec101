#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void test_grows_a_block(void **state)
{
    (void)state;
    int *block = memory_resize(NULL, 2, sizeof *block);
    assert_non_null(block);
    block[0] = 11;
    block[1] = 22;
    block = memory_resize(block, 100000, sizeof *block);
    assert_non_null(block);
    assert_int_equal(block[0], 11);
    assert_int_equal(block[1], 22);
    block[99999] = 33;
    free(block);
}

static void test_refuses_sizes_that_overflow(void **state)
{
    (void)state;
    char *block = memory_resize(NULL, 4, 1);
    memcpy(block, "old", 4);
    assert_null(memory_resize(block, SIZE_MAX / 2 + 1, 2)); /* 2^64: would wrap to 0 */
    assert_null(memory_resize(block, SIZE_MAX / 4 + 2, 4)); /* 2^64 + 4: would wrap to 4 */
    assert_null(memory_resize(block, SIZE_MAX, SIZE_MAX));
    assert_null(memory_resize(block, 2, SIZE_MAX));
    assert_string_equal(block, "old");
    free(block);
}

static void test_gives_a_block_of_no_bytes(void **state)
{
    (void)state;
    void *block = memory_resize(NULL, 0, sizeof(double));
    assert_non_null(block);
    free(block);
    block = memory_resize(NULL, 5, 0);
    assert_non_null(block);
    block = memory_resize(block, 0, 1);
    assert_non_null(block);
    free(block);
}

static void test_reserves_room(void **state)
{
    (void)state;
    struct item {
        char bytes[12];
    } *items = NULL;
    size_t room = 0, grown = 0;
    for (size_t count = 0; count < 1000; count++) {
        size_t before = room;
        assert_true(memory_reserve(&items, &room, count + 1, sizeof *items));
        assert_true(room > count);
        grown += room != before;
        memset(&items[count], (int)(count % 251), sizeof *items);
    }
    assert_in_range(grown, 1, 10); /* not once for each */
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i].bytes[11], (char)(i % 251));
    struct item *before = items;
    assert_true(memory_reserve(&items, &room, 1, sizeof *items));
    assert_ptr_equal(items, before);
    assert_true(memory_reserve(&items, &room, 5000, sizeof *items));
    assert_int_equal(room, 5000);
    free(items);
}

static void test_reserving_too_much_changes_nothing(void **state)
{
    (void)state;
    char *text = NULL;
    size_t room = 0;
    assert_true(memory_reserve(&text, &room, 0, 1));
    assert_null(text);
    assert_true(memory_reserve(&text, &room, 4, 1));
    memcpy(text, "old", 4);
    char *before = text;
    size_t old = room;
    assert_false(memory_reserve(&text, &room, SIZE_MAX / 2 + 1, 2)); /* 2^64: would wrap to 0 */
    assert_false(memory_reserve(&text, &room, SIZE_MAX / 4, 8));
    assert_ptr_equal(text, before);
    assert_int_equal(room, old);
    assert_string_equal(text, "old");
    free(text);
}

static void test_copies_text(void **state)
{
    (void)state;
    char text[] = "Kids are talking by the door";
    char *copy = memory_copy_text(text);
    text[0] = 'X';
    assert_string_equal(copy, "Kids are talking by the door");
    free(copy);
    copy = memory_copy_text("");
    assert_string_equal(copy, "");
    free(copy);
    assert_null(memory_copy_text(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows_a_block),
        cmocka_unit_test(test_refuses_sizes_that_overflow),
        cmocka_unit_test(test_gives_a_block_of_no_bytes),
        cmocka_unit_test(test_reserves_room),
        cmocka_unit_test(test_reserving_too_much_changes_nothing),
        cmocka_unit_test(test_copies_text),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <limits.h>
#include <string.h>

#include "nn/tensor.h"
#include "support.h"

static void test_resize_gives_shape_and_full_lengths(void **state)
{
    (void)state;
    struct tensor tensor = {0};
    ser_error error;
    assert_ok(tensor_resize(&tensor, 3, 7, 5, 2, &error));
    assert_int_equal(tensor.batch, 3);
    assert_int_equal(tensor.frames, 7);
    assert_int_equal(tensor.bands, 5);
    assert_int_equal(tensor.channels, 2);
    assert_int_equal(tensor_frame_size(&tensor), 10);
    assert_int_equal(tensor_item_size(&tensor), 70);
    assert_int_equal(tensor_count(&tensor), 210);
    assert_int_equal((uintptr_t)tensor.data % 64, 0);
    assert_ptr_equal(tensor_item(&tensor, 2), tensor.data + 140);
    for (int i = 0; i < 3; i++)
        assert_int_equal(tensor.lengths[i], 7);
    tensor.lengths[1] = 4;
    assert_int_equal(tensor_sound_rows(&tensor, 1), 20);
    tensor_release(&tensor);
    assert_null(tensor.data);
    assert_null(tensor.lengths);
    tensor_release(&tensor);
}

static void test_memory_only_grows(void **state)
{
    (void)state;
    struct tensor tensor = {0};
    ser_error error;
    assert_ok(tensor_resize(&tensor, 4, 100, 8, 2, &error));
    const float *data = tensor.data;
    const int *lengths = tensor.lengths;
    assert_ok(tensor_resize(&tensor, 1, 3, 1, 1, &error));
    assert_ptr_equal(tensor.data, data);
    assert_ptr_equal(tensor.lengths, lengths);
    assert_int_equal(tensor.lengths[0], 3);
    assert_ok(tensor_resize(&tensor, 4, 50, 16, 2, &error));
    assert_ptr_equal(tensor.data, data);
    assert_int_equal(tensor.lengths[3], 50);
    memset(tensor.data, 0, tensor_count(&tensor) * sizeof(float));
    assert_ok(tensor_resize(&tensor, 64, 1, 1, 1, &error));
    for (int i = 0; i < 64; i++)
        assert_int_equal(tensor.lengths[i], 1);
    tensor_release(&tensor);
}

static void test_resize_like_copies_lengths(void **state)
{
    (void)state;
    struct tensor tensor = {0}, like = {0};
    ser_error error;
    assert_ok(tensor_resize(&like, 2, 6, 3, 4, &error));
    like.lengths[0] = 2;
    like.lengths[1] = 5;
    assert_ok(tensor_resize_like(&tensor, &like, &error));
    assert_int_equal(tensor_count(&tensor), tensor_count(&like));
    assert_memory_equal(tensor.lengths, like.lengths, 2 * sizeof(int));
    assert_ptr_not_equal(tensor.data, like.data);
    tensor_release(&tensor);
    tensor_release(&like);
}

static void test_empty_and_negative_sizes_are_refused(void **state)
{
    (void)state;
    struct tensor tensor = {0};
    ser_error error;
    static const int sizes[][4] = {{0, 1, 1, 1},   {1, 0, 1, 1},      {1, 1, 0, 1},
                                   {1, 1, 1, 0},   {-1, 1, 1, 1},     {1, -5, 1, 1},
                                   {1, 1, -1, -1}, {INT_MIN, 1, 1, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_error(
            tensor_resize(&tensor, sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], &error),
            SER_ERROR_ARGUMENT, "is empty or too large");
    assert_null(tensor.data);
    assert_int_equal(tensor.batch, 0);
}

static void test_huge_sizes_are_refused_and_leave_the_tensor_as_it_was(void **state)
{
    (void)state;
    struct tensor tensor = {0};
    ser_error error;
    static const int sizes[][4] = {{INT_MAX, 1, 1, 1},
                                   {1, 1, 1, INT_MAX / 4 + 1},
                                   {65536, 65536, 65536, 65536},
                                   {INT_MAX, INT_MAX, INT_MAX, INT_MAX},
                                   {2, 1 << 15, 1 << 7, 1 << 7}};
    assert_ok(tensor_resize(&tensor, 1, 2, 3, 4, &error));
    tensor.data[23] = 5;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_error(
            tensor_resize(&tensor, sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], &error),
            SER_ERROR_ARGUMENT, "is empty or too large");
    assert_int_equal(tensor_count(&tensor), 24);
    assert_true(tensor.data[23] == 5);
    tensor_release(&tensor);
}

static void test_mask_zeroes_the_padding_only(void **state)
{
    (void)state;
    struct tensor tensor = {0};
    ser_error error;
    assert_ok(tensor_resize(&tensor, 3, 4, 2, 2, &error));
    tensor.lengths[0] = 4;
    tensor.lengths[1] = 1;
    tensor.lengths[2] = 3;
    for (int i = 0; i < 48; i++)
        tensor.data[i] = (float)(i + 1);
    tensor_mask(&tensor);
    for (int i = 0; i < 48; i++) {
        int item = i / 16, frame = i / 4 % 4;
        assert_true(tensor.data[i] == (frame < tensor.lengths[item] ? (float)(i + 1) : 0));
    }
    tensor_release(&tensor);
}

static void test_item_mean_leaves_padding_out(void **state)
{
    (void)state;
    struct tensor tensor = {0};
    ser_error error;
    float mean[2];
    assert_ok(tensor_resize(&tensor, 2, 3, 2, 2, &error));
    tensor.lengths[1] = 2;
    for (int i = 0; i < 24; i++)
        tensor.data[i] = (float)i;
    tensor_item_mean(&tensor, 0, mean);
    assert_true(mean[0] == 5 && mean[1] == 6);
    tensor_item_mean(&tensor, 1, mean); /* rows (12, 13) (14, 15) (16, 17) (18, 19) */
    assert_true(mean[0] == 15 && mean[1] == 16);
    tensor_release(&tensor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resize_gives_shape_and_full_lengths),
        cmocka_unit_test(test_memory_only_grows),
        cmocka_unit_test(test_resize_like_copies_lengths),
        cmocka_unit_test(test_empty_and_negative_sizes_are_refused),
        cmocka_unit_test(test_huge_sizes_are_refused_and_leave_the_tensor_as_it_was),
        cmocka_unit_test(test_mask_zeroes_the_padding_only),
        cmocka_unit_test(test_item_mean_leaves_padding_out),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

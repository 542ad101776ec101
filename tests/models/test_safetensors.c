#define _GNU_SOURCE
#include "small_model.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"
#include "models/safetensors.h"

/* Eight bytes of length, the header, then `data_size` zeros. The caller frees it. */
static char *make_bytes(uint64_t length, const char *header, size_t header_size, size_t data_size,
                        size_t *size)
{
    *size = 8 + header_size + data_size;
    char *bytes = calloc(*size + 1, 1);
    assert_non_null(bytes);
    memcpy(bytes, &length, 8);
    memcpy(bytes + 8, header, header_size);
    return bytes;
}

/* Parses a file of this header and so many zeros. */
static ser_status parse(struct safetensors *file, const char *header, size_t data_size,
                        ser_error *error)
{
    size_t size, length = strlen(header);
    char *bytes = make_bytes(length, header, length, data_size, &size);
    return safetensors_parse(file, bytes, size, "x.safetensors", error);
}

static void assert_empty(const struct safetensors *file)
{
    assert_null(file->bytes);
    assert_null(file->header);
    assert_null(file->tensors);
    assert_null(file->values);
    assert_int_equal(file->count, 0);
}

static void assert_refused(const char *header, size_t data_size, ser_status expected,
                           const char *part)
{
    ser_error error;
    struct safetensors file;
    assert_error(parse(&file, header, data_size, &error), expected, part);
    assert_non_null(strstr(error.message, "x.safetensors"));
    assert_empty(&file);
}

/* A file of one tensor whose entry is given. */
static void assert_entry_refused(const char *entry, size_t data_size, ser_status expected,
                                 const char *part)
{
    char *header = NULL;
    assert_true(asprintf(&header, "{\"a\":%s}", entry) > 0);
    assert_refused(header, data_size, expected, part);
    free(header);
}

static const float first_values[6] = {1, -2.5f, 0, 3e-20f, FLT_MAX, -1};
static const float second_values[1] = {42};
static const float third_values[4] = {9, 8, 7, 6};

/* Three tensors of different rank; the caller frees the path. */
static char *write_example(const char *name)
{
    ser_error error;
    char *path = support_scratch(name);
    const struct safetensor tensors[] = {
        {.name = "layers.0.weight", .rank = 2, .sizes = {2, 3}, .count = 6, .values = first_values},
        {.name = "scalar", .rank = 0, .count = 1, .values = second_values},
        {.name = "ü", .rank = 4, .sizes = {1, 2, 1, 2}, .count = 4, .values = third_values},
    };
    json_t *metadata = json_pack("{s:s, s:s}", "format", "test", "text", "a \"quoted\"\nü");
    assert_ok(safetensors_write(path, tensors, 3, metadata, &error));
    json_decref(metadata);
    return path;
}

static void test_gives_back_what_was_written(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    char *path = write_example("trip.safetensors");
    assert_ok(safetensors_read(&file, path, &error));
    assert_int_equal(file.count, 3);
    assert_string_equal(json_string_value(json_object_get(file.metadata, "format")), "test");
    assert_string_equal(json_string_value(json_object_get(file.metadata, "text")),
                        "a \"quoted\"\nü");
    const struct safetensor *first = safetensors_find(&file, "layers.0.weight");
    assert_non_null(first);
    assert_int_equal(first->rank, 2);
    assert_int_equal(first->sizes[0], 2);
    assert_int_equal(first->sizes[1], 3);
    assert_int_equal(first->count, 6);
    assert_memory_equal(first->values, first_values, sizeof first_values);
    const struct safetensor *scalar = safetensors_find(&file, "scalar");
    assert_non_null(scalar);
    assert_int_equal(scalar->rank, 0);
    assert_memory_equal(scalar->values, second_values, sizeof second_values);
    const struct safetensor *third = safetensors_find(&file, "ü");
    assert_non_null(third);
    assert_int_equal(third->sizes[3], 2);
    assert_memory_equal(third->values, third_values, sizeof third_values);
    assert_null(safetensors_find(&file, "u"));
    safetensors_release(&file);
    assert_empty(&file);
    safetensors_release(&file); /* harmless */
    free(path);
}

/* What the format's page says of the file itself, so that other tools can read it. */
static void test_writes_an_aligned_little_endian_header(void **state)
{
    (void)state;
    size_t size;
    char *path = write_example("layout.safetensors"), *bytes = read_whole(path, &size);
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--)
        length = length << 8 | (unsigned char)bytes[i];
    assert_int_equal(length % 8, 0);
    assert_int_equal(8 + length + 11 * sizeof(float), size);
    assert_int_equal(bytes[8], '{');
    assert_memory_equal(bytes + 8 + length, first_values, sizeof first_values);
    assert_memory_equal(bytes + size - sizeof third_values, third_values, sizeof third_values);
    free(bytes);
    free(path);
}

static void test_writes_the_same_bytes_again(void **state)
{
    (void)state;
    char *one = write_example("one.safetensors"), *other = write_example("other.safetensors");
    assert_true(same_files(one, other));
    free(one);
    free(other);
}

static void test_reads_a_file_without_tensors(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    assert_ok(parse(&file, "{}", 0, &error));
    assert_int_equal(file.count, 0);
    assert_null(file.metadata);
    safetensors_release(&file);
    assert_ok(parse(&file, "{\"__metadata__\":{\"a\":\"b\"}}     ", 0, &error));
    assert_string_equal(json_string_value(json_object_get(file.metadata, "a")), "b");
    safetensors_release(&file);
}

/* Tensors may stand in the header in another order than in the data. */
static void test_reads_tensors_in_any_order(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    size_t size;
    static const char header[] = "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                                 "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    char *bytes = make_bytes(strlen(header), header, strlen(header), 12, &size);
    const float values[3] = {1, 2, 3};
    memcpy(bytes + 8 + strlen(header), values, sizeof values);
    assert_ok(safetensors_parse(&file, bytes, size, "x", &error));
    assert_true(safetensors_find(&file, "a")->values[1] == 2);
    assert_true(safetensors_find(&file, "b")->values[0] == 3);
    assert_int_equal((uintptr_t)safetensors_find(&file, "b")->values % sizeof(float), 0);
    safetensors_release(&file);
}

/* Numbers are the business of whoever reads them. */
static void test_keeps_numbers_that_are_none(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    const uint32_t bits[2] = {0x7fc01234, 0xff800000}; /* NaN with a payload, -infinity */
    float values[2];
    memcpy(values, bits, sizeof values);
    const struct safetensor tensor = {
        .name = "a", .rank = 1, .sizes = {2}, .count = 2, .values = values};
    char *path = support_scratch("nan.safetensors");
    assert_ok(safetensors_write(path, &tensor, 1, NULL, &error));
    assert_ok(safetensors_read(&file, path, &error));
    assert_memory_equal(file.tensors[0].values, bits, sizeof bits);
    safetensors_release(&file);
    free(path);
}

static void test_refuses_files_that_are_too_short_for_a_header(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    for (size_t size = 0; size <= 9; size++) {
        char *path = support_write("short.safetensors", "\2\0\0\0\0\0\0\0{", size);
        assert_error(safetensors_read(&file, path, &error), SER_ERROR_FORMAT,
                     "not a safetensors file");
        assert_empty(&file);
        free(path);
    }
}

static void test_refuses_impossible_header_lengths(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    static const uint64_t lengths[] = {
        0,
        1,
        3,
        4,
        100,
        SAFETENSORS_MAX_HEADER,
        SAFETENSORS_MAX_HEADER + 1,
        UINT32_MAX,
        INT64_MAX,
        (uint64_t)INT64_MAX + 1,
        UINT64_MAX - 8,
        UINT64_MAX - 7,
        UINT64_MAX,
    };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t size;
        char *bytes = make_bytes(lengths[i], "{}", 2, 0, &size);
        assert_error(safetensors_parse(&file, bytes, size, "x", &error), SER_ERROR_FORMAT,
                     "not a safetensors file");
        assert_empty(&file);
    }
}

/* A file as large as its header claims, but beyond what any header needs. */
static void test_refuses_a_huge_header(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    size_t size = 8 + (size_t)SAFETENSORS_MAX_HEADER + 1;
    uint64_t length = size - 8;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, ' ', size);
    memcpy(bytes, &length, 8);
    bytes[8] = '{';
    bytes[size - 1] = '}';
    assert_error(safetensors_parse(&file, bytes, size, "x", &error), SER_ERROR_FORMAT,
                 "not a safetensors file");
}

static void test_refuses_headers_that_are_no_object(void **state)
{
    (void)state;
    assert_refused("[]", 0, SER_ERROR_FORMAT, "not a safetensors file");
    assert_refused("{,", 0, SER_ERROR_FORMAT, "expected JSON");
    assert_refused("{\"a\":", 0, SER_ERROR_FORMAT, "expected JSON");
    assert_refused("{} {}", 0, SER_ERROR_FORMAT, "expected JSON");
    assert_refused("{\"\xff\":1}", 0, SER_ERROR_FORMAT, "expected JSON");
    assert_refused("{\"a\\u0000b\":1}", 0, SER_ERROR_FORMAT, "expected JSON");
    assert_refused("{\"a\":1e999}", 0, SER_ERROR_FORMAT, "expected JSON");
}

static void test_refuses_deep_nesting(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *header = malloc(DEPTH * 5 + 1);
    assert_non_null(header);
    for (int i = 0; i < DEPTH; i++)
        memcpy(header + i * 5, "{\"a\":", 6);
    assert_refused(header, 0, SER_ERROR_FORMAT, "expected JSON");
    free(header);
}

static void test_refuses_repeated_names(void **state)
{
    (void)state;
    assert_refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                   "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                   8, SER_ERROR_FORMAT, "expected JSON");
}

static void test_refuses_metadata_that_are_no_texts(void **state)
{
    (void)state;
    assert_refused("{\"__metadata__\":[]}", 0, SER_ERROR_FORMAT, "__metadata__ is no object");
    assert_refused("{\"__metadata__\":null}", 0, SER_ERROR_FORMAT, "__metadata__ is no object");
    assert_refused("{\"__metadata__\":{\"a\":1}}", 0, SER_ERROR_FORMAT, "\"a\" is no text");
    assert_refused("{\"__metadata__\":{\"a\":{}}}", 0, SER_ERROR_FORMAT, "\"a\" is no text");
}

static void test_refuses_other_types(void **state)
{
    (void)state;
    static const char *const types[] = {"F16", "BF16", "F64", "I32", "U8", "BOOL", "f32", ""};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char entry[128];
        snprintf(entry, sizeof entry, "{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[0,4]}",
                 types[i]);
        assert_entry_refused(entry, 4, SER_ERROR_UNSUPPORTED, "expected F32");
    }
    assert_entry_refused("{\"shape\":[1],\"data_offsets\":[0,4]}", 4, SER_ERROR_FORMAT,
                         "type missing");
    assert_entry_refused("{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}", 4, SER_ERROR_FORMAT,
                         "expected F32");
    assert_entry_refused("7", 4, SER_ERROR_FORMAT, "expected F32");
    assert_entry_refused("null", 4, SER_ERROR_FORMAT, "expected F32");
    assert_entry_refused("[\"F32\"]", 4, SER_ERROR_FORMAT, "expected F32");
}

static void test_refuses_impossible_shapes(void **state)
{
    (void)state;
    static const char *const shapes[] = {
        "null",
        "1",
        "{}",
        "\"1\"",
        "[0]",
        "[-1]",
        "[1.0]",
        "[\"1\"]",
        "[null]",
        "[[1]]",
        "[9223372036854775807]",
        "[-9223372036854775808]",
        "[4294967296, 4294967296]",
        "[4294967297, 4294967296, 4294967296]",
        "[9223372036854775807, 9223372036854775807]",
        "[-1, -1]",
        "[1, 1, 1, 1, 1, 1, 1, 1, 1]",
        "[1073741824]",
        "[1, 0]",
        "[65536, 65536, 65536, 65536]",
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char entry[160];
        snprintf(entry, sizeof entry, "{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,4]}",
                 shapes[i]);
        assert_entry_refused(entry, 4, SER_ERROR_FORMAT, "shape");
    }
    assert_entry_refused("{\"dtype\":\"F32\",\"data_offsets\":[0,4]}", 4, SER_ERROR_FORMAT,
                         "shape");
}

static void test_refuses_numbers_that_no_integer_holds(void **state)
{
    (void)state;
    assert_entry_refused(
        "{\"dtype\":\"F32\",\"shape\":[18446744073709551617],\"data_offsets\":[0,4]}", 4,
        SER_ERROR_FORMAT, "expected JSON");
    assert_entry_refused(
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,18446744073709551620]}", 4,
        SER_ERROR_FORMAT, "expected JSON");
}

static void test_refuses_impossible_offsets(void **state)
{
    (void)state;
    static const char *const offsets[] = {
        "null",
        "0",
        "[]",
        "[0]",
        "[0,4,8]",
        "[0,\"4\"]",
        "[0,4.0]",
        "[null,4]",
        "[-4,0]",
        "[4,0]",
        "[0,8]",
        "[4,8]",
        "[0,9223372036854775807]",
        "[9223372036854775800,9223372036854775804]",
        "[-9223372036854775808,-9223372036854775804]",
    };
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        char entry[160];
        snprintf(entry, sizeof entry, "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s}",
                 offsets[i]);
        assert_entry_refused(entry, 4, SER_ERROR_FORMAT, "lies outside the file");
    }
    assert_entry_refused("{\"dtype\":\"F32\",\"shape\":[1]}", 4, SER_ERROR_FORMAT,
                         "lies outside the file");
}

static void test_refuses_offsets_that_do_not_fit_the_shape(void **state)
{
    (void)state;
    assert_entry_refused("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}", 8,
                         SER_ERROR_FORMAT, "4 bytes, expected 8");
    assert_entry_refused("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}", 8,
                         SER_ERROR_FORMAT, "8 bytes, expected 4");
    assert_entry_refused("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,0]}", 0,
                         SER_ERROR_FORMAT, "0 bytes, expected 4");
    assert_entry_refused("{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,3]}", 3,
                         SER_ERROR_FORMAT, "3 bytes, expected 4");
}

/* A file of two tensors at these offsets, of one and two numbers. */
static void assert_pair_refused(int first, int second, size_t data_size, const char *part)
{
    char header[256];
    snprintf(header, sizeof header,
             "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]},"
             "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}",
             first, first + 4, second, second + 8);
    assert_refused(header, data_size, SER_ERROR_FORMAT, part);
}

static void test_refuses_gaps_overlaps_and_leftovers(void **state)
{
    (void)state;
    assert_pair_refused(0, 8, 16, "overlap or leave gaps");
    assert_pair_refused(4, 8, 16, "overlap or leave gaps");
    assert_pair_refused(0, 0, 8, "overlap or leave gaps");
    assert_pair_refused(4, 0, 8, "overlap or leave gaps");
    assert_pair_refused(0, 4, 16, "4 bytes behind the last tensor");
    assert_pair_refused(0, 4, 13, "1 bytes behind the last tensor");
    assert_pair_refused(0, 2, 10, "not aligned");
    assert_pair_refused(1, 5, 13, "not aligned");
    assert_refused("{}", 4, SER_ERROR_FORMAT, "4 bytes behind the last tensor");
}

static void test_refuses_every_truncation(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    size_t size;
    char *path = write_example("whole.safetensors"), *whole = read_whole(path, &size);
    for (size_t length = 0; length < size; length++) {
        char *part = malloc(length + 1);
        assert_non_null(part);
        memcpy(part, whole, length);
        assert_error(safetensors_parse(&file, part, length, "cut", &error), SER_ERROR_FORMAT,
                     "cut");
        assert_empty(&file);
    }
    free(whole);
    free(path);
}

/* Whatever a file holds, what is accepted lies inside it. */
static void check_inside(const struct safetensors *file, size_t size)
{
    size_t total = 0;
    for (int i = 0; i < file->count; i++) {
        const struct safetensor *tensor = &file->tensors[i];
        size_t product = 1;
        for (int j = 0; j < tensor->rank; j++)
            product *= (size_t)tensor->sizes[j];
        assert_int_equal(product, tensor->count);
        volatile float last = tensor->values[tensor->count - 1];
        (void)last;
        total += tensor->count * sizeof(float);
    }
    assert_true(total < size);
}

static void test_survives_random_damage(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    size_t size;
    int refused = 0, accepted = 0;
    char *path = write_example("sound.safetensors"), *whole = read_whole(path, &size);
    struct random random = random_seeded(4, 0);
    for (int round = 0; round < 20000; round++) {
        char *copy = malloc(size);
        assert_non_null(copy);
        memcpy(copy, whole, size);
        for (uint32_t flips = 1 + random_below(&random, 4); flips; flips--)
            copy[random_below(&random, (uint32_t)size)] ^= (char)(1 << random_below(&random, 8));
        ser_status status = safetensors_parse(&file, copy, size, "damaged", &error);
        if (status) {
            assert_true(status == SER_ERROR_FORMAT || status == SER_ERROR_UNSUPPORTED);
            assert_non_null(strstr(error.message, "damaged"));
            refused++;
        } else {
            check_inside(&file, size);
            accepted++;
        }
        safetensors_release(&file);
    }
    assert_true(refused > 5000);
    assert_true(accepted > 1000); /* damage to the numbers alone is not seen here */
    free(whole);
    free(path);
}

static void test_passes_on_file_errors(void **state)
{
    (void)state;
    ser_error error;
    struct safetensors file;
    char *missing = support_scratch("missing.safetensors");
    assert_error(safetensors_read(&file, missing, &error), SER_ERROR_IO, "missing.safetensors");
    assert_empty(&file);
    char *folder = support_scratch("folder.safetensors");
    assert_ok(file_make_folder(folder, &error));
    assert_error(safetensors_read(&file, folder, &error), SER_ERROR_IO, "folder.safetensors");
    const struct safetensor tensor = {.name = "a", .rank = 0, .count = 1, .values = second_values};
    char *nowhere = support_scratch("no/such/folder.safetensors");
    assert_error(safetensors_write(nowhere, &tensor, 1, NULL, &error), SER_ERROR_IO, nowhere);
    free(missing);
    free(folder);
    free(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_back_what_was_written),
        cmocka_unit_test(test_writes_an_aligned_little_endian_header),
        cmocka_unit_test(test_writes_the_same_bytes_again),
        cmocka_unit_test(test_reads_a_file_without_tensors),
        cmocka_unit_test(test_reads_tensors_in_any_order),
        cmocka_unit_test(test_keeps_numbers_that_are_none),
        cmocka_unit_test(test_refuses_files_that_are_too_short_for_a_header),
        cmocka_unit_test(test_refuses_impossible_header_lengths),
        cmocka_unit_test(test_refuses_a_huge_header),
        cmocka_unit_test(test_refuses_headers_that_are_no_object),
        cmocka_unit_test(test_refuses_deep_nesting),
        cmocka_unit_test(test_refuses_repeated_names),
        cmocka_unit_test(test_refuses_metadata_that_are_no_texts),
        cmocka_unit_test(test_refuses_other_types),
        cmocka_unit_test(test_refuses_impossible_shapes),
        cmocka_unit_test(test_refuses_numbers_that_no_integer_holds),
        cmocka_unit_test(test_refuses_impossible_offsets),
        cmocka_unit_test(test_refuses_offsets_that_do_not_fit_the_shape),
        cmocka_unit_test(test_refuses_gaps_overlaps_and_leftovers),
        cmocka_unit_test(test_refuses_every_truncation),
        cmocka_unit_test(test_survives_random_damage),
        cmocka_unit_test(test_passes_on_file_errors),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#define _GNU_SOURCE
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "audio/source.h"
#include "recordings.h"
#include "ser/audio.h"

static ser_error error;

/* A disk that fails: reads beyond this offset give EIO; negative: no failure. */
static long long failing_from = -1;
/* Reads are interrupted by a signal, as it were, every other time; and come in small pieces. */
static int is_nervous;
static int nervous_calls;

/* Takes the place of the C library's in this program. */
ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset)
{
    if (failing_from >= 0 && (long long)offset + (long long)count > failing_from) {
        errno = EIO;
        return -1;
    }
    if (is_nervous && nervous_calls++ % 2) {
        errno = EINTR;
        return -1;
    }
    if (is_nervous && count > 100)
        count = 100;
    return syscall(SYS_pread64, descriptor, bytes, count, offset);
}

/* Some compilers put a checking variant of pread into the library, which the one above cannot
 * stand in for. */
static void need_stand_in(void)
{
    struct audio_source source;
    char byte, *path = support_write("byte", "a", 1);
    assert_ok(audio_source_open(&source, path, &error));
    failing_from = 0;
    size_t got = audio_source_read(&source, &byte, 1);
    failing_from = -1;
    audio_source_release(&source);
    free(path);
    if (got) {
        print_message("skipped: this build does not let a test replace pread\n");
        skip();
    }
}

static void expect_to_read_letters(struct audio_source *source)
{
    char bytes[8] = "";
    assert_int_equal(source->size, 10);
    assert_int_equal(audio_source_read(source, bytes, 3), 3);
    assert_memory_equal(bytes, "abc", 3);
    assert_int_equal(audio_source_peek(source, 8, bytes, 8), 2);
    assert_memory_equal(bytes, "ij", 2);
    assert_int_equal(audio_source_read(source, bytes, 2), 2);
    assert_memory_equal(bytes, "de", 2);
    assert_int_equal(audio_source_seek(source, -1, SEEK_END), 9);
    assert_int_equal(audio_source_read(source, bytes, 8), 1);
    assert_int_equal(bytes[0], 'j');
    assert_int_equal(audio_source_read(source, bytes, 8), 0);
    assert_int_equal(audio_source_seek(source, -4, SEEK_CUR), 6);
    assert_int_equal(audio_source_seek(source, 2, SEEK_SET), 2);
    assert_int_equal(audio_source_read(source, bytes, 1), 1);
    assert_int_equal(bytes[0], 'c');
}

static void expect_seeks_to_be_bounded(struct audio_source *source)
{
    char bytes[8];
    assert_int_equal(audio_source_seek(source, 5, SEEK_SET), 5);
    assert_int_equal(audio_source_seek(source, -6, SEEK_CUR), -1);
    assert_int_equal(audio_source_seek(source, INT64_MIN, SEEK_SET), -1);
    assert_int_equal(audio_source_seek(source, INT64_MAX, SEEK_CUR), -1);
    assert_int_equal(source->position, 5); /* a refused seek moves nothing */
    assert_int_equal(audio_source_seek(source, INT64_MAX, SEEK_SET), INT64_MAX);
    assert_int_equal(audio_source_read(source, bytes, 8), 0);
    assert_int_equal(audio_source_peek(source, -1, bytes, 8), 0);
    assert_int_equal(source->failure, 0);
}

static void test_memory_reads_like_a_file(void **state)
{
    (void)state;
    struct audio_source memory = audio_source_memory("abcdefghij", 10, "letters"), file;
    char *path = support_write("letters", "abcdefghij", 10);
    assert_ok(audio_source_open(&file, path, &error));
    expect_to_read_letters(&memory);
    expect_to_read_letters(&file);
    expect_seeks_to_be_bounded(&memory);
    expect_seeks_to_be_bounded(&file);
    audio_source_release(&memory);
    audio_source_release(&file);
    audio_source_release(&file);
    free(path);
}

static char *write_tone(struct bytes *wav)
{
    float *sine = sine_make(440, 0.5, 16000, 40000);
    *wav = wav_make_float(16000, 1, sine, 40000);
    free(sine);
    return support_write("tone.wav", wav->data, wav->size);
}

/* Wherever the disk fails, that is what the error says, and not that the file is damaged. */
static void test_a_failing_disk_is_an_io_error(void **state)
{
    (void)state;
    need_stand_in();
    struct bytes wav;
    char *path = write_tone(&wav);
    static const long long places[] = {0, 10, 44, 5000, 100000};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        ser_audio audio;
        failing_from = places[i];
        assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_IO,
                     "tone.wav: cannot be read: Input/output error");
        assert_null(audio.samples);
        assert_int_equal(audio.frames, 0);
        failing_from = -1;
    }
    free(path);
    bytes_release(&wav);
}

static void test_interrupted_and_short_reads_go_on(void **state)
{
    (void)state;
    need_stand_in();
    struct bytes wav;
    char *path = write_tone(&wav);
    ser_audio expected, audio;
    assert_ok(ser_audio_load_memory(&expected, wav.data, wav.size, "tone", NULL, &error));
    is_nervous = 1;
    nervous_calls = 0;
    assert_ok(ser_audio_load(&audio, path, NULL, &error));
    is_nervous = 0;
    assert_true(nervous_calls > 1000); /* 160 KB in pieces of 100 bytes */
    assert_int_equal(audio.frames, expected.frames);
    assert_memory_equal(audio.samples, expected.samples, audio.frames * sizeof(float));
    ser_audio_release(&audio);
    ser_audio_release(&expected);
    free(path);
    bytes_release(&wav);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_reads_like_a_file),
        cmocka_unit_test(test_a_failing_disk_is_an_io_error),
        cmocka_unit_test(test_interrupted_and_short_reads_go_on),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#define _GNU_SOURCE
#include "support.h"

#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recordings.h"
#include "ser/audio.h"

static ser_error error;

/* As the file is: its own rate, all channels. */
static const ser_audio_settings as_is = {.rate = 0, .mono = 0};

static ser_audio load_bytes(const struct bytes *bytes)
{
    ser_audio audio;
    assert_ok(ser_audio_load_memory(&audio, bytes->data, bytes->size, "made.wav", &as_is, &error));
    return audio;
}

/* Programs that write into a pipe leave sizes that only say "unknown". */
static void test_reads_a_wav_of_unknown_size(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0xFFFFFFFF, 0x7FFFF000, 0x7FFF0000};
    struct wav_header header = {1, 1, 16000, 16};
    int16_t samples[1000] = {1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct bytes wav = wav_make(header, samples, sizeof samples, sizes[i]);
        remarks_catch();
        ser_audio audio = load_bytes(&wav);
        assert_int_equal(audio.frames, 1000);
        assert_int_equal(remark_count, 0);
        ser_audio_release(&audio);
        bytes_release(&wav);
    }
}

static void test_uses_what_a_cut_wav_has_and_warns(void **state)
{
    (void)state;
    struct wav_header header = {1, 1, 16000, 16};
    int16_t samples[1001] = {1000};
    struct bytes wav =
        wav_make(header, samples, 2 * 1000 + 1, 64000); /* half a sample at the end */
    remarks_catch();
    ser_audio audio = load_bytes(&wav);
    assert_int_equal(audio.frames, 1000);
    assert_int_equal(remark_count, 1);
    assert_non_null(strstr(remark_last, "made.wav: cut short: the header promises 61999 bytes"));
    ser_audio_release(&audio);
    bytes_release(&wav);
}

/* Cuts a file that libsndfile writes to a part of its size and loads what is left. */
static ser_audio load_cut(const char *name, int format, double part)
{
    float *sine = sine_make(440, 0.5, 48000, 480000);
    char *path = recording_write(name, format, 48000, 1, sine, 480000);
    if (!path)
        skip();
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, (off_t)((double)status.st_size * part)), 0);
    ser_audio audio;
    remarks_catch();
    assert_ok(ser_audio_load(&audio, path, &as_is, &error));
    /* What is there must be right. */
    assert_true(similarity(audio.samples, sine, audio.frames < 100000 ? audio.frames : 100000) >
                0.98);
    free(path);
    free(sine);
    return audio;
}

static void test_uses_what_a_cut_flac_has_and_warns(void **state)
{
    (void)state;
    ser_audio audio = load_cut("cut.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0.5);
    assert_in_range(audio.frames, 200000, 280000);
    assert_int_equal(remark_count, 1);
    assert_non_null(strstr(remark_last, "cut.flac: "));
    ser_audio_release(&audio);
}

static void test_uses_what_a_cut_ogg_has(void **state)
{
    (void)state;
    ser_audio audio = load_cut("cut.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.5);
    assert_in_range(audio.frames, 48000, 400000);
    ser_audio_release(&audio);
    audio = load_cut("cut.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.5);
    assert_in_range(audio.frames, 48000, 400000);
    ser_audio_release(&audio);
}

static void test_uses_what_a_cut_mp3_has(void **state)
{
    (void)state;
    ser_audio audio = load_cut("cut.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0.5);
    assert_in_range(audio.frames, 200000, 280000);
    ser_audio_release(&audio);
}

static void test_uses_what_a_cut_aiff_has_and_warns(void **state)
{
    (void)state;
    ser_audio audio = load_cut("cut.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 0.25);
    assert_in_range(audio.frames, 119000, 121000);
    assert_int_equal(remark_count, 1);
    assert_non_null(strstr(remark_last, "cut short"));
    ser_audio_release(&audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_a_wav_of_unknown_size),
        cmocka_unit_test(test_uses_what_a_cut_wav_has_and_warns),
        cmocka_unit_test(test_uses_what_a_cut_flac_has_and_warns),
        cmocka_unit_test(test_uses_what_a_cut_ogg_has),
        cmocka_unit_test(test_uses_what_a_cut_mp3_has),
        cmocka_unit_test(test_uses_what_a_cut_aiff_has_and_warns),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

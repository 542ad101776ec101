#define _GNU_SOURCE
#include "support.h"

#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recordings.h"
#include "ser/audio.h"

static ser_error error;

/* As the file is: its own rate, all channels. */
static const ser_audio_settings as_is = {.rate = 0, .mono = 0};

static void assert_empty(const ser_audio *audio)
{
    assert_null(audio->samples);
    assert_int_equal(audio->frames, 0);
    assert_int_equal(audio->rate, 0);
    assert_int_equal(audio->channels, 0);
}

/* Both ways in must refuse bytes alike, with a sentence that begins with the name. */
static void expect_refusal(const void *bytes, size_t size, ser_status status, const char *part)
{
    ser_audio audio = {.frames = 1};
    assert_error(ser_audio_load_memory(&audio, bytes, size, "made.wav", &as_is, &error), status,
                 part);
    assert_memory_equal(error.message, "made.wav: ", 10);
    assert_empty(&audio);

    char *path = support_write("refused.wav", bytes, size);
    audio.frames = 1;
    assert_error(ser_audio_load(&audio, path, &as_is, &error), status, part);
    assert_memory_equal(error.message, path, strlen(path));
    assert_empty(&audio);
    assert_int_equal(ser_audio_load(&audio, path, &as_is, NULL), status);
    free(path);
}

static void refuse(struct bytes *bytes, ser_status status, const char *part)
{
    expect_refusal(bytes->data, bytes->size, status, part);
    bytes_release(bytes);
}

/* Given the name, libsndfile would take any bytes for sound here. */
static void test_an_ending_makes_no_recording(void **state)
{
    (void)state;
    static const char *const names[] = {"b.gsm", "b.vox", "b.au", "b.snd", "b.wav"};
    unsigned char bytes[2000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * i + 3 * i);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = support_write(names[i], bytes, sizeof bytes);
        ser_audio audio;
        assert_error(ser_audio_load(&audio, path, &as_is, &error), SER_ERROR_FORMAT,
                     "expected wav, flac, ogg, opus, mp3, aiff, m4a, webm or amr");
        free(path);
    }
}

static void test_refuses_what_is_no_recording(void **state)
{
    (void)state;
    static const char text[] = "Speaker,Emotion\n1,angry\nGr\xC3\xBC\xC3\x9F"
                               "e\t2,sad\r\n";
    static const char wide[] = "\xFF\xFES\0p\0e\0a\0k\0e\0r\0,\0E\0m\0o\0t\0i\0o\0n\0\r\0\n\0"
                               "1\0,\0a\0n\0g\0r\0y\0\r\0\n\0";
    static const char pointer[] =
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
        "size 12345\n";
    expect_refusal("", 0, SER_ERROR_FORMAT, "the file is empty");
    expect_refusal(text, sizeof text - 1, SER_ERROR_FORMAT, "is text, not a recording");
    expect_refusal(wide, sizeof wide - 1, SER_ERROR_FORMAT, "is text, not a recording");
    expect_refusal("%PDF", 4, SER_ERROR_FORMAT, "is text, not a recording");
    expect_refusal(pointer, sizeof pointer - 1, SER_ERROR_FORMAT,
                   "a Git-LFS pointer of 130 bytes, not the recording");
    expect_refusal("\0\0\0\0\0\0\0\0", 8, SER_ERROR_FORMAT, "expected wav");
}

static void test_refuses_a_file_without_samples(void **state)
{
    (void)state;
    struct wav_header header = {1, 1, 16000, 16};
    struct bytes wav = wav_make(header, "", 0, 0);
    refuse(&wav, SER_ERROR_FORMAT, "holds no samples");
    wav = wav_make(header, "", 0, 5000);
    refuse(&wav, SER_ERROR_FORMAT, "holds no samples");
}

static void test_refuses_sound_too_short_for_the_rate(void **state)
{
    (void)state;
    float sample = 0.5f;
    struct bytes wav = wav_make_float(48000, 1, &sample, 1);
    ser_audio audio;
    assert_error(ser_audio_load_memory(&audio, wav.data, wav.size, "one.wav", NULL, &error),
                 SER_ERROR_FORMAT, "too short");
    assert_empty(&audio);
    bytes_release(&wav);
}

static void test_refuses_hostile_headers(void **state)
{
    (void)state;
    int16_t samples[90] = {1};
    struct bytes wav =
        wav_make((struct wav_header){1, 9, 16000, 16}, samples, sizeof samples, sizeof samples);
    refuse(&wav, SER_ERROR_UNSUPPORTED, "9 channels, expected at most 8");
    wav = wav_make((struct wav_header){1, 1, 10, 16}, samples, sizeof samples, sizeof samples);
    refuse(&wav, SER_ERROR_FORMAT, "sampling rate of 10 Hz, expected 1000 to 768000 Hz");
    wav = wav_make((struct wav_header){1, 1, 0x7FFFFFFF, 16}, samples, 180, 180);
    refuse(&wav, SER_ERROR_FORMAT, "sampling rate of 2147483647 Hz");

    static const struct wav_header headers[] = {
        {1, 0, 16000, 16}, {1, 65535, 16000, 16}, {1, 1, 0, 16},         {1, 1, 0xFFFFFFFF, 8},
        {1, 1, 16000, 0},  {1, 1, 16000, 65535},  {0xABCD, 1, 16000, 16}};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        wav = wav_make(headers[i], samples, sizeof samples, 0xFFFFFFF0);
        ser_audio audio;
        ser_status status =
            ser_audio_load_memory(&audio, wav.data, wav.size, "made.wav", &as_is, &error);
        if (status != SER_ERROR_FORMAT && status != SER_ERROR_UNSUPPORTED)
            fail_msg("header %zu gave %s (%s)", i, ser_status_name(status), error.message);
        assert_empty(&audio);
        bytes_release(&wav);
    }
}

/* Every length of a good file up to its end, and every single byte of its header spoilt: no crash,
 * no leak, and either sound or a sentence. */
static void test_survives_every_cut_and_every_spoilt_byte(void **state)
{
    (void)state;
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                  SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                                  SF_FORMAT_FLAC | SF_FORMAT_PCM_16};
    float *sine = sine_make(440, 0.5, 16000, 500);
    for (size_t f = 0; f < 3; f++) {
        char *path = recording_write("spoil", formats[f], 16000, 1, sine, 500);
        unsigned char bytes[2000];
        FILE *stream = fopen(path, "rb");
        assert_non_null(stream);
        size_t size = fread(bytes, 1, sizeof bytes, stream);
        fclose(stream);
        ser_audio audio;
        for (size_t i = 0; i < size && i < 120; i++) {
            for (int pass = 0; pass < 3; pass++) {
                unsigned char kept = bytes[i];
                bytes[i] = pass == 1 ? 0xFF : pass == 2 ? (unsigned char)(kept ^ 1) : kept;
                error = (ser_error){0};
                ser_status status =
                    ser_audio_load_memory(&audio, bytes, pass ? size : i, "spoilt", NULL, &error);
                if (status)
                    assert_memory_equal(error.message, "spoilt: ", 8);
                else
                    assert_true(audio.frames > 0);
                ser_audio_release(&audio);
                bytes[i] = kept;
            }
        }
        free(path);
    }
    free(sine);
}

static void test_refuses_more_than_12_hours(void **state)
{
    (void)state;
    size_t size = (size_t)SER_AUDIO_MAX_SECONDS * 1000 + 1; /* at 1000 Hz, a byte a sample */
    struct bytes wav = wav_make((struct wav_header){1, 1, 1000, 8}, "", 0, (uint32_t)size);
    char *path = support_write("long.wav", wav.data, wav.size);
    assert_int_equal(truncate(path, (off_t)(wav.size + size)), 0); /* a hole: takes no disk */
    ser_audio audio;
    assert_error(ser_audio_load(&audio, path, &as_is, &error), SER_ERROR_UNSUPPORTED,
                 "longer than 12 hours");
    assert_empty(&audio);
    free(path);
    bytes_release(&wav);
}

static void test_refuses_folders_and_missing_files(void **state)
{
    (void)state;
    ser_audio audio;
    char *path = support_scratch("none.wav");
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_IO,
                 "none.wav: cannot be opened: No such file");
    assert_empty(&audio);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_IO,
                 "none.wav: is a folder, expected a recording");
    free(path);
    path = support_scratch("loop.wav");
    assert_int_equal(symlink("loop.wav", path), 0);
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_IO, "loop.wav: ");
    free(path);
    assert_error(ser_audio_load(&audio, "", NULL, &error), SER_ERROR_IO, "cannot be opened");
}

static void test_refuses_an_unreadable_file(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: root may read everything\n");
        skip();
    }
    char *path = support_write("secret.wav", "RIFF", 4);
    assert_int_equal(chmod(path, 0), 0);
    ser_audio audio;
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_IO, "Permission denied");
    free(path);
}

static void test_refuses_impossible_settings(void **state)
{
    (void)state;
    float *sine = sine_make(440, 0.5, 16000, 100);
    struct bytes wav = wav_make_float(16000, 1, sine, 100);
    static const int rates[] = {-16000, 999, 768001};
    for (size_t i = 0; i < 3; i++) {
        ser_audio_settings settings = {.rate = rates[i], .mono = 1};
        ser_audio audio;
        assert_error(
            ser_audio_load_memory(&audio, wav.data, wav.size, "made.wav", &settings, &error),
            SER_ERROR_ARGUMENT, "cannot resample to");
        assert_empty(&audio);
    }
    bytes_release(&wav);
    free(sine);
}

/* What a recording of a low rate lacks, no resampling brings back. */
static void test_refuses_a_rate_below_the_least_wanted(void **state)
{
    (void)state;
    float *sine = sine_make(440, 0.5, 8000, 100);
    struct bytes wav = wav_make_float(8000, 1, sine, 100);
    static const int targets[] = {0, 8000, 16000};
    for (size_t i = 0; i < 3; i++) {
        ser_audio_settings settings = {.rate = targets[i], .mono = 1, .min_rate = 8001};
        ser_audio audio;
        assert_error(
            ser_audio_load_memory(&audio, wav.data, wav.size, "made.wav", &settings, &error),
            SER_ERROR_FORMAT, "made.wav: sampling rate of 8000 Hz, expected at least 8001 Hz");
        assert_empty(&audio);
        settings.min_rate = 8000;
        assert_ok(ser_audio_load_memory(&audio, wav.data, wav.size, "made.wav", &settings, &error));
        settings.min_rate = audio.rate + 1;
        assert_error(ser_audio_convert(&audio, &settings, &error), SER_ERROR_FORMAT,
                     "expected at least");
        assert_true(audio.frames > 0);
        settings.min_rate = audio.rate;
        assert_ok(ser_audio_convert(&audio, &settings, &error));
        ser_audio_release(&audio);
    }
    bytes_release(&wav);
    free(sine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_ending_makes_no_recording),
        cmocka_unit_test(test_refuses_what_is_no_recording),
        cmocka_unit_test(test_refuses_a_file_without_samples),
        cmocka_unit_test(test_refuses_sound_too_short_for_the_rate),
        cmocka_unit_test(test_refuses_hostile_headers),
        cmocka_unit_test(test_survives_every_cut_and_every_spoilt_byte),
        cmocka_unit_test(test_refuses_more_than_12_hours),
        cmocka_unit_test(test_refuses_folders_and_missing_files),
        cmocka_unit_test(test_refuses_an_unreadable_file),
        cmocka_unit_test(test_refuses_impossible_settings),
        cmocka_unit_test(test_refuses_a_rate_below_the_least_wanted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

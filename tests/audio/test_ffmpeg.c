#define _GNU_SOURCE
#include "support.h"

#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audio/ffmpeg_module.h"
#include "base/file.h"
#include "base/random.h"
#include "recordings.h"
#include "ser/audio.h"

extern char **environ;

static ser_error error;

static const ser_audio_settings as_is = {.rate = 0, .mono = 0};

/* Where the build has put the module; empty: nobody said. */
static char module_folder[4096];

enum { FRAMES_OF_AMR = 50, SAMPLES_OF_AMR = 160 };

/* AMR needs no encoder: any bits are some sound. One second at 8000 Hz. */
static struct bytes make_amr(void)
{
    struct bytes amr = {0};
    struct random random = random_seeded(11, 0);
    bytes_add_text(&amr, "#!AMR\n");
    for (int i = 0; i < FRAMES_OF_AMR; i++) {
        unsigned char frame[32] = {0x3C}; /* 12.2 kbit/s, good quality */
        for (size_t k = 1; k < sizeof frame; k++)
            frame[k] = (unsigned char)random_uniform(&random, 0, 256);
        bytes_add(&amr, frame, sizeof frame);
    }
    return amr;
}

static void need_module(void)
{
    char path[sizeof module_folder + 32];
    snprintf(path, sizeof path, "%s/%s", module_folder, FFMPEG_MODULE_FILE);
    if (!*module_folder || access(path, F_OK)) {
        print_message("skipped: the FFmpeg module was not built\n");
        skip();
    }
}

/* Runs the program `ffmpeg` without a shell; returns its exit status, 127 when there is none. */
static int run_ffmpeg(char *const arguments[])
{
    pid_t child;
    int status;
    if (posix_spawnp(&child, "ffmpeg", NULL, NULL, arguments, environ))
        return 127;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

/* Encodes a file of the scratch folder with `options` (up to 12 words) into another; returns its
 * path. Skips the test where the program or the encoder is missing. */
static char *encode(const char *input, const char *output, const char *const options[])
{
    char *from = support_scratch(input), *to = support_scratch(output);
    const char *words[24] = {"ffmpeg", "-nostdin", "-v", "quiet", "-y", "-i", from};
    size_t count = 7;
    for (; *options; options++)
        words[count++] = *options;
    words[count] = to;
    int status = run_ffmpeg((char *const *)words);
    free(from);
    if (status) {
        free(to);
        print_message("skipped: ffmpeg cannot make %s here\n", output);
        skip();
    }
    return to;
}

/* Two seconds, two channels: a tone that moves, so that a shift in time would be seen. */
enum { RATE = 48000, FRAMES = 96000, CHANNELS = 2 };

static float *write_sweep(void)
{
    float *samples = calloc((size_t)FRAMES * CHANNELS, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < FRAMES; i++) {
        double t = (double)i / RATE;
        samples[2 * i] = (float)(0.5 * sin(2000 * t + 1500 * t * t));
        samples[2 * i + 1] = (float)(0.25 * sin(3000 * t + 1000 * t * t));
    }
    free(recording_write("sweep.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, RATE, CHANNELS, samples,
                         FRAMES));
    return samples;
}

static void test_says_that_the_module_is_missing(void **state)
{
    (void)state;
    struct bytes amr = make_amr();
    char *folder = support_scratch("empty");
    assert_int_equal(mkdir(folder, 0777), 0);
    setenv("SER_MODULE_DIR", folder, 1);
    ser_audio audio;
    assert_error(ser_audio_load_memory(&audio, amr.data, amr.size, "call.amr", NULL, &error),
                 SER_ERROR_UNSUPPORTED,
                 "call.amr: holds AMR data, which libsndfile does not read, and the FFmpeg module "
                 "that does is not installed");
    assert_null(audio.samples);
    assert_error(ser_audio_load_memory(&audio, "\1\2\3\4\5\6\7\10", 8, "x.wav", NULL, &error),
                 SER_ERROR_FORMAT, "x.wav: libsndfile does not read it");
    assert_non_null(strstr(error.message, "webm and amr is not installed"));
    free(folder);
    bytes_release(&amr);
}

static void test_says_why_the_module_cannot_be_opened(void **state)
{
    (void)state;
    struct bytes amr = make_amr();
    char *path = support_write(FFMPEG_MODULE_FILE, "no shared object", 16);
    char *folder = support_scratch("");
    setenv("SER_MODULE_DIR", folder, 1);
    ser_audio audio;
    assert_error(ser_audio_load_memory(&audio, amr.data, amr.size, "call.amr", NULL, &error),
                 SER_ERROR_UNSUPPORTED, "the FFmpeg module that does cannot be opened: ");
    assert_non_null(strstr(error.message, FFMPEG_MODULE_FILE));
    unlink(path);
    free(path);
    free(folder);
    bytes_release(&amr);
}

/* From here on the module is there, where it was built. */
static void test_reads_amr(void **state)
{
    (void)state;
    need_module();
    setenv("SER_MODULE_DIR", module_folder, 1);
    struct bytes amr = make_amr();
    char *path = support_write("call.amr", amr.data, amr.size);
    ser_audio audio, memory, resampled;
    remarks_catch();
    assert_ok(ser_audio_load(&audio, path, &as_is, &error));
    assert_int_equal(audio.rate, 8000);
    assert_int_equal(audio.channels, 1);
    assert_int_equal(audio.frames, FRAMES_OF_AMR * SAMPLES_OF_AMR);
    assert_true(rms_of(&audio, 0, 0, audio.frames) > 0.01);
    assert_ok(ser_audio_load_memory(&memory, amr.data, amr.size, "call", &as_is, &error));
    assert_int_equal(memory.frames, audio.frames);
    assert_memory_equal(memory.samples, audio.samples, audio.frames * sizeof(float));
    assert_ok(ser_audio_load(&resampled, path, NULL, &error));
    assert_int_equal(resampled.frames, 2 * audio.frames);
    assert_int_equal(remark_count, 0);
    ser_audio_release(&audio);
    ser_audio_release(&memory);
    ser_audio_release(&resampled);
    free(path);
    bytes_release(&amr);
}

/* Decodes what ffmpeg made of the sweep and compares both channels, sample by sample in time. */
static void expect_sweep(const char *output, const char *const options[], size_t longest)
{
    need_module();
    float *sweep = write_sweep();
    char *path = encode("sweep.wav", output, options);
    ser_audio audio;
    remarks_catch();
    assert_ok(ser_audio_load(&audio, path, &as_is, &error));
    assert_int_equal(audio.rate, RATE);
    assert_int_equal(audio.channels, CHANNELS);
    assert_in_range(audio.frames, FRAMES, longest);
    double likeness = similarity(audio.samples, sweep, (size_t)FRAMES * CHANNELS);
    if (likeness < 0.99)
        fail_msg("%s: similarity of %g to what was encoded", output, likeness);
    assert_string_equal(remark_last, "");
    ser_audio_release(&audio);
    free(path);
    free(sweep);
}

static void test_reads_m4a(void **state)
{
    (void)state;
    const char *const options[] = {"-c:a", "aac", "-b:a", "192k", NULL};
    expect_sweep("sweep.m4a", options, FRAMES + 1024);
}

static void test_reads_webm(void **state)
{
    (void)state;
    const char *const options[] = {"-c:a", "libopus", "-b:a", "128k", NULL};
    expect_sweep("sweep.webm", options, FRAMES);
}

static void test_reads_apple_lossless_in_m4a(void **state)
{
    (void)state;
    const char *const options[] = {"-c:a", "alac", NULL};
    expect_sweep("lossless.m4a", options, FRAMES);
}

/* Every format of samples that the module converts. */
static void test_converts_every_format_of_samples(void **state)
{
    (void)state;
    static const char *const codecs[] = {"pcm_u8",    "pcm_s16le", "pcm_s24le", "pcm_s32le",
                                         "pcm_f32le", "pcm_f64le", "pcm_s64le", "flac"};
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
        const char *const options[] = {"-c:a", codecs[i], NULL};
        expect_sweep("sweep.mka", options, FRAMES);
    }
}

static void test_reads_the_sound_of_a_video(void **state)
{
    (void)state;
    const char *const options[] = {"-f",   "lavfi", "-i",   "testsrc=duration=2:size=64x64:rate=5",
                                   "-map", "1:v",   "-map", "0:a",
                                   NULL};
    expect_sweep("video.mkv", options, FRAMES + 2048);
}

static void test_refuses_a_video_without_sound(void **state)
{
    (void)state;
    need_module();
    const char *const options[] = {"-f",   "lavfi", "-i", "testsrc=duration=1:size=64x64",
                                   "-map", "1:v",   NULL};
    free(write_sweep());
    char *path = encode("sweep.wav", "silent.mp4", options);
    ser_audio audio;
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_FORMAT,
                 "silent.mp4: has no audio track, expected a recording");
    assert_null(audio.samples);
    free(path);
}

/* Its index lies at the end: with that gone, nothing can be found. */
static void test_refuses_an_m4a_without_its_end(void **state)
{
    (void)state;
    need_module();
    const char *const options[] = {"-c:a", "aac", NULL};
    free(write_sweep());
    char *path = encode("sweep.wav", "cut.m4a", options);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size / 2), 0);
    ser_audio audio;
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_FORMAT,
                 "cut.m4a: MP4 data that is damaged, cut short");
    free(path);
}

static void test_uses_what_a_cut_m4a_has_and_warns(void **state)
{
    (void)state;
    need_module();
    const char *const options[] = {"-c:a", "aac", "-b:a", "192k", "-movflags", "faststart", NULL};
    free(write_sweep());
    char *path = encode("sweep.wav", "cut.m4a", options);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size / 2), 0);
    ser_audio audio;
    remarks_catch();
    assert_ok(ser_audio_load(&audio, path, &as_is, &error));
    assert_in_range(audio.frames, FRAMES / 4, FRAMES * 3 / 4);
    assert_true(remark_count > 0);
    assert_non_null(strstr(remark_last, "cut.m4a: cut short: the header promises 2.00 s"));
    ser_audio_release(&audio);
    free(path);
}

/* Two streams of AAC one after the other are one valid file, whose rate changes on the way. */
static void test_refuses_sound_whose_rate_changes(void **state)
{
    (void)state;
    need_module();
    static const char *const rates[] = {"48000", "16000"};
    struct bytes joined = {0};
    free(write_sweep());
    for (size_t i = 0; i < 2; i++) {
        const char *const options[] = {"-c:a", "aac", "-ar", rates[i], NULL};
        char *path = encode("sweep.wav", "part.aac", options);
        char *bytes;
        size_t size;
        assert_ok(file_read(path, 1 << 24, &bytes, &size, &error));
        bytes_add(&joined, bytes, size);
        free(bytes);
        free(path);
    }
    ser_audio audio;
    assert_error(
        ser_audio_load_memory(&audio, joined.data, joined.size, "joined.aac", NULL, &error),
        SER_ERROR_UNSUPPORTED, "joined.aac: the sound changes in the middle (from 48000 Hz");
    assert_null(audio.samples);
    bytes_release(&joined);
}

/* A list that names other files must not be followed, or an upload could read the server's disk. */
static void test_opens_no_other_file(void **state)
{
    (void)state;
    need_module();
    free(write_sweep());
    char *sweep = support_scratch("sweep.wav");
    static const char *const lists[] = {"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n%s\n",
                                        "ffconcat version 1.0\nfile %s\n"};
    for (size_t i = 0; i < 2; i++) {
        for (int hidden = 0; hidden < 2; hidden++) { /* with a byte that makes it no text */
            char *text = NULL;
            assert_true(asprintf(&text, lists[i], sweep) > 0);
            struct bytes list = {0};
            bytes_add_text(&list, text);
            bytes_add(&list, "\1\n", hidden ? 2 : 0);
            ser_audio audio;
            assert_error(
                ser_audio_load_memory(&audio, list.data, list.size, "list", &as_is, &error),
                SER_ERROR_FORMAT, "not a recording");
            bytes_release(&list);
            free(text);
        }
    }
    free(sweep);
}

static void test_refuses_what_is_no_recording(void **state)
{
    (void)state;
    need_module();
    struct random random = random_seeded(3, 0);
    unsigned char bytes[20000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)random_uniform(&random, 0, 256);
    bytes[0] = 0;
    ser_audio audio;
    assert_error(ser_audio_load_memory(&audio, bytes, sizeof bytes, "noise.wav", NULL, &error),
                 SER_ERROR_FORMAT, "noise.wav: not a recording that can be read: ");
    assert_non_null(strstr(error.message, "(expected wav, flac, ogg, opus, mp3, aiff, m4a, webm"));
    memcpy(bytes,
           "\0\0\0\x20"
           "ftypM4A \0\0\0\0",
           16);
    assert_error(ser_audio_load_memory(&audio, bytes, sizeof bytes, "noise.m4a", NULL, &error),
                 SER_ERROR_FORMAT, "noise.m4a: ");
    memcpy(bytes, "#!AMR\n", 6);
    for (size_t i = 6; i < sizeof bytes; i++)
        bytes[i] = 0xFF;
    assert_error(ser_audio_load_memory(&audio, bytes, sizeof bytes, "noise.amr", NULL, &error),
                 SER_ERROR_FORMAT, "noise.amr: AMR data that is damaged");
    assert_null(audio.samples);
}

static void test_refuses_more_channels_than_8(void **state)
{
    (void)state;
    need_module();
    const char *const options[] = {"-c:a", "pcm_s16le", "-ac", "16", NULL};
    free(write_sweep());
    char *path = encode("sweep.wav", "many.mka", options);
    ser_audio audio;
    assert_error(ser_audio_load(&audio, path, NULL, &error), SER_ERROR_UNSUPPORTED,
                 "16 channels, expected at most 8");
    assert_null(audio.samples);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_that_the_module_is_missing), /* once found, it is kept */
        cmocka_unit_test(test_says_why_the_module_cannot_be_opened),
        cmocka_unit_test(test_reads_amr),
        cmocka_unit_test(test_reads_m4a),
        cmocka_unit_test(test_reads_webm),
        cmocka_unit_test(test_reads_apple_lossless_in_m4a),
        cmocka_unit_test(test_converts_every_format_of_samples),
        cmocka_unit_test(test_reads_the_sound_of_a_video),
        cmocka_unit_test(test_refuses_a_video_without_sound),
        cmocka_unit_test(test_refuses_an_m4a_without_its_end),
        cmocka_unit_test(test_uses_what_a_cut_m4a_has_and_warns),
        cmocka_unit_test(test_refuses_sound_whose_rate_changes),
        cmocka_unit_test(test_opens_no_other_file),
        cmocka_unit_test(test_refuses_what_is_no_recording),
        cmocka_unit_test(test_refuses_more_channels_than_8),
    };
    const char *folder = getenv("SER_MODULE_DIR");
    snprintf(module_folder, sizeof module_folder, "%s", folder ? folder : "");
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

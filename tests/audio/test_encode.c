#include "support.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/encode.h"
#include "base/file.h"
#include "base/random.h"
#include "recordings.h"
#include "ser/audio.h"

static ser_error error;

static const ser_audio_settings as_it_is = {0};

/* Different sines in all channels. */
static ser_audio make_sound(int rate, int channels, size_t frames, double amplitude)
{
    ser_audio audio = {calloc(frames * (size_t)channels, sizeof(float)), frames, rate, channels};
    for (int c = 0; c < channels; c++) {
        float *sine = sine_make(200.0 * (c + 1), amplitude, rate, frames);
        for (size_t i = 0; i < frames; i++)
            audio.samples[i * (size_t)channels + (size_t)c] = sine[i];
        free(sine);
    }
    return audio;
}

static ser_audio make_noise(int rate, size_t frames)
{
    struct random random = random_seeded(11, 0);
    ser_audio audio = {calloc(frames, sizeof(float)), frames, rate, 1};
    for (size_t i = 0; i < frames; i++)
        audio.samples[i] = random_uniform(&random, -1, 1);
    return audio;
}

/* Saves, loads again and removes. */
static ser_audio through_file(const ser_audio *audio, const char *name)
{
    ser_audio back;
    char *path = support_scratch(name);
    assert_ok(ser_audio_save(audio, path, &error));
    assert_ok(ser_audio_load(&back, path, &as_it_is, &error));
    assert_int_equal(unlink(path), 0);
    free(path);
    return back;
}

static void test_16_bit_kinds_round_to_the_nearest_step(void **state)
{
    (void)state;
    static const char *const names[] = {"round.wav", "round.flac", "LOUD.WAV"};
    static const int rates[] = {1000, 16000, 44100, 96000, 192000};
    for (size_t n = 0; n < 3; n++) {
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            for (int channels = 1; channels <= 8; channels++) {
                ser_audio audio = make_sound(rates[r], channels, 20011, 0.7);
                ser_audio back = through_file(&audio, names[n]);
                assert_int_equal(back.frames, audio.frames);
                assert_int_equal(back.rate, audio.rate);
                assert_int_equal(back.channels, channels);
                for (size_t i = 0; i < audio.frames * (size_t)channels; i++)
                    if (fabsf(back.samples[i] - audio.samples[i]) > 0.5F / 32768)
                        fail_msg("%s: sample %zu was %.9g and is %.9g", names[n], i,
                                 audio.samples[i], back.samples[i]);
                ser_audio_release(&audio);
                ser_audio_release(&back);
            }
        }
    }
}

/* What was saved once is the same bytes when it is loaded and saved again. */
static void test_16_bit_sound_survives_exactly(void **state)
{
    (void)state;
    static const char *const names[] = {"exact.wav", "exact.flac"};
    for (size_t n = 0; n < 2; n++) {
        ser_audio noise = make_noise(16000, 70001);
        ser_audio once = through_file(&noise, names[n]), twice = through_file(&once, names[n]);
        assert_int_equal(once.frames, twice.frames);
        assert_memory_equal(once.samples, twice.samples, once.frames * sizeof(float));
        ser_audio_release(&noise);
        ser_audio_release(&once);
        ser_audio_release(&twice);
    }
}

static void test_the_same_sound_gives_the_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"same.wav", "same.flac"};
    ser_audio noise = make_noise(16000, 5000);
    for (size_t n = 0; n < 2; n++) {
        char *path = support_scratch(names[n]), *first, *second;
        size_t first_size, second_size;
        assert_ok(ser_audio_save(&noise, path, &error));
        assert_ok(file_read(path, 1 << 20, &first, &first_size, &error));
        assert_ok(ser_audio_save(&noise, path, &error));
        assert_ok(file_read(path, 1 << 20, &second, &second_size, &error));
        assert_int_equal(first_size, second_size);
        assert_memory_equal(first, second, first_size);
        free(first);
        free(second);
        free(path);
    }
    ser_audio_release(&noise);
}

static void test_lossy_kinds_keep_the_sound(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int rate;
    } cases[] = {{"lossy.ogg", 16000},  {"lossy.ogg", 44100},  {"lossy.opus", 8000},
                 {"lossy.opus", 12000}, {"lossy.opus", 16000}, {"lossy.opus", 24000},
                 {"lossy.opus", 48000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int channels = 1; channels <= 2; channels++) {
            ser_audio audio = make_sound(cases[i].rate, channels, (size_t)cases[i].rate, 0.3);
            ser_audio back = through_file(&audio, cases[i].name);
            assert_int_equal(back.rate, audio.rate);
            assert_int_equal(back.channels, channels);
            assert_int_equal(back.frames, audio.frames);
            double alike = similarity(audio.samples, back.samples, audio.frames);
            if (alike < 0.99)
                fail_msg("%s at %d Hz: a similarity of only %g", cases[i].name, cases[i].rate,
                         alike);
            ser_audio_release(&audio);
            ser_audio_release(&back);
        }
    }
}

/* A sample too large must not come out at the other end of the range. */
static void test_clips(void **state)
{
    (void)state;
    static const float values[] = {1,     1.00001F, 1.5F,   2,         3e38F, INFINITY, -1,
                                   -1.5F, -2,       -3e38F, -INFINITY, NAN,   0.5F,     -0.5F};
    static const float expected[] = {1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, 0, 0.5F, -0.5F};
    enum { COUNT = sizeof values / sizeof *values };
    ser_audio audio = {calloc(COUNT, sizeof(float)), COUNT, 16000, 1};
    memcpy(audio.samples, values, sizeof values);
    static const char *const names[] = {"clip.wav", "clip.flac"};
    for (size_t n = 0; n < 2; n++) {
        ser_audio back = through_file(&audio, names[n]);
        for (size_t i = 0; i < COUNT; i++)
            assert_float_equal(back.samples[i], expected[i], 1.0 / 32768);
        ser_audio_release(&back);
    }
    static const char *const lossy[] = {"clip.ogg", "clip.opus"};
    ser_audio loud = make_sound(16000, 1, 16000, 1e30);
    for (size_t n = 0; n < 2; n++) {
        ser_audio back = through_file(&loud, lossy[n]);
        for (size_t i = 0; i < back.frames; i++)
            assert_true(fabsf(back.samples[i]) < 10); /* the codecs overshoot a square wave */
        ser_audio_release(&back);
    }
    ser_audio_release(&audio);
    ser_audio_release(&loud);
}

static void test_one_sample_is_a_recording(void **state)
{
    (void)state;
    static const char *const names[] = {"one.wav", "one.flac", "one.ogg", "one.opus"};
    ser_audio audio = make_sound(16000, 1, 1, 0.5);
    for (size_t n = 0; n < 4; n++) {
        ser_audio back = through_file(&audio, names[n]);
        assert_int_equal(back.frames, 1);
        ser_audio_release(&back);
    }
    ser_audio_release(&audio);
}

static void test_refuses_what_a_kind_cannot_hold(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int rate, channels;
        const char *part;
    } cases[] = {
        {"refused.opus", 44100, 1,
         "sound of 44100 Hz and 1 channels does not go into .opus, "
         "expected 8000, 12000, 16000, 24000 or 48000 Hz"},
        {"refused.flac", 768000, 1, "does not go into .flac, expected up to 655350 Hz"},
        {"refused.ogg", 768000, 1, "does not go into .ogg, expected 8000 to 192000 Hz"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ser_audio audio = make_sound(cases[i].rate, cases[i].channels, 100, 0.5);
        char *path = support_write(cases[i].name, "old", 3), *bytes;
        size_t size;
        assert_error(ser_audio_save(&audio, path, &error), SER_ERROR_UNSUPPORTED, cases[i].part);
        assert_non_null(strstr(error.message, path));
        assert_ok(file_read(path, 10, &bytes, &size, &error));
        assert_string_equal(bytes, "old");
        free(bytes);
        free(path);
        ser_audio_release(&audio);
    }
}

/* No memory is needed to see that it is too long. */
static void test_refuses_a_wav_beyond_its_sizes(void **state)
{
    (void)state;
    float sample = 0;
    ser_audio audio = {&sample, (size_t)40000 * 48000, 48000, 2};
    char *path = support_scratch("long.wav");
    assert_error(ser_audio_save(&audio, path, &error), SER_ERROR_UNSUPPORTED,
                 "does not go into .wav, expected less than 4 GiB");
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
}

static void test_refuses_unknown_endings_and_impossible_sound(void **state)
{
    (void)state;
    static const char *const names[] = {"a.mp3", "a", "", "wav", "a.wav/", "a.wav.", "b.wav/c"};
    ser_audio audio = make_sound(16000, 1, 10, 0.5);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_error(ser_audio_save(&audio, names[i], &error), SER_ERROR_ARGUMENT,
                     "no ending that names a kind of sound file, expected .wav, .flac, .ogg or "
                     ".opus");
        assert_false(audio_encode_knows(names[i]));
    }
    assert_true(audio_encode_knows("x/y.z/a.OGG"));
    audio.rate = 999;
    assert_error(ser_audio_save(&audio, "a.wav", &error), SER_ERROR_ARGUMENT, "sound of 999 Hz");
    audio.rate = 16000;
    audio.channels = 9;
    assert_error(ser_audio_save(&audio, "a.wav", &error), SER_ERROR_ARGUMENT, "9 channels");
    audio.channels = 1;
    audio.frames = 0;
    assert_error(ser_audio_save(&audio, "a.wav", &error), SER_ERROR_ARGUMENT, "no sound");
    assert_int_equal(ser_audio_save(&audio, "a.wav", NULL), SER_ERROR_ARGUMENT);
    ser_audio_release(&audio);
}

static void test_says_why_a_file_cannot_be_written(void **state)
{
    (void)state;
    ser_audio audio = make_sound(16000, 1, 10, 0.5);
    char *missing = support_scratch("absent/a.wav"), *taken = support_scratch("taken.wav");
    assert_error(ser_audio_save(&audio, missing, &error), SER_ERROR_IO,
                 "absent/a.wav: cannot be written: No such file");
    assert_ok(file_make_folder(taken, &error));
    assert_error(ser_audio_save(&audio, taken, &error), SER_ERROR_IO,
                 "taken.wav: cannot be written: ");
    free(missing);
    free(taken);
    ser_audio_release(&audio);
}

/* A limit on the size of files stands for a disk that runs full. */
static void test_a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static const char *const names[] = {"full/a.wav", "full/a.flac", "full/a.ogg", "full/a.opus"};
    struct rlimit before;
    ser_audio noise = make_noise(16000, 200000);
    char *folder = support_scratch("full");
    assert_ok(file_make_folder(folder, &error));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (size_t n = 0; n < 4; n++) {
        char *path = support_write(names[n], "old", 3), *bytes;
        size_t size;
        struct rlimit small = {10000, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        ser_status status = ser_audio_save(&noise, path, &error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(status, SER_ERROR_IO);
        assert_non_null(strstr(error.message, "cannot be written: File too large"));
        assert_ok(file_read(path, 10, &bytes, &size, &error));
        assert_string_equal(bytes, "old");
        free(bytes);
        free(path);
    }
    struct file_list list = {0};
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_int_equal(list.count, 4); /* nothing half-written lies about */
    file_list_release(&list);
    free(folder);
    ser_audio_release(&noise);
}

/* A .wav's sizes are written last, into its beginning. */
static void test_saves_into_a_pipe(void **state)
{
    (void)state;
    ser_audio audio = make_sound(8000, 1, 100, 0.5);
    char *file = support_scratch("whole.wav"), *pipe = support_scratch("pipe.wav"), *bytes;
    char piped[1024];
    size_t size;
    assert_int_equal(mkfifo(pipe, 0600), 0);
    int reader = open(pipe, O_RDWR | O_NONBLOCK); /* so that what is written waits in the pipe */
    assert_true(reader >= 0);
    assert_ok(ser_audio_save(&audio, file, &error));
    assert_ok(ser_audio_save(&audio, pipe, &error));
    assert_ok(file_read(file, sizeof piped, &bytes, &size, &error));
    assert_int_equal(read(reader, piped, sizeof piped), size);
    assert_memory_equal(piped, bytes, size);
    close(reader);
    free(bytes);
    free(file);
    free(pipe);
    ser_audio_release(&audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_16_bit_kinds_round_to_the_nearest_step),
        cmocka_unit_test(test_16_bit_sound_survives_exactly),
        cmocka_unit_test(test_the_same_sound_gives_the_same_bytes),
        cmocka_unit_test(test_lossy_kinds_keep_the_sound),
        cmocka_unit_test(test_clips),
        cmocka_unit_test(test_one_sample_is_a_recording),
        cmocka_unit_test(test_refuses_what_a_kind_cannot_hold),
        cmocka_unit_test(test_refuses_a_wav_beyond_its_sizes),
        cmocka_unit_test(test_refuses_unknown_endings_and_impossible_sound),
        cmocka_unit_test(test_says_why_a_file_cannot_be_written),
        cmocka_unit_test(test_a_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_saves_into_a_pipe),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

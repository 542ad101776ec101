#define _GNU_SOURCE
#include "support.h"

#include <math.h>
#include <pthread.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* One second of 440 Hz through every kind of file that libsndfile writes. */
static void test_reads_every_kind_of_file(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int format;
        int rate;
        double deviation; /* largest, for kinds that keep every sample; 0: compare the shape */
    } cases[] = {
        {"u8.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8000, 1.01 / 128},
        {"s16.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1.01 / 32768},
        {"s24.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 96000, 1.01 / 8388608},
        {"s32.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 44100, 1e-7},
        {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16000, 1e-9},
        {"double.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 16000, 1e-9},
        {"alaw.wav", SF_FORMAT_WAV | SF_FORMAT_ALAW, 8000, 0.02},
        {"ulaw.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, 8000, 0.02},
        {"ima.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 8000, 0},
        {"gsm.wav", SF_FORMAT_WAV | SF_FORMAT_GSM610, 8000, 0},
        {"extensible.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 22050, 1.01 / 32768},
        {"long.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, 22050, 1.01 / 32768},
        {"sony.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, 22050, 1.01 / 32768},
        {"apple.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 24414, 1.01 / 32768},
        {"apple.wav", SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 24414, 1.01 / 8388608},
        {"apple.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16, 44100, 1.01 / 32768},
        {"sun.au", SF_FORMAT_AU | SF_FORMAT_ULAW, 8000, 0.02},
        {"s16.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1.01 / 32768},
        {"s24.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 48000, 1.01 / 8388608},
        {"vorbis.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 0},
        {"voice.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 0},
        {"song.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 0},
        {"no_ending", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1.01 / 32768},
    };
    remarks_catch();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t frames = (size_t)cases[i].rate;
        float *sine = sine_make(440, 0.5, cases[i].rate, frames);
        char *path =
            recording_write(cases[i].name, cases[i].format, cases[i].rate, 1, sine, frames);
        if (!path) {
            print_message("# this libsndfile does not write %s\n", cases[i].name);
            free(sine);
            continue;
        }
        ser_audio audio;
        assert_ok(ser_audio_load(&audio, path, &as_is, &error));
        assert_int_equal(audio.rate, cases[i].rate);
        assert_int_equal(audio.channels, 1);
        if (cases[i].deviation > 0) {
            assert_int_equal(audio.frames, frames);
            for (size_t n = 0; n < frames; n++)
                if (fabs((double)audio.samples[n] - sine[n]) > cases[i].deviation)
                    fail_msg("%s: sample %zu is %g, expected %g", cases[i].name, n,
                             audio.samples[n], sine[n]);
        } else {
            assert_in_range(audio.frames, frames, frames + 600); /* whole blocks of the codec */
            double likeness = similarity(audio.samples, sine, frames);
            if (likeness < 0.98)
                fail_msg("%s: similarity of %g to what was written", cases[i].name, likeness);
        }
        ser_audio_release(&audio);
        free(path);
        free(sine);
    }
    assert_string_equal(remark_last, "");
    assert_int_equal(remark_count, 0);
}

static void test_reads_up_to_8_channels(void **state)
{
    (void)state;
    enum { FRAMES = 20000 };
    for (int channels = 1; channels <= SER_AUDIO_MAX_CHANNELS; channels++) {
        float *samples = calloc((size_t)FRAMES * (size_t)channels, sizeof *samples);
        for (size_t i = 0; i < FRAMES; i++)
            for (int c = 0; c < channels; c++)
                samples[i * (size_t)channels + (size_t)c] = (float)(c + 1) / 16;
        struct bytes wav = wav_make_float(16000, channels, samples, FRAMES);
        ser_audio audio = load_bytes(&wav), mono;
        assert_int_equal(audio.channels, channels);
        assert_int_equal(audio.frames, FRAMES);
        assert_memory_equal(audio.samples, samples,
                            (size_t)FRAMES * (size_t)channels * sizeof *samples);
        assert_ok(ser_audio_load_memory(&mono, wav.data, wav.size, "made.wav", NULL, &error));
        assert_int_equal(mono.channels, 1);
        assert_int_equal(mono.frames, FRAMES);
        for (size_t i = 0; i < FRAMES; i++)
            assert_float_equal(mono.samples[i], (float)(channels + 1) / 32, 1e-7);
        ser_audio_release(&audio);
        ser_audio_release(&mono);
        bytes_release(&wav);
        free(samples);
    }
}

/* Loading at another rate is the same as loading and then converting. */
static void test_loading_equals_converting(void **state)
{
    (void)state;
    static const int rates[] = {8000, 44100, 48000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        float *sine = sine_make(300, 0.7, rates[i], 2 * 30000);
        struct bytes wav = wav_make_float(rates[i], 2, sine, 30000);
        ser_audio converted = load_bytes(&wav), loaded;
        assert_ok(ser_audio_convert(&converted, NULL, &error));
        assert_ok(ser_audio_load_memory(&loaded, wav.data, wav.size, NULL, NULL, &error));
        assert_int_equal(loaded.frames, converted.frames);
        assert_int_equal(loaded.rate, 16000);
        assert_int_equal(loaded.channels, 1);
        assert_memory_equal(loaded.samples, converted.samples, loaded.frames * sizeof(float));
        ser_audio_release(&converted);
        ser_audio_release(&loaded);
        bytes_release(&wav);
        free(sine);
    }
}

static void add_chunk(struct bytes *wav, const char *name, uint32_t size)
{
    bytes_add_text(wav, name);
    bytes_add_u32(wav, size);
    for (uint32_t i = 0; i < size + size % 2; i++) /* chunks are filled up to an even size */
        bytes_add(wav, "x", 1);
}

static void test_passes_over_extra_chunks(void **state)
{
    (void)state;
    static const int16_t samples[] = {0, 8192, 16384, -16384, -32768};
    struct bytes wav = {0};
    bytes_add_text(&wav, "RIFF");
    bytes_add_u32(&wav, 4 + 8 + 32 + 8 + 4044 + 24 + 8 + 33 + 1 + 8 + sizeof samples + 8 + 16);
    bytes_add_text(&wav, "WAVE");
    add_chunk(&wav, "JUNK", 32);
    bytes_add_text(&wav, "fmt ");
    bytes_add_u32(&wav, 16);
    bytes_add_u16(&wav, 1);
    bytes_add_u16(&wav, 1);
    bytes_add_u32(&wav, 48000);
    bytes_add_u32(&wav, 96000);
    bytes_add_u16(&wav, 2);
    bytes_add_u16(&wav, 16);
    add_chunk(&wav, "FLLR", 4044);
    add_chunk(&wav, "odd ", 33);
    bytes_add_text(&wav, "data");
    bytes_add_u32(&wav, sizeof samples);
    bytes_add(&wav, samples, sizeof samples);
    add_chunk(&wav, "tail", 16); /* not sound */

    remarks_catch();
    ser_audio audio = load_bytes(&wav);
    assert_int_equal(remark_count, 0);
    assert_int_equal(audio.frames, 5);
    for (size_t i = 0; i < 5; i++)
        assert_float_equal(audio.samples[i], (float)samples[i] / 32768, 0);
    ser_audio_release(&audio);
    bytes_release(&wav);
}

static void test_samples_that_are_not_finite_become_0(void **state)
{
    (void)state;
    const float samples[] = {0.5f, NAN, -0.25f, INFINITY, -INFINITY, 1};
    struct bytes wav = wav_make_float(16000, 2, samples, 3);
    remarks_catch();
    ser_audio audio = load_bytes(&wav);
    assert_int_equal(remark_count, 1);
    assert_non_null(strstr(remark_last, "no finite numbers, taken as 0: 3"));
    static const float expected[] = {0.5f, 0, -0.25f, 0, 0, 1};
    assert_memory_equal(audio.samples, expected, sizeof expected);
    assert_ok(ser_audio_convert(&audio, NULL, &error));
    assert_float_equal(audio.samples[0], 0.25f, 0);
    assert_float_equal(audio.samples[1], -0.125f, 0);
    assert_float_equal(audio.samples[2], 0.5f, 0);
    ser_audio_release(&audio);
    bytes_release(&wav);
}

static void test_content_counts_and_not_the_name(void **state)
{
    (void)state;
    static const char *const names[] = {"a.flac", "a.mp3", "a.gsm", "a.vox", "a.txt", "a.raw"};
    float *sine = sine_make(440, 0.5, 16000, 1600);
    struct bytes wav = wav_make_float(16000, 1, sine, 1600);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = support_write(names[i], wav.data, wav.size);
        ser_audio audio;
        assert_ok(ser_audio_load(&audio, path, &as_is, &error));
        assert_int_equal(audio.frames, 1600);
        assert_memory_equal(audio.samples, sine, 1600 * sizeof *sine);
        ser_audio_release(&audio);
        free(path);
    }
    bytes_release(&wav);
    free(sine);
}

struct pipe_writer {
    const char *path;
    const struct bytes *bytes;
};

static void *write_pipe(void *argument)
{
    const struct pipe_writer *writer = argument;
    FILE *stream = fopen(writer->path, "wb");
    if (stream) {
        fwrite(writer->bytes->data, 1, writer->bytes->size, stream);
        fclose(stream);
    }
    return NULL;
}

static void test_reads_a_pipe(void **state)
{
    (void)state;
    float *sine = sine_make(440, 0.5, 16000, 50000);
    struct bytes wav = wav_make_float(16000, 1, sine, 50000);
    char *path = support_scratch("pipe.wav");
    assert_int_equal(mkfifo(path, 0600), 0);
    struct pipe_writer writer = {path, &wav};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_pipe, &writer), 0);
    ser_audio audio;
    assert_ok(ser_audio_load(&audio, path, &as_is, &error));
    pthread_join(thread, NULL);
    assert_int_equal(audio.frames, 50000);
    assert_memory_equal(audio.samples, sine, 50000 * sizeof *sine);
    ser_audio_release(&audio);
    assert_error(ser_audio_load(&audio, "/dev/null", NULL, &error), SER_ERROR_FORMAT, "empty");
    bytes_release(&wav);
    free(path);
    free(sine);
}

static void test_defaults(void **state)
{
    (void)state;
    ser_audio_settings settings = ser_audio_settings_defaults();
    assert_int_equal(settings.rate, 16000);
    assert_int_equal(settings.mono, 1);
}

struct load_job {
    const char *path;
    ser_audio audio;
    int failures;
};

static void *load_often(void *argument)
{
    struct load_job *job = argument;
    for (int i = 0; i < 20; i++) {
        ser_audio broken;
        ser_audio_release(&job->audio);
        job->failures += ser_audio_load(&job->audio, job->path, NULL, NULL) != SER_OK;
        job->failures +=
            ser_audio_load_memory(&broken, "\0\1\2\3RIFF", 8, "x", NULL, NULL) != SER_ERROR_FORMAT;
    }
    return NULL;
}

static void test_threads_do_not_disturb_each_other(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    float *sine = sine_make(440, 0.5, 44100, 44100);
    char *path =
        recording_write("threads.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1, sine, 44100);
    struct load_job jobs[THREADS] = {0};
    pthread_t threads[THREADS];
    ser_audio expected;
    ser_log_set_callback(NULL, NULL);
    assert_ok(ser_audio_load(&expected, path, NULL, &error));
    for (int i = 0; i < THREADS; i++) {
        jobs[i].path = path;
        assert_int_equal(pthread_create(&threads[i], NULL, load_often, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].failures, 0);
        assert_int_equal(jobs[i].audio.frames, expected.frames);
        assert_memory_equal(jobs[i].audio.samples, expected.samples,
                            expected.frames * sizeof(float));
        ser_audio_release(&jobs[i].audio);
    }
    ser_audio_release(&expected);
    free(path);
    free(sine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_kind_of_file),
        cmocka_unit_test(test_reads_up_to_8_channels),
        cmocka_unit_test(test_loading_equals_converting),
        cmocka_unit_test(test_passes_over_extra_chunks),
        cmocka_unit_test(test_samples_that_are_not_finite_become_0),
        cmocka_unit_test(test_content_counts_and_not_the_name),
        cmocka_unit_test(test_reads_a_pipe),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_threads_do_not_disturb_each_other),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../audio/recordings.h"
#include "corpora/load.h"

enum { RATE = 8000, FRAMES = 8000 };

/* Two channels of one second: a rising and a falling ramp. */
static char *write_ramps(void)
{
    float *samples = malloc(2 * FRAMES * sizeof *samples);
    for (int i = 0; i < FRAMES; i++) {
        samples[2 * i] = (float)i / FRAMES;
        samples[2 * i + 1] = -(float)i / FRAMES;
    }
    struct bytes wav = wav_make_float(RATE, 2, samples, FRAMES);
    char *path = support_write("ramps.wav", wav.data, wav.size);
    bytes_release(&wav);
    free(samples);
    return path;
}

static void test_loads_the_piece_and_channel(void **state)
{
    (void)state;
    ser_error error;
    ser_audio audio;
    ser_audio_settings settings = {.rate = 0, .mono = 1};
    struct recording recording = {.path = write_ramps(), .channel = 2, .start = 0.25, .end = 0.5};
    assert_ok(recording_load(&audio, &recording, &settings, &error));
    assert_int_equal(audio.channels, 1);
    assert_int_equal(audio.frames, FRAMES / 4);
    assert_float_equal(audio.samples[0], -0.25f, 1e-6);
    assert_float_equal(audio.samples[FRAMES / 4 - 1], -0.5f + 1.0f / FRAMES, 1e-6);
    ser_audio_release(&audio);

    recording.channel = 0; /* both mixed: the ramps cancel */
    recording.end = 0;
    assert_ok(recording_load(&audio, &recording, &settings, &error));
    assert_int_equal(audio.frames, FRAMES * 3 / 4);
    assert_float_equal(audio.samples[1000], 0, 1e-6);
    ser_audio_release(&audio);

    settings.mono = 0;
    assert_ok(recording_load(&audio, &recording, &settings, &error));
    assert_int_equal(audio.channels, 2);
    assert_float_equal(audio.samples[0], 0.25f, 1e-6);
    assert_float_equal(audio.samples[1], -0.25f, 1e-6);
    ser_audio_release(&audio);
    free(recording.path);
}

/* Cutting decoded sound gives what loading the file does, and leaves the sound as it is. */
static void test_cuts_as_it_loads(void **state)
{
    (void)state;
    ser_error error;
    ser_audio whole, piece, loaded;
    ser_audio_settings settings = {.rate = 0, .mono = 0};
    struct recording recording = {.path = write_ramps()};
    assert_ok(ser_audio_load(&whole, recording.path, &settings, &error));
    static const struct recording pieces[] = {
        {.channel = 0}, {.channel = 2, .start = 0.25, .end = 0.5}, {.start = 0.5}, {.end = 9}};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        recording.channel = pieces[i].channel;
        recording.start = pieces[i].start;
        recording.end = pieces[i].end;
        assert_ok(recording_cut(&piece, &whole, &recording, &error));
        assert_ok(recording_load(&loaded, &recording, &settings, &error));
        assert_int_equal(piece.frames, loaded.frames);
        assert_int_equal(piece.channels, loaded.channels);
        assert_memory_equal(piece.samples, loaded.samples,
                            loaded.frames * (size_t)loaded.channels * sizeof *loaded.samples);
        ser_audio_release(&piece);
        ser_audio_release(&loaded);
    }
    assert_int_equal(whole.frames, FRAMES);
    recording.start = 1.5;
    assert_error(recording_cut(&piece, &whole, &recording, &error), SER_ERROR_FORMAT, "1.500 s");
    assert_null(piece.samples);
    recording.start = 0;
    recording.channel = 3;
    assert_error(recording_cut(&piece, &whole, &recording, &error), SER_ERROR_FORMAT, "2 channels");
    assert_null(piece.samples);
    ser_audio_release(&whole);
    free(recording.path);
}

static void test_resamples_the_piece(void **state)
{
    (void)state;
    ser_error error;
    ser_audio audio;
    struct recording recording = {.path = write_ramps(), .channel = 1, .start = 0.5};
    assert_ok(recording_load(&audio, &recording, NULL, &error));
    assert_int_equal(audio.rate, 16000);
    assert_int_equal(audio.frames, 8000);
    assert_float_equal(audio.samples[4000], 0.75f, 1e-2);
    ser_audio_release(&audio);
    free(recording.path);
}

static void test_a_piece_may_end_beyond_the_file(void **state)
{
    (void)state;
    ser_error error;
    ser_audio audio;
    ser_audio_settings settings = {.rate = 0, .mono = 1};
    struct recording recording = {.path = write_ramps(), .start = 0.75, .end = 7};
    assert_ok(recording_load(&audio, &recording, &settings, &error));
    assert_int_equal(audio.frames, FRAMES / 4);
    ser_audio_release(&audio);
    recording.start = 1;
    assert_error(recording_load(&audio, &recording, &settings, &error), SER_ERROR_FORMAT,
                 "lasts 1.000 s, expected sound from 1.000 s on");
    assert_null(audio.samples);
    recording.start = 1e300;
    recording.end = 0;
    assert_error(recording_load(&audio, &recording, &settings, &error), SER_ERROR_FORMAT,
                 "lasts 1.000 s");
    free(recording.path);
}

static void test_refuses_a_channel_that_is_not_there(void **state)
{
    (void)state;
    ser_error error;
    ser_audio audio;
    struct recording recording = {.path = write_ramps(), .channel = 3};
    assert_error(recording_load(&audio, &recording, NULL, &error), SER_ERROR_FORMAT,
                 "has 2 channels, expected at least 3");
    assert_null(audio.samples);
    free(recording.path);
}

static int clean_up(void **state)
{
    (void)state;
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_the_piece_and_channel),
        cmocka_unit_test(test_cuts_as_it_loads),
        cmocka_unit_test(test_resamples_the_piece),
        cmocka_unit_test(test_a_piece_may_end_beyond_the_file),
        cmocka_unit_test(test_refuses_a_channel_that_is_not_there),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, clean_up);
}

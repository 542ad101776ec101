#include "utterance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corpora/doctor/sound_check.h"

enum { RATE = 16000, FRAMES = 16000 };

/* Decodes a file of the scratch folder. */
static void decode(const char *name, struct sound_file *file, ser_audio *audio)
{
    char *path = support_scratch(name);
    sound_decode(file, audio, path);
    free(path);
}

static struct sound measure(float *samples, size_t frames, int channels)
{
    struct sound sound;
    ser_audio audio = {samples, frames, RATE, channels};
    assert_true(sound_measure(&sound, &audio, NULL));
    return sound;
}

static void test_measures_by_definition(void **state)
{
    (void)state;
    float *sine = sine_make(1000, 0.5, RATE, FRAMES);
    struct sound sound = measure(sine, FRAMES, 1);
    assert_float_equal(sound.seconds, 1, 0);
    assert_float_equal(sound.peak, 0.5, 1e-6);
    assert_float_equal(sound.rms, sqrtf(0.125f), 1e-6);
    assert_float_equal(sound.offset, 0, 1e-6);
    assert_float_equal(sound.clipped, 0, 0);
    assert_float_equal(sound.first, 1, 1e-5);
    assert_float_equal(sound.last, 1, 1e-5);
    for (int i = 0; i < SOUND_PROFILE; i++)
        assert_float_equal(sound.level[i], 1, 0.01);
    for (int i = 0; i < FRAMES; i++)
        sine[i] += 0.25f;
    sound = measure(sine, FRAMES, 1);
    assert_float_equal(sound.peak, 0.75, 1e-6);
    assert_float_equal(sound.offset, 0.25, 1e-6);
    free(sine);
}

static void test_levels_follow_the_sound(void **state)
{
    (void)state;
    float *samples = calloc(FRAMES, sizeof *samples);
    for (int i = FRAMES / 2; i < FRAMES; i++)
        samples[i] = i % 2 ? 0.5f : -0.5f;
    struct sound sound = measure(samples, FRAMES, 1);
    for (int i = 0; i < SOUND_PROFILE; i++)
        assert_float_equal(sound.level[i], i < SOUND_PROFILE / 2 ? 0 : sqrtf(2), 1e-5);
    assert_float_equal(sound.first, 0, 0);
    assert_float_equal(sound.last, 1, 1e-6);
    free(samples);
}

/* Runs of three and more at full scale count, across the blocks in which sound is read too. */
static void test_counts_clipped_samples(void **state)
{
    (void)state;
    float *samples = calloc(FRAMES, sizeof *samples);
    samples[10] = samples[11] = 1;
    assert_float_equal(measure(samples, FRAMES, 1).clipped, 0, 0);
    samples[12] = 1;
    assert_float_equal(measure(samples, FRAMES, 1).clipped, 3.0 / FRAMES, 1e-9);
    samples[13] = 32767.0f / 32768;
    assert_float_equal(measure(samples, FRAMES, 1).clipped, 4.0 / FRAMES, 1e-9);
    memset(samples, 0, FRAMES * sizeof *samples);
    for (int i = FRAMES / SOUND_PROFILE - 2; i < FRAMES / SOUND_PROFILE + 2; i++)
        samples[i] = -1;
    assert_float_equal(measure(samples, FRAMES, 1).clipped, 4.0 / FRAMES, 1e-9);
    /* Of two channels, each has its own runs. */
    memset(samples, 0, FRAMES * sizeof *samples);
    samples[20] = samples[21] = samples[23] = samples[25] = 1;
    assert_float_equal(measure(samples, FRAMES / 2, 2).clipped, 3.0 / FRAMES, 1e-9);
    free(samples);
}

static void test_prints_are_of_the_samples(void **state)
{
    (void)state;
    float *one = utterance_make(1, FRAMES), *two = calloc(FRAMES, 2 * sizeof *two);
    for (int i = 0; i < FRAMES; i++)
        two[2 * i] = two[2 * i + 1] = one[i];
    struct sound mono = measure(one, FRAMES, 1), stereo = measure(two, FRAMES, 2);
    assert_true(hash_equal(mono.print, stereo.print));
    assert_float_equal(mono.rms, stereo.rms, 1e-6);
    struct sound shorter = measure(one, FRAMES - 1, 1);
    assert_false(hash_equal(mono.print, shorter.print));
    one[FRAMES / 2] += 0.001f;
    struct sound other = measure(one, FRAMES, 1);
    assert_false(hash_equal(mono.print, other.print));
    float zeros[4] = {0, -0.0f, 0, 0}, plain[4] = {0};
    assert_true(hash_equal(measure(zeros, 4, 1).print, measure(plain, 4, 1).print));
    free(one);
    free(two);
}

static void test_measures_pieces_and_channels(void **state)
{
    (void)state;
    float *samples = calloc(FRAMES, 2 * sizeof *samples);
    for (int i = 0; i < FRAMES; i++)
        samples[2 * i + 1] = (float)i / FRAMES;
    ser_audio audio = {samples, FRAMES, RATE, 2};
    struct recording recording = {.channel = 2, .start = 0.25, .end = 0.5};
    struct sound sound;
    assert_true(sound_measure(&sound, &audio, &recording));
    assert_float_equal(sound.seconds, 0.25, 0);
    assert_float_equal(sound.peak, 0.5f - 1.0f / FRAMES, 1e-6);
    assert_float_equal(sound.offset, 0.375, 1e-4);
    recording.channel = 1;
    assert_true(sound_measure(&sound, &audio, &recording));
    assert_float_equal(sound.peak, 0, 0);
    recording.end = 100;
    assert_true(sound_measure(&sound, &audio, &recording));
    assert_float_equal(sound.seconds, 0.75, 0);
    recording.channel = 3;
    assert_false(sound_measure(&sound, &audio, &recording));
    recording = (struct recording){.start = 1};
    assert_false(sound_measure(&sound, &audio, &recording));
    recording = (struct recording){.start = 1e300, .end = 1e301};
    assert_false(sound_measure(&sound, &audio, &recording));
    free(samples);
}

/* Fewer frames than there are stretches, and than 10 ms have. */
static void test_measures_the_shortest(void **state)
{
    (void)state;
    float samples[3] = {0.5f, -0.5f, 0.5f};
    for (size_t frames = 1; frames <= 3; frames++) {
        struct sound sound = measure(samples, frames, 1);
        assert_float_equal(sound.peak, 0.5, 0);
        assert_float_equal(sound.rms, 0.5, 1e-6);
        assert_float_equal(sound.seconds, (double)frames / RATE, 1e-12);
        assert_false(hash_equal(sound.print, (struct hash){0}));
    }
    float silence[3] = {0};
    struct sound sound = measure(silence, 3, 1);
    assert_float_equal(sound.rms, 0, 0);
    for (int i = 0; i < SOUND_PROFILE; i++)
        assert_float_equal(sound.level[i], 0, 0);
}

static void test_the_same_sound_in_two_formats(void **state)
{
    (void)state;
    struct sound_file files[2];
    struct sound sounds[2];
    float *samples = utterance_make(2, FRAMES);
    utterance_write("formats", "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, RATE, 1, samples, FRAMES);
    utterance_write("formats", "a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, RATE, 1, samples,
                    FRAMES);
    for (int i = 0; i < 2; i++) {
        ser_audio audio;
        decode(i ? "formats/a.flac" : "formats/a.wav", &files[i], &audio);
        assert_int_equal(files[i].status, SER_OK);
        assert_int_equal(files[i].rate, RATE);
        assert_int_equal(files[i].channels, 1);
        assert_string_equal(files[i].problem, "");
        assert_true(sound_measure(&sounds[i], &audio, NULL));
        ser_audio_release(&audio);
    }
    assert_string_equal(files[0].kind, "WAV");
    assert_string_equal(files[1].kind, "FLAC");
    assert_true(hash_equal(sounds[0].print, sounds[1].print));
    free(samples);
}

static void test_likeness(void **state)
{
    (void)state;
    float *samples = utterance_make(3, FRAMES), *other = utterance_make(4, FRAMES);
    struct sound whole = measure(samples, FRAMES, 1), different = measure(other, FRAMES, 1);
    /* Half the rate and half as loud. */
    for (int i = 0; i < FRAMES / 2; i++)
        samples[i] = 0.25f * (samples[2 * i] + samples[2 * i + 1]);
    ser_audio audio = {samples, FRAMES / 2, RATE / 2, 1};
    struct sound half;
    assert_true(sound_measure(&half, &audio, NULL));
    assert_true(sound_alike(&whole, &half));
    assert_false(sound_alike(&whole, &different));
    whole.seconds += 0.1;
    assert_false(sound_alike(&whole, &half));
    free(samples);
    free(other);
}

static void test_says_what_cannot_be_decoded(void **state)
{
    (void)state;
    struct sound_file file;
    ser_audio audio;
    scratch_add("broken", "a.wav", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    decode("broken/a.wav", &file, &audio);
    assert_int_equal(file.status, SER_ERROR_FORMAT);
    assert_true(file.is_pointer);
    assert_null(audio.samples);
    scratch_add("broken", "b.wav", "this is no sound");
    decode("broken/b.wav", &file, &audio);
    assert_int_equal(file.status, SER_ERROR_FORMAT);
    assert_false(file.is_pointer);
    assert_int_equal(strncmp(file.problem, "is text", 7), 0);
    decode("broken/c.wav", &file, &audio);
    assert_int_equal(file.status, SER_ERROR_IO);
    assert_non_null(strstr(file.problem, "cannot be opened"));
}

/* What the decoder remarks is kept, and does not reach the log. */
static void test_keeps_what_the_decoder_remarks(void **state)
{
    (void)state;
    struct sound_file file;
    ser_audio audio;
    float samples[] = {0.5f, NAN, 0.25f, INFINITY};
    struct bytes wav = wav_make_float(RATE, 1, samples, 4);
    free(support_write("nan.wav", wav.data, wav.size));
    remarks_collect();
    decode("nan.wav", &file, &audio);
    assert_int_equal(file.status, SER_OK);
    assert_string_equal(file.problem, "samples that are no finite numbers, taken as 0: 2");
    ser_audio_release(&audio);
    free(support_write("cut.wav", wav.data, wav.size - 8));
    decode("cut.wav", &file, &audio);
    assert_int_equal(strncmp(file.problem, "cut short: the header promises 8 bytes more", 43), 0);
    assert_non_null(strstr(file.problem, "; samples that are no finite numbers, taken as 0: 1"));
    ser_audio_release(&audio);
    assert_int_equal(remarks_total(), 0);
    bytes_release(&wav);
}

static void test_endings(void **state)
{
    (void)state;
    assert_true(sound_kind_fits("a/b.wav", "WAV"));
    assert_true(sound_kind_fits("a/b.WAV", "WAV"));
    assert_true(sound_kind_fits("b.ogg", "Ogg Opus"));
    assert_true(sound_kind_fits("b.opus", "Ogg Opus"));
    assert_true(sound_kind_fits("b.xyz", "WAV"));
    assert_true(sound_kind_fits("b", "WAV"));
    assert_true(sound_kind_fits("b.wav", NULL));
    assert_false(sound_kind_fits("b.wav", "AIFF"));
    assert_false(sound_kind_fits("b.opus", "Ogg Vorbis"));
    assert_false(sound_kind_fits("x.flac/b.mp3", "FLAC"));
}

static void test_decodes_recordings_of_real_corpora(void **state)
{
    (void)state;
    const char *path = support_data("originals/YAF_germ_angry.wav");
    struct sound_file file;
    ser_audio audio;
    sound_decode(&file, &audio, path);
    assert_int_equal(file.status, SER_OK);
    assert_string_equal(file.kind, "AIFF");
    assert_int_equal(file.rate, 24414);
    assert_false(sound_kind_fits(path, file.kind));
    ser_audio_release(&audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures_by_definition),
        cmocka_unit_test(test_levels_follow_the_sound),
        cmocka_unit_test(test_counts_clipped_samples),
        cmocka_unit_test(test_prints_are_of_the_samples),
        cmocka_unit_test(test_measures_pieces_and_channels),
        cmocka_unit_test(test_measures_the_shortest),
        cmocka_unit_test(test_the_same_sound_in_two_formats),
        cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_says_what_cannot_be_decoded),
        cmocka_unit_test(test_keeps_what_the_decoder_remarks),
        cmocka_unit_test(test_endings),
        cmocka_unit_test(test_decodes_recordings_of_real_corpora),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

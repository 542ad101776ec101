/* Rooms: the image method, the convolution, and the augmentation made of them. */
#include "sounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "augment/convolve.h"
#include "augment/image_method.h"

/* RT60 of a response by a straight line through 20 dB of its backward integral, plainly. */
static double measure_rt60(const float *response, size_t length, int rate)
{
    double *left = calloc(length + 1, sizeof *left), n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t i = length; i-- > 0;)
        left[i] = left[i + 1] + (double)response[i] * (double)response[i];
    double start = fmin(-5, 10 * log10(left[1] / left[0]));
    for (size_t i = 1; i < length; i++) {
        double level = 10 * log10(left[i] / left[0]), time = (double)i / rate;
        if (level > start || level < start - 20)
            continue;
        n++;
        sx += time;
        sy += level;
        sxx += time * time;
        sxy += time * level;
    }
    free(left);
    return -60 * (n * sxx - sx * sx) / (n * sxy - sx * sy);
}

static struct shoebox random_room(struct random *random, double rt60)
{
    struct shoebox room = {.rt60 = rt60};
    static const double low[] = {3, 2.5, 2.4}, high[] = {8, 6, 3.5};
    for (int i = 0; i < 3; i++) {
        room.size[i] = (double)random_uniform(random, (float)low[i], (float)high[i]);
        room.source[i] = 0.3 + (room.size[i] - 0.6) * (double)random_unit(random);
        room.microphone[i] = 0.3 + (room.size[i] - 0.6) * (double)random_unit(random);
    }
    return room;
}

static void test_reverberation_time(void **state)
{
    (void)state;
    struct random random = random_seeded(3, 0);
    for (int i = 0; i < 24; i++) {
        double wanted = 0.2 + 0.6 * i / 23;
        struct shoebox room = random_room(&random, wanted);
        size_t length = shoebox_response_length(&room, RATE);
        float *response = calloc(length, sizeof *response);
        assert_true(shoebox_response(&room, RATE, response, length));
        double found = measure_rt60(response, length, RATE);
        if (!(fabs(found - wanted) < 0.15 * wanted))
            fail_msg("RT60 is %g s, expected %g s", found, wanted);
        free(response);
    }
}

static void test_energy_decays(void **state)
{
    (void)state;
    struct random random = random_seeded(4, 0);
    struct shoebox room = random_room(&random, 0.5);
    size_t length = shoebox_response_length(&room, RATE), tenth = length / 10;
    float *response = calloc(length, sizeof *response);
    assert_true(shoebox_response(&room, RATE, response, length));
    for (size_t i = 2; i < 10; i++) {
        double before = power_of(response + (i - 1) * tenth, tenth);
        assert_true(power_of(response + i * tenth, tenth) < before);
    }
    free(response);
}

/* Before the first reflection there is nothing but the direct sound; the first reflections arrive
 * when the images of the definition say, with the sign of one wall. */
static void test_first_reflections(void **state)
{
    (void)state;
    const struct shoebox room = {
        .size = {6, 5, 3}, .source = {2, 2, 1}, .microphone = {3, 2.5, 1.2}, .rt60 = 0.4};
    const double direct = sqrt(1 + 0.25 + 0.04);
    const double floor_image = sqrt(1 + 0.25 + 2.2 * 2.2); /* the source at a height of -1 */
    size_t length = shoebox_response_length(&room, RATE);
    float *response = calloc(length, sizeof *response);
    assert_true(shoebox_response(&room, RATE, response, length));
    assert_true(fabsf(response[0] - 1) < 1e-3f);
    double place = (floor_image - direct) / 343 * RATE;
    size_t whole = (size_t)place;
    for (size_t i = 2; i < whole; i++)
        assert_true(response[i] == 0);
    double strength = (double)response[whole] + (double)response[whole + 1];
    assert_true(strength < -0.5 * direct / floor_image && strength > -direct / floor_image);
    assert_true(fabs((double)response[whole + 1] / strength - (place - (double)whole)) < 0.01);
    free(response);
}

static void check_convolution(size_t count, size_t length)
{
    ser_error error;
    struct augment_scratch *scratch;
    ser_audio sound = sound_noise(1, 1, RATE, count), response = sound_noise(2, 1, RATE, length);
    float *output = calloc(count + 1, sizeof *output);
    assert_ok(augment_scratch_create(&scratch, &error));
    assert_ok(convolve(scratch, sound.samples, count, response.samples, length, output, &error));
    for (size_t n = 0; n < count; n++) {
        double expected = 0;
        for (size_t k = 0; k <= n && k < length; k++)
            expected += (double)response.samples[k] * (double)sound.samples[n - k];
        if (!(fabs((double)output[n] - expected) < 1e-4 * sqrt((double)length)))
            fail_msg("sample %zu of %zu by %zu is %g, expected %g", n, count, length,
                     (double)output[n], expected);
    }
    augment_scratch_destroy(scratch);
    free(output);
    ser_audio_release(&sound);
    ser_audio_release(&response);
}

static void test_convolution_is_its_definition(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1},     {1, 5000}, {100, 3},    {1000, 24},
                                      {1000, 25}, {1023, 2}, {9000, 700}, {20000, 300}};
    for (int i = 0; i < 8; i++)
        check_convolution(sizes[i][0], sizes[i][1]);
}

/* A click: the direct sound stays where it was and what follows it dies away. */
static void test_the_direct_sound_stays_in_place(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        ser_audio audio = sound_silent(RATE, RATE);
        audio.samples[4000] = 0.5f;
        sound_augment(&audio, "room rt60=0.3 distance=1", seed);
        assert_int_equal(audio.frames, RATE);
        assert_true(power_of(audio.samples, 4000) < 1e-12);
        assert_true(audio.samples[4000] > 0.2f);
        double near = power_of(audio.samples + 4010, 800);
        assert_true(near > 0 && power_of(audio.samples + 12000, 4000) < 1e-3 * near);
        ser_audio_release(&audio);
    }
}

static void test_the_power_stays(void **state)
{
    (void)state;
    ser_audio audio = sound_voice(RATE, 2 * RATE);
    double power = power_of(audio.samples, audio.frames);
    sound_augment(&audio, "room rt60=0.6 distance=2", 3);
    assert_true(fabs(power_of(audio.samples, audio.frames) / power - 1) < 1e-3);
    ser_audio_release(&audio);
}

/* Little place, and hardly any echo to measure a decay of. */
static void test_the_smallest_room(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        ser_audio audio = sound_voice(RATE, 4000);
        sound_augment(&audio, "room length=2 width=2 height=2 rt60=0.05 distance=0.1", seed);
        assert_finite(&audio);
        assert_true(power_of(audio.samples, audio.frames) > 0);
        ser_audio_release(&audio);
    }
}

static void test_a_recorded_room(void **state)
{
    (void)state;
    ser_error error;
    ser_audio response = sound_silent(RATE, 2000), audio = sound_silent(RATE, 4000);
    response.samples[500] = 0.8f; /* what comes before the direct sound does not count */
    response.samples[100] = 0.1f;
    response.samples[700] = 0.4f;
    audio.samples[1000] = 0.5f;
    char *path = support_scratch("response.wav"), steps[256];
    assert_ok(ser_audio_save(&response, path, &error));
    snprintf(steps, sizeof steps, "room kind=recorded folder=%s", path);
    sound_augment(&audio, steps, 0);
    assert_true(fabsf(audio.samples[1200] / audio.samples[1000] - 0.5f) < 1e-3f);
    assert_true(fabsf(audio.samples[600]) < 1e-4f && fabsf(audio.samples[1100]) < 1e-4f);
    free(path);
    ser_audio_release(&response);
    ser_audio_release(&audio);
}

static int tear_down(void **state)
{
    (void)state;
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reverberation_time),
        cmocka_unit_test(test_energy_decays),
        cmocka_unit_test(test_first_reflections),
        cmocka_unit_test(test_convolution_is_its_definition),
        cmocka_unit_test(test_the_direct_sound_stays_in_place),
        cmocka_unit_test(test_the_power_stays),
        cmocka_unit_test(test_the_smallest_room),
        cmocka_unit_test(test_a_recorded_room),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}

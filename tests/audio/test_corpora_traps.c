/* Real recordings, as published, with the traps that come with them. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "recordings.h"
#include "ser/audio.h"

static ser_error error;

static const ser_audio_settings as_is = {.rate = 0, .mono = 0};

/* Loads both as it is and for the models, and checks one against the other. */
static void load_both(const char *path, ser_audio *original, ser_audio *prepared)
{
    assert_ok(ser_audio_load(original, path, &as_is, &error));
    assert_ok(ser_audio_load(prepared, path, NULL, &error));
    assert_int_equal(prepared->rate, 16000);
    assert_int_equal(prepared->channels, 1);
    double frames = floor((double)original->frames * 16000 / original->rate + 0.5);
    assert_int_equal(prepared->frames, frames);
    double loudness = rms_of(prepared, 0, 0, prepared->frames);
    if (!(loudness > 1e-4 && loudness < 1))
        fail_msg("%s: RMS of %g", path, loudness);
}

struct published {
    const char *name;
    int rate;
    int channels;
    size_t frames;
};

/* As ffprobe, which shares no code with libsndfile, tells them. */
static const struct published originals[] = {
    {"03-01-01-01-01-01-02.wav", 48000, 1, 174574}, {"03-01-02-01-01-01-02.wav", 48000, 1, 184184},
    {"03-01-02-01-01-02-01.wav", 48000, 2, 172972}, {"03-01-02-01-02-02-05.wav", 48000, 2, 203403},
    {"03-01-03-01-01-01-02.wav", 48000, 1, 172973}, {"03-01-03-01-02-01-07.wav", 48000, 1, 163363},
    {"03-01-03-01-02-01-20.wav", 48000, 2, 166566}, {"03-01-03-01-02-02-07.wav", 48000, 1, 163363},
    {"03-01-04-01-01-01-02.wav", 48000, 1, 184184}, {"03-01-05-01-01-01-02.wav", 48000, 1, 176176},
    {"03-01-06-01-01-01-02.wav", 48000, 1, 174575}, {"03-01-06-01-01-02-20.wav", 48000, 2, 209809},
    {"03-01-07-01-01-01-02.wav", 48000, 1, 176176}, {"03-01-08-01-01-01-02.wav", 48000, 1, 169769},
    {"03-01-08-01-02-02-01.wav", 48000, 2, 156956}, {"OAF_food_fear.wav", 96000, 1, 145172},
    {"OA_bite_neutral.wav", 24414, 1, 51589},       {"YAF_germ_angry.wav", 24414, 1, 53847},
    {"YAF_neat_fear.wav", 24414, 1, 40156},
};

static void test_reads_every_original(void **state)
{
    (void)state;
    const char *folder = support_data("originals");
    remarks_catch();
    for (size_t i = 0; i < sizeof originals / sizeof *originals; i++) {
        char path[4096];
        ser_audio original, prepared;
        snprintf(path, sizeof path, "%s/%s", folder, originals[i].name);
        load_both(path, &original, &prepared);
        assert_int_equal(original.rate, originals[i].rate);
        assert_int_equal(original.channels, originals[i].channels);
        assert_int_equal(original.frames, originals[i].frames);
        ser_audio_release(&original);
        ser_audio_release(&prepared);
    }
    assert_string_equal(remark_last, "");
}

static void test_the_table_names_all_originals(void **state)
{
    (void)state;
    struct file_list list = {0};
    assert_ok(file_list_add(&list, support_data("originals"), NULL, &error));
    assert_int_equal(list.count, sizeof originals / sizeof *originals);
    file_list_release(&list);
}

/* A stereo original and the FLAC that was made of it, 16 kHz and mono, by other programs: our road
 * from the one must lead to the other. */
static void test_agrees_with_other_programs(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"originals/03-01-01-01-01-01-02.wav", "ravdess/Actor_02/03-01-01-01-01-01-02.flac"},
        {"originals/03-01-02-01-02-02-05.wav", "ravdess/Actor_05/03-01-02-01-02-02-05.flac"},
        {"originals/03-01-06-01-01-02-20.wav", "ravdess/Actor_20/03-01-06-01-01-02-20.flac"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ser_audio ours, theirs;
        assert_ok(ser_audio_load(&ours, support_data(pairs[i][0]), NULL, &error));
        assert_ok(ser_audio_load(&theirs, support_data(pairs[i][1]), &as_is, &error));
        assert_int_equal(theirs.rate, 16000);
        assert_int_equal(theirs.channels, 1);
        assert_in_range(theirs.frames, ours.frames - 2, ours.frames + 2);
        size_t frames = ours.frames < theirs.frames ? ours.frames : theirs.frames;
        double likeness = similarity(ours.samples, theirs.samples, frames);
        if (likeness < 0.999)
            fail_msg("%s: similarity of %g", pairs[i][1], likeness);
        ser_audio_release(&ours);
        ser_audio_release(&theirs);
    }
}

/* The first recording of every folder, whatever it is called. */
static void test_reads_one_recording_of_every_corpus(void **state)
{
    (void)state;
    static const char *const folders[] = {"ravdess/Actor_01", "ravdess-song", "tess",
                                          "nemo/samples",     "neutral",      "noise"};
    remarks_catch();
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        struct file_list list = {0};
        ser_audio original, prepared;
        assert_ok(file_list_add(&list, support_data(folders[i]), NULL, &error));
        size_t k = 0;
        while (k < list.count && !strstr(list.paths[k], ".flac") &&
               !strstr(list.paths[k], ".opus") && !strstr(list.paths[k], ".ogg"))
            k++;
        if (k == list.count)
            fail_msg("%s: no recording among %zu files", folders[i], list.count);
        load_both(list.paths[k], &original, &prepared);
        ser_audio_release(&original);
        ser_audio_release(&prepared);
        file_list_release(&list);
    }
    assert_string_equal(remark_last, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_original),
        cmocka_unit_test(test_the_table_names_all_originals),
        cmocka_unit_test(test_agrees_with_other_programs),
        cmocka_unit_test(test_reads_one_recording_of_every_corpus),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

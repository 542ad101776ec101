/* What the doctor finds wrong in corpora that were made so. */
#include "examination.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static ser_error error;

/* Actors 6, 22 and 23 are missing, and the anger of actor 2. */
static bool lacks_some(int actor, int emotion)
{
    return actor == 6 || actor == 22 || actor == 23 || (actor == 2 && emotion == 5);
}

static void test_finds_what_is_missing(void **state)
{
    (void)state;
    write_whole_corpus("gaps", lacks_some);
    struct doctor_report report = examine("gaps");
    ASSERT_ONLY(&report, FINDING_MISSING_SPEAKERS, FINDING_MISSING_RECORDINGS,
                FINDING_MISSING_EMOTIONS);
    const struct finding *finding = the_finding(&report, FINDING_MISSING_SPEAKERS, "");
    assert_string_equal(finding->corpus, "ravdess");
    assert_string_equal(finding->detail,
                        "speech: 3 of 24: 06, 22, 23 (1252 of 1440 recordings are here)");
    assert_int_equal(finding->count, 3);
    finding = the_finding(&report, FINDING_MISSING_RECORDINGS, "");
    assert_string_equal(finding->detail, "speech: 02: 52 of 60");
    assert_int_equal(finding->count, 8);
    finding = the_finding(&report, FINDING_MISSING_EMOTIONS, "");
    assert_string_equal(finding->detail, "speech: speaker 02 has no angry");
    assert_int_equal(report.problems, 2);
    assert_int_equal(report.remarks, 1);
    doctor_release(&report);
}

static void test_sums_up_nested_copies(void **state)
{
    (void)state;
    for (int i = 1; i <= 8; i++) {
        char name[128];
        snprintf(name, sizeof name, "nest/Actor_%02d/03-01-%02d-01-01-01-%02d.wav", i, i, i);
        utterance_add("nested", name + 5, 100 + i);
        utterance_add("nested", name, 100 + i);
    }
    struct doctor_report report = examine("nested");
    ASSERT_ONLY(&report, FINDING_SAME_NAME, FINDING_PARTIAL);
    const struct finding *finding = the_finding(&report, FINDING_SAME_NAME, "/nested/nest");
    assert_int_equal(finding->count, 8);
    assert_string_equal(finding->detail, "8 sample by sample the same");
    assert_string_equal(finding->other + strlen(finding->other) - 7, "/nested");
    the_finding(&report, FINDING_PARTIAL, "");
    assert_int_equal(report.problems, 1);
    doctor_release(&report);
}

/* The same recordings once more at a third of the rate, in folders of their own; and one file of a
 * name that stands for another sound. */
static void test_compares_copies_by_name(void **state)
{
    (void)state;
    for (int i = 1; i <= 4; i++) {
        char name[128];
        float *samples = utterance_make(120 + i, SECOND);
        snprintf(name, sizeof name, "a/03-01-%02d-01-01-01-01.wav", i);
        utterance_write("forms", name, WAV16, UTTERANCE_RATE, 1, samples, SECOND);
        for (int k = 0; k < SECOND / 3; k++)
            samples[k] = (samples[3 * k] + samples[3 * k + 1] + samples[3 * k + 2]) / 3;
        snprintf(name, sizeof name, "b/%d/03-01-%02d-01-01-01-01.flac", i, i);
        if (i == 4)
            utterance_add("forms", "b/4/03-01-04-01-01-01-01.wav", 500);
        else
            utterance_write("forms", name, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, UTTERANCE_RATE / 3, 1,
                            samples, SECOND / 3);
        free(samples);
    }
    struct doctor_report report = examine("forms");
    ASSERT_ONLY(&report, FINDING_SAME_NAME, FINDING_OTHER_SOUND, FINDING_PARTIAL);
    const struct finding *finding = the_finding(&report, FINDING_SAME_NAME, "/forms/b");
    assert_string_equal(finding->detail, "3 the same in another form");
    assert_string_equal(finding->other + strlen(finding->other) - 8, "/forms/a");
    finding = the_finding(&report, FINDING_OTHER_SOUND, "/b/4/03-01-04-01-01-01-01.wav");
    assert_string_equal(finding->other + strlen(finding->other) - 27,
                        "/a/03-01-04-01-01-01-01.wav");
    doctor_release(&report);
}

/* WAV and FLAC of the same samples, under names that agree and under names that do not. */
static void test_finds_the_same_sound_under_two_names(void **state)
{
    (void)state;
    float *samples = utterance_make(130, SECOND), *other = utterance_make(131, SECOND);
    utterance_write("twins", "03-01-03-01-01-01-01.wav", WAV16, UTTERANCE_RATE, 1, samples, SECOND);
    utterance_write("twins", "03-01-03-01-01-02-01.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                    UTTERANCE_RATE, 1, samples, SECOND);
    utterance_write("twins", "03-01-04-01-01-01-01.wav", WAV16, UTTERANCE_RATE, 1, other, SECOND);
    utterance_write("twins", "03-01-05-01-01-01-02.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                    UTTERANCE_RATE, 1, other, SECOND);
    struct doctor_report report = examine("twins");
    ASSERT_ONLY(&report, FINDING_SAME_SOUND, FINDING_CONTRADICTION, FINDING_PARTIAL);
    const struct finding *finding =
        the_finding(&report, FINDING_SAME_SOUND, "/03-01-03-01-01-02-01.flac");
    assert_non_null(strstr(finding->other, "/03-01-03-01-01-01-01.wav"));
    finding = the_finding(&report, FINDING_CONTRADICTION, "/03-01-05-01-01-01-02.flac");
    assert_string_equal(finding->detail, "angry, speaker 02, as against sad, speaker 01");
    doctor_release(&report);
    free(samples);
    free(other);
}

/* A copy with a little noise, as coding leaves it, is found; another take is not, and neither are
 * two tones, whose levels are alike because they do not vary. */
static void test_finds_copies_coded_anew(void **state)
{
    (void)state;
    float *samples = utterance_make(140, SECOND), *noise = utterance_make(141, SECOND);
    utterance_write("coded", "03-01-03-01-01-01-01.wav", WAV16, UTTERANCE_RATE, 1, samples, SECOND);
    for (int i = 0; i < SECOND; i++)
        samples[i] += 0.002f * noise[i];
    utterance_write("coded", "03-01-03-01-01-02-01.wav", WAV16, UTTERANCE_RATE, 1, samples, SECOND);
    utterance_write("coded", "03-01-03-01-02-01-01.wav", WAV16, UTTERANCE_RATE, 1, noise, SECOND);
    for (int i = 0; i < 2; i++) {
        float *sine = sine_make(i ? 440 : 300, 0.5, UTTERANCE_RATE, SECOND);
        utterance_write("coded", i ? "tone-a.wav" : "tone-b.wav", WAV16, UTTERANCE_RATE, 1, sine,
                        SECOND);
        free(sine);
    }
    struct doctor_report report = examine("coded");
    ASSERT_ONLY(&report, FINDING_RECODED, FINDING_PARTIAL, FINDING_FOREIGN);
    const struct finding *finding =
        the_finding(&report, FINDING_RECODED, "/03-01-03-01-01-02-01.wav");
    assert_non_null(strstr(finding->other, "/03-01-03-01-01-01-01.wav"));
    doctor_release(&report);
    free(samples);
    free(noise);
}

/* Writes a recording of `take` of happy by actor 1. */
static void add_take(const char *folder, int take, const float *samples, size_t frames)
{
    char name[80];
    snprintf(name, sizeof name, "03-01-03-%02d-%02d-%02d-01.wav", 1 + take / 4, 1 + take / 2 % 2,
             1 + take % 2);
    utterance_write(folder, name, WAV16, UTTERANCE_RATE, 1, samples, frames);
}

static void test_finds_bad_sound(void **state)
{
    (void)state;
    float *samples[7];
    for (int i = 0; i < 7; i++)
        samples[i] = utterance_make(150 + i, SECOND);
    for (int i = 0; i < SECOND; i++) {
        samples[0][i] = 0;
        samples[1][i] *= 0.01f;
        samples[2][i] = fmaxf(-1, fminf(1, 8 * samples[2][i]));
        samples[3][i] += 0.02f;
    }
    for (int i = 0; i < 4; i++)
        add_take("bad", i, samples[i], SECOND);
    add_take("bad", 4, samples[4], SECOND / 10);
    /* Cut where it is loud: at the end of its loudest hundredth. */
    size_t loudest = 0;
    double most = 0;
    for (size_t at = SECOND * 6 / 10; at + 480 < SECOND; at += 480) {
        double energy = 0;
        for (size_t i = at; i < at + 480; i++)
            energy += (double)samples[5][i] * samples[5][i];
        if (energy > most) {
            most = energy;
            loudest = at + 480;
        }
    }
    add_take("bad", 5, samples[5], loudest);
    add_take("bad", 6, samples[6], SECOND);
    struct doctor_report report = examine("bad");
    ASSERT_ONLY(&report, FINDING_SILENT, FINDING_QUIET, FINDING_CLIPPED, FINDING_OFFSET,
                FINDING_SHORT, FINDING_CUT_OFF, FINDING_PARTIAL);
    assert_detail(the_finding(&report, FINDING_SILENT, "/03-01-03-01-01-01-01.wav"),
                  "all samples are 0");
    assert_detail(the_finding(&report, FINDING_QUIET, "/03-01-03-01-01-02-01.wav"), "dBFS");
    assert_detail(the_finding(&report, FINDING_CLIPPED, "/03-01-03-01-02-01-01.wav"), " % of");
    assert_detail(the_finding(&report, FINDING_OFFSET, "/03-01-03-01-02-02-01.wav"),
                  "mean of 0.02");
    assert_detail(the_finding(&report, FINDING_SHORT, "/03-01-03-02-01-01-01.wav"), "0.100 s");
    assert_detail(the_finding(&report, FINDING_CUT_OFF, "/03-01-03-02-01-02-01.wav"), "last 10 ms");
    doctor_release(&report);
    for (int i = 0; i < 7; i++)
        free(samples[i]);
}

static void test_finds_bad_files(void **state)
{
    (void)state;
    size_t size;
    utterance_add("files", "03-01-03-01-01-01-01.wav", 160);
    char *whole = support_scratch("files/03-01-03-01-01-01-01.wav");
    char *bytes;
    assert_ok(file_read(whole, 1 << 20, &bytes, &size, &error));
    free(support_write("files/03-01-03-01-01-02-01.wav", bytes, size - 20000));
    free(bytes);
    free(whole);
    scratch_add("files", "03-01-03-01-02-01-01.wav", "<html>Not found</html>");
    scratch_add("files", "03-01-03-01-02-02-01.wav", "");
    scratch_add("files", "03-01-09-01-01-01-01.wav", "never looked at by name");
    float *samples = utterance_make(161, SECOND);
    utterance_write("files", "03-01-03-02-01-01-01.wav", SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                    UTTERANCE_RATE, 1, samples, SECOND);
    free(samples);
    struct doctor_report report = examine("files");
    ASSERT_ONLY(&report, FINDING_DAMAGED, FINDING_UNREADABLE, FINDING_EMPTY, FINDING_MALFORMED,
                FINDING_OTHER_FORMAT, FINDING_PARTIAL);
    assert_detail(the_finding(&report, FINDING_DAMAGED, "/03-01-03-01-01-02-01.wav"),
                  "cut short: the header promises 20000 bytes more");
    int unreadable = 0;
    for (int i = 0; i < report.findings.count; i++)
        if (report.findings.items[i].kind == FINDING_UNREADABLE) {
            assert_detail(&report.findings.items[i], "is text, not a recording");
            unreadable++;
        }
    assert_int_equal(unreadable, 2); /* the page, and the file of the impossible name */
    the_finding(&report, FINDING_EMPTY, "/03-01-03-01-02-02-01.wav");
    assert_detail(the_finding(&report, FINDING_MALFORMED, "/03-01-09-01-01-01-01.wav"),
                  "emotion is 09");
    assert_detail(the_finding(&report, FINDING_OTHER_FORMAT, "/03-01-03-02-01-01-01.wav"),
                  "holds AIFF");
    doctor_release(&report);
}

static void test_a_corpus_of_pointers_is_one_finding(void **state)
{
    (void)state;
    for (int i = 1; i <= 8; i++) {
        char name[64], content[128];
        snprintf(name, sizeof name, "sound/03-01-%02d-01-01-01-01.wav", i);
        snprintf(content, sizeof content,
                 "version https://git-lfs.github.com/spec/v1\noid sha256:%d\nsize 1234\n", i);
        scratch_add("pointers", name, content);
    }
    struct doctor_report report = examine("pointers");
    ASSERT_ONLY(&report, FINDING_POINTER, FINDING_PARTIAL);
    const struct finding *finding = the_finding(&report, FINDING_POINTER, "/pointers/sound");
    assert_int_equal(finding->count, 8);
    assert_detail(finding, "git lfs pull");
    assert_float_equal(report.summaries[0].seconds, 0, 0);
    doctor_release(&report);
}

static void test_finds_odd_ones(void **state)
{
    (void)state;
    for (int i = 0; i < 24; i++) {
        char name[80];
        float *samples = utterance_make(200 + i, (size_t)SECOND * 5);
        int rate = i == 3 ? 44100 : UTTERANCE_RATE, channels = i == 5 ? 2 : 1;
        size_t frames = i == 7 ? SECOND * 5 : i == 9 ? SECOND / 4 : SECOND;
        snprintf(name, sizeof name, "03-01-03-01-01-01-%02d.wav", i + 1);
        utterance_write("odd", name, WAV16, rate, channels, samples, frames);
        free(samples);
    }
    struct doctor_report report = examine("odd");
    ASSERT_ONLY(&report, FINDING_ODD_RATE, FINDING_ODD_CHANNELS, FINDING_ODD_LENGTH,
                FINDING_PARTIAL, FINDING_CUT_OFF);
    assert_string_equal(the_finding(&report, FINDING_ODD_RATE, "-04.wav")->detail,
                        "44100 Hz, as against 48000 Hz in 23 of 24");
    assert_string_equal(the_finding(&report, FINDING_ODD_CHANNELS, "-06.wav")->detail,
                        "stereo, as against mono in 23 of 24");
    int lengths = 0;
    for (int i = 0; i < report.findings.count; i++)
        lengths += report.findings.items[i].kind == FINDING_ODD_LENGTH;
    assert_int_equal(lengths, 2);
    doctor_release(&report);
}

static void test_copies_at_another_rate_are_one_remark(void **state)
{
    (void)state;
    for (int i = 1; i <= 8; i++) {
        char name[80];
        float *samples = utterance_make(300 + i, 16000);
        snprintf(name, sizeof name, "03-01-%02d-01-01-01-01.flac", i);
        utterance_write("resampled", name, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, samples,
                        16000);
        free(samples);
    }
    struct doctor_report report = examine("resampled");
    ASSERT_ONLY(&report, FINDING_NOT_AS_PUBLISHED, FINDING_PARTIAL);
    assert_string_equal(the_finding(&report, FINDING_NOT_AS_PUBLISHED, "")->detail,
                        "16000 Hz in 8 of 8 recordings, published with 48000 Hz");
    assert_int_equal(report.problems, 0);
    doctor_release(&report);
}

static void test_the_number_of_threads_does_not_matter(void **state)
{
    (void)state;
    struct doctor_report reports[2];
    char *path = support_scratch("bad");
    for (int i = 0; i < 2; i++) {
        struct doctor_settings settings = doctor_settings_defaults();
        settings.threads = i ? 4 : 1;
        assert_ok(doctor_examine(&reports[i], (const char *const[]){path}, 1, &settings, &error));
    }
    assert_int_equal(reports[0].findings.count, reports[1].findings.count);
    assert_true(reports[0].findings.count > 5);
    for (int i = 0; i < reports[0].findings.count; i++) {
        const struct finding *a = &reports[0].findings.items[i];
        const struct finding *b = &reports[1].findings.items[i];
        assert_int_equal(a->kind, b->kind);
        assert_string_equal(a->path ? a->path : "", b->path ? b->path : "");
        assert_string_equal(a->detail ? a->detail : "", b->detail ? b->detail : "");
    }
    for (int i = 0; i < 2; i++)
        doctor_release(&reports[i]);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_is_missing),
        cmocka_unit_test(test_sums_up_nested_copies),
        cmocka_unit_test(test_compares_copies_by_name),
        cmocka_unit_test(test_finds_the_same_sound_under_two_names),
        cmocka_unit_test(test_finds_copies_coded_anew),
        cmocka_unit_test(test_finds_bad_sound),
        cmocka_unit_test(test_finds_bad_files),
        cmocka_unit_test(test_a_corpus_of_pointers_is_one_finding),
        cmocka_unit_test(test_finds_odd_ones),
        cmocka_unit_test(test_copies_at_another_rate_are_one_remark),
        cmocka_unit_test(test_the_number_of_threads_does_not_matter),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support.h"

#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sniff.h"
#include "recordings.h"

static struct audio_source source_of(const void *bytes, size_t size)
{
    return audio_source_memory(bytes, size, "made by hand");
}

/* What libsndfile writes is called by its name. */
static void test_knows_written_files(void **state)
{
    (void)state;
    static const struct {
        const char *file, *kind;
        int format;
    } cases[] = {
        {"kind.wav", "WAV", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
        {"kind.rf64", "WAV", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
        {"kind.aiff", "AIFF", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
        {"kind.aifc", "AIFF", SF_FORMAT_AIFF | SF_FORMAT_FLOAT},
        {"kind.flac", "FLAC", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
        {"kind.ogg", "Ogg Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
        {"kind.opus", "Ogg Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
        {"kind.au", "AU", SF_FORMAT_AU | SF_FORMAT_PCM_16},
        {"kind.caf", "CAF", SF_FORMAT_CAF | SF_FORMAT_PCM_16},
        {"kind.w64", "Wave64", SF_FORMAT_W64 | SF_FORMAT_PCM_16},
    };
    ser_error error;
    float *sine = sine_make(440, 0.5, 16000, 1600);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct audio_source source;
        char *path = recording_write(cases[i].file, cases[i].format, 16000, 1, sine, 1600);
        if (!path)
            continue; /* this libsndfile cannot write it */
        assert_ok(audio_source_open(&source, path, &error));
        const char *kind = audio_sniff_kind(&source);
        if (!kind || strcmp(kind, cases[i].kind) != 0)
            fail_msg("%s: %s, expected %s", cases[i].file, kind ? kind : "nothing", cases[i].kind);
        assert_false(audio_sniff_pointer(&source));
        audio_source_release(&source);
        free(path);
    }
    free(sine);
}

static void test_knows_first_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *kind;
        size_t size;
    } cases[] = {
        {"ID3\4", "MP3", 4},
        {"\xFF\xFB\x90\x44", "MP3", 4},
        {"\xFF\xF1\x50\x80", "AAC", 4},
        {"RIFF\0\0\0\0AVI LIST", "AVI", 16},
        {"\0\0\0\x18"
         "ftypM4A ",
         "MP4", 12},
        {"\x1A\x45\xDF\xA3", "WebM or Matroska", 4},
        {"#!AMR\n", "AMR", 6},
        {"hello, world, this is text", NULL, 26},
        {"RIFF", NULL, 4},
        {"\xFF", NULL, 1},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct audio_source source = source_of(cases[i].bytes, cases[i].size);
        const char *kind = audio_sniff_kind(&source);
        if (!cases[i].kind)
            assert_null(kind);
        else if (!kind || strcmp(kind, cases[i].kind) != 0)
            fail_msg("case %zu: %s, expected %s", i, kind ? kind : "nothing", cases[i].kind);
    }
}

static void test_knows_pointers(void **state)
{
    (void)state;
    static const char pointer[] = "version https://git-lfs.github.com/spec/v1\noid sha256:00\n";
    static const char begun[] = "version https://git-lfs";
    struct audio_source source = source_of(pointer, sizeof pointer - 1);
    assert_true(audio_sniff_pointer(&source));
    source = source_of(begun, sizeof begun - 1);
    assert_false(audio_sniff_pointer(&source));
    source = source_of("", 0);
    assert_false(audio_sniff_pointer(&source));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_written_files),
        cmocka_unit_test(test_knows_first_bytes),
        cmocka_unit_test(test_knows_pointers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

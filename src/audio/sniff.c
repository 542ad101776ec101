#include "audio/sniff.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

/* Text of two bytes a letter with the byte order mark that Windows programs write. */
static bool is_wide_text(const char *start)
{
    return (!memcmp(start, "\xFF\xFE", 2) && start[3] == 0 && start[5] == 0) ||
           (!memcmp(start, "\xFE\xFF", 2) && start[2] == 0 && start[4] == 0);
}

bool audio_sniff_pointer(struct audio_source *source)
{
    static const char pointer[] = "version https://git-lfs.github.com/spec/";
    char start[sizeof pointer - 1];
    return audio_source_peek(source, 0, start, sizeof start) == sizeof start &&
           !memcmp(start, pointer, sizeof start);
}

ser_status audio_sniff_refuse(struct audio_source *source, ser_error *error)
{
    char start[40];
    if (source->size == 0)
        return error_set(error, SER_ERROR_FORMAT, "%s: the file is empty, expected a recording",
                         source->name);
    size_t got = audio_source_peek(source, 0, start, sizeof start);
    if (audio_sniff_pointer(source))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: a Git-LFS pointer of %" PRId64 " bytes, not the recording itself "
                         "(\"git lfs pull\" fetches it)",
                         source->name, source->size);
    if (got == sizeof start && is_wide_text(start))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: is text, not a recording (expected " AUDIO_KINDS ")", source->name);
    return SER_OK;
}

const char *audio_sniff_container(struct audio_source *source)
{
    static const struct {
        int offset;
        const char *bytes;
        const char *kind;
    } table[] = {
        {4, "ftyp", "MP4"},     {0, "\x1A\x45\xDF\xA3", "WebM or Matroska"},
        {0, "#!AMR", "AMR"},    {0, "\x30\x26\xB2\x75", "WMA or ASF"},
        {0, "\xFF\xF1", "AAC"}, {0, "\xFF\xF9", "AAC"},
        {8, "AVI ", "AVI"},     {0, "FLV\x01", "FLV"},
    };
    char start[16] = {0};
    audio_source_peek(source, 0, start, sizeof start);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!memcmp(start + table[i].offset, table[i].bytes, strlen(table[i].bytes)))
            return table[i].kind;
    return NULL;
}

/* MPEG layer 3 without a tag: 11 bits of synchronisation, and a layer that is not the reserved
 * one, which AAC has. */
static bool is_mpeg_frame(const unsigned char *start)
{
    return start[0] == 0xFF && (start[1] & 0xE0) == 0xE0 && (start[1] & 0x06) != 0;
}

const char *audio_sniff_kind(struct audio_source *source)
{
    static const struct {
        const char *first;  /* at 0 */
        int offset;         /* of the second … */
        const char *second; /* … which "" leaves open */
        const char *kind;
    } table[] = {
        {"RIFF", 8, "WAVE", "WAV"},
        {"RIFX", 8, "WAVE", "WAV"},
        {"RF64", 8, "WAVE", "WAV"},
        {"FORM", 8, "AIFF", "AIFF"},
        {"FORM", 8, "AIFC", "AIFF"},
        {"fLaC", 0, "", "FLAC"},
        {"OggS", 28, "OpusHead", "Ogg Opus"},
        {"OggS", 28, "\x01vorbis", "Ogg Vorbis"},
        {"OggS", 28,
         "\x7F"
         "FLAC",
         "Ogg FLAC"},
        {"OggS", 0, "", "Ogg"},
        {"ID3", 0, "", "MP3"},
        {".snd", 0, "", "AU"},
        {"caff", 0, "", "CAF"},
        {"riff\x2E\x91", 0, "", "Wave64"},
    };
    unsigned char start[40] = {0};
    audio_source_peek(source, 0, start, sizeof start);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!memcmp(start, table[i].first, strlen(table[i].first)) &&
            !memcmp(start + table[i].offset, table[i].second, strlen(table[i].second)))
            return table[i].kind;
    const char *container = audio_sniff_container(source);
    return container ? container : is_mpeg_frame(start) ? "MP3" : NULL;
}

bool audio_sniff_text(struct audio_source *source)
{
    unsigned char start[512];
    size_t got = audio_source_peek(source, 0, start, sizeof start);
    if (audio_sniff_container(source))
        return false;
    for (size_t i = 0; i < got; i++)
        if ((start[i] < ' ' && !strchr("\t\n\f\r", start[i])) || start[i] == 0 || start[i] == 0x7F)
            return false;
    return got > 0;
}

static uint32_t read_u32(const unsigned char *bytes, bool big_endian)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | bytes[big_endian ? i : 3 - i];
    return value;
}

int64_t audio_sniff_missing(struct audio_source *source)
{
    unsigned char start[8];
    if (audio_source_peek(source, 0, start, sizeof start) < sizeof start)
        return 0;
    bool riff = !memcmp(start, "RIFF", 4), aiff = !memcmp(start, "FORM", 4);
    uint32_t promised = read_u32(start + 4, aiff);
    /* Programs that write into a pipe do not know the size and leave a huge one. */
    if ((!riff && !aiff) || promised >= 0x7FFF0000)
        return 0;
    int64_t missing = (int64_t)promised + 8 - source->size;
    return missing > 0 ? missing : 0;
}

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

ser_status audio_sniff_refuse(struct audio_source *source, ser_error *error)
{
    static const char pointer[] = "version https://git-lfs.github.com/spec/";
    char start[sizeof pointer - 1];
    if (source->size == 0)
        return error_set(error, SER_ERROR_FORMAT, "%s: the file is empty, expected a recording",
                         source->name);
    size_t got = audio_source_peek(source, 0, start, sizeof start);
    if (got == sizeof start && !memcmp(start, pointer, sizeof start))
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

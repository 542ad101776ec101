#include "recording_writer.h"

#include <stdlib.h>
#include <string.h>

#include "output_text.h"

enum { LONGEST_PATH = 8192 };

/* What is not known is empty. */
struct field {
    const char *name;
    void (*write)(char *text, size_t room, const struct recording *recording);
    bool is_number;
};

static void write_age(char *text, size_t room, const struct recording *recording)
{
    if (recording->age_low && recording->age_high > recording->age_low)
        snprintf(text, room, "%d-%d", recording->age_low, recording->age_high);
    else if (recording->age_low)
        snprintf(text, room, "%d", recording->age_low);
}

static void write_sex(char *text, size_t room, const struct recording *recording)
{
    if (recording->sex != SEX_UNKNOWN)
        snprintf(text, room, "%s", sex_name(recording->sex));
}

static void write_voice(char *text, size_t room, const struct recording *recording)
{
    snprintf(text, room, "%s", voice_name(recording->voice));
}

static void write_intensity(char *text, size_t room, const struct recording *recording)
{
    if (recording->intensity != INTENSITY_UNKNOWN)
        snprintf(text, room, "%s", intensity_name(recording->intensity));
}

static void write_channel(char *text, size_t room, const struct recording *recording)
{
    if (recording->channel)
        snprintf(text, room, "%d", recording->channel);
}

static void write_start(char *text, size_t room, const struct recording *recording)
{
    if (recording->start > 0)
        snprintf(text, room, "%.15g", recording->start);
}

static void write_end(char *text, size_t room, const struct recording *recording)
{
    if (recording->end > 0)
        snprintf(text, room, "%.15g", recording->end);
}

#define TEXT_FIELD(member)                                                                         \
    static void write_##member(char *text, size_t room, const struct recording *recording)         \
    {                                                                                              \
        snprintf(text, room, "%s", recording->member);                                             \
    }
TEXT_FIELD(corpus)
TEXT_FIELD(name)
TEXT_FIELD(speaker)
TEXT_FIELD(emotion)
TEXT_FIELD(heard)
TEXT_FIELD(text)
TEXT_FIELD(language)
TEXT_FIELD(original)

/* After the path, which comes first. */
static const struct field fields[] = {
    {"corpus", write_corpus, false},
    {"name", write_name, false},
    {"speaker", write_speaker, false},
    {"sex", write_sex, false},
    {"age", write_age, false},
    {"emotion", write_emotion, false},
    {"heard", write_heard, false},
    {"voice", write_voice, false},
    {"intensity", write_intensity, false},
    {"text", write_text, false},
    {"language", write_language, false},
    {"channel", write_channel, true},
    {"start", write_start, true},
    {"end", write_end, true},
    {"original", write_original, false},
};

enum { FIELDS = sizeof fields / sizeof *fields };

/* A relative path behind its folder; `room` holds it where it is made. */
static const char *place_path(const char *path, const char *prefix, char room[LONGEST_PATH])
{
    if (!prefix || *path == '/')
        return path;
    snprintf(room, LONGEST_PATH, "%s/%s", prefix, path);
    return room;
}

void recording_write_columns(FILE *stream)
{
    fputs("path", stream);
    for (int i = 0; i < FIELDS; i++)
        fprintf(stream, ",%s", fields[i].name);
}

static void begin_csv(FILE *stream)
{
    recording_write_columns(stream);
    putc('\n', stream);
}

void recording_write_values(FILE *stream, const struct recording *recording, const char *prefix)
{
    char room[LONGEST_PATH];
    write_csv_field(stream, place_path(recording->path, prefix, room));
    for (int i = 0; i < FIELDS; i++) {
        char text[256] = "";
        fields[i].write(text, sizeof text, recording);
        putc(',', stream);
        write_csv_field(stream, text);
    }
}

static void write_csv(FILE *stream, const struct recording *recording, const char *prefix)
{
    recording_write_values(stream, recording, prefix);
    putc('\n', stream);
}

static json_t *json_number(const char *text)
{
    return text[strspn(text, "0123456789")] ? json_real(strtod(text, NULL))
                                            : json_integer(strtoll(text, NULL, 10));
}

/* Only what is known. */
static void write_json(FILE *stream, const struct recording *recording, const char *prefix)
{
    char room[LONGEST_PATH];
    json_t *object = json_object();
    json_object_set_new(object, "path", json_text(place_path(recording->path, prefix, room)));
    for (int i = 0; i < FIELDS; i++) {
        char text[256] = "";
        fields[i].write(text, sizeof text, recording);
        if (*text)
            json_object_set_new(object, fields[i].name,
                                fields[i].is_number ? json_number(text) : json_text(text));
    }
    json_dumpf(object, stream, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(object);
    putc('\n', stream);
}

static const struct recording_writer writers[] = {
    {"csv", begin_csv, write_csv},
    {"jsonl", NULL, write_json},
};

const struct recording_writer *recording_writer_find(const char *name)
{
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
        if (!strcmp(writers[i].name, name))
            return &writers[i];
    return NULL;
}

const struct recording_writer *recording_writer_of(const char *file)
{
    const char *dot = file ? strrchr(file, '.') : NULL;
    const struct recording_writer *found = dot ? recording_writer_find(dot + 1) : NULL;
    return found ? found : &writers[0];
}

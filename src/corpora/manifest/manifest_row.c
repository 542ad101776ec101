#include "corpora/manifest/manifest_row.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/plain_text.h"
#include "base/utf8.h"
#include "corpora/reader.h"

enum { QUOTE_LENGTH = 48, OLDEST = 120, MOST_CHANNELS = 64, HASH_DIGITS = 8, PIECE_LENGTH = 64 };

/* Longer than any sound file that can be decoded here. */
static const double longest = 1e7; /* s */

static bool fail(struct manifest_table *table, enum manifest_column column, const char *expected)
{
    char found[QUOTE_LENGTH];
    utf8_copy(found, sizeof found, table->values[column]);
    snprintf(table->problem, sizeof table->problem, "%s is \"%s\", expected %s",
             manifest_column_name(column), found, expected);
    return false;
}

/* Whether the row says nothing of it. */
static bool is_unsaid(const struct manifest_table *table, enum manifest_column column)
{
    return !*table->values[column] || !strcasecmp(table->values[column], "unknown");
}

/* Ids and labels are never cut: two of them could become one. */
static bool copy_label(struct manifest_table *table, enum manifest_column column, char *target,
                       size_t capacity)
{
    char expected[80];
    if (is_unsaid(table, column))
        return true;
    if (text_is_plain(table->values[column], SIZE_MAX) &&
        utf8_copy(target, capacity, table->values[column]))
        return true;
    snprintf(expected, sizeof expected, "at most %zu bytes without control characters",
             capacity - 1);
    return fail(table, column, expected);
}

/* A text is only shown, so that it may be cut. */
static void copy_text(const struct manifest_table *table, struct recording *recording)
{
    utf8_copy(recording->text, sizeof recording->text, table->values[COLUMN_TEXT]);
    for (char *letter = recording->text; *letter; letter++)
        if ((unsigned char)*letter < ' ' || *letter == 0x7f)
            *letter = ' ';
}

struct word {
    const char *text;
    int value;
};

/* One of the words, which an entry without text ends. */
static bool read_word(struct manifest_table *table, enum manifest_column column,
                      const struct word *words, const char *expected, int *value)
{
    if (is_unsaid(table, column))
        return true;
    for (; words->text; words++) {
        if (!strcasecmp(words->text, table->values[column])) {
            *value = words->value;
            return true;
        }
    }
    return fail(table, column, expected);
}

static bool read_words(struct manifest_table *table, struct recording *recording)
{
    static const struct word sexes[] = {
        {"female", SEX_FEMALE}, {"f", SEX_FEMALE}, {"w", SEX_FEMALE}, {"woman", SEX_FEMALE},
        {"male", SEX_MALE},     {"m", SEX_MALE},   {"man", SEX_MALE}, {0}};
    static const struct word voices[] = {
        {"speech", VOICE_SPEECH}, {"song", VOICE_SONG}, {"non-speech", VOICE_NONSPEECH}, {0}};
    static const struct word intensities[] = {
        {"low", INTENSITY_LOW},       {"normal", INTENSITY_NORMAL}, {"medium", INTENSITY_NORMAL},
        {"strong", INTENSITY_STRONG}, {"high", INTENSITY_STRONG},   {0}};
    int sex = SEX_UNKNOWN, voice = VOICE_SPEECH, intensity = INTENSITY_UNKNOWN;
    bool fine =
        read_word(table, COLUMN_SEX, sexes, "female, male, f, w or m", &sex) &&
        read_word(table, COLUMN_VOICE, voices, "speech, song or non-speech", &voice) &&
        read_word(table, COLUMN_INTENSITY, intensities, "low, normal or strong", &intensity);
    recording->sex = (enum sex)sex;
    recording->voice = (enum voice)voice;
    recording->intensity = (enum intensity)intensity;
    return fine;
}

/* A decimal number from 0 on; nothing of what else strtod knows: no signs, no hexadecimals, no
 * infinity. Returns its end, or NULL. */
static const char *parse_number(const char *text, double *value)
{
    char *end;
    bool is_hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    if ((!isdigit((unsigned char)*text) && *text != '.') || is_hexadecimal)
        return NULL;
    *value = strtod(text, &end);
    return end == text || !isfinite(*value) ? NULL : end;
}

/* Whole years: "27", and "27.0", which spreadsheets write. */
static const char *parse_years(const char *text, int *years)
{
    double value = 0;
    const char *end = parse_number(text, &value);
    if (!end || !(value >= 1 && value <= OLDEST) || value != floor(value))
        return NULL;
    *years = (int)value;
    return end;
}

/* "27", "20-64" or "20–64" */
static bool read_age(struct manifest_table *table, struct recording *recording)
{
    static const char expected[] = "years from 1 to 120, or a range such as 20-64";
    if (is_unsaid(table, COLUMN_AGE))
        return true;
    const char *at = parse_years(table->values[COLUMN_AGE], &recording->age_low);
    if (!at)
        return fail(table, COLUMN_AGE, expected);
    recording->age_high = recording->age_low;
    at += strspn(at, " ");
    if (*at) {
        size_t dash = *at == '-' ? 1 : strncmp(at, "\xe2\x80\x93", 3) ? 0 : 3;
        at += dash;
        at += strspn(at, " ");
        at = dash ? parse_years(at, &recording->age_high) : NULL;
    }
    if (!at || *at || recording->age_high < recording->age_low)
        return fail(table, COLUMN_AGE, expected);
    return true;
}

static bool read_seconds(struct manifest_table *table, enum manifest_column column, double *seconds)
{
    if (is_unsaid(table, column))
        return true;
    const char *end = parse_number(table->values[column], seconds);
    if (!end || *end || *seconds > longest)
        return fail(table, column, "seconds from 0 on, such as 1.25");
    return true;
}

static bool read_piece(struct manifest_table *table, struct recording *recording)
{
    double channel = 0;
    if (!read_seconds(table, COLUMN_START, &recording->start) ||
        !read_seconds(table, COLUMN_END, &recording->end))
        return false;
    if (recording->end > 0 && recording->end <= recording->start)
        return fail(table, COLUMN_END, "it after the start");
    if (is_unsaid(table, COLUMN_CHANNEL))
        return true;
    const char *end = parse_number(table->values[COLUMN_CHANNEL], &channel);
    if (!end || *end || !(channel >= 1 && channel <= MOST_CHANNELS) || channel != floor(channel))
        return fail(table, COLUMN_CHANNEL, "a whole number from 1 to 64");
    recording->channel = (int)channel;
    return true;
}

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t end_length = strlen(end);
    return end_length <= length && !memcmp(text + length - end_length, end, end_length);
}

/* A name without a sound file's extension, and with the piece behind it; "./" in front says
 * nothing. A name that is too long is cut and told from others that begin so by digits of its
 * hash. What was written so is left as it is, so that a list of recordings gives the same names. */
static void write_name(char target[RECORDING_NAME_LENGTH], const char *text, const char *piece)
{
    char digits[HASH_TEXT_LENGTH];
    while (!strncmp(text, "./", 2))
        text += 2;
    size_t length = strlen(text), piece_length = strlen(piece);
    if (file_is_sound(text))
        length = (size_t)(strrchr(text, '.') - text);
    if (ends_with(text, length, piece))
        length -= piece_length;
    if (length + piece_length < RECORDING_NAME_LENGTH) {
        snprintf(target, RECORDING_NAME_LENGTH, "%.*s%s", (int)length, text, piece);
        return;
    }
    hash_to_text(hash_bytes(text, length), digits);
    utf8_copy(target, RECORDING_NAME_LENGTH - HASH_DIGITS - 1 - piece_length, text);
    size_t used = strlen(target) < length ? strlen(target) : length;
    snprintf(target + used, RECORDING_NAME_LENGTH - used, "-%.*s%s", HASH_DIGITS, digits, piece);
}

/* Pieces of one file need names of their own: "talk#2@1.5-3". */
static bool read_names(struct manifest_table *table, struct recording *recording)
{
    char piece[PIECE_LENGTH] = "";
    size_t used = 0;
    const char *name = table->values[COLUMN_NAME];
    name = *name ? name : table->values[COLUMN_PATH];
    if (recording->channel)
        used += (size_t)snprintf(piece, sizeof piece, "#%d", recording->channel);
    if (recording->start > 0 || recording->end > 0)
        used += (size_t)snprintf(piece + used, sizeof piece - used, "@%.12g-", recording->start);
    if (recording->end > 0)
        snprintf(piece + used, sizeof piece - used, "%.12g", recording->end);
    if (!text_is_plain(name, SIZE_MAX))
        return fail(table, name == table->values[COLUMN_NAME] ? COLUMN_NAME : COLUMN_PATH,
                    "it without control characters");
    if (!text_is_plain(table->values[COLUMN_ORIGINAL], SIZE_MAX))
        return fail(table, COLUMN_ORIGINAL, "it without control characters");
    write_name(recording->name, name, piece);
    write_name(recording->original, table->values[COLUMN_ORIGINAL], "");
    return true;
}

static bool read_corpus(struct manifest_table *table, const char *corpus,
                        struct recording *recording)
{
    size_t capacity = sizeof recording->corpus;
    snprintf(recording->corpus, capacity, "%s", corpus);
    if (!copy_label(table, COLUMN_CORPUS, recording->corpus, capacity))
        return false;
    for (char *letter = recording->corpus; *letter; letter++)
        if (*letter >= 'A' && *letter <= 'Z')
            *letter = (char)(*letter - 'A' + 'a');
    recording->reader = corpus_reader_find(recording->corpus);
    if (!recording->reader)
        recording->reader = &manifest_reader;
    return true;
}

bool manifest_row_read(struct manifest_table *table, const char *corpus,
                       struct recording *recording)
{
    *recording = (struct recording){0};
    copy_text(table, recording);
    return read_corpus(table, corpus, recording) &&
           copy_label(table, COLUMN_EMOTION, recording->emotion, sizeof recording->emotion) &&
           copy_label(table, COLUMN_HEARD, recording->heard, sizeof recording->heard) &&
           copy_label(table, COLUMN_SPEAKER, recording->speaker, sizeof recording->speaker) &&
           copy_label(table, COLUMN_LANGUAGE, recording->language, sizeof recording->language) &&
           read_words(table, recording) && read_age(table, recording) &&
           read_piece(table, recording) && read_names(table, recording);
}

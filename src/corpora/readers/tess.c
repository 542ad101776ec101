/* TESS: speaker, word and emotion, "OAF_back_angry.wav". Folders repeat speaker and emotion, but
 * spell them in several ways, so only the file's name counts. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "corpora/reader.h"
#include "corpora/readers/name_fields.h"

enum { SPEAKER, WORD, EMOTION, PARTS };

enum { LONGEST_WORD = 12 };

static const struct {
    const char *id, *written;
    int age;
} speakers[] = {
    {"OAF", "OAF", 64},
    {"YAF", "YAF", 26},
    {"OAF", "OA", 64}, /* OA_bite_neutral.wav was published without its F */
};

/* The word of a file's name, and the emotion; the first of each emotion is how TESS writes it. */
static const struct {
    const char *written, *emotion;
} codes[] = {
    {"angry", "angry"},
    {"disgust", "disgust"},
    {"fear", "fear"},
    {"happy", "happy"},
    {"neutral", "neutral"},
    {"ps", "pleasant surprise"},
    {"sad", "sad"},
    {"pleasant_surprise", "pleasant surprise"},
    {"pleasant_surprised", "pleasant surprise"},
};

enum { SPEAKERS = sizeof speakers / sizeof *speakers, CODES = sizeof codes / sizeof *codes };

static const char *const emotions[] = {
    "angry", "disgust", "fear", "happy", "neutral", "pleasant surprise", "sad", NULL,
};

static const struct official_count official[] = {
    {VOICE_SPEECH, "OAF,YAF", 2800},
    {0},
};

static int find_speaker(const struct name_field *field)
{
    for (int i = 0; i < SPEAKERS; i++)
        if (name_field_is(field, speakers[i].written))
            return i;
    return -1;
}

static int find_code(const struct name_field *field)
{
    for (int i = 0; i < CODES; i++)
        if (name_field_is(field, codes[i].written))
            return i;
    return -1;
}

/* How TESS itself writes the emotion: copies with other spellings get one name. */
static const char *official_code(int code)
{
    int first = 0;
    while (strcmp(codes[first].emotion, codes[code].emotion) != 0)
        first++;
    return codes[first].written;
}

static void fill(struct recording *recording, int speaker, const struct name_field *word, int code)
{
    char lower[LONGEST_WORD + 1];
    for (int i = 0; i < word->length; i++)
        lower[i] = (char)tolower((unsigned char)word->text[i]);
    lower[word->length] = 0;
    snprintf(recording->name, sizeof recording->name, "%s_%s_%s", speakers[speaker].id, lower,
             official_code(code));
    snprintf(recording->speaker, sizeof recording->speaker, "%s", speakers[speaker].id);
    snprintf(recording->emotion, sizeof recording->emotion, "%s", codes[code].emotion);
    snprintf(recording->text, sizeof recording->text, "Say the word %s", lower);
    snprintf(recording->language, sizeof recording->language, "English");
    recording->sex = SEX_FEMALE;
    recording->age_low = recording->age_high = speakers[speaker].age;
}

static enum name_verdict parse(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH])
{
    struct name_field parts[PARTS];
    if (name_parts(path, parts, PARTS) != PARTS)
        return NAME_FOREIGN;
    int speaker = find_speaker(&parts[SPEAKER]), code = find_code(&parts[EMOTION]);
    if (speaker < 0)
        return NAME_FOREIGN;
    if (!name_is_letters(&parts[WORD], 1, LONGEST_WORD)) {
        snprintf(problem, NAME_PROBLEM_LENGTH, "word is %.*s, expected 1 to %d letters",
                 parts[WORD].length < 20 ? parts[WORD].length : 20, parts[WORD].text, LONGEST_WORD);
        return NAME_MALFORMED;
    }
    if (code < 0) {
        snprintf(problem, NAME_PROBLEM_LENGTH,
                 "emotion is %.*s, expected angry, disgust, fear, happy, neutral, ps or sad",
                 parts[EMOTION].length < 20 ? parts[EMOTION].length : 20, parts[EMOTION].text);
        return NAME_MALFORMED;
    }
    fill(recording, speaker, &parts[WORD], code);
    return NAME_RECORDING;
}

const struct corpus_reader tess_reader = {
    .name = "tess",
    .title = "TESS",
    .description = "Two Canadian women, of 26 and 64 years, say 200 words in 7 emotions",
    .licence = "CC BY-NC-ND 4.0",
    .citation = "Pichora-Fuller & Dupuis 2020, Toronto emotional speech set (TESS), Borealis",
    .doi = "10.5683/SP2/E8H2MF",
    .home = "https://doi.org/10.5683/SP2/E8H2MF",
    .example = "OAF_back_angry.wav",
    .emotions = emotions,
    .official = official,
    .rate = 24414,
    .parse = parse,
};

/* CREMA-D: actor, sentence, emotion and level, "1001_DFA_ANG_XX.wav". */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "corpora/reader.h"
#include "corpora/readers/crema_d_tables.h"
#include "corpora/readers/name_fields.h"

enum { ACTOR, SENTENCE, EMOTION, LEVEL, PARTS };

enum { FIRST_ACTOR = 1001, LAST_ACTOR = 1091 };

struct code {
    const char *code, *meaning;
};

static const struct code sentences[] = {
    {"IEO", "It's eleven o'clock"},
    {"TIE", "That is exactly what happened"},
    {"IOM", "I'm on my way to the meeting"},
    {"IWW", "I wonder what this is about"},
    {"TAI", "The airplane is almost full"},
    {"MTI", "Maybe tomorrow it will be cold"},
    {"IWL", "I would like a new alarm clock"},
    {"ITH", "I think I have a doctor's appointment"},
    {"DFA", "Don't forget a jacket"},
    {"ITS", "I think I've seen this before"},
    {"TSI", "The surface is slick"},
    {"WSI", "We'll stop in a couple of minutes"},
    {0},
};

static const struct code emotion_codes[] = {
    {"ANG", "anger"},
    {"DIS", "disgust"},
    {"FEA", "fear"},
    {"HAP", "happy"},
    {"NEU", "neutral"},
    {"SAD", "sad"},
    {0},
};

static const char *const emotions[] = {
    "anger", "disgust", "fear", "happy", "neutral", "sad", NULL,
};

static const struct {
    const char *code;
    enum intensity intensity;
} levels[] = {
    {"LO", INTENSITY_LOW},
    {"MD", INTENSITY_NORMAL},
    {"HI", INTENSITY_STRONG},
    {"XX", INTENSITY_UNKNOWN},
};

enum { LEVELS = sizeof levels / sizeof *levels };

static const struct official_count official[] = {
    {VOICE_SPEECH, "1001-1091", 7442},
    {0},
};

static const struct code *find_code(const struct code *codes, const struct name_field *field)
{
    for (; codes->code; codes++)
        if (name_field_is(field, codes->code))
            return codes;
    return NULL;
}

static int find_level(const struct name_field *field)
{
    for (int i = 0; i < LEVELS; i++)
        if (name_field_is(field, levels[i].code))
            return i;
    return -1;
}

static bool has_shape(const struct name_field parts[PARTS])
{
    return name_is_digits(&parts[ACTOR], 4) && name_is_letters(&parts[SENTENCE], 3, 3) &&
           name_is_letters(&parts[EMOTION], 3, 3) && name_is_letters(&parts[LEVEL], 1, 3);
}

static int number_of(const struct name_field *digits)
{
    int number = 0;
    for (int i = 0; i < digits->length; i++)
        number = 10 * number + (digits->text[i] - '0');
    return number;
}

static enum name_verdict fail(char problem[NAME_PROBLEM_LENGTH], const char *what,
                              const struct name_field *found, const char *expected)
{
    snprintf(problem, NAME_PROBLEM_LENGTH, "%s is %.*s, expected %s", what, found->length,
             found->text, expected);
    return NAME_MALFORMED;
}

static enum name_verdict parse(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH])
{
    struct name_field parts[PARTS];
    if (name_parts(path, parts, PARTS) != PARTS || !has_shape(parts))
        return NAME_FOREIGN;
    const struct code *sentence = find_code(sentences, &parts[SENTENCE]);
    const struct code *emotion = find_code(emotion_codes, &parts[EMOTION]);
    int actor = number_of(&parts[ACTOR]), level = find_level(&parts[LEVEL]);
    if (actor < FIRST_ACTOR || actor > LAST_ACTOR)
        return fail(problem, "actor", &parts[ACTOR], "1001 to 1091");
    if (!sentence)
        return fail(problem, "sentence", &parts[SENTENCE],
                    "IEO, TIE, IOM, IWW, TAI, MTI, IWL, ITH, DFA, ITS, TSI or WSI");
    if (!emotion)
        return fail(problem, "emotion", &parts[EMOTION], "ANG, DIS, FEA, HAP, NEU or SAD");
    if (level < 0)
        return fail(problem, "level", &parts[LEVEL], "LO, MD, HI or XX");
    snprintf(recording->name, sizeof recording->name, "%04d_%s_%s_%s", actor, sentence->code,
             emotion->code, levels[level].code);
    snprintf(recording->speaker, sizeof recording->speaker, "%04d", actor);
    snprintf(recording->emotion, sizeof recording->emotion, "%s", emotion->meaning);
    snprintf(recording->text, sizeof recording->text, "%s", sentence->meaning);
    snprintf(recording->language, sizeof recording->language, "English");
    recording->intensity = levels[level].intensity;
    return NAME_RECORDING;
}

const struct corpus_reader crema_d_reader = {
    .name = "crema-d",
    .title = "CREMA-D",
    .description = "91 North American actors speak 12 sentences in 6 emotions, judged by a crowd",
    .licence = "ODbL 1.0, contents DbCL 1.0",
    .citation = "Cao, Cooper, Keutmann, Gur, Nenkova & Verma 2014, CREMA-D: Crowd-sourced "
                "Emotional Multimodal Actors Dataset, IEEE Transactions on Affective Computing "
                "5(4): 377-390",
    .doi = "10.1109/TAFFC.2014.2336244",
    .home = "https://github.com/CheyneyComputerScience/CREMA-D",
    .example = "1001_DFA_ANG_XX.wav",
    .emotions = emotions,
    .official = official,
    .rate = 16000,
    .parse = parse,
    .add_tables = crema_d_add_tables,
};

/* EmoDB: speaker, sentence, emotion and version without anything between, "03a01Wa.wav". */

#include <stdio.h>
#include <string.h>

#include "corpora/reader.h"
#include "corpora/readers/name_fields.h"

enum { SPEAKER = 0, SENTENCE = 2, EMOTION = 5, VERSION = 6, LENGTH = 7 };

static const struct {
    const char *id;
    enum sex sex;
    int age;
} speakers[] = {
    {"03", SEX_MALE, 31}, {"08", SEX_FEMALE, 34}, {"09", SEX_FEMALE, 21}, {"10", SEX_MALE, 32},
    {"11", SEX_MALE, 26}, {"12", SEX_MALE, 30},   {"13", SEX_FEMALE, 32}, {"14", SEX_FEMALE, 35},
    {"15", SEX_MALE, 25}, {"16", SEX_FEMALE, 31},
};

static const struct {
    const char *code, *text;
} sentences[] = {
    {"a01", "Der Lappen liegt auf dem Eisschrank."},
    {"a02", "Das will sie am Mittwoch abgeben."},
    {"a04", "Heute abend könnte ich es ihm sagen."},
    {"a05", "Das schwarze Stück Papier befindet sich da oben neben dem Holzstück."},
    {"a07", "In sieben Stunden wird es soweit sein."},
    {"b01", "Was sind denn das für Tüten, die da unter dem Tisch stehen?"},
    {"b02", "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter."},
    {"b03", "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht."},
    {"b09", "Ich will das eben wegbringen und dann mit Karl was trinken gehen."},
    {"b10", "Die wird auf dem Platz sein, wo wir sie immer hinlegen."},
};

/* The letters are those of the German words: Wut, Langeweile, Ekel, Angst, Freude, Trauer. */
static const char letters[] = "WLEAFTN";

static const char *const emotions[] = {
    "anger", "boredom", "disgust", "fear", "happiness", "sadness", "neutral", NULL,
};

enum {
    SPEAKERS = sizeof speakers / sizeof *speakers,
    SENTENCES = sizeof sentences / sizeof *sentences,
};

static const struct official_count official[] = {
    {VOICE_SPEECH, "03,08-16", 535},
    {0},
};

static int find_speaker(const char *stem)
{
    for (int i = 0; i < SPEAKERS; i++)
        if (!strncmp(stem + SPEAKER, speakers[i].id, 2))
            return i;
    return -1;
}

static int find_sentence(const char *stem)
{
    for (int i = 0; i < SENTENCES; i++)
        if (!strncmp(stem + SENTENCE, sentences[i].code, 3))
            return i;
    return -1;
}

/* Two digits, a small letter, two digits, a capital, a small letter. */
static bool has_shape(const char *stem, size_t length)
{
    static const char shape[] = "00a00Aa";
    for (size_t i = 0; i < LENGTH; i++) {
        char low = shape[i], high = low == '0' ? '9' : (char)(low + 'z' - 'a');
        if (length != LENGTH || stem[i] < low || stem[i] > high)
            return false;
    }
    return true;
}

static void fill(struct recording *recording, const char *stem, int speaker, int sentence,
                 int emotion)
{
    snprintf(recording->name, sizeof recording->name, "%.*s", LENGTH, stem);
    snprintf(recording->speaker, sizeof recording->speaker, "%s", speakers[speaker].id);
    snprintf(recording->emotion, sizeof recording->emotion, "%s", emotions[emotion]);
    snprintf(recording->text, sizeof recording->text, "%s", sentences[sentence].text);
    snprintf(recording->language, sizeof recording->language, "German");
    recording->sex = speakers[speaker].sex;
    recording->age_low = recording->age_high = speakers[speaker].age;
    recording->repetition = stem[VERSION] - 'a' + 1;
}

static enum name_verdict parse(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH])
{
    const char *stem;
    size_t length = name_stem(path, &stem);
    if (!has_shape(stem, length))
        return NAME_FOREIGN;
    int speaker = find_speaker(stem), sentence = find_sentence(stem);
    const char *letter = strchr(letters, stem[EMOTION]);
    if (speaker < 0)
        snprintf(problem, NAME_PROBLEM_LENGTH, "speaker is %.2s, expected 03 or 08 to 16", stem);
    else if (sentence < 0)
        snprintf(problem, NAME_PROBLEM_LENGTH,
                 "sentence is %.3s, expected a01, a02, a04, a05, a07, b01, b02, b03, b09 or b10",
                 stem + SENTENCE);
    else if (!letter)
        snprintf(problem, NAME_PROBLEM_LENGTH, "emotion is %c, expected W, L, E, A, F, T or N",
                 stem[EMOTION]);
    if (speaker < 0 || sentence < 0 || !letter)
        return NAME_MALFORMED;
    fill(recording, stem, speaker, sentence, (int)(letter - letters));
    return NAME_RECORDING;
}

const struct corpus_reader emodb_reader = {
    .name = "emodb",
    .title = "EmoDB",
    .description = "10 German actors speak 10 sentences in 7 emotions",
    .licence = "free download, without a stated licence; the owners ask to be cited",
    .citation = "Burkhardt, Paeschke, Rolfes, Sendlmeier & Weiss 2005, A Database of German "
                "Emotional Speech, Interspeech: 1517-1520",
    .doi = "10.21437/Interspeech.2005-446",
    .home = "http://emodb.bilderbar.info",
    .example = "03a01Wa.wav",
    .emotions = emotions,
    .official = official,
    .rate = 16000,
    .parse = parse,
};

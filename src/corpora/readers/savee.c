/* SAVEE: speaker, emotion and sentence, "DC_sa03.wav"; or "sa03.wav" in a folder "DC". */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "corpora/reader.h"
#include "corpora/readers/name_fields.h"

/* Codes of two letters before those of one that begin like them. */
static const struct {
    const char *code, *emotion;
    int sentences;
} codes[] = {
    {"sa", "sadness", 15}, {"su", "surprise", 15}, {"a", "anger", 15},   {"d", "disgust", 15},
    {"f", "fear", 15},     {"h", "happiness", 15}, {"n", "neutral", 30},
};

static const char *const speakers[] = {"DC", "JE", "JK", "KL"};

enum { CODES = sizeof codes / sizeof *codes, SPEAKERS = sizeof speakers / sizeof *speakers };

static const char *const emotions[] = {
    "anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise", NULL,
};

static const struct official_count official[] = {
    {VOICE_SPEECH, "DC,JE,JK,KL", 480},
    {0},
};

static int find_speaker(const struct name_field *field)
{
    for (int i = 0; i < SPEAKERS; i++)
        if (name_field_is(field, speakers[i]))
            return i;
    return -1;
}

static int find_code(const struct name_field *field)
{
    for (int i = 0; i < CODES; i++)
        if (name_field_is(field, codes[i].code))
            return i;
    return -1;
}

/* The last folder of a path. */
static struct name_field folder_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *start = slash;
    if (!slash)
        return (struct name_field){.text = path};
    while (start > path && start[-1] != '/')
        start--;
    return (struct name_field){.text = start,
                               .length = slash - start < 3 ? (int)(slash - start) : 3};
}

/* Cuts "sa03" into one or two letters and two digits. */
static bool cut_sentence(const struct name_field *part, struct name_field *code,
                         struct name_field *number)
{
    *code = *number = *part;
    code->length = part->length - 2;
    number->text += code->length;
    number->length = 2;
    return part->length >= 3 && name_is_letters(code, 1, 2) && name_is_digits(number, 2);
}

static void fill(struct recording *recording, int speaker, int code, int number)
{
    snprintf(recording->name, sizeof recording->name, "%s_%s%02d", speakers[speaker],
             codes[code].code, number);
    snprintf(recording->speaker, sizeof recording->speaker, "%s", speakers[speaker]);
    snprintf(recording->emotion, sizeof recording->emotion, "%s", codes[code].emotion);
    /* The four men spoke the same sentences, each emotion its own. */
    snprintf(recording->text, sizeof recording->text, "%s%02d", codes[code].code, number);
    snprintf(recording->language, sizeof recording->language, "English");
    recording->sex = SEX_MALE;
    recording->age_low = 27;
    recording->age_high = 31;
}

/* A name is SAVEE's when it has the shape and one of its two words is known. */
static enum name_verdict parse(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH])
{
    struct name_field parts[3], code_field, number_field, speaker_field = folder_of(path);
    int count = name_parts(path, parts, 3);
    if (count == 2)
        speaker_field = parts[0];
    if (count > 2 || !cut_sentence(&parts[count - 1], &code_field, &number_field) ||
        (count == 2 && !name_is_letters(&speaker_field, 2, 2)))
        return NAME_FOREIGN;
    int speaker = find_speaker(&speaker_field), code = find_code(&code_field);
    int number = 10 * (number_field.text[0] - '0') + number_field.text[1] - '0';
    if (speaker < 0 && (count == 1 || code < 0))
        return NAME_FOREIGN;
    if (speaker >= 0 && code >= 0 && number >= 1 && number <= codes[code].sentences) {
        fill(recording, speaker, code, number);
        return NAME_RECORDING;
    }
    if (speaker < 0)
        snprintf(problem, NAME_PROBLEM_LENGTH, "speaker is %.2s, expected DC, JE, JK or KL",
                 speaker_field.text);
    else if (code < 0)
        snprintf(problem, NAME_PROBLEM_LENGTH, "emotion is %.*s, expected a, d, f, h, n, sa or su",
                 code_field.length, code_field.text);
    else
        snprintf(problem, NAME_PROBLEM_LENGTH, "sentence of %s is %02d, expected 01 to %d",
                 codes[code].emotion, number, codes[code].sentences);
    return NAME_MALFORMED;
}

const struct corpus_reader savee_reader = {
    .name = "savee",
    .title = "SAVEE",
    .description = "4 British men speak 120 sentences each in 7 emotions",
    .licence = "research only, on registration with the owners",
    .citation = "Haq & Jackson 2010, Multimodal Emotion Recognition, in Wang (ed.), Machine "
                "Audition: Principles, Algorithms and Systems, IGI Global: 398-423",
    .doi = "10.4018/978-1-61520-919-4.ch017",
    .home = "http://kahlan.eps.surrey.ac.uk/savee/",
    .example = "DC_sa03.wav",
    .emotions = emotions,
    .official = official,
    .rate = 44100,
    .parse = parse,
};

/* ASVP-ESD: eight to twelve numbers, "03-02-09-01-07-123-02-02-02-09.wav". The first eight are
 * described by the owners, and so is the language after them, which older files lack. Up to three
 * more follow, of which 77 stands for noise and 66 for several voices. */

#include <stdio.h>
#include <string.h>

#include "corpora/reader.h"
#include "corpora/readers/name_fields.h"

enum { MODALITY, VOICE, EMOTION, INTENSITY, STATEMENT, ACTOR, AGE, SOURCE, LANGUAGE, FIELDS = 12 };

enum {
    FEWEST_FIELDS = LANGUAGE,
    NOISY = 77,
    SEVERAL_VOICES = 66,
    ANYBODY = 150, /* the actor of all recordings whose speaker is not known */
};

static const struct {
    const char *name;
    int shortest, longest; /* digits */
    int low, high;
} fields[] = {
    [MODALITY] = {"modality", 2, 2, 3, 3},
    [VOICE] = {"vocal channel", 2, 2, 1, 2},
    [EMOTION] = {"emotion", 2, 2, 1, 13},
    [INTENSITY] = {"intensity", 2, 2, 1, 2},
    [STATEMENT] = {"statement", 1, 4, 0, 9999},
    [ACTOR] = {"actor", 1, 3, 1, 999},
    [AGE] = {"age", 2, 2, 1, 4},
    [SOURCE] = {"source", 2, 2, 1, 3},
    [LANGUAGE] = {"language", 2, 2, 0, 99},
};

/* By number. */
static const char *const emotions[] = {
    "boredom",  "neutral", "happy",    "sad",  "angry",          "fear",   "disgust",
    "surprise", "excited", "pleasure", "pain", "disappointment", "breath", NULL,
};

/* "over 65", "20 to 64", "under 20" and "baby". */
static const struct {
    int low, high;
} ages[] = {{66, 120}, {20, 64}, {3, 19}, {1, 2}};

/* The numbers that the sources agree upon; 00 is "other" in some and Chinese in others. */
static const char *const languages[] = {"", "Chinese", "English", "", "French"};

/* Everything behind the source counts as a language: two digits of any value. */
static bool find_problem(const struct name_field *found, int count,
                         char problem[NAME_PROBLEM_LENGTH])
{
    for (int i = 0; i < count; i++) {
        int field = i < LANGUAGE ? i : LANGUAGE;
        if (found[i].length >= fields[field].shortest && found[i].length <= fields[field].longest &&
            found[i].value >= fields[field].low && found[i].value <= fields[field].high)
            continue;
        int used = snprintf(problem, NAME_PROBLEM_LENGTH, "%s is %.*s, expected %0*d",
                            i > LANGUAGE ? "suffix" : fields[field].name,
                            found[i].length < 20 ? found[i].length : 20, found[i].text,
                            fields[field].shortest, fields[field].low);
        if (fields[field].high > fields[field].low)
            snprintf(problem + used, NAME_PROBLEM_LENGTH - (size_t)used, " to %0*d",
                     fields[field].shortest, fields[field].high);
        return true;
    }
    return false;
}

static void read_suffixes(struct recording *recording, const struct name_field *found, int count)
{
    for (int i = LANGUAGE; i < count; i++) {
        size_t value = (size_t)found[i].value;
        if (value == NOISY)
            recording->noisy = true;
        else if (value == SEVERAL_VOICES)
            recording->several_voices = true;
        else if (i == LANGUAGE && value < sizeof languages / sizeof *languages)
            snprintf(recording->language, sizeof recording->language, "%s", languages[value]);
    }
}

static void fill(struct recording *recording, const struct name_field *found, int count)
{
    int actor = found[ACTOR].value, age = found[AGE].value - 1;
    const struct name_field *last = &found[count - 1];
    snprintf(recording->name, sizeof recording->name, "%.*s",
             (int)(last->text + last->length - found->text), found->text);
    if (actor != ANYBODY) {
        snprintf(recording->speaker, sizeof recording->speaker, "%02d", actor);
        recording->sex = actor % 2 ? SEX_FEMALE : SEX_MALE; /* the other way round in RAVDESS */
    }
    recording->age_low = ages[age].low;
    recording->age_high = ages[age].high;
    snprintf(recording->emotion, sizeof recording->emotion, "%s",
             emotions[found[EMOTION].value - 1]);
    recording->voice = found[VOICE].value == 2 ? VOICE_NONSPEECH : VOICE_SPEECH;
    recording->intensity = found[INTENSITY].value == 2 ? INTENSITY_STRONG : INTENSITY_NORMAL;
    read_suffixes(recording, found, count);
}

static enum name_verdict parse(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH])
{
    struct name_field found[FIELDS];
    int count = name_numbers(path, found, FIELDS);
    if (count < FEWEST_FIELDS || count > FIELDS)
        return NAME_FOREIGN;
    if (find_problem(found, count, problem))
        return NAME_MALFORMED;
    fill(recording, found, count);
    return NAME_RECORDING;
}

/* Its versions differ: 5,146, 7,812 and 13,964 files. */
const struct corpus_reader asvp_esd_reader = {
    .name = "asvp-esd",
    .title = "ASVP-ESD",
    .description = "Speech and other sounds of people from films and the web in 13 emotions",
    .licence = "CC BY 4.0",
    .citation = "Tientcheu Touko Landry, He, Yan & Li 2020, ASVP-ESD: A dataset and its benchmark "
                "for emotion recognition using both speech and non-speech utterances, Global "
                "Scientific Journals 8(5): 1793-1798",
    .doi = "10.5281/zenodo.7132783",
    .home = "https://zenodo.org/records/7132783",
    .example = "03-02-09-01-07-123-02-02-02-09.wav",
    .emotions = emotions,
    .rate = 16000,
    .parse = parse,
};

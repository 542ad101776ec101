/* RAVDESS: seven fields of two digits, "03-01-05-01-02-01-12.wav". */

#include <stdio.h>

#include "corpora/reader.h"
#include "corpora/readers/name_fields.h"

enum { MODALITY, VOICE, EMOTION, INTENSITY, STATEMENT, REPETITION, ACTOR, FIELDS };

enum { MODALITY_VIDEO = 1, MODALITY_PICTURES = 2 };

static const struct {
    const char *name;
    int high; /* fields count from 1 */
} fields[FIELDS] = {
    [MODALITY] = {"modality", 3},   [VOICE] = {"vocal channel", 2},
    [EMOTION] = {"emotion", 8},     [INTENSITY] = {"intensity", 2},
    [STATEMENT] = {"statement", 2}, [REPETITION] = {"repetition", 2},
    [ACTOR] = {"actor", 24},
};

/* By number; the first eight words are spoken, the first six sung. */
static const char *const emotions[] = {
    "neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised", NULL,
};

static const char *const statements[] = {
    "Kids are talking by the door",
    "Dogs are sitting by the door",
};

/* Actor 18 did not sing. */
static const struct official_count official[] = {
    {VOICE_SPEECH, "01-24", 1440},
    {VOICE_SONG, "01-17,19-24", 1012},
    {0},
};

/* Writes what is impossible about the fields; false when nothing is. */
static bool find_problem(const struct name_field found[FIELDS], char problem[NAME_PROBLEM_LENGTH])
{
    for (int i = 0; i < FIELDS; i++) {
        if (found[i].length != 2 || found[i].value < 1 || found[i].value > fields[i].high) {
            snprintf(problem, NAME_PROBLEM_LENGTH, "%s is %.*s, expected 01 to %02d",
                     fields[i].name, found[i].length < 20 ? found[i].length : 20, found[i].text,
                     fields[i].high);
            return true;
        }
    }
    if (found[EMOTION].value == 1 && found[INTENSITY].value == 2) {
        snprintf(problem, NAME_PROBLEM_LENGTH,
                 "neutral of intensity 02, expected 01: there is no strong neutral");
        return true;
    }
    if (found[VOICE].value == 2 && found[EMOTION].value > 6) {
        snprintf(problem, NAME_PROBLEM_LENGTH,
                 "a song of emotion %02d, expected 01 to 06: disgust and surprised were not sung",
                 found[EMOTION].value);
        return true;
    }
    return false;
}

static void fill(struct recording *recording, const struct name_field found[FIELDS])
{
    int actor = found[ACTOR].value;
    /* The sound of a video is the sound of the sound-only file, so it takes that one's name. */
    snprintf(recording->name, sizeof recording->name, "03%.*s",
             (int)(found[ACTOR].text + 2 - found[VOICE].text) + 1, found[VOICE].text - 1);
    snprintf(recording->speaker, sizeof recording->speaker, "%02d", actor);
    snprintf(recording->text, sizeof recording->text, "%s", statements[found[STATEMENT].value - 1]);
    snprintf(recording->language, sizeof recording->language, "English");
    snprintf(recording->emotion, sizeof recording->emotion, "%s",
             emotions[found[EMOTION].value - 1]);
    recording->sex = actor % 2 ? SEX_MALE : SEX_FEMALE;
    recording->voice = found[VOICE].value == 2 ? VOICE_SONG : VOICE_SPEECH;
    recording->intensity = found[INTENSITY].value == 2 ? INTENSITY_STRONG : INTENSITY_NORMAL;
    recording->repetition = found[REPETITION].value;
    recording->from_video = found[MODALITY].value == MODALITY_VIDEO;
}

static enum name_verdict parse(const char *path, struct recording *recording,
                               char problem[NAME_PROBLEM_LENGTH])
{
    struct name_field found[FIELDS];
    if (name_numbers(path, found, FIELDS) != FIELDS)
        return NAME_FOREIGN;
    if (find_problem(found, problem))
        return NAME_MALFORMED;
    if (found[MODALITY].value == MODALITY_PICTURES)
        return NAME_SILENT;
    fill(recording, found);
    return NAME_RECORDING;
}

const struct corpus_reader ravdess_reader = {
    .name = "ravdess",
    .title = "RAVDESS",
    .description = "24 North American actors speak and sing two sentences in 8 emotions",
    .licence = "CC BY-NC-SA 4.0",
    .citation = "Livingstone & Russo 2018, The Ryerson Audio-Visual Database of Emotional Speech "
                "and Song (RAVDESS), PLoS ONE 13(5): e0196391",
    .doi = "10.1371/journal.pone.0196391",
    .home = "https://zenodo.org/records/1188976",
    .example = "03-01-05-01-02-01-12.wav",
    .emotions = emotions,
    .official = official,
    .rate = 48000,
    .parse = parse,
};

#include "report/explore/explore_choice.h"

#include <string.h>

enum { MOST_TEXTS = 200 /* that are tried */ };

static bool has_label(const struct exploration *e, int voice, int label)
{
    int place = label == LABEL_NONE ? e->corpus.label_count : label;
    size_t labels = (size_t)e->corpus.label_count + 1;
    return e->cells[(size_t)voice * labels + (size_t)place].measured > 0;
}

static int labels_of(const struct exploration *e, int voice)
{
    int count = 0;
    for (int l = 0; l < e->corpus.label_count; l++)
        count += has_label(e, voice, l);
    return count;
}

/* The voice of that sex with the emotion and the most emotions, the first of several; -1: none. */
static int find_voice(const struct exploration *e, int sex, int label)
{
    int best = -1, most = 0;
    for (int v = 0; v < e->voice_count; v++) {
        const struct recording *first = &e->corpus.recordings[e->voices[v]];
        if ((int)first->sex != sex || (label != LABEL_ANY && !has_label(e, v, label)))
            continue;
        int count = labels_of(e, v);
        if (best < 0 || count > most) {
            best = v;
            most = count;
        }
    }
    return best;
}

static bool is_usable(const struct exploration *e, int index, int voice)
{
    return e->explored[index].voice == voice && e->explored[index].is_measured;
}

/* In how many emotions a voice says the text. */
static int count_labels_of_text(const struct exploration *e, int voice, const char *text)
{
    bool seen[CORPUS_MAX_LABELS] = {0};
    int count = 0;
    for (int i = 0; i < e->corpus.count; i++) {
        int label = e->explored[i].label;
        if (!is_usable(e, i, voice) || label < 0 || seen[label] ||
            strcmp(e->corpus.recordings[i].text, text) != 0)
            continue;
        seen[label] = true;
        count++;
    }
    return count;
}

/* What the voice says in most emotions; "" where no text is known. */
static const char *find_text(const struct exploration *e, int voice)
{
    const char *best = "";
    int most = 0;
    for (int i = 0, tried = 0; i < e->corpus.count && tried < MOST_TEXTS && voice >= 0; i++) {
        const char *text = e->corpus.recordings[i].text;
        if (!is_usable(e, i, voice) || !*text || !strcmp(text, best))
            continue;
        tried++;
        int count = count_labels_of_text(e, voice, text);
        if (count > most) {
            most = count;
            best = text;
        }
    }
    return best;
}

/* How well a recording serves as an example. */
static int merit_of(const struct recording *recording, const char *text)
{
    return 16 * (recording->voice == VOICE_SPEECH) + 8 * (*text && !strcmp(recording->text, text)) +
           4 * (recording->intensity == INTENSITY_NORMAL) + 2 * (recording->repetition <= 1) +
           !*recording->original;
}

static int find_recording(const struct exploration *e, int voice, int label, const char *text)
{
    int best = -1, most = -1;
    for (int i = 0; i < e->corpus.count && voice >= 0; i++) {
        if (!is_usable(e, i, voice) || e->explored[i].label != label)
            continue;
        int merit = merit_of(&e->corpus.recordings[i], text);
        if (merit > most) {
            most = merit;
            best = i;
        }
    }
    return best;
}

static void choose_speaker(const struct exploration *e, int sex, const int *labels, int count,
                           struct choice *choice)
{
    int usual = find_voice(e, sex, LABEL_ANY), place = choice->count++;
    const char *text = find_text(e, usual);
    for (int l = 0; l < count; l++) {
        int voice =
            usual >= 0 && has_label(e, usual, labels[l]) ? usual : find_voice(e, sex, labels[l]);
        choice->recordings[l][place] = find_recording(e, voice, labels[l], text);
    }
}

void choose_examples(const struct exploration *e, const int *labels, int count,
                     struct choice *choice)
{
    *choice = (struct choice){0};
    bool women = find_voice(e, SEX_FEMALE, LABEL_ANY) >= 0;
    bool men = find_voice(e, SEX_MALE, LABEL_ANY) >= 0;
    if (women)
        choose_speaker(e, SEX_FEMALE, labels, count, choice);
    if (men)
        choose_speaker(e, SEX_MALE, labels, count, choice);
    if (!women && !men)
        choose_speaker(e, SEX_UNKNOWN, labels, count, choice);
}

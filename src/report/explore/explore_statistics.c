#include "report/explore/explore_statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/speakers.h"

static double duration_of(const struct measures *m)
{
    return m->seconds;
}

static double loudness_of(const struct measures *m)
{
    return m->loudness;
}

static double pitch_of(const struct measures *m)
{
    return m->pitch;
}

static double pitch_range_of(const struct measures *m)
{
    return 12 * log2(m->pitch_high / m->pitch_low);
}

static double voiced_of(const struct measures *m)
{
    return 100 * m->voiced;
}

const struct quantity_row quantities[QUANTITIES] = {
    [QUANTITY_DURATION] = {"Duration", "s", "s", 2, duration_of},
    [QUANTITY_LOUDNESS] = {"Loudness", "LUFS", "dB", 1, loudness_of},
    [QUANTITY_PITCH] = {"Pitch", "Hz", "Hz", 0, pitch_of},
    [QUANTITY_PITCH_RANGE] = {"Pitch range", "semitones", "semitones", 1, pitch_range_of},
    [QUANTITY_VOICED] = {"Voiced", "%", "%", 0, voiced_of},
};

static int cells_per_voice(const struct exploration *e)
{
    return e->corpus.label_count + 1; /* the last for recordings without emotion */
}

static struct cell *cell_of(const struct exploration *e, int voice, int label)
{
    int place = label == LABEL_NONE ? e->corpus.label_count : label;
    return &e->cells[(size_t)voice * (size_t)cells_per_voice(e) + (size_t)place];
}

static int label_of(const struct corpus *corpus, const struct recording *recording)
{
    for (int i = 0; i < corpus->label_count; i++)
        if (!strcmp(corpus->labels[i], recording->emotion))
            return i;
    return LABEL_NONE;
}

/* The voice that a nameless recording joins: that of an earlier one of its corpus and sex. Nameless
 * speakers come after the named ones of their corpus, so the search is short. */
static int find_nameless(const struct exploration *e, const struct recording *recording)
{
    for (int v = e->voice_count - 1; v >= 0; v--) {
        const struct recording *first = &e->corpus.recordings[e->voices[v]];
        if (strcmp(first->corpus, recording->corpus) != 0 || *first->speaker)
            return -1;
        if (first->sex == recording->sex)
            return v;
    }
    return -1;
}

static void add_voices(struct exploration *e, const struct speakers *speakers, int *voice_of)
{
    for (int s = 0; s < speakers->count; s++) {
        const struct recording *first = &e->corpus.recordings[speakers->first[s]];
        int voice = *first->speaker ? -1 : find_nameless(e, first);
        if (voice < 0) {
            voice = e->voice_count++;
            e->voices[voice] = speakers->first[s];
        }
        voice_of[s] = voice;
    }
    for (int i = 0; i < e->corpus.count; i++) {
        e->explored[i].voice = voice_of[speakers->of[i]];
        e->explored[i].label = label_of(&e->corpus, &e->corpus.recordings[i]);
    }
}

/* Decides which recordings are compared. */
static void mark_compared(struct exploration *e)
{
    bool has_speech = false;
    for (int i = 0; i < e->corpus.count; i++)
        has_speech |= e->corpus.recordings[i].voice == VOICE_SPEECH;
    for (int i = 0; i < e->corpus.count; i++)
        e->explored[i].is_compared = e->explored[i].is_measured &&
                                     (!has_speech || e->corpus.recordings[i].voice == VOICE_SPEECH);
}

static void fill_cells(struct exploration *e)
{
    for (int i = 0; i < e->corpus.count; i++) {
        const struct explored *explored = &e->explored[i];
        struct cell *cell = cell_of(e, explored->voice, explored->label);
        cell->recordings++;
        cell->measured += explored->is_measured;
        for (int q = 0; q < QUANTITIES && explored->is_compared; q++) {
            double value = quantities[q].of(&explored->measures);
            if (!isfinite(value))
                continue;
            cell->sum[q] += value;
            cell->count[q]++;
        }
    }
}

ser_status statistics_prepare(struct exploration *e, ser_error *error)
{
    struct speakers speakers;
    ser_status status = speakers_find(&speakers, &e->corpus, error);
    int *voice_of = calloc((size_t)speakers.count + 1, sizeof *voice_of);
    e->voices = calloc((size_t)speakers.count + 1, sizeof *e->voices);
    if (!status && (!voice_of || !e->voices))
        status = error_memory(error, "comparing recordings");
    if (!status)
        add_voices(e, &speakers, voice_of);
    if (!status) {
        size_t count = (size_t)e->voice_count * (size_t)cells_per_voice(e);
        e->cells = calloc(count + 1, sizeof *e->cells);
        status = e->cells ? SER_OK : error_memory(error, "comparing recordings");
    }
    if (!status) {
        mark_compared(e);
        fill_cells(e);
    }
    free(voice_of);
    speakers_release(&speakers);
    return status;
}

void statistics_release(struct exploration *e)
{
    free(e->voices);
    free(e->cells);
    e->voices = NULL;
    e->cells = NULL;
    e->voice_count = 0;
}

static bool voice_is_selected(const struct exploration *e, int voice, struct selection selection)
{
    const struct recording *first = &e->corpus.recordings[e->voices[voice]];
    return (selection.sex < 0 || (int)first->sex == selection.sex) &&
           (!selection.corpus || !strcmp(first->corpus, selection.corpus));
}

double voice_mean(const struct exploration *e, enum quantity quantity, int voice, int label,
                  int *count)
{
    double sum = 0;
    int recordings = 0;
    int first = label, end = label + 1;
    if (label == LABEL_ANY) {
        first = 0;
        end = cells_per_voice(e);
    } else if (label == LABEL_NONE) {
        first = e->corpus.label_count;
        end = first + 1;
    }
    const struct cell *cells = &e->cells[(size_t)voice * (size_t)cells_per_voice(e)];
    for (int i = first; i < end; i++) {
        sum += cells[i].sum[quantity];
        recordings += cells[i].count[quantity];
    }
    if (count)
        *count = recordings;
    return recordings ? sum / recordings : NAN;
}

/* Adds a voice's value (Welford 1962). */
static void add_value(struct balanced *b, double *squares, double value, int recordings)
{
    double before = b->voices ? b->mean : 0, step = value - before;
    b->voices++;
    b->recordings += recordings;
    b->mean = before + step / b->voices;
    *squares += step * (value - b->mean);
}

static void finish(struct balanced *b, double squares)
{
    b->deviation = b->voices > 1 ? sqrt(squares / (b->voices - 1)) : NAN;
    if (!b->voices)
        b->mean = NAN;
}

struct balanced balanced_mean(const struct exploration *e, enum quantity quantity,
                              struct selection selection)
{
    struct balanced result = {0};
    double squares = 0;
    for (int v = 0; v < e->voice_count; v++) {
        int count;
        double mean = voice_mean(e, quantity, v, selection.label, &count);
        if (count && voice_is_selected(e, v, selection))
            add_value(&result, &squares, mean, count);
    }
    finish(&result, squares);
    return result;
}

struct balanced balanced_difference(const struct exploration *e, enum quantity quantity, int label,
                                    int other)
{
    struct balanced result = {0};
    double squares = 0;
    for (int v = 0; v < e->voice_count; v++) {
        int count, other_count;
        double mean = voice_mean(e, quantity, v, label, &count);
        double less = voice_mean(e, quantity, v, other, &other_count);
        if (count && other_count)
            add_value(&result, &squares, mean - less, count + other_count);
    }
    finish(&result, squares);
    return result;
}

bool balanced_is_clear(const struct balanced *difference)
{
    return difference->voices > 1 &&
           fabs(difference->mean) > 2 * difference->deviation / sqrt((double)difference->voices);
}

static bool is_selected(const struct exploration *e, int index, struct selection selection)
{
    const struct recording *recording = &e->corpus.recordings[index];
    return (selection.label == LABEL_ANY || e->explored[index].label == selection.label) &&
           (selection.sex < 0 || (int)recording->sex == selection.sex) &&
           (!selection.corpus || !strcmp(recording->corpus, selection.corpus));
}

int selected_count(const struct exploration *e, struct selection selection)
{
    int count = 0;
    for (int i = 0; i < e->corpus.count; i++)
        count += is_selected(e, i, selection);
    return count;
}

double selected_seconds(const struct exploration *e, struct selection selection)
{
    double seconds = 0;
    for (int i = 0; i < e->corpus.count; i++)
        if (e->explored[i].is_measured && is_selected(e, i, selection))
            seconds += e->explored[i].measures.seconds;
    return seconds;
}

size_t selected_values(const struct exploration *e, enum quantity quantity,
                       struct selection selection, bool relative, double *values)
{
    size_t count = 0;
    for (int i = 0; i < e->corpus.count; i++) {
        const struct explored *explored = &e->explored[i];
        bool counts = quantity == QUANTITY_DURATION ? explored->is_measured : explored->is_compared;
        if (!counts || !is_selected(e, i, selection))
            continue;
        double value = quantities[quantity].of(&explored->measures);
        if (relative)
            value -= voice_mean(e, quantity, explored->voice, LABEL_ANY, NULL);
        if (isfinite(value))
            values[count++] = value;
    }
    return count;
}

int named_speakers(const struct exploration *e, const char *corpus, int sex)
{
    int count = 0;
    for (int v = 0; v < e->voice_count; v++)
        count += *e->corpus.recordings[e->voices[v]].speaker &&
                 voice_is_selected(e, v, (struct selection){LABEL_ANY, sex, corpus});
    return count;
}

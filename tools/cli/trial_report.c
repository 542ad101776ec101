#include "trial_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/plain_text.h"
#include "evaluation/protocol.h"
#include "output_text.h"
#include "scores.h"
#include "wrapped_text.h"

enum { INDENT = 12, WIDTH = 84, LONGEST_LINE = 1024 };

/* The tested recordings of one corpus, which stand one after the other: from *first up to what is
 * returned. */
static int end_of_corpus(const struct trial *trial, int first)
{
    const struct recording *recordings = trial->corpus.recordings;
    const int *indices = trial->selection.indices;
    int end = first + 1;
    while (end < trial->selection.count &&
           !strcmp(recordings[indices[end]].corpus, recordings[indices[first]].corpus))
        end++;
    return end;
}

static const char *corpus_at(const struct trial *trial, int place)
{
    return trial->corpus.recordings[trial->selection.indices[place]].corpus;
}

static json_t *make_scores(const struct trial *trial)
{
    const char *labels[SER_MAX_LABELS];
    for (int i = 0; i < trial->classes.count; i++)
        labels[i] = trial->classes.names[i];
    json_t *scores = metrics_to_json(&trial->confusion, labels);
    if (scores && json_object_set_new(scores, "uar_interval", interval_to_json(&trial->uar))) {
        json_decref(scores);
        return NULL;
    }
    return scores;
}

/* The line is cut off where it does not fit and shown without control characters: corpora and words
 * are from elsewhere. */
static void print_line(const char *label, char *line)
{
    text_make_plain(line);
    print_wrapped(label, INDENT, WIDTH, line);
}

static void print_corpora(const struct trial *trial)
{
    char line[LONGEST_LINE];
    const char *title = "Tested on";
    for (int first = 0, end; first < trial->selection.count; first = end) {
        end = end_of_corpus(trial, first);
        snprintf(line, sizeof line, "%s: %d recordings", corpus_at(trial, first), end - first);
        print_line(title, line);
        title = "";
    }
}

static void print_split(const struct trial_report *report)
{
    char line[LONGEST_LINE], part[12];
    if (!report->settings->split)
        return;
    part_name(report->trial->part, part);
    snprintf(line, sizeof line, "%s, %s%s (protocol %s)", report->settings->split,
             report->trial->part > 0 ? "fold " : "part ", part, report->trial->split.protocol);
    print_line("Split", line);
}

static void list_words(const struct selection *s, bool has_map, char *line, size_t room)
{
    size_t used =
        (size_t)snprintf(line, room, "%d of emotions that the model does not know (", s->unknown);
    for (int i = 0; i < s->unknown_words && used < room; i++)
        used += (size_t)snprintf(line + used, room - used, "%s%d %s", i ? ", " : "",
                                 s->words[i].count, *s->words[i].word ? s->words[i].word : "none");
    if (used < room)
        snprintf(line + used, room - used, ")%s",
                 has_map ? "" : "; --labels MAP says which words mean the same");
}

/* Everything that is not in the figures, a line for each reason. */
static void print_left_out(const struct trial *trial)
{
    const struct selection *s = &trial->selection;
    char lines[4][LONGEST_LINE] = {"", "", "", ""};
    const char *title = "Left out";
    if (s->heard_left_out)
        snprintf(lines[0], LONGEST_LINE, "%d of %d speakers that the model was trained with",
                 s->heard_left_out, s->heard_speakers);
    if (s->unknown)
        list_words(s, trial->classes.map.root != NULL, lines[1], LONGEST_LINE);
    if (s->copies)
        snprintf(lines[2], LONGEST_LINE, "%d augmented copies whose originals are tested",
                 s->copies);
    if (trial->unreadable)
        snprintf(lines[3], LONGEST_LINE, "%d that could not be read", trial->unreadable);
    for (int i = 0; i < 4; i++)
        if (*lines[i]) {
            print_line(title, lines[i]);
            title = "";
        }
}

int trial_report_text(const struct trial_report *report)
{
    const struct trial *trial = report->trial;
    char line[LONGEST_LINE], sentence[TRIAL_SENTENCE];
    json_t *scores = make_scores(trial);
    if (!scores)
        return 0;
    trial_describe(trial, sentence);
    print_wrapped("", 0, WIDTH, sentence);
    putchar('\n');
    snprintf(line, sizeof line, "%s (%s)", ser_model_name(trial->model), report->settings->model);
    print_line("Model", line);
    print_corpora(trial);
    print_split(report);
    print_left_out(trial);
    putchar('\n');
    scores_print(scores);
    scores_print_classes(scores);
    json_decref(scores);
    return 1;
}

static json_t *corpora_json(const struct trial *trial)
{
    json_t *corpora = json_array();
    for (int first = 0, end; first < trial->selection.count; first = end) {
        end = end_of_corpus(trial, first);
        json_array_append_new(corpora,
                              json_pack("{s:o, s:i}", "name", json_text(corpus_at(trial, first)),
                                        "recordings", end - first));
    }
    return corpora;
}

static json_t *unreadable_json(const struct trial *trial)
{
    json_t *list = json_array();
    for (int i = 0; i < trial->selection.count; i++) {
        const struct recording *recording = &trial->corpus.recordings[trial->selection.indices[i]];
        if (trial->each[i].problem)
            json_array_append_new(list, json_pack("{s:o, s:o}", "path", json_text(recording->path),
                                                  "problem", json_text(trial->each[i].problem)));
    }
    return list;
}

static json_t *left_out_json(const struct trial *trial)
{
    const struct selection *s = &trial->selection;
    json_t *words = json_object();
    for (int i = 0; i < s->unknown_words; i++)
        json_object_set_new(words, s->words[i].word, json_integer(s->words[i].count));
    return json_pack("{s:i, s:i, s:i, s:o, s:o}", "heard", s->heard_left_out, "heard_speakers",
                     s->heard_speakers, "copies", s->copies, "unknown_emotions", words,
                     "unreadable", unreadable_json(trial));
}

static json_t *split_json(const struct trial_report *report)
{
    const struct trial *trial = report->trial;
    char part[12], hash[HASH_TEXT_LENGTH];
    if (!report->settings->split)
        return json_null();
    part_name(trial->part, part);
    hash_to_text(trial->split.hash, hash);
    return json_pack("{s:o, s:s, s:s, s:s, s:b}", "path", json_text(report->settings->split),
                     "protocol", trial->split.protocol, "part", part, "hash", hash,
                     "of_the_training", trial->is_own_split);
}

int trial_report_json(const struct trial_report *report)
{
    const struct trial *trial = report->trial;
    const struct selection *s = &trial->selection;
    const json_t *map = json_object_get(trial->classes.map.root, "name");
    char sentence[TRIAL_SENTENCE];
    trial_describe(trial, sentence);
    json_t *root = json_pack("{s:o, s:s, s:s, s:i, s:i, s:o, s:O?, s:o, s:o, s:o}", "model",
                             json_text(report->settings->model), "name",
                             ser_model_name(trial->model), "tested", sentence, "speakers",
                             s->speakers, "recordings_of_heard_speakers", s->heard, "corpora",
                             corpora_json(trial), "label_map", map, "split", split_json(report),
                             "left_out", left_out_json(trial), "scores", make_scores(trial));
    if (!root)
        return 0;
    json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(root);
    return 1;
}

static void write_row(FILE *stream, const struct trial *trial, int place)
{
    const struct recording *recording = &trial->corpus.recordings[trial->selection.indices[place]];
    const struct classes *classes = &trial->classes;
    const char *const cells[] = {recording->path, recording->corpus, recording->speaker,
                                 classes->names[trial->selection.truths[place]]};
    float probabilities[SER_MAX_LABELS];
    int predicted = classes_predicted(classes, &trial->each[place].prediction, probabilities);
    for (int i = 0; i < 4; i++) {
        write_csv_field(stream, cells[i]);
        fputc(',', stream);
    }
    write_csv_field(stream, classes->names[predicted]);
    fprintf(stream, ",%.4f", (double)probabilities[predicted]);
    for (int i = 0; i < classes->count; i++)
        fprintf(stream, ",%.4f", (double)probabilities[i]);
    fputc('\n', stream);
}

void trial_write_table(FILE *stream, const struct trial *trial)
{
    fputs("path,corpus,speaker,emotion,predicted,confidence", stream);
    for (int i = 0; i < trial->classes.count; i++) {
        fputc(',', stream);
        write_csv_field(stream, trial->classes.names[i]);
    }
    fputc('\n', stream);
    for (int i = 0; i < trial->selection.count; i++)
        if (!trial->each[i].problem)
            write_row(stream, trial, i);
}

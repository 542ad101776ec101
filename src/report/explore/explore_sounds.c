/* What the sound is like: lengths, formats, loudness, pitch; women beside men. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/explore/explore_page.h"

enum { MOST_FORMATS = 24 };

/* Samples of recordings by emotion and sex, in one block of memory. */
struct gathered {
    double *values;
    struct chart_sample samples[(CORPUS_MAX_LABELS + 1) * SEXES]; // (labels, sexes)
};

static bool gather(struct html *html, const struct exploration *e, enum quantity quantity,
                   bool relative, const struct label_list *labels, const struct sex_list *sexes,
                   struct gathered *gathered)
{
    size_t used = 0;
    gathered->values = calloc((size_t)e->corpus.count + 1, sizeof *gathered->values);
    if (!gathered->values) {
        html_fail(html, error_memory(html->error, "writing a report"));
        return false;
    }
    for (int l = 0; l < labels->count; l++)
        for (int s = 0; s < sexes->count; s++) {
            struct chart_sample *sample = &gathered->samples[l * sexes->count + s];
            struct selection selection = {labels->labels[l], sexes->sexes[s], NULL};
            sample->values = gathered->values + used;
            sample->count =
                selected_values(e, quantity, selection, relative, gathered->values + used);
            used += sample->count;
        }
    return true;
}

/* "−23.1 ± 2.0 (12)" */
static void put_balanced(struct html *html, const struct balanced *mean, int decimals)
{
    html_put(html, "<td class=\"n\">");
    html_number(html, mean->mean, decimals);
    if (isfinite(mean->deviation)) {
        html_put(html, " ± ");
        html_number(html, mean->deviation, decimals);
    }
    html_put(html, "</td>");
}

/* Means of each emotion, women beside men. */
static void put_means(struct html *html, const struct exploration *e, enum quantity quantity)
{
    struct label_list labels = list_labels(e);
    struct sex_list sexes = list_sexes(e);
    const struct quantity_row *row = &quantities[quantity];
    const char *columns[SEXES + 4] = {"Emotion"};
    int count = 1;
    for (int s = 0; s < sexes.count; s++)
        columns[count++] = sexes.names[s];
    columns[count++] = "all speakers";
    columns[count] = "how many speakers";
    html_details_begin(html, "Means over speakers as a table");
    html_put(html, "<p>%s in %s, ± the standard deviation between speakers.</p>\n", row->name,
             row->unit);
    html_table_begin(html, columns);
    for (int l = 0; l < labels.count; l++) {
        html_row(html, labels.names[l]);
        for (int s = 0; s < sexes.count; s++) {
            struct balanced mean = balanced_mean(
                e, quantity, (struct selection){labels.labels[l], sexes.sexes[s], NULL});
            put_balanced(html, &mean, row->decimals);
        }
        struct balanced all =
            balanced_mean(e, quantity, (struct selection){labels.labels[l], -1, NULL});
        put_balanced(html, &all, row->decimals);
        html_cell_count(html, all.voices);
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
    html_details_end(html);
}

/* A box for each emotion and sex. */
static void put_boxes(struct html *html, const struct exploration *e, enum quantity quantity,
                      bool relative, const char *axis, const char *alt)
{
    struct label_list labels = list_labels(e);
    struct sex_list sexes = list_sexes(e);
    struct gathered gathered;
    if (!gather(html, e, quantity, relative, &labels, &sexes, &gathered))
        return;
    struct box_plot boxes = {.categories = labels.count,
                             .category_names = labels.names,
                             .groups = sexes.count,
                             .group_names = sexes.names,
                             .samples = gathered.samples,
                             .axis = axis};
    html_chart(html, &box_plot, &boxes, alt);
    free(gathered.values);
}

/* A histogram of all recordings, women above men. */
static void put_histogram(struct html *html, const struct exploration *e, enum quantity quantity,
                          const char *axis, const char *alt)
{
    struct label_list any = {.count = 1, .labels = {LABEL_ANY}};
    struct sex_list sexes = list_sexes(e);
    struct gathered gathered;
    if (!gather(html, e, quantity, false, &any, &sexes, &gathered))
        return;
    struct histogram chart = {.samples = gathered.samples,
                              .series = sexes.count,
                              .series_names = sexes.names,
                              .axis = axis};
    html_chart(html, &histogram, &chart, alt);
    free(gathered.values);
}

struct format {
    int rate, channels, count;
};

/* The formats that occur, the most frequent first; those beyond the room in the last. */
static int count_formats(const struct exploration *e, struct format formats[MOST_FORMATS])
{
    int count = 0;
    for (int i = 0; i < e->corpus.count; i++) {
        const struct measures *m = &e->explored[i].measures;
        int place = 0;
        if (!e->explored[i].is_measured)
            continue;
        while (place < count &&
               (formats[place].rate != m->rate || formats[place].channels != m->channels))
            place++;
        if (place == count && count < MOST_FORMATS)
            formats[count++] = (struct format){m->rate, m->channels, 0};
        if (place == MOST_FORMATS)
            formats[--place].rate = 0; /* "other" */
        formats[place].count++;
    }
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && formats[j].count > formats[j - 1].count; j--) {
            struct format swapped = formats[j];
            formats[j] = formats[j - 1];
            formats[j - 1] = swapped;
        }
    return count;
}

static void put_formats(struct html *html, const struct exploration *e)
{
    static const char *const columns[] = {"Sample rate", "channels", "recordings", NULL};
    struct format formats[MOST_FORMATS];
    int count = count_formats(e, formats);
    html_put(html, "<h3>Sample rates and channels</h3>\n");
    html_table_begin(html, columns);
    for (int i = 0; i < count; i++) {
        char rate[32] = "others";
        if (formats[i].rate)
            snprintf(rate, sizeof rate, "%d Hz", formats[i].rate);
        html_row(html, rate);
        html_cell_count(html, formats[i].channels);
        html_cell_count(html, formats[i].count);
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
}

/* Quartiles and ends of all recordings' lengths. */
static void put_lengths(struct html *html, const struct exploration *e)
{
    struct label_list any = {.count = 1, .labels = {LABEL_ANY}};
    struct sex_list all = {.count = 1, .sexes = {-1}};
    struct gathered gathered;
    struct box box;
    if (!gather(html, e, QUANTITY_DURATION, false, &any, &all, &gathered))
        return;
    ser_status status = box_compute(&box, gathered.samples, html->error);
    if (!status && box.count)
        html_put(html,
                 "<p>Half of the recordings last %.2f to %.2f s; the shortest %.2f s, the longest "
                 "%.2f s.</p>\n",
                 box.q1, box.q3, box.least, box.most);
    html_fail(html, status);
    box_release(&box);
    free(gathered.values);
}

void write_lengths(struct html *html, const struct exploration *e)
{
    put_lengths(html, e);
    put_histogram(html, e, QUANTITY_DURATION, "length, s",
                  "Histogram: lengths of all recordings, women and men stacked. The quartiles are "
                  "in the sentence above.");
    put_formats(html, e);
}

void write_loudness(struct html *html, const struct exploration *e)
{
    html_put(html, "<p>How much louder or softer than the same speaker's mean each recording is. "
                   "Microphones, levels and habits differ from speaker to speaker; so they do not "
                   "count.</p>\n");
    put_boxes(html, e, QUANTITY_LOUDNESS, true, "dB above the speaker's mean",
              "Boxes: loudness of the recordings of each emotion against their speakers' means, "
              "women beside men.");
    html_put(html, "<h3>As recorded</h3>\n<p>Loudness of each recording as a whole (EBU R 128, "
                   "which leaves pauses out).</p>\n");
    put_boxes(html, e, QUANTITY_LOUDNESS, false, "loudness, LUFS",
              "Boxes: loudness of the recordings of each emotion, women beside men. The table "
              "below has the means.");
    put_means(html, e, QUANTITY_LOUDNESS);
}

void write_pitch(struct html *html, const struct exploration *e)
{
    html_put(html, "<p>The middle (median) of each recording's fundamental frequency, over the "
                   "moments that are voiced.</p>\n");
    put_boxes(html, e, QUANTITY_PITCH, false, "median pitch, Hz",
              "Boxes: median pitch of the recordings of each emotion, women beside men. The table "
              "below has the means.");
    put_means(html, e, QUANTITY_PITCH);
    html_put(html, "<h3>Pitch range</h3>\n<p>How lively the melody is: from the 10th to the 90th "
                   "percentile of a recording's pitch. Twelve semitones are an octave.</p>\n");
    put_boxes(html, e, QUANTITY_PITCH_RANGE, false, "pitch range, semitones",
              "Boxes: pitch range of the recordings of each emotion, women beside men. The table "
              "below has the means.");
    put_means(html, e, QUANTITY_PITCH_RANGE);
}

void write_sexes(struct html *html, const struct exploration *e)
{
    static const char *const columns[] = {"Mean over speakers", "women", "men", "women less men",
                                          NULL};
    html_put(html, "<p>Named speakers: %d female, %d male. Every speaker counts once.</p>\n",
             named_speakers(e, NULL, SEX_FEMALE), named_speakers(e, NULL, SEX_MALE));
    html_table_begin(html, columns);
    for (int q = 0; q < QUANTITIES; q++) {
        char name[64];
        const struct quantity_row *row = &quantities[q];
        struct selection selection = {LABEL_ANY, SEX_FEMALE, NULL};
        struct balanced women = balanced_mean(e, (enum quantity)q, selection);
        selection.sex = SEX_MALE;
        struct balanced men = balanced_mean(e, (enum quantity)q, selection);
        snprintf(name, sizeof name, "%s, %s", row->name, row->unit);
        html_row(html, name);
        put_balanced(html, &women, row->decimals);
        put_balanced(html, &men, row->decimals);
        html_cell_difference(html, women.mean - men.mean, row->decimals);
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
    put_histogram(html, e, QUANTITY_PITCH, "median pitch of a recording, Hz",
                  "Histogram: median pitch of all recordings, women and men stacked. The means are "
                  "in the table above.");
}

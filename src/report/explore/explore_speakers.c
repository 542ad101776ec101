/* Who speaks. */

#include <stdlib.h>

#include "base/error.h"
#include "report/explore/explore_page.h"

enum { MOST_BARS = 30, MOST_ROWS = 500, FEW_AGES = 5 /* need no picture */, NAME_ROOM = 96 };

/* "ravdess 03", or what stands for the nameless. */
static void name_voice(const struct exploration *e, int voice, bool with_corpus,
                       char name[NAME_ROOM])
{
    const struct recording *first = &e->corpus.recordings[e->voices[voice]];
    const char *id = *first->speaker ? first->speaker : "(not said)";
    if (with_corpus)
        snprintf(name, NAME_ROOM, "%s %s", corpus_title(e, first->corpus), id);
    else
        snprintf(name, NAME_ROOM, "%s", id);
}

/* Recordings and seconds of each voice. */
static void count_voices(const struct exploration *e, double *counts, double *seconds)
{
    for (int i = 0; i < e->corpus.count; i++) {
        counts[e->explored[i].voice]++;
        if (e->explored[i].is_measured)
            seconds[e->explored[i].voice] += e->explored[i].measures.seconds;
    }
}

static void put_speaker_chart(struct html *html, const struct exploration *e, bool with_corpus,
                              const double *counts)
{
    char names[MOST_BARS][NAME_ROOM];
    const char *pointers[MOST_BARS];
    if (e->voice_count > MOST_BARS) {
        struct chart_sample sample = {counts, (size_t)e->voice_count};
        struct histogram chart = {
            .samples = &sample, .series = 1, .axis = "recordings of a speaker"};
        html_chart(html, &histogram, &chart, "Histogram: how many recordings speakers have.");
        return;
    }
    for (int v = 0; v < e->voice_count; v++) {
        name_voice(e, v, with_corpus, names[v]);
        pointers[v] = names[v];
    }
    struct bar_chart bars = {.categories = e->voice_count,
                             .category_names = pointers,
                             .series = 1,
                             .values = counts,
                             .axis = "recordings"};
    html_chart(html, &bar_chart, &bars,
               "Bars: the number of recordings of each speaker. The table below has the numbers.");
}

static void put_age(struct html *html, const struct recording *recording)
{
    char text[32] = "";
    if (recording->age_low > 0 && recording->age_low == recording->age_high)
        snprintf(text, sizeof text, "%d", recording->age_low);
    else if (recording->age_low > 0)
        snprintf(text, sizeof text, "%d to %d", recording->age_low, recording->age_high);
    html_cell_text(html, text);
}

static void put_speaker_rows(struct html *html, const struct exploration *e, bool with_corpus,
                             const double *counts, const double *seconds)
{
    static const char *const columns[] = {
        "Speaker", "sex", "age", "recordings", "length", "loudness, LUFS", "pitch, Hz", NULL};
    html_details_begin(html, "All speakers as a table");
    html_table_begin(html, columns);
    for (int v = 0; v < e->voice_count && v < MOST_ROWS; v++) {
        char name[NAME_ROOM];
        const struct recording *first = &e->corpus.recordings[e->voices[v]];
        name_voice(e, v, with_corpus, name);
        html_row(html, name);
        html_cell_text(html, sex_name(first->sex));
        put_age(html, first);
        html_cell_count(html, (long long)counts[v]);
        html_cell_duration(html, seconds[v]);
        html_cell_number(html, voice_mean(e, QUANTITY_LOUDNESS, v, LABEL_ANY, NULL), 1);
        html_cell_number(html, voice_mean(e, QUANTITY_PITCH, v, LABEL_ANY, NULL), 0);
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
    if (e->voice_count > MOST_ROWS)
        html_put(html, "<p>The first %d of %d.</p>\n", MOST_ROWS, e->voice_count);
    html_details_end(html);
}

/* One age a speaker: the middle of a range. */
static void put_ages(struct html *html, const struct exploration *e, double *values)
{
    struct sex_list sexes = list_sexes(e);
    struct chart_sample samples[SEXES];
    size_t used = 0;
    for (int s = 0; s < sexes.count; s++) {
        samples[s] = (struct chart_sample){values + used, 0};
        for (int v = 0; v < e->voice_count; v++) {
            const struct recording *first = &e->corpus.recordings[e->voices[v]];
            if ((int)first->sex != sexes.sexes[s] || first->age_low <= 0 || !*first->speaker)
                continue;
            values[used++] = (first->age_low + first->age_high) / 2.0;
            samples[s].count++;
        }
    }
    if (used < FEW_AGES)
        return;
    struct histogram chart = {.samples = samples,
                              .series = sexes.count,
                              .series_names = sexes.names,
                              .axis = "age, years"};
    html_put(html, "<h3>Ages</h3>\n<p>Ages are known of %zu speakers.</p>\n", used);
    html_chart(html, &histogram, &chart,
               "Histogram: ages of the speakers. The table of speakers has the numbers.");
}

void write_speakers(struct html *html, const struct exploration *e)
{
    double *values = calloc(3 * (size_t)e->voice_count + 1, sizeof *values);
    if (!values) {
        html_fail(html, error_memory(html->error, "writing a report"));
        return;
    }
    const char *corpora[MAX_CORPORA];
    bool with_corpus = list_corpora(e, corpora) > 1;
    double *counts = values + e->voice_count, *seconds = counts + e->voice_count;
    count_voices(e, counts, seconds);
    html_put(html,
             "<p>%d speakers are named. A model that is tested on a speaker whom it knows "
             "from training looks better than it is: split by speaker.</p>\n",
             named_speakers(e, NULL, -1));
    put_speaker_chart(html, e, with_corpus, counts);
    put_speaker_rows(html, e, with_corpus, counts, seconds);
    put_ages(html, e, values);
    free(values);
}

/* What is there: corpora and emotions. */

#include <string.h>

#include "report/explore/explore_page.h"

enum { LIST_ROOM = 400 };

/* "26 to 64"; "" where no age is known. */
static void write_ages(const struct exploration *e, const char *corpus, char text[32])
{
    int low = 0, high = 0;
    *text = 0;
    for (int i = 0; i < e->corpus.count; i++) {
        const struct recording *recording = &e->corpus.recordings[i];
        if (strcmp(recording->corpus, corpus) != 0 || recording->age_low <= 0)
            continue;
        low = !low || recording->age_low < low ? recording->age_low : low;
        high = recording->age_high > high ? recording->age_high : high;
    }
    if (low && low == high)
        snprintf(text, 32, "%d", low);
    else if (low)
        snprintf(text, 32, "%d to %d", low, high);
}

/* The different languages, as many as fit. */
static void write_languages(const struct exploration *e, const char *corpus, char text[LIST_ROOM])
{
    const char *last = "";
    size_t used = 0;
    *text = 0;
    for (int i = 0; i < e->corpus.count; i++) {
        const struct recording *recording = &e->corpus.recordings[i];
        const char *language = recording->language;
        if (strcmp(recording->corpus, corpus) != 0 || !*language || !strcmp(language, last) ||
            strstr(text, language) || used + strlen(language) + 3 > LIST_ROOM)
            continue;
        used += (size_t)snprintf(text + used, LIST_ROOM - used, "%s%s", used ? ", " : "", language);
        last = language;
    }
}

static int count_emotions(const struct exploration *e, const char *corpus)
{
    int count = 0;
    for (int i = 0; i < e->corpus.label_count; i++)
        count += selected_count(e, (struct selection){i, -1, corpus}) > 0;
    return count;
}

static void put_corpus(struct html *html, const struct exploration *e, const char *corpus)
{
    struct selection selection = {LABEL_ANY, -1, corpus};
    char ages[32], languages[LIST_ROOM];
    write_ages(e, corpus, ages);
    write_languages(e, corpus, languages);
    html_row(html, corpus_title(e, corpus));
    html_cell_count(html, selected_count(e, selection));
    html_cell_duration(html, selected_seconds(e, selection));
    html_cell_count(html, named_speakers(e, corpus, -1));
    html_cell_count(html, named_speakers(e, corpus, SEX_FEMALE));
    html_cell_count(html, named_speakers(e, corpus, SEX_MALE));
    html_cell_count(html, count_emotions(e, corpus));
    html_cell_text(html, *ages ? ages : "not said");
    html_cell_text(html, *languages ? languages : "not said");
    html_put(html, "</tr>\n");
}

static const struct corpus_reader *reader_of(const struct exploration *e, const char *corpus)
{
    for (int i = 0; i < e->corpus.count; i++)
        if (!strcmp(e->corpus.recordings[i].corpus, corpus))
            return e->corpus.recordings[i].reader;
    return NULL;
}

/* What the owners say of a corpus that is known. */
static void put_source(struct html *html, const struct exploration *e, const char *corpus)
{
    const struct corpus_reader *reader = reader_of(e, corpus);
    if (!reader || !reader->parse)
        return;
    html_put(html, "<p class=\"source\"><b>");
    html_text(html, "%s", reader->title);
    html_put(html, "</b>: ");
    html_text(html, "%s. %s Licence: %s.", reader->description, reader->citation, reader->licence);
    if (*reader->doi) {
        html_put(html, " <a href=\"https://doi.org/");
        html_text(html, "%s", reader->doi);
        html_put(html, "\">doi:");
        html_text(html, "%s", reader->doi);
        html_put(html, "</a>");
    }
    html_put(html, "</p>\n");
}

static void put_voices(struct html *html, const struct exploration *e)
{
    int counts[VOICE_KINDS] = {0}, kinds = 0;
    for (int i = 0; i < e->corpus.count; i++)
        counts[e->corpus.recordings[i].voice]++;
    for (int i = 0; i < VOICE_KINDS; i++)
        kinds += counts[i] > 0;
    if (kinds < 2)
        return;
    html_put(html, "<p>Recordings: ");
    for (int i = 0, said = 0; i < VOICE_KINDS; i++) {
        if (!counts[i])
            continue;
        html_put(html, "%s", said++ ? ", " : "");
        html_count(html, counts[i]);
        html_put(html, " of %s", voice_name((enum voice)i));
    }
    html_put(html, ". Numbers and total lengths are of all of them%s.</p>\n",
             counts[VOICE_SPEECH] ? "; loudness, pitch and means over speakers are of speech alone"
                                  : "");
}

void write_overview(struct html *html, const struct exploration *e)
{
    static const char *const columns[] = {"Corpus", "Recordings", "Length", "Speakers", "Women",
                                          "Men",    "Emotions",   "Ages",   "Language", NULL};
    const char *names[MAX_CORPORA];
    int all = list_corpora(e, names), count = all < MAX_CORPORA ? all : MAX_CORPORA;
    html_table_begin(html, columns);
    for (int i = 0; i < count; i++)
        put_corpus(html, e, names[i]);
    html_table_end(html);
    if (all > count)
        html_put(html, "<p>and %d more corpora, which count in what follows.</p>\n", all - count);
    put_voices(html, e);
    for (int i = 0; i < count; i++)
        put_source(html, e, names[i]);
}

static void put_emotion_rows(struct html *html, const struct exploration *e,
                             const struct label_list *labels, const struct sex_list *sexes)
{
    const char *columns[SEXES + 5] = {"Emotion"};
    int count = 1;
    for (int s = 0; s < sexes->count; s++)
        columns[count++] = sexes->names[s];
    columns[count++] = "all";
    columns[count++] = "length";
    columns[count] = "mean length, s";
    html_details_begin(html, "Recordings of each emotion as a table");
    html_table_begin(html, columns);
    for (int l = 0; l < labels->count; l++) {
        struct selection selection = {labels->labels[l], -1, NULL};
        html_row(html, labels->names[l]);
        for (int s = 0; s < sexes->count; s++)
            html_cell_count(html, selected_count(e, (struct selection){labels->labels[l],
                                                                       sexes->sexes[s], NULL}));
        html_cell_count(html, selected_count(e, selection));
        html_cell_duration(html, selected_seconds(e, selection));
        html_cell_number(html, balanced_mean(e, QUANTITY_DURATION, selection).mean, 2);
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
    html_details_end(html);
}

/* Which corpus has which emotion. */
static void put_corpora_of_emotions(struct html *html, const struct exploration *e,
                                    const struct label_list *labels)
{
    const char *names[MAX_CORPORA], *columns[MAX_CORPORA + 2] = {"Emotion"};
    int count = list_corpora(e, names);
    if (count < 2 || count > MAX_CORPORA)
        return;
    for (int c = 0; c < count; c++)
        columns[c + 1] = corpus_title(e, names[c]);
    html_put(html, "<h3>Which corpus has which emotion</h3>\n");
    html_table_begin(html, columns);
    for (int l = 0; l < labels->count; l++) {
        html_row(html, labels->names[l]);
        for (int c = 0; c < count; c++)
            html_cell_count(html,
                            selected_count(e, (struct selection){labels->labels[l], -1, names[c]}));
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
}

void write_emotions(struct html *html, const struct exploration *e)
{
    struct label_list labels = list_labels(e);
    struct sex_list sexes = list_sexes(e);
    double values[(CORPUS_MAX_LABELS + 1) * SEXES];
    for (int l = 0; l < labels.count; l++)
        for (int s = 0; s < sexes.count; s++)
            values[l * sexes.count + s] =
                selected_count(e, (struct selection){labels.labels[l], sexes.sexes[s], NULL});
    struct bar_chart bars = {.categories = labels.count,
                             .category_names = labels.names,
                             .series = sexes.count,
                             .series_names = sexes.names,
                             .values = values,
                             .axis = "recordings",
                             .stacked = 1};
    html_chart(html, &bar_chart, &bars,
               "Bars: the number of recordings of each emotion, women beside men. The table below "
               "has the numbers.");
    put_emotion_rows(html, e, &labels, &sexes);
    put_corpora_of_emotions(html, e, &labels);
}

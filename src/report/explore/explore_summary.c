/* The first screen: numbers, and what a reader would want to be told. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/explore/explore_page.h"

static const double least_decibels = 1, least_hertz = 5; /* differences worth a sentence */

/* "RAVDESS, TESS and nemo" */
void write_title(struct html *html, const struct exploration *e)
{
    const char *names[MAX_CORPORA];
    int all = list_corpora(e, names), count = all < MAX_CORPORA ? all : MAX_CORPORA;
    for (int i = 0; i < count; i++)
        html_text(html, "%s%s", !i ? "" : i + 1 < all ? ", " : " and ", corpus_title(e, names[i]));
    if (all > count)
        html_text(html, " and %d more", all - count);
}

static void put_tile(struct html *html, const char *value, const char *what)
{
    html_put(html, "<div class=\"tile\"><b>%s</b> ", value);
    html_put(html, "<span>%s</span></div>\n", what);
}

static void put_count_tile(struct html *html, long long count, const char *what)
{
    html_put(html, "<div class=\"tile\"><b>");
    html_count(html, count);
    html_put(html, "</b> <span>%s</span></div>\n", what);
}

static void put_tiles(struct html *html, const struct exploration *e)
{
    const char *names[MAX_CORPORA];
    char text[64];
    double seconds = selected_seconds(e, SELECT_ALL);
    int speakers = named_speakers(e, NULL, -1);
    html_put(html, "<div class=\"tiles\">\n");
    put_count_tile(html, e->corpus.count, e->corpus.count == 1 ? "recording" : "recordings");
    snprintf(text, sizeof text, "%.1f", seconds >= 3600 ? seconds / 3600 : seconds / 60);
    put_tile(html, text, seconds >= 3600 ? "hours" : "minutes");
    if (speakers) {
        int women = named_speakers(e, NULL, SEX_FEMALE), men = named_speakers(e, NULL, SEX_MALE);
        snprintf(text, sizeof text, "%s: %d %s, %d %s", speakers == 1 ? "speaker" : "speakers",
                 women, women == 1 ? "woman" : "women", men, men == 1 ? "man" : "men");
        put_count_tile(html, speakers, text);
    } else {
        put_tile(html, "?", "speakers: no recording says who speaks");
    }
    put_count_tile(html, e->corpus.label_count,
                   e->corpus.label_count == 1 ? "emotion" : "emotions");
    int corpora = list_corpora(e, names);
    put_count_tile(html, corpora, corpora == 1 ? "corpus" : "corpora");
    html_put(html, "</div>\n");
}

/* Two emotions as far apart as any. */
struct pair {
    int high, low;
    struct balanced difference;
};

static int most_voices(const struct exploration *e, enum quantity quantity)
{
    int most = 0;
    for (int a = 0; a < e->corpus.label_count; a++)
        for (int b = 0; b < a; b++) {
            int voices = balanced_difference(e, quantity, a, b).voices;
            most = voices > most ? voices : most;
        }
    return most;
}

/* Of the pairs that at least half as many voices have as any pair, the one furthest apart. */
static bool find_pair(const struct exploration *e, enum quantity quantity, struct pair *pair)
{
    int least = (most_voices(e, quantity) + 1) / 2;
    *pair = (struct pair){.difference.mean = 0};
    for (int a = 0; a < e->corpus.label_count; a++)
        for (int b = 0; b < e->corpus.label_count; b++) {
            struct balanced difference = balanced_difference(e, quantity, a, b);
            if (difference.voices && difference.voices >= least &&
                difference.mean > pair->difference.mean)
                *pair = (struct pair){a, b, difference};
        }
    double least_mean = quantity == QUANTITY_LOUDNESS ? least_decibels : least_hertz;
    return pair->difference.mean >= least_mean &&
           (pair->difference.voices == 1 || balanced_is_clear(&pair->difference));
}

static void put_label(struct html *html, const struct exploration *e, int label)
{
    html_put(html, "<em>");
    html_text(html, "%s", e->corpus.labels[label]);
    html_put(html, "</em>");
}

static void put_voices(struct html *html, const struct balanced *difference)
{
    if (difference->voices == 1)
        html_put(html, " (one speaker)");
    else
        html_put(html, ", on average within each of %d speakers", difference->voices);
}

static void put_loudness(struct html *html, const struct exploration *e)
{
    struct pair pair;
    if (!find_pair(e, QUANTITY_LOUDNESS, &pair))
        return;
    struct balanced pitch = balanced_difference(e, QUANTITY_PITCH, pair.high, pair.low);
    html_put(html, "<li>");
    put_label(html, e, pair.high);
    html_put(html, " is <b>%.1f dB louder</b> ", pair.difference.mean);
    if (pitch.voices && fabs(pitch.mean) >= least_hertz)
        html_put(html, "and <b>%.0f Hz %s</b> ", fabs(pitch.mean),
                 pitch.mean > 0 ? "higher" : "lower");
    html_put(html, "than ");
    put_label(html, e, pair.low);
    put_voices(html, &pair.difference);
    html_put(html, ".</li>\n");
}

static void put_pitch(struct html *html, const struct exploration *e)
{
    struct pair loud, pair;
    bool is_said = find_pair(e, QUANTITY_LOUDNESS, &loud);
    if (!find_pair(e, QUANTITY_PITCH, &pair) ||
        (is_said && loud.high == pair.high && loud.low == pair.low))
        return;
    html_put(html, "<li>");
    put_label(html, e, pair.high);
    html_put(html, " is spoken highest, ");
    put_label(html, e, pair.low);
    html_put(html, " lowest: <b>%.0f Hz</b> apart", pair.difference.mean);
    put_voices(html, &pair.difference);
    html_put(html, ".</li>\n");
}

static void put_sexes(struct html *html, const struct exploration *e)
{
    struct selection selection = SELECT_ALL;
    selection.sex = SEX_FEMALE;
    struct balanced women = balanced_mean(e, QUANTITY_PITCH, selection);
    selection.sex = SEX_MALE;
    struct balanced men = balanced_mean(e, QUANTITY_PITCH, selection);
    if (!women.voices || !men.voices)
        return;
    double difference = women.mean - men.mean;
    html_put(html,
             "<li>Women speak <b>%.0f Hz %s</b> than men: %.0f Hz against %.0f Hz (%d women, %d "
             "men).</li>\n",
             fabs(difference), difference < 0 ? "lower" : "higher", women.mean, men.mean,
             women.voices, men.voices);
}

static void put_balance(struct html *html, const struct exploration *e)
{
    int most = 0, least = 0;
    for (int i = 1; i < e->corpus.label_count; i++) {
        int count = selected_count(e, (struct selection){i, -1, NULL});
        if (count > selected_count(e, (struct selection){most, -1, NULL}))
            most = i;
        if (count < selected_count(e, (struct selection){least, -1, NULL}))
            least = i;
    }
    if (e->corpus.label_count < 2)
        return;
    int high = selected_count(e, (struct selection){most, -1, NULL});
    int low = selected_count(e, (struct selection){least, -1, NULL});
    html_put(html, "<li>");
    if (high == low) {
        html_put(html, "Every emotion has the same number of recordings, ");
        html_count(html, high);
    } else {
        html_put(html, "The most frequent emotion has ");
        html_count(html, high);
        html_put(html, " recordings, the rarest, ");
        put_label(html, e, least);
        html_put(html, ", has ");
        html_count(html, low);
        if (high >= 2 * low)
            html_put(html, ": <b>%.1f to 1</b>", (double)high / low);
    }
    html_put(html, ".</li>\n");
}

static void put_states(struct html *html, const struct exploration *e)
{
    if (e->unreadable) {
        html_put(html, "<li class=\"warn\">");
        html_count(html, e->unreadable);
        html_put(html,
                 " recording%s could not be read and count%s only where recordings are "
                 "counted; see <a href=\"#findings\">findings</a>.</li>\n",
                 e->unreadable == 1 ? "" : "s", e->unreadable == 1 ? "s" : "");
    }
    if (e->doctor.problems || e->doctor.remarks)
        html_put(html,
                 "<li%s>The check of the corpora has %d problem%s and %d remark%s; see <a "
                 "href=\"#findings\">findings</a>.</li>\n",
                 e->doctor.problems ? " class=\"warn\"" : "", e->doctor.problems,
                 e->doctor.problems == 1 ? "" : "s", e->doctor.remarks,
                 e->doctor.remarks == 1 ? "" : "s");
    else
        html_put(html, "<li>The check of the corpora found nothing wrong.</li>\n");
    if (e->words_differ) {
        html_put(html, "<li class=\"warn\">Words differ: ");
        html_text(html, "%s", e->words.message);
        html_put(html, " (<code>--labels</code>).</li>\n");
    }
}

void write_summary(struct html *html, const struct exploration *e)
{
    put_tiles(html, e);
    html_put(html, "<ul class=\"findings\">\n");
    put_loudness(html, e);
    put_pitch(html, e);
    put_sexes(html, e);
    put_balance(html, e);
    put_states(html, e);
    html_put(html, "</ul>\n");
}

/* What listeners heard, what the doctor found, and how all was measured. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/explore/explore_page.h"
#include "ser/version.h"

enum { MOST_NAMED = 200, MOST_WORDS = 33 };

/* Words that occur as intended or heard emotions. */
struct words {
    const char *texts[MOST_WORDS];
    int count;
};

static int find_word(struct words *words, const char *text)
{
    for (int i = 0; i < words->count; i++)
        if (!strcmp(words->texts[i], text))
            return i;
    if (words->count == MOST_WORDS)
        return -1;
    words->texts[words->count] = text;
    return words->count++;
}

/* Votes of recordings that have both; ties ("a|b") stand in a column of their own. */
struct votes {
    struct words rows, columns;
    double counts[MOST_WORDS][MOST_WORDS];
    int recordings, agreed, tied;
};

/* Whether the text is one of the words of "a|b". */
static bool is_among(const char *list, const char *text)
{
    size_t length = strlen(text);
    while (*list) {
        size_t word = strcspn(list, "|");
        if (word == length && !memcmp(list, text, length))
            return true;
        list += word + (list[word] == '|');
    }
    return false;
}

static void count_votes(const struct exploration *e, struct votes *votes)
{
    for (int i = 0; i < e->corpus.count; i++) {
        const char *intended = e->explored[i].intended, *heard = e->corpus.recordings[i].heard;
        if (!*intended || !*heard)
            continue;
        bool is_tie = strchr(heard, '|') != NULL;
        int row = find_word(&votes->rows, intended);
        int column = find_word(&votes->columns, is_tie ? "a tie" : heard);
        votes->recordings++;
        votes->tied += is_tie;
        votes->agreed += !is_tie && is_among(heard, intended);
        if (row >= 0 && column >= 0)
            votes->counts[row][column]++;
    }
}

static void put_votes(struct html *html, const struct votes *votes)
{
    const char *columns[MOST_WORDS + 2] = {"Intended \\ heard"};
    double counts[MOST_WORDS * MOST_WORDS];
    int rows = votes->rows.count, across = votes->columns.count;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < across; c++)
            counts[r * across + c] = votes->counts[r][c];
    struct heat_map map = {.rows = rows,
                           .columns = across,
                           .row_names = votes->rows.texts,
                           .column_names = votes->columns.texts,
                           .counts = counts,
                           .row_axis = "intended",
                           .column_axis = "heard"};
    html_chart(html, &heat_map, &map,
               "Matrix: which emotion most listeners heard for each intended one. The table below "
               "has the numbers.");
    for (int c = 0; c < across; c++)
        columns[c + 1] = votes->columns.texts[c];
    html_details_begin(html, "Votes as a table");
    html_table_begin(html, columns);
    for (int r = 0; r < rows; r++) {
        html_row(html, votes->rows.texts[r]);
        for (int c = 0; c < across; c++)
            html_cell_count(html, (long long)votes->counts[r][c]);
        html_put(html, "</tr>\n");
    }
    html_table_end(html);
    html_details_end(html);
}

void write_listeners(struct html *html, const struct exploration *e)
{
    struct votes *votes = calloc(1, sizeof *votes);
    if (!votes) {
        html_fail(html, error_memory(html->error, "writing a report"));
        return;
    }
    count_votes(e, votes);
    html_put(html, "<p>Of ");
    html_count(html, votes->recordings);
    html_put(html,
             " recordings it is known what most listeners heard in the voice alone: the intended "
             "emotion in <b>%.0f %%</b>, a tie between several in %.0f %%. A model that learns "
             "what was intended cannot agree with listeners more than that.</p>\n",
             100.0 * votes->agreed / votes->recordings, 100.0 * votes->tied / votes->recordings);
    put_votes(html, votes);
    free(votes);
}

static void put_finding(struct html *html, const struct finding *finding)
{
    html_put(html, "<li>");
    html_text(html, "%s", finding->path ? finding->path : finding->corpus);
    if (finding->detail)
        html_text(html, ": %s", finding->detail);
    if (finding->other)
        html_text(html, "; see %s", finding->other);
    html_put(html, "</li>\n");
}

/* The findings of one kind, begin … end-1. */
static void put_kind(struct html *html, const struct findings *findings, int begin, int end)
{
    enum finding_kind kind = findings->items[begin].kind;
    int shown = end - begin > MOST_NAMED ? begin + MOST_NAMED : end;
    html_put(html, "<details><summary><span class=\"%s\">%s</span> ",
             finding_is_problem(kind) ? "problem" : "remark",
             finding_is_problem(kind) ? "problem" : "remark");
    html_put(html, "%s (", finding_kind_text(kind));
    html_count(html, findings_of(findings, kind));
    html_put(html, ")</summary>\n<ul class=\"files\">\n");
    for (int i = begin; i < shown; i++)
        put_finding(html, &findings->items[i]);
    html_put(html, "</ul>\n");
    if (shown < end)
        html_put(html, "<p>and %d more; <code>ser corpus check --all</code> names them.</p>\n",
                 end - shown);
    html_put(html, "</details>\n");
}

static void put_unreadable(struct html *html, const struct exploration *e)
{
    int named = 0;
    if (!e->unreadable)
        return;
    html_put(html, "<details open><summary><span class=\"problem\">not measured</span> ");
    html_count(html, e->unreadable);
    html_put(html, " recording%s</summary>\n<ul class=\"files\">\n", e->unreadable == 1 ? "" : "s");
    for (int i = 0; i < e->corpus.count && named < MOST_NAMED; i++) {
        if (e->explored[i].is_measured)
            continue;
        html_put(html, "<li>");
        html_text(html, "%s: %s", e->corpus.recordings[i].path,
                  e->explored[i].problem ? e->explored[i].problem : "");
        html_put(html, "</li>\n");
        named++;
    }
    html_put(html, "</ul>\n");
    if (named < e->unreadable)
        html_put(html, "<p>and %d more.</p>\n", e->unreadable - named);
    html_put(html, "</details>\n");
}

void write_findings(struct html *html, const struct exploration *e)
{
    const struct findings *findings = &e->doctor.findings;
    html_put(html, "<p>");
    html_count(html, e->doctor.files);
    html_put(html, " files were looked at. Problems spoil a model or its figures; remarks are good "
                   "to know. <code>ser corpus check</code> says the same.</p>\n");
    put_unreadable(html, e);
    for (int begin = 0, end; begin < findings->count; begin = end) {
        for (end = begin + 1;
             end < findings->count && findings->items[end].kind == findings->items[begin].kind;
             end++)
            ;
        put_kind(html, findings, begin, end);
    }
    if (!findings->count && !e->unreadable)
        html_put(html, "<p>Nothing is wrong.</p>\n");
}

void write_methods(struct html *html, const struct exploration *e)
{
    html_put(html,
             "<dl>\n"
             "<dt>All recordings were measured</dt><dd>None were left out by chance; each file was "
             "decoded once. Of several channels the mean was taken.</dd>\n"
             "<dt>Means over speakers</dt><dd>Recordings are averaged for each speaker first, then "
             "the speakers, so that those with many recordings weigh no more. Recordings that do "
             "not say who speaks count together as one speaker for each corpus and sex. "
             "Differences between emotions are taken within each speaker who has both; they are "
             "mentioned above when they exceed two standard errors. Boxes and histograms show "
             "recordings.</dd>\n"
             "<dt>Boxes</dt><dd>From the first to the third quartile, with the median; whiskers "
             "reach the furthest values within 1.5 times the box's length, dots lie beyond.</dd>\n"
             "<dt>Loudness</dt><dd>Integrated loudness after EBU R 128 (ITU-R BS.1770), in LUFS; "
             "nothing below −70 LUFS.</dd>\n"
             "<dt>Pitch</dt><dd>Autocorrelation after Boersma (1993), 75 to 600 Hz, every 10 ms, "
             "at 16 kHz; only recordings with at least 0.1 s of voice. Voiced: the share of frames "
             "that have a pitch.</dd>\n"
             "<dt>Examples</dt><dd>One speaker of each sex, the one with most emotions; where the "
             "texts are known, the same text as far as possible.</dd>\n"
             "</dl>\n");
    if (e->settings.labels) {
        html_put(html, "<p>The emotions are those of the label map ");
        html_text(html, "%s", e->settings.labels);
        html_put(html, ".</p>\n");
    }
    html_put(html,
             "<p>Written by <code>ser explore</code> %s. The same files give the same "
             "page.</p>\n",
             ser_version());
}

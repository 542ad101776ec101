/* The parts of the page that explore_write puts together. */
#ifndef REPORT_EXPLORE_PAGE_H
#define REPORT_EXPLORE_PAGE_H

#include "report/explore/explore.h"
#include "report/explore/explore_statistics.h"
#include "report/explore/html.h"

/* A part of the page, with an entry in its table of contents where there is something to say. */
struct section {
    const char *id, *title;
    bool (*is_there)(const struct exploration *exploration); /* NULL: always */
    void (*write)(struct html *html, const struct exploration *exploration);
};

/* In explore_page.c; ended by a section without title. */
extern const struct section sections[];

extern const char explore_style[]; /* CSS */

/* The first screen: what this is, and the findings in a sentence each. */
void write_title(struct html *html, const struct exploration *exploration);
void write_summary(struct html *html, const struct exploration *exploration);

void write_overview(struct html *html, const struct exploration *exploration);
void write_emotions(struct html *html, const struct exploration *exploration);
void write_speakers(struct html *html, const struct exploration *exploration);
void write_lengths(struct html *html, const struct exploration *exploration);
void write_loudness(struct html *html, const struct exploration *exploration);
void write_pitch(struct html *html, const struct exploration *exploration);
void write_sexes(struct html *html, const struct exploration *exploration);
void write_examples(struct html *html, const struct exploration *exploration);
void write_listeners(struct html *html, const struct exploration *exploration);
void write_findings(struct html *html, const struct exploration *exploration);
void write_methods(struct html *html, const struct exploration *exploration);

bool has_both_sexes(const struct exploration *exploration);
bool has_listeners(const struct exploration *exploration);

enum { SEXES = 3, MAX_CORPORA = 12 };

/* The sexes that occur, women first. */
struct sex_list {
    int count, sexes[SEXES];
    const char *names[SEXES]; /* "women" */
};
struct sex_list list_sexes(const struct exploration *exploration);

/* The emotions, and a last row for recordings without, where there are any. */
struct label_list {
    int count, labels[CORPUS_MAX_LABELS + 1];
    const char *names[CORPUS_MAX_LABELS + 1];
};
struct label_list list_labels(const struct exploration *exploration);

/* The names of the corpora, at most MAX_CORPORA; returns how many there are. */
int list_corpora(const struct exploration *exploration, const char *names[MAX_CORPORA]);

/* "RAVDESS" for "ravdess" where a reader of the table knows it. */
const char *corpus_title(const struct exploration *exploration, const char *corpus);

#endif

/* Explorations of a corpus of tones, or of any other, and the pages about them. */
#ifndef TESTS_EXPLORATION_H
#define TESTS_EXPLORATION_H

#include "made_up_corpus.h"
#include "report/explore/explore.h"

/* Ann speaks twice as often as Bea; who is nameless counts once for each sex. */
enum { EXPLORATION_TONES = 11 };
extern const struct tone exploration_tones[EXPLORATION_TONES];

/* The folder of these tones, while the tests run: for cmocka's group set-up and tear-down. */
extern char *exploration_place;
int exploration_prepare(void **state);
int exploration_clean_up(void **state);

struct explore_settings exploration_settings(const char *const *where);

/* Explores a folder, which must succeed. */
struct exploration explore(const char *where);

/* A label's index, which must be there; LABEL_ANY for NULL. */
int label_named(const struct exploration *e, const char *name);

/* The page about what was explored, checked; the caller frees it. */
char *page_of(const struct exploration *e);
void assert_has(const char *html, const char *part);
void assert_lacks(const char *html, const char *part);

#endif

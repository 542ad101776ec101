/* Corpora of tones whose loudness and pitch are known. */
#ifndef TESTS_MADE_UP_CORPUS_H
#define TESTS_MADE_UP_CORPUS_H

#include "support.h"

/* A recording: a tone. */
struct tone {
    const char *file, *emotion, *speaker, *sex; /* as the manifest says them */
    double hertz, amplitude, seconds;
};

enum { TONE_RATE = 16000 };

/* Writes the tones and a manifest of them into a new folder of the scratch folder; the caller frees
 * its path. */
char *tones_write(const char *folder, const struct tone *tones, int count);

/* What a page must keep to be whole: every element is closed in order, attributes are quoted, text
 * is UTF-8, nothing is loaded from elsewhere and no script is run. Fails the test otherwise. */
void assert_whole_page(const char *html);

#endif

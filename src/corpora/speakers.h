/* Who speaks in a corpus. */
#ifndef CORPORA_SPEAKERS_H
#define CORPORA_SPEAKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "corpora/corpus.h"
#include "ser/status.h"

/* Speakers are numbered corpus by corpus (in byte order of their names), within a corpus in order
 * of their ids: numbers by value ("9" before "10"), other ids in byte order after them. A recording
 * whose corpus does not say who speaks counts as a speaker of its own. */
struct speakers {
    int count;
    int *first; /* (speakers) index of the first recording of each: its id, sex, … */
    int *of;    /* (recordings) the number of the one who speaks */
};

ser_status speakers_find(struct speakers *speakers, const struct corpus *corpus, ser_error *error);
void speakers_release(struct speakers *speakers);

/* Whether the text that a user typed, of `length` bytes, means the one who speaks here: "03" or
 * "ravdess:03". Leading zeros of numbers do not count: "3" means "03". */
bool speaker_is_meant(const struct recording *recording, const char *typed, size_t length);

#endif

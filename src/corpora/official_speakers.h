/* The speakers of a corpus as its owners published them: "01-17,19-24", "03,08-16", "OAF,YAF". */
#ifndef CORPORA_OFFICIAL_SPEAKERS_H
#define CORPORA_OFFICIAL_SPEAKERS_H

#include <stddef.h>

#include "ser/status.h"

enum { OFFICIAL_SPEAKERS_MAX = 1000, OFFICIAL_ID = 32 };

struct official_speakers {
    char (*ids)[OFFICIAL_ID]; // (count)
    int count;
};

/* Reads a reader's list; one that makes no sense is an error. Release with
 * official_speakers_release, whatever the outcome. */
ser_status official_speakers_read(struct official_speakers *speakers, const char *list,
                                  ser_error *error);

/* The number of the speaker of that id; -1 where there is none. */
int official_speakers_find(const struct official_speakers *speakers, const char *id);

/* Writes the list of those whose count is 0, neighbours as ranges: "18, 21 to 24". Cut to the room.
 */
void official_speakers_list(const struct official_speakers *speakers, const int *counts, char *text,
                            size_t room);
void official_speakers_release(struct official_speakers *speakers);

#endif

/* CREMA-D's tables: who its actors are, and what listeners heard. */
#ifndef CORPORA_CREMA_D_TABLES_H
#define CORPORA_CREMA_D_TABLES_H

#include "corpora/corpus.h"
#include "ser/status.h"

/* Adds to the recordings of CREMA-D the ages and sexes of VideoDemographics.csv and, as what was
 * heard, the votes on the voice alone of summaryTable.csv. The tables are looked for below
 * `folder`, then in the folder above it and in that one's processedResults, because the sound
 * usually lies beside the tables in a folder of its own. Tables and rows that cannot be used are
 * left out. */
ser_status crema_d_add_tables(struct corpus *corpus, const char *folder, ser_error *error);

#endif

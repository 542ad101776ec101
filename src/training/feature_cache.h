/* Features that were computed before, kept on the disk: preparing a corpus again costs nothing.
 *
 * An entry is found by what it was made from: the bytes of the recording's file, the piece and the
 * channel of it, the settings of the features and the program that computed them. So an entry never
 * goes stale: whatever changes, the key changes. Several processes and threads may use one folder
 * at once; entries appear whole, carry a fingerprint of themselves and are not believed without it.
 * Entries that nobody used for a month are removed. The folder may be deleted at any time. */
#ifndef TRAINING_FEATURE_CACHE_H
#define TRAINING_FEATURE_CACHE_H

#include "base/hash.h"
#include "corpora/recording.h"
#include "ser/features.h"

enum { FEATURE_CACHE_DAYS = 30 };

struct feature_cache {
    char *folder;         /* NULL: nothing is kept */
    struct hash settings; /* of all that is common to the entries asked for */
};

/* `folder` is made if its parent exists; NULL gives a cache that keeps nothing. `settings` is text
 * that says how features are made, such as JSON. Release with feature_cache_close, whatever the
 * outcome. */
ser_status feature_cache_open(struct feature_cache *cache, const char *folder, const char *settings,
                              ser_error *error);
void feature_cache_close(struct feature_cache *cache);

/* Fills *features (released before) and returns true where there is an entry for the recording.
 * Otherwise it leaves the key in *key, for feature_cache_store. */
bool feature_cache_load(const struct feature_cache *cache, const struct recording *recording,
                        ser_features *features, struct hash *key);

/* Keeps features; a disk that is full, or a folder that cannot be written, is no failure: the next
 * run computes them again. */
void feature_cache_store(const struct feature_cache *cache, struct hash key,
                         const ser_features *features);

#endif

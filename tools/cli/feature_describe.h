/* What feature sets are: `ser features --list` and `--describe`. */
#ifndef CLI_FEATURE_DESCRIBE_H
#define CLI_FEATURE_DESCRIBE_H

#include "base/json.h"
#include "ser/features.h"

/* All sets and all functionals. Returns 0 after saying why it failed. */
int print_feature_sets(int as_json);

/* One set as this extractor has it. `functionals` is the list that was given to the extractor, NULL
 * for the set's own. */
void print_feature_set(const ser_extractor *extractor, const char *functionals, int as_json);

/* New JSON objects: all settings of a set, those that it fixes, too; an array of columns, each with
 * name, unit and formula. */
json_t *settings_as_json(const ser_features_settings *settings);
json_t *columns_as_json(const ser_extractor *extractor, int by_frame);

#endif

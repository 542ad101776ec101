/* What augmentations there are: `ser augment --list`. */
#ifndef CLI_AUGMENT_LIST_H
#define CLI_AUGMENT_LIST_H

/* All augmentations with their parameters, as text or as JSON. */
void print_augmentations(int as_json);

#endif

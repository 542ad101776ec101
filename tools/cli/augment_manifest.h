/* The table that says what each augmented file was made from. */
#ifndef CLI_AUGMENT_MANIFEST_H
#define CLI_AUGMENT_MANIFEST_H

#include "convert_files.h"

struct manifest {
    const char *recipe; /* its name */
    long long seed;
};

/* Writes manifest.csv into the folder of the outputs, with a line for each file that was written:
 * which recording it was made from and, where that is of a corpus, its speaker, emotion and all
 * else that is known of it, so that the folder can be trained with. */
ser_status manifest_write(const struct manifest *manifest, const struct conversion *conversion,
                          ser_error *error);

/* Its path; the caller frees it. NULL when memory ran out. */
char *manifest_path(const struct conversion *conversion);

#endif

/* Sound files that manifests tell of, so that their names are not judged. A file is known by its
 * place on the disk: a path can be written in many ways. */
#ifndef CORPORA_CLAIMS_H
#define CORPORA_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "ser/status.h"

struct claim {
    dev_t device;
    ino_t number;
};

struct claims {
    struct claim *items;
    size_t count, capacity;
};

ser_status claims_add(struct claims *claims, const struct stat *file, ser_error *error);

/* Makes what was added findable. */
void claims_sort(struct claims *claims);
bool claims_have(const struct claims *claims, const char *path);

/* An order for sorting. */
int claim_compare(const struct claim *a, const struct claim *b);

/* Harmless on no claims. */
void claims_release(struct claims *claims);

#endif

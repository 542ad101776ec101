/* safetensors files: named arrays of float32 with a JSON header.
 *
 * The format (https://huggingface.co/docs/safetensors): 8 bytes, the header's length, little
 * endian; the header, a JSON object of name -> {dtype, shape, data_offsets}, and under
 * "__metadata__" an object of texts; the arrays, without gaps. Of its types only F32 is used here.
 */
#ifndef MODELS_SAFETENSORS_H
#define MODELS_SAFETENSORS_H

#include "base/json.h"

enum {
    SAFETENSORS_MAX_RANK = 8,
    SAFETENSORS_MAX_HEADER = 16 << 20, /* bytes */
};

/* An array in a file that was read, or one to be written. */
struct safetensor {
    const char *name;
    int rank;
    long sizes[SAFETENSORS_MAX_RANK];
    size_t count; /* numbers in all */
    const float *values;
};

/* A file that was read. Zero-initialise; release with safetensors_release. */
struct safetensors {
    char *bytes;
    json_t *header;
    const json_t *metadata; /* name -> text; NULL when the file has none */
    struct safetensor *tensors;
    int count;
    float *values; /* aligned copy of all arrays */
};

/* Reads and checks a file whole: sizes, types, ranges, that arrays neither overlap nor leave gaps.
 * The numbers themselves are not judged. On failure *file is left empty. */
ser_status safetensors_read(struct safetensors *file, const char *path, ser_error *error);

/* The same for bytes in memory, which it takes over and frees, on failure too. */
ser_status safetensors_parse(struct safetensors *file, char *bytes, size_t size, const char *name,
                             ser_error *error);
void safetensors_release(struct safetensors *file);

/* NULL when there is none of this name. */
const struct safetensor *safetensors_find(const struct safetensors *file, const char *name);

/* Replaces `path` atomically. `metadata` is an object of texts, or NULL. */
ser_status safetensors_write(const char *path, const struct safetensor *tensors, int count,
                             const json_t *metadata, ser_error *error);

#endif

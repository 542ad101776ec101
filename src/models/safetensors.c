#include "models/safetensors.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors files are little endian; this code copies their numbers as they are"
#endif

/* Room for the checkpoint of the largest network: four numbers for each of its own. */
static const size_t MAX_BYTES = (size_t)2 << 30;

void safetensors_release(struct safetensors *file)
{
    json_decref(file->header);
    free(file->tensors);
    free(file->values);
    free(file->bytes);
    *file = (struct safetensors){0};
}

/* Where an array's bytes lie, within the data behind the header. */
struct span {
    size_t begin, end;
};

static ser_status read_shape(struct safetensor *tensor, const json_t *shape, const char *name,
                             ser_error *error)
{
    tensor->count = 1;
    size_t rank = json_array_size(shape);
    if (!json_is_array(shape) || rank > SAFETENSORS_MAX_RANK)
        return error_set(error, SER_ERROR_FORMAT, "%s: tensor \"%s\": no shape of at most %d sizes",
                         name, tensor->name, SAFETENSORS_MAX_RANK);
    tensor->rank = (int)rank;
    for (size_t i = 0; i < rank; i++) {
        const json_t *size = json_array_get(shape, i);
        json_int_t value = json_integer_value(size);
        if (!json_is_integer(size) || value < 1 ||
            (size_t)value > MAX_BYTES / sizeof(float) / tensor->count)
            return error_set(error, SER_ERROR_FORMAT, "%s: tensor \"%s\": impossible shape", name,
                             tensor->name);
        tensor->sizes[i] = (long)value;
        tensor->count *= (size_t)value;
    }
    return SER_OK;
}

static ser_status read_entry(struct safetensor *tensor, struct span *span, const json_t *entry,
                             size_t data_size, const char *name, ser_error *error)
{
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    if (!type || strcmp(type, "F32"))
        return error_set(error, type ? SER_ERROR_UNSUPPORTED : SER_ERROR_FORMAT,
                         "%s: tensor \"%s\": type %s, expected F32", name, tensor->name,
                         type ? type : "missing");
    ser_status status = read_shape(tensor, json_object_get(entry, "shape"), name, error);
    if (status)
        return status;
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end) ||
        json_integer_value(begin) < 0 || json_integer_value(end) < json_integer_value(begin) ||
        (size_t)json_integer_value(end) > data_size)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: tensor \"%s\": lies outside the file; is the file cut off?", name,
                         tensor->name);
    span->begin = (size_t)json_integer_value(begin);
    span->end = (size_t)json_integer_value(end);
    if (span->end - span->begin != tensor->count * sizeof(float))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: tensor \"%s\": %zu bytes, expected %zu for its shape", name,
                         tensor->name, span->end - span->begin, tensor->count * sizeof(float));
    return SER_OK;
}

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

/* Sorted by place, each array must begin where the one before it ends. */
static ser_status check_spans(struct span *spans, int count, size_t data_size, const char *name,
                              ser_error *error)
{
    if (count)
        qsort(spans, (size_t)count, sizeof *spans, compare_spans);
    size_t end = 0;
    for (int i = 0; i < count; i++) {
        if (spans[i].begin != end)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: tensors overlap or leave gaps at byte %zu of the data", name,
                             end);
        end = spans[i].end;
    }
    if (end != data_size)
        return error_set(error, SER_ERROR_FORMAT, "%s: %zu bytes behind the last tensor", name,
                         data_size - end);
    return SER_OK;
}

static ser_status check_metadata(const json_t *metadata, const char *name, ser_error *error)
{
    const char *key;
    json_t *value;
    if (metadata && !json_is_object(metadata))
        return error_set(error, SER_ERROR_FORMAT, "%s: __metadata__ is no object", name);
    json_object_foreach((json_t *)(uintptr_t)metadata, key, value)
    {
        if (!json_is_string(value))
            return error_set(error, SER_ERROR_FORMAT, "%s: __metadata__ \"%s\" is no text", name,
                             key);
    }
    return SER_OK;
}

static ser_status read_tensors(struct safetensors *file, const char *data, size_t data_size,
                               const char *name, ser_error *error)
{
    size_t entries = json_object_size(file->header);
    struct span *spans = calloc(entries + 1, sizeof *spans);
    file->tensors = calloc(entries + 1, sizeof *file->tensors);
    file->values = malloc(data_size + 1);
    ser_status status = SER_OK;
    if (!spans || !file->tensors || !file->values)
        status = error_memory(error, "reading a model");
    const char *key;
    json_t *entry;
    json_object_foreach(file->header, key, entry)
    {
        if (status || !strcmp(key, "__metadata__"))
            continue;
        struct safetensor *tensor = &file->tensors[file->count];
        struct span *span = &spans[file->count];
        tensor->name = key;
        status = read_entry(tensor, span, entry, data_size, name, error);
        if (!status && span->begin % sizeof(float))
            status =
                error_set(error, SER_ERROR_FORMAT, "%s: tensor \"%s\": not aligned", name, key);
        tensor->values = file->values + span->begin / sizeof(float);
        file->count++;
    }
    if (!status)
        status = check_spans(spans, file->count, data_size, name, error);
    if (!status)
        memcpy(file->values, data, data_size);
    free(spans);
    return status;
}

ser_status safetensors_parse(struct safetensors *file, char *bytes, size_t size, const char *name,
                             ser_error *error)
{
    *file = (struct safetensors){.bytes = bytes};
    uint64_t header_size = 0;
    ser_status status = SER_OK;
    if (size >= 8)
        memcpy(&header_size, bytes, 8);
    if (size < 8 || header_size < 2 || header_size > SAFETENSORS_MAX_HEADER ||
        header_size > size - 8 || bytes[8] != '{')
        status = error_set(error, SER_ERROR_FORMAT,
                           "%s: not a safetensors file: its %zu bytes do not begin with a header",
                           name, size);
    if (!status)
        status = json_parse(&file->header, bytes + 8, (size_t)header_size, name, error);
    if (!status && !json_is_object(file->header))
        status = error_set(error, SER_ERROR_FORMAT, "%s: the header is no JSON object", name);
    if (!status) {
        file->metadata = json_object_get(file->header, "__metadata__");
        status = check_metadata(file->metadata, name, error);
    }
    if (!status)
        status = read_tensors(file, bytes + 8 + header_size, size - 8 - (size_t)header_size, name,
                              error);
    if (status)
        safetensors_release(file);
    return status;
}

ser_status safetensors_read(struct safetensors *file, const char *path, ser_error *error)
{
    *file = (struct safetensors){0};
    char *bytes;
    size_t size;
    ser_status status = file_read(path, MAX_BYTES, &bytes, &size, error);
    return status ? status : safetensors_parse(file, bytes, size, path, error);
}

const struct safetensor *safetensors_find(const struct safetensors *file, const char *name)
{
    for (int i = 0; i < file->count; i++)
        if (!strcmp(file->tensors[i].name, name))
            return &file->tensors[i];
    return NULL;
}

/* The header as JSON text, padded with blanks so that the arrays lie aligned; NULL when memory ran
 * out. */
static char *make_header(const struct safetensor *tensors, int count, const json_t *metadata)
{
    json_t *header = json_object();
    size_t offset = 0;
    int failed = !header;
    if (metadata)
        failed |= json_object_set_new(header, "__metadata__", json_deep_copy(metadata));
    for (int i = 0; i < count; i++) {
        const struct safetensor *tensor = &tensors[i];
        size_t end = offset + tensor->count * sizeof(float);
        json_t *shape = json_array();
        for (int j = 0; j < tensor->rank; j++)
            failed |= json_array_append_new(shape, json_integer(tensor->sizes[j]));
        failed |=
            json_object_set_new(header, tensor->name,
                                json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                                          "data_offsets", (json_int_t)offset, (json_int_t)end));
        offset = end;
    }
    char *text = failed ? NULL : json_dumps(header, JSON_COMPACT);
    json_decref(header);
    if (!text)
        return NULL;
    size_t length = strlen(text), padded = (length + 7) / 8 * 8;
    char *grown = realloc(text, padded + 1);
    if (!grown) {
        free(text);
        return NULL;
    }
    memset(grown + length, ' ', padded - length);
    grown[padded] = 0;
    return grown;
}

ser_status safetensors_write(const char *path, const struct safetensor *tensors, int count,
                             const json_t *metadata, ser_error *error)
{
    char *header = make_header(tensors, count, metadata);
    if (!header)
        return error_memory(error, "writing a model");
    struct file_writer writer;
    ser_status status = file_writer_open(&writer, path, error);
    if (!status) {
        uint64_t length = strlen(header);
        /* A short write shows in ferror, which the commit looks at. */
        fwrite(&length, sizeof length, 1, writer.stream);
        fwrite(header, 1, (size_t)length, writer.stream);
        for (int i = 0; i < count; i++)
            fwrite(tensors[i].values, sizeof(float), tensors[i].count, writer.stream);
        status = file_writer_commit(&writer, error);
    }
    free(header);
    return status;
}

#include "corpora/official_speakers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static ser_status fail(const char *list, ser_error *error)
{
    return error_set(error, SER_ERROR_ARGUMENT,
                     "the list of speakers \"%s\" cannot be read, expected ids and ranges such as "
                     "01-17,19-24",
                     list);
}

static ser_status add(struct official_speakers *speakers, const char *id, ser_error *error)
{
    char(*grown)[OFFICIAL_ID] =
        memory_resize(speakers->ids, (size_t)speakers->count + 1, sizeof *grown);
    if (!grown)
        return error_memory(error, "examining a corpus");
    speakers->ids = grown;
    snprintf(speakers->ids[speakers->count++], OFFICIAL_ID, "%s", id);
    return SER_OK;
}

/* One id, or a range of numbers, which keep their leading zeros. */
static ser_status add_part(struct official_speakers *speakers, const char *list, const char *part,
                           ser_error *error)
{
    int low, high, digits = (int)strspn(part, "0123456789"), end = 0;
    ser_status status = SER_OK;
    if (!digits || part[digits] != '-')
        return *part ? add(speakers, part, error) : fail(list, error);
    if (digits > 8 || sscanf(part, "%8d-%8d%n", &low, &high, &end) != 2 || part[end] ||
        high < low || high - low >= OFFICIAL_SPEAKERS_MAX)
        return fail(list, error);
    for (int i = low; i <= high && !status; i++) {
        char id[OFFICIAL_ID];
        snprintf(id, sizeof id, "%0*d", digits, i);
        status = add(speakers, id, error);
    }
    return status;
}

ser_status official_speakers_read(struct official_speakers *speakers, const char *list,
                                  ser_error *error)
{
    ser_status status = SER_OK;
    *speakers = (struct official_speakers){0};
    for (const char *at = list; !status; at++) {
        char part[OFFICIAL_ID];
        size_t length = strcspn(at, ",");
        if (length >= sizeof part)
            return fail(list, error);
        snprintf(part, sizeof part, "%.*s", (int)length, at);
        status = add_part(speakers, list, part, error);
        at += length;
        if (!*at)
            break;
    }
    return status;
}

int official_speakers_find(const struct official_speakers *speakers, const char *id)
{
    for (int i = 0; i < speakers->count; i++)
        if (!strcmp(speakers->ids[i], id))
            return i;
    return -1;
}

void official_speakers_list(const struct official_speakers *speakers, const int *counts, char *text,
                            size_t room)
{
    size_t used = 0;
    *text = 0;
    for (int begin = 0, end; begin < speakers->count; begin = end) {
        for (end = begin; end < speakers->count && !counts[end]; end++)
            ;
        if (end == begin) {
            end++;
            continue;
        }
        if (used < room && end - begin > 2)
            used += (size_t)snprintf(text + used, room - used, "%s%s to %s", used ? ", " : "",
                                     speakers->ids[begin], speakers->ids[end - 1]);
        for (int i = begin; i < end && end - begin <= 2 && used < room; i++)
            used += (size_t)snprintf(text + used, room - used, "%s%s", used ? ", " : "",
                                     speakers->ids[i]);
    }
}

void official_speakers_release(struct official_speakers *speakers)
{
    free(speakers->ids);
    *speakers = (struct official_speakers){0};
}

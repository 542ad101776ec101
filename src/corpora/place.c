#include "corpora/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"

static ser_status fail_unknown(const char *text, size_t length, ser_error *error)
{
    char list[256] = "";
    size_t used = 0;
    for (int i = 0; corpus_readers[i] && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
                                 corpus_readers[i]->name);
    return error_set(error, SER_ERROR_ARGUMENT,
                     "%s: \"%.*s\" is no known corpus, expected one of %s", text,
                     length < 40 ? (int)length : 40, text, list);
}

/* Cuts "name=path" where there is no file or folder of the whole name. */
static ser_status cut_name(struct place *place, const char *text, ser_error *error)
{
    struct stat status;
    char name[32];
    size_t length = strcspn(text, "=/");
    place->path = text;
    if (text[length] != '=' || !stat(text, &status))
        return SER_OK;
    snprintf(name, sizeof name, "%.*s", length < sizeof name ? (int)length : 0, text);
    place->reader = corpus_reader_find(name);
    place->path = text + length + 1;
    return place->reader ? SER_OK : fail_unknown(text, length, error);
}

ser_status place_parse(struct place *place, const char *text, ser_error *error)
{
    struct stat file;
    *place = (struct place){0};
    ser_status status = cut_name(place, text, error);
    if (status)
        return status;
    if (stat(place->path, &file))
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s, expected a corpus",
                         place->path, strerror(errno));
    place->is_folder = S_ISDIR(file.st_mode);
    if (place->is_folder && place->reader == &manifest_reader)
        return error_set(error, SER_ERROR_IO, "%s: is a folder, expected a manifest", place->path);
    bool is_manifest = !place->reader || place->reader == &manifest_reader;
    if (!place->is_folder && (!is_manifest || file_is_sound(place->path)))
        return error_set(error, SER_ERROR_IO, "%s: is a file, expected the folder of a corpus%s",
                         place->path, is_manifest ? ", or a manifest" : "");
    return SER_OK;
}

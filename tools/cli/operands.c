#include "operands.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"

enum { MAX_STDIN = 1 << 30 /* bytes */ };

int collect_files(const char *command, int count, char **operands, struct file_list *list)
{
    int failed = 0;
    for (int i = 0; i < count; i++) {
        ser_error error = {0};
        size_t before = list->count;
        if (file_list_add(list, operands[i], file_is_sound, &error)) {
            complain(command, "%s", error.message);
            failed++;
        } else if (list->count == before) {
            complain(command, "%s: no recordings were found in this folder", operands[i]);
            failed++;
        }
    }
    return failed;
}

const char *operand_name(const char *file)
{
    return strcmp(file, "-") ? file : "standard input";
}

/* Standard input is read whole, since sound files are not read from front to back. */
ser_status load_operand(ser_audio *audio, const char *file, const ser_audio_settings *settings,
                        ser_error *error)
{
    char *bytes;
    size_t size;
    if (strcmp(file, "-"))
        return ser_audio_load(audio, file, settings, error);
    *audio = (ser_audio){0};
    ser_status status = file_read("-", MAX_STDIN, &bytes, &size, error);
    if (!status)
        status = ser_audio_load_memory(audio, bytes, size, operand_name(file), settings, error);
    free(bytes);
    return status;
}

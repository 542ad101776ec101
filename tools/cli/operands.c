#include "operands.h"

#include <stdlib.h>
#include <string.h>

#include "audio/load.h"
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

int collect_files_once(const char *command, int count, char **operands, struct file_list *list)
{
    ser_error error = {0};
    int failed = collect_files(command, count, operands, list);
    if (file_list_drop_repeated(list, &error)) {
        complain(command, "%s", error.message);
        failed++;
    }
    return failed;
}

const char *operand_name(const char *file)
{
    return strcmp(file, "-") ? file : "standard input";
}

/* Standard input is read whole, since sound files are not read from front to back. */
static ser_status load_standard_input(ser_audio *audio, int *own_rate,
                                      const ser_audio_settings *settings, ser_error *error)
{
    char *bytes;
    size_t size;
    ser_status status = file_read("-", MAX_STDIN, &bytes, &size, error);
    if (status)
        return status;
    struct audio_source source = audio_source_memory(bytes, size, operand_name("-"));
    status = audio_load(&source, settings, audio, error);
    *own_rate = source.rate;
    audio_source_release(&source);
    free(bytes);
    return status;
}

ser_status load_operand_and_rate(ser_audio *audio, int *own_rate, const char *file,
                                 const ser_audio_settings *settings, ser_error *error)
{
    struct audio_source source;
    *audio = (ser_audio){0};
    *own_rate = 0;
    if (!strcmp(file, "-"))
        return load_standard_input(audio, own_rate, settings, error);
    ser_status status = audio_source_open(&source, file, error);
    if (!status)
        status = audio_load(&source, settings, audio, error);
    *own_rate = source.rate;
    audio_source_release(&source);
    return status;
}

ser_status load_operand(ser_audio *audio, const char *file, const ser_audio_settings *settings,
                        ser_error *error)
{
    int own_rate;
    return load_operand_and_rate(audio, &own_rate, file, settings, error);
}

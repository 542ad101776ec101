#include "augment/bank.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "augment/sound.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

/* Reads one recording; 0 when it is no use, after saying why. */
static int read_sound(ser_audio *audio, const char *path, int rate)
{
    ser_audio_settings settings = ser_audio_settings_defaults();
    ser_error error = {0};
    settings.rate = rate;
    if (ser_audio_load(audio, path, &settings, &error)) {
        log_message(SER_LOG_WARNING, "%s; left out", error.message);
        return 0;
    }
    if (mean_power(audio->samples, audio->frames) > 0)
        return 1;
    log_message(SER_LOG_WARNING, "%s: is silent; left out", path);
    ser_audio_release(audio);
    return 0;
}

static ser_status read_list(struct sound_bank *bank, const struct file_list *list, int rate,
                            ser_error *error)
{
    double seconds = 0;
    bank->sounds = calloc(list->count + 1, sizeof *bank->sounds);
    if (!bank->sounds)
        return error_memory(error, "reading noises");
    for (size_t i = 0; i < list->count; i++) {
        if (seconds >= SOUND_BANK_MAX_SECONDS) {
            log_message(SER_LOG_WARNING,
                        "%s: %zu recordings from here on are left out: together they are longer "
                        "than %d seconds",
                        list->paths[i], list->count - i, SOUND_BANK_MAX_SECONDS);
            break;
        }
        ser_audio *audio = &bank->sounds[bank->count];
        if (!read_sound(audio, list->paths[i], rate))
            continue;
        seconds += ser_audio_duration(audio);
        bank->count++;
    }
    return SER_OK;
}

ser_status sound_bank_load(struct sound_bank *bank, const char *folder, int rate, ser_error *error)
{
    struct file_list list = {0};
    *bank = (struct sound_bank){0};
    if (access(folder, F_OK))
        return error_set(error, SER_ERROR_IO, "%s: %s, expected a folder of recordings", folder,
                         strerror(errno));
    ser_status status = file_list_add(&list, folder, file_is_sound, error);
    if (!status)
        status = read_list(bank, &list, rate, error);
    if (!status && !bank->count)
        status = error_set(error, SER_ERROR_FORMAT,
                           "%s: no usable recording among %zu files named like one, expected at "
                           "least 1",
                           folder, list.count);
    file_list_release(&list);
    if (status)
        sound_bank_release(bank);
    return status;
}

void sound_bank_release(struct sound_bank *bank)
{
    for (size_t i = 0; i < bank->count; i++)
        ser_audio_release(&bank->sounds[i]);
    free(bank->sounds);
    *bank = (struct sound_bank){0};
}

/* The recordings that a command is to work on. */
#ifndef CLI_OPERANDS_H
#define CLI_OPERANDS_H

#include "base/file.h"
#include "ser/audio.h"

/* The files named by the operands: themselves, and all recordings below folders. An operand that
 * names nothing usable is said and counted; returns how many those are. */
int collect_files(const char *command, int count, char **operands, struct file_list *list);

/* The same, but a file that is named twice, perhaps by itself and by its folder, counts once, where
 * it comes first. */
int collect_files_once(const char *command, int count, char **operands, struct file_list *list);

/* ser_audio_load for which "-" is standard input. */
ser_status load_operand(ser_audio *audio, const char *file, const ser_audio_settings *settings,
                        ser_error *error);

/* The same, which also tells the recording's own rate, in Hz, through *own_rate. */
ser_status load_operand_and_rate(ser_audio *audio, int *own_rate, const char *file,
                                 const ser_audio_settings *settings, ser_error *error);

/* What to call the file in sentences. */
const char *operand_name(const char *file);

#endif

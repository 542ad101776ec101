/* The options by which a user says which recordings are meant; several commands share them. */
#ifndef CLI_CORPUS_OPTIONS_H
#define CLI_CORPUS_OPTIONS_H

#include "command.h"
#include "corpora/corpus.h"

enum { KEY_LABELS = 512, KEY_VOICES };

/* For a command's rows. */
#define CORPUS_OPTION_ROWS                                                                         \
    {KEY_LABELS, "labels", "MAP", "label map: common7, common6, polarity3, … or a file"},          \
    {                                                                                              \
        KEY_VOICES, "voices", "LIST", "speech (default), song, non-speech, all"                    \
    }

struct corpus_options {
    char **places; /* (count), owned */
    int count;
    struct corpus_settings settings;
    char *labels; /* path of the label map, or NULL */
};

struct corpus_options corpus_options_defaults(void);

/* Take a place, or the value of one of the rows' keys; 0, having complained, when it is wrong. */
int corpus_options_add_place(struct corpus_options *options, const char *command,
                             const char *place);
int corpus_options_take(struct corpus_options *options, const char *command, int key,
                        const char *value);

/* Takes the operands as places; without any the one that the environment names. 0, having
 * complained, when there is none. */
int corpus_options_take_places(struct corpus_options *options, const char *command, int count,
                               char **places);

/* Where no place was named, the one that the environment names: $SER_DATA/ravdess. */
void corpus_options_finish(struct corpus_options *options);
void corpus_options_release(struct corpus_options *options);

#endif

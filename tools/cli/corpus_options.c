#define _GNU_SOURCE
#include "corpus_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct corpus_options corpus_options_defaults(void)
{
    return (struct corpus_options){.settings = corpus_settings_defaults()};
}

/* Takes over the place. */
static int add(struct corpus_options *options, char *place)
{
    char **grown =
        place ? memory_resize(options->places, (size_t)options->count + 1, sizeof *grown) : NULL;
    if (!grown) {
        free(place);
        return 0;
    }
    options->places = grown;
    options->places[options->count++] = place;
    return 1;
}

int corpus_options_add_place(struct corpus_options *options, const char *command, const char *place)
{
    if (add(options, memory_copy_text(place)))
        return 1;
    complain(command, "out of memory");
    return 0;
}

static int take_voice(struct corpus_options *options, const char *command, const char *word,
                      size_t length)
{
    bool all = length == 3 && !strncmp(word, "all", 3), is_known = all;
    for (int i = 0; i < VOICE_KINDS; i++) {
        const char *name = voice_name((enum voice)i);
        if (all || (strlen(name) == length && !strncmp(word, name, length))) {
            options->settings.voices[i] = true;
            is_known = true;
        }
    }
    if (!is_known)
        complain(command, "option '--voices' has '%.*s', expected speech, song, non-speech or all",
                 (int)(length < 40 ? length : 40), word);
    return is_known;
}

static int take_voices(struct corpus_options *options, const char *command, const char *list)
{
    options->settings = (struct corpus_settings){.allow_empty = options->settings.allow_empty};
    for (;; list++) {
        size_t length = strcspn(list, ",");
        if (!take_voice(options, command, list, length))
            return 0;
        list += length;
        if (!*list)
            return 1;
    }
}

int corpus_options_take(struct corpus_options *options, const char *command, int key,
                        const char *value)
{
    if (key == KEY_VOICES)
        return take_voices(options, command, value);
    free(options->labels);
    options->labels = find_named_file("labels", value);
    if (!options->labels)
        complain(command, "out of memory");
    return options->labels != NULL;
}

int corpus_options_take_places(struct corpus_options *options, const char *command, int count,
                               char **places)
{
    for (int i = 0; i < count; i++)
        if (!corpus_options_add_place(options, command, places[i]))
            return 0;
    corpus_options_finish(options);
    if (!options->count)
        complain(command, "no corpus was named; see 'ser %s --help'", command);
    return options->count;
}

void corpus_options_finish(struct corpus_options *options)
{
    const char *folder = getenv("SER_DATA");
    char *place = NULL;
    if (options->count || !folder || !*folder || asprintf(&place, "%s/ravdess", folder) < 0)
        return;
    add(options, place);
}

void corpus_options_release(struct corpus_options *options)
{
    for (int i = 0; i < options->count; i++)
        free(options->places[i]);
    free(options->places);
    free(options->labels);
    *options = (struct corpus_options){0};
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "command.h"
#include "operands.h"
#include "plot.h"
#include "progress_line.h"

/* The recordings that could be read, in their order. */
struct recordings {
    ser_audio audios[FIGURE_MAX_SOUNDS];
    char *captions[FIGURE_MAX_SOUNDS]; /* owned */
    struct figure_sound sounds[FIGURE_MAX_SOUNDS];
    int count, failed; /* columns; recordings that could not be read or changed */
};

static const char *caption_of(const char *file)
{
    return strcmp(file, "-") ? file_name(file) : operand_name(file);
}

/* Reads a recording into the next column, and its changed copies into those behind it. */
static ser_status load_one(struct recordings *recordings, const struct plot_request *request,
                           const char *file, ser_error *error)
{
    ser_audio_settings settings = {.rate = request->rate, .mono = !request->settings.by_channel};
    ser_error reason = {0};
    int first = recordings->count;
    ser_audio *audio = &recordings->audios[first];
    char **caption = &recordings->captions[first];
    ser_status status = load_operand(audio, file, &settings, error);
    if (status)
        return status;
    *caption = memory_copy_text(caption_of(file));
    if (!*caption)
        return error_memory(error, "drawing recordings");
    status = plot_change(&request->changes, audio, *caption, audio + 1, caption + 1, &reason);
    if (status)
        return error_set(error, status, "%s: %s", operand_name(file), reason.message);
    for (int i = 0; i < plot_columns(&request->changes); i++)
        recordings->sounds[recordings->count++] =
            (struct figure_sound){.audio = &audio[i], .caption = caption[i]};
    return SER_OK;
}

static void forget(struct recordings *recordings, int first)
{
    for (int i = first; i < FIGURE_MAX_SOUNDS; i++) {
        ser_audio_release(&recordings->audios[i]);
        free(recordings->captions[i]);
        recordings->captions[i] = NULL;
    }
}

static void load(struct recordings *recordings, const struct plot_request *request,
                 const struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        ser_error error = {0};
        if (load_one(recordings, request, list->paths[i], &error)) {
            progress_line_clear();
            complain("plot", "%s", error.message);
            recordings->failed++;
            forget(recordings, recordings->count);
        }
        if (list->count > 1)
            progress_line_show("reading", (int)i + 1, (int)list->count, caption_of(list->paths[i]));
    }
    progress_line_clear();
}

/* "3.10 s of sound, 16000 Hz"; of less than a tenth of a second, "62.5 ms of sound, …" */
static int describe_sound(const ser_audio *audio, char *text, size_t room)
{
    double seconds = ser_audio_duration(audio);
    if (seconds < 0.1)
        return snprintf(text, room, "%.3g ms of sound, %d Hz", 1000 * seconds, audio->rate);
    return snprintf(text, room, "%.*f s of sound, %d Hz", seconds < 10 ? 2 : 0, seconds,
                    audio->rate);
}

/* The sound, or how many there are, and the panels: "…; waveform, mel" */
static void describe(const struct plot_request *request, const struct recordings *recordings,
                     char *text, size_t room)
{
    const struct figure *figure = &request->settings;
    size_t used =
        (size_t)(recordings->count == 1 ? describe_sound(&recordings->audios[0], text, room)
                                        : snprintf(text, room, "%d recordings", recordings->count));
    for (int i = 0; i < figure->panel_count && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? ", " : "; ",
                                 figure->panels[i]->name);
}

static void report(int done, int total)
{
    char text[64];
    snprintf(text, sizeof text, "%d of %d panels", done, total);
    progress_line_show("measuring", done, total, text);
}

static int draw(const struct plot_request *request, const struct recordings *recordings,
                const char *path)
{
    struct figure figure = request->settings;
    ser_error error = {0};
    char *bytes, what[256];
    size_t size;
    figure.sounds = recordings->sounds;
    figure.sound_count = recordings->count;
    figure.report = report;
    ser_status status = figure_draw(&figure, &bytes, &size, &error);
    progress_line_clear();
    if (status) {
        complain("plot", "%s", error.message);
        return status == SER_ERROR_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
    }
    describe(request, recordings, what, sizeof what);
    return plot_write(path, bytes, size, what);
}

int plot_sounds(const struct plot_request *request, int count, char **files)
{
    struct file_list list = {0};
    struct recordings recordings = {0};
    char *path = NULL;
    int code = EXIT_FAILED, missing = collect_files_once("plot", count, files, &list);
    if (!list.count)
        goto done;
    if (list.count * (size_t)plot_columns(&request->changes) > FIGURE_MAX_SOUNDS) {
        complain("plot", "%zu recordings were named, expected 1 to %d side by side", list.count,
                 FIGURE_MAX_SOUNDS / plot_columns(&request->changes));
        code = EXIT_USAGE;
        goto done;
    }
    path = plot_name(request, list.paths[0], ".png");
    if (!path)
        goto done;
    load(&recordings, request, &list);
    if (recordings.count)
        code = draw(request, &recordings, path);
    if (code == EXIT_DONE && recordings.failed + missing)
        code = EXIT_FAILED;

done:
    forget(&recordings, 0);
    file_list_release(&list);
    free(path);
    return code;
}

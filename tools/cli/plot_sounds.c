#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command.h"
#include "operands.h"
#include "plot.h"
#include "progress_line.h"

/* The recordings that could be read, in their order. */
struct recordings {
    ser_audio audios[FIGURE_MAX_SOUNDS];
    struct figure_sound sounds[FIGURE_MAX_SOUNDS];
    int count, failed;
};

static const char *caption_of(const char *file)
{
    return strcmp(file, "-") ? file_name(file) : operand_name(file);
}

static void load(struct recordings *recordings, const struct plot_request *request,
                 const struct file_list *list)
{
    ser_audio_settings settings = {.rate = request->rate, .mono = !request->settings.by_channel};
    for (size_t i = 0; i < list->count; i++) {
        ser_error error = {0};
        ser_audio *audio = &recordings->audios[recordings->count];
        if (load_operand(audio, list->paths[i], &settings, &error)) {
            progress_line_clear();
            complain("plot", "%s", error.message);
            recordings->failed++;
        } else {
            recordings->sounds[recordings->count++] =
                (struct figure_sound){.audio = audio, .caption = caption_of(list->paths[i])};
        }
        if (list->count > 1)
            progress_line_show("reading", (int)i + 1, (int)list->count, caption_of(list->paths[i]));
    }
    progress_line_clear();
}

/* "3.1 s, 16000 Hz; waveform, mel" */
static void describe(const struct plot_request *request, const struct recordings *recordings,
                     char *text, size_t room)
{
    const struct figure *figure = &request->settings;
    size_t used;
    if (recordings->count == 1)
        used = (size_t)snprintf(text, room, "%.3g s of sound, %d Hz",
                                ser_audio_duration(&recordings->audios[0]),
                                recordings->audios[0].rate);
    else
        used = (size_t)snprintf(text, room, "%d recordings", recordings->count);
    for (int i = 0; i < figure->panel_count && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? ", " : "; ",
                                 figure->panels[i]->name);
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
    ser_status status = figure_draw(&figure, &bytes, &size, &error);
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
    int code = EXIT_FAILED, missing = collect_files("plot", count, files, &list);
    if (!list.count)
        goto done;
    if (list.count > FIGURE_MAX_SOUNDS) {
        complain("plot", "%zu recordings were named, expected 1 to %d side by side", list.count,
                 FIGURE_MAX_SOUNDS);
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
    for (int i = 0; i < recordings.count; i++)
        ser_audio_release(&recordings.audios[i]);
    file_list_release(&list);
    free(path);
    return code;
}

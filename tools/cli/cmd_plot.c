#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "plot.h"
#include "stop.h"

enum {
    KEY_FROM = 256,
    KEY_TO,
    KEY_SIZE,
    KEY_WIDTH,
    KEY_HEIGHT,
    KEY_TITLE,
    KEY_HIGHEST,
    KEY_RATE,
    KEY_CHANNELS,
    KEY_TRAINING,
    KEY_CONFUSION,
    KEY_CLEAN,
    KEY_AUGMENT,
    KEY_SEED,
};

static const struct option_row rows[] = {
    {'s', "show", "LIST", "panels (default: waveform,mel,pitch,intensity)"},
    {'o', "out", "FILE", "write FILE, which ends in .png or .svg (default: the recording's name)"},
    {'f', "force", NULL, "without --out: replace a picture that exists"},
    {KEY_FROM, "from", "SECONDS", "begin here"},
    {KEY_TO, "to", "SECONDS", "end here"},
    {KEY_HIGHEST, "highest", "HZ", "top of the frequency axes (default: 8000)"},
    {KEY_RATE, "rate", "HZ", "resample to this rate first (default: the recording's own)"},
    {KEY_CHANNELS, "channels", NULL, "a waveform for each channel"},
    {KEY_CLEAN, "clean", "STEPS", "beside each recording draw it cleaned; see 'ser clean'"},
    {KEY_AUGMENT, "augment", "RECIPE", "… and augmented, by a recipe or steps; see 'ser augment'"},
    {KEY_SEED, "seed", "N", "of the augmentation's chance (default: 0)"},
    {KEY_TITLE, "title", "TEXT", "above all"},
    {KEY_SIZE, "size", "WxH", "width and height in pixels, such as 1600x900"},
    {KEY_WIDTH, "width", "PIXELS", "only the width"},
    {KEY_HEIGHT, "height", "PIXELS", "only the height"},
    {KEY_TRAINING, "training", "LOG", "draw loss and accuracy from the log of a training"},
    {KEY_CONFUSION, "confusion", "[=MODEL]", "draw the confusion matrix of a model's test"},
    OPTION_HELP_ROW,
    {0},
};

static void print_help(void)
{
    help_print(
        "ser plot [OPTION]… FILE|FOLDER|-…\n"
        "       ser plot --training LOG.csv | --confusion[=MODEL]",
        "Draws recordings: panels one above the other on one axis of time, several recordings\n"
        "side by side on the same scales. Or draws how a training went, or what a model\n"
        "confuses. Without --out the picture is a PNG in the current folder, named after the\n"
        "first recording.",
        rows, "Panels:");
    putchar('\n');
    for (int i = 0; panels[i]; i++)
        printf("  %-12s %s\n", panels[i]->name, panels[i]->summary);
    fputs("\nExamples:\n"
          "  ser plot call.wav\n"
          "  ser plot --show spectrogram,pitch --from 1.5 --to 3 --out part.svg call.wav\n"
          "  ser plot --title \"The same words\" --out pair.png woman.wav man.wav\n"
          "  ser plot --clean noise=15,trim call.wav\n"
          "  ser plot --augment \"pitch semitones=2, room\" call.wav\n"
          "  ser plot --training my.csv\n"
          "  ser plot --confusion=my.safetensors\n\n"
          "Exit status: 0 done, 1 something failed (what could be read was drawn), 2 wrong usage,\n"
          "130 interrupted.\n",
          stdout);
}

/* Parses a decimal number of low … high. Says what is wrong and returns 0 if it is none. */
static int parse_real(const char *option, const char *text, double low, double high, double *number)
{
    char *end;
    *number = strtod(text, &end);
    if (end != text && !*end && *number >= low && *number <= high)
        return 1;
    complain("plot", "option '--%s' is '%s', expected a number of %g to %g", option, text, low,
             high);
    return 0;
}

static int parse_pixels(const char *option, const char *text, int *pixels)
{
    long long number;
    if (!parse_number("plot", option, text, 1, CANVAS_MAX_SIDE, &number))
        return 0;
    *pixels = (int)number;
    return 1;
}

static int parse_size(const char *text, struct figure *figure)
{
    char *end;
    long width = strtol(text, &end, 10), height = 0;
    if (end != text && *end == 'x')
        height = strtol(end + 1, &end, 10);
    if (width < 1 || height < 1 || width > CANVAS_MAX_SIDE || height > CANVAS_MAX_SIDE || *end) {
        complain("plot",
                 "option '--size' is '%s', expected such as 1600x900, at most %d either way", text,
                 CANVAS_MAX_SIDE);
        return 0;
    }
    figure->width = (int)width;
    figure->height = (int)height;
    return 1;
}

/* Where the panels that were asked for stand; says so and returns 0 when one is unknown. */
static int parse_panels(const char *list, const struct panel **chosen, int *count)
{
    *count = 0;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ",");
        const struct panel *panel = panel_find(at, length);
        if (!panel) {
            complain("plot",
                     "'%.*s' is no panel, expected waveform, spectrogram, mel, pitch, intensity or "
                     "loudness",
                     (int)length, at);
            return 0;
        }
        if (*count == FIGURE_MAX_PANELS) {
            complain("plot", "more than %d panels were asked for", FIGURE_MAX_PANELS);
            return 0;
        }
        chosen[(*count)++] = panel;
        at += length;
        if (!*at)
            return 1;
    }
}

static int take_rate(const char *value, struct plot_request *request)
{
    long long number;
    if (!parse_number("plot", "rate", value, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE, &number))
        return 0;
    request->rate = (int)number;
    return 1;
}

/* Reads one option; 0 when it is wrong. */
static int take_option(int key, const char *value, struct plot_request *request,
                       const struct panel **chosen)
{
    struct figure *figure = &request->settings;
    switch (key) {
    case 's': return parse_panels(value, chosen, &figure->panel_count);
    case 'o': request->out = value; return 1;
    case 'f': request->force = 1; return 1;
    case KEY_FROM: return parse_real("from", value, 0, SER_AUDIO_MAX_SECONDS, &figure->from);
    case KEY_TO: return parse_real("to", value, 1e-6, SER_AUDIO_MAX_SECONDS, &figure->to);
    case KEY_SIZE: return parse_size(value, figure);
    case KEY_WIDTH: return parse_pixels("width", value, &figure->width);
    case KEY_HEIGHT: return parse_pixels("height", value, &figure->height);
    case KEY_HIGHEST:
        return parse_real("highest", value, 100, SER_AUDIO_MAX_RATE / 2.0, &figure->highest);
    case KEY_RATE: return take_rate(value, request);
    case KEY_CHANNELS: figure->by_channel = 1; return 1;
    case KEY_CLEAN: request->changes.clean = value; return 1;
    case KEY_AUGMENT: request->changes.augment = value; return 1;
    case KEY_SEED: return parse_number("plot", "seed", value, 0, INT32_MAX, &request->changes.seed);
    case KEY_TITLE: figure->title = value; return 1;
    case KEY_TRAINING: request->training = value; return 1;
    case KEY_CONFUSION:
        request->confusion = 1;
        request->model = value;
        return 1;
    default: return 0;
    }
}

/* Whether the options go together, and with the operands. */
static int check_options(struct plot_request *request, int operands, const char *operand)
{
    ser_error error;
    struct figure *figure = &request->settings;
    int is_chart = request->training || request->confusion;
    if (request->training && request->confusion)
        complain("plot", "'--training' and '--confusion' are two pictures; choose one");
    else if (is_chart && operands)
        complain("plot", "'%s' is not expected beside '--%s'%s", operand,
                 request->training ? "training" : "confusion",
                 request->confusion ? "; name a model as in --confusion=MODEL" : "");
    else if (!is_chart && !operands)
        complain("plot", "no recording was named; see 'ser plot --help'");
    else if (figure->to > 0 && figure->to <= figure->from)
        complain("plot", "'--to' is %g, expected more than '--from', %g", figure->to, figure->from);
    else if (request->out && picture_kind_of(request->out, &figure->kind, &error))
        complain("plot", "%s", error.message);
    else
        return 1;
    return 0;
}

static int run(int count, char **arguments)
{
    const struct panel *chosen[FIGURE_MAX_PANELS];
    struct plot_request request = {.settings.panels = chosen};
    const char *value;
    int key;
    if (!parse_panels("waveform,mel,pitch,intensity", chosen, &request.settings.panel_count))
        return EXIT_FAILED;
    while ((key = option_next("plot", rows, count, arguments, &value)) != OPTION_END) {
        if (key == OPTION_HELP) {
            print_help();
            return EXIT_DONE;
        }
        if (key == OPTION_WRONG || !take_option(key, value, &request, chosen))
            return EXIT_USAGE;
    }
    if (!check_options(&request, count - optind, arguments[optind]))
        return EXIT_USAGE;
    stop_at_once(NULL); /* nothing has been written yet when signals come: see plot_write */
    if (request.training)
        return plot_training(&request);
    if (request.confusion)
        return plot_confusion(&request);
    return plot_sounds(&request, count - optind, arguments + optind);
}

const struct command command_plot = {
    .name = "plot",
    .summary = "draw recordings, trainings and confusions",
    .run = run,
};

/* A woman and a man in each emotion, drawn. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/load.h"
#include "report/explore/explore_choice.h"
#include "report/explore/explore_page.h"
#include "report/figure/figure.h"

enum { EXAMPLE_RATE = 16000, CAPTION = 320, WIDTH = 880, HEIGHT = 340 };
enum { MOST_EXAMPLES = 14 /* emotions, so that the page stays small */ };

static const double longest = 8; /* seconds that are shown */

/* "woman OAF, "Say the word back"". */
static void write_caption(const struct recording *recording, char caption[CAPTION])
{
    static const char *const names[] = {
        [SEX_UNKNOWN] = "speaker", [SEX_FEMALE] = "woman", [SEX_MALE] = "man"};
    size_t used = (size_t)snprintf(caption, CAPTION, "%s %s", names[recording->sex],
                                   *recording->speaker ? recording->speaker : "(not named)");
    if (*recording->text && used < CAPTION)
        snprintf(caption + used, CAPTION - used, ": “%s”", recording->text);
}

/* What the recordings of one emotion look like. */
struct example {
    ser_audio audio[CHOICE_SPEAKERS];
    char captions[CHOICE_SPEAKERS][CAPTION];
    struct figure_sound sounds[CHOICE_SPEAKERS];
    int count;
};

static ser_status load(const struct exploration *e, const int *recordings, int count,
                       struct example *example, ser_error *error)
{
    ser_audio_settings settings = {.rate = EXAMPLE_RATE, .mono = 1};
    ser_status status = SER_OK;
    for (int s = 0; s < count && !status; s++) {
        int place = example->count;
        if (recordings[s] < 0)
            continue;
        const struct recording *recording = &e->corpus.recordings[recordings[s]];
        status = recording_load(&example->audio[place], recording, &settings, error);
        write_caption(recording, example->captions[place]);
        example->sounds[place] =
            (struct figure_sound){&example->audio[place], example->captions[place]};
        example->count += !status;
    }
    return status;
}

static void put_alt(struct html *html, const struct example *example, const char *label,
                    const char *bytes, size_t size, int width)
{
    char alt[2 * CAPTION + 160];
    size_t used =
        (size_t)snprintf(alt, sizeof alt, "Waveform and mel spectrogram of “%s”: ", label);
    for (int i = 0; i < example->count && used < sizeof alt; i++)
        used += (size_t)snprintf(alt + used, sizeof alt - used, "%s%s", i ? "; " : "",
                                 example->captions[i]);
    html_picture(html, bytes, size, "image/png", width, HEIGHT, alt);
}

static void put_example(struct html *html, const struct exploration *e, const int *recordings,
                        int speakers, const char *label)
{
    static const char wanted[][9] = {"waveform", "mel"};
    const struct panel *shown[] = {panel_find(wanted[0], strlen(wanted[0])),
                                   panel_find(wanted[1], strlen(wanted[1]))};
    struct example example = {0};
    char *bytes = NULL;
    size_t size = 0;
    ser_status status = load(e, recordings, speakers, &example, html->error);
    if (!status && example.count) {
        int width = example.count > 1 ? WIDTH : WIDTH * 5 / 9;
        struct figure figure = {.sounds = example.sounds,
                                .sound_count = example.count,
                                .panels = shown,
                                .panel_count = 2,
                                .to = longest,
                                .width = width,
                                .height = HEIGHT,
                                .kind = PICTURE_PNG};
        status = figure_draw(&figure, &bytes, &size, html->error);
        html_put(html, "<h3>");
        html_text(html, "%s", label);
        html_put(html, "</h3>\n<div class=\"example\" tabindex=\"0\">");
        if (!status)
            put_alt(html, &example, label, bytes, size, width);
        html_put(html, "</div>\n");
    }
    if (status) /* a recording that changed under our hands, or cannot be drawn */
        html_text(html, "(%s)", html->error->message);
    if (status == SER_ERROR_MEMORY)
        html_fail(html, status);
    free(bytes);
    for (int i = 0; i < CHOICE_SPEAKERS; i++)
        ser_audio_release(&example.audio[i]);
}

void write_examples(struct html *html, const struct exploration *e)
{
    struct label_list labels = list_labels(e);
    struct choice choice;
    choose_examples(e, labels.labels, labels.count, &choice);
    int shown = labels.count < MOST_EXAMPLES ? labels.count : MOST_EXAMPLES;
    html_put(html,
             "<p>One recording of each emotion%s: the waveform, and below it the energy over time "
             "and frequency (bright is loud).%s</p>\n",
             choice.count > 1 ? ", a woman beside a man on the same scales" : "",
             shown < labels.count ? " Only the first emotions are shown." : "");
    for (int l = 0; l < shown && !html->status; l++) {
        put_example(html, e, choice.recordings[l], choice.count, labels.names[l]);
        if (e->settings.progress && e->settings.progress(e->settings.user, "drawing", l + 1, shown))
            html_fail(html, error_set(html->error, SER_ERROR_INTERRUPTED,
                                      "stopped before the page was "
                                      "written"));
    }
}

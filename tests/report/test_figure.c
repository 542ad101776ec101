#include "pictures.h"

#include <stdlib.h>
#include <string.h>

#include "report/figure/figure.h"
#include "report/figure/figure_layout.h"
#include "report/figure/spectra.h"

static struct figure figure_of(const struct figure_sound *sounds, int count)
{
    static const struct panel *all[8];
    int panel_count = 0;
    for (; panels[panel_count]; panel_count++)
        all[panel_count] = panels[panel_count];
    return (struct figure){
        .sounds = sounds, .sound_count = count, .panels = all, .panel_count = panel_count};
}

static const struct panel *const *one_panel(const char *name)
{
    static const struct panel *panel;
    panel = panel_find(name, strlen(name));
    assert_non_null(panel);
    return &panel;
}

static void draw(const struct figure *figure, struct picture *picture)
{
    ser_error error;
    char *bytes;
    size_t size;
    assert_ok(figure_draw(figure, &bytes, &size, &error));
    picture_read(picture, bytes, size);
    free(bytes);
}

static void test_panels_are_found_by_name(void **state)
{
    (void)state;
    for (int i = 0; panels[i]; i++) {
        assert_ptr_equal(panel_find(panels[i]->name, strlen(panels[i]->name)), panels[i]);
        assert_true(*panels[i]->title && *panels[i]->axis && *panels[i]->summary);
    }
    assert_null(panel_find("", 0));
    assert_null(panel_find("melon", 5));
    assert_null(panel_find("mel", 2));
    assert_ptr_equal(panel_find("mel,pitch", 3), panel_find("mel", 3));
}

/* The row of pixels where a tone is brightest, in the middle of a plot. */
static double bright_row(const struct picture *picture, struct rectangle plot, double scale)
{
    int best = -1;
    double most = -1;
    int x = (int)((plot.x + plot.width / 2) * scale);
    for (int y = (int)(plot.y * scale) + 3; y < (int)((plot.y + plot.height) * scale) - 3; y++) {
        uint32_t pixel = picture_at(picture, x, y);
        double light = palette_luminance((struct colour){
            (pixel >> 16) / 255.0, (pixel >> 8 & 255) / 255.0, (pixel & 255) / 255.0});
        if (light > most) {
            most = light;
            best = y;
        }
    }
    return best;
}

/* A tone is drawn at its place on the axis beside which its frequency is written. */
static void test_a_tone_is_drawn_at_its_frequency(void **state)
{
    (void)state;
    static const char *const names[] = {"spectrogram", "mel"};
    static const double tones[] = {500, 1000, 3000, 6000};
    for (int n = 0; n < 2; n++)
        for (int i = 0; i < 4; i++) {
            ser_error error;
            struct picture picture;
            struct figure_layout layout;
            ser_audio audio = make_tone(tones[i], 1, 16000, 1);
            const struct figure_sound sound = {&audio, "tone"};
            struct figure figure = figure_of(&sound, 1);
            figure.panels = one_panel(names[n]);
            figure.panel_count = 1;
            assert_ok(figure_lay_out(&layout, &figure, &error));
            draw(&figure, &picture);
            struct rectangle plot = figure_plot(&layout, 0, 0);
            const struct axis axis = {n ? AXIS_MEL : AXIS_LINEAR, 0, 8000};
            double expected =
                (plot.y + (1 - axis_place(&axis, tones[i])) * plot.height) * layout.scale;
            assert_near(bright_row(&picture, plot, layout.scale), expected, 4);
            picture_release(&picture);
            ser_audio_release(&audio);
        }
}

/* In blue: the curve of the pitch panel, near 220 Hz on its axis. */
static void test_pitch_is_drawn_at_its_frequency(void **state)
{
    (void)state;
    ser_error error;
    struct picture picture;
    struct figure_layout layout;
    ser_audio audio = make_tone(220, 1, 16000, 1);
    const struct figure_sound sound = {&audio, NULL};
    struct figure figure = figure_of(&sound, 1);
    figure.panels = one_panel("pitch");
    figure.panel_count = 1;
    assert_ok(figure_lay_out(&layout, &figure, &error));
    draw(&figure, &picture);
    struct rectangle plot = figure_plot(&layout, 0, 0);
    struct found found = picture_find(&picture, palette_category(0));
    assert_true(found.count > 1000);
    /* One value lies in the middle of its axis. */
    double middle = (plot.y + plot.height / 2) * layout.scale;
    assert_near((found.top + found.bottom) / 2.0, middle, 2);
    assert_true(found.right - found.left > 0.9 * plot.width * layout.scale);
    picture_release(&picture);
    ser_audio_release(&audio);
}

/* A shorter, softer recording of a lower rate is drawn on the scales of the other one. */
static void test_columns_share_their_scales(void **state)
{
    (void)state;
    ser_error error;
    struct picture picture;
    struct figure_layout layout;
    ser_audio loud = make_tone(220, 1, 16000, 1), soft = make_tone(220, 0.5, 8000, 1);
    for (size_t t = 0; t < soft.frames; t++)
        soft.samples[t] /= 2;
    const struct figure_sound sounds[] = {{&loud, "loud"}, {&soft, "soft"}};
    struct figure figure = figure_of(sounds, 2);
    figure.panels = one_panel("waveform");
    figure.panel_count = 1;
    assert_ok(figure_lay_out(&layout, &figure, &error));
    draw(&figure, &picture);
    double heights[2], widths[2];
    for (int i = 0; i < 2; i++) {
        struct rectangle plot = figure_plot(&layout, 0, i);
        struct picture part = {.width = (int)((plot.width - 4) * layout.scale),
                               .height = (int)((plot.height - 4) * layout.scale)};
        part.pixels = calloc((size_t)part.width * (size_t)part.height, sizeof *part.pixels);
        for (int y = 0; y < part.height; y++)
            for (int x = 0; x < part.width; x++)
                part.pixels[y * part.width + x] =
                    picture_at(&picture, (int)((plot.x + 2) * layout.scale) + x,
                               (int)((plot.y + 2) * layout.scale) + y);
        struct found found = picture_find(&part, palette_category(0));
        heights[i] = found.bottom - found.top;
        widths[i] = found.right - found.left;
        picture_release(&part);
    }
    assert_near(heights[1] / heights[0], 0.5, 0.05);
    assert_near(widths[1] / widths[0], 0.5, 0.05);
    picture_release(&picture);
    ser_audio_release(&loud);
    ser_audio_release(&soft);
}

/* Every panel draws whatever sound there is, or says why not. */
static void test_any_sound_can_be_drawn(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 16000, 96000};
    static const size_t frames[] = {1, 10, 20000};
    static const float values[] = {0, 1, -1e9f};
    for (int r = 0; r < 4; r++)
        for (int f = 0; f < 3; f++)
            for (int v = 0; v < 3; v++) {
                ser_error error;
                char *bytes;
                size_t size;
                ser_audio audio = make_constant(values[v], frames[f], rates[r]);
                if (v == 1) /* squares of full scale */
                    for (size_t t = 0; t < audio.frames; t++)
                        audio.samples[t] = t / 40 % 2 ? 1 : -1;
                const struct figure_sound sound = {&audio, "sound"};
                struct figure figure = figure_of(&sound, 1);
                figure.kind = PICTURE_SVG;
                assert_ok(figure_draw(&figure, &bytes, &size, &error));
                if (f == 1)
                    assert_well_formed(bytes, size);
                free(bytes);
                ser_audio_release(&audio);
            }
}

static void test_channels_have_lanes(void **state)
{
    (void)state;
    struct picture mixed, apart;
    ser_audio stereo = make_tone(100, 0.5, 8000, 2);
    for (size_t t = 0; t < stereo.frames; t++)
        stereo.samples[2 * t + 1] *= -1; /* their mean is silence */
    const struct figure_sound sound = {&stereo, NULL};
    struct figure figure = figure_of(&sound, 1);
    figure.panels = one_panel("waveform");
    figure.panel_count = 1;
    draw(&figure, &mixed);
    figure.by_channel = 1;
    draw(&figure, &apart);
    int few = picture_find(&mixed, palette_category(0)).count;
    assert_true(picture_find(&apart, palette_category(0)).count > 10 * few);
    assert_true(apart.height > mixed.height);
    picture_release(&mixed);
    picture_release(&apart);
    /* Beside it, a recording of one channel is drawn to the same scale: in half the height. */
    struct picture beside;
    ser_audio mono = make_tone(100, 0.5, 8000, 1);
    const struct figure_sound sounds[] = {{&stereo, NULL}, {&mono, NULL}};
    figure.sounds = sounds;
    figure.sound_count = 2;
    draw(&figure, &beside);
    struct found lanes = picture_find(&beside, palette_category(0));
    assert_true(lanes.right > beside.width / 2);
    struct picture right = {.width = beside.width / 3, .height = beside.height};
    right.pixels = calloc((size_t)right.width * (size_t)right.height, sizeof *right.pixels);
    for (int y = 0; y < right.height; y++)
        for (int x = 0; x < right.width; x++)
            right.pixels[y * right.width + x] =
                picture_at(&beside, beside.width - right.width + x, y);
    struct found alone = picture_find(&right, palette_category(0));
    assert_near((double)(alone.bottom - alone.top) / (lanes.bottom - lanes.top), 0.45, 0.1);
    picture_release(&right);
    picture_release(&beside);
    ser_audio_release(&mono);
    ser_audio_release(&stereo);
}

static void test_hostile_captions_do_no_harm(void **state)
{
    (void)state;
    ser_audio audio = make_tone(200, 0.1, 8000, 1);
    for (int i = 0; i < HOSTILE_TEXTS; i++) {
        ser_error error;
        char *bytes;
        size_t size;
        const struct figure_sound sound = {&audio, hostile_text(i)};
        struct figure figure = figure_of(&sound, 1);
        figure.panels = one_panel("waveform");
        figure.panel_count = 1;
        figure.title = hostile_text(i);
        figure.kind = PICTURE_SVG;
        assert_ok(figure_draw(&figure, &bytes, &size, &error));
        assert_well_formed(bytes, size);
        assert_null(strstr(bytes, "<script"));
        free(bytes);
    }
    ser_audio_release(&audio);
}

static void test_pictures_have_the_size_that_was_asked_for(void **state)
{
    (void)state;
    static const int sizes[][2] = {{640, 480},  {1600, 900}, {5000, 700},
                                   {500, 3000}, {801, 0},    {0, 701}};
    ser_audio audio = make_tone(200, 0.2, 8000, 1);
    const struct figure_sound sound = {&audio, "a"};
    for (int i = 0; i < 6; i++) {
        struct picture picture;
        struct figure figure = figure_of(&sound, 1);
        figure.panel_count = 3;
        figure.width = sizes[i][0];
        figure.height = sizes[i][1];
        draw(&figure, &picture);
        if (sizes[i][0])
            assert_int_equal(picture.width, sizes[i][0]);
        if (sizes[i][1])
            assert_int_equal(picture.height, sizes[i][1]);
        picture_release(&picture);
    }
    ser_audio_release(&audio);
}

static void assert_refused(const struct figure *figure, const char *part)
{
    ser_error error;
    char *bytes;
    size_t size;
    assert_error(figure_draw(figure, &bytes, &size, &error), SER_ERROR_ARGUMENT, part);
    assert_null(bytes);
}

static void test_refuses_what_cannot_be_drawn(void **state)
{
    (void)state;
    ser_audio audio = make_tone(200, 0.2, 8000, 1), broken = make_constant(NAN, 10, 8000);
    const struct figure_sound sound = {&audio, "good.wav"}, bad = {&broken, "bad.wav"};
    const struct figure good = figure_of(&sound, 1);
    struct figure figure = good;
    figure.sound_count = 0;
    assert_refused(&figure, "expected 1 to 16");
    figure.sound_count = 17;
    assert_refused(&figure, "expected 1 to 16");
    figure = good;
    figure.panel_count = 0;
    assert_refused(&figure, "0 panels");
    figure = good;
    figure.width = 30;
    figure.height = 30;
    assert_refused(&figure, "has no room for 6 panels");
    figure.width = 30000;
    assert_refused(&figure, "at most 20000");
    figure.width = 20000;
    figure.height = 20000;
    assert_refused(&figure, "expected 1 to 20000 either way and at most 100 million");
    figure.width = -1;
    assert_refused(&figure, "-1 x 20000");
    figure = good;
    figure.from = 0.2;
    assert_refused(&figure, "good.wav: the part from 0.2 s to 0.2 s is empty");
    figure = good;
    figure.highest = NAN;
    assert_refused(&figure, "expected 100 to 400000");
    figure = good;
    figure.sounds = &bad;
    assert_refused(&figure, "bad.wav: sample 0 is nan");
    ser_audio_release(&audio);
    ser_audio_release(&broken);
}

/* The same bytes, whatever was drawn before. */
static void test_figures_are_reproducible(void **state)
{
    (void)state;
    ser_audio audio = make_tone(200, 0.5, 16000, 1);
    const struct figure_sound sound = {&audio, "a"};
    for (int kind = PICTURE_PNG; kind <= PICTURE_SVG; kind++) {
        char *bytes[2];
        size_t sizes[2];
        struct figure figure = figure_of(&sound, 1);
        figure.kind = (enum picture_kind)kind;
        for (int i = 0; i < 2; i++) {
            ser_error error;
            assert_ok(figure_draw(&figure, &bytes[i], &sizes[i], &error));
        }
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(bytes[0], bytes[1], sizes[0]);
        free(bytes[0]);
        free(bytes[1]);
    }
    ser_audio_release(&audio);
}

/* Columns are measured as pixels want them, so a long recording takes no larger a picture. */
static void test_long_recordings_have_as_many_columns_as_pixels(void **state)
{
    (void)state;
    ser_error error;
    ser_audio audio = make_tone(150, 300, 8000, 1);
    struct excerpt excerpt;
    assert_ok(excerpt_take(&excerpt, &audio, 0, 0, &error));
    const struct panel_view view = {.columns = 400, .highest = 4000};
    for (int i = 0; panels[i]; i++) {
        struct trace trace;
        assert_ok(panels[i]->measure(&trace, &excerpt, &view, &error));
        if (!strcmp(panels[i]->name, "loudness"))
            assert_string_equal(
                trace.remark,
                "Loudness is measured from 16\u00a0kHz on; this recording has 8\u00a0kHz.");
        else
            assert_int_equal(trace.columns, 400);
        trace_release(&trace);
    }
    excerpt_release(&excerpt);
    ser_audio_release(&audio);
}

static int reports, last_total;

static void count_reports(int done, int total)
{
    assert_int_equal(done, ++reports);
    last_total = total;
}

static void test_reports_its_progress(void **state)
{
    (void)state;
    struct picture picture;
    ser_audio audio = make_tone(200, 0.1, 8000, 1);
    const struct figure_sound sounds[] = {{&audio, NULL}, {&audio, NULL}};
    struct figure figure = figure_of(sounds, 2);
    figure.report = count_reports;
    reports = 0;
    draw(&figure, &picture);
    assert_int_equal(reports, 2 * figure.panel_count);
    assert_int_equal(last_total, reports);
    picture_release(&picture);
    ser_audio_release(&audio);
}

static void test_ranges_of_axes(void **state)
{
    (void)state;
    const struct panel_view view = {.highest = 8000};
    for (int i = 0; panels[i]; i++) {
        static const double ranges[][2] = {{1, -1}, {0, 0}, {-1e9, 1e9}, {80, 80}, {100, 300}};
        for (int r = 0; r < 5; r++) {
            if (!strcmp(panels[i]->name, "pitch") && ranges[r][0] <= 0 && r > 0)
                continue; /* no pitch is 0 or below */
            struct axis axis = panels[i]->range(ranges[r][0], ranges[r][1], &view);
            assert_true(axis.low < axis.high);
            assert_true(axis.scale != AXIS_LOG || axis.low > 0);
        }
    }
    struct axis levels = panel_levels(-100, -13);
    assert_near(levels.high, -10, 0);
    assert_near(levels.low, -80, 0);
    levels = panel_levels(SPECTRA_LEAST, SPECTRA_LEAST);
    assert_near(levels.high, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panels_are_found_by_name),
        cmocka_unit_test(test_a_tone_is_drawn_at_its_frequency),
        cmocka_unit_test(test_pitch_is_drawn_at_its_frequency),
        cmocka_unit_test(test_columns_share_their_scales),
        cmocka_unit_test(test_any_sound_can_be_drawn),
        cmocka_unit_test(test_channels_have_lanes),
        cmocka_unit_test(test_hostile_captions_do_no_harm),
        cmocka_unit_test(test_pictures_have_the_size_that_was_asked_for),
        cmocka_unit_test(test_refuses_what_cannot_be_drawn),
        cmocka_unit_test(test_figures_are_reproducible),
        cmocka_unit_test(test_long_recordings_have_as_many_columns_as_pixels),
        cmocka_unit_test(test_reports_its_progress),
        cmocka_unit_test(test_ranges_of_axes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

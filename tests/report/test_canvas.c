#include "pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/canvas.h"
#include "report/svg_ids.h"

static const struct colour red = {1, 0, 0}, blue = {0, 0, 1};
static const struct text_style style = {.size = 10};

static void test_kinds_of_pictures(void **state)
{
    (void)state;
    ser_error error;
    enum picture_kind kind;
    assert_ok(picture_kind_of("a/b.png", &kind, &error));
    assert_int_equal(kind, PICTURE_PNG);
    assert_ok(picture_kind_of("B.SVG", &kind, &error));
    assert_int_equal(kind, PICTURE_SVG);
    static const char *const wrong[] = {"", "png", ".png", "a.jpg", "a.png.gz", "a.svgz"};
    for (int i = 0; i < 6; i++)
        assert_error(picture_kind_of(wrong[i], &kind, &error), SER_ERROR_ARGUMENT,
                     "expected .png or .svg");
}

static void test_refuses_impossible_sizes(void **state)
{
    (void)state;
    static const double sizes[][3] = {{0, 10, 1},        {10, 0, 1},        {-5, 10, 1},
                                      {NAN, 10, 1},      {10, INFINITY, 1}, {10, 10, 0},
                                      {10, 10, NAN},     {20001, 10, 1},    {10, 10001, 2},
                                      {12000, 12000, 1}, {0.4, 10, 1},      {10, 10, -1}};
    ser_error error;
    struct canvas *canvas;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int kind = PICTURE_PNG; kind <= PICTURE_SVG; kind++) {
            assert_error(canvas_create(&canvas, (enum picture_kind)kind, sizes[i][0], sizes[i][1],
                                       sizes[i][2], &error),
                         SER_ERROR_ARGUMENT, "expected 1 to 20000 either way");
            assert_null(canvas);
        }
    canvas_destroy(NULL);
}

/* Draws a little of everything. */
static struct canvas *draw_something(enum picture_kind kind)
{
    ser_error error;
    struct canvas *canvas;
    static const uint32_t pixels[6] = {0xff0000, 0x00ff00, 0x0000ff, 0x00ffff, 0, 0xffff00};
    static const struct point points[3] = {{60, 10}, {80, 40}, {90, 20}};
    assert_ok(canvas_create(&canvas, kind, 100, 50, 2, &error));
    canvas_fill(canvas, (struct rectangle){10, 10, 20, 5}, red);
    canvas_image(canvas, (struct rectangle){30, 20, 30, 20}, pixels, 3, 2);
    canvas_polyline(canvas, points, 3, 1, 0, blue);
    canvas_polygon(canvas, points, 3, red);
    canvas_disc(canvas, (struct point){90, 40}, 5, blue);
    canvas_clip(canvas, (struct rectangle){0, 0, 5, 5});
    canvas_fill(canvas, (struct rectangle){0, 0, 100, 3}, blue);
    canvas_unclip(canvas);
    canvas_text(canvas, (struct point){2, 45}, "Text", &style);
    return canvas;
}

static void finish(struct canvas *canvas, char **bytes, size_t *size)
{
    ser_error error;
    assert_ok(canvas_finish(canvas, bytes, size, &error));
    canvas_destroy(canvas);
}

static void test_draws_where_it_should(void **state)
{
    (void)state;
    char *bytes;
    size_t size;
    struct picture picture;
    finish(draw_something(PICTURE_PNG), &bytes, &size);
    picture_read(&picture, bytes, size);
    assert_int_equal(picture.width, 200);
    assert_int_equal(picture.height, 100);
    assert_int_equal(picture_at(&picture, 199, 0), 0xffffff);
    assert_int_equal(picture_at(&picture, 20, 20), 0xff0000); /* the corners of the rectangle */
    assert_int_equal(picture_at(&picture, 59, 29), 0xff0000);
    assert_int_equal(picture_at(&picture, 19, 20), 0xffffff);
    assert_int_equal(picture_at(&picture, 60, 29), 0xffffff);
    assert_int_equal(picture_at(&picture, 2, 2), 0x0000ff); /* the clip ends at 10, 10 */
    assert_int_equal(picture_at(&picture, 12, 2), 0xffffff);
    assert_int_equal(picture_at(&picture, 180, 80), 0x0000ff);
    assert_int_equal(picture_at(&picture, 61, 41), 0xff0000); /* the image's first row is on top */
    assert_int_equal(picture_at(&picture, 118, 41), 0x0000ff);
    assert_int_equal(picture_at(&picture, 61, 78), 0x00ffff);
    assert_int_equal(picture_at(&picture, 118, 78), 0xffff00);
    assert_int_equal(picture_at(&picture, 122, 78), 0xffffff);
    picture_release(&picture);
    free(bytes);
}

static void test_svg_is_well_formed(void **state)
{
    (void)state;
    char *bytes;
    size_t size;
    finish(draw_something(PICTURE_SVG), &bytes, &size);
    assert_well_formed(bytes, size);
    assert_non_null(strstr(bytes, "<svg"));
    assert_non_null(strstr(bytes, "width=\"200px\" height=\"100px\""));
    assert_non_null(strstr(bytes, "data:image/png;base64,"));
    free(bytes);
}

/* Nothing that was drawn before shows in a picture's bytes. */
static void test_the_same_drawing_gives_the_same_bytes(void **state)
{
    (void)state;
    for (int kind = PICTURE_PNG; kind <= PICTURE_SVG; kind++) {
        char *first, *second;
        size_t first_size, second_size;
        finish(draw_something((enum picture_kind)kind), &first, &first_size);
        finish(draw_something((enum picture_kind)kind), &second, &second_size);
        assert_int_equal(first_size, second_size);
        assert_memory_equal(first, second, first_size);
        free(first);
        free(second);
    }
}

static void test_renumbers_ids(void **state)
{
    (void)state;
    char text[] =
        "<image id=\"image17\"/><use href=\"#image17\"/><image id=\"image205\"/>"
        "<g id=\"surface9\"/><a b=\"#surface9\" c=\"image17image205\">image17 surface9</a>";
    size_t size = sizeof text - 1;
    svg_renumber(text, &size);
    assert_string_equal(text, "<image id=\"image1\"/><use href=\"#image1\"/><image id=\"image2\"/>"
                              "<g id=\"surface1\"/><a b=\"#surface1\" c=\"image1image205\">image17 "
                              "surface9</a>");
    assert_int_equal(size, strlen(text));
    char empty[] = "";
    size = 0;
    svg_renumber(empty, &size);
    assert_int_equal(size, 0);
}

static void test_text_is_as_wide_as_it_says(void **state)
{
    (void)state;
    ser_error error;
    struct canvas *canvas;
    struct picture picture;
    char *bytes;
    size_t size;
    static const enum text_align aligns[] = {ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT};
    for (int i = 0; i < 3; i++) {
        struct text_style aligned = {.size = 20, .align = aligns[i]};
        assert_ok(canvas_create(&canvas, PICTURE_PNG, 300, 100, 1, &error));
        double width = canvas_text_width(canvas, "HHHHHH", &aligned);
        canvas_text(canvas, (struct point){150, 50}, "HHHHHH", &aligned);
        finish(canvas, &bytes, &size);
        picture_read(&picture, bytes, size);
        struct found found = picture_find_dark(&picture);
        assert_true(found.count > 100);
        double left = 150 - i * width / 2, slack = 4;
        assert_true(fabs(found.left - left) < slack && fabs(found.right - left - width) < slack);
        /* Capitals are centred at the height. */
        assert_true(fabs((found.top + found.bottom + 1) / 2.0 - 50) <= 1);
        picture_release(&picture);
        free(bytes);
    }
}

static void test_fitted_text_fits(void **state)
{
    (void)state;
    ser_error error;
    struct canvas *canvas;
    struct picture picture;
    char *bytes, text[2000];
    size_t size;
    memset(text, 'M', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_ok(canvas_create(&canvas, PICTURE_PNG, 300, 40, 1, &error));
    canvas_text_fitted(canvas, (struct point){20, 20}, 100, text, &style);
    finish(canvas, &bytes, &size);
    picture_read(&picture, bytes, size);
    struct found found = picture_find_dark(&picture);
    assert_true(found.count > 50);
    assert_in_range(found.left, 19, 24);
    assert_in_range(found.right, 95, 121);
    picture_release(&picture);
    free(bytes);
}

static void test_hostile_text_does_no_harm(void **state)
{
    (void)state;
    ser_error error;
    struct canvas *canvas;
    char *bytes;
    size_t size;
    for (int kind = PICTURE_PNG; kind <= PICTURE_SVG; kind++) {
        assert_ok(canvas_create(&canvas, (enum picture_kind)kind, 300, 200, 1, &error));
        for (int i = 0; i < HOSTILE_TEXTS; i++) {
            struct point at = {5, 10 + 20 * i};
            assert_true(canvas_text_width(canvas, hostile_text(i), &style) < 6000);
            canvas_text(canvas, at, hostile_text(i), &style);
            canvas_text_fitted(canvas, at, 50, hostile_text(i), &style);
            canvas_text_fitted(canvas, at, 0, hostile_text(i), &style);
            canvas_text_fitted(canvas, at, -5, hostile_text(i), &style);
        }
        finish(canvas, &bytes, &size);
        if (kind == PICTURE_SVG)
            assert_well_formed(bytes, size);
        assert_null(strstr(bytes, "<script"));
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_of_pictures),
        cmocka_unit_test(test_refuses_impossible_sizes),
        cmocka_unit_test(test_draws_where_it_should),
        cmocka_unit_test(test_svg_is_well_formed),
        cmocka_unit_test(test_the_same_drawing_gives_the_same_bytes),
        cmocka_unit_test(test_renumbers_ids),
        cmocka_unit_test(test_text_is_as_wide_as_it_says),
        cmocka_unit_test(test_fitted_text_fits),
        cmocka_unit_test(test_hostile_text_does_no_harm),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

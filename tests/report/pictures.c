#include "pictures.h"

#include <cairo.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    const char *at;
    size_t left;
};

static cairo_status_t read_bytes(void *closure, unsigned char *to, unsigned int count)
{
    struct bytes *bytes = closure;
    if (count > bytes->left)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, bytes->at, count);
    bytes->at += count;
    bytes->left -= count;
    return CAIRO_STATUS_SUCCESS;
}

void picture_read(struct picture *picture, const char *bytes, size_t size)
{
    struct bytes from = {bytes, size};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, &from);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    assert_int_equal(from.left, 0);
    picture->width = cairo_image_surface_get_width(surface);
    picture->height = cairo_image_surface_get_height(surface);
    picture->pixels = calloc((size_t)picture->width * (size_t)picture->height, sizeof(uint32_t));
    const unsigned char *data = cairo_image_surface_get_data(surface);
    size_t row = (size_t)picture->width * sizeof(uint32_t);
    for (int y = 0; y < picture->height; y++)
        memcpy(picture->pixels + (size_t)y * (size_t)picture->width,
               data + (size_t)y * (size_t)cairo_image_surface_get_stride(surface), row);
    cairo_surface_destroy(surface);
}

void picture_release(struct picture *picture)
{
    free(picture->pixels);
    *picture = (struct picture){0};
}

uint32_t picture_at(const struct picture *picture, int x, int y)
{
    assert_in_range(x, 0, picture->width - 1);
    assert_in_range(y, 0, picture->height - 1);
    return picture->pixels[(size_t)y * (size_t)picture->width + (size_t)x] & 0xffffff;
}

static int is_near(uint32_t a, uint32_t b)
{
    for (int shift = 0; shift < 24; shift += 8)
        if (abs((int)(a >> shift & 255) - (int)(b >> shift & 255)) > 3)
            return 0;
    return 1;
}

static void widen(struct found *found, int x, int y)
{
    found->count++;
    found->left = x < found->left ? x : found->left;
    found->right = x > found->right ? x : found->right;
    found->top = y < found->top ? y : found->top;
    found->bottom = y > found->bottom ? y : found->bottom;
}

static struct found find(const struct picture *picture, int dark, uint32_t wanted)
{
    struct found found = {
        .left = picture->width, .top = picture->height, .right = -1, .bottom = -1};
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++) {
            uint32_t pixel = picture_at(picture, x, y);
            if (dark ? (pixel & 255) < 128 && (pixel >> 8 & 255) < 128 : is_near(pixel, wanted))
                widen(&found, x, y);
        }
    return found;
}

struct found picture_find(const struct picture *picture, struct colour colour)
{
    return find(picture, 0, palette_pixel(colour));
}

struct found picture_find_dark(const struct picture *picture)
{
    return find(picture, 1, 0);
}

/* A reader of XML, as strict as its few rules. */
struct xml {
    const char *start, *at;
    char names[64][32]; /* of the elements that are open */
    int depth, elements;
    const char *ids[8192];
    size_t id_lengths[8192];
    int id_count;
};

static void expect(const struct xml *xml, int holds, const char *what)
{
    if (!holds)
        fail_msg("not well-formed at byte %td: %s: %.60s", xml->at - xml->start, what, xml->at);
}

static void skip_blanks(struct xml *xml)
{
    while (isspace((unsigned char)*xml->at))
        xml->at++;
}

static size_t name_length(const char *at)
{
    size_t length = 0;
    if (isalpha((unsigned char)*at))
        while (isalnum((unsigned char)at[length]) || (at[length] && strchr("-:_.", at[length])))
            length++;
    return length;
}

static void skip_entity(struct xml *xml)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&apos;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strncmp(xml->at, known[i], strlen(known[i]))) {
            xml->at += strlen(known[i]);
            return;
        }
    expect(xml, 0, "unknown entity");
}

static void add_id(struct xml *xml, const char *value, size_t length)
{
    for (int i = 0; i < xml->id_count; i++)
        expect(xml, xml->id_lengths[i] != length || memcmp(xml->ids[i], value, length) != 0,
               "an id twice");
    assert_true(xml->id_count < 8192);
    xml->ids[xml->id_count] = value;
    xml->id_lengths[xml->id_count++] = length;
}

static void read_attribute(struct xml *xml)
{
    const char *name = xml->at;
    size_t length = name_length(name);
    expect(xml, length > 0, "no attribute");
    xml->at += length;
    expect(xml, xml->at[0] == '=' && xml->at[1] == '"', "no quoted value");
    const char *value = xml->at += 2;
    while (*xml->at && *xml->at != '"') {
        expect(xml, *xml->at != '<', "'<' in a value");
        if (*xml->at == '&')
            skip_entity(xml);
        else
            xml->at++;
    }
    expect(xml, *xml->at == '"', "no end of a value");
    if (length == 2 && !strncmp(name, "id", 2))
        add_id(xml, value, (size_t)(xml->at - value));
    xml->at++;
}

static void read_tag(struct xml *xml)
{
    int closing = *++xml->at == '/';
    const char *name = xml->at += closing;
    size_t length = name_length(name);
    expect(xml, length > 0 && length < 32, "no name");
    xml->at += length;
    if (closing) {
        expect(xml,
               xml->depth > 0 && strlen(xml->names[xml->depth - 1]) == length &&
                   !strncmp(xml->names[xml->depth - 1], name, length),
               "closes what is not open");
        xml->depth--;
    }
    for (skip_blanks(xml); !closing && *xml->at && *xml->at != '>' && *xml->at != '/';
         skip_blanks(xml))
        read_attribute(xml);
    int empty = !closing && *xml->at == '/';
    xml->at += empty;
    expect(xml, *xml->at == '>', "no end of a tag");
    xml->at++;
    xml->elements += xml->depth == 0 && !closing;
    if (closing || empty)
        return;
    assert_true(xml->depth < 64);
    memcpy(xml->names[xml->depth], name, length);
    xml->names[xml->depth++][length] = 0;
}

static void check_bytes(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 && c != '\n' && c != '\t' && c != '\r')
            fail_msg("control character %d at byte %zu", c, i);
        if (c == 0xc0 || c == 0xc1 || c > 0xf4)
            fail_msg("byte %d, which UTF-8 has not, at %zu", c, i);
    }
}

void assert_well_formed(const char *text, size_t size)
{
    struct xml *xml = calloc(1, sizeof *xml);
    xml->start = xml->at = text;
    assert_int_equal(strlen(text), size);
    check_bytes(text, size);
    if (!strncmp(xml->at, "<?xml", 5)) {
        xml->at = strstr(xml->at, "?>");
        assert_non_null(xml->at);
        xml->at += 2;
    }
    while (*xml->at) {
        if (*xml->at == '<')
            read_tag(xml);
        else if (*xml->at == '&')
            skip_entity(xml);
        else {
            expect(xml, xml->depth > 0 || isspace((unsigned char)*xml->at), "text outside");
            xml->at++;
        }
    }
    expect(xml, xml->depth == 0, "an element is not closed");
    assert_int_equal(xml->elements, 1);
    free(xml);
}

const char *hostile_text(int index)
{
    static char enormous[10241];
    static const char *const texts[HOSTILE_TEXTS] = {
        "<script>alert('1')</script>",
        "a & b \"quoted\" 'too' ]]> <!-- --> <?x?>",
        "line\nbreak\ttab\x01\x1b[31m\x7f",
        "broken \xff\xfe \xc3 \xed\xa0\x80 \xf5\x80\x80\x80 utf-8 \xe2\x82",
        "\xe6\x84\x9f\xe6\x83\x85 \xce\xb1\xce\xb2\xce\xb3 \xf0\x9f\x98\x80 "
        "\xd8\xb3\xd9\x84\xd8\xa7",
        "",
        "%s%n%d%9999999d",
        enormous,
    };
    for (size_t i = 0; i < sizeof enormous - 1; i++)
        enormous[i] = "long <&> \xc3\xa9"[i % 11];
    return texts[index];
}

ser_audio make_tone(double hz, double seconds, int rate, int channels)
{
    size_t frames = (size_t)lround(seconds * rate);
    ser_audio audio = {.frames = frames, .rate = rate, .channels = channels};
    audio.samples = calloc(frames * (size_t)channels, sizeof *audio.samples);
    for (size_t t = 0; t < frames; t++)
        for (int c = 0; c < channels; c++)
            audio.samples[t * (size_t)channels + (size_t)c] =
                (float)(0.5 * sin(2 * M_PI * hz * (double)t / rate));
    return audio;
}

ser_audio make_constant(float value, size_t frames, int rate)
{
    ser_audio audio = {.frames = frames, .rate = rate, .channels = 1};
    audio.samples = calloc(frames, sizeof *audio.samples);
    for (size_t t = 0; t < frames; t++)
        audio.samples[t] = value;
    return audio;
}

#define _GNU_SOURCE
#include "report/explore/html.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/canvas.h"
#include "report/escape.h"

enum { MOST_SVG = 200000 /* bytes */ };

static const double chart_width = 500, chart_edge = 4; /* units */
static const double png_scale = 2;                     /* pixels for a unit */

void html_fail(struct html *html, ser_status status)
{
    if (!html->status)
        html->status = status;
}

static void fail_memory(struct html *html)
{
    html_fail(html, SER_ERROR_MEMORY);
    error_memory(html->error, "writing a report");
}

void html_put(struct html *html, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(html->stream, format, arguments);
    va_end(arguments);
}

static void put_escaped(struct html *html, const char *text)
{
    char *escaped = html_escape(text);
    if (escaped)
        fputs(escaped, html->stream);
    else
        fail_memory(html);
    free(escaped);
}

void html_text(struct html *html, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    if (text)
        put_escaped(html, text);
    else
        fail_memory(html);
    free(text);
}

void html_count(struct html *html, long long count)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", count);
    for (int i = 0; i < length; i++) {
        putc(digits[i], html->stream);
        int left = length - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            putc(',', html->stream);
    }
}

static void put_signed(struct html *html, double value, int decimals, const char *plus)
{
    char digits[64];
    if (!isfinite(value)) {
        html_put(html, "–");
        return;
    }
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    int is_zero = !digits[strspn(digits, "0.")];
    html_put(html, "%s%s", is_zero ? "" : value < 0 ? "−" : plus, digits);
}

void html_number(struct html *html, double value, int decimals)
{
    put_signed(html, value, decimals, "");
}

void html_difference(struct html *html, double value, int decimals)
{
    put_signed(html, value, decimals, "+");
}

void html_duration(struct html *html, double seconds)
{
    if (seconds >= 3600)
        html_put(html, "%.1f h", seconds / 3600);
    else if (seconds >= 60)
        html_put(html, "%.0f min", seconds / 60);
    else
        html_put(html, "%.1f s", seconds);
}

void html_table_begin(struct html *html, const char *const *columns)
{
    html_put(html, "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
    for (; *columns; columns++) {
        html_put(html, "<th scope=\"col\">");
        put_escaped(html, *columns);
        html_put(html, "</th>");
    }
    html_put(html, "</tr></thead><tbody>\n");
}

void html_table_end(struct html *html)
{
    html_put(html, "</tbody></table></div>\n");
}

void html_row(struct html *html, const char *heading)
{
    html_put(html, "<tr><th scope=\"row\">");
    put_escaped(html, heading);
    html_put(html, "</th>");
}

void html_cell_text(struct html *html, const char *text)
{
    html_put(html, "<td>");
    put_escaped(html, text);
    html_put(html, "</td>");
}

static void begin_number(struct html *html)
{
    html_put(html, "<td class=\"n\">");
}

void html_cell_count(struct html *html, long long count)
{
    begin_number(html);
    html_count(html, count);
    html_put(html, "</td>");
}

void html_cell_number(struct html *html, double value, int decimals)
{
    begin_number(html);
    html_number(html, value, decimals);
    html_put(html, "</td>");
}

void html_cell_difference(struct html *html, double value, int decimals)
{
    begin_number(html);
    html_difference(html, value, decimals);
    html_put(html, "</td>");
}

void html_cell_duration(struct html *html, double seconds)
{
    begin_number(html);
    html_duration(html, seconds);
    html_put(html, "</td>");
}

void html_picture(struct html *html, const void *bytes, size_t size, const char *type, int width,
                  int height, const char *alt)
{
    char *data = base64_encode(bytes, size);
    if (!data) {
        fail_memory(html);
        return;
    }
    html_put(html, "<img width=\"%d\" height=\"%d\" alt=\"", width, height);
    put_escaped(html, alt);
    html_put(html, "\" src=\"data:%s;base64,%s\">", type, data);
    free(data);
}

static ser_status draw_chart(const struct chart_kind *kind, const void *data,
                             enum picture_kind picture, double height, char **bytes, size_t *size,
                             ser_error *error)
{
    struct canvas *canvas = NULL;
    struct rectangle area = {chart_edge, chart_edge, chart_width - 2 * chart_edge,
                             height - 2 * chart_edge};
    ser_status status = canvas_create(&canvas, picture, chart_width, height,
                                      picture == PICTURE_PNG ? png_scale : 1, error);
    *bytes = NULL;
    if (!status) {
        kind->draw(canvas, area, data);
        status = canvas_finish(canvas, bytes, size, error);
    }
    canvas_destroy(canvas);
    return status;
}

/* Lines and letters stay sharp at any size as SVG, but thousands of dots are smaller as pixels. */
void html_chart(struct html *html, const struct chart_kind *kind, const void *data, const char *alt)
{
    char *bytes = NULL;
    size_t size = 0;
    const char *type = "image/svg+xml";
    ser_status status = html->status ? html->status : kind->check(data, html->error);
    if (status) {
        html_fail(html, status);
        return;
    }
    double height = ceil(kind->height(data, chart_width - 2 * chart_edge) + 2 * chart_edge);
    status = draw_chart(kind, data, PICTURE_SVG, height, &bytes, &size, html->error);
    if (!status && size > MOST_SVG) {
        free(bytes);
        type = "image/png";
        status = draw_chart(kind, data, PICTURE_PNG, height, &bytes, &size, html->error);
    }
    if (!status) {
        html_put(html, "<div class=\"chart\">");
        html_picture(html, bytes, size, type, (int)chart_width, (int)height, alt);
        html_put(html, "</div>\n");
    }
    html_fail(html, status);
    free(bytes);
}

void html_details_begin(struct html *html, const char *summary)
{
    html_put(html, "<details><summary>");
    put_escaped(html, summary);
    html_put(html, "</summary>\n");
}

void html_details_end(struct html *html)
{
    html_put(html, "</details>\n");
}

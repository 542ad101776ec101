/* A page of HTML being written. What goes wrong is kept until the page is finished, so that those
 * who write need not ask after every word. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "report/charts/chart.h"
#include "ser/status.h"

struct html {
    FILE *stream;
    ser_status status; /* the first failure; nothing is drawn after it */
    ser_error *error;
};

/* Markup of ours, as it is; its arguments must be numbers, or texts of ours. */
__attribute__((format(printf, 2, 3))) void html_put(struct html *html, const char *format, ...);

/* Text from anywhere, escaped. */
__attribute__((format(printf, 2, 3))) void html_text(struct html *html, const char *format, ...);

/* "9,003"; "12.3"; "−4.5", "+4.5" for a difference; a dash where it is not finite. */
void html_count(struct html *html, long long count);
void html_number(struct html *html, double value, int decimals);
void html_difference(struct html *html, double value, int decimals);

/* "3.4 h", "12 min", "2.1 s". */
void html_duration(struct html *html, double seconds);

/* A table in a frame that scrolls where the window is narrow: the names of its columns, ended by
 * NULL. Rows, from html_row to the next, have a heading and cells. */
void html_table_begin(struct html *html, const char *const *columns);
void html_table_end(struct html *html);
void html_row(struct html *html, const char *heading);
void html_cell_text(struct html *html, const char *text);
void html_cell_count(struct html *html, long long count);
void html_cell_number(struct html *html, double value, int decimals);
void html_cell_difference(struct html *html, double value, int decimals);
void html_cell_duration(struct html *html, double seconds);

/* A chart, narrow enough to be read on a phone, with a text for those who do not see it. cairo's
 * SVGs have ids ("glyph0-1") that are the same in all of them and would clash if several stood in
 * one page as they are; an <img> that holds one as a data: URL is a document of its own. */
void html_chart(struct html *html, const struct chart_kind *kind, const void *data,
                const char *alt);

/* A picture of these bytes. */
void html_picture(struct html *html, const void *bytes, size_t size, const char *type, int width,
                  int height, const char *alt);

/* The table of a chart's numbers, folded away. */
void html_details_begin(struct html *html, const char *summary);
void html_details_end(struct html *html);

/* Notes a failure; the first one counts. */
void html_fail(struct html *html, ser_status status);

#endif

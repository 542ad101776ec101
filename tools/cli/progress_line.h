/* A line on the terminal that shows how far long work is. Quiet when standard error is no
 * terminal. */
#ifndef CLI_PROGRESS_LINE_H
#define CLI_PROGRESS_LINE_H

/* Whether lines would be seen. */
int progress_line_visible(void);

/* Shows a bar for done of total and a text behind it, in place of the line before. At most some ten
 * times a second, and always at the end of a bar. */
void progress_line_show(const char *label, int done, int total, const char *text);

/* The same with "done of total recordings" for the text. */
void progress_line_show_recordings(const char *label, int done, int total);

/* Removes the line, before other output. */
void progress_line_clear(void);

#endif

/* Text in lines that fit. */
#ifndef CLI_WRAPPED_TEXT_H
#define CLI_WRAPPED_TEXT_H

/* Prints a label of `indent` columns, or of its own length and a blank where it is longer, and
 * beside it a text, broken into lines of up to `width` columns (0: never) that all begin below each
 * other.
 */
void print_wrapped(const char *label, int indent, int width, const char *text);

/* Columns of the terminal that standard output is; 0 when it is none. */
int output_columns(void);

/* Columns that a UTF-8 text takes, one for each character. */
int text_columns(const char *text);

#endif

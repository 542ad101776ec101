#include "wrapped_text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int output_columns(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
        return 0;
    return size.ws_col;
}

/* Characters of the first `length` bytes: all bytes but those that continue one. */
static int characters(const char *text, size_t length)
{
    int count = 0;
    for (size_t i = 0; i < length; i++)
        count += (text[i] & 0xc0) != 0x80;
    return count;
}

int text_columns(const char *text)
{
    return characters(text, strlen(text));
}

void print_wrapped(const char *label, int indent, int width, const char *text)
{
    int used = text_columns(label), is_first = 1;
    size_t length = strlen(label);
    if (used >= indent && length && label[length - 1] != ' ')
        indent = used + 1;
    printf("%s%*s", label, used < indent ? indent - used : 0, "");
    int column = used > indent ? used : indent;
    while (*text) {
        length = strcspn(text, " ");
        int word = characters(text, length);
        if (!is_first && width && column + 1 + word > width) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            putchar(' ');
            column++;
        }
        fwrite(text, 1, length, stdout);
        column += word;
        is_first = 0;
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

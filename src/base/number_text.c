#include "base/number_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 9, EXACT_POWERS = 23 };

/* All powers of ten that a double holds exactly. */
static const double powers[EXACT_POWERS] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* "00" to "99" */
static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                            "34353637383940414243444546474849505152535455565758596061626364656667"
                            "6869707172737475767778798081828384858687888990919293949596979899";

/* Rounded once, as the power is exact. */
static double shifted(double size, int places)
{
    return places >= 0 ? size * powers[places] : size / powers[-places];
}

/* The nine digits of a number and the exponent of the first of them. Returns 0 where a double does
 * not settle them: far from 1, or so near the middle between two that rounding might decide, its
 * error being below 1e9 * 2^-53. */
static int find_digits(double size, int64_t *digits, int *exponent)
{
    const double smallest = 1e-13, largest = 1e22, margin = 1e-6;
    int power;
    if (!(size >= smallest && size <= largest))
        return 0;
    frexp(size, &power);
    *exponent = (power - 1 + 4096) * 1233 / 4096 - 1233; /* log10(2) is 1233/4096; or one more */
    double scaled = shifted(size, DIGITS - 1 - *exponent);
    if (scaled >= powers[DIGITS])
        scaled = shifted(size, DIGITS - 1 - ++*exponent);
    *digits = (int64_t)scaled;
    double rest = scaled - (double)*digits;
    if (fabs(rest - 0.5) < margin)
        return 0;
    *digits += rest > 0.5;
    if (*digits == (int64_t)powers[DIGITS]) {
        *digits /= 10;
        ++*exponent;
    }
    return 1;
}

/* Writes the digits without the zeros at the end; returns how many there are. */
static int write_digits(char text[DIGITS], int64_t digits)
{
    uint32_t rest = (uint32_t)digits;
    int count = DIGITS;
    for (int i = DIGITS - 2; i > 0; i -= 2, rest /= 100)
        memcpy(text + i, pairs + 2 * (rest % 100), 2);
    *text = (char)('0' + rest);
    while (count > 1 && text[count - 1] == '0')
        count--;
    return count;
}

/* d.ddde-07 */
static char *write_scientific(char *at, const char *digits, int count, int exponent)
{
    *at++ = digits[0];
    if (count > 1) {
        *at++ = '.';
        memcpy(at, digits + 1, (size_t)count - 1);
        at += count - 1;
    }
    int size = exponent < 0 ? -exponent : exponent;
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    *at++ = (char)('0' + size / 10);
    *at++ = (char)('0' + size % 10);
    return at;
}

/* 0.000ddd, dd.d or ddd000; all nine places of `digits` are written, the last perhaps zeros. */
static char *write_plain(char *at, const char *digits, int count, int exponent)
{
    int whole = exponent + 1;
    if (whole <= 0) {
        *at++ = '0';
        *at++ = '.';
        memset(at, '0', (size_t)-whole);
        memcpy(at - whole, digits, (size_t)count);
        return at - whole + count;
    }
    memcpy(at, digits, (size_t)whole);
    at += whole;
    if (count > whole) {
        *at++ = '.';
        memcpy(at, digits + whole, (size_t)(count - whole));
        at += count - whole;
    }
    return at;
}

/* Digit by digit, exactly; printf's point is that of the locale. */
static int write_slowly(char text[NUMBER_TEXT_LENGTH], double value)
{
    int length = snprintf(text, NUMBER_TEXT_LENGTH, "%.*g", DIGITS, value);
    char *comma = strchr(text, ',');
    if (comma)
        *comma = '.';
    return length;
}

int number_text(char text[NUMBER_TEXT_LENGTH], double value)
{
    char digits[DIGITS], *at = text;
    int64_t number;
    int exponent;
    if (value == 0) /* as in silence */
        return snprintf(text, NUMBER_TEXT_LENGTH, "%s", signbit(value) ? "-0" : "0");
    if (!find_digits(fabs(value), &number, &exponent))
        return write_slowly(text, value);
    int count = write_digits(digits, number);
    if (value < 0)
        *at++ = '-';
    if (exponent < -4 || exponent >= DIGITS)
        at = write_scientific(at, digits, count, exponent);
    else
        at = write_plain(at, digits, count, exponent);
    *at = 0;
    return (int)(at - text);
}

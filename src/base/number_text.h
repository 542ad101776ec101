/* Numbers as text, for tables of millions. */
#ifndef BASE_NUMBER_TEXT_H
#define BASE_NUMBER_TEXT_H

enum { NUMBER_TEXT_LENGTH = 32 }; /* room for any number and the final 0 */

/* Writes what printf writes for "%.9g", to the byte, some ten times as fast; whatever the locale,
 * with a point. Nine digits are enough for every float to be read back exactly. Returns the length.
 */
int number_text(char text[NUMBER_TEXT_LENGTH], double value);

#endif

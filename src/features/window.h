/* Window functions, periodic: value n of N is that of the continuous window at n/N, so that N
 * values repeated end to end join without a doubled zero. That is the form for spectra; the
 * symmetric form, at n/(N-1), is for designing filters. */
#ifndef FEATURES_WINDOW_H
#define FEATURES_WINDOW_H

enum window_kind {
    WINDOW_HANN, /* 0.5 - 0.5 cos(2 pi n/N) */
    WINDOW_KINDS
};

/* "hann"; NULL for a value outside the list. Static string. */
const char *window_name(enum window_kind kind);

/* Fills values[0 … count-1]. */
void window_fill(enum window_kind kind, float *values, int count);

#endif

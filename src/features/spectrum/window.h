/* Window functions, in two forms. Periodic: value n of N is that of the continuous window at n/N,
 * so that N values repeated end to end join without a doubled zero. Symmetric: the value at
 * n/(N-1), so that the first and the last are equal; a window of a single value is then 1. Each
 * kind has the form of the tools whose features are computed with it.
 */
#ifndef FEATURES_WINDOW_H
#define FEATURES_WINDOW_H

enum window_kind {
    WINDOW_HANN,    /* periodic: 0.5 - 0.5 cos(2 pi n/N) (librosa, SciPy's default) */
    WINDOW_HAMMING, /* symmetric: 0.54 - 0.46 cos(2 pi n/(N-1)) (HTK, openSMILE) */
    WINDOW_GAUSS,   /* symmetric: exp(-x^2 / (2 sigma^2)), sigma = 0.4, where x = 2n/(N-1) - 1 goes
                       from -1 to 1: sigma is 0.4 of the half width, the ends are 0.044 (the form
                       of the eGeMAPS pitch windows) */
    WINDOW_POVEY,   /* symmetric: (0.5 - 0.5 cos(2 pi n/(N-1)))^0.85, a Hann window with steeper
                       flanks (Kaldi's default) */
    WINDOW_KINDS
};

/* "hann"; NULL for a value outside the list. Static string. */
const char *window_name(enum window_kind kind);

/* Fills values[0 … count-1]. */
void window_fill(enum window_kind kind, float *values, int count);

#endif

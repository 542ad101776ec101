/* Linear prediction: a frame's spectrum as an all-pole filter 1/A(z), whose poles are the
 * resonances of the vocal tract, the formants (Makhoul, "Linear prediction: a tutorial review",
 * 1975).
 *
 *     A(z) = 1 + a[1] z^-1 + … + a[order] z^-order
 *
 * that is, x[n] is predicted to be -a[1] x[n-1] - … - a[order] x[n-order]. All in double: the poles
 * of a strong resonance lie close to the unit circle, where they depend on a's last digits.
 */
#ifndef FEATURES_LPC_H
#define FEATURES_LPC_H

enum { LPC_MAX_ORDER = 32 };

struct root {
    double re, im;
};

struct formant {
    double frequency; /* Hz */
    double bandwidth; /* Hz */
};

/* The filter that predicts best a signal of autocorrelation r, r[k] = sum over n of x[n] x[n+k], by
 * the Levinson-Durbin recursion.
 * a: (order+1), a[0] = 1. Returns the power of what prediction leaves over, 0 … r[0]. A signal
 * without power gives the filter that predicts nothing, and where rounding makes the recursion
 * unstable it ends, with zeros for the rest of a: the filter is always a stable one. */
double lpc_levinson(const double *r, int order, double *a);

/* All zeros of A(z), in no particular order; those of complex pairs come both. a[0] must not be 0.
 * roots: (order). Returns how many: `order`, less the coefficients at the end of a that are 0 (each
 * of these is a root at z = 0, of no use as a resonance). Coefficients that are not finite give
 * none.
 *
 * Laguerre's method, which reaches a root from almost anywhere in a few steps; each root or pair of
 * roots found is divided out, and at the end improved by Newton steps on the whole polynomial. The
 * number of steps is bounded. */
int lpc_roots(const double *a, int order, struct root *roots);

/* Resonances from roots: of each pair the one with positive imaginary part, z = |z| exp(i w), rings
 * at frequency w rate/(2 pi) and decays with the bandwidth -ln|z| rate/pi. Roots outside the unit
 * circle are mirrored into it (1/z*), as the spectrum does not tell the two apart. Keeps
 * frequencies from `low` to `high` Hz, in ascending order. formants: (count). Returns how many. */
int lpc_formants(const struct root *roots, int count, double rate, double low, double high,
                 struct formant *formants);

#endif

#define _GNU_SOURCE
#include "features/voice/lpc.h"

#include <float.h>
#include <math.h>
#include <string.h>

double lpc_levinson(const double *r, int order, double *a)
{
    memset(a, 0, (size_t)(order + 1) * sizeof *a);
    a[0] = 1;
    double error = r[0];
    for (int i = 1; i <= order && error > 0; i++) {
        double sum = r[i];
        for (int j = 1; j < i; j++)
            sum += a[j] * r[i - j];
        double reflection = -sum / error;
        if (!(fabs(reflection) < 1))
            break;
        for (int j = 1; j <= i / 2; j++) {
            double front = a[j], back = a[i - j];
            a[j] = front + reflection * back;
            a[i - j] = back + reflection * front;
        }
        a[i] = reflection;
        error *= 1 - reflection * reflection;
    }
    return error;
}

static struct root add(struct root a, struct root b)
{
    return (struct root){a.re + b.re, a.im + b.im};
}

static struct root subtract(struct root a, struct root b)
{
    return (struct root){a.re - b.re, a.im - b.im};
}

static struct root multiply(struct root a, struct root b)
{
    return (struct root){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static struct root scale(struct root a, double factor)
{
    return (struct root){a.re * factor, a.im * factor};
}

/* |a|^2 */
static double norm(struct root a)
{
    return a.re * a.re + a.im * a.im;
}

/* b must not be 0. */
static struct root divide(struct root a, struct root b)
{
    double n = norm(b);
    return (struct root){(a.re * b.re + a.im * b.im) / n, (a.im * b.re - a.re * b.im) / n};
}

static struct root square_root(struct root a)
{
    double magnitude = sqrt(norm(a));
    double re = sqrt(fmax(0, (magnitude + a.re) / 2));
    double im = sqrt(fmax(0, (magnitude - a.re) / 2));
    return (struct root){re, a.im < 0 ? -im : im};
}

/* A polynomial c[0] z^degree + … + c[degree] at z. */
struct values {
    struct root p;     /* its value */
    struct root slope; /* first derivative */
    struct root bend;  /* half the second derivative */
    double rounding;   /* bound of the error of p */
};

static struct values evaluate(const double *c, int degree, struct root z)
{
    struct values v = {.p = {c[0], 0}};
    double size = sqrt(norm(z)), bound = fabs(c[0]);
    for (int i = 1; i <= degree; i++) {
        v.bend = add(multiply(v.bend, z), v.slope);
        v.slope = add(multiply(v.slope, z), v.p);
        v.p = multiply(v.p, z);
        v.p.re += c[i];
        bound = bound * size + fabs(c[i]);
    }
    v.rounding = 4 * DBL_EPSILON * bound;
    return v;
}

/* Laguerre's step: with G = p'/p and H = G^2 - p''/p, n / (G ± sqrt((n-1)(nH - G^2))), the sign
 * such that the denominator is the larger one. */
static struct root laguerre_step(const struct values *v, int degree)
{
    double n = degree;
    struct root g = divide(v->slope, v->p), square = multiply(g, g);
    struct root h = subtract(square, scale(divide(v->bend, v->p), 2));
    struct root spread = square_root(scale(subtract(scale(h, n), square), n - 1));
    struct root plus = add(g, spread), minus = subtract(g, spread);
    struct root larger = norm(plus) < norm(minus) ? minus : plus;
    if (!(norm(larger) > 0))
        return (struct root){1, 0.5}; /* a place where p is flat: leave it */
    return divide((struct root){n, 0}, larger);
}

/* A root of c. The steps start on the circle of the roots' mean size (geometric), where most roots
 * of a speech filter lie. On rare starts they go round in a ring; they start anew then, elsewhere.
 * The start after which |p| came out least wins. */
static struct root find_root(const double *c, int degree)
{
    enum { STARTS = 8, STEPS = 12 };
    struct root best = {0, 0};
    double least = INFINITY, radius = pow(fabs(c[degree] / c[0]), 1.0 / degree);
    for (int start = 0; start < STARTS; start++) {
        double angle = 1 + 2.4 * start; /* radians; 2.4, the golden angle, never comes round */
        struct root z = {radius * cos(angle), radius * sin(angle)};
        for (int i = 0; i < STEPS; i++) {
            struct values v = evaluate(c, degree, z);
            if (norm(v.p) < least) {
                least = norm(v.p);
                best = z;
            }
            if (!(norm(v.p) > v.rounding * v.rounding))
                return best;
            z = subtract(z, laguerre_step(&v, degree));
        }
    }
    return best;
}

/* Newton steps on the whole polynomial, as long as they lessen its value. */
static struct root improve(const double *c, int degree, struct root z)
{
    struct values v = evaluate(c, degree, z);
    for (int i = 0; i < 2 && norm(v.p) > v.rounding * v.rounding && norm(v.slope) > 0; i++) {
        struct root next = subtract(z, divide(v.p, v.slope));
        struct values w = evaluate(c, degree, next);
        if (!(norm(w.p) < norm(v.p)))
            break;
        z = next;
        v = w;
    }
    return z;
}

/* Divides c by (z - root), or with its mirror image by z^2 - 2 re z + norm; the remainder is
 * dropped. Returns the degree that is left. */
static int deflate(double *c, int degree, struct root root, int is_pair)
{
    double first = is_pair ? 2 * root.re : root.re, second = is_pair ? -norm(root) : 0;
    int left = degree - (is_pair ? 2 : 1);
    for (int i = 1; i <= left; i++)
        c[i] += first * c[i - 1] + (i > 1 ? second * c[i - 2] : 0);
    return left;
}

static int all_finite(const double *a, int count)
{
    for (int i = 0; i < count; i++)
        if (!isfinite(a[i]))
            return 0;
    return 1;
}

int lpc_roots(const double *a, int order, struct root *roots)
{
    double rest[LPC_MAX_ORDER + 1];
    if (order < 1 || order > LPC_MAX_ORDER || !all_finite(a, order + 1))
        return 0;
    while (order > 0 && a[order] == 0)
        order--;
    memcpy(rest, a, (size_t)(order + 1) * sizeof *a);
    int found = 0;
    for (int left = order; left > 0;) {
        struct root z = find_root(rest, left);
        /* What lies this close to the real axis is a real root, or a pair that cannot be told from
         * a double real one. */
        int is_pair = left > 1 && z.im * z.im > 1e-20 * norm(z);
        if (!is_pair)
            z.im = 0;
        left = deflate(rest, left, z, is_pair);
        z = improve(a, order, z);
        roots[found++] = z;
        if (is_pair)
            roots[found++] = (struct root){z.re, -z.im};
    }
    return found;
}

int lpc_formants(const struct root *roots, int count, double rate, double low, double high,
                 struct formant *formants)
{
    int found = 0;
    for (int i = 0; i < count; i++) {
        double size = sqrt(norm(roots[i]));
        if (!(roots[i].im > 0))
            continue;
        double frequency = atan2(roots[i].im, roots[i].re) * rate / (2 * M_PI);
        if (!(frequency >= low && frequency <= high))
            continue;
        int place = found++;
        for (; place > 0 && formants[place - 1].frequency > frequency; place--)
            formants[place] = formants[place - 1];
        formants[place] = (struct formant){frequency, fabs(log(size)) * rate / M_PI};
    }
    return found;
}

#define _GNU_SOURCE
#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "features/voice/lpc.h"
#include "near.h"

static struct random source;

static double uniform(double low, double high)
{
    return (double)random_uniform(&source, (float)low, (float)high);
}

/* r[k] = sum over n of x[n] x[n+k], k = 0 … order; beyond the frame x is 0. */
static void autocorrelate(const double *x, int count, int order, double *r)
{
    for (int lag = 0; lag <= order; lag++) {
        r[lag] = 0;
        for (int n = 0; n + lag < count; n++)
            r[lag] += x[n] * x[n + lag];
    }
}

/* The normal equations: sum over j of a[j] r[|i-j|] = 0 for i = 1 … order. */
static void test_prediction_solves_the_normal_equations(void **state)
{
    (void)state;
    enum { ORDER = 11, COUNT = 200 };
    source = random_seeded(5, 1);
    for (int trial = 0; trial < 200; trial++) {
        double x[COUNT], r[ORDER + 1], a[ORDER + 1], last = 0;
        for (int n = 0; n < COUNT; n++)
            x[n] = last = 0.9 * last + uniform(-1, 1);
        autocorrelate(x, COUNT, ORDER, r);
        double error = lpc_levinson(r, ORDER, a);
        double left = 0;
        for (int i = 0; i <= ORDER; i++) {
            double sum = 0;
            for (int j = 0; j <= ORDER; j++)
                sum += a[j] * r[abs(i - j)];
            assert_near(sum, i ? 0 : error, 1e-9 * r[0]);
            left += a[i] * r[i];
        }
        assert_near(left, error, 1e-9 * r[0]);
        assert_true(error > 0 && error <= r[0]);
    }
}

static void test_a_signal_without_power_predicts_nothing(void **state)
{
    (void)state;
    double r[5] = {0}, a[5] = {7, 7, 7, 7, 7};
    assert_near(lpc_levinson(r, 4, a), 0, 0);
    assert_near(a[0], 1, 0);
    for (int i = 1; i < 5; i++)
        assert_near(a[i], 0, 0);
    double impossible[5] = {1, 2, 3, 4, 5}; /* no signal has |r[1]| > r[0] */
    lpc_levinson(impossible, 4, a);
    for (int i = 1; i < 5; i++)
        assert_near(a[i], 0, 0);
}

/* (z - z1) (z - z2) … */
static void multiply_out(const double complex *roots, int count, double *a)
{
    double complex c[LPC_MAX_ORDER + 1] = {1};
    for (int i = 0; i < count; i++)
        for (int j = i + 1; j > 0; j--)
            c[j] -= roots[i] * c[j - 1];
    for (int i = 0; i <= count; i++)
        a[i] = creal(c[i]);
}

/* The furthest that a known root is from the nearest that was found. */
static double worst_distance(const double complex *known, int count, const struct root *found)
{
    double worst = 0;
    for (int i = 0; i < count; i++) {
        double nearest = INFINITY;
        for (int j = 0; j < count; j++)
            nearest = fmin(nearest, cabs(known[i] - CMPLX(found[j].re, found[j].im)));
        worst = fmax(worst, nearest);
    }
    return worst;
}

static void test_roots_are_found(void **state)
{
    (void)state;
    source = random_seeded(6, 2);
    for (int trial = 0; trial < 20000; trial++) {
        double complex known[LPC_MAX_ORDER];
        double a[LPC_MAX_ORDER + 1];
        struct root found[LPC_MAX_ORDER];
        int pairs = 1 + trial % 6, count = 0;
        for (int i = 0; i < pairs; i++) {
            /* Apart from each other, as close roots are ill-defined. */
            double angle = (i + uniform(0.2, 0.8)) * M_PI / pairs, size = uniform(0.5, 1.1);
            known[count++] = size * cexp(I * angle);
            known[count] = conj(known[count - 1]);
            count++;
        }
        if (trial % 2)
            known[count++] = uniform(-1, 1);
        multiply_out(known, count, a);
        assert_int_equal(lpc_roots(a, count, found), count);
        assert_true(worst_distance(known, count, found) < 1e-7);
    }
}

/* Polynomials whose roots are known to be hard to reach: one that sends Laguerre's method round in
 * a ring from 0, multiple roots, roots far apart. */
static void test_hard_polynomials(void **state)
{
    (void)state;
    static const double ring[] = {1,
                                  -1.2245411894368958,
                                  0.62555100496986527,
                                  -0.18420714598806753,
                                  0.031740665843386667,
                                  0.024960209732462296,
                                  -0.14670971916135739,
                                  0.31195620549508646};
    struct root found[LPC_MAX_ORDER];
    assert_int_equal(lpc_roots(ring, 7, found), 7);
    for (int i = 0; i < 7; i++) {
        double complex z = CMPLX(found[i].re, found[i].im), p = 0;
        for (int j = 0; j < 8; j++)
            p = p * z + ring[j];
        assert_true(cabs(p) < 1e-12);
    }
    double complex known[LPC_MAX_ORDER];
    double a[LPC_MAX_ORDER + 1];
    for (int i = 0; i < 5; i++)
        known[i] = 0.5;
    multiply_out(known, 5, a);
    assert_int_equal(lpc_roots(a, 5, found), 5);
    assert_true(worst_distance(known, 5, found) < 2e-2); /* the fifth root of the precision */
    for (int i = 0; i < 8; i++)
        known[i] = pow(10, i - 6);
    multiply_out(known, 8, a);
    assert_int_equal(lpc_roots(a, 8, found), 8);
    assert_true(worst_distance(known, 8, found) < 1e-7);
}

static void test_roots_of_nothing(void **state)
{
    (void)state;
    struct root found[LPC_MAX_ORDER];
    static const double one[] = {1, 0, 0, 0}, line[] = {2, -1, 0, 0}, pure[] = {1, 0, 0, -8};
    assert_int_equal(lpc_roots(one, 3, found), 0);
    assert_int_equal(lpc_roots(one, 0, found), 0);
    assert_int_equal(lpc_roots(line, 3, found), 1);
    assert_near(found[0].re, 0.5, 1e-15);
    assert_near(found[0].im, 0, 0);
    assert_int_equal(lpc_roots(pure, 3, found), 3);
    for (int i = 0; i < 3; i++)
        assert_near(hypot(found[i].re, found[i].im), 2, 1e-12);
    static const double bad[] = {1, NAN, 0.5}, worse[] = {1, INFINITY, 0.5};
    assert_int_equal(lpc_roots(bad, 2, found), 0);
    assert_int_equal(lpc_roots(worse, 2, found), 0);
    double tiny[LPC_MAX_ORDER + 1] = {1}, huge[LPC_MAX_ORDER + 1] = {1};
    for (int i = 1; i <= LPC_MAX_ORDER; i++) {
        tiny[i] = 1e-300;
        huge[i] = 1e300;
    }
    int count = lpc_roots(tiny, LPC_MAX_ORDER, found);
    for (int i = 0; i < count; i++)
        assert_true(isfinite(found[i].re) && isfinite(found[i].im));
    lpc_roots(huge, LPC_MAX_ORDER, found); /* comes back */
}

/* A resonance of frequency F and bandwidth B is a pair of poles exp(-pi B/rate ± 2 pi i F/rate). */
static void test_formants_are_resonances(void **state)
{
    (void)state;
    static const double frequencies[] = {2500, 500, 1500, 20, 5480},
                        bandwidths[] = {90, 60, 300, 50, 80};
    const double rate = 11000;
    struct root roots[11];
    struct formant found[11];
    int count = 0;
    for (int i = 0; i < 5; i++) {
        /* The second lies outside of the unit circle, where the mirror image has the same
         * bandwidth. */
        double size = exp((i == 1 ? M_PI : -M_PI) * bandwidths[i] / rate);
        double angle = 2 * M_PI * frequencies[i] / rate;
        roots[count++] = (struct root){size * cos(angle), size * sin(angle)};
        roots[count++] = (struct root){size * cos(angle), -size * sin(angle)};
    }
    roots[count++] = (struct root){0.9, 0};
    assert_int_equal(lpc_formants(roots, count, rate, 50, 5450, found), 3);
    static const int order[] = {1, 2, 0};
    for (int i = 0; i < 3; i++) {
        assert_near(found[i].frequency, frequencies[order[i]], 1e-6);
        assert_near(found[i].bandwidth, bandwidths[order[i]], 1e-6);
    }
    assert_int_equal(lpc_formants(roots, 0, rate, 50, 5450, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prediction_solves_the_normal_equations),
        cmocka_unit_test(test_a_signal_without_power_predicts_nothing),
        cmocka_unit_test(test_roots_are_found),
        cmocka_unit_test(test_hard_polynomials),
        cmocka_unit_test(test_roots_of_nothing),
        cmocka_unit_test(test_formants_are_resonances),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

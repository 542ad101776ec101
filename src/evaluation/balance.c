#include "evaluation/balance.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/error.h"

/* Looking at all pairs of more groups would take long, and many small groups need no second look.
 * What counts as an improvement is far above rounding. */
enum { MAX_REFINED = 400, MAX_ROUNDS = 20 };
static const double LEAST_GAIN = 1e-9;

struct state {
    const struct balance *balance;
    double *parts; // (bins, features) what the bins have so far
    int *sizes;    // (bins) groups
    int *bins;     // (groups)
};

static const double *contents_of(const struct state *s, int group)
{
    return s->balance->contents + (size_t)group * (size_t)s->balance->features;
}

/* What the sum to minimise grows by when a bin gets `in` and gives `out`; either may be NULL. */
static double cost_of(const struct state *s, int bin, const double *in, const double *out)
{
    int features = s->balance->features;
    const double *parts = s->parts + (size_t)bin * (size_t)features;
    double share = s->balance->shares[bin], cost = 0;
    for (int f = 0; f < features; f++) {
        double change = (in ? in[f] : 0) - (out ? out[f] : 0);
        cost += change * (change + 2 * (parts[f] - share));
    }
    return cost / share;
}

static void change_bin(struct state *s, int bin, const double *contents, int sign)
{
    double *parts = s->parts + (size_t)bin * (size_t)s->balance->features;
    for (int f = 0; f < s->balance->features; f++)
        parts[f] += sign * contents[f];
    s->sizes[bin] += sign;
}

static void put(struct state *s, int group, int bin)
{
    if (s->bins[group] >= 0)
        change_bin(s, s->bins[group], contents_of(s, group), -1);
    change_bin(s, bin, contents_of(s, group), 1);
    s->bins[group] = bin;
}

static int count_empty(const struct state *s)
{
    int empty = 0;
    for (int b = 0; b < s->balance->bins; b++)
        empty += !s->sizes[b];
    return empty;
}

/* One group after the other; the last ones fill bins that would stay empty. */
static void deal(struct state *s, const int *order)
{
    for (int i = 0; i < s->balance->groups; i++) {
        bool must_fill = count_empty(s) >= s->balance->groups - i;
        int best = -1;
        double least = 0;
        for (int b = 0; b < s->balance->bins; b++) {
            if (must_fill && s->sizes[b])
                continue;
            double cost = cost_of(s, b, contents_of(s, order[i]), NULL);
            if (best < 0 || cost < least) {
                best = b;
                least = cost;
            }
        }
        put(s, order[i], best);
    }
}

/* Moves a group to another bin if that helps. */
static bool try_moves(struct state *s, int group)
{
    const double *contents = contents_of(s, group);
    for (int b = 0; b < s->balance->bins; b++) {
        int old = s->bins[group];
        if (b == old || s->sizes[old] < 2 ||
            cost_of(s, b, contents, NULL) + cost_of(s, old, NULL, contents) > -LEAST_GAIN)
            continue;
        put(s, group, b);
        return true;
    }
    return false;
}

/* Exchanges a group with a later one of the order if that helps. */
static bool try_exchanges(struct state *s, const int *order, int place)
{
    int group = order[place];
    const double *mine = contents_of(s, group);
    for (int i = place + 1; i < s->balance->groups; i++) {
        int other = order[i], here = s->bins[group], there = s->bins[other];
        const double *theirs = contents_of(s, other);
        if (here == there ||
            cost_of(s, here, theirs, mine) + cost_of(s, there, mine, theirs) > -LEAST_GAIN)
            continue;
        put(s, group, there);
        put(s, other, here);
        return true;
    }
    return false;
}

static void refine(struct state *s, const int *order)
{
    bool helped = s->balance->groups <= MAX_REFINED;
    for (int round = 0; helped && round < MAX_ROUNDS; round++) {
        helped = false;
        for (int i = 0; i < s->balance->groups; i++) {
            helped |= try_moves(s, order[i]);
            helped |= try_exchanges(s, order, i);
        }
    }
}

ser_status balance_groups(const struct balance *balance, const int *order, int *bins,
                          ser_error *error)
{
    struct state state = {.balance = balance, .bins = bins};
    if (balance->bins < 1 || balance->groups < balance->bins)
        return error_set(error, SER_ERROR_ARGUMENT, "%d groups for %d bins, expected one for each",
                         balance->groups, balance->bins);
    state.parts = calloc((size_t)balance->bins * (size_t)balance->features + 1, sizeof(double));
    state.sizes = calloc((size_t)balance->bins, sizeof *state.sizes);
    ser_status status = SER_OK;
    if (state.parts && state.sizes) {
        for (int g = 0; g < balance->groups; g++)
            bins[g] = -1;
        deal(&state, order);
        refine(&state, order);
    } else {
        status = error_memory(error, "balancing a split");
    }
    free(state.parts);
    free(state.sizes);
    return status;
}

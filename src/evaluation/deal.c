#include "evaluation/deal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "evaluation/balance.h"

enum { STREAM = 0x5eed, SEXES = 2 };

static int label_of(const struct corpus *corpus, const struct recording *recording)
{
    for (int i = 0; i < corpus->label_count; i++)
        if (!strcmp(corpus->labels[i], recording->emotion))
            return i;
    return -1;
}

/* Counts what the groups hold: recordings, those of each emotion, corpus and sex; (groups,
 * features). The caller frees it; NULL when memory ran out. */
static double *count_contents(const struct corpus *corpus, const struct groups *groups,
                              const struct groups *corpora, bool by_sex, int *features)
{
    int first_corpus = 1 + corpus->label_count, first_sex = first_corpus + corpora->count;
    *features = first_sex + (by_sex ? SEXES : 0);
    double *contents = calloc((size_t)groups->count * (size_t)*features + 1, sizeof *contents);
    for (int i = 0; contents && i < corpus->count; i++) {
        const struct recording *recording = &corpus->recordings[i];
        double *of = contents + (size_t)groups->of[i] * (size_t)*features;
        int label = label_of(corpus, recording);
        of[0]++;
        of[first_corpus + corpora->of[i]]++;
        if (label >= 0)
            of[1 + label]++;
        if (by_sex && recording->sex != SEX_UNKNOWN)
            of[first_sex + (recording->sex == SEX_MALE)]++;
    }
    return contents;
}

/* Turns counts into parts of the whole, so that a rare emotion counts as much as a common one. */
static void make_relative(double *contents, int groups, int features)
{
    for (int f = 0; f < features; f++) {
        double sum = 0;
        for (int g = 0; g < groups; g++)
            sum += contents[g * features + f];
        for (int g = 0; g < groups && sum > 0; g++)
            contents[g * features + f] /= sum;
    }
}

/* A group to be put into order. */
struct ticket {
    int group, place; /* place: by chance */
    double size;
};

static int compare_tickets(const void *a, const void *b)
{
    const struct ticket *left = a, *right = b;
    if (left->size < right->size || left->size > right->size)
        return left->size < right->size ? 1 : -1;
    return (left->place > right->place) - (left->place < right->place);
}

/* Large groups first, groups of one size by chance. */
static ser_status order_groups(int *order, const double *contents, int groups, int features,
                               uint64_t seed, ser_error *error)
{
    struct random random = random_seeded(seed, STREAM);
    struct ticket *tickets = calloc((size_t)groups + 1, sizeof *tickets);
    if (!tickets)
        return error_memory(error, "dividing a corpus");
    for (int i = 0; i < groups; i++)
        order[i] = i;
    random_shuffle(&random, order, (size_t)groups);
    for (int i = 0; i < groups; i++)
        tickets[i] = (struct ticket){order[i], i, contents[order[i] * features]};
    qsort(tickets, (size_t)groups, sizeof *tickets, compare_tickets);
    for (int i = 0; i < groups; i++)
        order[i] = tickets[i].group;
    free(tickets);
    return SER_OK;
}

ser_status deal_groups(int *bins, const struct corpus *corpus, const struct groups *groups,
                       const struct deal_settings *settings, ser_error *error)
{
    int features = 0;
    struct groups corpora;
    ser_status status = groups_find(&corpora, corpus, order_by_corpus, error);
    if (status)
        return status;
    double *contents = count_contents(corpus, groups, &corpora, settings->by_sex, &features);
    int *order = calloc((size_t)groups->count + 1, sizeof *order);
    struct balance balance = {groups->count, settings->bins, features, contents, settings->shares};
    if (!contents || !order)
        status = error_memory(error, "dividing a corpus");
    if (!status)
        status = order_groups(order, contents, groups->count, features, settings->seed, error);
    if (!status) {
        make_relative(contents, groups->count, features);
        status = balance_groups(&balance, order, bins, error);
    }
    groups_release(&corpora);
    free(contents);
    free(order);
    return status;
}

#include "evaluation/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/speakers.h"

/* A recording and how to compare it, since qsort hands over nothing else. */
struct entry {
    const struct recording *recording;
    recording_order order;
};

int order_by_corpus(const struct recording *a, const struct recording *b)
{
    return strcmp(a->corpus, b->corpus);
}

int order_by_name(const struct recording *a, const struct recording *b)
{
    int order = order_by_corpus(a, b);
    return order ? order : strcmp(a->name, b->name);
}

int order_by_source(const struct recording *a, const struct recording *b)
{
    int order = order_by_corpus(a, b);
    return order ? order : strcmp(recording_source(a), recording_source(b));
}

/* Of ASCII only: what else is a capital depends on the locale, and the split must not. */
static int small_letter(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : (unsigned char)letter;
}

int order_by_text(const struct recording *a, const struct recording *b)
{
    const char *left = a->text, *right = b->text;
    while (*left && small_letter(*left) == small_letter(*right)) {
        left++;
        right++;
    }
    return small_letter(*left) - small_letter(*right);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return left->order(left->recording, right->recording);
}

static ser_status allocate(struct groups *groups, const struct corpus *corpus, ser_error *error)
{
    *groups = (struct groups){.of = calloc((size_t)corpus->count + 1, sizeof *groups->of)};
    return groups->of ? SER_OK : error_memory(error, "grouping recordings");
}

ser_status groups_find(struct groups *groups, const struct corpus *corpus, recording_order order,
                       ser_error *error)
{
    ser_status status = allocate(groups, corpus, error);
    if (status)
        return status;
    struct entry *entries = calloc((size_t)corpus->count + 1, sizeof *entries);
    if (!entries) {
        groups_release(groups);
        return error_memory(error, "grouping recordings");
    }
    for (int i = 0; i < corpus->count; i++)
        entries[i] = (struct entry){&corpus->recordings[i], order};
    qsort(entries, (size_t)corpus->count, sizeof *entries, compare_entries);
    for (int i = 0; i < corpus->count; i++) {
        groups->count += !i || compare_entries(&entries[i - 1], &entries[i]);
        groups->of[entries[i].recording - corpus->recordings] = groups->count - 1;
    }
    free(entries);
    return SER_OK;
}

/* Numbers the groups that are left in use 0, 1, 2 …; `numbers` (count) is for scratch. */
static void renumber(struct groups *groups, int recordings, int *numbers)
{
    int used = 0;
    memset(numbers, 0, (size_t)groups->count * sizeof *numbers);
    for (int i = 0; i < recordings; i++)
        numbers[groups->of[i]] = 1;
    for (int g = 0; g < groups->count; g++)
        numbers[g] = numbers[g] ? used++ : -1;
    for (int i = 0; i < recordings; i++)
        groups->of[i] = numbers[groups->of[i]];
    groups->count = used;
}

/* For each source the number of who is said to speak in it; -1 where nobody is. */
static void find_named(const struct corpus *corpus, const struct speakers *speakers,
                       const struct groups *sources, int *named)
{
    memset(named, -1, (size_t)sources->count * sizeof *named);
    for (int i = 0; i < corpus->count; i++)
        if (*corpus->recordings[i].speaker)
            named[sources->of[i]] = speakers->of[i];
}

/* Nameless recordings get the number of who speaks in their source, or one for all such recordings
 * of their corpus: they come last in it, one after the other. */
static void join_nameless(const struct corpus *corpus, const struct speakers *speakers,
                          const struct groups *sources, const int *named, int *of)
{
    for (int s = 0, first = -1; s < speakers->count; s++) {
        int index = speakers->first[s];
        const struct recording *recording = &corpus->recordings[index];
        int source = sources->of[index];
        if (*recording->speaker)
            continue;
        if (first < 0 || order_by_corpus(&corpus->recordings[speakers->first[first]], recording))
            first = s;
        of[index] = named[source] >= 0 ? named[source] : first;
    }
}

static ser_status number_speakers(struct groups *groups, const struct corpus *corpus,
                                  const struct groups *sources, int *scratch, ser_error *error)
{
    struct speakers speakers;
    ser_status status = speakers_find(&speakers, corpus, error);
    if (status)
        return status;
    memcpy(groups->of, speakers.of, (size_t)corpus->count * sizeof *groups->of);
    groups->count = speakers.count;
    find_named(corpus, &speakers, sources, scratch);
    join_nameless(corpus, &speakers, sources, scratch, groups->of);
    renumber(groups, corpus->count, scratch);
    speakers_release(&speakers);
    return SER_OK;
}

ser_status groups_of_speakers(struct groups *groups, const struct corpus *corpus, ser_error *error)
{
    struct groups sources = {0};
    int *scratch = calloc((size_t)corpus->count + 1, sizeof *scratch);
    ser_status status = allocate(groups, corpus, error);
    if (!status && !scratch)
        status = error_memory(error, "grouping speakers");
    if (!status)
        status = groups_find(&sources, corpus, order_by_source, error);
    if (!status)
        status = number_speakers(groups, corpus, &sources, scratch, error);
    if (status)
        groups_release(groups);
    groups_release(&sources);
    free(scratch);
    return status;
}

/* The group that stands for those joined with `group`: the lowest of them. */
static int find_root(int *parents, int group)
{
    while (parents[group] != group) {
        parents[group] = parents[parents[group]];
        group = parents[group];
    }
    return group;
}

static void join(struct groups *groups, const struct groups *sources, int recordings, int *parents,
                 int *first)
{
    for (int g = 0; g < groups->count; g++)
        parents[g] = g;
    memset(first, -1, (size_t)sources->count * sizeof *first);
    for (int i = 0; i < recordings; i++) {
        int *other = &first[sources->of[i]];
        int root = find_root(parents, groups->of[i]);
        int old = *other < 0 ? root : find_root(parents, *other);
        int lower = root < old ? root : old;
        parents[root] = parents[old] = *other = lower;
    }
    for (int i = 0; i < recordings; i++)
        groups->of[i] = find_root(parents, groups->of[i]);
}

ser_status groups_join_sources(struct groups *groups, const struct corpus *corpus, ser_error *error)
{
    struct groups sources;
    ser_status status = groups_find(&sources, corpus, order_by_source, error);
    if (status)
        return status;
    int *parents = calloc((size_t)groups->count + 1, sizeof *parents);
    int *first = calloc((size_t)sources.count + 1, sizeof *first);
    if (parents && first) {
        join(groups, &sources, corpus->count, parents, first);
        renumber(groups, corpus->count, parents);
    } else {
        status = error_memory(error, "grouping recordings");
    }
    free(parents);
    free(first);
    groups_release(&sources);
    return status;
}

void groups_release(struct groups *groups)
{
    free(groups->of);
    *groups = (struct groups){0};
}

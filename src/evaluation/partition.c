#include "evaluation/partition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "evaluation/deal.h"

enum { MAX_PARTS = 3 };

static ser_status check_chosen(const struct partition_settings *s, ser_error *error)
{
    if (s->folds && (s->test > 0 || s->validation > 0))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "folds and shares are two ways to divide, expected one of them");
    if (!s->folds && !(s->test > 0))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s divides as it is told, expected a number of folds or a share to test",
                         s->protocol->name);
    if (s->folds && (s->folds < 2 || s->folds > PARTITION_MAX_FOLDS))
        return error_set(error, SER_ERROR_ARGUMENT, "%d folds, expected 2 to %d", s->folds,
                         PARTITION_MAX_FOLDS);
    if (!s->folds && !(s->validation >= 0 && s->test + s->validation < 1))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "shares of %g to test and %g to validate, expected them together between "
                         "0 and 1",
                         s->test, s->validation);
    return SER_OK;
}

static ser_status check_settings(const struct partition_settings *s, ser_error *error)
{
    if (s->protocol->kind == PROTOCOL_CHOSEN)
        return check_chosen(s, error);
    if (s->folds || s->test > 0 || s->validation > 0)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s has folds of its own, expected no number of folds and no shares",
                         s->protocol->name);
    return SER_OK;
}

/* The parts that the groups are dealt to. */
struct bins {
    int count;
    int *parts;
    double *shares;
};

static ser_status make_bins(struct bins *bins, const struct partition_settings *s, ser_error *error)
{
    size_t room = (size_t)(s->folds > MAX_PARTS ? s->folds : MAX_PARTS);
    bins->parts = calloc(room, sizeof *bins->parts);
    bins->shares = calloc(room, sizeof *bins->shares);
    if (!bins->parts || !bins->shares)
        return error_memory(error, "dividing a corpus");
    for (; bins->count < s->folds; bins->count++) {
        bins->parts[bins->count] = bins->count + 1;
        bins->shares[bins->count] = 1.0 / s->folds;
    }
    const double shares[] = {1 - s->test - s->validation, s->validation, s->test};
    static const int parts[] = {PART_TRAIN, PART_VALIDATION, PART_TEST};
    for (int i = 0; i < MAX_PARTS && !s->folds; i++) {
        if (!(shares[i] > 0))
            continue;
        bins->parts[bins->count] = parts[i];
        bins->shares[bins->count++] = shares[i];
    }
    return SER_OK;
}

static ser_status deal(struct partition *partition, const struct corpus *corpus,
                       const struct groups *groups, const struct bins *bins,
                       const struct partition_settings *s, ser_error *error)
{
    const struct deal_settings settings = {bins->count, bins->shares, s->protocol->by_sex, s->seed};
    int *bin_of = calloc((size_t)groups->count + 1, sizeof *bin_of);
    if (!bin_of)
        return error_memory(error, "dividing a corpus");
    ser_status status = deal_groups(bin_of, corpus, groups, &settings, error);
    for (int i = 0; i < corpus->count && !status; i++)
        partition->parts[i] = bins->parts[bin_of[groups->of[i]]];
    free(bin_of);
    return status;
}

/* Folds or shares as they were asked for. */
static ser_status divide_as_chosen(struct partition *partition, const struct corpus *corpus,
                                   const struct groups *groups, const struct partition_settings *s,
                                   ser_error *error)
{
    struct bins bins = {0};
    ser_status status = make_bins(&bins, s, error);
    if (!status && groups->count < bins.count)
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "%d %s to divide into %d parts, expected at least one for each",
                           groups->count, s->protocol->unit, bins.count);
    if (!status)
        status = deal(partition, corpus, groups, &bins, s, error);
    partition->folds = s->folds;
    free(bins.parts);
    free(bins.shares);
    return status;
}

static ser_status divide_each(struct partition *partition, const struct groups *groups,
                              const struct protocol *protocol, ser_error *error)
{
    if (groups->count < 2 || groups->count > PARTITION_MAX_FOLDS)
        return error_set(error, SER_ERROR_ARGUMENT, "%d %s for folds of one each, expected 2 to %d",
                         groups->count, protocol->unit, PARTITION_MAX_FOLDS);
    for (int i = 0; i < partition->count; i++)
        partition->parts[i] = groups->of[i] + 1;
    partition->folds = groups->count;
    return SER_OK;
}

/* The fold of a recording by its corpus and speaker. */
static ser_status find_fold(const struct protocol *protocol, const struct recording *recording,
                            int *fold, ser_error *error)
{
    if (strcmp(recording->corpus, protocol->corpus))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: is of %s, expected only recordings of %s, which %s divides",
                         recording->path, recording->corpus, protocol->corpus, protocol->name);
    *fold = protocol_fold_of(protocol, recording->speaker) + 1;
    if (!*fold)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: speaker \"%s\" is in no fold of %s, expected one of its speakers",
                         recording->path, recording->speaker, protocol->name);
    return SER_OK;
}

/* The originals tell the folds of their groups; copies only where there is no original. */
static ser_status find_folds(int *folds, const struct corpus *corpus, const struct groups *groups,
                             const struct protocol *protocol, ser_error *error)
{
    ser_status status = SER_OK;
    for (int copies = 0; copies < 2; copies++)
        for (int i = 0; i < corpus->count && !status; i++) {
            const struct recording *recording = &corpus->recordings[i];
            int *fold = &folds[groups->of[i]];
            if (copies == (*recording->original != 0) && !*fold)
                status = find_fold(protocol, recording, fold, error);
        }
    return status;
}

static ser_status divide_as_published(struct partition *partition, const struct corpus *corpus,
                                      const struct groups *groups, const struct protocol *protocol,
                                      ser_error *error)
{
    int *folds = calloc((size_t)groups->count + 1, sizeof *folds);
    if (!folds)
        return error_memory(error, "dividing a corpus");
    ser_status status = find_folds(folds, corpus, groups, protocol, error);
    for (int i = 0; i < corpus->count && !status; i++)
        partition->parts[i] = folds[groups->of[i]];
    while (protocol->folds[partition->folds])
        partition->folds++;
    for (int fold = 1; fold <= partition->folds && !status; fold++)
        if (!partition_count(partition, fold))
            status = error_set(error, SER_ERROR_ARGUMENT,
                               "fold %d of %s is empty, expected some of its speakers (%s)", fold,
                               protocol->name, protocol->folds[fold - 1]);
    free(folds);
    return status;
}

ser_status partition_make(struct partition *partition, const struct corpus *corpus,
                          const struct partition_settings *settings, ser_error *error)
{
    const struct protocol *protocol = settings->protocol;
    struct groups groups = {0};
    *partition = (struct partition){.count = corpus->count};
    snprintf(partition->protocol, sizeof partition->protocol, "%s", protocol->name);
    ser_status status = check_settings(settings, error);
    if (status)
        return status;
    partition->parts = calloc((size_t)corpus->count + 1, sizeof *partition->parts);
    if (!partition->parts)
        return error_memory(error, "dividing a corpus");
    status = protocol->group(&groups, corpus, error);
    if (!status)
        status = groups_join_sources(&groups, corpus, error);
    if (!status && protocol->kind == PROTOCOL_CHOSEN)
        status = divide_as_chosen(partition, corpus, &groups, settings, error);
    if (!status && protocol->kind == PROTOCOL_EACH)
        status = divide_each(partition, &groups, protocol, error);
    if (!status && protocol->kind == PROTOCOL_PUBLISHED)
        status = divide_as_published(partition, corpus, &groups, protocol, error);
    groups_release(&groups);
    return status;
}

/* The side of a part in a fold: 1 train, 2 test, 0 neither. */
static int side_of(const struct partition *partition, int part, int fold)
{
    if (partition->folds && part > 0)
        return part == fold + 1 ? 2 : 1;
    return part == PART_TRAIN ? 1 : part == PART_TEST ? 2 : 0;
}

ser_status partition_split(const struct partition *partition, int fold, struct split *split,
                           ser_error *error)
{
    size_t room = (size_t)partition->count + 1;
    *split = (struct split){
        .train = calloc(room, sizeof *split->train),
        .test = calloc(room, sizeof *split->test),
    };
    if (!split->train || !split->test) {
        split_release(split);
        return error_memory(error, "dividing a corpus");
    }
    for (int i = 0; i < partition->count; i++) {
        int side = side_of(partition, partition->parts[i], fold);
        if (side == 1)
            split->train[split->train_count++] = i;
        if (side == 2)
            split->test[split->test_count++] = i;
    }
    return SER_OK;
}

int partition_count(const struct partition *partition, int part)
{
    int count = 0;
    for (int i = 0; i < partition->count; i++)
        count += partition->parts[i] == part;
    return count;
}

void part_name(int part, char name[12])
{
    static const char *const names[] = {"", "train", "validation", "test"};
    if (part > 0)
        snprintf(name, 12, "%d", part);
    else
        snprintf(name, 12, "%s", names[-part]);
}

int part_find(const char *text)
{
    char name[12], *end;
    for (int part = PART_TEST; part < PART_NONE; part++) {
        part_name(part, name);
        if (!strcmp(text, name))
            return part;
    }
    long fold = strtol(text, &end, 10);
    bool is_number = *text >= '1' && *text <= '9' && !*end;
    return is_number && fold <= PARTITION_MAX_FOLDS ? (int)fold : PART_NONE;
}

void partition_release(struct partition *partition)
{
    free(partition->parts);
    *partition = (struct partition){0};
}

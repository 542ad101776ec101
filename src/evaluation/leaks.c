#include "evaluation/leaks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "evaluation/same_bytes.h"

enum { TEXT_LENGTH = 640 };

const char *leak_kind_text(enum leak_kind kind)
{
    static const char *const texts[] = {
#define X(constant, text) text,
        LEAK_KINDS(X)
#undef X
    };
    return texts[kind];
}

ser_status leak_add(struct leak_list *list, enum leak_kind kind, bool is_leak, ser_error *error,
                    const char *format, ...)
{
    char text[TEXT_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!memory_reserve(&list->items, &list->capacity, (size_t)list->count + 1,
                        sizeof *list->items))
        return error_memory(error, "looking for leaks");
    struct leak leak = {kind, is_leak, memory_copy_text(text)};
    if (!leak.text)
        return error_memory(error, "looking for leaks");
    list->items[list->count++] = leak;
    list->leaks += is_leak;
    return SER_OK;
}

/* One question to a partition: do groups of this kind stand in one part each? */
struct search {
    struct leak_list *list;
    const struct partition *partition;
    const struct corpus *corpus;
    enum leak_kind kind;
    bool is_leak;
};

/* What the recordings of a group have in common. */
static void write_subject(char subject[256], enum leak_kind kind, const struct recording *recording)
{
    switch (kind) {
    case LEAK_SPEAKER:
        snprintf(subject, 256, "speaker %s of %s", recording->speaker, recording->corpus);
        break;
    case LEAK_COPY: snprintf(subject, 256, "%s and its copies", recording_source(recording)); break;
    case LEAK_CORPUS: snprintf(subject, 256, "corpus %s", recording->corpus); break;
    case LEAK_TEXT: snprintf(subject, 256, "\"%s\"", recording->text); break;
    default: snprintf(subject, 256, "the same bytes"); break;
    }
}

/* "speaker 03 of ravdess: A in fold 1, B in fold 2" */
static void write_case(char text[TEXT_LENGTH], const struct search *s, int one, int other)
{
    const struct recording *recordings = s->corpus->recordings;
    const char *word = s->partition->folds ? "fold " : "";
    char subject[256], here[12], there[12];
    write_subject(subject, s->kind, &recordings[one]);
    part_name(s->partition->parts[one], here);
    part_name(s->partition->parts[other], there);
    snprintf(text, TEXT_LENGTH, "%s: %s in %s%s, %s in %s%s", subject, recordings[one].name, word,
             here, recordings[other].name, word, there);
}

/* Whether the group of a recording says anything: nameless speakers and unknown texts do not. */
static bool counts(enum leak_kind kind, const struct recording *recording)
{
    return kind == LEAK_SPEAKER ? *recording->speaker : kind != LEAK_TEXT || *recording->text;
}

/* Adds a leak for each group that is in several parts; where they are no leaks, one remark with the
 * first of them. `first` and `second` have room for each group. */
static ser_status add_parted(const struct search *s, const struct groups *groups, int *first,
                             int *second, ser_error *error)
{
    char text[TEXT_LENGTH], example[TEXT_LENGTH] = "";
    ser_status status = SER_OK;
    int parted = 0;
    for (int g = 0; g < groups->count; g++)
        first[g] = second[g] = -1;
    for (int i = 0; i < s->corpus->count; i++) {
        int group = groups->of[i], part = s->partition->parts[i];
        if (part == PART_NONE || !counts(s->kind, &s->corpus->recordings[i]))
            continue;
        if (first[group] < 0)
            first[group] = i;
        else if (second[group] < 0 && part != s->partition->parts[first[group]])
            second[group] = i;
    }
    for (int g = 0; g < groups->count && !status; g++) {
        if (second[g] < 0)
            continue;
        write_case(text, s, first[g], second[g]);
        if (!parted++)
            memcpy(example, text, sizeof example);
        if (s->is_leak)
            status = leak_add(s->list, s->kind, true, error, "%s", text);
    }
    if (parted && !s->is_leak)
        status = leak_add(s->list, s->kind, false, error, "%d, such as %s", parted, example);
    return status;
}

/* Takes over the groups. */
static ser_status search_groups(const struct search *search, struct groups *groups,
                                ser_error *error)
{
    int *first = calloc((size_t)groups->count + 1, sizeof *first);
    int *second = calloc((size_t)groups->count + 1, sizeof *second);
    ser_status status = first && second ? add_parted(search, groups, first, second, error)
                                        : error_memory(error, "looking for leaks");
    free(first);
    free(second);
    groups_release(groups);
    return status;
}

static ser_status search_order(struct search search, enum leak_kind kind, bool is_leak,
                               recording_order order, ser_error *error)
{
    struct groups groups;
    search.kind = kind;
    search.is_leak = is_leak;
    ser_status status = kind == LEAK_SPEAKER ? groups_of_speakers(&groups, search.corpus, error)
                                             : groups_find(&groups, search.corpus, order, error);
    return status ? status : search_groups(&search, &groups, error);
}

static ser_status search_bytes(struct search search, ser_error *error)
{
    struct groups groups;
    int unreadable;
    search.kind = LEAK_BYTES;
    search.is_leak = true;
    ser_status status = groups_of_bytes(&groups, search.corpus, &unreadable, error);
    if (!status && unreadable)
        status = leak_add(search.list, LEAK_UNREADABLE, false, error,
                          "%d, which were not compared with others", unreadable);
    return status ? status : search_groups(&search, &groups, error);
}

static ser_status note_nameless(const struct search *search, ser_error *error)
{
    int nameless = 0;
    for (int i = 0; i < search->corpus->count; i++)
        nameless +=
            search->partition->parts[i] != PART_NONE && !*search->corpus->recordings[i].speaker;
    return nameless
               ? leak_add(search->list, LEAK_NAMELESS, false, error,
                          "%d; whether their speakers are on both sides cannot be told", nameless)
               : SER_OK;
}

ser_status split_find_leaks(struct leak_list *list, const struct partition *partition,
                            const struct corpus *corpus, ser_error *error)
{
    const struct search search = {.list = list, .partition = partition, .corpus = corpus};
    const struct protocol *protocol = protocol_find(partition->protocol);
    bool speakers_apart = protocol_keeps_speakers_apart(partition->protocol);
    ser_status status = search_order(search, LEAK_SPEAKER, speakers_apart, NULL, error);
    if (!status)
        status = search_order(search, LEAK_COPY, true, order_by_source, error);
    if (!status)
        status = search_bytes(search, error);
    if (!status && protocol && protocol->corpora_apart)
        status = search_order(search, LEAK_CORPUS, true, order_by_corpus, error);
    if (!status)
        status = search_order(search, LEAK_TEXT, protocol && protocol->texts_apart, order_by_text,
                              error);
    return status ? status : note_nameless(&search, error);
}

void leaks_release(struct leak_list *list)
{
    for (int i = 0; i < list->count; i++)
        free(list->items[i].text);
    free(list->items);
    *list = (struct leak_list){0};
}

#include "split_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain_text.h"
#include "evaluation/protocol.h"
#include "output_text.h"
#include "wrapped_text.h"

enum { FEW = 5, NARROWEST = 5, LONGEST_LINE = 1024 };

struct counts {
    int recordings, speakers, women, men;
    int emotions[CORPUS_MAX_LABELS];
};

/* Whether a speaker whom the part's flags do not know yet is one to be counted. */
static bool is_new(char *flags, int speaker, const struct recording *recording)
{
    bool known = flags[speaker] || !*recording->speaker;
    flags[speaker] = 1;
    return !known;
}

/* `flags` has room for each speaker. */
static struct counts count_part(const struct corpus *corpus, const struct partition *partition,
                                const struct groups *speakers, int part, char *flags)
{
    struct counts counts = {0};
    memset(flags, 0, (size_t)speakers->count);
    for (int i = 0; i < corpus->count; i++) {
        const struct recording *recording = &corpus->recordings[i];
        if (partition->parts[i] != part)
            continue;
        counts.recordings++;
        for (int e = 0; e < corpus->label_count; e++)
            counts.emotions[e] += !strcmp(corpus->labels[e], recording->emotion);
        if (!is_new(flags, speakers->of[i], recording))
            continue;
        counts.speakers++;
        counts.women += recording->sex == SEX_FEMALE;
        counts.men += recording->sex == SEX_MALE;
    }
    return counts;
}

static void print_header(const struct corpus *corpus)
{
    printf("%-11s %10s %8s %6s %5s", "part", "recordings", "speakers", "women", "men");
    for (int e = 0; e < corpus->label_count; e++)
        printf("  %*s", NARROWEST, corpus->labels[e]);
    putchar('\n');
}

static void print_counts(const struct corpus *corpus, const struct counts *counts, int part)
{
    char name[12];
    part_name(part, name);
    printf("%-11s %10d %8d %6d %5d", name, counts->recordings, counts->speakers, counts->women,
           counts->men);
    for (int e = 0; e < corpus->label_count; e++) {
        int width = text_columns(corpus->labels[e]);
        printf("  %*d", width > NARROWEST ? width : NARROWEST, counts->emotions[e]);
    }
    putchar('\n');
}

/* The parts in the order in which they are shown; returns PART_NONE after the last. */
static int part_at(const struct partition *partition, int index)
{
    if (partition->folds)
        return index < partition->folds ? index + 1 : PART_NONE;
    return index < 3 ? -1 - index : PART_NONE;
}

int split_report_table(const struct corpus *corpus, const struct partition *partition)
{
    struct groups speakers;
    if (groups_of_speakers(&speakers, corpus, NULL))
        return 0;
    char *flags = calloc((size_t)speakers.count + 1, 1);
    if (flags)
        print_header(corpus);
    for (int i = 0, part; flags && (part = part_at(partition, i)) != PART_NONE; i++) {
        struct counts counts = count_part(corpus, partition, &speakers, part, flags);
        if (counts.recordings)
            print_counts(corpus, &counts, part);
    }
    groups_release(&speakers);
    free(flags);
    return flags != NULL;
}

static int count_emotion(const struct corpus *corpus, const struct partition *partition, int part,
                         const char *emotion)
{
    int count = 0;
    for (int i = 0; i < corpus->count; i++)
        count += partition->parts[i] == part && !strcmp(corpus->recordings[i].emotion, emotion);
    return count;
}

static void print_line(const char *line)
{
    char text[LONGEST_LINE];
    snprintf(text, sizeof text, "%s", line);
    text_make_plain(text);
    print_wrapped("   ", 4, output_columns(), text);
}

void split_report_warnings(const struct corpus *corpus, const struct partition *partition)
{
    const char *caveat = protocol_caveat(partition->protocol), *title = "Warnings\n";
    char line[LONGEST_LINE], name[12];
    if (*caveat) {
        printf("%s", title);
        print_line(caveat);
        title = "";
    }
    for (int i = 0, part; (part = part_at(partition, i)) != PART_NONE; i++) {
        part_name(part, name);
        for (int e = 0; e < corpus->label_count && partition_count(partition, part); e++) {
            if (count_emotion(corpus, partition, part, corpus->labels[e]))
                continue;
            snprintf(line, sizeof line, "%s%s has no recording of \"%s\"", part > 0 ? "fold " : "",
                     name, corpus->labels[e]);
            printf("%s", title);
            print_line(line);
            title = "";
        }
    }
}

static void print_kind(const struct leak_list *leaks, enum leak_kind kind, bool is_leak, int all)
{
    char line[LONGEST_LINE];
    int count = 0, shown = 0;
    for (int i = 0; i < leaks->count; i++)
        count += leaks->items[i].kind == kind && leaks->items[i].is_leak == is_leak;
    if (count && is_leak)
        printf("  %d %s\n", count, leak_kind_text(kind));
    for (int i = 0; i < leaks->count; i++) {
        const struct leak *leak = &leaks->items[i];
        if (leak->kind != kind || leak->is_leak != is_leak)
            continue;
        snprintf(line, sizeof line, "%s%s%s", is_leak ? "" : leak_kind_text(kind),
                 is_leak ? "" : ": ", leak->text);
        print_line(line);
        if (++shown == FEW && !all && count > FEW + 1) {
            printf("    … and %d more\n", count - FEW);
            return;
        }
    }
}

void split_report_leaks(const struct leak_list *leaks, int all)
{
    if (leaks->leaks)
        printf("Leaks\n");
    for (int kind = 0; kind < LEAK_KIND_COUNT; kind++)
        print_kind(leaks, (enum leak_kind)kind, true, all);
    if (leaks->count > leaks->leaks)
        printf("Remarks\n");
    for (int kind = 0; kind < LEAK_KIND_COUNT; kind++)
        print_kind(leaks, (enum leak_kind)kind, false, all);
}

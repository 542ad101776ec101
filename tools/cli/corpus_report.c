#define _GNU_SOURCE
#include "corpus_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain_text.h"
#include "command.h"
#include "output_text.h"
#include "wrapped_text.h"

enum { FEW = 5, INDENT = 14, LONGEST_LINE = 9000 };

/* "4.5 h", "12 min", "3.1 s". */
static void write_duration(char *text, size_t room, double seconds)
{
    if (seconds >= 3600)
        snprintf(text, room, "%.1f h", seconds / 3600);
    else if (seconds >= 60)
        snprintf(text, room, "%.0f min", seconds / 60);
    else
        snprintf(text, room, "%.1f s", seconds);
}

/* "neutral 80, calm 160"; a single value without its count where that is `all`. */
static void write_values(char *text, size_t room, const struct summary_value *values, int most,
                         int all, const char *unit)
{
    size_t used = 0;
    *text = 0;
    for (int i = 0; i < most && used < room; i++) {
        if (!values[i].count)
            continue;
        used += (size_t)snprintf(text + used, room - used, "%s%s%s", used ? ", " : "",
                                 values[i].text, unit);
        if (values[i].count != all && used < room)
            used += (size_t)snprintf(text + used, room - used, " (%d)", values[i].count);
    }
}

static void print_row(const char *label, const char *text)
{
    char left[INDENT + 1];
    snprintf(left, sizeof left, "  %s", label);
    print_wrapped(left, INDENT, output_columns(), text);
}

static void print_voices(const struct corpus_summary *summary)
{
    char text[160], duration[32];
    int used = snprintf(text, sizeof text, "%d", summary->recordings), kinds = 0;
    for (int i = 0; i < VOICE_KINDS; i++)
        if (summary->by_voice[i] && summary->by_voice[i] < summary->recordings)
            used +=
                snprintf(text + used, sizeof text - (size_t)used, "%s%d %s", kinds++ ? ", " : " (",
                         summary->by_voice[i], voice_name((enum voice)i));
    write_duration(duration, sizeof duration, summary->seconds);
    snprintf(text + used, sizeof text - (size_t)used, "%s, %s", kinds ? ")" : "", duration);
    print_row("recordings", text);
}

static void print_speakers(const struct corpus_summary *summary)
{
    char text[160];
    int unknown = summary->speakers - summary->women - summary->men;
    int used = snprintf(text, sizeof text, "%d (%d women, %d men", summary->speakers,
                        summary->women, summary->men);
    if (unknown)
        used += snprintf(text + used, sizeof text - (size_t)used, ", %d of unknown sex", unknown);
    used += snprintf(text + used, sizeof text - (size_t)used, ")");
    if (summary->without_speaker)
        snprintf(text + used, sizeof text - (size_t)used, "; not known for %d recordings",
                 summary->without_speaker);
    print_row("speakers", text);
}

static void print_summary(const struct corpus_summary *summary)
{
    char text[1600], rates[300], channels[300], formats[300];
    int all = summary->recordings;
    if (!*summary->corpus)
        printf("Named as no known corpus\n");
    else if (summary->reader->parse)
        printf("%s (%s)\n", summary->reader->title, summary->corpus);
    else
        printf("%s (of a manifest)\n", summary->corpus);
    print_voices(summary);
    if (*summary->corpus) {
        print_speakers(summary);
        write_values(text, sizeof text, summary->emotions, CORPUS_MAX_LABELS, -1, "");
        print_row("emotions", *text ? text : "none");
    }
    write_values(rates, sizeof rates, summary->rates, SUMMARY_VALUES, all, "");
    write_values(channels, sizeof channels, summary->channels, SUMMARY_VALUES, all, " channel");
    write_values(formats, sizeof formats, summary->formats, SUMMARY_VALUES, all, "");
    snprintf(text, sizeof text, "%s; %s; %s", formats, rates, channels);
    print_row("sound", *formats ? text : "none can be decoded");
    putchar('\n');
}

/* File names may hold anything; what steers terminals is taken out. */
static void print_finding(const struct finding *finding)
{
    char line[LONGEST_LINE];
    const char *place = finding->path ? finding->path : finding->corpus;
    char files[32] = "";
    if (finding->path && finding->count > 1)
        snprintf(files, sizeof files, " (%d files)", finding->count);
    snprintf(line, sizeof line, "%s%s%s%s%s%s", place, files, finding->detail ? ": " : "",
             finding->detail ? finding->detail : "", finding->other ? "; see " : "",
             finding->other ? finding->other : "");
    text_make_plain(line);
    print_wrapped("   ", 6, output_columns(), line);
}

/* The findings of one kind, which stand together. */
static void print_kind(const struct doctor_report *report, int begin, int end, int all)
{
    enum finding_kind kind = report->findings.items[begin].kind;
    int shown = all || end - begin <= FEW + 1 ? end : begin + FEW, rest = 0;
    printf("  %s: %d [%s]\n", finding_kind_text(kind), findings_of(&report->findings, kind),
           finding_kind_name(kind));
    for (int i = begin; i < shown; i++)
        print_finding(&report->findings.items[i]);
    for (int i = shown; i < end; i++)
        rest++;
    if (rest)
        printf("      … and %d more\n", rest);
}

static int print_findings(const struct doctor_report *report, bool problems, int all)
{
    const struct findings *findings = &report->findings;
    int cut = 0;
    for (int begin = 0, end; begin < findings->count; begin = end) {
        for (end = begin + 1;
             end < findings->count && findings->items[end].kind == findings->items[begin].kind;
             end++)
            ;
        if (finding_is_problem(findings->items[begin].kind) != problems)
            continue;
        print_kind(report, begin, end, all);
        cut |= !all && end - begin > FEW + 1;
    }
    return cut;
}

void corpus_report_print(const struct doctor_report *report, int all)
{
    int cut = 0;
    for (int i = 0; i < report->summary_count; i++)
        print_summary(&report->summaries[i]);
    if (report->problems) {
        printf("Problems\n");
        cut |= print_findings(report, true, all);
        putchar('\n');
    }
    if (report->remarks) {
        printf("Remarks\n");
        cut |= print_findings(report, false, all);
        putchar('\n');
    }
    printf("%d files were looked at: %s%s\n", report->files,
           report->problems  ? "there are problems"
           : report->remarks ? "no problems, some remarks"
                             : "nothing is wrong",
           cut ? "; --all shows all files" : "");
}

static json_t *values_object(const struct summary_value *values, int most)
{
    json_t *object = json_object();
    for (int i = 0; i < most; i++)
        if (values[i].count)
            json_object_set_new(object, values[i].text, json_integer(values[i].count));
    return object;
}

static json_t *summary_object(const struct corpus_summary *summary)
{
    json_t *voices = json_object(), *object;
    for (int i = 0; i < VOICE_KINDS; i++)
        json_object_set_new(voices, voice_name((enum voice)i), json_integer(summary->by_voice[i]));
    object = json_pack("{s:o, s:i, s:o, s:i, s:i, s:i, s:i, s:f}", "corpus",
                       *summary->corpus ? json_text(summary->corpus) : json_null(), "recordings",
                       summary->recordings, "voices", voices, "speakers", summary->speakers,
                       "women", summary->women, "men", summary->men, "without_speaker",
                       summary->without_speaker, "seconds", summary->seconds);
    if (object) {
        json_object_set_new(object, "emotions",
                            values_object(summary->emotions, CORPUS_MAX_LABELS));
        json_object_set_new(object, "rates", values_object(summary->rates, SUMMARY_VALUES));
        json_object_set_new(object, "channels", values_object(summary->channels, SUMMARY_VALUES));
        json_object_set_new(object, "formats", values_object(summary->formats, SUMMARY_VALUES));
    }
    return object;
}

static json_t *text_or_null(const char *text)
{
    return text && *text ? json_text(text) : json_null();
}

static json_t *finding_object(const struct finding *finding)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i}", "kind",
                     finding_kind_name(finding->kind), "severity",
                     finding_is_problem(finding->kind) ? "problem" : "remark", "text",
                     finding_kind_text(finding->kind), "corpus", text_or_null(finding->corpus),
                     "path", text_or_null(finding->path), "detail", text_or_null(finding->detail),
                     "other", text_or_null(finding->other), "count", finding->count);
}

int corpus_report_print_json(const struct doctor_report *report)
{
    json_t *summaries = json_array(), *findings = json_array();
    int failed = 0;
    for (int i = 0; i < report->summary_count; i++)
        failed |= json_array_append_new(summaries, summary_object(&report->summaries[i]));
    for (int i = 0; i < report->findings.count; i++)
        failed |= json_array_append_new(findings, finding_object(&report->findings.items[i]));
    json_t *root =
        json_pack("{s:i, s:i, s:i, s:o, s:o}", "files", report->files, "problems", report->problems,
                  "remarks", report->remarks, "corpora", summaries, "findings", findings);
    if (failed || !root || json_dumpf(root, stdout, JSON_INDENT(1)))
        failed = 1;
    else
        putchar('\n');
    if (failed)
        complain("corpus check", "the report could not be printed as JSON");
    json_decref(root);
    return !failed;
}

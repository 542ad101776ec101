#include "examination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct doctor_report examine(const char *folder)
{
    ser_error error;
    struct doctor_report report;
    char *path = support_scratch(folder);
    remarks_collect();
    assert_ok(doctor_examine(&report, (const char *const[]){path}, 1, NULL, &error));
    assert_int_equal(remarks_total(), 0);
    free(path);
    return report;
}

const struct finding *the_finding(const struct doctor_report *report, enum finding_kind kind,
                                  const char *ending)
{
    const struct finding *found = NULL;
    for (int i = 0; i < report->findings.count; i++) {
        const struct finding *item = &report->findings.items[i];
        if (item->kind != kind)
            continue;
        if (found)
            fail_msg("more than one finding of %s", finding_kind_name(kind));
        found = item;
    }
    if (!found)
        fail_msg("no finding of %s", finding_kind_name(kind));
    size_t length = found->path ? strlen(found->path) : 0, wanted = strlen(ending);
    if (wanted > length || (wanted && strcmp(found->path + length - wanted, ending) != 0))
        fail_msg("%s: of %s, expected %s", finding_kind_name(kind),
                 found->path ? found->path : "the whole", ending);
    return found;
}

void assert_detail(const struct finding *finding, const char *part)
{
    if (!finding->detail || !strstr(finding->detail, part))
        fail_msg("%s: \"%s\" does not contain \"%s\"", finding_kind_name(finding->kind),
                 finding->detail ? finding->detail : "nothing", part);
}

void assert_only(const struct doctor_report *report, const enum finding_kind *kinds)
{
    for (int i = 0; i < report->findings.count; i++) {
        const struct finding *item = &report->findings.items[i];
        int k = 0;
        while (kinds[k] != LAST && kinds[k] != item->kind)
            k++;
        if (kinds[k] == LAST)
            fail_msg("unexpected finding of %s: %s: %s", finding_kind_name(item->kind),
                     item->path ? item->path : item->corpus, item->detail ? item->detail : "");
    }
}

void write_whole_corpus(const char *folder, bool (*lacks)(int actor, int emotion))
{
    enum { FRAMES = UTTERANCE_RATE / 4 };
    int seed = 0;
    for (int actor = 1; actor <= 24; actor++)
        for (int emotion = 1; emotion <= 8; emotion++)
            for (int take = 0; take < (emotion == 1 ? 4 : 8); take++) {
                char name[80];
                snprintf(name, sizeof name, "Actor_%02d/03-01-%02d-%02d-%02d-%02d-%02d.wav", actor,
                         emotion, 1 + take / 4, 1 + take / 2 % 2, 1 + take % 2, actor);
                seed++;
                if (lacks && lacks(actor, emotion))
                    continue;
                float *samples = utterance_make(seed, FRAMES);
                utterance_write(folder, name, WAV16, UTTERANCE_RATE, 1, samples, FRAMES);
                free(samples);
            }
}

#include <string.h>

#include "report/explore/explore_page.h"

struct sex_list list_sexes(const struct exploration *e)
{
    static const struct {
        enum sex sex;
        const char *name;
    } all[SEXES] = {{SEX_FEMALE, "women"}, {SEX_MALE, "men"}, {SEX_UNKNOWN, "sex not said"}};
    struct sex_list list = {0};
    for (int i = 0; i < SEXES; i++) {
        struct selection selection = SELECT_ALL;
        selection.sex = (int)all[i].sex;
        if (!selected_count(e, selection))
            continue;
        list.sexes[list.count] = (int)all[i].sex;
        list.names[list.count++] = all[i].name;
    }
    return list;
}

struct label_list list_labels(const struct exploration *e)
{
    struct label_list list = {0};
    for (int i = 0; i < e->corpus.label_count; i++) {
        list.labels[list.count] = i;
        list.names[list.count++] = e->corpus.labels[i];
    }
    for (int i = 0; i < e->corpus.count; i++)
        if (e->explored[i].label == LABEL_NONE) {
            list.labels[list.count] = LABEL_NONE;
            list.names[list.count++] = "(no emotion said)";
            break;
        }
    return list;
}

int list_corpora(const struct exploration *e, const char *names[MAX_CORPORA])
{
    int count = 0;
    for (int i = 0; i < e->corpus.count; i++) {
        const char *name = e->corpus.recordings[i].corpus;
        if (i && !strcmp(name, e->corpus.recordings[i - 1].corpus))
            continue;
        if (count < MAX_CORPORA)
            names[count] = name;
        count++;
    }
    return count;
}

const char *corpus_title(const struct exploration *e, const char *corpus)
{
    for (int i = 0; i < e->corpus.count; i++) {
        const struct recording *recording = &e->corpus.recordings[i];
        if (!strcmp(recording->corpus, corpus))
            return recording->reader && recording->reader->parse ? recording->reader->title
                                                                 : recording->corpus;
    }
    return corpus;
}

bool has_both_sexes(const struct exploration *e)
{
    struct selection women = SELECT_ALL, men = SELECT_ALL;
    women.sex = SEX_FEMALE;
    men.sex = SEX_MALE;
    return selected_count(e, women) && selected_count(e, men);
}

bool has_listeners(const struct exploration *e)
{
    for (int i = 0; i < e->corpus.count; i++)
        if (*e->corpus.recordings[i].heard && *e->explored[i].intended)
            return true;
    return false;
}

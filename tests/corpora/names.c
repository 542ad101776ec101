#include "names.h"

#include <string.h>

static enum name_verdict judge(const struct corpus_reader *reader, const char *path,
                               struct recording *recording, char *problem)
{
    *recording = (struct recording){0};
    *problem = 0;
    return reader->parse(path, recording, problem);
}

struct recording read_name(const struct corpus_reader *reader, const char *path)
{
    struct recording recording;
    char problem[NAME_PROBLEM_LENGTH];
    if (judge(reader, path, &recording, problem) != NAME_RECORDING)
        fail_msg("%s was not read: %s", path, *problem ? problem : "foreign");
    assert_null(recording.path);
    return recording;
}

void assert_foreign(const struct corpus_reader *reader, const char *const *names, size_t count)
{
    struct recording recording;
    char problem[NAME_PROBLEM_LENGTH];
    for (size_t i = 0; i < count; i++)
        if (judge(reader, names[i], &recording, problem) != NAME_FOREIGN)
            fail_msg("\"%s\" was not taken for foreign", names[i]);
}

void assert_malformed(const struct corpus_reader *reader, const struct bad_name *names,
                      size_t count)
{
    struct recording recording;
    char problem[NAME_PROBLEM_LENGTH];
    for (size_t i = 0; i < count; i++) {
        if (judge(reader, names[i].name, &recording, problem) != NAME_MALFORMED)
            fail_msg("\"%s\" was not taken for malformed", names[i].name);
        if (!strstr(problem, names[i].part))
            fail_msg("%s gave \"%s\", expected \"%s\"", names[i].name, problem, names[i].part);
    }
}

/* Names of files from anywhere, one a line: at most one corpus takes a name, and what it makes of
 * it is complete. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "corpora/reader.h"

enum { LONGEST_NAME = 1000 };

static void require(int holds)
{
    if (!holds)
        abort();
}

static int is_word_of(const struct corpus_reader *reader, const char *emotion)
{
    for (int i = 0; reader->emotions[i]; i++)
        if (!strcmp(reader->emotions[i], emotion))
            return 1;
    return 0;
}

static void check_recording(const struct corpus_reader *reader, const struct recording *recording)
{
    require(*recording->name && utf8_is_valid(recording->name));
    require(is_word_of(reader, recording->emotion));
    require(utf8_is_valid(recording->text) && utf8_is_valid(recording->speaker));
    require(recording->age_low <= recording->age_high);
    require((unsigned)recording->voice < VOICE_KINDS);
    require(!recording->path && !recording->reader && !*recording->corpus);
}

static void judge(const char *path)
{
    int takers = 0;
    for (int i = 0; corpus_readers[i]; i++) {
        const struct corpus_reader *reader = corpus_readers[i];
        struct recording recording = {0};
        char problem[NAME_PROBLEM_LENGTH] = "";
        if (!reader->parse)
            continue;
        enum name_verdict verdict = reader->parse(path, &recording, problem);
        takers += verdict != NAME_FOREIGN;
        require(memchr(problem, 0, sizeof problem) != NULL);
        require((verdict == NAME_MALFORMED) == (*problem != 0));
        if (verdict == NAME_RECORDING)
            check_recording(reader, &recording);
    }
    require(takers <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[LONGEST_NAME + 1];
    while (size) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end ? (size_t)(end - data) : size;
        snprintf(path, sizeof path, "%.*s", length < LONGEST_NAME ? (int)length : LONGEST_NAME,
                 (const char *)data);
        judge(path);
        data += length + (end != NULL);
        size -= length + (end != NULL);
    }
    return 0;
}

#define _GNU_SOURCE
#include "small_experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *small_experiment_corpus, *small_experiment_network;

int small_experiment_begin(int actors)
{
    small_experiment_corpus = small_corpus_write("corpus", actors);
    small_experiment_network = small_network_write("small.json");
    return 0;
}

int small_experiment_end(void **state)
{
    (void)state;
    free(small_experiment_corpus);
    free(small_experiment_network);
    return 0;
}

struct experiment_settings small_experiment(const char *out)
{
    return (struct experiment_settings){.data = (const char *const *)&small_experiment_corpus,
                                        .data_count = 1,
                                        .corpus = corpus_settings_defaults(),
                                        .network = small_experiment_network,
                                        .out = out,
                                        .seed = 1,
                                        .threads = 1};
}

struct experiment_result small_experiment_run(const struct experiment_settings *settings)
{
    ser_error error;
    struct experiment_result result;
    assert_ok(experiment_run(settings, &result, &error));
    return result;
}

char *path_with(const char *path, const char *end)
{
    char *result = NULL;
    assert_true(asprintf(&result, "%s%s", path, end) > 0);
    return result;
}

int path_exists(const char *path, const char *end)
{
    char *whole = path_with(path, end);
    int found = !access(whole, F_OK);
    free(whole);
    return found;
}

void assert_experiment_refused(struct experiment_settings settings, ser_status expected,
                               const char *part)
{
    ser_error error;
    struct experiment_result result;
    assert_error(experiment_run(&settings, &result, &error), expected, part);
    assert_false(path_exists(settings.out, ".checkpoints"));
}

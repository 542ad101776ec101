#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

struct options {
    double min_time; /* seconds */
    const char *filter;
    int json;
    int list;
};

struct result {
    long iterations;
    double real; /* seconds per iteration */
    double cpu;
};

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static struct result measure_once(const struct bench *bench, long iterations)
{
    double real = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    bench->run(bench->context, iterations);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    real = now(CLOCK_MONOTONIC) - real;
    return (struct result){iterations, real / (double)iterations, cpu / (double)iterations};
}

/* Raises the number of iterations until they fill the wanted time. The shorter runs before serve
 * to warm caches, and only the last one counts. */
static struct result measure(const struct bench *bench, double min_time)
{
    long iterations = 1;
    measure_once(bench, 1); /* the first time, memory is touched and kernels are made */
    for (;;) {
        struct result result = measure_once(bench, iterations);
        double time = result.real * (double)iterations;
        if (time >= min_time || iterations >= 1000000000)
            return result;
        double factor = time > min_time / 10 ? 1.4 * min_time / time : 10;
        iterations = (long)((double)iterations * factor) + 1;
    }
}

static double counter_rate(const struct bench_counter *counter, const struct result *result)
{
    return result->real > 0 ? counter->amount / result->real : 0;
}

/* 12.3456k: five digits and a unit prefix. */
static void print_rate(double rate)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    int i = 0;
    for (; rate >= 1000 && i < 4; i++)
        rate /= 1000;
    printf("%.5g%s", rate, prefixes[i]);
}

static void print_heading(void)
{
    printf("%-40s %15s %15s %12s\n", "Benchmark", "Time", "CPU", "Iterations");
    for (int i = 0; i < 85; i++)
        putchar('-');
    putchar('\n');
}

static void print_row(const struct bench *bench, const struct result *result)
{
    printf("%-40s %12.0f ns %12.0f ns %12ld", bench->name, result->real * 1e9, result->cpu * 1e9,
           result->iterations);
    for (int i = 0; i < BENCH_MAX_COUNTERS && bench->counters[i].name; i++) {
        printf(" %s=", bench->counters[i].name);
        print_rate(counter_rate(&bench->counters[i], result));
    }
    putchar('\n');
    fflush(stdout);
}

static json_t *json_row(const struct bench *bench, const struct result *result)
{
    json_t *row =
        json_pack("{ss ss ss si si si sI sf sf ss}", "name", bench->name, "run_name", bench->name,
                  "run_type", "iteration", "repetitions", 1, "repetition_index", 0, "threads", 1,
                  "iterations", (json_int_t)result->iterations, "real_time", result->real * 1e9,
                  "cpu_time", result->cpu * 1e9, "time_unit", "ns");
    for (int i = 0; i < BENCH_MAX_COUNTERS && bench->counters[i].name; i++)
        json_object_set_new(row, bench->counters[i].name,
                            json_real(counter_rate(&bench->counters[i], result)));
    return row;
}

static json_t *json_context(const char *executable)
{
    char date[64];
    time_t seconds = time(NULL);
    struct tm local;
    localtime_r(&seconds, &local);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S%z", &local);
    return json_pack("{ss ss si ss}", "date", date, "executable", executable, "num_cpus",
                     (int)sysconf(_SC_NPROCESSORS_ONLN), "library_build_type",
#ifdef __OPTIMIZE__
                     "release"
#else
                     "debug"
#endif
    );
}

static void print_usage(const char *program)
{
    printf("usage: %s [--filter=REGEX] [--min-time=SECONDS] [--json] [--list]\n", program);
}

/* 0 to go on, else the exit status plus 1. */
static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"filter", required_argument, NULL, 'f'}, {"min-time", required_argument, NULL, 't'},
        {"json", no_argument, NULL, 'j'},         {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},         {0},
    };
    for (int letter; (letter = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
        char *end = NULL;
        switch (letter) {
        case 'f': options->filter = optarg; break;
        case 'j': options->json = 1; break;
        case 'l': options->list = 1; break;
        case 'h': print_usage(argv[0]); return 1;
        case 't':
            options->min_time = strtod(optarg, &end);
            if (end != optarg && !*end && options->min_time >= 0 && options->min_time <= 3600)
                break;
            fprintf(stderr, "%s: --min-time is \"%s\", expected seconds from 0 to 3600\n", argv[0],
                    optarg);
            return 3;
        default: print_usage(argv[0]); return 3;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "%s: \"%s\" is not expected here\n", argv[0], argv[optind]);
        return 3;
    }
    return 0;
}

/* The rows go into `rows` where it is given, else to the screen. */
static int run_all(const struct bench *benches, size_t count, const struct options *options,
                   const regex_t *filter, json_t *rows)
{
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        if (filter && regexec(filter, benches[i].name, 0, NULL, 0))
            continue;
        if (options->list) {
            puts(benches[i].name);
        } else {
            struct result result = measure(&benches[i], options->min_time);
            if (rows)
                json_array_append_new(rows, json_row(&benches[i], &result));
            else if (!found)
                print_heading();
            if (!rows)
                print_row(&benches[i], &result);
        }
        found++;
    }
    return found;
}

int bench_main(int argc, char **argv, const struct bench *benches, size_t count)
{
    struct options options = {.min_time = 0.5};
    int stop = parse_options(argc, argv, &options);
    if (stop)
        return stop - 1;
    regex_t filter;
    if (options.filter && regcomp(&filter, options.filter, REG_EXTENDED | REG_NOSUB)) {
        fprintf(stderr, "%s: --filter \"%s\" is not a regular expression\n", argv[0],
                options.filter);
        return 2;
    }
    json_t *rows = options.json && !options.list ? json_array() : NULL;
    int found = run_all(benches, count, &options, options.filter ? &filter : NULL, rows);
    if (options.filter)
        regfree(&filter);
    if (rows) {
        json_t *root = json_pack("{so so}", "context", json_context(argv[0]), "benchmarks", rows);
        json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
        putchar('\n');
        json_decref(root);
    }
    if (!found)
        fprintf(stderr, "%s: no benchmark matches \"%s\"\n", argv[0], options.filter);
    return found ? 0 : 1;
}

/* Runs a fuzzer's entry on files, such as one that crashed it, on altered copies of each of them,
 * and on random bytes: always the same ones. What the entry does not survive ends the program.
 * Prints TAP.
 * usage: replay ROUNDS FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"
#include "fuzz.h"

enum { MOST_CHANGES = 8, LONGEST_RANDOM = 200 };

/* Changes, removes or repeats a few bytes. `bytes` has room for MOST_CHANGES more. */
static size_t alter(uint8_t *bytes, size_t size, struct random *random)
{
    for (uint32_t changes = 1 + random_below(random, MOST_CHANGES); changes && size; changes--) {
        size_t place = random_below(random, (uint32_t)size);
        switch (random_below(random, 4)) {
        case 0: bytes[place] ^= (uint8_t)(1u << random_below(random, 8)); break;
        case 1: bytes[place] = (uint8_t)random_u32(random); break;
        case 2: memmove(bytes + place, bytes + place + 1, --size - place); break;
        default: memmove(bytes + place + 1, bytes + place, size++ - place); break;
        }
    }
    return size;
}

static void run_altered(const char *bytes, size_t size, struct random *random)
{
    uint8_t *copy = malloc(size + MOST_CHANGES);
    if (!copy)
        return;
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, alter(copy, size, random));
    free(copy);
}

static int run_file(const char *path, int rounds, int number)
{
    char *bytes;
    size_t size;
    ser_error error;
    struct random random = random_seeded(1, (uint64_t)number);
    if (file_read(path, (size_t)1 << 30, &bytes, &size, &error)) {
        printf("not ok %d - %s\n", number, error.message);
        return 0;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
    for (int round = 0; round < rounds; round++)
        run_altered(bytes, size, &random);
    free(bytes);
    printf("ok %d - %s, and %d times altered\n", number, file_name(path), rounds);
    return 1;
}

static void run_random(int rounds, int number)
{
    struct random random = random_seeded(2, 0);
    uint8_t bytes[LONGEST_RANDOM];
    for (int round = 0; round < rounds; round++) {
        size_t size = random_below(&random, LONGEST_RANDOM);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)random_u32(&random);
        LLVMFuzzerTestOneInput(bytes, size);
    }
    printf("ok %d - %d times random bytes\n", number, rounds);
}

int main(int count, char **arguments)
{
    int failed = 0, rounds = count > 1 ? atoi(arguments[1]) : 0;
    setvbuf(stdout, NULL, _IOLBF, 0); /* what was survived is known even after a crash */
    if (count < 3 || rounds < 0) {
        fprintf(stderr, "usage: replay ROUNDS FILE...\n");
        return 2;
    }
    printf("1..%d\n", count - 1);
    for (int i = 2; i < count; i++)
        failed += !run_file(arguments[i], rounds, i - 1);
    run_random(rounds, count - 1);
    return failed > 0;
}

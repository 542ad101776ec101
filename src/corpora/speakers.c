#include "corpora/speakers.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static bool is_number(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return length > 0;
}

static size_t leading_zeros(const char *text, size_t length)
{
    size_t zeros = 0;
    while (zeros + 1 < length && text[zeros] == '0')
        zeros++;
    return zeros;
}

static int compare_numbers(const char *a, size_t length_a, const char *b, size_t length_b)
{
    size_t zeros_a = leading_zeros(a, length_a), zeros_b = leading_zeros(b, length_b);
    size_t digits_a = length_a - zeros_a, digits_b = length_b - zeros_b;
    if (digits_a != digits_b)
        return digits_a > digits_b ? 1 : -1;
    return memcmp(a + zeros_a, b + zeros_b, digits_a);
}

static int compare_ids(const char *a, const char *b)
{
    size_t length_a = strlen(a), length_b = strlen(b);
    bool number_a = is_number(a, length_a), number_b = is_number(b, length_b);
    if (number_a != number_b)
        return number_a ? -1 : 1;
    int order = number_a ? compare_numbers(a, length_a, b, length_b) : 0;
    return order ? order : strcmp(a, b);
}

/* Recordings stand in one array: of one speaker, the lower address is the earlier one. Nameless
 * speakers come last, each recording one. */
static int compare_by_speaker(const void *a, const void *b)
{
    const struct recording *left = *(const struct recording *const *)a;
    const struct recording *right = *(const struct recording *const *)b;
    int order = strcmp(left->corpus, right->corpus);
    if (!order)
        order = !*left->speaker - !*right->speaker;
    if (!order)
        order = compare_ids(left->speaker, right->speaker);
    return order ? order : (left > right) - (left < right);
}

ser_status speakers_find(struct speakers *speakers, const struct corpus *corpus, ser_error *error)
{
    size_t count = (size_t)corpus->count + 1; /* an empty corpus has no speakers and is no error */
    const struct recording **sorted = calloc(count, sizeof *sorted);
    *speakers = (struct speakers){
        .first = calloc(count, sizeof *speakers->first),
        .of = calloc(count, sizeof *speakers->of),
    };
    if (!sorted || !speakers->first || !speakers->of) {
        free(sorted);
        speakers_release(speakers);
        return error_memory(error, "looking for the speakers of a corpus");
    }
    for (int i = 0; i < corpus->count; i++)
        sorted[i] = &corpus->recordings[i];
    qsort(sorted, (size_t)corpus->count, sizeof *sorted, compare_by_speaker);
    for (int i = 0; i < corpus->count; i++) {
        int index = (int)(sorted[i] - corpus->recordings);
        if (!i || !same_speaker(sorted[i - 1], sorted[i]))
            speakers->first[speakers->count++] = index;
        speakers->of[index] = speakers->count - 1;
    }
    free(sorted);
    return SER_OK;
}

void speakers_release(struct speakers *speakers)
{
    free(speakers->first);
    free(speakers->of);
    *speakers = (struct speakers){0};
}

bool speaker_is_meant(const struct recording *recording, const char *typed, size_t length)
{
    const char *id = recording->speaker;
    size_t own = strlen(id), prefix = strlen(recording->corpus);
    if (length > prefix && typed[prefix] == ':' && !memcmp(typed, recording->corpus, prefix)) {
        typed += prefix + 1;
        length -= prefix + 1;
    }
    if (is_number(id, own) && is_number(typed, length))
        return !compare_numbers(id, own, typed, length);
    return own > 0 && own == length && !memcmp(id, typed, length);
}

#include "feature_rates.h"

#include <stdio.h>

#include "command.h"
#include "operands.h"

enum { NAMED = 3 };

/* Of all recordings that were made at one rate, the first ones and how many there are. */
struct alike {
    int rate; /* Hz */
    size_t count;
    const char *names[NAMED];
};

/* Takes all recordings of the same rate as the first one's off the list of rates. */
static struct alike take_alike(const struct file_list *list, size_t first, int *rates)
{
    struct alike alike = {.rate = rates[first], .names = {"", "", ""}};
    for (size_t i = first; i < list->count; i++) {
        if (rates[i] != alike.rate)
            continue;
        if (alike.count < NAMED)
            alike.names[alike.count] = operand_name(list->paths[i]);
        alike.count++;
        rates[i] = 0;
    }
    return alike;
}

static void warn(const struct alike *alike, const ser_extractor *extractor, int lowest)
{
    char more[32] = "";
    if (alike->count > NAMED)
        snprintf(more, sizeof more, " and %zu more", alike->count - NAMED);
    complain("features",
             "warning: %s%s%s%s%s%s: made at %d Hz, so nothing above %g Hz is in %s, while %s "
             "reaches %g Hz; '--rate %d' measures all recordings alike",
             alike->names[0], alike->count > 1 ? ", " : "", alike->names[1],
             alike->count > 2 ? ", " : "", alike->names[2], more, alike->rate, alike->rate / 2.0,
             alike->count > 1 ? "them" : "it",
             ser_feature_set_name(ser_extractor_settings(extractor)->set),
             ser_extractor_highest(extractor), lowest);
}

/* Resampling fills no gap: in what lies above half the rate that a recording was made with there is
 * nothing, and its values do not go together with those of the others. */
void warn_of_low_rates(const ser_extractor *extractor, const struct file_list *list, int *rates)
{
    int lowest = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (rates[i] >= 2 * ser_extractor_highest(extractor))
            rates[i] = 0;
        if (rates[i] && (!lowest || rates[i] < lowest))
            lowest = rates[i];
    }
    for (size_t i = 0; i < list->count; i++)
        if (rates[i]) {
            struct alike alike = take_alike(list, i, rates);
            warn(&alike, extractor, lowest);
        }
}

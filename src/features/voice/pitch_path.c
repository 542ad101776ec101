#include "features/voice/pitch_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static const char *const doing = "tracking pitch";

void pitch_path_release(struct pitch_path *path)
{
    free(path->candidates);
    free(path->starts);
    free(path->pitches);
    free(path->before);
    *path = (struct pitch_path){0};
}

ser_status pitch_path_begin(struct pitch_path *path, size_t frames, ser_error *error)
{
    if (!memory_reserve(&path->starts, &path->frame_room, frames + 1, sizeof *path->starts))
        return error_memory(error, doing);
    path->frames = 0;
    path->starts[0] = 0;
    return SER_OK;
}

ser_status pitch_path_add(struct pitch_path *path, const struct pitch_candidate *candidates,
                          int count, ser_error *error)
{
    size_t first = path->starts[path->frames], end = first + (size_t)count;
    if (!memory_reserve(&path->candidates, &path->room, end, sizeof *path->candidates))
        return error_memory(error, doing);
    memcpy(path->candidates + first, candidates, (size_t)count * sizeof *candidates);
    path->starts[++path->frames] = end;
    return SER_OK;
}

static ser_status make_scratch(struct pitch_path *path, ser_error *error)
{
    size_t count = path->starts[path->frames];
    float *pitches = memory_resize(path->pitches, count, sizeof *pitches);
    if (!pitches)
        return error_memory(error, doing);
    path->pitches = pitches;
    unsigned char *before = memory_resize(path->before, count, sizeof *before);
    if (!before)
        return error_memory(error, doing);
    path->before = before;
    for (size_t i = 0; i < count; i++) {
        float frequency = path->candidates[i].frequency;
        path->pitches[i] = frequency > 0 ? log2f(frequency) : 0;
    }
    return SER_OK;
}

/* One frame's candidates and the gains of the best paths that end in each. */
struct column {
    const struct pitch_candidate *candidates;
    const float *pitches;
    int count;
    float first; /* pitch of the first voiced candidate; without one it does not matter */
    float gains[PITCH_MAX_CANDIDATES];
};

static struct column column_of(const struct pitch_path *path, size_t frame)
{
    size_t first = path->starts[frame];
    struct column column = {.candidates = path->candidates + first,
                            .pitches = path->pitches + first,
                            .count = (int)(path->starts[frame + 1] - first)};
    for (int i = column.count - 1; i >= 0; i--)
        if (column.candidates[i].frequency > 0)
            column.first = column.pitches[i];
    return column;
}

/* The candidate of the frame before from which candidate `i` is reached best, and its gain. */
static int best_before(const struct column *last, const struct column *next, int i,
                       const struct pitch_costs *costs, float *gain)
{
    float jump = (float)costs->octave_jump, change = (float)costs->voicing_change;
    float off_first = (float)costs->octaves_off_first * fabsf(next->pitches[i] - last->first);
    int voiced = next->candidates[i].frequency > 0, best = 0;
    *gain = -INFINITY;
    for (int j = 0; j < last->count; j++) {
        int was_voiced = last->candidates[j].frequency > 0;
        float cost = voiced != was_voiced ? change : 0;
        if (voiced && was_voiced)
            cost = jump * fabsf(next->pitches[i] - last->pitches[j]) + off_first;
        if (last->gains[j] - cost > *gain) {
            *gain = last->gains[j] - cost;
            best = j;
        }
    }
    return best;
}

/* Only differences of gains matter; taking the largest away keeps them small, and so exact, however
 * long the recording is. */
static void level(struct column *column)
{
    float most = column->gains[0];
    for (int i = 1; i < column->count; i++)
        most = fmaxf(most, column->gains[i]);
    for (int i = 0; i < column->count; i++)
        column->gains[i] -= most;
}

static void step(const struct column *last, struct column *next, const struct pitch_costs *costs,
                 unsigned char *before)
{
    for (int i = 0; i < next->count; i++) {
        float gain;
        before[i] = (unsigned char)best_before(last, next, i, costs, &gain);
        next->gains[i] = gain + next->candidates[i].strength;
    }
    level(next);
}

static int best_end(const struct column *column)
{
    int best = 0;
    for (int i = 1; i < column->count; i++)
        if (column->gains[i] > column->gains[best])
            best = i;
    return best;
}

ser_status pitch_path_find(struct pitch_path *path, const struct pitch_costs *costs, float *f0,
                           float *height, ser_error *error)
{
    if (path->frames == 0)
        return SER_OK;
    ser_status status = make_scratch(path, error);
    if (status)
        return status;
    struct column last = column_of(path, 0);
    for (int i = 0; i < last.count; i++)
        last.gains[i] = last.candidates[i].strength;
    for (size_t t = 1; t < path->frames; t++) {
        struct column next = column_of(path, t);
        step(&last, &next, costs, path->before + path->starts[t]);
        last = next;
    }
    int place = best_end(&last);
    for (size_t t = path->frames; t-- > 0;) {
        size_t at = path->starts[t] + (size_t)place;
        f0[t] = path->candidates[at].frequency;
        height[t] = path->candidates[at].height;
        if (t > 0)
            place = path->before[at];
    }
    return SER_OK;
}

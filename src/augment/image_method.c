/* Walls are mirrors: what arrives by way of n walls arrives in a straight line from an image of the
 * source behind them, R^n / distance strong and distance / speed of sound late. R is negative
 * (Lehmann & Johansson 2008): of images that are all positive, the sum has a hump at 0 Hz that no
 * room has. One R for all walls and frequencies comes from Eyring's formula for the reverberation
 * time asked for; as the formula is about evenly filled rooms, the response decays somewhat slower
 * or faster than that, and an exponential corrects it. An image that arrives between two samples is
 * shared between them. */
#include "augment/image_method.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double SPEED = 343;    /* of sound at 20 degrees Celsius, m/s */
static const double DEPTH = 45.0;   /* dB, of the response */
static const double SABINE = 0.161; /* s/m */

/* The images along one axis: all combinations of three axes make all images of the room. */
struct axis {
    double *squares; // (count): of the distance along this axis, m^2
    double *factors; // (count): R^n of the walls across this axis
    int count;
};

/* Whatever the walls, the direct sound takes no time here: room for it and one more sample. */
size_t shoebox_response_length(const struct shoebox *room, int rate)
{
    return (size_t)(room->rt60 * DEPTH / 60 * rate) + 2;
}

/* Eyring 1930: RT60 = 0.161 V / (-S ln(1 - absorption)), and R^2 = 1 - absorption. */
static double reflection(const struct shoebox *room)
{
    const double *l = room->size;
    double volume = l[0] * l[1] * l[2];
    double surface = 2 * (l[0] * l[1] + l[1] * l[2] + l[2] * l[0]);
    return -exp(-0.5 * SABINE * volume / (surface * room->rt60));
}

static double direct_distance(const struct shoebox *room)
{
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (room->source[i] - room->microphone[i]) * (room->source[i] - room->microphone[i]);
    return sqrt(sum);
}

/* Images lie at 2nL + x and 2nL - x, behind |2n| and |2n - 1| walls. */
static int fill_axis(struct axis *axis, const struct shoebox *room, int dimension, double reach,
                     double wall)
{
    double length = room->size[dimension], x = room->source[dimension];
    int most = (int)ceil(reach / (2 * length)) + 1;
    axis->squares = memory_resize(NULL, 2 * (2 * (size_t)most + 1), sizeof *axis->squares);
    axis->factors = memory_resize(NULL, 2 * (2 * (size_t)most + 1), sizeof *axis->factors);
    if (!axis->squares || !axis->factors)
        return 0;
    for (int n = -most; n <= most; n++) {
        for (int mirrored = 0; mirrored < 2; mirrored++) {
            double place = 2 * n * length + (mirrored ? -x : x);
            double distance = place - room->microphone[dimension];
            if (fabs(distance) > reach)
                continue;
            axis->squares[axis->count] = distance * distance;
            axis->factors[axis->count++] = pow(wall, abs(2 * n - mirrored));
        }
    }
    return 1;
}

/* Adds the images along the third axis that lie behind one pair along the first two. */
static void add_images(const struct axis *axis, double square, double factor, double reach,
                       double direct, double samples_per_metre, float *response, size_t length)
{
    for (int i = 0; i < axis->count; i++) {
        double total = square + axis->squares[i];
        if (total >= reach * reach)
            continue;
        double distance = sqrt(total);
        double place = (distance - direct) * samples_per_metre;
        if (!(place >= 0)) /* the direct sound, rounded */
            place = 0;
        size_t whole = (size_t)place;
        if (whole + 1 >= length)
            continue;
        double share = place - (double)whole;
        double strength = factor * axis->factors[i] * direct / distance;
        response[whole] += (float)(strength * (1 - share));
        response[whole + 1] += (float)(strength * share);
    }
}

static void add_all(const struct axis axes[3], double reach, double direct,
                    double samples_per_metre, float *response, size_t length)
{
    for (int i = 0; i < axes[0].count; i++) {
        for (int j = 0; j < axes[1].count; j++) {
            double square = axes[0].squares[i] + axes[1].squares[j];
            if (square < reach * reach)
                add_images(&axes[2], square, axes[0].factors[i] * axes[1].factors[j], reach, direct,
                           samples_per_metre, response, length);
        }
    }
}

/* How fast the response falls, in dB per sample: a straight line through 20 dB of Schroeder's
 * backward integral (Schroeder 1965), from 5 dB down on, or from where the direct sound leaves it.
 * 0 when it does not fall so far. */
static double decay_of(const float *response, size_t length)
{
    double left = 0, total = 0, n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t i = 0; i < length; i++)
        total += (double)response[i] * (double)response[i];
    left = total - (double)response[0] * (double)response[0];
    double start = fmin(-5, 10 * log10(left / total));
    for (size_t i = 1; i < length && left > 0; i++) {
        double level = 10 * log10(left / total), x = (double)i;
        left -= (double)response[i] * (double)response[i];
        if (level > start)
            continue;
        if (level < start - 20)
            break;
        n++;
        sx += x;
        sy += level;
        sxx += x * x;
        sxy += x * level;
    }
    double spread = n * sxx - sx * sx;
    return spread > 0 ? -(n * sxy - sx * sy) / spread : 0;
}

/* Twice, as the first time the cut at the end and the direct sound bend the line a little. */
static void correct_decay(const struct shoebox *room, int rate, float *response, size_t length)
{
    double wanted = 60 / (room->rt60 * rate);
    for (int turn = 0; turn < 2; turn++) {
        double found = decay_of(response, length);
        if (!(found > 0))
            return;
        double step = exp(-(wanted - found) * 0.05 * 2.302585092994046), factor = 1;
        for (size_t i = 0; i < length; i++, factor *= step)
            response[i] = (float)(response[i] * factor);
    }
}

int shoebox_response(const struct shoebox *room, int rate, float *response, size_t length)
{
    struct axis axes[3] = {0};
    double samples_per_metre = rate / SPEED, direct = direct_distance(room);
    double reach = direct + (double)length / samples_per_metre, wall = reflection(room);
    memset(response, 0, length * sizeof *response);
    int done = 1;
    for (int i = 0; i < 3 && done; i++)
        done = fill_axis(&axes[i], room, i, reach, wall);
    if (done) {
        add_all(axes, reach, direct, samples_per_metre, response, length);
        correct_decay(room, rate, response, length);
    }
    for (int i = 0; i < 3; i++) {
        free(axes[i].squares);
        free(axes[i].factors);
    }
    return done;
}

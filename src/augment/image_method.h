/* The impulse response of a shoebox room by the image method (Allen & Berkley 1979, "Image method
 * for efficiently simulating small-room acoustics"). */
#ifndef AUGMENT_IMAGE_METHOD_H
#define AUGMENT_IMAGE_METHOD_H

#include <stddef.h>

struct shoebox {
    double size[3];       /* m */
    double source[3];     /* inside */
    double microphone[3]; /* inside, not where the source is */
    double rt60;          /* s, reverberation time: until the sound has fallen by 60 dB */
};

/* Samples of the response: it is cut 45 dB down. */
size_t shoebox_response_length(const struct shoebox *room, int rate);

/* response: (length). Sample 0 is the direct sound, 1; time runs from its arrival. Returns 0 when
 * memory ran out. */
int shoebox_response(const struct shoebox *room, int rate, float *response, size_t length);

#endif

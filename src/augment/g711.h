/* The companding of telephone networks: ITU-T Recommendation G.711 (11/88). */
#ifndef AUGMENT_G711_H
#define AUGMENT_G711_H

#include <stdint.h>

/* Coded into 8 bits and decoded again. A-law knows 13 bits of a sample, mu-law 14. */
uint8_t g711_encode_alaw(int16_t sample);
int16_t g711_decode_alaw(uint8_t code);
uint8_t g711_encode_mulaw(int16_t sample);
int16_t g711_decode_mulaw(uint8_t code);

#endif

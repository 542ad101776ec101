/* How loud sound is. */
#ifndef CLEAN_LOUDNESS_H
#define CLEAN_LOUDNESS_H

#include "ser/clean.h"

/* Integrated loudness after EBU R 128 (ITU-R BS.1770) in LUFS, measured by libebur128; -INFINITY
 * for silence. One channel counts once; of more than two, the standard's order is taken for
 * granted. Sound shorter than a block of 0.4 s is repeated until it fills one, so that it is
 * measured ungated. */
ser_status loudness_measure(const ser_audio *audio, double *lufs, ser_error *error);

/* Root of the mean square of all samples, in dB below full scale; -INFINITY for silence. */
double loudness_rms(const ser_audio *audio);

/* Amplifies by target - measured dB, or by less so that no sample comes above -1 dBFS. Below -70
 * dB the sound counts as silent and stays. */
void loudness_amplify(ser_audio *audio, double measured, double target);

#endif

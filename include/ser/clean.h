/* Cleaning sound: steps that take away what is not the voice, and set the level. All are off unless
 * asked for, since every one of them also changes the voice a little.
 *
 *   ser_clean_settings settings;
 *   if (ser_clean_settings_parse(&settings, "dc,low_cut=80,trim=35,lufs=-23", &error) ||
 *       ser_clean(&audio, &settings, &error))
 *       fprintf(stderr, "%s\n", error.message);
 *
 * Thread rules: all functions may be called from several threads at once on different objects. The
 * same sound and settings give the same bits.
 */
#ifndef SER_CLEAN_H
#define SER_CLEAN_H

#include "ser/audio.h"
#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The steps in the order in which they are done. Zero-initialise: 0 leaves a step out. */
typedef struct ser_clean_settings {
    int dc;         /* 1 subtracts the mean of each channel */
    double low_cut; /* Hz, 10 to 1000 and up to 0.45 times the sound's rate: weakens what lies
                       below, by 3 dB at this frequency and 24 dB an octave lower (Butterworth of
                       4th order; its delay of some milliseconds near that frequency stays); 80 */
    int noise;      /* dB, 1 to 60: suppresses steady noise by up to so much; the sound keeps its
                       length and its place in time; 15 */
    int voice;      /* 1 cuts out the stretches without a voice, at both ends and in between */
    double trim;    /* dB, 10 to 100: cuts both ends off where the level stays so far below that of
                       the loud parts; 35 */
    double lufs;    /* LUFS, -60 to -6: amplifies to this loudness (EBU R 128); -23 */
    double rms;     /* dBFS, -60 to -6: amplifies to this root mean square instead; -26 */
} ser_clean_settings;

/* Reads a list of steps such as "dc,low_cut=80,noise,lufs=-23"; a step without a number takes the
 * typical one. On failure, ERROR_ARGUMENT, the settings stay as they were. */
SER_API ser_status ser_clean_settings_parse(ser_clean_settings *settings, const char *list,
                                            ser_error *error);

/* Cleans sound in place, of any rate from SER_AUDIO_MIN_RATE to SER_AUDIO_MAX_RATE and any number
 * of channels; all channels are cut at the same places and amplified alike. Samples that are not
 * finite become 0.
 * The sound is never emptied: what would have nothing left, as when no voice is found, stays whole.
 * Loudness: the gain is held back so that no sample comes above -1 dBFS; sound below -70 LUFS (or
 * dBFS) counts as silence and keeps its level; sound shorter than the standard's block of 0.4 s is
 * measured as a whole.
 * ERROR_ARGUMENT: a setting outside its range; ERROR_MEMORY. The sound then stays as it was. */
SER_API ser_status ser_clean(ser_audio *audio, const ser_clean_settings *settings,
                             ser_error *error);

/* Where a voice is, for every 10 ms. Zero-initialise; release with ser_voice_release. */
typedef struct ser_voice {
    unsigned char *flags; /* (frames) 1: voice */
    size_t frames;        /* frame i covers the time from i to i+1 hundredths of a second; the last
                             one may be cut short by the sound's end */
} ser_voice;

/* Finds the voice as the step `voice` does: wherever the spectrum stands out of the steady
 * background around it, rounded up to whole phrases. It does not know speech from other sounds that
 * come and go. On failure *voice is empty. */
SER_API ser_status ser_voice_activity(const ser_audio *audio, ser_voice *voice, ser_error *error);

/* Harmless on an empty one and on NULL. */
SER_API void ser_voice_release(ser_voice *voice);

#ifdef __cplusplus
}
#endif

#endif

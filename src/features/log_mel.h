/* The logarithmic mel spectrogram: sound -> power spectrum -> mel bands -> ln(x + floor). */
#ifndef FEATURES_LOG_MEL_H
#define FEATURES_LOG_MEL_H

#include <stddef.h>

#include "ser/features.h"
#include "ser/status.h"

/* Holds window, filters and scratch memory: one per thread. */
struct log_mel;

/* The settings must have passed features_settings_check. */
ser_status log_mel_create(struct log_mel **log_mel, const ser_features_settings *settings,
                          ser_error *error);
void log_mel_destroy(struct log_mel *log_mel);

/* See stft_frames. */
size_t log_mel_frames(const struct log_mel *log_mel, size_t count);

/* values: (log_mel_frames(log_mel, count), bands). Allocates nothing. */
void log_mel_run(struct log_mel *log_mel, const float *samples, size_t count, float *values);

#endif

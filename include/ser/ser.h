/* ser: recognises emotion in speech. This header includes all others. */
#ifndef SER_SER_H
#define SER_SER_H

#include "ser/audio.h"
#include "ser/clean.h"
#include "ser/features.h"
#include "ser/model.h"
#include "ser/recognizer.h"
#include "ser/status.h"
#include "ser/version.h"

#endif

/* What small models recognise. */
#ifndef TESTS_RECOGNITION_H
#define TESTS_RECOGNITION_H

#include "../models/small_model.h"

#include "ser/recognizer.h"

ser_recognizer *recognizer_of(const ser_model *model);

/* What it says of `count` samples at SMALL_RATE; must succeed. */
ser_prediction recognise(ser_recognizer *recognizer, float *samples, size_t count);

/* What holds for every prediction of a small model. */
void assert_prediction(const ser_prediction *p);

void assert_same_prediction(const ser_prediction *a, const ser_prediction *b);

#endif

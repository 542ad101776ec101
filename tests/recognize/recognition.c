#include "recognition.h"

#include <math.h>

ser_recognizer *recognizer_of(const ser_model *model)
{
    ser_error error;
    ser_recognizer *recognizer;
    assert_ok(ser_recognizer_create(&recognizer, model, NULL, &error));
    return recognizer;
}

ser_prediction recognise(ser_recognizer *recognizer, float *samples, size_t count)
{
    ser_error error;
    ser_prediction prediction;
    const ser_audio audio = {
        .samples = samples, .frames = count, .rate = SMALL_RATE, .channels = 1};
    assert_ok(ser_recognizer_run(recognizer, &audio, &prediction, &error));
    return prediction;
}

void assert_prediction(const ser_prediction *p)
{
    double sum = 0;
    assert_int_equal(p->count, 3);
    for (int c = 0; c < p->count; c++) {
        assert_true(p->probabilities[c] >= 0 && p->probabilities[c] <= 1);
        assert_true(p->probabilities[c] <= p->probabilities[p->label]);
        sum += (double)p->probabilities[c];
    }
    assert_true(fabs(sum - 1) < 1e-6);
    assert_true(p->confidence == (double)p->probabilities[p->label]);
    for (int c = p->count; c < SER_MAX_LABELS; c++)
        assert_true(p->probabilities[c] == 0);
    assert_true(p->windows >= 1);
}

void assert_same_prediction(const ser_prediction *a, const ser_prediction *b)
{
    assert_int_equal(a->label, b->label);
    assert_int_equal(a->windows, b->windows);
    assert_memory_equal(a->probabilities, b->probabilities, sizeof a->probabilities);
}

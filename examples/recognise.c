/* The smallest program that recognises emotion: recognise MODEL RECORDING
 *
 *   cc recognise.c $(pkg-config --cflags --libs ser) -o recognise
 */
#include <stdio.h>

#include <ser/ser.h>

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: %s MODEL RECORDING\n", arguments[0]);
        return 2;
    }
    ser_model *model = NULL;
    ser_recognizer *recognizer = NULL;
    ser_prediction prediction;
    ser_error error;
    int failed = ser_model_load(&model, arguments[1], &error) ||
                 ser_recognizer_create(&recognizer, model, NULL, &error) ||
                 ser_recognizer_file(recognizer, arguments[2], &prediction, &error);
    if (failed)
        fprintf(stderr, "%s\n", error.message);
    else
        printf("%s (%.0f %%)\n", ser_model_label(model, prediction.label),
               100 * prediction.confidence);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
    return failed;
}

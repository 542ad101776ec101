/* How `ser predict` writes predictions: as a table, JSON lines or CSV. */
#ifndef CLI_PREDICTION_WRITER_H
#define CLI_PREDICTION_WRITER_H

#include "ser/recognizer.h"

struct prediction_writer {
    const char *name; /* of its option */
    void (*begin)(const ser_model *model, const char *model_path, int file_width);
    void (*write)(const ser_model *model, const char *model_path, const char *file,
                  const ser_prediction *prediction, int file_width);
};

extern const struct prediction_writer writer_table;
extern const struct prediction_writer writer_json;
extern const struct prediction_writer writer_csv;

#endif

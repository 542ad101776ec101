/* What the doctor found, for people and for programs. */
#ifndef CLI_CORPUS_REPORT_H
#define CLI_CORPUS_REPORT_H

#include "corpora/doctor/doctor.h"

/* Prints a table of each corpus and the findings by kind: the first few, or all. */
void corpus_report_print(const struct doctor_report *report, int all);

/* Prints everything as one JSON object; 0, having complained, when memory runs out. */
int corpus_report_print_json(const struct doctor_report *report);

#endif

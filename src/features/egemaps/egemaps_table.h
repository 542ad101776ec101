/* The columns and functionals of eGeMAPSv02 by name, with openSMILE's names. */
#ifndef FEATURES_EGEMAPS_TABLE_H
#define FEATURES_EGEMAPS_TABLE_H

#include "features/set.h"

enum egemaps_column {
    EGEMAPS_LOUDNESS,
    EGEMAPS_ALPHA_RATIO,
    EGEMAPS_HAMMARBERG,
    EGEMAPS_SLOPE_LOW,
    EGEMAPS_SLOPE_HIGH,
    EGEMAPS_FLUX,
    EGEMAPS_MFCC_1,
    EGEMAPS_MFCC_2,
    EGEMAPS_MFCC_3,
    EGEMAPS_MFCC_4,
    EGEMAPS_F0, /* the first of those that only voiced frames have */
    EGEMAPS_JITTER,
    EGEMAPS_SHIMMER,
    EGEMAPS_HNR,
    EGEMAPS_H1_H2,
    EGEMAPS_H1_A3,
    EGEMAPS_F1_FREQUENCY, /* frequency, bandwidth and level of F1, F2, F3 in turn */
    EGEMAPS_F1_BANDWIDTH,
    EGEMAPS_F1_LEVEL,
    EGEMAPS_F2_FREQUENCY,
    EGEMAPS_F2_BANDWIDTH,
    EGEMAPS_F2_LEVEL,
    EGEMAPS_F3_FREQUENCY,
    EGEMAPS_F3_BANDWIDTH,
    EGEMAPS_F3_LEVEL,
    EGEMAPS_COLUMNS
};

extern const struct column_group egemaps_columns[EGEMAPS_COLUMNS];

/* Which values of a column a functional sees. */
enum egemaps_part {
    EGEMAPS_ALL,     /* the smoothed column */
    EGEMAPS_NONZERO, /* the smoothed column where it is not 0 */
    EGEMAPS_VOICED,  /* the column in voiced frames, 0 in others; then smoothed and seen as above */
    EGEMAPS_UNVOICED, /* likewise for unvoiced frames */
    EGEMAPS_SOUND     /* no column: the recording itself */
};

enum egemaps_statistic {
    EGEMAPS_MEAN,
    EGEMAPS_CV,
    EGEMAPS_P20,
    EGEMAPS_P50,
    EGEMAPS_P80,
    EGEMAPS_P20_TO_P80,
    EGEMAPS_RISING_MEAN,
    EGEMAPS_RISING_STDDEV,
    EGEMAPS_FALLING_MEAN,
    EGEMAPS_FALLING_STDDEV,
    EGEMAPS_PEAKS_PER_SECOND,
    EGEMAPS_SEGMENTS_PER_SECOND,
    EGEMAPS_VOICED_MEAN,
    EGEMAPS_VOICED_STDDEV,
    EGEMAPS_UNVOICED_MEAN,
    EGEMAPS_UNVOICED_STDDEV,
    EGEMAPS_SOUND_LEVEL
};

struct egemaps_functional {
    struct column_group group;
    enum egemaps_column column;
    enum egemaps_part part;
    enum egemaps_statistic statistic;
};

enum { EGEMAPS_FUNCTIONALS = 88 };

extern const struct egemaps_functional egemaps_functionals[EGEMAPS_FUNCTIONALS];

#endif

#include "features/egemaps/egemaps_table.h"

const struct column_group egemaps_columns[EGEMAPS_COLUMNS] = {
    [EGEMAPS_LOUDNESS] = {"Loudness_sma3", "1",
                          "mean over 26 mel bands of (sensitivity of the ear * power)^0.33", 1, 0},
    [EGEMAPS_ALPHA_RATIO] = {"alphaRatio_sma3", "dB",
                             "10 log10(sum of |X|^2 from 1 to 5 kHz / sum of |X|^2 below 1 kHz)", 1,
                             0},
    [EGEMAPS_HAMMARBERG] = {"hammarbergIndex_sma3", "dB",
                            "10 log10(largest |X|^2 below 2 kHz / largest |X|^2 from 2 to 5 kHz)",
                            1, 0},
    [EGEMAPS_SLOPE_LOW] = {"slope0-500_sma3", "dB/Hz",
                           "slope of the line through 10 log10 |X|^2 over f, 0-500 Hz", 1, 0},
    [EGEMAPS_SLOPE_HIGH] = {"slope500-1500_sma3", "dB/Hz",
                            "slope of the line through 10 log10 |X|^2 over f, 500-1500 Hz", 1, 0},
    [EGEMAPS_FLUX] = {"spectralFlux_sma3", "1",
                      "root of the mean of (|X| - |X| of the frame before)^2 below 5 kHz", 1, 0},
    [EGEMAPS_MFCC_1] = {"mfcc1_sma3", "1", "cepstral coefficient 1 of 26 mel bands, lifter 22", 1,
                        0},
    [EGEMAPS_MFCC_2] = {"mfcc2_sma3", "1", "cepstral coefficient 2 of 26 mel bands, lifter 22", 1,
                        0},
    [EGEMAPS_MFCC_3] = {"mfcc3_sma3", "1", "cepstral coefficient 3 of 26 mel bands, lifter 22", 1,
                        0},
    [EGEMAPS_MFCC_4] = {"mfcc4_sma3", "1", "cepstral coefficient 4 of 26 mel bands, lifter 22", 1,
                        0},
    [EGEMAPS_F0] = {"F0semitoneFrom27.5Hz_sma3nz", "semitone",
                    "12 log2(F0 / 27.5 Hz), F0 by sub-harmonic summation; 0 if unvoiced", 1, 1},
    [EGEMAPS_JITTER] = {"jitterLocal_sma3nz", "1",
                        "mean difference of neighbouring periods over the mean period", 1, 1},
    [EGEMAPS_SHIMMER] = {"shimmerLocaldB_sma3nz", "dB",
                         "20 log10(1 + mean difference of neighbouring amplitudes over their mean)",
                         1, 1},
    [EGEMAPS_HNR] =
        {"HNRdBACF_sma3nz", "dB",
         "10 log10(r / (r0 - r)), r the largest autocorrelation near the period, r0 that at lag 0",
         1, 1},
    [EGEMAPS_H1_H2] =
        {"logRelF0-H1-H2_sma3nz", "dB",
         "level of harmonic 2 (for openSMILE, H1 is the first above F0) less that of harmonic 3", 1,
         1},
    [EGEMAPS_H1_A3] = {"logRelF0-H1-A3_sma3nz", "dB",
                       "level of harmonic 2 less that of the strongest near formant 3", 1, 1},
#define FORMANT(number)                                                                            \
    [EGEMAPS_F##number##_FREQUENCY] = {"F" #number "frequency_sma3nz", "Hz",                       \
                                       "formant " #number " by linear prediction of order 11", 1,  \
                                       1},                                                         \
    [EGEMAPS_F##number##_BANDWIDTH] = {"F" #number "bandwidth_sma3nz", "Hz",                       \
                                       "bandwidth of formant " #number, 1, 1},                     \
    [EGEMAPS_F##number##_LEVEL] = {"F" #number "amplitudeLogRelF0_sma3nz", "dB",                   \
                                   "level of the strongest harmonic near formant " #number         \
                                   " less that of harmonic 1; -201 if unvoiced",                   \
                                   1, 1}
    FORMANT(1),
    FORMANT(2),
    FORMANT(3),
#undef FORMANT
};

#define FUNCTIONAL(name, unit, formula, column, part, statistic)                                   \
    {                                                                                              \
        {name, unit, formula, 1, 0}, EGEMAPS_##column, EGEMAPS_##part, EGEMAPS_##statistic         \
    }
#define MEAN(name, unit, column, part, where)                                                      \
    FUNCTIONAL(name "_amean", unit, "mean over " where, column, part, MEAN)
#define MEAN_CV(name, unit, column, part, where)                                                   \
    MEAN(name, unit, column, part, where),                                                         \
        FUNCTIONAL(name "_stddevNorm", "1", "standard deviation over mean, of " where, column,     \
                   part, CV)
#define CONTOUR(name, unit, column, part, where)                                                   \
    MEAN_CV(name, unit, column, part, where),                                                      \
        FUNCTIONAL(name "_percentile20.0", unit, "20th percentile of " where, column, part, P20),  \
        FUNCTIONAL(name "_percentile50.0", unit, "median of " where, column, part, P50),           \
        FUNCTIONAL(name "_percentile80.0", unit, "80th percentile of " where, column, part, P80),  \
        FUNCTIONAL(name "_pctlrange0-2", unit, "80th less 20th percentile of " where, column,      \
                   part, P20_TO_P80),                                                              \
        FUNCTIONAL(name "_meanRisingSlope", unit "/s", "mean slope from valleys to peaks", column, \
                   part, RISING_MEAN),                                                             \
        FUNCTIONAL(name "_stddevRisingSlope", unit "/s",                                           \
                   "standard deviation of the slopes from valleys to peaks", column, part,         \
                   RISING_STDDEV),                                                                 \
        FUNCTIONAL(name "_meanFallingSlope", unit "/s", "mean slope from peaks to valleys",        \
                   column, part, FALLING_MEAN),                                                    \
        FUNCTIONAL(name "_stddevFallingSlope", unit "/s",                                          \
                   "standard deviation of the slopes from peaks to valleys", column, part,         \
                   FALLING_STDDEV)
#define EACH "all frames"
#define WHERE_VOICED "voiced frames"
#define WHERE_UNVOICED "unvoiced frames"
#define FORMANT(number)                                                                            \
    MEAN_CV("F" #number "frequency_sma3nz", "Hz", F##number##_FREQUENCY, NONZERO, WHERE_VOICED),   \
        MEAN_CV("F" #number "bandwidth_sma3nz", "Hz", F##number##_BANDWIDTH, NONZERO,              \
                WHERE_VOICED),                                                                     \
        MEAN_CV("F" #number "amplitudeLogRelF0_sma3nz", "dB", F##number##_LEVEL, NONZERO,          \
                "all frames, -201 in unvoiced ones")
#define SOUND(name, unit, formula, statistic)                                                      \
    FUNCTIONAL(name, unit, formula, COLUMNS, SOUND, statistic)

const struct egemaps_functional egemaps_functionals[EGEMAPS_FUNCTIONALS] = {
    CONTOUR("F0semitoneFrom27.5Hz_sma3nz", "semitone", F0, NONZERO, WHERE_VOICED),
    CONTOUR("loudness_sma3", "1", LOUDNESS, ALL, EACH),
    MEAN_CV("spectralFlux_sma3", "1", FLUX, ALL, EACH),
    MEAN_CV("mfcc1_sma3", "1", MFCC_1, ALL, EACH),
    MEAN_CV("mfcc2_sma3", "1", MFCC_2, ALL, EACH),
    MEAN_CV("mfcc3_sma3", "1", MFCC_3, ALL, EACH),
    MEAN_CV("mfcc4_sma3", "1", MFCC_4, ALL, EACH),
    MEAN_CV("jitterLocal_sma3nz", "1", JITTER, NONZERO, WHERE_VOICED),
    MEAN_CV("shimmerLocaldB_sma3nz", "dB", SHIMMER, NONZERO, WHERE_VOICED),
    MEAN_CV("HNRdBACF_sma3nz", "dB", HNR, NONZERO, WHERE_VOICED),
    MEAN_CV("logRelF0-H1-H2_sma3nz", "dB", H1_H2, NONZERO, WHERE_VOICED),
    MEAN_CV("logRelF0-H1-A3_sma3nz", "dB", H1_A3, NONZERO, WHERE_VOICED),
    FORMANT(1),
    FORMANT(2),
    FORMANT(3),
    MEAN_CV("alphaRatioV_sma3nz", "dB", ALPHA_RATIO, VOICED, WHERE_VOICED),
    MEAN_CV("hammarbergIndexV_sma3nz", "dB", HAMMARBERG, VOICED, WHERE_VOICED),
    MEAN_CV("slopeV0-500_sma3nz", "dB/Hz", SLOPE_LOW, VOICED, WHERE_VOICED),
    MEAN_CV("slopeV500-1500_sma3nz", "dB/Hz", SLOPE_HIGH, VOICED, WHERE_VOICED),
    MEAN_CV("spectralFluxV_sma3nz", "1", FLUX, VOICED, WHERE_VOICED),
    MEAN_CV("mfcc1V_sma3nz", "1", MFCC_1, VOICED, WHERE_VOICED),
    MEAN_CV("mfcc2V_sma3nz", "1", MFCC_2, VOICED, WHERE_VOICED),
    MEAN_CV("mfcc3V_sma3nz", "1", MFCC_3, VOICED, WHERE_VOICED),
    MEAN_CV("mfcc4V_sma3nz", "1", MFCC_4, VOICED, WHERE_VOICED),
    MEAN("alphaRatioUV_sma3nz", "dB", ALPHA_RATIO, UNVOICED, WHERE_UNVOICED),
    MEAN("hammarbergIndexUV_sma3nz", "dB", HAMMARBERG, UNVOICED, WHERE_UNVOICED),
    MEAN("slopeUV0-500_sma3nz", "dB/Hz", SLOPE_LOW, UNVOICED, WHERE_UNVOICED),
    MEAN("slopeUV500-1500_sma3nz", "dB/Hz", SLOPE_HIGH, UNVOICED, WHERE_UNVOICED),
    MEAN("spectralFluxUV_sma3nz", "1", FLUX, UNVOICED, WHERE_UNVOICED),
    FUNCTIONAL("loudnessPeaksPerSec", "1/s", "peaks of the loudness over 10 ms * frames", LOUDNESS,
               ALL, PEAKS_PER_SECOND),
    SOUND(
        "VoicedSegmentsPerSec", "1/s",
        "stretches of 3 voiced frames or more over the duration less 60 ms, rounded down to 10 ms",
        SEGMENTS_PER_SECOND),
    SOUND("MeanVoicedSegmentLengthSec", "s",
          "mean length of these stretches, one of n frames being (n-1) * 10 ms long", VOICED_MEAN),
    SOUND("StddevVoicedSegmentLengthSec", "s", "standard deviation of the lengths of the same",
          VOICED_STDDEV),
    SOUND("MeanUnvoicedSegmentLength", "s",
          "mean length of the stretches of 3 unvoiced frames or more", UNVOICED_MEAN),
    SOUND("StddevUnvoicedSegmentLength", "s", "standard deviation of the lengths of the same",
          UNVOICED_STDDEV),
    SOUND("equivalentSoundLevel_dBp", "dB", "10 log10 of the mean power, of full scale",
          SOUND_LEVEL),
};

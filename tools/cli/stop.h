/* Stopping when the user asks to (SIGINT, SIGTERM, SIGHUP), with nothing half-written. Of these
 * signals, what is ignored, as nohup does with SIGHUP, stays ignored. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

/* From now on the first signal only leaves a note: for long work that looks now and then. Later
 * ones do too or, with `may_hang`, end the program at once, for users who cannot wait, perhaps for
 * a pipe that nobody fills. */
void stop_catch_signals(int may_hang);

/* Whether one has come since. */
int stop_requested(void);

/* From now on a signal ends the program at once (EXIT_INTERRUPTED), without the line of progress
 * and without the file `unfinished`, whose name must stay; NULL: there is none any more. */
void stop_at_once(const char *unfinished);

/* For the moment that writing a file takes, the signals wait. */
void stop_hold_signals(void);
void stop_release_signals(void);

#endif

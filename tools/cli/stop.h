/* Stopping long work when the user asks to (SIGINT, SIGTERM): the work looks now and then. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

/* From now on the signals only leave a note. */
void stop_catch_signals(void);

/* Whether one has come since. */
int stop_requested(void);

#endif

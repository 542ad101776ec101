/* A loop whose turns are done by many threads at once and delivered in order, one by one. No more
 * than `window` turns are under way or wait to be delivered, so that memory does not grow with the
 * length of the loop. */
#ifndef CLI_IN_ORDER_H
#define CLI_IN_ORDER_H

#include "base/pool.h"

struct in_order;

/* Does turn `index` on thread `thread` and leaves what came of it in slot `slot`, 0 … window-1. */
typedef void (*in_order_work)(void *context, struct in_order *order, int index, int thread,
                              int slot);

/* Takes what lies in the slot; called for turn 0, 1 … on any thread, never for two at once. */
typedef void (*in_order_deliver)(void *context, int index, int slot);

/* From within turn `index`: waits until all turns before it are delivered. Until it ends, nothing
 * is: it may itself deliver what is too much for its slot. */
void in_order_wait(struct in_order *order, int index);

ser_status in_order_run(struct pool *pool, int count, int window, in_order_work work,
                        in_order_deliver deliver, void *context, ser_error *error);

#endif

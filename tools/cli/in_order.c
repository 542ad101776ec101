#include "in_order.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/error.h"

struct in_order {
    pthread_mutex_t lock;
    pthread_cond_t moved; /* `next` has become larger */
    int next;             /* the turn to be delivered next */
    int window;
    char *is_done; // (window): the turn in the slot waits to be delivered
    in_order_work work;
    in_order_deliver deliver;
    void *context;
};

/* Turns are handed out in order: whoever has the next to be delivered never waits here, and so
 * nobody waits forever. */
static void wait_for_slot(struct in_order *order, int index)
{
    pthread_mutex_lock(&order->lock);
    while (index - order->next >= order->window)
        pthread_cond_wait(&order->moved, &order->lock);
    pthread_mutex_unlock(&order->lock);
}

void in_order_wait(struct in_order *order, int index)
{
    pthread_mutex_lock(&order->lock);
    while (order->next < index)
        pthread_cond_wait(&order->moved, &order->lock);
    pthread_mutex_unlock(&order->lock);
}

static void turn(void *context, int index, int thread)
{
    struct in_order *order = context;
    int slot = index % order->window;
    wait_for_slot(order, index);
    order->work(order->context, order, index, thread, slot);
    pthread_mutex_lock(&order->lock);
    order->is_done[slot] = 1;
    for (slot = order->next % order->window; order->is_done[slot];
         slot = order->next % order->window) {
        order->deliver(order->context, order->next, slot);
        order->is_done[slot] = 0;
        order->next++;
    }
    pthread_cond_broadcast(&order->moved);
    pthread_mutex_unlock(&order->lock);
}

ser_status in_order_run(struct pool *pool, int count, int window, in_order_work work,
                        in_order_deliver deliver, void *context, ser_error *error)
{
    struct in_order order = {
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
        .window = window,
        .is_done = calloc((size_t)window, 1),
        .work = work,
        .deliver = deliver,
        .context = context,
    };
    if (!order.is_done)
        return error_memory(error, "starting the work");
    pool_run(pool, count, turn, &order);
    free(order.is_done);
    return SER_OK;
}

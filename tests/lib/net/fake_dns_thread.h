/* The name server of fake_dns.h on a loop and in a thread of its own. */
#ifndef VIBRISSE_FAKE_DNS_THREAD_H
#define VIBRISSE_FAKE_DNS_THREAD_H

#include "fake_dns.h"

#include <pthread.h>

struct fake_dns_thread {
    uv_loop_t loop;
    uv_async_t stop;
    pthread_t thread;
    struct fake_dns dns;
};

void fake_dns_thread_open(struct fake_dns_thread *thread, const struct fake_dns_row *rows);
void fake_dns_thread_close(struct fake_dns_thread *thread);

#endif

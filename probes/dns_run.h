/* How dns and dot run: one question by the packet engine, and what their options want beyond it. */
#ifndef VIBRISSE_DNS_RUN_H
#define VIBRISSE_DNS_RUN_H

#include "packet.h"

struct dns_serials;

/* In run->state. The probe's own. */
struct dns_run {
    struct probe_run *run;
    struct probe_run leg; /* the same, as the packet engine sees it */
    struct packet_run packet;
    struct dns_serials *serials;
    struct mono started;
    bool streamed; /* an answer came over TCP */
};

void dns_run_start(struct probe_run *run);
void dns_run_cancel(struct probe_run *run);

#endif

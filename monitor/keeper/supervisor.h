/* What we tell systemd, or whatever started us and understands the same: that we are ready, how we are, that the watchdog
 * may rest, that we stop. One datagram each to the socket that the environment names; without one nothing is told.
 *
 * Source: sd_notify(3), sd_watchdog_enabled(3) */
#ifndef VIBRISSE_SUPERVISOR_H
#define VIBRISSE_SUPERVISOR_H

#include <stdint.h>

struct supervisor {
    int socket;       /* -1 = nobody listens */
    int64_t every_ms; /* half of what the watchdog waits for; 0 = there is none */
    int64_t next_ms;
    const char *status; /* last told; a literal */
};

/* By NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the environment. */
void supervisor_open(struct supervisor *supervisor);
void supervisor_close(struct supervisor *supervisor);

void supervisor_ready(struct supervisor *supervisor);
void supervisor_stopping(struct supervisor *supervisor);
/* A sentence that stays as it is in memory: told when it is another than they heard last. */
void supervisor_status(struct supervisor *supervisor, const char *sentence);
/* We work; told as often as the watchdog wants. `now_ms` is monotonic. */
void supervisor_beat(struct supervisor *supervisor, int64_t now_ms);

#endif

/* A name server on loopback, in the test's own loop, that answers by rows and misbehaves on demand. */
#ifndef VIBRISSE_FAKE_DNS_H
#define VIBRISSE_FAKE_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum fake_dns_way {
    FAKE_DNS_ANSWER, /* `addresses` and `records`, of the type that is asked for; none = no data */
    FAKE_DNS_NXDOMAIN,
    FAKE_DNS_SERVFAIL,
    FAKE_DNS_REFUSED,
    FAKE_DNS_SILENT,
    FAKE_DNS_WRONG_ID,
    FAKE_DNS_WRONG_NAME, /* answers another question */
    FAKE_DNS_LOOP,       /* a name that points to itself */
    FAKE_DNS_CUT,        /* ends in the middle of a record */
    FAKE_DNS_TRUNCATED,  /* over UDP only the TC bit; over TCP `addresses` */
    FAKE_DNS_MANY,       /* `count` A records; beyond 512 bytes only the TC bit over UDP */
    FAKE_DNS_CNAME_LOOP, /* a CNAME to itself and no address */
};

struct fake_dns_row {
    const char *name;
    enum fake_dns_way way;
    const char *addresses[8]; /* of both families */
    uint32_t ttl;
    unsigned count; /* FAKE_DNS_MANY */
    /* "MX 10 mx.test", "SRV 1 5 5222 host.test" ("." = the root), "NS ns.test", "TXT some words", "TLSA 3 1 1 00ff...",
     * "RAW 33 00ff..." (a type and its data) */
    const char *records[8];
    unsigned type;  /* what it answers alone, 0 = all; several rows may have the same name */
    bool authentic; /* sets the AD bit when the question has it */
};

struct fake_dns {
    uv_udp_t udp;
    uv_tcp_t tcp;
    const struct fake_dns_row *rows; /* ended by a row without name; may be changed at any time */
    char server[32];                 /* "127.0.0.1:PORT" */
    unsigned asked;                  /* questions received */
    unsigned asked_a, asked_aaaa, asked_others;
    bool mute;
};

void fake_dns_open(struct fake_dns *dns, uv_loop_t *loop, const struct fake_dns_row *rows);
void fake_dns_close_tcp(struct fake_dns *dns); /* refuses TCP from now on */
void fake_dns_close(struct fake_dns *dns);     /* run the loop afterwards */

#endif

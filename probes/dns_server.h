/* One name server of a zone, asked over UDP which others there are (NS) or which version of the zone it has (SOA). Only an
 * authoritative answer counts. All on the loop's thread. */
#ifndef VIBRISSE_DNS_SERVER_H
#define VIBRISSE_DNS_SERVER_H

#include "datagram.h"
#include "dns_judge.h"
#include "resolver.h"

enum dns_server_stage {
    DNS_SERVER_IDLE,
    DNS_SERVER_RESOLVING,
    DNS_SERVER_ASKING,
    DNS_SERVER_LISTED,   /* its list was told */
    DNS_SERVER_ANSWERED, /* `serial` */
    DNS_SERVER_FAILED,   /* `answer` */
    DNS_SERVER_LEFT_OUT  /* it says nothing of the zone */
};

struct dns_server;

struct dns_server_owner {
    /* Each name in a list that was asked for, in ASCII and without the last dot, as strangers wrote it. */
    void (*named)(void *owner, const char *name);
    void (*settled)(void *owner, struct dns_server *server); /* the stage is one of the last four */
};

struct dns_server {
    const struct dns_server_owner *calls; /* set by the owner, as are the next four */
    void *owner;
    char name[RESOLVER_NAME_SIZE];
    struct sockaddr_storage address; /* with port */
    struct resolver_query query;

    enum dns_server_stage stage;
    uint32_t serial;
    struct packet_answer answer;
    struct dns_question question;
    struct datagram datagram; /* from here on its own */
    enum packet_verdict verdict;
};

/* Leads to one settled(), perhaps from inside when no time is left. The zone is the one of the URL, which was checked. */
void dns_server_ask(struct dns_server *server, uv_loop_t *loop, const char *url, enum dns_type type,
                    int64_t left_ms);
/* Whether a packet answers `question`: then `answer` is set, and names are told or `serial` is. Pure but for named(). */
bool dns_server_take(struct dns_server *server, const uint8_t *bytes, size_t length);
void dns_server_cancel(struct dns_server *server); /* hurries settled() when it is being asked */

void dns_server_settle(struct dns_server *server, enum dns_server_stage stage);
__attribute__((format(printf, 2, 3))) void dns_server_fail(struct dns_server *server,
                                                           const char *format, ...);

#endif

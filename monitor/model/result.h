/* What one attempt of one check on one family found. A value of known size: it is copied between threads and
 * processes and owns nothing. All texts were cleaned (text_clean) where they entered. */
#ifndef VIBRISSE_RESULT_H
#define VIBRISSE_RESULT_H

#include "clock.h"
#include "family.h"
#include "notice.h"
#include "outcome.h"
#include "reason.h"

#include <stdbool.h>
#include <stdint.h>

enum phase { PHASE_RESOLVE, PHASE_CONNECT, PHASE_TLS, PHASE_FIRST_BYTE, PHASE_TOTAL, PHASE_COUNT };

const char *phase_name(enum phase phase); /* "first_byte": wire format */

/* How long the attempt had taken when it got there, each phase by itself except `total`; milliseconds, NaN = the
 * attempt did not get there or the protocol has no such phase. */
struct phases {
    double ms[PHASE_COUNT];
};

/* With less left than that part of its lifetime, and at most so many days, a certificate expires soon: tls_expires_soon. */
enum { CERTIFICATE_SOON_PART = 8, CERTIFICATE_SOON_DAYS = 14 };

struct certificate {
    char sha256[65];     /* of the leaf, lower-case hex; "" = none seen */
    char key_sha256[65]; /* of its SubjectPublicKeyInfo, which a renewal can keep; "" = unknown */
    char subject[160], issuer[160];
    char names[160]; /* those it is for, as many as fit whole: "a.example, b.example" */
    struct wall not_before, not_after; /* not_after: the earliest of the chain as sent */
    char key[24];                      /* "EC 256" */
    char protocol[16];                 /* "TLSv1.3" */
    int sans;                          /* subject alternative names */
    bool chain_ok;                     /* it verifies against our store for this name, now */
    unsigned notices;                  /* a set, see notice_bit() */
};

enum { USERS_UNKNOWN = -1, USERS_MAX = 1000 * 1000 * 1000 };

/* How much the service is used, as it says of itself: accounts, those active in the last month and half year, and what they
 * published there. At most USERS_MAX, or USERS_UNKNOWN. */
struct users {
    int64_t total, month, halfyear, posts;
};

extern const struct users users_unknown;
bool users_are_known(const struct users *users); /* any of it */

enum {
    RESULT_ID_SIZE = 65,
    RESULT_SERVICE_SIZE = 130, /* hoster/service */
    RESULT_DETAIL_SIZE = 201,
    RESULT_ADDRESS_SIZE = 46
};

struct result {
    struct wall time; /* when the attempt began */
    char vantage[RESULT_ID_SIZE];
    char service[RESULT_SERVICE_SIZE];
    char check[RESULT_ID_SIZE];
    enum family family;
    enum outcome outcome;
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE]; /* evidence in English, from us and perhaps from the server */
    char address[RESULT_ADDRESS_SIZE];
    int attempt; /* 1 = on schedule, 2.. = rechecks */
    struct phases phases;
    struct certificate certificate;
    struct users users;
};

void result_init(struct result *result); /* unknown, reason self, no phases, no users */
/* Sets outcome and reason together; the outcome is the reason's own. */
__attribute__((format(printf, 3, 4))) void result_set(struct result *result, enum reason reason,
                                                      const char *detail, ...);
/* What is down by its reason only degrades: people can use the service all the same. */
void result_soften(struct result *result);
/* Of a look that nobody's visit depends on: good is ok, down is no_figures, and nothing of it is a measurement. */
void result_excuse(struct result *result);

#endif

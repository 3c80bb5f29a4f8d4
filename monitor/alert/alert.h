/* What is to be told to one target: the message before it has words. The policy makes it, the outbox keeps it as JSON
 * until it is delivered, and it crosses to the courier as one line. A value of known size that owns nothing; all texts
 * are cleaned UTF-8 (text_clean). Pure. */
#ifndef VIBRISSE_ALERT_H
#define VIBRISSE_ALERT_H

#include "buffer.h"
#include "declared.h"
#include "family.h"
#include "outcome.h"
#include "reason.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum alert_kind {
    ALERT_DOWN,
    ALERT_DEGRADED,
    ALERT_CERTIFICATE, /* works, but its certificate will not for long */
    ALERT_RECOVERY, /* it is over; where the alert opens its thread, nobody was told of it before */
    ALERT_FLAPPING, /* goes to and fro: its changes are not told until it is steady */
    ALERT_STEADY,   /* does so no more */
    ALERT_IMPAIRED, /* the monitor itself does not see well */
    ALERT_RESTORED, /* it does again */
    ALERT_REMINDER, /* still not up */
    ALERT_DIGEST,   /* several of the above; each row says which it is */
    ALERT_TEST,     /* somebody asked whether messages arrive */
    ALERT_CONFIRM,  /* may we write to this address? `link` says yes */
    ALERT_KIND_COUNT
};

enum alert_severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY_COUNT };

/* What all that fails together has in common. */
enum alert_factor {
    FACTOR_NONE,
    FACTOR_ADDRESS, /* "192.0.2.7" */
    FACTOR_NETWORK, /* "192.0.2.0/24", "2001:db8:1::/48" */
    FACTOR_ISSUER,  /* of their certificates */
    FACTOR_HOSTER,  /* its name */
    FACTOR_COUNT
};

enum {
    ALERT_ID_SIZE = 27,
    ALERT_WORD_SIZE = 65, /* thread, target */
    ALERT_LANGUAGE_SIZE = 17,
    ALERT_NAME_SIZE = 201,
    ALERT_LINK_SIZE = 401,
    ALERT_FACTOR_SIZE = 201,
    ALERT_SIGHTS_MAX = 8,
    ALERT_ROWS_MAX = 40,
    ALERT_LINE_MAX = 256 * 1024 /* bytes of JSON, more than the longest of all */
};

/* Who saw it so: one vantage over one family. */
struct alert_sight {
    char vantage[RESULT_ID_SIZE];
    enum family family;
    enum outcome outcome;
};

struct alert_row {
    enum alert_kind kind;              /* its own: the alert's is that of the gravest */
    char service[RESULT_SERVICE_SIZE]; /* "hoster/service"; "" = the monitor itself */
    char name[ALERT_NAME_SIZE];        /* in the alert's language, as is the next */
    char hoster[ALERT_NAME_SIZE];
    enum declared_state declared; /* what its hoster's file says of it */
    enum outcome before, after;
    /* s; its bracket: it became so after the one and at the latest at the other. 0 = not known. */
    int64_t since_after, since;
    /* s; the bracket of its end; 0 = it goes on */
    int64_t until_after, until;
    int64_t expires; /* s; its certificate; 0 = not said */
    unsigned times;  /* how often it was so in that time; 0 = once */
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE]; /* evidence, a stranger's words perhaps */
    struct alert_sight sights[ALERT_SIGHTS_MAX];
    size_t sight_count;
    char link[ALERT_LINK_SIZE]; /* its page; "" = none */
};

struct alert {
    char
        id[ALERT_ID_SIZE]; /* stays through all attempts: the key by which receivers drop repeats */
    char thread[ALERT_WORD_SIZE]; /* what belongs together: an outage, from its news to its end */
    bool opens;                   /* it is the first of its thread for this target */
    enum alert_kind kind;
    enum alert_severity severity;
    int64_t at;                   /* s; of the change, not of the message */
    char target[ALERT_WORD_SIZE]; /* name of a target of the configuration */
    char language[ALERT_LANGUAGE_SIZE];
    enum alert_factor factor;
    char common[ALERT_FACTOR_SIZE]; /* its value; "" = FACTOR_NONE */
    char link[ALERT_LINK_SIZE];     /* what a person may open; "" = none */
    char leave[ALERT_LINK_SIZE];    /* where its reader says that it wants no more; "" = nowhere */
    struct alert_row rows[ALERT_ROWS_MAX];
    size_t row_count;
    size_t total; /* at least row_count: how many there are; those beyond have no row */
};

extern const char *const alert_kind_words[];     /* "down"; as the enum, ended by NULL */
extern const char *const alert_severity_words[]; /* "critical" */
extern const char *const alert_factor_words[];   /* "network"; "none" */

/* A name of 26 characters of [a-z2-7] for a text: the same for the same, and no other text has it. */
void alert_name(const char *text, char name[ALERT_ID_SIZE]);
/* Sets the id from thread, kind, time, target and the first row's service. */
void alert_identify(struct alert *alert);

/* One JSON object without a line end; and back. False: it is none, or lacks what every alert has; *ret is then
 * undefined. Unknown keys are passed over, rows beyond the most are counted and left out. */
void alert_write(const struct alert *alert, struct buffer *out);
bool alert_read(const char *line, size_t length, struct alert *ret);

#endif

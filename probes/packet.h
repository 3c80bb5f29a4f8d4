/* The engine of all protocols where one question and one answer, or two of them, prove that a service works. Such a protocol
 * is two pure functions, tested and fuzzed byte by byte: one writes the question, one judges what comes back. Its probe_type names it
 * in `protocol` and has packet_start(), packet_cancel() and a run_size of sizeof(struct packet_run).
 *
 * Over UDP the question is asked again when it may be lost, see datagram.h; over TCP and TLS the answer is judged as it
 * grows. */
#ifndef VIBRISSE_PACKET_H
#define VIBRISSE_PACKET_H

#include "datagram.h"
#include "probe.h"
#include "wire.h"

enum { PACKET_NONCE_SIZE = 16, PACKET_STREAM_QUESTION_MAX = 4096 };

struct packet_question {
    const char *url, *host;      /* of the check; the host without brackets */
    const void *options;         /* of the check, as the probe's rows filled them */
    const char *user_agent;      /* for protocols that say who asks */
    const struct sockaddr *from; /* our own address, while the question is written; NULL over TCP */
    bool stream, secured;        /* over TCP or TLS; TLS stands */
    int stage;                   /* 0, 1, ...: which question of the protocol it is */
    struct wall now; /* when the attempt began, for what is good until a certain time only */
    uint8_t nonce[PACKET_NONCE_SIZE]; /* random: the answer has to repeat some of it */
};

enum packet_verdict {
    PACKET_OTHER,  /* no answer to our question; over TCP: not whole yet */
    PACKET_ANSWER, /* judged */
    PACKET_CUT,    /* over UDP: did not fit, to be asked for over TCP */
    PACKET_NEXT,   /* over TCP: the next question is due */
    PACKET_SECURE, /* over TCP: the same, once TLS stands */
    PACKET_UPGRADE /* over TCP: the next question is due, TLS begins behind it, then the one after it is due */
};

struct packet_answer {
    enum reason reason;              /* ok at first */
    char detail[RESULT_DETAIL_SIZE]; /* when ok: a remark, or "" */
    size_t used; /* with PACKET_NEXT: the bytes of this answer; the rest is the next's. 0 = all */
    int next;    /* which question is due next; one more than the last, if not set to another */
};

enum packet_carrier { PACKET_UDP, PACKET_TCP, PACKET_TLS };

struct packet_protocol {
    enum packet_carrier carrier;
    enum trust_rule rule; /* for certificates */
    /* Writes the question, at most `size` bytes (DATAGRAM_QUESTION_MAX or PACKET_STREAM_QUESTION_MAX), and returns its
     * length; over TCP 0 is fine: the other side speaks first. */
    size_t (*build)(const struct packet_question *question, uint8_t *ret, size_t size);
    enum packet_verdict (*judge)(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret);
    /* Over TCP and TLS: what is said after a good answer, without waiting for more. NULL = nothing. */
    size_t (*part)(const struct packet_question *question, uint8_t *ret, size_t size);
    /* Over UDP: whether silence is as good as an answer, so that only a refusal is bad. NULL = never. */
    bool (*may_be_silent)(const void *options);
    /* Over TCP and TLS: how long a connection has to stand to be good by itself; negative = it never is, as with NULL. */
    int64_t (*hold_ms)(const void *options);
    /* Over UDP: what has to work besides, over TCP or TLS. It is tried after a good answer; and also when none comes
     * within two seconds, or half of the time if that is less, which is then no more than worth a remark. May be NULL. */
    const struct packet_protocol *besides;
    const char *silence; /* for that remark: what may explain it */
};

/* In run->state. The probe's own. */
struct packet_run {
    struct probe_run *run;
    const struct packet_protocol *protocol; /* of the carrier in use */
    struct packet_question question;
    struct packet_answer answer;
    enum packet_verdict verdict;
    struct mono started, counted, opened; /* counted: the time before is our patience, not theirs */
    char remark[RESULT_DETAIL_SIZE];      /* on the carrier before this one; "" = none */
    struct datagram datagram;
    struct wire wire;
    struct buffer received; /* over TCP and TLS */
    bool calling;           /* the wire is in use */
};

void packet_start(struct probe_run *run);
void packet_cancel(struct probe_run *run);

/* How much of an answer that is none to quote as evidence: of its first line the beginning. */
int packet_quotable(const uint8_t *bytes, size_t length);

/* Sets reason and detail, cleaned, and says PACKET_ANSWER: for the end of a judge(). */
__attribute__((format(printf, 3, 4))) enum packet_verdict
packet_judged(struct packet_answer *ret, enum reason reason, const char *format, ...);

#endif

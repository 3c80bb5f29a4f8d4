/* DNS for the packet engine: the question and what its answer is worth, the same over UDP, TCP and TLS (RFC 1035, RFC 7766,
 * RFC 7858). Pure. */
#ifndef VIBRISSE_DNS_JUDGE_H
#define VIBRISSE_DNS_JUDGE_H

#include "clock.h"
#include "dns_message.h"
#include "dns_options.h"
#include "packet.h"

/* An answer under judgement: the first four are the caller's, the rest is what was found. */
struct dns_case {
    struct dns_question question;
    const struct dns_options *options;
    bool stream;
    struct wall now; /* for the signatures */
    struct dns_message message;
    struct dns_answers answers;
};

/* The message without a length before it. A good one has a note on DNSSEC as its detail. */
enum packet_verdict dns_judge_message(struct dns_case *dns, const uint8_t *bytes, size_t length,
                                      struct packet_answer *ret);

int dns_judge_check_url(const char *url, struct fault *fault);
/* build() and judge() of struct packet_protocol; over a stream a message follows its length. */
size_t dns_judge_build(const struct packet_question *question, uint8_t *ret, size_t size);
enum packet_verdict dns_judge(const struct packet_question *question, const uint8_t *bytes,
                              size_t length, struct packet_answer *ret);

#endif

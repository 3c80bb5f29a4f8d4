/* What came back from a receiver, and whether that means that a message has arrived. Pure. */
#ifndef VIBRISSE_ARRIVAL_H
#define VIBRISSE_ARRIVAL_H

#include <stddef.h>
#include <stdint.h>

enum { CHANNEL_WAIT_MAX_S = 3600 }; /* longer than that no receiver can put us off */

/* What came back. */
struct channel_answer {
    int status; /* of HTTP or SMTP; exit status of a program; 0 = none came, see `failure` */
    const char *failure;     /* why there is no whole answer, in words; NULL = there is */
    const char *retry_after; /* the header's value; "" = none */
    const char *body;        /* a stranger's; ends in NUL, may hold others */
    size_t length;
    int64_t now; /* s */
};

enum channel_end { CHANNEL_DELIVERED, CHANNEL_REFUSED, CHANNEL_LATER, CHANNEL_END_COUNT };
extern const char *const channel_end_words[]; /* "delivered", "refused", "later", NULL */

struct channel_verdict {
    enum channel_end end;
    int64_t after_s;  /* CHANNEL_LATER: not sooner; 0 = as one thinks fit */
    char detail[256]; /* cleaned; "" when delivered */
};

/* By the status alone: 2xx delivered, 408, 425, 429 and 5xx later, all else refused; what a redirect is, too. */
void channel_judge_http(const struct channel_answer *answer, struct channel_verdict *ret);
/* By the reply's code: 2xx delivered, 4xx later, 5xx refused (RFC 5321, section 4.2.1). */
void channel_judge_mail(const struct channel_answer *answer, struct channel_verdict *ret);
/* By the exit status: see sysexits(3). */
void channel_judge_command(const struct channel_answer *answer, struct channel_verdict *ret);

/* A body that says of itself that it is an error although the status is good. */
__attribute__((format(printf, 4, 5))) void channel_conclude(struct channel_verdict *verdict,
                                                            enum channel_end end, int64_t after_s,
                                                            const char *format, ...);

#endif

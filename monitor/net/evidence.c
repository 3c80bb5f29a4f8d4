#include "evidence.h"

#include "browser.h"
#include "certificate.h"
#include "macros.h"
#include "text.h"
#include "trust_inside.h"

#include <stdlib.h>

/* A length of time as one says it: "45 min", "3 h", "12 d". */
static void print_span(int64_t seconds, char *to, size_t size)
{
    static const struct {
        int64_t from, unit;
        const char *name;
    } steps[] = {{2 * 86400, 86400, "d"}, {2 * 3600, 3600, "h"}, {120, 60, "min"}, {0, 1, "s"}};
    size_t i = 0;
    while (seconds < steps[i].from && i + 1 < ARRAY_LEN(steps))
        i++;
    text_format(to, size, "%lld %s", (long long)(seconds / steps[i].unit), steps[i].name);
}

/* Of the leaf or of what was sent with it; that an authority in our store is out of date shows in neither. */
static void describe_time(const struct trust_question *question, const struct chain *chain,
                          enum reason reason, char *to, size_t size)
{
    char span[32];
    int64_t end = wall_seconds(chain->facts.not_after);
    int64_t to_end = end - wall_seconds(question->now);
    int64_t to_begin = certificate_begins(question->leaf) - wall_seconds(question->now);
    const char *whose =
        end == certificate_ends(question->leaf) ? "certificate" : "an issuer's certificate";
    print_span(reason == REASON_tls_not_yet_valid ? to_begin : llabs(to_end), span, sizeof span);
    if (reason == REASON_tls_not_yet_valid && to_begin > 0)
        text_format(to, size, "certificate becomes valid in %s", span);
    else if (reason == REASON_tls_expires_soon)
        text_format(to, size, "%s expires in %s", whose, span);
    else if (reason == REASON_tls_expired && to_end <= 0)
        text_format(to, size, "%s expired %s ago", whose, span);
    else
        text_copy(to, size, "an authority's certificate in its chain is out of date");
}

static void describe_names(const struct trust_question *question, char *to, size_t size)
{
    char names[160];
    certificate_names(question->leaf, names, sizeof names);
    text_format(to, size, "certificate is for %s, not for %s",
                names[0] ? names : "no name at all (a common name does not count)", question->host);
}

static void describe_issuer(const struct trust_question *question, const struct chain *chain,
                            char *to, size_t size)
{
    char issuer[100];
    certificate_issuer(question->leaf, issuer, sizeof issuer);
    if (chain_has(chain, REASON_tls_incomplete_chain))
        text_format(to, size, "server does not send the certificate of the issuer, %s",
                    chain->issuer);
    else if (chain->oddity)
        text_format(to, size, "certificate from %s does not verify: %s", issuer, chain->oddity);
    else if (chain_has(chain, REASON_tls_untrusted))
        text_format(to, size, "issuer is not known to us: %s", chain->issuer);
    else
        text_copy(to, size, browser_refuses_usage(question->leaf, question->exchange));
}

void evidence_write(const struct trust_question *question, const struct chain *chain,
                    enum reason reason, char *to, size_t size)
{
    to[0] = '\0';
    switch (reason) {
    case REASON_tls_expired:
    case REASON_tls_not_yet_valid:
    case REASON_tls_expires_soon:
        describe_time(question, chain, reason, to, size);
        break;
    case REASON_tls_hostname:
        describe_names(question, to, size);
        break;
    case REASON_tls_self_signed:
        text_copy(to, size, "certificate is signed by itself");
        break;
    case REASON_tls_incomplete_chain:
    case REASON_tls_untrusted:
        describe_issuer(question, chain, to, size);
        break;
    case REASON_tls_weak_key:
        text_format(to, size, "key below 112 bits of security in the chain; the leaf's is %s",
                    chain->facts.key);
        break;
    case REASON_tls_weak_signature:
        text_copy(to, size, "signature by SHA-1, MD5 or weaker in the chain");
        break;
    case REASON_tls_old_protocol:
        text_format(to, size, "server speaks at most %s", trust_protocol_name(question->protocol));
        break;
    case REASON_tls_dane_mismatch:
        text_copy(to, size, "no TLSA record of its zone fits it");
        break;
    case REASON_tls_handshake:
        text_format(to, size, "%s; it is %s", chain->refusal, chain->facts.key);
        break;
    default:
        break;
    }
}

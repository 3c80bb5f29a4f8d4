/* Why an attempt ended as it did: one table of stable codes, each with its outcome and a sentence that the pages
 * translate. Codes are part of the wire format, the API and the record: they are added, never renamed. Pure. */
#ifndef VIBRISSE_REASON_H
#define VIBRISSE_REASON_H

#include "outcome.h"

#include <stdbool.h>

/*      code                  outcome   sentence (English source text of the catalogues) */
#define REASON_TABLE(ROW)                                                                          \
    ROW(ok, UP, N_("answers normally"))                                                            \
    ROW(slow, DEGRADED, N_("it answers, but slowly"))                                              \
    ROW(tls_expires_soon, DEGRADED, N_("its certificate expires soon"))                            \
    ROW(targets_failing, DEGRADED, N_("one of its servers does not work as it should"))            \
    ROW(not_offered, DOWN, N_("its domain declares that there is no such service"))                \
    ROW(dns_nxdomain, DOWN, N_("its name does not exist"))                                         \
    ROW(dns_no_address, DOWN, N_("its name has no address"))                                       \
    ROW(dns_timeout, DOWN, N_("its name servers do not answer"))                                   \
    ROW(dns_servfail, DOWN, N_("its name servers fail to answer"))                                 \
    ROW(dns_serials, DEGRADED, N_("its name servers disagree"))                                    \
    ROW(connect_refused, DOWN, N_("it refuses the connection"))                                    \
    ROW(connect_timeout, DOWN, N_("it does not answer the connection"))                            \
    ROW(connect_reset, DOWN, N_("it cuts the connection"))                                         \
    ROW(unreachable, DOWN, N_("no route leads to it"))                                             \
    ROW(timeout, DOWN, N_("it does not answer in time"))                                           \
    ROW(closed_early, DOWN, N_("it closes before the end of its answer"))                          \
    ROW(http_status, DOWN, N_("its answer is an error"))                                           \
    ROW(http_redirect_loop, DOWN, N_("it redirects without end"))                                  \
    ROW(body_mismatch, DOWN, N_("its answer lacks what should be there"))                          \
    ROW(body_too_large, DOWN, N_("its answer is too large"))                                       \
    ROW(protocol_error, DOWN, N_("its answer makes no sense"))                                     \
    ROW(in_maintenance, DOWN, N_("it says that it is under maintenance"))                          \
    ROW(banner_refused, DOWN, N_("it turns visitors away"))                                        \
    ROW(starttls_missing, DOWN, N_("it offers no encryption"))                                     \
    ROW(tls_expired, DOWN, N_("its certificate has expired"))                                      \
    ROW(tls_not_yet_valid, DOWN, N_("its certificate is not valid yet"))                           \
    ROW(tls_hostname, DOWN, N_("its certificate is for another name"))                             \
    ROW(tls_self_signed, DOWN, N_("its certificate is signed by itself"))                          \
    ROW(tls_untrusted, DOWN, N_("its certificate comes from an unknown authority"))                \
    ROW(tls_incomplete_chain, DOWN, N_("a certificate is missing from its chain"))                 \
    ROW(tls_revoked, DOWN, N_("its certificate was revoked"))                                      \
    ROW(tls_weak_key, DOWN, N_("the key of its certificate is too weak"))                          \
    ROW(tls_weak_signature, DOWN, N_("the signature of its certificate is too weak"))              \
    ROW(tls_old_protocol, DOWN, N_("it only speaks an outdated encryption"))                       \
    ROW(tls_staple_missing, DOWN, N_("the proof that its certificate is not revoked is missing"))  \
    ROW(tls_staple_invalid, DOWN, N_("the proof that its certificate is not revoked is invalid"))  \
    ROW(tls_dane_mismatch, DOWN, N_("its certificate is not the one that its domain announces"))   \
    ROW(tls_handshake, DOWN, N_("the encrypted connection fails"))                                 \
    ROW(command_warning, DEGRADED, N_("a test made for it warns of a problem"))                    \
    ROW(command_critical, DOWN, N_("a test made for it fails"))                                    \
    ROW(command_unknown, UNKNOWN, N_("a test made for it cannot tell"))                            \
    ROW(blocked, UNKNOWN, N_("it refuses our measurements, which says nothing of its state"))      \
    ROW(refused_by_policy, UNKNOWN, N_("our own rules forbid us this address"))                    \
    ROW(not_published, UNKNOWN, N_("it publishes no address of this family any more"))             \
    ROW(no_figures, UNKNOWN, N_("how much it is used could not be read"))                          \
    ROW(self, UNKNOWN, N_("our monitor could not measure"))                                        \
    ROW(silent, UNKNOWN, N_("we have no recent measurement"))

enum reason {
#define ROW(code, outcome, sentence) REASON_##code,
    REASON_TABLE(ROW)
#undef ROW
        REASON_COUNT
};

const char *reason_code(enum reason reason); /* "tls_expired" */
enum outcome reason_outcome(enum reason reason);
const char *reason_sentence(enum reason reason); /* msgid */
bool reason_parse(const char *code, enum reason *ret);

#endif

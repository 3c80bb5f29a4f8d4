/* What a client prefers (RFC 9110, sections 12.5 and 13.1.2), from header values as they came: strangers' text of any
 * shape. Nothing is kept, nothing fails: what cannot be understood counts as not said. Pure. */
#ifndef VIBRISSE_NEGOTIATE_H
#define VIBRISSE_NEGOTIATE_H

#include <stdbool.h>
#include <stddef.h>

enum encoding { ENCODING_IDENTITY, ENCODING_GZIP, ENCODING_BROTLI, ENCODING_COUNT };

/* The one with the highest q; of equals brotli, then gzip. NULL = the header was not sent. Never fails: a client that
 * refuses even the identity gets it all the same, since a page that was asked for is better than a refusal. */
enum encoding negotiate_encoding(const char *accept_encoding);

/* Index of the language with the highest q ("fr" also answers "fr-CH"); of equals the one named first by the client, 0
 * when none fits. `count` is at least 1. */
size_t negotiate_language(const char *accept_language, const char *const *languages, size_t count);

/* Whether the client would rather have plain text than OpenMetrics. Who says neither gets OpenMetrics. */
bool negotiate_plain_metrics(const char *accept);

/* Whether If-None-Match names `etag` (with its quotes), by weak comparison; "*" names all. */
bool negotiate_match(const char *if_none_match, const char *etag);

#endif

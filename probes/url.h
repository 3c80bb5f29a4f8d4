/* The parts of an address such as "wss://example.org:8443/socket?v=4", as RFC 3986 has them. Pure. */
#ifndef VIBRISSE_URL_H
#define VIBRISSE_URL_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { URL_HOST_SIZE = 256 };

/* What follows the host and port: "/socket?v=4", "?v=4", "". */
const char *url_tail(const char *url);

/* Host and port as the address has them, without the port where it is `default_port`; "" when they do not fit. */
void url_authority(const char *url, uint16_t default_port, char *to, size_t size);

/* Takes a stranger's http or https address apart. The host is in lower case, without brackets. False for anything that two
 * programs might read in two ways: user names, odd characters, no host. */
bool url_place(const char *url, char host[URL_HOST_SIZE], uint16_t *ret_port);

/* The same for what stands between "https://" and the path. A port of 0 = there is none. */
bool url_read_authority(const char *text, char host[URL_HOST_SIZE], uint16_t *ret_port);

/* For check_url of a probe: -1 and a sentence when the address is longer than `max` bytes, or its tail cannot be said as
 * it stands: it holds what must be percent-encoded, or a fragment. */
int url_check_tail(const char *url, size_t max, struct fault *fault);

#endif

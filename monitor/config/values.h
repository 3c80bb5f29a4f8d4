/* Rules for single values that a schema row's type cannot say: one function each, all of one shape, so that tables can
 * name them. 0, or -1 and a sentence. They look at the text alone, but for a time zone, which this
 * machine must know. */
#ifndef VIBRISSE_VALUES_H
#define VIBRISSE_VALUES_H

#include "config.h"

typedef int value_rule(const char *value, const struct config_probes *probes, struct fault *fault);

value_rule value_network;   /* "10.0.0.0/8", "2001:db8::1" */
value_rule value_endpoint;  /* "127.0.0.1:8080", "[::1]:8080": where we listen */
value_rule value_server;    /* as value_endpoint, the port may be left out */
value_rule value_address;   /* "192.0.2.1" */
value_rule value_timezone;  /* "Europe/Paris" */
value_rule value_language;  /* "fr" */
value_rule value_web;       /* an http or https URL */
value_rule value_link;      /* what a visitor may open: as value_web, or a protocol that we know */
value_rule value_probe_url; /* a URL with a probe for its scheme */
value_rule value_pattern;   /* a probe URL for any {host} */
value_rule value_contact;   /* "contact@example.org", or as value_web */
value_rule value_clock;     /* "08:30" */

/* Of the day, of the five characters that the text begins with; -1 when they are no time of it. */
int value_minute(const char *text);

/* The scheme of a URL that a row has read: copied, cut when too long to be any. Returns `scheme`. */
enum { VALUE_SCHEME_SIZE = 65 };
char *value_scheme(const char *url, char scheme[VALUE_SCHEME_SIZE]);

#endif

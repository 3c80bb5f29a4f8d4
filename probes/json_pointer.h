/* One value of a JSON document, found by a JSON pointer (RFC 6901), against one that is wanted: "/status/ok = true"; or
 * only whether there is one: "/versions". The document comes from a stranger. Pure. */
#ifndef VIBRISSE_JSON_POINTER_H
#define VIBRISSE_JSON_POINTER_H

#include "fault.h"

#include <stddef.h>

enum json_pointer_verdict {
    JSON_POINTER_EQUAL,
    JSON_POINTER_OTHER,   /* ret_found: the value, cleaned and cut */
    JSON_POINTER_MISSING, /* nothing is there */
    JSON_POINTER_NO_JSON  /* ret_found: why not */
};

/* -1 and a sentence when `wish` has neither of the two forms; the sentence begins with "json". */
int json_pointer_check(const char *wish, struct fault *fault);

/* `wish` passed the check. Its value is a JSON scalar (numbers by value) or, failing that, bare text; text also equals
 * the same characters written as a string. */
enum json_pointer_verdict json_pointer_test(const char *wish, const char *json, size_t length,
                                            char *ret_found, size_t size);

#endif

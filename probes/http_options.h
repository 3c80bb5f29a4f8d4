/* What can be said of a check over HTTP, as rows: how it asks, what a good answer has, what maintenance looks like. */
#ifndef VIBRISSE_HTTP_OPTIONS_H
#define VIBRISSE_HTTP_OPTIONS_H

#include "expect.h"
#include "schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST };
extern const char *const http_methods[]; /* as enum http_method; ended by NULL */

struct http_options {
    int method; /* enum http_method */
    const char *header, *user_agent, *body;
    int64_t redirects, max_body;
    bool compression;
    const char *fallback; /* asked when what is looked for is not there; NULL = nothing is */
    struct expect_options expect;
    struct expect_options maintenance; /* any one of it is enough */
};

enum { HTTP_OPTION_COUNT = 19 };
extern const struct schema_row http_option_rows[HTTP_OPTION_COUNT];

/* As probe_type.check. */
int http_options_check(const void *object, struct fault *fault);

#endif

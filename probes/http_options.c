#include "http_options.h"

#include "fetch.h"
#include "macros.h"
#include "text.h"

#include <assert.h>
#include <string.h>

const char *const http_methods[] = {"GET", "HEAD", "POST", NULL};

#define AT(field) offsetof(struct http_options, field)

const struct schema_row http_option_rows[] = {
    {.name = "method",
     .type = SCHEMA_ENUM,
     .offset = AT(method),
     .preset = "GET",
     .words = http_methods,
     .doc = "What is asked of the server.",
     .example = "HEAD"},
    {.name = "header",
     .type = SCHEMA_TEXT,
     .offset = AT(header),
     .max = 1000,
     .doc = "One further header of the request. It is not sent to other hosts that the answer "
            "redirects to.",
     .example = "\"Accept: application/json\""},
    {.name = "user-agent",
     .type = SCHEMA_TEXT,
     .offset = AT(user_agent),
     .max = 200,
     .doc = "How we present ourselves; the default says who we are and where to complain.",
     .example = "Mozilla/5.0"},
    {.name = "body",
     .type = SCHEMA_TEXT,
     .offset = AT(body),
     .max = 16 * 1024,
     .doc = "What a POST sends.",
     .example = "q=test"},
    {.name = "redirects",
     .type = SCHEMA_INT,
     .offset = AT(redirects),
     .max = FETCH_REDIRECTS_MAX,
     .preset = "5",
     .doc = "How many redirects are followed; more is an error, and with 0 a redirect is an answer "
            "like any other.",
     .example = "0"},
    {.name = "max-body",
     .type = SCHEMA_SIZE,
     .offset = AT(max_body),
     .min = 1,
     .max = 16 * 1024 * 1024,
     .preset = "1MiB",
     .doc = "The longest body that is read, counted after decompression; more is an error.",
     .example = "4MiB"},
    {.name = "compression",
     .type = SCHEMA_BOOL,
     .offset = AT(compression),
     .preset = "no",
     .doc = "Whether we accept a compressed answer (gzip, brotli).",
     .example = "yes"},
    {.name = "expect-status",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.status),
     .min = 3,
     .max = 200,
     .preset = "200-399",
     .doc = "The status codes that are good.",
     .example = "200,204,300-399"},
    {.name = "expect-header",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.header),
     .min = 2,
     .max = 500,
     .doc = "A header that the answer must have, and a text that its value must contain.",
     .example = "\"Content-Type: text/html\""},
    {.name = "expect-body-contains",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.body_contains),
     .min = 1,
     .max = 500,
     .doc = "A text that the body must contain.",
     .example = "Etherpad"},
    {.name = "expect-body-regex",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.body_regex),
     .min = 1,
     .max = 500,
     .doc = "A Perl-compatible regular expression that the body must match.",
     .example = "\"version [0-9]+\""},
    {.name = "expect-json",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.json),
     .min = 2,
     .max = 500,
     .doc = "A value that the body, as JSON, must have at a JSON pointer (RFC 6901). The pointer "
            "alone asks only that something is there.",
     .example = "/status = ok"},
    {.name = "expect-final-url",
     .type = SCHEMA_URL,
     .offset = AT(expect.final_url),
     .doc = "What the address must begin with where the last redirect leads.",
     .example = "https://pad.example.org/"},
    {.name = "maintenance-status",
     .type = SCHEMA_TEXT,
     .offset = AT(maintenance.status),
     .min = 3,
     .max = 200,
     .doc = "The status codes by which it says that it is under maintenance. Any one of the "
            "maintenance options is enough.",
     .example = "503"},
    {.name = "maintenance-header",
     .type = SCHEMA_TEXT,
     .offset = AT(maintenance.header),
     .min = 2,
     .max = 500,
     .doc = "A header by which it says that it is under maintenance, and a text that its value "
            "contains.",
     .example = "\"X-Nextcloud-Maintenance-Mode: 1\""},
    {.name = "maintenance-body-contains",
     .type = SCHEMA_TEXT,
     .offset = AT(maintenance.body_contains),
     .min = 1,
     .max = 500,
     .doc = "A text in the body by which it says that it is under maintenance.",
     .example = "Briefly unavailable for scheduled maintenance"},
    {.name = "maintenance-body-regex",
     .type = SCHEMA_TEXT,
     .offset = AT(maintenance.body_regex),
     .min = 1,
     .max = 500,
     .doc = "A Perl-compatible regular expression for the body by which it says that it is under "
            "maintenance.",
     .example = "\"(?i)under maintenance\""},
    {.name = "maintenance-json",
     .type = SCHEMA_TEXT,
     .offset = AT(maintenance.json),
     .min = 2,
     .max = 500,
     .doc = "A value in the body, as for expect-json, by which it says that it is under "
            "maintenance.",
     .example = "/maintenance = true"},
    {.name = "fallback",
     .type = SCHEMA_URL,
     .offset = AT(fallback),
     .doc = "A page that is asked for in the same attempt when the answer is 404 or 410 and that "
            "is not expected. It is good when it is a page at all, and the result says that only "
            "this was looked at.",
     .example = "https://pad.example.org/"},
};

static_assert(ARRAY_LEN(http_option_rows) == HTTP_OPTION_COUNT, "all rows are counted");

static int check_request_header(const char *header, struct fault *fault)
{
    size_t length = strcspn(header, ": ");
    if (length == 0 || header[length] != ':')
        return fault_set(fault, "header must be like Accept: text/html, not \"%.80s\"", header);
    return 0;
}

static int check_request(const struct http_options *options, struct fault *fault)
{
    if (options->header && check_request_header(options->header, fault) < 0)
        return -1;
    if (options->body && options->method != HTTP_POST)
        return fault_set(fault, "body goes with method POST only");
    const char *fallback = options->fallback;
    if (fallback && !text_starts(fallback, "https://") && !text_starts(fallback, "http://"))
        return fault_set(fault, "fallback must begin with https:// or http://, not \"%.80s\"",
                         fallback);
    return 0;
}

int http_options_check(const void *object, struct fault *fault)
{
    const struct http_options *options = object;
    if (check_request(options, fault) < 0)
        return -1;
    if (options->method == HTTP_HEAD &&
        (expect_wants_body(&options->expect) || expect_wants_body(&options->maintenance)))
        return fault_set(fault, "an answer to HEAD has no body to expect something of");
    if (expect_validate(&options->expect, "expect", fault) < 0)
        return -1;
    return expect_validate(&options->maintenance, "maintenance", fault);
}

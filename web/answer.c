#include "answer.h"

#include "compress.h"
#include "exposition.h"
#include "macros.h"
#include "text.h"

#include <string.h>
#include <unistd.h>

enum {
    OK = 200,
    MOVED = 301,
    FOUND = 302,
    NOT_MODIFIED = 304,
    NOT_FOUND = 404,
    METHOD_NOT_ALLOWED = 405,
    LENGTH_REQUIRED = 411,
    CONTENT_TOO_LARGE = 413,
    URI_TOO_LONG = 414,
    UNSUPPORTED_MEDIA_TYPE = 415,
    UNAVAILABLE = 503,
};

static const char for_a_minute[] = "public, max-age=60, stale-while-revalidate=300";
static const char for_ever[] = "public, max-age=31536000, immutable";

/* With every answer. Pages have no script, no form but ours and nothing from elsewhere; the policy holds them to it. */
static const char policy[] = "default-src 'none'; style-src 'self'; img-src 'self'; form-action "
                             "'none'; base-uri 'none'; frame-ancestors 'none'";
static const char policy_of_forms[] = "default-src 'none'; style-src 'self'; img-src 'self'; "
                                      "form-action 'self'; base-uri 'none'; frame-ancestors "
                                      "'none'";
static const struct answer_header common_headers[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "interest-cohort=()"},
};

static void add_header(struct answer *answer, const char *name, const char *value)
{
    answer->headers[answer->header_count++] = (struct answer_header){name, value};
}

static void begin_by(struct answer *answer, unsigned status, const char *its_policy)
{
    answer->status = status;
    answer->body = NULL;
    answer->file = -1;
    answer->file_size = 0;
    answer->header_count = 0;
    add_header(answer, "Content-Security-Policy", its_policy);
    for (size_t i = 0; i < ARRAY_LEN(common_headers); i++)
        add_header(answer, common_headers[i].name, common_headers[i].value);
}

static void begin(struct answer *answer, unsigned status)
{
    begin_by(answer, status, policy);
}

static void set_body(struct answer *answer, struct buffer *content, const char *mime)
{
    size_t length;
    char *bytes = buffer_take(content, &length);
    answer->body = site_body_new(bytes, length);
    add_header(answer, "Content-Type", mime);
}

static void set_text(struct answer *answer, const char *text)
{
    struct buffer content;
    buffer_init(&content, strlen(text));
    buffer_text_add(&content, text);
    set_body(answer, &content, "text/plain; charset=utf-8");
}

static const struct {
    unsigned status;
    const char *text;
} refusals[] = {
    {LENGTH_REQUIRED, "A form is taken with its Content-Length only.\n"},
    {CONTENT_TOO_LARGE, "That is more than the form holds.\n"},
    {URI_TOO_LONG, "No address here is as long as this one.\n"},
    {UNSUPPORTED_MEDIA_TYPE, "A form is sent as application/x-www-form-urlencoded.\n"},
    {UNAVAILABLE, "There is nothing to show yet. Please come back in a moment.\n"},
};

void answer_refuse(unsigned status, bool at_form, struct answer *ret)
{
    begin(ret, status);
    add_header(ret, "Cache-Control", "no-store");
    if (status == METHOD_NOT_ALLOWED) {
        add_header(ret, "Allow", at_form ? "GET, HEAD, POST" : "GET, HEAD");
        set_text(ret, at_form ? "Only GET, HEAD and POST are answered here.\n"
                              : "Only GET and HEAD are answered here.\n");
    }
    if (status == UNAVAILABLE)
        add_header(ret, "Retry-After", "10");
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (refusals[i].status == status)
            set_text(ret, refusals[i].text);
}

static void redirect(struct answer *answer, unsigned status)
{
    begin(answer, status);
    add_header(answer, "Location", answer->location);
    add_header(answer, "Cache-Control", for_a_minute);
    if (status == FOUND)
        add_header(answer, "Vary", "Accept-Language");
    set_text(answer, "");
}

static void make_health(struct site *site, const struct answer_request *request, struct answer *ret)
{
    enum { HEALTH_MOST = 1024 };
    struct buffer content;
    buffer_init(&content, HEALTH_MOST);
    begin(ret, site_health(site, request->now.wall, &content));
    add_header(ret, "Cache-Control", "no-store");
    if (ret->status != OK)
        add_header(ret, "Retry-After", "60");
    set_body(ret, &content, "application/json");
}

/* Takes the metrics over. */
static void set_metrics(struct answer *answer, const struct answer_request *request,
                        struct site_body *metrics)
{
    struct buffer plain;
    add_header(answer, "Vary", "Accept");
    if (!negotiate_plain_metrics(request->accept)) {
        answer->body = metrics;
        add_header(answer, "Content-Type", site_type_of(request->path)->mime);
        return;
    }
    buffer_init(&plain, 2 * metrics->length + 1);
    exposition_write(metrics->bytes, metrics->length, &plain);
    site_body_release(metrics);
    set_body(answer, &plain, EXPOSITION_MIME);
}

/* Made anew every few seconds, so no cache may keep it; when the monitor has ended there is nothing true to tell. */
static void make_metrics(struct site *site, const struct answer_request *request,
                         struct answer *ret)
{
    struct site_body *body = site_board(site, request->now.wall);
    begin(ret, body ? OK : UNAVAILABLE);
    add_header(ret, "Cache-Control", "no-store");
    add_header(ret, "Access-Control-Allow-Origin", "*");
    if (body) {
        set_metrics(ret, request, body);
    } else {
        add_header(ret, "Retry-After", "10");
        set_text(ret, "The monitor says nothing of itself now.\n");
    }
}

static const char *const encoding_names[ENCODING_COUNT] = {NULL, "gzip", "br"};

/* Moves the content into the answer. */
static void use_content(struct answer *answer, unsigned status, const struct site_content *content)
{
    begin(answer, status);
    answer->body = content->body;
    answer->file = content->file;
    answer->file_size = content->size;
    add_header(answer, "Cache-Control", content->immutable ? for_ever : for_a_minute);
    if (content->type->compressible)
        add_header(answer, "Vary", "Accept-Encoding");
    if (content->type->data)
        add_header(answer, "Access-Control-Allow-Origin", "*");
    if (status != NOT_FOUND) {
        text_copy(answer->etag, sizeof answer->etag, content->etag);
        add_header(answer, "ETag", answer->etag);
    }
    if (status == NOT_MODIFIED)
        return;
    add_header(answer, "Content-Type", content->type->mime);
    if (encoding_names[content->encoding])
        add_header(answer, "Content-Encoding", encoding_names[content->encoding]);
}

static enum site_found find(struct site *site, const struct answer_request *request,
                            const char *path, struct site_content *ret)
{
    struct site_question question = {
        .path = path,
        .length = strlen(path),
        .encoding = negotiate_encoding(request->accept_encoding),
        .if_none_match = request->if_none_match,
        .now = request->now,
    };
    return site_find(site, &question, ret);
}

/* The site's own page in the language of the path, or without language, or a sentence. */
static void make_missing(struct site *site, const struct answer_request *request,
                         struct answer *ret)
{
    char own[ANSWER_PATH_MAX + sizeof "/404.html"];
    const char *slash = request->path[0] ? strchr(request->path + 1, '/') : NULL;
    text_format(own, sizeof own, "%.*s/404.html", slash ? (int)(slash - request->path) : 0,
                request->path);
    const char *const pages[] = {own, "/404.html"};
    struct answer_request plain = *request;
    plain.if_none_match = NULL;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct site_content content;
        if (find(site, &plain, pages[i], &content) != SITE_FOUND)
            continue;
        use_content(ret, NOT_FOUND, &content);
        return;
    }
    begin(ret, NOT_FOUND);
    add_header(ret, "Cache-Control", "public, max-age=10");
    set_text(ret, "There is no page of this address.\n");
}

/* The entrance leads to the visitor's language; false where there are none to choose from. */
static bool make_entrance(struct site *site, const struct answer_request *request,
                          struct answer *ret)
{
    char languages[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE];
    const char *names[SITE_LANGUAGES_MOST];
    size_t count = site_languages(site, languages);
    if (!count)
        return false;
    for (size_t i = 0; i < count; i++)
        names[i] = languages[i];
    size_t best = negotiate_language(request->accept_language, names, count);
    /* Relative, so that it holds below any prefix that a proxy puts in front. */
    text_format(ret->location, sizeof ret->location, "%s/", names[best]);
    redirect(ret, FOUND);
    return true;
}

/* "/fr/h/x" without its slash leads to "/fr/h/x/"; false where there is no such folder. */
static bool make_folder(struct site *site, const struct answer_request *request, struct answer *ret)
{
    char folder[ANSWER_PATH_MAX + 2];
    const char *last = strrchr(request->path, '/');
    if (!last || !text_format(folder, sizeof folder, "%s/", request->path) ||
        !site_has(site, folder, strlen(folder)))
        return false;
    text_format(ret->location, sizeof ret->location, "%s/", last + 1);
    redirect(ret, MOVED);
    return true;
}

static void make_content(struct site *site, const struct answer_request *request,
                         struct answer *ret)
{
    struct site_content content;
    switch (find(site, request, request->path, &content)) {
    case SITE_FOUND:
        use_content(ret, OK, &content);
        break;
    case SITE_UNCHANGED:
        use_content(ret, NOT_MODIFIED, &content);
        break;
    case SITE_TROUBLE:
        answer_refuse(UNAVAILABLE, false, ret);
        break;
    case SITE_MISSING:
        if (!make_folder(site, request, ret))
            make_missing(site, request, ret);
        break;
    }
}

void answer_make(struct site *site, const struct answer_request *request, struct answer *ret)
{
    if (strcmp(request->path, "/healthz") == 0)
        make_health(site, request, ret);
    else if (site_has_board(site) && strcmp(request->path, "/metrics") == 0)
        make_metrics(site, request, ret);
    else if (site_is_empty(site))
        answer_refuse(UNAVAILABLE, false, ret);
    else if (strcmp(request->path, "/") != 0 || !make_entrance(site, request, ret))
        make_content(site, request, ret);
}

/* ---- forms ---- */

/* The page with what stands between the marks replaced; false where it has none. */
static bool fill(const struct site_body *page, const struct answer_part *part, struct buffer *out)
{
    const char *begin = page->length ? strstr(page->bytes, part->begin) : NULL;
    const char *end = begin ? strstr(begin, part->end) : NULL;
    if (!end)
        return false;
    buffer_add(out, page->bytes, (size_t)(begin - page->bytes));
    buffer_text_add(out, part->html);
    buffer_text_add(out, end + strlen(part->end));
    return true;
}

static void pack(struct answer *answer, enum encoding encoding, struct buffer *content)
{
    enum { QUALITY = 5 };
    struct buffer packed;
    buffer_init(&packed, content->length);
    bool smaller = false;
    if (encoding == ENCODING_BROTLI)
        smaller = compress_brotli(content->bytes, content->length, QUALITY, &packed);
    else if (encoding == ENCODING_GZIP)
        smaller = compress_gzip(content->bytes, content->length, &packed);
    if (smaller)
        add_header(answer, "Content-Encoding", encoding_names[encoding]);
    set_body(answer, smaller ? &packed : content, "text/html; charset=utf-8");
    buffer_fini(smaller ? content : &packed);
}

static void use_part(struct answer *answer, const struct answer_request *request,
                     const struct answer_part *part, struct buffer *content)
{
    begin_by(answer, part->status, policy_of_forms);
    add_header(answer, "Cache-Control", "no-store");
    if (part->retry_s) {
        text_format(answer->retry, sizeof answer->retry, "%lld", (long long)part->retry_s);
        add_header(answer, "Retry-After", answer->retry);
    }
    pack(answer, negotiate_encoding(request->accept_encoding), content);
}

void answer_form(struct site *site, const struct answer_request *request,
                 const struct answer_part *part, struct answer *ret)
{
    enum { FORM_PAGE_MOST = 1024 * 1024 };
    struct answer_request plain = *request;
    struct site_content page;
    struct buffer content;
    plain.accept_encoding = plain.if_none_match = NULL;
    bool found = find(site, &plain, request->path, &page) == SITE_FOUND;
    buffer_init(&content, FORM_PAGE_MOST);
    if (found && page.body && fill(page.body, part, &content))
        use_part(ret, request, part, &content);
    else
        answer_refuse(UNAVAILABLE, true, ret);
    buffer_fini(&content);
    if (found)
        site_body_release(page.body);
    if (found && page.file >= 0)
        close(page.file);
}

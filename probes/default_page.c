#include "default_page.h"

#include "macros.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { TITLE_MAX_LENGTH = 100, ERROR_MAX_LENGTH = 2048 };

#define ERROR_PAGE "an error page"

/* `most`: a longer body is something else; 0 = any. */
static const struct page {
    const char *title, *name;
    size_t most;
} pages[] = {
    {"Welcome to nginx!", "the default page of nginx", ERROR_MAX_LENGTH},
    {"Welcome to nginx on Debian!", "the default page of nginx", ERROR_MAX_LENGTH},
    {"Welcome to OpenResty!", "the default page of OpenResty", ERROR_MAX_LENGTH},
    {"Apache2 Debian Default Page: It works", "the default page of Apache", 0},
    {"Apache2 Ubuntu Default Page: It works", "the default page of Apache", 0},
    {"It works! Apache httpd", "the default page of Apache", ERROR_MAX_LENGTH},
    {"Caddy works!", "the default page of Caddy", 0},
    {"500 Internal Server Error", ERROR_PAGE, ERROR_MAX_LENGTH},
    {"502 Bad Gateway", ERROR_PAGE, ERROR_MAX_LENGTH},
    {"502 Proxy Error", ERROR_PAGE, ERROR_MAX_LENGTH},
    {"503 Service Temporarily Unavailable", ERROR_PAGE, ERROR_MAX_LENGTH},
    {"503 Service Unavailable", ERROR_PAGE, ERROR_MAX_LENGTH},
    {"504 Gateway Time-out", ERROR_PAGE, ERROR_MAX_LENGTH},
    {"504 Gateway Timeout", ERROR_PAGE, ERROR_MAX_LENGTH},
};

/* The first byte of `needle` in `text`, whatever the case; NULL when it is not there. */
static const char *find(const char *text, const char *end, const char *needle)
{
    size_t length = strlen(needle);
    for (; (size_t)(end - text) >= length; text++)
        if (strncasecmp(text, needle, length) == 0)
            return text;
    return NULL;
}

static void trim(const char **start, const char **end)
{
    while (*start < *end && isspace((unsigned char)**start))
        (*start)++;
    while (*start < *end && isspace((unsigned char)(*end)[-1]))
        (*end)--;
}

static bool is_text(const char *start, const char *end, const char *text)
{
    trim(&start, &end);
    return (size_t)(end - start) == strlen(text) && memcmp(start, text, (size_t)(end - start)) == 0;
}

static const char *name_of(const char *start, const char *end, size_t length)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if ((!pages[i].most || length <= pages[i].most) && is_text(start, end, pages[i].title))
            return pages[i].name;
    return NULL;
}

const char *default_page_name(const char *body, size_t length)
{
    static const char opening[] = "<title>";
    const char *end = body + (length < DEFAULT_PAGE_BYTES ? length : DEFAULT_PAGE_BYTES);
    /* Apache's own has no title: it is these words and nothing else. */
    if (is_text(body, end, "<html><body><h1>It works!</h1></body></html>"))
        return "the default page of Apache";
    const char *title = find(body, end, opening);
    if (!title)
        return NULL;
    title += strlen(opening);
    const char *close = find(title, end, "</title>");
    return close && close - title <= TITLE_MAX_LENGTH ? name_of(title, close, length) : NULL;
}

static bool has_path(const char *url, const char *path)
{
    const char *host = strstr(url, "://");
    const char *slash = host ? strchr(host + 3, '/') : NULL;
    return slash && strncmp(slash, path, strlen(path)) == 0;
}

const char *default_page_at(const char *url, const char *asked)
{
    /* Where YunoHost sends those who ask for an application that is not there. /yunohost/sso is another thing: an
     * application for members, which asks them to log in. */
    static const char admin[] = "/yunohost/admin";
    return has_path(url, admin) && !has_path(asked, admin) ? "the administration page of YunoHost"
                                                           : NULL;
}

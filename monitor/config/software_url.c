#include "software_url.h"

#include "text.h"

#include <string.h>

struct parts { /* of an address; lengths from its beginning */
    const char *host;
    size_t host_length;
    size_t root;   /* up to the path */
    size_t folder; /* up to its last folder */
};

static bool has_bytes(const char *from, const char *end, char byte)
{
    return memchr(from, byte, (size_t)(end - from));
}

/* "https://x/cloud" is a folder, "https://x/cloud/index.php" is a file in it. */
static size_t folder_end(const char *path, const char *end)
{
    const char *name = end;
    while (name > path && name[-1] != '/')
        name--;
    return (size_t)((has_bytes(name, end, '.') ? name : end) - path);
}

static struct parts take_apart(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    const char *path = host + strcspn(host, "/?#");
    const char *end = path + strcspn(path, "?#");
    const char *bracket = *host == '[' ? memchr(host, ']', (size_t)(path - host)) : NULL;
    const char *colon =
        memchr(bracket ? bracket : host, ':', (size_t)(path - (bracket ? bracket : host)));
    struct parts parts = {.host = host,
                          .host_length = (size_t)((colon ? colon : path) - host),
                          .root = (size_t)(path - url)};
    parts.folder = parts.root + folder_end(path, end);
    return parts;
}

bool software_url_is_page(const char *url)
{
    return text_starts(url, "https://") || text_starts(url, "http://");
}

const char *software_url_below(struct arena *arena, const char *page, const char *path)
{
    struct parts parts = take_apart(page);
    if (!*path)
        return page;
    if (*path == '/')
        return arena_printf(arena, "%.*s%s", (int)parts.root, page, path);
    bool is_open = parts.folder > parts.root && page[parts.folder - 1] == '/';
    return arena_printf(arena, "%.*s%s%s", (int)parts.folder, page, is_open ? "" : "/", path);
}

/* The text with other words in place of the mark in it. */
static const char *replace(struct arena *arena, const char *text, const char *mark,
                           size_t mark_length, const char *words, size_t length)
{
    return arena_printf(arena, "%.*s%.*s%s", (int)(mark - text), text, (int)length, words,
                        mark + mark_length);
}

const char *software_url_beside(struct arena *arena, const char *url, const char *pattern)
{
    size_t scheme = strcspn(pattern, ":") + 1;
    const char *host = strstr(pattern, SOFTWARE_HOST), *whole = strstr(pattern, SOFTWARE_AUTHORITY);
    struct parts parts = take_apart(url);
    if (strncmp(url, pattern, scheme) == 0)
        return url;
    if (whole)
        return text_starts(url, "https://")
                   ? replace(arena, pattern, whole, strlen(SOFTWARE_AUTHORITY), parts.host,
                             parts.root - (size_t)(parts.host - url))
                   : NULL;
    return host
               ? replace(arena, pattern, host, strlen(SOFTWARE_HOST), parts.host, parts.host_length)
               : url;
}

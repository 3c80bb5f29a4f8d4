#include "tag.h"

#include "join.h"
#include "stamp.h"

#include <string.h>

/* The authority's day is part of the name: changing it would make every entry of every feed a new one. */
#define TAG_DATE "2026"

static const char host_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
static const char mail_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

static const char *small(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_bytes(arena, text, length);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return copy;
}

/* NULL when it has no host that RFC 4151 allows. */
static const char *website_host(const char *website, struct arena *arena)
{
    const char *host = website ? strstr(website, "://") : NULL;
    if (!host)
        return NULL;
    host += strlen("://");
    size_t length = strspn(host, host_letters);
    return length && strchr("/:?#", host[length]) ? small(arena, host, length) : NULL;
}

static const char *mail_address(const char *contact, struct arena *arena)
{
    size_t name = contact ? strspn(contact, mail_letters) : 0;
    if (!name || contact[name] != '@')
        return NULL;
    size_t host = strspn(contact + name + 1, host_letters);
    return host && !contact[name + 1 + host] ? small(arena, contact, name + 1 + host) : NULL;
}

const char *tag_authority(const struct collective *collective, struct arena *arena)
{
    const char *authority = website_host(collective->website, arena);
    if (!authority)
        authority = mail_address(collective->contact, arena);
    return authority ? authority : "vibrisse.invalid";
}

const char *tag_feed(const char *authority, const char *key, struct arena *arena)
{
    return JOIN(arena, "tag:", authority, "," TAG_DATE ":", key, *key ? "/" : "", "incidents");
}

const char *tag_outage(const char *authority, const char *key, int64_t begin, struct arena *arena)
{
    char stamp[STAMP_SIZE];
    return JOIN(arena, "tag:", authority, "," TAG_DATE ":", key, "/outage/",
                stamp_seconds(begin, stamp));
}

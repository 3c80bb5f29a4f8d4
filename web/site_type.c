#include "site_type.h"

#include "macros.h"
#include "text.h"

#include <string.h>

enum { QUICK = 5, THOROUGH = 11 }; /* thorough for what is packed once and kept for a year */

static const struct site_type types[] = {
    {".html", "text/html; charset=utf-8", true, true, false, QUICK},
    {".css", "text/css; charset=utf-8", true, false, false, THOROUGH},
    {".svg", "image/svg+xml", true, false, true, QUICK},
    {".json", "application/json", true, false, true, QUICK},
    {".atom", "application/atom+xml; charset=utf-8", true, false, true, QUICK},
    {".xml", "application/xml; charset=utf-8", true, false, true, QUICK},
    {".ics", "text/calendar; charset=utf-8", true, false, true, QUICK},
    {".csv", "text/csv; charset=utf-8", true, false, true, QUICK},
    {".properties", "text/plain; charset=utf-8", true, false, true, QUICK},
    {".txt", "text/plain; charset=utf-8", true, false, true, QUICK},
    {".yaml", "application/yaml", true, false, true, QUICK},
    {".webmanifest", "application/manifest+json", true, false, false, QUICK},
    {".png", "image/png", false, false, false, QUICK},
    {".ico", "image/vnd.microsoft.icon", false, false, false, QUICK},
    {".woff2", "font/woff2", false, false, false, QUICK},
    {".pdf", "application/pdf", false, false, false, QUICK},
    {"/metrics", "application/openmetrics-text; version=1.0.0; charset=utf-8", true, false, true,
     QUICK},
    {"/", "text/html; charset=utf-8", true, true, false, QUICK},
    {"", "application/octet-stream", false, false, false, QUICK},
};

const struct site_type *site_type_of(const char *path)
{
    size_t i = 0;
    while (i < ARRAY_LEN(types) - 1 && !text_ends(path, types[i].suffix))
        i++;
    return &types[i];
}

bool site_type_is_immutable(const char *path)
{
    enum { HASH_LEAST = 8 };
    const char *name = strrchr(path, '/');
    const char *first = strchr(name ? name : path, '.');
    if (!first)
        return false;
    size_t digits = strspn(first + 1, "0123456789abcdef");
    return digits >= HASH_LEAST && first[1 + digits] == '.';
}

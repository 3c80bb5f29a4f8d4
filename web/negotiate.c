#include "negotiate.h"

#include "macros.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    Q_MOST = 1000, /* q=1, in thousandths */
    Q_UNSAID = -1,
    ITEMS_MOST = 64, /* of a list: nobody honest names more */
};

struct item {
    const char *name; /* not terminated */
    size_t length;
    int q;
};

static const char *skip_space(const char *cursor)
{
    while (*cursor == ' ' || *cursor == '\t')
        cursor++;
    return cursor;
}

/* "1", "0.8", "0.123": thousandths; anything else is 0, the careful reading. */
static int read_q(const char *cursor)
{
    if (*cursor == '1')
        return Q_MOST;
    if (cursor[0] != '0' || cursor[1] != '.')
        return 0;
    int q = 0, scale = 100;
    for (cursor += 2; isdigit((unsigned char)*cursor) && scale; cursor++, scale /= 10)
        q += (*cursor - '0') * scale;
    return q;
}

static int find_q(const char *cursor, const char *end)
{
    while (cursor < end) {
        cursor = skip_space(cursor + 1);
        if ((*cursor == 'q' || *cursor == 'Q') && *skip_space(cursor + 1) == '=')
            return read_q(skip_space(skip_space(cursor + 1) + 1));
        while (cursor < end && *cursor != ';')
            cursor++;
    }
    return Q_MOST;
}

/* The next element of a comma-separated list with its q; false at the end. */
static bool next_item(const char **cursor, struct item *ret)
{
    const char *start = *cursor + strspn(*cursor, ", \t");
    if (!*start)
        return false;
    const char *end = start + strcspn(start, ",");
    ret->name = start;
    ret->length = strcspn(start, "; \t,");
    const char *parameters = start + strcspn(start, ";,");
    ret->q = find_q(parameters, end);
    *cursor = end;
    return true;
}

static bool item_is(const struct item *item, const char *name)
{
    return item->length == strlen(name) && strncasecmp(item->name, name, item->length) == 0;
}

static const struct {
    const char *name;
    enum encoding encoding;
} encoding_names[] = {
    {"br", ENCODING_BROTLI},
    {"gzip", ENCODING_GZIP},
    {"x-gzip", ENCODING_GZIP},
    {"identity", ENCODING_IDENTITY},
};

static void note_encoding(const struct item *item, int q[ENCODING_COUNT], int *any)
{
    if (item_is(item, "*"))
        *any = item->q;
    for (size_t i = 0; i < ARRAY_LEN(encoding_names); i++)
        if (item_is(item, encoding_names[i].name))
            q[encoding_names[i].encoding] = item->q;
}

enum encoding negotiate_encoding(const char *accept_encoding)
{
    int q[ENCODING_COUNT] = {Q_UNSAID, Q_UNSAID, Q_UNSAID}, any = Q_UNSAID;
    struct item item;
    const char *cursor = accept_encoding ? accept_encoding : "";
    for (size_t i = 0; i < ITEMS_MOST && next_item(&cursor, &item); i++)
        note_encoding(&item, q, &any);
    enum encoding best = ENCODING_IDENTITY;
    for (enum encoding e = ENCODING_IDENTITY; e < ENCODING_COUNT; e++)
        if (q[e] == Q_UNSAID && e != ENCODING_IDENTITY)
            q[e] = any;
    for (enum encoding e = ENCODING_GZIP; e < ENCODING_COUNT; e++)
        if (q[e] > 0 && q[e] >= q[best])
            best = e;
    return best;
}

/* "fr" fits "fr" and "fr-CH". */
static bool language_fits(const struct item *item, const char *language)
{
    size_t length = strlen(language);
    return item->length >= length && strncasecmp(item->name, language, length) == 0 &&
           (item->length == length || item->name[length] == '-');
}

size_t negotiate_language(const char *accept_language, const char *const *languages, size_t count)
{
    const char *cursor = accept_language ? accept_language : "";
    struct item item;
    size_t best = 0;
    int best_q = 0;
    for (size_t i = 0; i < ITEMS_MOST && next_item(&cursor, &item); i++)
        for (size_t j = 0; j < count; j++)
            if (item.q > best_q && language_fits(&item, languages[j])) {
                best = j;
                best_q = item.q;
            }
    return best;
}

bool negotiate_plain_metrics(const char *accept)
{
    int plain = 0, open = 0;
    struct item item;
    const char *cursor = accept ? accept : "";
    for (size_t i = 0; i < ITEMS_MOST && next_item(&cursor, &item); i++) {
        if (item_is(&item, "text/plain") && item.q > plain)
            plain = item.q;
        if (item_is(&item, "application/openmetrics-text") && item.q > open)
            open = item.q;
    }
    return plain > open;
}

bool negotiate_match(const char *if_none_match, const char *etag)
{
    const char *cursor = if_none_match ? if_none_match : "";
    size_t length = strlen(etag);
    for (;;) {
        cursor += strspn(cursor, ", \t");
        if (cursor[0] == '*')
            return true;
        if (cursor[0] == 'W' && cursor[1] == '/')
            cursor += 2;
        if (cursor[0] != '"')
            return false;
        if (strncmp(cursor, etag, length) == 0)
            return true;
        cursor = strchr(cursor + 1, '"');
        if (!cursor)
            return false;
        cursor++;
    }
}

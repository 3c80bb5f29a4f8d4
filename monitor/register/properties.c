#include "properties.h"

#include "backslash.h"
#include "encoding.h"
#include "hash.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A stretch of bytes. */
struct piece {
    char *bytes;
    size_t length;
};

struct parser {
    struct properties *properties;
    struct remarks *remarks;
    size_t capacity, line;
    bool full;
};

/* ---- bytes ---- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Blanks of every kind that keyboards make: the no-break space, too (C2 A0). */
static size_t blank_before(struct piece piece)
{
    if (!piece.length)
        return 0;
    if (is_blank(piece.bytes[0]))
        return 1;
    return piece.length >= 2 && memcmp(piece.bytes, "\u00A0", 2) == 0 ? 2 : 0;
}

static size_t blank_after(struct piece piece)
{
    if (!piece.length)
        return 0;
    const char *end = piece.bytes + piece.length;
    if (is_blank(end[-1]))
        return 1;
    return piece.length >= 2 && memcmp(end - 2, "\u00A0", 2) == 0 ? 2 : 0;
}

static struct piece trim(struct piece piece)
{
    for (size_t blank; (blank = blank_before(piece));) {
        piece.bytes += blank;
        piece.length -= blank;
    }
    for (size_t blank; (blank = blank_after(piece));)
        piece.length -= blank;
    return piece;
}

/* Eight bytes that can be printed, of ASCII all of them. The tests are of each byte by itself as long as no byte has its
 * highest bit, since nothing is borrowed then. */
static bool are_printable(uint64_t eight)
{
    const uint64_t ones = 0x0101010101010101u, highest = 0x80 * ones;
    uint64_t is_small = eight - 0x20 * ones, is_delete = (eight ^ 0x7F * ones) - ones;
    return !((eight | is_small | is_delete) & highest);
}

/* Characters that cannot be seen begin with other ones. */
static bool is_plain_byte(unsigned char byte)
{
    return byte >= 0x20 && byte != 0x7F && byte != 0xC2 && byte != 0xD8 && byte != 0xE2 &&
           byte < 0xEF;
}

/* What text_clean() would leave as it is, told by single bytes. */
static bool is_plain(struct piece piece)
{
    size_t i = 0;
    while (i < piece.length) {
        uint64_t eight;
        size_t end = i + sizeof eight;
        if (end <= piece.length) {
            memcpy(&eight, piece.bytes + i, sizeof eight);
            if (are_printable(eight)) {
                i = end;
                continue;
            }
        }
        for (; i < piece.length && i < end; i++)
            if (!is_plain_byte((unsigned char)piece.bytes[i]))
                return false;
    }
    return true;
}

/* Fit to be shown, ended by NUL; *ret_lost: something of it was left out. The bytes after the piece are no longer needed:
 * a separator or a line end. */
static const char *clean(struct arena *arena, struct piece piece, bool *ret_lost)
{
    *ret_lost = false;
    if (is_plain(piece)) {
        piece.bytes[piece.length] = '\0';
        return piece.bytes;
    }
    char *text = arena_alloc(arena, piece.length + 1);
    text_clean(text, piece.length + 1, piece.bytes, piece.length);
    struct piece cleaned = trim((struct piece){text, strlen(text)});
    *ret_lost = strlen(text) < piece.length;
    cleaned.bytes[cleaned.length] = '\0';
    return cleaned.bytes;
}

/* ---- an entry ---- */

static void find(const struct parser *parser, enum remark_kind kind, const char *key,
                 const char *value, const char *other)
{
    remarks_add(parser->remarks, kind, parser->line, key, value, other);
}

static void find_long(const struct parser *parser, enum remark_kind kind, const char *key,
                      size_t most)
{
    char number[24];
    text_format(number, sizeof number, "%zu", most);
    find(parser, kind, key, NULL, number);
}

static bool is_key_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* In lower case, without a remark for what is as it should be. */
static const char *read_key(const struct parser *parser, struct piece piece)
{
    bool capitals = false, form = true, lost;
    for (size_t i = 0; i < piece.length; i++) {
        capitals = capitals || is_capital(piece.bytes[i]);
        form = form && (is_key_byte(piece.bytes[i]) || is_capital(piece.bytes[i]));
    }
    const char *written = clean(&parser->properties->arena, piece, &lost);
    if (form && !capitals)
        return written;
    char *key = arena_text(&parser->properties->arena, written);
    for (char *c = key; *c; c++)
        if (is_capital(*c))
            *c = (char)(*c + ('a' - 'A'));
    if (!form && strstr(key, "://"))
        find(parser, REMARK_key_colon, written, NULL, NULL);
    else if (!form)
        find(parser, REMARK_key_form, written, NULL, NULL);
    else
        find(parser, REMARK_key_case, key, written, NULL);
    return key;
}

static bool may_be_quote(char c)
{
    return c == '\'' || c == '"' || (unsigned char)c >= 0x80;
}

/* One pair of the same around all of it. */
static bool strip_quotes(struct piece *piece)
{
    static const char *const pairs[][2] = {
        {"'", "'"}, {"\"", "\""}, {"\u2019", "\u2019"}, {"\u201C", "\u201D"}, {"\u00AB", "\u00BB"}};
    if (!piece->length || !may_be_quote(piece->bytes[0]))
        return false;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t before = strlen(pairs[i][0]), after = strlen(pairs[i][1]);
        if (piece->length < before + after || memcmp(piece->bytes, pairs[i][0], before) != 0 ||
            memcmp(piece->bytes + piece->length - after, pairs[i][1], after) != 0)
            continue;
        *piece = trim((struct piece){piece->bytes + before, piece->length - before - after});
        return true;
    }
    return false;
}

static bool is_null(const char *value, size_t length)
{
    enum { LONGEST = 9 };
    static const char *const words[] = {"null", "(null)", "undefined", "n/a"};
    if (length > LONGEST)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(value, words[i]) == 0)
            return true;
    return false;
}

static const char *read_value(const struct parser *parser, const char *key, struct piece piece)
{
    bool lost;
    if (strip_quotes(&piece))
        find(parser, REMARK_quotes, key, NULL, NULL);
    bool escaped =
        memchr(piece.bytes, '\\', piece.length) && backslash_remove(piece.bytes, &piece.length);
    const char *value = clean(&parser->properties->arena, piece, &lost);
    size_t length = strlen(value);
    if (lost)
        find(parser, REMARK_invisible, key, NULL, NULL);
    if (escaped)
        find(parser, REMARK_escape, key, NULL, value);
    if (length && value[length - 1] == '\\')
        find(parser, REMARK_continued, key, NULL, NULL);
    if (length == 0 || !is_null(value, length))
        return value;
    find(parser, REMARK_null, key, value, NULL);
    return "";
}

static void add(struct parser *parser, const char *key, const char *value)
{
    struct properties *properties = parser->properties;
    if (properties->count == PROPERTIES_ENTRIES_MAX) {
        if (!parser->full)
            find_long(parser, REMARK_too_many_entries, NULL, PROPERTIES_ENTRIES_MAX);
        parser->full = true;
        return;
    }
    void *list = properties->list;
    mem_grow(&list, &parser->capacity, properties->count + 1, sizeof *properties->list);
    properties->list = list;
    properties->list[properties->count++] =
        (struct property){key, value, parser->line, hash_text(key)};
}

static void read_entry(struct parser *parser, struct piece key, struct piece value)
{
    key = trim(key);
    value = trim(value);
    if (!key.length)
        find(parser, REMARK_no_key, NULL, NULL, NULL);
    else if (key.length > PROPERTIES_KEY_MAX)
        find_long(parser, REMARK_key_long, NULL, PROPERTIES_KEY_MAX);
    if (!key.length || key.length > PROPERTIES_KEY_MAX)
        return;
    const char *name = read_key(parser, key);
    if (!*name)
        find(parser, REMARK_no_key, NULL, NULL, NULL);
    else if (value.length > PROPERTIES_VALUE_MAX)
        find_long(parser, REMARK_value_long, name, PROPERTIES_VALUE_MAX);
    else
        add(parser, name, read_value(parser, name, value));
}

/* «key: value», where no = is. An address alone is no such thing. */
static char *colon_of(struct piece line)
{
    char *colon = memchr(line.bytes, ':', line.length);
    size_t left = colon ? (size_t)(colon - line.bytes) : 0;
    if (!left || line.length - left < 2 || colon[1] == '/' || !memchr(line.bytes, '.', left) ||
        memchr(line.bytes, ' ', left))
        return NULL;
    return colon;
}

static void read_oddity(struct parser *parser, struct piece line)
{
    bool lost;
    char *colon = colon_of(line);
    if (!colon) {
        find(parser, REMARK_no_equals, NULL, clean(&parser->properties->arena, line, &lost), NULL);
        return;
    }
    size_t left = (size_t)(colon - line.bytes);
    struct piece key = {line.bytes, left};
    struct piece value = {colon + 1, line.length - left - 1};
    find(parser, REMARK_colon_separator, clean(&parser->properties->arena, trim(key), &lost), NULL,
         NULL);
    read_entry(parser, key, value);
}

static void read_line(struct parser *parser, struct piece line)
{
    line = trim(line);
    if (!line.length || line.bytes[0] == '#' || line.bytes[0] == '!')
        return;
    char *equals = memchr(line.bytes, '=', line.length);
    if (!equals) {
        read_oddity(parser, line);
        return;
    }
    size_t left = (size_t)(equals - line.bytes);
    read_entry(parser, (struct piece){line.bytes, left},
               (struct piece){equals + 1, line.length - left - 1});
}

static void read_lines(struct parser *parser, const struct encoding_text *text)
{
    char *cursor = text->bytes, *end = cursor + text->length;
    while (cursor < end && !parser->full) {
        char *line_end = memchr(cursor, text->line_end, (size_t)(end - cursor));
        char *next = line_end ? line_end : end;
        parser->line++;
        read_line(parser, (struct piece){cursor, (size_t)(next - cursor)});
        cursor = next + 1;
    }
}

/* ---- doubles ---- */

/* Of each key but the last. */
static size_t strike_doubles(struct parser *parser)
{
    struct properties *properties = parser->properties;
    size_t struck = 0;
    for (size_t i = 0; i < properties->count; i++) {
        const struct property *after = &properties->list[i];
        size_t place = key_index_put(&properties->index, after->key, after->hash, i);
        if (place == KEY_INDEX_NONE)
            continue;
        struct property *before = &properties->list[place];
        parser->line = after->line;
        find_long(parser, REMARK_duplicate, after->key, before->line);
        before->line = 0;
        struck++;
    }
    return struck;
}

static void make_index(struct parser *parser)
{
    struct properties *properties = parser->properties;
    key_index_init(&properties->index, &properties->arena, properties->count);
    if (!strike_doubles(parser))
        return;
    size_t kept = 0;
    for (size_t i = 0; i < properties->count; i++) {
        struct property *property = &properties->list[i];
        if (!property->line)
            continue;
        properties->list[kept] = *property;
        key_index_put(&properties->index, property->key, property->hash, kept++);
    }
    properties->count = kept;
}

/* ---- a file ---- */

static size_t blank_length(const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length && is_blank(bytes[i]))
        i++;
    return i;
}

/* What is no file of properties at all. */
static bool refuse(const struct encoding_text *text, struct remarks *remarks)
{
    size_t blank = blank_length(text->bytes, text->length);
    if (blank < text->length && text->bytes[blank] != '<')
        return false;
    remarks_add(remarks, blank < text->length ? REMARK_html : REMARK_empty, 1, NULL, NULL, NULL);
    return true;
}

bool properties_parse(struct properties *properties, const char *bytes, size_t length,
                      struct remarks *remarks)
{
    struct parser parser = {.properties = properties, .remarks = remarks};
    struct encoding_text text;
    *properties = (struct properties){.bytes = length};
    if (length > PROPERTIES_METRICS_MAX) {
        remarks_add(remarks, REMARK_too_large, 1, NULL, NULL, "1 MiB");
        return false;
    }
    if (!encoding_read(bytes, length, &properties->arena, remarks, &text) || refuse(&text, remarks))
        return false;
    read_lines(&parser, &text);
    make_index(&parser);
    if (!properties->count)
        remarks_add(remarks, REMARK_no_entry, 1, NULL, NULL, NULL);
    return properties->count;
}

void properties_fini(struct properties *properties)
{
    free(properties->list);
    arena_free(&properties->arena);
    *properties = (struct properties){0};
}

const struct property *properties_find(const struct properties *properties, const char *key)
{
    if (!properties->count)
        return NULL;
    size_t place = key_index_find(&properties->index, key, hash_text(key));
    return place == KEY_INDEX_NONE ? NULL : &properties->list[place];
}

const char *properties_value(const struct properties *properties, const char *key)
{
    const struct property *found = properties_find(properties, key);
    return found ? found->value : "";
}

/* Messages: XMPP (RFC 6120, 7590), for clients with STARTTLS or under TLS at once (XEP-0368), and between servers. The
 * certificate must be the domain's. No login, but a way to log in must be offered to clients under TLS.
 *
 * A stream is read tag by tag: no entities, no declarations, no comments, which XMPP forbids anyway (section 11.1). */
#include "dialogue_run.h"
#include "macros.h"
#include "route.h"

#include <ctype.h>
#include <string.h>

enum { FEATURES = 1, FAULT = 2, LOGIN = 4, NAMED = 8 }; /* bits of the topic */

struct tag {
    const char *name; /* without its prefix */
    size_t length;
    bool closing, single; /* "</a>", "<a/>" */
};

static bool is_named(const struct tag *tag, const char *name)
{
    return tag->length == strlen(name) && memcmp(tag->name, name, tag->length) == 0;
}

/* Up to the end of the first tag: only under the root's children may text stand before it. */
static long measure(const struct dialogue *dialogue, const char *bytes, size_t length)
{
    size_t at = 0;
    for (; at < length && bytes[at] != '<'; at++)
        if (dialogue->depth < 2 && !isspace((unsigned char)bytes[at]))
            return -1;
    char quote = '\0';
    for (at++; at < length; at++) {
        char byte = bytes[at];
        if (quote)
            quote = byte == quote ? '\0' : quote;
        else if (byte == '"' || byte == '\'')
            quote = byte;
        else if (byte == '>')
            return (long)at + 1;
        else if (byte == '<' || byte == '\0')
            return -1;
    }
    return 0;
}

/* False for declarations and comments. */
static bool read_tag(const char *piece, size_t length, struct tag *ret)
{
    const char *at = memchr(piece, '<', length), *end = piece + length - 1;
    ret->closing = *++at == '/';
    ret->single = end[-1] == '/';
    at += ret->closing;
    ret->name = at;
    while (at < end && !isspace((unsigned char)*at) && *at != '/')
        if (*at++ == ':')
            ret->name = at;
    ret->length = (size_t)(at - ret->name);
    return ret->length && *ret->name != '!' && *ret->name != '?';
}

static enum dialogue_turn refuse(struct dialogue *dialogue, const struct tag *tag)
{
    dialogue_quote(dialogue, tag->name, tag->length);
    return TURN_REFUSED;
}

/* The root, its children, and what we look for in them. */
static enum dialogue_turn open_tag(struct dialogue *dialogue, const struct tag *tag)
{
    unsigned depth = dialogue->depth;
    if (depth == 0)
        return is_named(tag, "stream") && !tag->single ? TURN_MORE : TURN_NONSENSE;
    if (depth == 1) {
        dialogue->topic = is_named(tag, "features") ? FEATURES : is_named(tag, "error") ? FAULT : 0;
        return dialogue->topic ? TURN_MORE : TURN_NONSENSE;
    }
    if (depth > 2)
        return TURN_MORE;
    if (dialogue->topic & FEATURES && is_named(tag, "starttls"))
        dialogue->notes |= NOTE_OFFERS_TLS;
    if (is_named(tag, "mechanisms") || is_named(tag, "authentication"))
        dialogue->topic |= LOGIN;
    if (dialogue->topic & FAULT && !(dialogue->topic & NAMED)) {
        refuse(dialogue, tag);
        dialogue->topic |= NAMED;
    }
    return TURN_MORE;
}

/* After a child of the root. */
static enum dialogue_turn conclude(struct dialogue *dialogue, bool client)
{
    if (dialogue->topic & FAULT) {
        if (!(dialogue->topic & NAMED))
            dialogue_quote(dialogue, "error", 5);
        return TURN_REFUSED;
    }
    if (!client || !(dialogue->notes & NOTE_SECURE) || dialogue->topic & LOGIN)
        return TURN_GOOD;
    dialogue_quote(dialogue, "no way to log in", 16);
    return TURN_NONSENSE;
}

static enum dialogue_turn judge_tag(struct dialogue *dialogue, const struct tag *tag, bool client)
{
    if (tag->closing) {
        if (dialogue->depth < 2) /* the stream itself */
            return dialogue->depth ? refuse(dialogue, tag) : TURN_NONSENSE;
        dialogue->depth--;
    } else {
        enum dialogue_turn turn = open_tag(dialogue, tag);
        dialogue->depth += turn == TURN_MORE && !tag->single;
        if (turn != TURN_MORE || !tag->single)
            return turn;
    }
    return dialogue->depth == 1 ? conclude(dialogue, client) : TURN_MORE;
}

static enum dialogue_turn judge_stream(struct dialogue *dialogue, const char *piece, size_t length,
                                       bool client)
{
    struct tag tag;
    if (!(dialogue->topic & NAMED))
        dialogue_quote(dialogue, piece, length);
    if (read_tag(piece, length, &tag))
        return judge_tag(dialogue, &tag, client);
    return dialogue->depth == 0 && tag.length && *tag.name == '?' ? TURN_MORE : TURN_NONSENSE;
}

static enum dialogue_turn judge_for_client(struct dialogue *dialogue, const char *piece,
                                           size_t length)
{
    return judge_stream(dialogue, piece, length, true);
}

static enum dialogue_turn judge_for_server(struct dialogue *dialogue, const char *piece,
                                           size_t length)
{
    return judge_stream(dialogue, piece, length, false);
}

/* One element: <proceed/>, or anything else. */
static enum dialogue_turn judge_proceed(struct dialogue *dialogue, const char *piece, size_t length)
{
    struct tag tag;
    dialogue_quote(dialogue, piece, length);
    if (!read_tag(piece, length, &tag))
        return TURN_NONSENSE;
    bool proceed = is_named(&tag, "proceed");
    if (proceed && !tag.single && !tag.closing)
        return TURN_MORE;
    return proceed ? TURN_GOOD : refuse(dialogue, &tag);
}

static const struct dialogue_pieces for_client = {measure, judge_for_client};
static const struct dialogue_pieces for_server = {measure, judge_for_server};
static const struct dialogue_pieces proceed = {measure, judge_proceed};

#define STREAM(space, its_pieces, its_when)                                                        \
    {                                                                                              \
        .name = "stream header",                                                                   \
        .say = "<?xml version='1.0'?><stream:stream to='{host}' version='1.0' xml:lang='en' "      \
               "xmlns='" space "' xmlns:stream='http://etherx.jabber.org/streams'>",               \
        .await = AWAIT_PIECES, .pieces = its_pieces, .when = its_when                              \
    }
#define STARTTLS                                                                                   \
    {                                                                                              \
        .name = "STARTTLS", .say = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",          \
        .await = AWAIT_PIECES, .pieces = &proceed, .upgrade = true                                 \
    }
#define FAREWELL                                                                                   \
    {                                                                                              \
        .name = "end of stream", .say = "</stream:stream>", .await = AWAIT_PIECES,                 \
        .pieces = &proceed, .parting = true                                                        \
    }

static const struct dialogue_step client[] = {
    STREAM("jabber:client", &for_client, 0),
    STARTTLS,
    STREAM("jabber:client", &for_client, NOTE_UPGRADED),
    FAREWELL,
};

static const struct dialogue_step server[] = {
    STREAM("jabber:server", &for_server, 0),
    STARTTLS,
    STREAM("jabber:server", &for_server, NOTE_UPGRADED),
    FAREWELL,
};

static const struct dialogue_script in_clear = {.steps = client, .count = ARRAY_LEN(client)};
static const struct dialogue_script under_tls = {
    .steps = client, .count = ARRAY_LEN(client), .tls_first = true, .alpn = "xmpp-client"};
static const struct dialogue_script between = {.steps = server, .count = ARRAY_LEN(server)};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_xmpp, probe_xmpps, probe_xmpp_server;

const struct probe_type probe_xmpp = {
    .name = "xmpp",
    .options = {"xmpp", rows, ARRAY_LEN(rows)},
    .route = &route_xmpp_client,
    .dane = true,
    DIALOGUE_TYPE(5222, &in_clear),
};

const struct probe_type probe_xmpps = {
    .name = "xmpps",
    .options = {"xmpps", NULL, 0},
    .route = &route_xmpps_client,
    .dane = true,
    DIALOGUE_TYPE(5223, &under_tls),
};

const struct probe_type probe_xmpp_server = {
    .name = "xmpp-server",
    .options = {"xmpp-server", rows, ARRAY_LEN(rows)},
    .route = &route_xmpp_server,
    .dane = true,
    DIALOGUE_TYPE(5269, &between),
};

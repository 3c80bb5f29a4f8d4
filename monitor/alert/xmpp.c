/* XMPP: a message to a person (RFC 6121) or into a room (XEP-0045), with a stable id (XEP-0359) and the thread of its
 * outage. That it came through is known when the server answers a ping sent behind it (XEP-0199), or when the room sends
 * it back. */
#include "channel.h"

#include "macros.h"
#include "referral.h"
#include "text.h"

#include <string.h>

enum { CHARACTERS_MAX = 4000 };

struct xmpp {
    const char *jid, *password, *url, *to, *room, *nick;
};

static const struct schema_row rows[] = {
    {.name = "jid",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct xmpp, jid),
     .min = 3,
     .max = 300,
     .required = true,
     .doc = "The account that it is written by. Its server must have a good certificate for what "
            "follows the @.",
     .example = "vibrisse@exemple.example"},
    CHANNEL_SECRET_ROW(struct xmpp, password, true, "The password of that account."),
    {.name = "server",
     .type = SCHEMA_URL,
     .offset = offsetof(struct xmpp, url),
     .max = 300,
     .doc = "Where its server is, if not where the JID's domain says (SRV of xmpp-client and "
            "xmpps-client; the next one where one does not connect), or at the domain itself, port "
            "5222: xmpp:// with STARTTLS, or xmpps:// (port 5223).",
     .example = "xmpp://xmpp.exemple.example:5222"},
    {.name = "to",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct xmpp, to),
     .min = 3,
     .max = 300,
     .doc = "The person that is written to. Either this or a room.",
     .example = "camille@exemple.example"},
    {.name = "room",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct xmpp, room),
     .min = 3,
     .max = 300,
     .doc = "The room that is joined for it.",
     .example = "tech@salons.exemple.example"},
    {.name = "nick",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct xmpp, nick),
     .min = 1,
     .max = 24,
     .preset = "vibrisse",
     .doc = "The nickname in the room.",
     .example = "vibrisse"},
};

/* node@domain, without a resource: RFC 7622. */
static bool is_bare_jid(const char *text)
{
    const char *at = strchr(text, '@');
    return at && at != text && at[1] && !strpbrk(text, " \"&'/:<>") && !strchr(at + 1, '@');
}

static int check_jid(const char *name, const char *value, struct fault *fault)
{
    return !value || is_bare_jid(value)
               ? 0
               : fault_set(fault, "%s: \"%.80s\" is no JID such as name@example.org", name, value);
}

static int check(const void *options, struct fault *fault)
{
    const struct xmpp *xmpp = options;
    if (!xmpp->to == !xmpp->room)
        return fault_set(fault, "either to or room must be given");
    if (xmpp->url && !text_starts(xmpp->url, "xmpp://") && !text_starts(xmpp->url, "xmpps://"))
        return fault_set(fault, "server must begin with xmpp:// or xmpps://");
    return check_jid("jid", xmpp->jid, fault) || check_jid("to", xmpp->to, fault) ||
                   check_jid("room", xmpp->room, fault)
               ? -1
               : 0;
}

/* RFC 6120 section 3.2.1, XEP-0368 */
static const struct referral_services services = {"_xmpp-client._tcp", "_xmpps-client._tcp"};

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct xmpp *xmpp = job->options;
    const char *domain = strchr(xmpp->jid, '@') + 1;
    ret->kind = DISPATCH_XMPP;
    ret->url = xmpp->url ? xmpp->url : arena_printf(job->arena, "xmpp://%s", domain);
    ret->services = xmpp->url ? NULL : &services;
    ret->username = xmpp->jid;
    ret->password = xmpp->password;
    ret->to[0] = xmpp->room ? xmpp->room : xmpp->to;
    ret->nick = xmpp->room ? xmpp->nick : NULL;
    ret->id = job->alert->id;
    ret->thread = job->alert->thread;
    ret->body = message_chat(job->message, neutral_none, CHARACTERS_MAX, job->arena);
    ret->length = strlen(ret->body);
}

static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    *ret = (struct channel_verdict){.end = CHANNEL_DELIVERED};
    if (answer->failure)
        channel_conclude(ret, CHANNEL_LATER, 0, "%s", answer->failure);
    else if (answer->status != 200)
        channel_conclude(ret, answer->status == 400 ? CHANNEL_REFUSED : CHANNEL_LATER, 0, "%.250s",
                         answer->body);
}

const struct channel channel_xmpp = {
    .name = "xmpp",
    .options = {"xmpp", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct xmpp),
    .check = check,
    .compose = compose,
    .judge = judge,
};

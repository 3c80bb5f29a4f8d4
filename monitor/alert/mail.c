/* Mail: RFC 5322 and 2046, automatic (RFC 3834), of a list (RFC 2919, 2369, 8058). The first message of a thread is its
 * root, later ones refer to it; a repeat has the same Message-ID. By a relay, or by this machine's own program. */
#include "channel.h"

#include "arguments.h"
#include "macros.h"
#include "mime.h"
#include "text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

enum { MAIL_MAX = 1024 * 1024 };

enum security { SECURITY_TLS, SECURITY_NONE };
static const char *const security_words[] = {"tls", "none", NULL};

struct mail {
    const char *to, *from, *server, *username, *password, *fallback, *sendmail, *unsubscribe;
    int security; /* enum security */
};

static const struct schema_row rows[] = {
    {.name = "to",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct mail, to),
     .min = 3,
     .max = 2000,
     .required = true,
     .doc = "The addresses that are written to, a list.",
     .example = "[tech@exemple.example]"},
    {.name = "from",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct mail, from),
     .min = 3,
     .max = 254,
     .required = true,
     .doc = "The address that it comes from. What bounces comes back to it: it should be read.",
     .example = "vibrisse@exemple.example"},
    {.name = "server",
     .type = SCHEMA_URL,
     .offset = offsetof(struct mail, server),
     .max = 300,
     .doc = "The relay: smtp:// or smtps://. Without it, this machine's own program for mail is "
            "called.",
     .example = "smtp://relais.exemple.example:587"},
    {.name = "security",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct mail, security),
     .words = security_words,
     .preset = "tls",
     .doc = "With smtp://: tls wants STARTTLS and a good certificate, none goes in clear.",
     .example = "tls"},
    {.name = "username",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct mail, username),
     .min = 1,
     .max = 200,
     .doc = "To log in at the relay.",
     .example = "vibrisse"},
    CHANNEL_SECRET_ROW(struct mail, password, false, "To log in at the relay."),
    {.name = "fallback-address",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct mail, fallback),
     .min = 2,
     .max = 45,
     .doc = "The relay's address, tried when no resolver knows its name: a dead resolver must not "
            "silence the news of it.",
     .example = "192.0.2.25"},
    {.name = "sendmail",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct mail, sendmail),
     .min = 2,
     .max = 1000,
     .spaced = true,
     .preset = "/usr/sbin/sendmail",
     .doc = "Without a server: the program for mail, by its whole path. Sender and recipients are "
            "added as arguments.",
     .example = "/usr/sbin/sendmail"},
    {.name = "unsubscribe",
     .type = SCHEMA_URL,
     .offset = offsetof(struct mail, unsubscribe),
     .max = 500,
     .doc = "A page where one says that one wants no more of it. Without it the sender's address "
            "is named.",
     .example = "https://exemple.example/alertes"},
};

/* ---- what must be right about the options ---- */

/* ASCII, no quotes, no blanks: what no part of a header or of a command line can be mistaken for. */
static bool is_address(const char *text, size_t length)
{
    const char *at = memchr(text, '@', length);
    if (!at || at == text || at == text + length - 1 || *text == '-')
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] <= 0x20 || text[i] > 0x7E || strchr("<>\"(),:;\\[]", text[i]) ||
            (text[i] == '@' && &text[i] != at))
            return false;
    return true;
}

static int check_recipients(const struct mail *mail, struct fault *fault)
{
    size_t count = 0;
    for (const char *at = mail->to;; at++) {
        size_t length = strcspn(at, ",");
        if (!is_address(at, length))
            return fault_set(fault, "to: \"%.*s\" is no mail address", (int)length, at);
        if (++count > DISPATCH_RECIPIENTS_MAX)
            return fault_set(fault, "to: more than %d addresses", DISPATCH_RECIPIENTS_MAX);
        at += length;
        if (!*at)
            return 0;
    }
}

static bool is_literal(const char *text)
{
    struct in6_addr address;
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static int check_server(const struct mail *mail, struct fault *fault)
{
    if (!text_starts(mail->server, "smtp://") && !text_starts(mail->server, "smtps://"))
        return fault_set(fault, "server must begin with smtp:// or smtps://");
    if (strchr(strstr(mail->server, "://") + 3, '/'))
        return fault_set(fault, "server has no path: smtp://relay.example.org:587");
    if (mail->fallback && !is_literal(mail->fallback))
        return fault_set(fault, "fallback-address must be an IPv4 or IPv6 address");
    return 0;
}

static int check_program(const struct mail *mail, struct fault *fault)
{
    struct arena arena = {0};
    char **arguments = arguments_split(mail->sendmail, &arena, fault);
    int rc = arguments ? 0 : -1;
    if (arguments && (!arguments[0] || arguments[0][0] != '/'))
        rc = fault_set(fault, "sendmail must begin with the whole path of a program");
    arena_free(&arena);
    return rc;
}

static int check(const void *options, struct fault *fault)
{
    const struct mail *mail = options;
    if (!is_address(mail->from, strlen(mail->from)))
        return fault_set(fault, "from: \"%.80s\" is no mail address", mail->from);
    if (!mail->username != !mail->password)
        return fault_set(fault, "username and password go together");
    if (check_recipients(mail, fault))
        return -1;
    return mail->server ? check_server(mail, fault) : check_program(mail, fault);
}

/* ---- the mail ---- */

/* A part of a Message-ID: letters, digits, - and _. */
static const char *atom(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    for (char *at = copy; *at; at++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *at))
            *at = '-';
    return copy;
}

static const char *domain_of(const struct mail *mail)
{
    return strchr(mail->from, '@') + 1;
}

static const char *root_of(const struct channel_job *job)
{
    const struct alert *alert = job->alert;
    return arena_printf(job->arena, "<%s.%s@%s>", atom(job->arena, alert->thread),
                        atom(job->arena, alert->target), domain_of(job->options));
}

static void add_thread(struct buffer *out, const struct channel_job *job)
{
    const struct alert *alert = job->alert;
    if (alert->opens && alert->thread[0]) {
        mime_header(out, "Message-ID", root_of(job));
        return;
    }
    mime_header(
        out, "Message-ID",
        arena_printf(job->arena, "<%s@%s>", atom(job->arena, alert->id), domain_of(job->options)));
    if (alert->thread[0]) {
        mime_header(out, "In-Reply-To", root_of(job));
        mime_header(out, "References", root_of(job));
    }
}

/* One click works only over https; people can write back in any case. */
static void add_list(struct buffer *out, const struct channel_job *job)
{
    const struct mail *mail = job->options;
    const char *page = job->alert->leave[0] ? job->alert->leave : mail->unsubscribe;
    const char *by_mail = arena_printf(job->arena, "<mailto:%s?subject=unsubscribe>", mail->from);
    mime_header(out, "List-Id", arena_printf(job->arena, "vibrisse <alerts.%s>", domain_of(mail)));
    if (page)
        by_mail = arena_printf(job->arena, "<%s>, %s", page, by_mail);
    mime_header(out, "List-Unsubscribe", by_mail);
    if (page && text_starts(page, "https://"))
        mime_header(out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
}

/* One address a line, so that none grows too long. */
static void add_recipients(struct buffer *out, const struct dispatch *dispatch)
{
    buffer_text_add(out, "To: ");
    for (size_t i = 0; dispatch->to[i]; i++)
        buffer_printf(out, "%s%s", i ? ",\r\n " : "", dispatch->to[i]);
    buffer_text_add(out, "\r\n");
}

static void add_part(struct buffer *out, const char *boundary, const char *type, const char *text)
{
    buffer_printf(out,
                  "--%s\r\nContent-Type: %s; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                  boundary, type);
    mime_quoted_printable(out, text);
}

static void add_bodies(struct buffer *out, const struct channel_job *job)
{
    /* "=_" cannot stand in quoted-printable text. */
    const char *boundary = arena_printf(job->arena, "=_%s", atom(job->arena, job->alert->id));
    const char *html = arena_printf(
        job->arena,
        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"></head>\n<body>\n"
        "%s</body>\n</html>",
        job->message->language, job->message->html);
    buffer_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
    add_part(out, boundary, "text/plain", message_text(job->message, neutral_none, job->arena));
    add_part(out, boundary, "text/html", html);
    buffer_printf(out, "--%s--\r\n", boundary);
}

static void add_mail(struct buffer *out, const struct channel_job *job,
                     const struct dispatch *dispatch)
{
    mime_date(out, job->now);
    mime_header(out, "From", dispatch->from);
    add_recipients(out, dispatch);
    mime_text_header(out, "Subject", job->message->title);
    add_thread(out, job);
    mime_header(out, "Content-Language", job->message->language);
    mime_header(out, "Auto-Submitted", "auto-generated");
    mime_header(out, "X-Auto-Response-Suppress", "All");
    mime_header(out, "Precedence", "bulk");
    add_list(out, job);
    mime_header(out, "MIME-Version", "1.0");
    add_bodies(out, job);
}

/* ---- the envelope ---- */

static void set_recipients(const struct mail *mail, struct arena *arena, struct dispatch *ret)
{
    size_t count = 0;
    for (const char *at = mail->to; count < DISPATCH_RECIPIENTS_MAX;) {
        size_t length = strcspn(at, ",");
        ret->to[count++] = arena_bytes(arena, at, length);
        if (!at[length])
            return;
        at += length + 1;
    }
}

/* Programs of this machine take lines that end as its own do. */
static void to_program(const struct channel_job *job, struct dispatch *ret)
{
    const struct mail *mail = job->options;
    struct fault fault;
    struct buffer line;
    buffer_init(&line, 16 * 1024);
    buffer_printf(&line, "%s -i -f", mail->sendmail);
    arguments_add(&line, mail->from);
    buffer_text_add(&line, " --");
    for (size_t i = 0; ret->to[i]; i++)
        arguments_add(&line, ret->to[i]);
    ret->kind = DISPATCH_COMMAND;
    ret->arguments = arguments_split(buffer_text(&line), job->arena, &fault);
    assert(ret->arguments); /* check() has seen the program, and addresses hold no quotes */
    buffer_fini(&line);
    char *body = arena_bytes(job->arena, ret->body, ret->length), *to = body;
    for (const char *at = body; *at; at++)
        if (*at != '\r')
            *to++ = *at;
    *to = '\0';
    ret->body = body;
    ret->length = (size_t)(to - body);
}

static void to_server(const struct mail *mail, struct dispatch *ret)
{
    ret->kind = DISPATCH_MAIL;
    ret->url = mail->server;
    ret->username = mail->username;
    ret->password = mail->password;
    ret->in_clear = mail->security == SECURITY_NONE;
    ret->fallback = mail->fallback;
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct mail *mail = job->options;
    struct buffer out;
    buffer_init(&out, MAIL_MAX);
    ret->from = mail->from;
    set_recipients(mail, job->arena, ret);
    add_mail(&out, job, ret);
    ret->body = arena_bytes(job->arena, buffer_text(&out), out.length);
    ret->length = out.length;
    buffer_fini(&out);
    if (mail->server)
        to_server(mail, ret);
    else
        to_program(job, ret);
}

/* A program's exit status is below all codes of replies. */
static void judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    if (answer->status >= 200)
        channel_judge_mail(answer, ret);
    else
        channel_judge_command(answer, ret);
}

const struct channel channel_mail = {
    .name = "mail",
    .options = {"mail", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct mail),
    .check = check,
    .compose = compose,
    .judge = judge,
};

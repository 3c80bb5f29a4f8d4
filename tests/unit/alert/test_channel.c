#include "channel.h"

#include "macros.h"
#include "sample.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORD_JOINER "\u2060"

struct scene {
    struct arena arena;
    struct alert *alert;
    struct message message;
    const struct channel *channel;
    const void *options;
    struct dispatch dispatch;
};

static void open_scene(struct scene *scene, struct alert *alert, const char *channel,
                       const struct probe_option *options, size_t count)
{
    struct fault fault;
    *scene = (struct scene){.alert = alert, .channel = channel_find(channel)};
    assert_non_null(scene->channel);
    message_compose(alert, &scene->arena, &scene->message);
    if (channel_read(scene->channel, options, count, &scene->arena, &scene->options, &fault))
        fail_msg("%s", fault.text);
    const struct channel_job job = {alert, &scene->message, scene->options, 1767323100,
                                    &scene->arena};
    scene->channel->compose(&job, &scene->dispatch);
}

#define OPEN(scene, alert, channel, ...)                                                           \
    do {                                                                                           \
        const struct probe_option given[] = {__VA_ARGS__};                                         \
        open_scene((scene), (alert), (channel), given, ARRAY_LEN(given));                          \
    } while (0)

static void close_scene(struct scene *scene)
{
    arena_free(&scene->arena);
    free(scene->alert);
}

static bool has_header(const struct scene *scene, const char *line)
{
    for (size_t i = 0; scene->dispatch.headers[i]; i++)
        if (strcmp(scene->dispatch.headers[i], line) == 0)
            return true;
    return false;
}

static void assert_request(const struct scene *scene, const char *method, const char *url)
{
    assert_int_equal(scene->dispatch.kind, DISPATCH_HTTP);
    assert_string_equal(scene->dispatch.method, method);
    assert_string_equal(scene->dispatch.url, url);
    assert_true(has_header(scene, "Content-Type: application/json"));
}

static json_t *body_of(const struct scene *scene)
{
    json_t *body = json_loadb(scene->dispatch.body, scene->dispatch.length, 0, NULL);
    assert_non_null(body);
    return body;
}

/* Every key of the body, and nothing else; "$text" stands for any text that is not empty. */
static void assert_like(const json_t *value, const json_t *like, const char *where)
{
    const char *key;
    json_t *child;
    if (json_is_string(like) && strcmp(json_string_value(like), "$text") == 0) {
        if (!json_is_string(value) || !json_string_length(value))
            fail_msg("%s is no text", where);
        return;
    }
    if (!json_is_object(like)) {
        if (!json_equal((json_t *)value, (json_t *)like))
            fail_msg("%s is not as documented", where);
        return;
    }
    if (json_object_size(value) != json_object_size(like))
        fail_msg("%s has %zu keys, not %zu", where, json_object_size(value),
                 json_object_size(like));
    json_object_foreach((json_t *)like, key, child)
        assert_like(json_object_get(value, key), child, key);
}

static void assert_body(const struct scene *scene, const char *like_text)
{
    json_t *body = body_of(scene), *like = json_loads(like_text, 0, NULL);
    assert_non_null(like);
    assert_like(body, like, scene->channel->name);
    json_decref(body);
    json_decref(like);
}

/* ---- requests, as their documentation has them ---- */

static void test_ntfy(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "ntfy", {"url", "https://ntfy.example/"}, {"topic", "night"},
         {"token", "tk_1"});
    assert_request(&scene, "POST", "https://ntfy.example/");
    assert_true(has_header(&scene, "Authorization: Bearer tk_1"));
    assert_body(&scene,
                "{\"topic\":\"night\",\"title\":\"Carnets (Le Chat Perché): down\",\"message\":"
                "\"$text\",\"priority\":5,\"tags\":[\"down\"],\"click\":\"https://"
                "exemple.example/fr/h/chat-perche/pad/\"}");
    close_scene(&scene);
}

static void test_gotify(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "gotify", {"url", "https://g.example/push/"}, {"token", "A1"});
    assert_request(&scene, "POST", "https://g.example/push/message");
    assert_true(has_header(&scene, "X-Gotify-Key: A1"));
    assert_body(&scene, "{\"title\":\"$text\",\"message\":\"$text\",\"priority\":8,\"extras\":{"
                        "\"client::display\":{\"contentType\":\"text/plain\"},"
                        "\"client::notification\":{\"click\":{\"url\":\"$text\"}}}}");
    close_scene(&scene);
}

static void test_matrix(void **state)
{
    (void)state;
    struct scene scene;
    char url[256];
    OPEN(&scene, sample_down("en"), "matrix", {"url", "https://m.example"},
         {"room", "!a/b:m.example"}, {"token", "syt"});
    snprintf(
        url, sizeof url,
        "https://m.example/_matrix/client/v3/rooms/%%21a%%2Fb%%3Am.example/send/m.room.message/"
        "%s",
        scene.alert->id);
    assert_request(&scene, "PUT", url);
    assert_true(has_header(&scene, "Authorization: Bearer syt"));
    assert_body(&scene,
                "{\"msgtype\":\"m.text\",\"body\":\"$text\",\"format\":"
                "\"org.matrix.custom.html\",\"formatted_body\":\"$text\",\"m.mentions\":{}}");
    close_scene(&scene);
}

static void test_hooks(void **state)
{
    (void)state;
    static const struct {
        const char *name, *url, *body;
    } rows[] = {
        {"mattermost", "https://h.example/hooks/x", "{\"text\":\"$text\"}"},
        {"rocketchat", "https://h.example/hooks/x", "{\"text\":\"$text\",\"parseUrls\":false}"},
        {"slack", "https://h.example/hooks/x",
         "{\"text\":\"$text\",\"mrkdwn\":false,\"unfurl_links\":false,\"unfurl_media\":false}"},
        {"discord", "https://h.example/hooks/x?wait=true",
         "{\"content\":\"$text\",\"allowed_mentions\":{\"parse\":[]},\"flags\":4}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scene scene;
        OPEN(&scene, sample_hostile(), rows[i].name, {"url", "https://h.example/hooks/x"});
        assert_request(&scene, "POST", rows[i].url);
        assert_body(&scene, rows[i].body);
        static const char *const calls[] = {"@everyone", "@room", "<!channel>", "<@U1>", " *b* "};
        for (size_t j = 0; j < ARRAY_LEN(calls) - (i == 2); j++)
            assert_row(i, !strstr(scene.dispatch.body, calls[j]));
        assert_row(i, strstr(scene.dispatch.body, "https://exemple.example/fr/h/chat-perche/pad/"));
        close_scene(&scene);
    }
}

static void test_telegram(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "telegram", {"chat", "-100"}, {"token", "12:AB"});
    assert_request(&scene, "POST", "https://api.telegram.org/bot12:AB/sendMessage");
    assert_body(&scene, "{\"chat_id\":\"-100\",\"text\":\"$text\",\"link_preview_options\":{"
                        "\"is_disabled\":true},\"disable_notification\":false}");
    close_scene(&scene);
}

static void test_signal(void **state)
{
    (void)state;
    struct scene scene;
    char like[512];
    OPEN(&scene, sample_down("en"), "signal", {"url", "http://127.0.0.1:1"}, {"account", "+331"},
         {"to", "+332,+333"});
    assert_request(&scene, "POST", "http://127.0.0.1:1/api/v1/rpc");
    snprintf(
        like, sizeof like,
        "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"send\",\"params\":{\"message\":\"$text\","
        "\"account\":\"+331\",\"recipient\":[\"+332\",\"+333\"]}}",
        scene.alert->id);
    assert_body(&scene, like);
    close_scene(&scene);
    OPEN(&scene, sample_down("en"), "signal", {"url", "http://127.0.0.1:1"}, {"group", "G="});
    snprintf(
        like, sizeof like,
        "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"send\",\"params\":{\"message\":\"$text\","
        "\"groupId\":\"G=\"}}",
        scene.alert->id);
    assert_body(&scene, like);
    close_scene(&scene);
}

static void test_mastodon(void **state)
{
    (void)state;
    struct scene scene;
    char key[64];
    OPEN(&scene, sample_hostile(), "mastodon", {"url", "https://s.example"},
         {"to", "@me@s.example"}, {"token", "T"});
    assert_request(&scene, "POST", "https://s.example/api/v1/statuses");
    snprintf(key, sizeof key, "Idempotency-Key: %s", scene.alert->id);
    assert_true(has_header(&scene, key) && has_header(&scene, "Authorization: Bearer T"));
    assert_body(&scene, "{\"status\":\"$text\",\"visibility\":\"direct\",\"language\":\"en\"}");
    json_t *body = body_of(&scene);
    const char *status = json_string_value(json_object_get(body, "status"));
    assert_true(strncmp(status, "@me@s.example @" WORD_JOINER "everyone", 26) == 0);
    assert_true(neutral_length(status) <= 500);
    json_decref(body);
    close_scene(&scene);
}

static void test_alertmanager(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "alertmanager", {"url", "http://127.0.0.1:9093"});
    assert_request(&scene, "POST", "http://127.0.0.1:9093/api/v2/alerts");
    json_t *body = body_of(&scene);
    json_t *like = json_loads(
        "{\"labels\":{\"alertname\":\"vibrisse\",\"thread\":\"chat-perche/"
        "pad.1767323040\",\"service\":"
        "\"chat-perche/pad\"},\"annotations\":{\"summary\":\"$text\",\"description\":\"$text\"},"
        "\"startsAt\":\"2026-01-02T03:04:00Z\",\"generatorURL\":\"$text\"}",
        0, NULL);
    assert_int_equal(json_array_size(body), 1);
    assert_like(json_array_get(body, 0), like, "alert");
    json_t *labels = json_incref(json_object_get(json_array_get(body, 0), "labels"));
    json_decref(body);
    close_scene(&scene);
    OPEN(&scene, sample_recovery("en"), "alertmanager", {"url", "http://127.0.0.1:9093"});
    body = body_of(&scene);
    const json_t *end = json_array_get(body, 0);
    assert_true(json_equal(json_object_get(end, "labels"), labels));
    assert_string_equal(json_string_value(json_object_get(end, "endsAt")), "2026-01-02T03:16:00Z");
    json_decref(labels);
    json_decref(body);
    json_decref(like);
    close_scene(&scene);
}

static void test_pagerduty(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "pagerduty", {"key", "R0"});
    assert_request(&scene, "POST", "https://events.pagerduty.com/v2/enqueue");
    assert_body(
        &scene,
        "{\"routing_key\":\"R0\",\"event_action\":\"trigger\",\"dedup_key\":\"chat-perche/"
        "pad.1767323040\",\"client\":\"vibrisse\",\"client_url\":\"$text\",\"links\":[{"
        "\"href\":\"https://exemple.example/fr/h/chat-perche/pad/\",\"text\":\"Carnets (Le Chat "
        "Perché): down\"}],\"payload\":{\"summary\":\"Carnets (Le Chat Perché): down\","
        "\"source\":\"chat-perche/pad\",\"severity\":\"critical\",\"timestamp\":"
        "\"2026-01-02T03:04:00Z\",\"class\":\"down\",\"custom_details\":{\"text\":\"$text\"}}}");
    close_scene(&scene);
    OPEN(&scene, sample_recovery("en"), "pagerduty", {"key", "R0"});
    json_t *body = body_of(&scene);
    assert_string_equal(json_string_value(json_object_get(body, "event_action")), "resolve");
    json_decref(body);
    close_scene(&scene);
}

/* The signature itself is verified by tests/system/test_channels.py, with another implementation. */
static void test_webhook(void **state)
{
    (void)state;
    struct scene scene;
    char id[64];
    OPEN(&scene, sample_down("en"), "webhook", {"url", "https://w.example/x"},
         {"secret", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"});
    assert_request(&scene, "POST", "https://w.example/x");
    snprintf(id, sizeof id, "webhook-id: %s", scene.alert->id);
    assert_true(has_header(&scene, id));
    assert_true(has_header(&scene, "webhook-timestamp: 1767323100"));
    assert_true(strncmp(scene.dispatch.headers[3], "webhook-signature: v1,", 22) == 0);
    json_t *body = body_of(&scene);
    assert_string_equal(json_string_value(json_object_get(body, "type")), "vibrisse.down");
    assert_string_equal(json_string_value(json_object_get(body, "timestamp")),
                        "2026-01-02T03:04:00Z");
    assert_true(json_is_array(json_object_get(json_object_get(body, "data"), "rows")));
    json_decref(body);
    close_scene(&scene);
}

static void test_command(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "command", {"command", "/bin/x 'a b' $HOME;id"});
    assert_int_equal(scene.dispatch.kind, DISPATCH_COMMAND);
    assert_string_equal(scene.dispatch.arguments[0], "/bin/x");
    assert_string_equal(scene.dispatch.arguments[1], "a b");
    assert_string_equal(scene.dispatch.arguments[2], "$HOME;id");
    assert_null(scene.dispatch.arguments[3]);
    struct alert *back = malloc(sizeof *back);
    assert_true(alert_read(scene.dispatch.body, strcspn(scene.dispatch.body, "\n"), back));
    assert_string_equal(back->id, scene.alert->id);
    free(back);
    close_scene(&scene);
}

/* ---- mail ---- */

static void assert_line(const char *mail, const char *line)
{
    const char *found = strstr(mail, line);
    if (!found || (found != mail && found[-1] != '\n') ||
        strncmp(found + strlen(line), "\r\n", 2) != 0)
        fail_msg("no line \"%s\"", line);
}

static void test_mail_threads(void **state)
{
    (void)state;
    struct scene scene;
    char line[128];
    OPEN(&scene, sample_down("fr"), "mail", {"to", "a@x.example,b@x.example"},
         {"from", "v@x.example"}, {"server", "smtp://r.example:587"},
         {"unsubscribe", "https://x.example/stop"});
    const char *mail = scene.dispatch.body;
    assert_int_equal(scene.dispatch.kind, DISPATCH_MAIL);
    assert_string_equal(scene.dispatch.to[1], "b@x.example");
    assert_false(scene.dispatch.in_clear);
    assert_line(mail, "Date: Fri, 02 Jan 2026 03:05:00 +0000");
    assert_line(mail, "Message-ID: <chat-perche-pad-1767323040.night@x.example>");
    assert_null(strstr(mail, "In-Reply-To"));
    assert_line(mail, "Auto-Submitted: auto-generated");
    assert_line(mail, "List-Id: vibrisse <alerts.x.example>");
    assert_line(mail, "List-Unsubscribe: <https://x.example/stop>, "
                      "<mailto:v@x.example?subject=unsubscribe>");
    assert_line(mail, "List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    assert_true(strstr(mail, "text/plain") < strstr(mail, "text/html"));
    close_scene(&scene);
    OPEN(&scene, sample_recovery("fr"), "mail", {"to", "a@x.example"}, {"from", "v@x.example"},
         {"server", "smtp://r.example"});
    mail = scene.dispatch.body;
    snprintf(line, sizeof line, "Message-ID: <%s@x.example>", scene.alert->id);
    assert_line(mail, line);
    assert_line(mail, "In-Reply-To: <chat-perche-pad-1767323040.night@x.example>");
    assert_line(mail, "References: <chat-perche-pad-1767323040.night@x.example>");
    close_scene(&scene);
}

/* RFC 5322, section 2.1.1; RFC 2045, section 6.7: and only ASCII. */
static void assert_form(const struct dispatch *dispatch)
{
    const char *end = dispatch->body + dispatch->length;
    for (const char *at = dispatch->body; at < end;) {
        const char *line_end = strstr(at, "\r\n");
        assert_non_null(line_end);
        assert_true(line_end - at <= 998);
        for (; at < line_end; at++)
            assert_true((*at >= 0x20 || *at == '\t') && *at < 0x7F);
        at += 2;
    }
}

static void test_mail_headers_cannot_be_added(void **state)
{
    (void)state;
    struct scene scene;
    struct alert *alert = sample_down("en");
    strcpy(alert->rows[0].name, "x\r\nBcc: all@x.example\r\n\r\n\x01\x7F");
    strcpy(alert->thread, "t>\r\nBcc: all@x.example");
    strcpy(alert->rows[0].detail, ".\r\n.\nFrom me\n=20 \x02");
    OPEN(&scene, alert, "mail", {"to", "a@x.example"}, {"from", "v@x.example"},
         {"server", "smtp://r.example"});
    const char *bcc = strstr(scene.dispatch.body, "\nBcc");
    assert_true(!bcc || bcc > strstr(scene.dispatch.body, "\r\n\r\n"));
    assert_form(&scene.dispatch);
    close_scene(&scene);
}

static void test_mail_by_program(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_test(), "mail", {"to", "a@x.example,b@x.example"}, {"from", "v@x.example"});
    static const char *const words[] = {
        "/usr/sbin/sendmail", "-i", "-f", "v@x.example", "--", "a@x.example", "b@x.example"};
    assert_int_equal(scene.dispatch.kind, DISPATCH_COMMAND);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        assert_string_equal(scene.dispatch.arguments[i], words[i]);
    assert_null(scene.dispatch.arguments[ARRAY_LEN(words)]);
    assert_null(strchr(scene.dispatch.body, '\r'));
    assert_int_equal(strlen(scene.dispatch.body), scene.dispatch.length);
    close_scene(&scene);
}

/* ---- IRC ---- */

static void test_irc(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *says; /* how what is said begins; "" = nothing */
        int status;
    } rows[] = {
        {NULL, "PASS :p w\r\nNICK vib\r\nUSER vib 0 * :vibrisse\r\n", 0},
        {":irc.example NOTICE * :Looking up", "", 0},
        {":irc.example 433 * vib :in use", "NICK vib_\r\n", 0},
        {"PING :abc d", "PONG :abc d\r\n", 0},
        {":irc.example 001 vib_ :Welcome", "JOIN #tech\r\n", 0},
        {":irc.example 422 vib_ :no motto", "", 0},
        {":irc.example PONG irc.example :too early", "", 0},
        {":irc.example 366 vib_ #tech :End", "PRIVMSG #tech :Carnets", 0},
        {":vib_!v@x PRIVMSG vib_ :PONG irc.example", "", 0},
        {":irc.example 366 vib_ #tech :once more", "", 0},
    };
    struct scene scene;
    struct buffer out;
    char pong[128];
    OPEN(&scene, sample_down("en"), "irc", {"server", "ircs://irc.example"}, {"to", "#tech"},
         {"nick", "vib"}, {"password", "p w"});
    assert_int_equal(scene.dispatch.kind, DISPATCH_TALK);
    assert_false(scene.dispatch.in_clear);
    buffer_init(&out, 8192);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buffer_clear(&out);
        int status = scene.dispatch.partner->hear(scene.dispatch.partner_state, rows[i].line, &out);
        assert_row(i, status == rows[i].status);
        assert_row(i, strncmp(buffer_text(&out), rows[i].says, strlen(rows[i].says)) == 0);
        assert_row(i, !rows[i].says[0] == !out.length);
    }
    snprintf(pong, sizeof pong, ":irc.example PONG irc.example :%s", scene.alert->id);
    assert_int_equal(scene.dispatch.partner->hear(scene.dispatch.partner_state, pong, &out), 200);
    assert_int_equal(scene.dispatch.partner->hear(scene.dispatch.partner_state,
                                                  ":irc.example 473 vib #tech :invite", &out),
                     473);
    buffer_fini(&out);
    close_scene(&scene);
}

/* ---- XMPP ---- */

static void assert_xmpp(const struct scene *scene, const char *url, const char *to,
                        const char *nick)
{
    const struct dispatch *dispatch = &scene->dispatch;
    assert_int_equal(dispatch->kind, DISPATCH_XMPP);
    assert_string_equal(dispatch->url, url);
    assert_string_equal(dispatch->username, "v@x.example");
    assert_string_equal(dispatch->password, "p");
    assert_string_equal(dispatch->to[0], to);
    assert_true(nick ? strcmp(dispatch->nick, nick) == 0 : !dispatch->nick);
    assert_string_equal(dispatch->id, scene->alert->id);
    assert_string_equal(dispatch->thread, scene->alert->thread);
    assert_int_equal(strncmp(dispatch->body, scene->message.title, strlen(scene->message.title)),
                     0);
}

static void test_xmpp(void **state)
{
    (void)state;
    struct scene scene;
    OPEN(&scene, sample_down("en"), "xmpp", {"jid", "v@x.example"}, {"password", "p"},
         {"to", "a@y.example"});
    assert_xmpp(&scene, "xmpp://x.example", "a@y.example", NULL);
    close_scene(&scene);
    OPEN(&scene, sample_down("en"), "xmpp", {"jid", "v@x.example"}, {"password", "p"},
         {"room", "tech@rooms.example"}, {"server", "xmpps://s.example"});
    assert_xmpp(&scene, "xmpps://s.example", "tech@rooms.example", "vibrisse");
    close_scene(&scene);
}

/* ---- options ---- */

static void test_bad_options(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        struct probe_option options[4];
        const char *says;
    } rows[] = {
        {"ntfy", {{"url", "https://n.example"}}, "topic"},
        {"ntfy", {{"url", "https://n.example"}, {"topic", "t"}, {"x", "y"}}, "no option \"x\""},
        {"ntfy", {{"url", "https://n.example"}, {"topic", "t\nx"}}, "control character"},
        {"webhook", {{"url", "https://w.example"}, {"secret", "short"}}, "whsec_"},
        {"webhook", {{"url", "https://w.example"}, {"secret", "whsec_AAEC"}}, "24 to 64"},
        {"matrix",
         {{"url", "https://m.example"}, {"room", "#a:b"}, {"token", "t"}},
         "not an alias"},
        {"signal", {{"url", "http://127.0.0.1"}}, "one of to and group"},
        {"mastodon", {{"url", "https://m.example"}, {"to", "me"}, {"token", "t"}}, "@"},
        {"telegram", {{"chat", "1"}, {"token", "a/../b"}}, "token"},
        {"command", {{"command", "ls -l"}}, "whole path"},
        {"command", {{"command", "/bin/'x"}}, "quote"},
        {"irc", {{"server", "http://x"}, {"to", "#a"}}, "ircs://"},
        {"irc", {{"server", "irc://x"}, {"to", "#a b"}}, "one word"},
        {"xmpp", {{"jid", "v@x.example"}, {"password", "p"}}, "either to or room"},
        {"xmpp", {{"jid", "v@x.example/r"}, {"password", "p"}, {"to", "a@y.example"}}, "jid: "},
        {"xmpp", {{"jid", "v@x.example"}, {"password", "p"}, {"to", "y.example"}}, "to: "},
        {"xmpp", {{"jid", "v@x.example"}, {"password", "p"}, {"room", "a@b@c"}}, "room: "},
        {"xmpp",
         {{"jid", "v@x.example"}, {"password", "p"}, {"to", "a@b"}, {"server", "irc://x"}},
         "xmpp://"},
        {"mail", {{"to", "a@x.example"}, {"from", "-f@x.example"}}, "no mail address"},
        {"mail", {{"to", "a@x.example,b"}, {"from", "v@x.example"}}, "no mail address"},
        {"mail", {{"to", "a@x.example"}, {"from", "v@x.example"}, {"server", "ftp://x"}}, "smtp"},
        {"mail", {{"to", "a@x.example"}, {"from", "v@x.example"}, {"username", "u"}}, "together"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct fault fault;
        const void *options;
        size_t count = 0;
        while (count < 4 && rows[i].options[count].name)
            count++;
        assert_row(i, channel_read(channel_find(rows[i].channel), rows[i].options, count, &arena,
                                   &options, &fault) == -1);
        assert_row(i, strstr(fault.text, rows[i].says));
        arena_free(&arena);
    }
    assert_null(channel_find("fax"));
}

/* ---- answers ---- */

static void test_judges(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        int status;
        const char *failure, *retry_after, *body;
        enum channel_end end;
        int64_t after_s;
    } rows[] = {
        {"webhook", 204, NULL, "", "", CHANNEL_DELIVERED, 0},
        {"webhook", 301, NULL, "60", "", CHANNEL_REFUSED, 0},
        {"webhook", 400, NULL, "", "no", CHANNEL_REFUSED, 0},
        {"webhook", 410, NULL, "", "", CHANNEL_REFUSED, 0},
        {"webhook", 408, NULL, "", "", CHANNEL_LATER, 0},
        {"webhook", 429, NULL, "120", "", CHANNEL_LATER, 120},
        {"webhook", 429, NULL, "1000000000000", "", CHANNEL_LATER, 3600},
        {"webhook", 429, NULL, "99999999999999999999999", "", CHANNEL_LATER, 3600},
        {"webhook", 429, NULL, "-5", "", CHANNEL_LATER, 0},
        {"webhook", 503, NULL, "Fri, 02 Jan 2026 03:06:00 GMT", "", CHANNEL_LATER, 60},
        {"webhook", 503, NULL, "Friday, 02-Jan-26 03:06:00 GMT", "", CHANNEL_LATER, 60},
        {"webhook", 503, NULL, "Fri Jan  2 03:06:00 2026", "", CHANNEL_LATER, 60},
        {"webhook", 503, NULL, "Fri, 02 Jan 1970 03:06:00 GMT", "", CHANNEL_LATER, 0},
        {"webhook", 500, NULL, "soon", "", CHANNEL_LATER, 0},
        {"webhook", 0, "it closed", "", "", CHANNEL_LATER, 0},
        {"webhook", 200, "the answer is too long", "", "", CHANNEL_LATER, 0},
        {"matrix", 429, NULL, "", "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":2500}",
         CHANNEL_LATER, 3},
        {"matrix", 403, NULL, "", "{\"errcode\":\"M_FORBIDDEN\"}", CHANNEL_REFUSED, 0},
        {"telegram", 429, NULL, "", "{\"ok\":false,\"parameters\":{\"retry_after\":35}}",
         CHANNEL_LATER, 35},
        {"signal", 200, NULL, "", "{\"result\":{\"timestamp\":1}}", CHANNEL_DELIVERED, 0},
        {"signal", 200, NULL, "", "{\"error\":{\"code\":-1,\"message\":\"no user\"}}",
         CHANNEL_REFUSED, 0},
        {"signal", 200, NULL, "", "{\"error\":{\"code\":-3,\"message\":\"network\"}}",
         CHANNEL_LATER, 0},
        {"signal", 200, NULL, "", "<html>", CHANNEL_LATER, 0},
        {"rocketchat", 200, NULL, "", "{\"success\":true}", CHANNEL_DELIVERED, 0},
        {"rocketchat", 200, NULL, "", "{\"success\":false}", CHANNEL_REFUSED, 0},
        {"mail", 250, NULL, "", "", CHANNEL_DELIVERED, 0},
        {"mail", 451, "later", "", "", CHANNEL_LATER, 0},
        {"mail", 550, "no such user", "", "", CHANNEL_REFUSED, 0},
        {"mail", 354, "hung up after DATA", "", "", CHANNEL_LATER, 0},
        {"mail", 0, NULL, "", "", CHANNEL_DELIVERED, 0},
        {"mail", 75, NULL, "", "", CHANNEL_LATER, 0},
        {"mail", 67, NULL, "", "", CHANNEL_REFUSED, 0},
        {"command", 0, NULL, "", "", CHANNEL_DELIVERED, 0},
        {"irc", 200, NULL, "", "", CHANNEL_DELIVERED, 0},
        {"irc", 473, NULL, "", "invite only", CHANNEL_REFUSED, 0},
        {"irc", 437, NULL, "", "not now", CHANNEL_LATER, 0},
        {"irc", 0, "it hung up", "", "", CHANNEL_LATER, 0},
        {"xmpp", 200, NULL, "", "", CHANNEL_DELIVERED, 0},
        {"xmpp", 400, NULL, "", "a@b: forbidden", CHANNEL_REFUSED, 0},
        {"xmpp", 500, NULL, "", "a@b: remote-server-timeout", CHANNEL_LATER, 0},
        {"xmpp", 0, "it hung up", "", "", CHANNEL_LATER, 0},
        {"command", 1, NULL, "", "oops", CHANNEL_LATER, 0},
        {"command", 127, NULL, "", "", CHANNEL_REFUSED, 0},
        {"command", 0, "killed", "", "", CHANNEL_LATER, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct channel_answer answer = {rows[i].status,       rows[i].failure,
                                              rows[i].retry_after,  rows[i].body,
                                              strlen(rows[i].body), 1767323100};
        struct channel_verdict verdict;
        channel_find(rows[i].channel)->judge(&answer, &verdict);
        assert_row(i, verdict.end == rows[i].end);
        assert_row(i, verdict.after_s == rows[i].after_s);
        assert_row(i, !verdict.detail[0] == (verdict.end == CHANNEL_DELIVERED));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ntfy),
        cmocka_unit_test(test_gotify),
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_hooks),
        cmocka_unit_test(test_telegram),
        cmocka_unit_test(test_signal),
        cmocka_unit_test(test_mastodon),
        cmocka_unit_test(test_alertmanager),
        cmocka_unit_test(test_pagerduty),
        cmocka_unit_test(test_webhook),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_mail_threads),
        cmocka_unit_test(test_mail_headers_cannot_be_added),
        cmocka_unit_test(test_mail_by_program),
        cmocka_unit_test(test_irc),
        cmocka_unit_test(test_xmpp),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_judges),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

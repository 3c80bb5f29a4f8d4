/* The engine by itself: every play of tests/probes in one piece, byte by byte, and cut off everywhere. */
#include "dialogue.h"

#include "collective.h"
#include "dialogue_line.h"
#include "dialogue_run.h"
#include "macros.h"
#include "play.h"
#include "registry.h"
#include "testing.h"
#include "text.h"

#include <stdint.h>
#include <string.h>

enum { HANDSHAKE = 0x16 }; /* the first byte of TLS */

static const char *const ehlo_of_plays = "robot.test";

/* One scene under way. */
struct rehearsal {
    const struct play_scene *scene;
    const struct dialogue_script *script;
    struct dialogue dialogue;
    struct arena arena;
    struct buffer said;
    enum dialogue_wish wish;
    size_t chunk, left; /* bytes at once, and until the line is cut */
};

/* Hears what the dialogue has to say until it wants something else. */
static void pump(struct rehearsal *rehearsal)
{
    struct dialogue *dialogue = &rehearsal->dialogue;
    while ((rehearsal->wish = dialogue_next(dialogue)) == DIALOGUE_SEND) {
        buffer_add(&rehearsal->said, dialogue->out.bytes, dialogue->out.length);
        dialogue_sent(dialogue);
    }
}

static void feed(struct rehearsal *rehearsal, const struct play_move *move)
{
    for (size_t at = 0, n; at < move->length && rehearsal->left; at += n) {
        n = move->length - at < rehearsal->chunk ? move->length - at : rehearsal->chunk;
        n = n < rehearsal->left ? n : rehearsal->left;
        rehearsal->left -= n;
        dialogue_feed(&rehearsal->dialogue, move->bytes + at, n);
        pump(rehearsal);
    }
}

static void expect(struct rehearsal *rehearsal, const struct play_move *move)
{
    struct buffer *said = &rehearsal->said;
    if (said->length < move->length || memcmp(said->bytes, move->bytes, move->length) != 0)
        fail_msg("%s: \"%s\" instead of \"%s\"", rehearsal->scene->name, buffer_text(said),
                 move->bytes);
    buffer_drop(said, move->length);
}

static void begin_tls(struct rehearsal *rehearsal, size_t move)
{
    if (move == 0 && rehearsal->script->tls_first) {
        dialogue_secured(&rehearsal->dialogue);
    } else {
        if (rehearsal->wish != DIALOGUE_SECURE)
            fail_msg("%s: it does not begin TLS", rehearsal->scene->name);
        dialogue_secured(&rehearsal->dialogue);
    }
    pump(rehearsal);
}

/* False when nothing that the engine could see follows. */
static bool act(struct rehearsal *rehearsal, size_t i)
{
    const struct play_move *move = &rehearsal->scene->moves[i];
    if (!rehearsal->left)
        return false;
    if (move->kind == 'S')
        feed(rehearsal, move);
    else if (move->kind == 'C' && move->bytes[0] != HANDSHAKE)
        expect(rehearsal, move);
    else if (move->kind == 'T')
        begin_tls(rehearsal, i);
    else
        return false;
    return true;
}

static void open_dialogue(struct rehearsal *rehearsal)
{
    const struct play_scene *scene = rehearsal->scene;
    const struct probe_type *type = registry_find(scene->scheme);
    struct probe_option options[PLAY_OPTIONS_MAX];
    struct fault fault;
    const void *object;
    for (size_t i = 0; i < scene->option_count; i++) {
        const char *equals = strchr(scene->options[i], '=');
        options[i].name =
            arena_bytes(&rehearsal->arena, scene->options[i], (size_t)(equals - scene->options[i]));
        options[i].value = equals + 1;
    }
    assert_int_equal(registry_read_options(type, options, scene->option_count, &rehearsal->arena,
                                           &object, &fault),
                     0);
    const struct dialogue_options *own = object;
    const struct dialogue_values values = {"good.test", own->ehlo ? own->ehlo : ehlo_of_plays,
                                           (enum dialogue_starttls)own->starttls};
    dialogue_init(&rehearsal->dialogue, type->protocol, &values);
}

/* Returns how many bytes the server got to say. */
static size_t rehearse(const struct play_scene *scene, size_t chunk, size_t left,
                       enum reason *ret_reason, bool *ret_proved)
{
    struct rehearsal rehearsal = {
        .scene = scene, .chunk = chunk, .left = left, .said.max = 64 * 1024};
    rehearsal.script = registry_find(scene->scheme)->protocol;
    open_dialogue(&rehearsal);
    if (!rehearsal.script->tls_first)
        pump(&rehearsal);
    for (size_t i = 0; i < scene->move_count && act(&rehearsal, i); i++)
        ;
    dialogue_closed(&rehearsal.dialogue);
    assert_int_equal(dialogue_next(&rehearsal.dialogue), DIALOGUE_OVER);
    const struct dialogue *dialogue = &rehearsal.dialogue;
    *ret_reason = dialogue->reason;
    *ret_proved = dialogue->proved;
    if ((dialogue->reason == REASON_ok) != (dialogue->detail[0] == '\0'))
        fail_msg("%s: %s \"%s\"", scene->name, reason_code(dialogue->reason), dialogue->detail);
    dialogue_fini(&rehearsal.dialogue);
    buffer_fini(&rehearsal.said);
    arena_free(&rehearsal.arena);
    return left - rehearsal.left;
}

/* Silence, resets and certificates are nothing that an engine sees. */
static bool is_seen(const struct play_scene *scene)
{
    return !play_has(scene, 'W') && !play_has(scene, 'R') &&
           (scene->reason == REASON_ok || !play_has(scene, 'T')) &&
           scene->reason != REASON_tls_handshake;
}

static void rehearse_everywhere(const struct play_scene *scene)
{
    enum reason whole, reason;
    bool proved;
    if (registry_find(scene->scheme)->start != dialogue_run_start)
        return; /* another engine's */
    size_t length = rehearse(scene, SIZE_MAX, SIZE_MAX, &whole, &proved);
    if (is_seen(scene) && !play_has(scene, 'H') && whole != scene->reason)
        fail_msg("%s: %s", scene->name, reason_code(whole));
    rehearse(scene, 1, SIZE_MAX, &reason, &proved);
    if (reason != whole)
        fail_msg("%s, byte by byte: %s", scene->name, reason_code(reason));
    for (size_t cut = 0; cut < length; cut++) {
        rehearse(scene, SIZE_MAX, cut, &reason, &proved);
        if (proved != (reason == REASON_ok) ||
            (scene->reason == REASON_ok && !proved && reason != REASON_closed_early))
            fail_msg("%s, cut off after %zu bytes: %s", scene->name, cut, reason_code(reason));
    }
}

static void test_plays(void **state)
{
    (void)state;
    play_each(rehearse_everywhere);
}

static const char *wanted;
static size_t good;

static void note_good(const struct play_scene *scene)
{
    good += strcmp(scene->scheme, wanted) == 0 && scene->reason == REASON_ok;
}

static void test_types_have_plays(void **state)
{
    (void)state;
    for (size_t i = 0; registry[i]; i++) {
        if (registry[i]->start != dialogue_run_start)
            continue;
        wanted = registry[i]->name;
        good = 0;
        play_each(note_good);
        if (!good)
            fail_msg("no play shows a good %s", wanted);
    }
}

static const struct dialogue_values values = {"good.test", "robot.test", STARTTLS_NEVER};

static enum reason answer(const struct dialogue_script *script, const char *bytes, size_t length,
                          size_t times)
{
    struct dialogue dialogue;
    dialogue_init(&dialogue, script, &values);
    while (dialogue_next(&dialogue) == DIALOGUE_BYTES && times--)
        dialogue_feed(&dialogue, bytes, length);
    dialogue_closed(&dialogue);
    assert_true(dialogue.in.capacity <= 2 * DIALOGUE_ANSWER_MAX);
    enum reason reason = dialogue.reason;
    dialogue_fini(&dialogue);
    return reason;
}

static void test_floods(void **state)
{
    (void)state;
    static const struct dialogue_step until[] = {
        {.name = "greeting", .await = AWAIT_UNTIL, .good = "end"}};
    static const struct dialogue_script script = {.steps = until, .count = 1};
    char line[DIALOGUE_LINE_MAX + 2];
    memset(line, 'x', sizeof line);
    line[DIALOGUE_LINE_MAX - 1] = '\n';
    assert_int_equal(answer(&script, line, DIALOGUE_LINE_MAX, 10), REASON_closed_early);
    assert_int_equal(answer(&script, line, DIALOGUE_LINE_MAX, 17), REASON_protocol_error);
    line[DIALOGUE_LINE_MAX - 1] = 'x';
    assert_int_equal(answer(&script, line, DIALOGUE_LINE_MAX, 1), REASON_closed_early);
    assert_int_equal(answer(&script, line, DIALOGUE_LINE_MAX + 1, 1), REASON_protocol_error);
    assert_int_equal(answer(&script, "x", 1, 100000), REASON_protocol_error);
    assert_int_equal(answer(&script, "x\n", 2, 100000), REASON_protocol_error);
}

static void test_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *line;
        bool matches;
    } rows[] = {
        {"220", "220 mail", true},
        {"220", "22", false},
        {"ok|no", "NO way", true},
        {"ok|no", "maybe", false},
        {"", "anything", true},
        {NULL, "anything", false},
        {"* OK", "* ok ready", true},
        {":% CAP ", ":irc.test CAP * LS", true},
        {":% CAP ", ":irc.test NOTICE * : CAP * LS", false},
        {"% 5.7.", "554 5.7.1 no", true},
        {"% 5.7.", "554-5.7.1 no", false},
        {"%-5.7.", "554-5.7.1 no", true},
        {"a&z", "abc xyz", true},
        {"a&z", "abc xy", false},
        {"a&", "a", true},
        {"%", "", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, dialogue_line_matches(rows[i].pattern, rows[i].line, strlen(rows[i].line)) ==
                          rows[i].matches);
}

static void test_ehlo(void **state)
{
    (void)state;
    static const struct {
        const char *option, *user_agent, *name;
    } rows[] = {
        {NULL, "vibrisse/0.1", "monitor.invalid"},
        {NULL, "vibrisse/0.1 (+https://status.example.org/robot)", "status.example.org"},
        {NULL, "vibrisse/0.1 (+https://status.example.org)", "status.example.org"},
        {NULL, "vibrisse/0.1 (+https://status.example.org:8443/)", "status.example.org"},
        {NULL, "vibrisse/0.1 (+https://caf\xC3\xA9.example/)", "monitor.invalid"},
        {NULL, NULL, "monitor.invalid"},
        {"client.test", "vibrisse/0.1 (+https://status.example.org)", "client.test"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[DIALOGUE_EHLO_SIZE];
        dialogue_run_ehlo(rows[i].option, rows[i].user_agent, name);
        if (strcmp(name, rows[i].name) != 0)
            fail_msg("row %zu: %s", i, name);
    }
    assert_false(dialogue_is_fit("a b"));
    assert_false(dialogue_is_fit("a\r\nQUIT"));
    assert_false(dialogue_is_fit("'/><x"));
    assert_false(dialogue_is_fit(""));
    assert_true(dialogue_is_fit("[IPv6:2001:db8::1]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plays),  cmocka_unit_test(test_types_have_plays),
        cmocka_unit_test(test_floods), cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_ehlo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

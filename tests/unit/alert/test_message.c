#include "message.h"

#include "macros.h"
#include "sample.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NARROW "\u202F"
#define BROAD  "\u00A0"

struct scene {
    struct arena arena;
    struct alert *alert;
    struct message message;
    const char *text;
};

static void open_scene(struct scene *scene, struct alert *alert)
{
    *scene = (struct scene){.alert = alert};
    message_compose(alert, &scene->arena, &scene->message);
    scene->text = message_text(&scene->message, neutral_none, &scene->arena);
}

static void close_scene(struct scene *scene)
{
    arena_free(&scene->arena);
    free(scene->alert);
}

static void test_down_in_french(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, sample_down("fr"));
    assert_string_equal(scene.message.title, "Carnets (Le Chat Perché)" BROAD ": indisponible");
    assert_string_equal(
        scene.text, "Depuis le 2" BROAD "janvier" BROAD "2026, 3" BROAD "h" BROAD "04 (UTC).\n"
                    "Dernier contrôle qui a trouvé autre chose" BROAD ": 2" BROAD "janvier" BROAD
                    "2026, 3" BROAD "h" BROAD "03 (UTC).\n"
                    "En panne vu de" BROAD ": paris (IPv4).\n"
                    "En marche vu de" BROAD ": lyon (IPv6).\n"
                    "Raison" BROAD ": il refuse la connexion.\n"
                    "Ce qui a été trouvé" BROAD ": «" NARROW "192.0.2.7:443 refuses" NARROW "»\n"
                    "\n"
                    "https://exemple.example/fr/h/chat-perche/pad/\n"
                    "\n"
                    "Pour dire que vous vous en occupez, et ne plus en entendre parler" BROAD ":\n"
                    "vibrisse alert ack chat-perche/pad.1767323040");
    assert_string_equal(scene.message.link, "https://exemple.example/fr/h/chat-perche/pad/");
    assert_string_equal(scene.message.language, "fr");
    close_scene(&scene);
}

static void test_down_in_english(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, sample_down("en"));
    assert_string_equal(scene.message.title, "Carnets (Le Chat Perché): down");
    assert_non_null(strstr(scene.text, "Since 2" BROAD "January" BROAD "2026, 3:04 (UTC).\n"));
    assert_non_null(strstr(scene.text, "Reason: it refuses the connection.\n"));
    assert_non_null(strstr(scene.text, "What was found: “192.0.2.7:443 refuses”\n"));
    close_scene(&scene);
}

/* What the hoster declares is told and holds nothing back; of what works again it is not worth a word. */
static void test_declared(void **state)
{
    (void)state;
    static const struct {
        enum declared_state declared;
        const char *sentence;
    } rows[] = {
        {DECLARED_MAINTENANCE, "Its hoster’s own file says that it is under maintenance.\n"},
        {DECLARED_ALERT, "Its hoster’s own file says that it is in trouble, or about to close.\n"},
        {DECLARED_DOWN, "Its hoster’s own file says that it is unavailable.\n"},
        {DECLARED_NOMINAL, NULL},
        {DECLARED_DRAFT, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scene scene;
        struct alert *down = sample_down("en"), *over = sample_recovery("en");
        down->rows[0].declared = over->rows[0].declared = rows[i].declared;
        open_scene(&scene, down);
        assert_true(rows[i].sentence ? strstr(scene.text, rows[i].sentence) != NULL
                                     : !strstr(scene.text, "own file"));
        close_scene(&scene);
        open_scene(&scene, over);
        assert_null(strstr(scene.text, "own file"));
        close_scene(&scene);
    }
}

static void test_recovery_says_how_long(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, sample_recovery("en"));
    assert_non_null(
        strstr(scene.message.title, "Carnets (Le Chat Perché): available again after 12"));
    assert_non_null(strstr(scene.text, "from 2" BROAD "January" BROAD "2026, 3:04 (UTC) to 2" BROAD
                                       "January" BROAD "2026, 3:16"));
    assert_null(strstr(scene.text, "alert ack"));
    close_scene(&scene);
}

/* Several times that somebody slept through are no single one. */
static void test_how_often(void **state)
{
    (void)state;
    struct scene scene;
    struct alert *alert = sample_recovery("en");
    alert->rows[0].times = 3;
    alert->rows[0].until_after = alert->rows[0].until - 60;
    open_scene(&scene, alert);
    assert_non_null(strstr(scene.text, "It happened 3 times between 2" BROAD "January"));
    assert_null(strstr(scene.text, "It lasted"));
    assert_non_null(strstr(scene.text, "The last look that found it so: 2" BROAD "January" BROAD
                                       "2026, 3:15 (UTC)."));
    close_scene(&scene);
    alert = sample_group(2);
    alert->rows[1].times = 4;
    open_scene(&scene, alert);
    assert_non_null(strstr(scene.text, "- Service 2 (Le Chat Perché): down, since 2"));
    assert_non_null(strstr(scene.text, " (4 times)"));
    close_scene(&scene);
}

/* What was down and only answers badly now is better off than before: unless it speaks for others. */
static void test_easing(void **state)
{
    (void)state;
    struct scene scene;
    struct alert *alert = sample_down("en");
    alert->kind = alert->rows[0].kind = ALERT_DEGRADED;
    alert->rows[0].before = OUTCOME_DOWN;
    open_scene(&scene, alert);
    assert_string_equal(scene.message.title,
                        "Carnets (Le Chat Perché): no longer down, but disrupted");
    close_scene(&scene);
    alert = sample_group(2);
    alert->kind = alert->rows[0].kind = ALERT_DEGRADED;
    alert->rows[0].before = OUTCOME_DOWN;
    open_scene(&scene, alert);
    assert_non_null(strstr(scene.message.title, ": disrupted"));
    close_scene(&scene);
}

static void test_zone_of_the_process(void **state)
{
    (void)state;
    struct scene scene;
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    open_scene(&scene, sample_down("en"));
    assert_non_null(strstr(scene.text, "Since 2" BROAD "January" BROAD "2026, 4:04 (UTC+1)."));
    close_scene(&scene);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void test_group_names_what_is_common(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, sample_group(45));
    assert_string_equal(scene.message.title, "45 services in the network 192.0.2.0/24: down");
    assert_non_null(strstr(scene.text, "- Service 40 (Le Chat Perché): down, since "));
    assert_non_null(strstr(scene.text, "and others: 5\n"));
    assert_string_equal(scene.message.link, "https://exemple.example/fr/");
    close_scene(&scene);
}

static void test_every_kind_in_every_language_says_something(void **state)
{
    (void)state;
    static const char *const spoken[] = {"fr", "en", "xx"};
    for (size_t i = 0; i < 3; i++) {
        for (int kind = 0; kind < ALERT_KIND_COUNT; kind++) {
            struct scene scene;
            struct alert *alert = sample_down(spoken[i]);
            alert->kind = (enum alert_kind)kind;
            open_scene(&scene, alert);
            assert_true(scene.message.title[0] && !strchr(scene.message.title, '{'));
            assert_null(strchr(scene.text, '{'));
            assert_string_equal(scene.message.language, i == 1 ? "en" : "fr");
            close_scene(&scene);
        }
    }
}

static void test_html_is_escaped_and_links(void **state)
{
    (void)state;
    struct scene scene;
    struct alert *alert = sample_hostile();
    strcpy(alert->rows[0].detail, "<img src=x onerror=alert(1)>");
    open_scene(&scene, alert);
    assert_null(strstr(scene.message.html, "<img"));
    assert_non_null(strstr(scene.message.html, "&lt;img"));
    assert_non_null(
        strstr(scene.message.html, "<a href=\"https://exemple.example/fr/h/chat-perche/pad/\""));
    close_scene(&scene);
}

static void test_chat_keeps_the_link_when_it_is_cut(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, sample_down("fr"));
    const char *text = message_chat(&scene.message, neutral_none, 200, &scene.arena);
    assert_true(neutral_length(text) <= 200);
    assert_non_null(strstr(text, "https://exemple.example/fr/h/chat-perche/pad/\n"));
    assert_true(strncmp(text, "Carnets (Le Chat Perché)", strlen("Carnets (Le Chat Perché)")) == 0);
    for (size_t room = 1; room < 400; room++)
        assert_true(neutral_length(message_chat(&scene.message, neutral_markdown, room,
                                                &scene.arena)) <= room);
    close_scene(&scene);
}

static void test_mentions_call_nobody(void **state)
{
    (void)state;
    static neutral_rule *const rules[] = {neutral_mentions, neutral_markdown, neutral_slack};
    static const char *const calls[] = {"@everyone", "@room", "<!channel>", "<@U1>"};
    struct arena arena = {0};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 4; j++)
            assert_null(strstr(rules[i](&arena, SAMPLE_HOSTILE), calls[j]));
    assert_non_null(strstr(neutral_markdown(&arena, SAMPLE_HOSTILE), "\\*b\\* \\[a\\](https"));
    assert_non_null(strstr(neutral_slack(&arena, "a<b>&c"), "&lt;b&gt;&amp;c"));
    assert_string_equal(neutral_url(&arena, "!a:b/é ~"), "%21a%3Ab%2F%C3%A9%20~");
    assert_string_equal(neutral_cut(&arena, "éèà", 2), "é…");
    assert_string_equal(neutral_cut(&arena, "éèà", 3), "éèà");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_down_in_french),
        cmocka_unit_test(test_down_in_english),
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_recovery_says_how_long),
        cmocka_unit_test(test_how_often),
        cmocka_unit_test(test_easing),
        cmocka_unit_test(test_zone_of_the_process),
        cmocka_unit_test(test_group_names_what_is_common),
        cmocka_unit_test(test_every_kind_in_every_language_says_something),
        cmocka_unit_test(test_html_is_escaped_and_links),
        cmocka_unit_test(test_chat_keeps_the_link_when_it_is_cut),
        cmocka_unit_test(test_mentions_call_nobody),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

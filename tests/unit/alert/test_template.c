#include "template.h"

#include "errand.h"
#include "macros.h"
#include "message.h"
#include "sample.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct scene {
    struct arena arena;
    struct templates templates;
    struct alert *alert;
    struct message message;
    const char *text;
};

/* By that one file. */
static void open_scene(struct scene *scene, struct alert *alert, const char *file, const char *text)
{
    const struct probe_option option = {file, text};
    struct fault fault;
    *scene = (struct scene){.alert = alert};
    if (templates_read(&option, 1, &scene->arena, &scene->templates, &fault))
        fail_msg("%s", fault.text);
    message_compose_by(&scene->templates, alert, &scene->arena, &scene->message);
    scene->text = message_text(&scene->message, neutral_none, &scene->arena);
}

static void close_scene(struct scene *scene)
{
    arena_free(&scene->arena);
    free(scene->alert);
}

/* ---- what is built in is a template like any other ---- */

static void assert_same(const struct message *left, const struct message *right)
{
    assert_string_equal(left->title, right->title);
    assert_int_equal(left->line_count, right->line_count);
    for (size_t i = 0; i < left->line_count; i++) {
        assert_string_equal(left->lines[i].text, right->lines[i].text);
        assert_int_equal(left->lines[i].ours, right->lines[i].ours);
    }
    assert_string_equal(left->html, right->html);
}

static void compare(struct alert *alert, const char *language)
{
    struct scene scene;
    struct message plain;
    struct buffer text;
    char file[64];
    text_copy(alert->language, sizeof alert->language, language);
    snprintf(file, sizeof file, "%s.%s.txt", alert_kind_words[alert->kind], language);
    buffer_init(&text, TEMPLATE_BYTES_MAX);
    assert_true(template_builtin(alert->kind, language, &text));
    open_scene(&scene, alert, file, buffer_text(&text));
    message_compose(alert, &scene.arena, &plain);
    assert_non_null(template_find(&scene.templates, alert->kind, scene.message.language));
    assert_same(&scene.message, &plain);
    buffer_fini(&text);
    close_scene(&scene);
}

static struct alert *sample(size_t which)
{
    return which == 0   ? sample_down("fr")
           : which == 1 ? sample_recovery("fr")
           : which == 2 ? sample_group(3)
           : which == 3 ? sample_hostile()
                        : sample_test();
}

static void test_builtin(void **state)
{
    (void)state;
    const char *const *languages = words_languages();
    for (size_t i = 0; languages[i]; i++) {
        for (int kind = 0; kind < ALERT_KIND_COUNT; kind++) {
            for (size_t which = 0; which < 5; which++) {
                struct alert *alert = sample(which);
                alert->kind = (enum alert_kind)kind;
                if (kind == ALERT_CONFIRM)
                    alert->link[0] = '\0';
                compare(alert, languages[i]);
            }
        }
    }
    struct buffer none;
    buffer_init(&none, TEMPLATE_BYTES_MAX);
    assert_false(template_builtin(ALERT_DOWN, "tlh", &none));
    buffer_fini(&none);
}

/* ---- an operator's own ---- */

static void test_own_words(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, sample_down("en"), "down.en.txt",
               "Oh no: {service} of {hoster}\r\n\r\n\r\nIt broke ({reason}), for {target}.\n"
               "Ended {until}.\n\nAll of {common} did.\n\n{link}\n\nRun\n{acknowledge}\n\n");
    assert_string_equal(scene.message.title, "Oh no: Carnets of Le Chat Perché");
    assert_string_equal(scene.text, "It broke (it refuses the connection), for night.\n\n"
                                    "https://exemple.example/fr/h/chat-perche/pad/\n\n"
                                    "Run\nvibrisse alert ack chat-perche/pad.1767323040");
    assert_true(scene.message.lines[2].ours);
    assert_string_equal(scene.message.link, "https://exemple.example/fr/h/chat-perche/pad/");
    close_scene(&scene);
}

/* Another kind or language keeps the built-in words; so does a subject of which nothing is known. */
static void test_what_has_no_file(void **state)
{
    (void)state;
    static const char text[] = "Mine, since {until}\n{link}\n";
    struct scene scene;
    open_scene(&scene, sample_down("fr"), "down.en.txt", text);
    assert_null(strstr(scene.message.title, "Mine"));
    assert_non_null(strstr(scene.text, "Depuis"));
    close_scene(&scene);
    open_scene(&scene, sample_recovery("en"), "down.en.txt", text);
    assert_null(strstr(scene.message.title, "Mine"));
    close_scene(&scene);
    open_scene(&scene, sample_down("en"), "down.en.txt", text);
    assert_string_equal(scene.message.title, "Carnets (Le Chat Perché): down");
    close_scene(&scene);
}

/* What nobody can acknowledge loses the whole paragraph. */
static void test_idle_paragraphs(void **state)
{
    (void)state;
    struct scene scene;
    struct alert *alert = sample_down("en");
    alert->thread[0] = alert->link[0] = alert->rows[0].link[0] = '\0';
    open_scene(&scene, alert, "down.en.txt", "A\nSee\n{link}\n\nB\n\nRun\n{acknowledge}\nnow");
    assert_string_equal(scene.text, "B");
    close_scene(&scene);
}

/* What strangers say is not taken for a name in braces, and stays harmless in a chat. */
static void test_hostile(void **state)
{
    (void)state;
    struct scene scene;
    struct alert *alert = sample_hostile();
    text_copy(alert->language, sizeof alert->language, "en");
    text_copy(alert->rows[0].detail, sizeof alert->rows[0].detail, "{link} @everyone");
    open_scene(&scene, alert, "down.en.txt", "{service}\nIt said {evidence}\n{link}");
    assert_non_null(strstr(scene.text, "It said “{link} @everyone”\n"));
    const char *chat = message_chat(&scene.message, neutral_markdown, 2000, &scene.arena);
    assert_null(strstr(chat, "@everyone"));
    assert_null(strstr(chat, "<!channel>"));
    close_scene(&scene);
}

/* ---- faults ---- */

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *file, *text, *says;
    } rows[] = {
        {"up.fr.txt", "A\n{link}", "up.fr.txt: no kind of message has that name"},
        {"down", "A\n{link}", "down: no kind"},
        {"down.txt", "A\n{link}",
         "down.txt: a language that messages are written in must stand "
         "before .txt, such as down.fr.txt"},
        {"down.tlh.txt", "A\n{link}", "such as down.fr.txt"},
        {"down.fr.html", "A\n{link}", "such as down.fr.txt"},
        {"down.fr.txt", "", "the first line must be the subject"},
        {"down.fr.txt", "\nA\n{link}", "the first line must be the subject"},
        {"down.fr.txt", "A\nB", "{link} must stand on one line"},
        {"down.fr.txt", "A\n{link}\n{link}", "{link} must stand on one line"},
        {"down.fr.txt", "A {sinse}\n{link}",
         "down.fr.txt: line 1: nothing has the name {sinse}, did you mean {since}?"},
        {"down.fr.txt", "A\n{xyzzy}\n{link}", "line 2: nothing has the name {xyzzy}"},
        {"down.fr.txt", "A\n{}\n{link}", "line 2: nothing has the name {}"},
        {"down.fr.txt", "A\n{link", "line 2: a brace { opens and no } closes it"},
        {"down.fr.txt", "A\nsee {link}", "line 2: {link} must stand alone"},
        {"down.fr.txt", "{link}\nB", "line 1: {link} must stand alone"},
        {"down.fr.txt", "A\n{details}\n{link}\n{details}", "{details} stands there twice"},
        {"down.fr.txt", "A\n{link}\n\xFF", "no UTF-8"},
        {"down.fr.txt",
         "A\n1\n2\n3\n4\n5\n6\n7\n8\n9\n\n1\n2\n3\n4\n5\n6\n7\n8\n9\n\n1\n2\n3\n4"
         "\n5\n6\n7\n8\n9\n\n1\n2\n3\n4\n5\n6\n7\n8\n9\n\n{link}",
         "more than 40 lines"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct template template;
        struct fault fault = {.text = ""};
        assert_row(i, template_read(rows[i].file, rows[i].text, &arena, &template, &fault) == -1);
        if (!strstr(fault.text, rows[i].says))
            fail_msg("row %zu: %s", i, fault.text);
        arena_free(&arena);
    }
}

/* One that cannot be read does not take the others with it. */
static void test_bad_among_good(void **state)
{
    (void)state;
    static const struct probe_option files[] = {
        {"down.fr.txt", "A\n{link}"}, {"x", "A"}, {"down.en.txt", "B\n{link}"}};
    struct arena arena = {0};
    struct templates templates;
    struct fault fault;
    assert_int_equal(templates_read(files, ARRAY_LEN(files), &arena, &templates, &fault), -1);
    assert_int_equal(templates.count, 2);
    assert_non_null(template_find(&templates, ALERT_DOWN, "en"));
    assert_null(template_find(&templates, ALERT_DOWN, "tlh"));
    assert_null(template_find(NULL, ALERT_DOWN, "en"));
    arena_free(&arena);
}

static void test_to_the_courier(void **state)
{
    (void)state;
    static const struct probe_option files[] = {{"down.fr.txt", "«A» \"b\"\n{link}"}};
    static const char *const none[] = {NULL};
    const struct errand_rules rules = {.allow = none,
                                       .resolvers = none,
                                       .second = none,
                                       .templates = files,
                                       .template_count = ARRAY_LEN(files)};
    struct arena arena = {0};
    struct errand errand;
    struct fault fault;
    struct buffer line;
    buffer_init(&line, ERRAND_LINE_MAX);
    errand_write_rules(&rules, &line);
    assert_int_equal(errand_read(line.bytes, line.length, &arena, &errand, &fault), 0);
    assert_int_equal(errand.rules.template_count, 1);
    assert_string_equal(errand.rules.templates[0].name, files[0].name);
    assert_string_equal(errand.rules.templates[0].value, files[0].value);
    buffer_fini(&line);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builtin),          cmocka_unit_test(test_own_words),
        cmocka_unit_test(test_what_has_no_file), cmocka_unit_test(test_idle_paragraphs),
        cmocka_unit_test(test_hostile),          cmocka_unit_test(test_faults),
        cmocka_unit_test(test_bad_among_good),   cmocka_unit_test(test_to_the_courier),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

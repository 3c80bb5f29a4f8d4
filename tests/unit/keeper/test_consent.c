/* Contacts over a real ledger, with a clock of the test's own. */
#include "consent.h"

#include "ledger_consent.h"
#include "mem.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"
#include "token.h"
#include "village.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BEGIN = VILLAGE_BEGIN, DAY = 86400, CROWD = 60 };

struct scene {
    char folder[SCRATCH_SIZE];
    struct config *config;
    struct config_target *targets; /* as the crowd */
    const struct config_target **list;
    struct ledger *ledger;
    struct consent *consent;
    struct alert *question;
    int64_t now;
};

static const char *const keys[] = {"a/mail", "b/pad", NULL};

/* Contact i of hoster a, or b. */
static void set_contact(struct scene *scene, size_t i, const char *hoster, const char *address)
{
    struct arena *arena = &scene->config->arena;
    char name[ALERT_ID_SIZE];
    alert_name(arena_printf(arena, "%s\n%s", hoster, address), name);
    scene->targets[i] =
        (struct config_target){.who = {.name = arena_printf(arena, ALERTING_CONTACT "%s", name)},
                               .channel = "mail",
                               .contact_of = hoster,
                               .address = arena_text(arena, address)};
    scene->list[i] = &scene->targets[i];
    if (scene->config->alerts.target_count <= i)
        scene->config->alerts.target_count = i + 1;
}

static void open_consent(struct scene *scene)
{
    struct fault fault;
    assert_int_equal(ledger_open(scene->folder, &scene->ledger, &fault), 0);
    scene->consent = consent_new(scene->config, scene->ledger);
}

static void close_consent(struct scene *scene)
{
    consent_free(scene->consent);
    ledger_close(scene->ledger);
}

static int set_up(void **state)
{
    struct scene *scene = mem_zalloc(sizeof *scene);
    scratch_make(scene->folder);
    scene->config = village_config(keys);
    scene->config->data = scene->folder;
    scene->config->collective.address = "https://etat.example/";
    scene->targets = mem_array(CROWD, sizeof *scene->targets);
    scene->list = mem_array(CROWD, sizeof *scene->list);
    scene->config->alerts.targets = scene->list;
    scene->question = mem_zalloc(sizeof *scene->question);
    scene->now = BEGIN;
    set_contact(scene, 0, "a", "tech@a.example");
    open_consent(scene);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    close_consent(scene);
    config_free(scene->config);
    scratch_remove(scene->folder);
    free(scene->targets);
    free(scene->list);
    free(scene->question);
    free(scene);
    return 0;
}

static void commit(struct scene *scene)
{
    struct fault fault;
    assert_int_equal(ledger_begin(scene->ledger, &fault), 0);
    assert_int_equal(consent_write(scene->consent, &fault), 0);
    assert_int_equal(ledger_commit(scene->ledger, &fault), 0);
    consent_written(scene->consent);
    assert_false(consent_is_unwritten(scene->consent));
}

static void restart(struct scene *scene)
{
    commit(scene);
    close_consent(scene);
    open_consent(scene);
}

static bool ask(struct scene *scene)
{
    return consent_ask(scene->consent, scene->now, scene->question);
}

static const char *token_in(const char *link)
{
    const char *token = strchr(link, '=');
    assert_non_null(token);
    return token + 1;
}

static struct consent_answer take(struct scene *scene, enum consent_word word, const char *token)
{
    struct consent_answer answer;
    consent_take(scene->consent, word, token, scene->now, &answer);
    return answer;
}

static const char *name_of(const struct scene *scene, size_t i)
{
    return scene->targets[i].who.name;
}

static bool is_told(const struct scene *scene, size_t i)
{
    return consent_allows(scene->consent, name_of(scene, i));
}

struct standing {
    const char *target;
    enum consent_state state;
};

static void on_entry(void *owner, const struct consent_entry *entry)
{
    struct standing *standing = owner;
    if (strcmp(entry->target, standing->target) == 0)
        standing->state = entry->state;
}

static enum consent_state state_of(const struct scene *scene, size_t i)
{
    struct standing standing = {name_of(scene, i), CONSENT_STATE_COUNT};
    consent_each(scene->consent, scene->now, on_entry, &standing);
    return standing.state;
}

/* ---- tests ---- */

static void test_asked_once(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(state_of(scene, 0), CONSENT_NONE);
    assert_false(consent_expects(scene->consent, name_of(scene, 0)));
    assert_true(ask(scene));
    const struct alert *question = scene->question;
    assert_int_equal(question->kind, ALERT_CONFIRM);
    assert_string_equal(question->target, name_of(scene, 0));
    assert_string_equal(question->language, "fr");
    assert_string_equal(question->rows[0].hoster, "a");
    assert_true(text_starts(question->link, "https://etat.example/fr/alerts/?token=c"));
    assert_true(consent_is_unwritten(scene->consent));
    assert_true(consent_expects(scene->consent, name_of(scene, 0)));
    assert_false(is_told(scene, 0));
    assert_false(ask(scene));
    for (int i = 0; i < 3; i++) {
        restart(scene);
        scene->now += (int64_t)20 * DAY;
        assert_false(ask(scene));
        assert_int_equal(state_of(scene, 0), i ? CONSENT_EXPIRED : CONSENT_ASKED);
    }
}

static void test_yes_no_yes(void **state)
{
    struct scene *scene = *state;
    char link[ALERT_LINK_SIZE], token[TOKEN_SIZE];
    assert_true(ask(scene));
    text_copy(token, sizeof token, token_in(scene->question->link));
    struct consent_answer answer = take(scene, CONSENT_LOOK, token);
    assert_int_equal(answer.outcome, CONSENT_IS);
    assert_int_equal(answer.state, CONSENT_ASKED);
    assert_true(answer.may_confirm && !answer.changed);
    assert_string_equal(answer.address, "t…@a.example");
    assert_string_equal(answer.hoster->id, "a");
    assert_true(take(scene, CONSENT_CONFIRM, token).changed);
    assert_false(take(scene, CONSENT_CONFIRM, token).changed);
    restart(scene);
    assert_true(is_told(scene, 0));
    assert_true(consent_leave(scene->consent, name_of(scene, 0), link));
    assert_true(take(scene, CONSENT_STOP, token_in(link)).changed);
    restart(scene);
    assert_false(is_told(scene, 0));
    assert_false(ask(scene));
    assert_int_equal(state_of(scene, 0), CONSENT_STOPPED);
    assert_true(take(scene, CONSENT_CONFIRM, token_in(link)).changed); /* it was said once */
    assert_true(is_told(scene, 0));
}

/* A mail may be passed on: its link cannot be the first to say yes. */
static void test_link_of_a_message_only_stops(void **state)
{
    struct scene *scene = *state;
    char link[ALERT_LINK_SIZE];
    assert_true(ask(scene));
    assert_true(consent_leave(scene->consent, name_of(scene, 0), link));
    struct consent_answer answer = take(scene, CONSENT_CONFIRM, token_in(link));
    assert_int_equal(answer.state, CONSENT_ASKED);
    assert_false(answer.changed || answer.may_confirm);
    assert_int_equal(take(scene, CONSENT_STOP, token_in(link)).state, CONSENT_STOPPED);
    assert_false(consent_expects(scene->consent, name_of(scene, 0)));
}

/* Another address in the file is another contact; the link to the one before is none any more, until it is back. */
static void test_another_address(void **state)
{
    struct scene *scene = *state;
    char token[TOKEN_SIZE];
    assert_true(ask(scene));
    text_copy(token, sizeof token, token_in(scene->question->link));
    take(scene, CONSENT_CONFIRM, token);
    set_contact(scene, 0, "a", "neuf@a.example");
    consent_reload(scene->consent, scene->config);
    assert_int_equal(take(scene, CONSENT_LOOK, token).outcome, CONSENT_VOID);
    assert_true(ask(scene));
    assert_false(is_told(scene, 0));
    set_contact(scene, 0, "a", "tech@a.example");
    consent_reload(scene->consent, scene->config);
    assert_true(is_told(scene, 0));
    assert_false(ask(scene));
}

/* Who stands in two files is asked for the one, and for the other only after yes. */
static void test_one_question_an_address(void **state)
{
    struct scene *scene = *state;
    char token[TOKEN_SIZE];
    set_contact(scene, 1, "b", "Tech@A.example");
    consent_reload(scene->consent, scene->config);
    assert_true(ask(scene));
    assert_false(ask(scene));
    text_copy(token, sizeof token, token_in(scene->question->link));
    size_t asked = strcmp(scene->question->target, name_of(scene, 0)) == 0 ? 0 : 1;
    take(scene, CONSENT_STOP, token);
    assert_false(ask(scene));
    take(scene, CONSENT_CONFIRM, token);
    assert_true(is_told(scene, asked) && !is_told(scene, 1 - asked));
    assert_true(ask(scene));
    assert_string_equal(scene->question->target, name_of(scene, 1 - asked));
}

/* A register with many members does not make us a sender of many mails. */
static void test_so_many_a_day(void **state)
{
    struct scene *scene = *state;
    char address[64];
    size_t asked = 0;
    for (size_t i = 0; i < CROWD; i++) {
        snprintf(address, sizeof address, "tech@%zu.example", i);
        set_contact(scene, i, "a", address);
    }
    consent_reload(scene->consent, scene->config);
    for (int hour = 0; hour < 24; hour++, scene->now += 3600) {
        while (ask(scene))
            asked++;
        restart(scene);
    }
    assert_int_equal(asked, CONSENT_DAILY_MOST);
    for (int day = 0; day < 5; day++, scene->now += DAY)
        while (ask(scene))
            asked++;
    assert_int_equal(asked, CROWD);
}

static void test_undelivered_is_not_asked(void **state)
{
    struct scene *scene = *state;
    assert_true(ask(scene));
    consent_unask(scene->consent, name_of(scene, 0), scene->now);
    assert_int_equal(state_of(scene, 0), CONSENT_NONE);
    restart(scene);
    assert_true(ask(scene));
}

/* Each yes is written down for ever: not as often as one likes. No is always heard. */
static void test_busy(void **state)
{
    struct scene *scene = *state;
    char token[TOKEN_SIZE];
    assert_true(ask(scene));
    text_copy(token, sizeof token, token_in(scene->question->link));
    for (int i = 0; i < CONSENT_YES_DAILY_MOST; i++) {
        assert_int_equal(take(scene, CONSENT_CONFIRM, token).outcome, CONSENT_IS);
        assert_true(take(scene, CONSENT_STOP, token).changed);
    }
    restart(scene);
    assert_int_equal(take(scene, CONSENT_CONFIRM, token).outcome, CONSENT_BUSY);
    assert_int_equal(state_of(scene, 0), CONSENT_STOPPED);
    scene->now += DAY;
    assert_true(take(scene, CONSENT_CONFIRM, token).changed);
}

static void test_operator(void **state)
{
    struct scene *scene = *state;
    assert_false(consent_vouch(scene->consent, CONSENT_CONFIRM, "nobody@a.example", scene->now));
    assert_true(consent_vouch(scene->consent, CONSENT_CONFIRM, "TECH@a.example", scene->now));
    restart(scene);
    assert_true(is_told(scene, 0));
    assert_false(ask(scene));
    assert_true(consent_vouch(scene->consent, CONSENT_STOP, "tech@a.example", scene->now));
    assert_false(is_told(scene, 0));
}

static void test_who_is_no_contact(void **state)
{
    struct scene *scene = *state;
    char link[ALERT_LINK_SIZE] = "x";
    assert_true(consent_allows(scene->consent, "night"));
    assert_true(consent_leave(scene->consent, "mail:tech@a.example", link));
    assert_string_equal(link, "");
    assert_false(consent_allows(scene->consent, ALERTING_CONTACT "aaaa"));
    assert_false(consent_leave(scene->consent, ALERTING_CONTACT "aaaa", link));
}

/* ---- the key ---- */

static void key_path(const struct scene *scene, char path[512])
{
    snprintf(path, 512, "%s/consent.key", scene->folder);
}

static void test_key(void **state)
{
    struct scene *scene = *state;
    char path[512], token[TOKEN_SIZE];
    struct stat found;
    key_path(scene, path);
    assert_int_equal(access(path, F_OK), -1); /* before anybody is asked */
    assert_true(ask(scene));
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(found.st_size, TOKEN_KEY_SIZE);
    text_copy(token, sizeof token, token_in(scene->question->link));
    restart(scene);
    assert_int_equal(take(scene, CONSENT_LOOK, token).outcome, CONSENT_IS);
    assert_int_equal(unlink(path), 0); /* as after a backup was restored */
    restart(scene);
    assert_int_equal(take(scene, CONSENT_CONFIRM, token).outcome, CONSENT_VOID);
}

/* Nobody is asked, and nothing told, without a link; when the disk is well again it goes on. */
static void test_key_cannot_be_had(void **state)
{
    struct scene *scene = *state;
    char path[512], link[ALERT_LINK_SIZE];
    key_path(scene, path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(ask(scene));
    assert_false(consent_leave(scene->consent, name_of(scene, 0), link));
    assert_false(consent_is_unwritten(scene->consent));
    assert_int_equal(rmdir(path), 0);
    scratch_write(scene->folder, "consent.key", "short", 5);
    scene->now += 7200;
    assert_false(ask(scene));
    assert_int_equal(unlink(path), 0);
    scene->now += 7200;
    assert_true(ask(scene));
}

/* A full disk leaves no half of a key behind. */
static void test_key_cannot_be_written(void **state)
{
    struct scene *scene = *state;
    struct rlimit before, none;
    char path[512];
    key_path(scene, path);
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){0, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    assert_false(ask(scene));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(access(path, F_OK), -1);
    scene->now += 7200;
    assert_true(ask(scene));
    assert_int_equal(access(path, F_OK), 0);
}

/* ---- the ledger ---- */

static void test_append_only(void **state)
{
    struct scene *scene = *state;
    assert_true(ask(scene));
    commit(scene);
    free(scratch_run("sqlite3 %s/ledger.sqlite \"update consent set step='confirmed'\" 2>&1; true",
                     scene->folder));
    free(scratch_run("sqlite3 %s/ledger.sqlite \"delete from consent\" 2>&1; true", scene->folder));
    char *rows = scratch_run(
        "sqlite3 %s/ledger.sqlite \"select step, by, hoster, at from consent\"", scene->folder);
    assert_string_equal(rows, "asked|monitor|a|1767225600\n");
    free(rows);
}

/* What could not be written is written with the next group. */
static void test_failed_write(void **state)
{
    struct scene *scene = *state;
    struct fault fault;
    assert_true(ask(scene));
    free(scratch_run("sqlite3 %s/ledger.sqlite \"create trigger no before insert on consent begin "
                     "select raise(abort, 'no'); end\"",
                     scene->folder));
    assert_int_equal(ledger_begin(scene->ledger, &fault), 0);
    assert_int_equal(consent_write(scene->consent, &fault), -1);
    ledger_rollback(scene->ledger);
    assert_true(consent_is_unwritten(scene->consent));
    free(scratch_run("sqlite3 %s/ledger.sqlite \"drop trigger no\"", scene->folder));
    restart(scene);
    assert_int_equal(state_of(scene, 0), CONSENT_ASKED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_asked_once),
        TEST(test_yes_no_yes),
        TEST(test_link_of_a_message_only_stops),
        TEST(test_another_address),
        TEST(test_one_question_an_address),
        TEST(test_so_many_a_day),
        TEST(test_undelivered_is_not_asked),
        TEST(test_busy),
        TEST(test_operator),
        TEST(test_who_is_no_contact),
        TEST(test_key),
        TEST(test_key_cannot_be_had),
        TEST(test_key_cannot_be_written),
        TEST(test_append_only),
        TEST(test_failed_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

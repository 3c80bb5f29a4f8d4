/* The herald over a real ledger, with a clock of the test's own and a courier that is an array. */
#include "herald.h"

#include "errand.h"
#include "json.h"
#include "ledger_delivery.h"
#include "mem.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"
#include "village.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BEGIN = VILLAGE_BEGIN, STEP = VILLAGE_STEP, CARRIED_MAX = 64 };

static const char *const keys[] = {"a/mail", "a/pad", "b/pad", NULL};
static const struct config_option hook_options[] = {
    {.name = "url", .value = "http://127.0.0.1:9/"},
    {.name = "secret", .value = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}};
static const struct config_target tech = {
    .who = {.name = "tech"}, .channel = "webhook", .options = hook_options, .option_count = 2};
static const struct config_target *const targets[] = {&tech};
static const struct alert_route all = {.target = &tech.who,
                                       .subjects = (1U << ALERTING_COUNT) - 1,
                                       .remind_ms = 3600000,
                                       .severe = true};

struct carried {
    int64_t courier;
    struct alert *alert;
};

struct post { /* a monitor without its threads */
    char folder[SCRATCH_SIZE];
    struct config *config;
    struct ledger *ledger;
    struct pipeline *pipeline;
    struct herald *herald;
    int64_t now; /* s */
    struct carried carried[CARRIED_MAX];
    size_t count, answered;
    bool broken; /* the ledger takes nothing */
};

static void carry(void *owner, int64_t courier, char *line, size_t length)
{
    struct post *post = owner;
    struct arena arena = {0};
    struct errand errand;
    struct fault fault;
    assert_true(post->count < CARRIED_MAX);
    assert_int_equal(line[length - 1], '\n');
    assert_int_equal(errand_read(line, length - 1, &arena, &errand, &fault), 0);
    assert_int_equal(errand.kind, ERRAND_CARRY);
    assert_string_equal(errand.target.channel, "webhook");
    struct alert *alert = mem_alloc(sizeof *alert);
    *alert = *errand.alert;
    post->carried[post->count++] = (struct carried){courier, alert};
    arena_free(&arena);
    free(line);
}

static void open_post(struct post *post)
{
    struct fault fault;
    assert_int_equal(ledger_open(post->folder, &post->ledger, &fault), 0);
    post->pipeline = pipeline_new(post->config, post->ledger, NULL);
    post->herald = herald_new(post->config, post->ledger, post->pipeline, post->now * 1000);
    herald_employ(post->herald, carry, post);
}

static void close_post(struct post *post)
{
    herald_free(post->herald);
    pipeline_free(post->pipeline);
    ledger_close(post->ledger);
}

static struct config *config_of(void)
{
    struct config *config = village_config(keys);
    config->alerts.targets = targets;
    config->alerts.target_count = 1;
    config->alerts.everywhere = (struct alert_routes){&all, 1};
    config->collective.address = "https://etat.example/";
    return config;
}

static int set_up(void **state)
{
    struct post *post = mem_zalloc(sizeof *post);
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    scratch_make(post->folder);
    post->config = config_of();
    post->now = BEGIN;
    open_post(post);
    herald_courier(post->herald, 1, post->now * 1000);
    *state = post;
    return 0;
}

static int tear_down(void **state)
{
    struct post *post = *state;
    close_post(post);
    for (size_t i = 0; i < post->count; i++)
        free(post->carried[i].alert);
    config_free(post->config);
    scratch_remove(post->folder);
    free(post);
    return 0;
}

static bool commit(struct post *post)
{
    struct fault fault;
    return pipeline_commit(post->pipeline, KEEP_TIMES, &fault) == 0;
}

/* What the recorder does each time, a second later. */
static void second(struct post *post)
{
    post->now++;
    pipeline_settle(post->pipeline, post->now);
    for (int64_t i; (i = pipeline_next_changed(post->pipeline)) >= 0;)
        herald_service(post->herald, (size_t)i, post->now * 1000);
    herald_turn(post->herald, post->now * 1000);
    if (!post->broken && (pipeline_urgent(post->pipeline) || herald_is_urgent(post->herald)))
        assert_true(commit(post));
    herald_send(post->herald, post->now * 1000);
}

static void wait_s(struct post *post, int seconds)
{
    for (int i = 0; i < seconds; i++)
        second(post);
}

static void find(struct post *post, const char *service, enum reason reason, int times)
{
    for (int i = 0; i < times; i++) {
        struct result result = village_result(service, post->now, reason);
        text_copy(result.address, sizeof result.address, "192.0.2.7");
        pipeline_result(post->pipeline, &result, wall_from_seconds(post->now));
        second(post);
    }
}

/* What the courier has is answered so. */
static void answer(struct post *post, enum outbox_end end)
{
    for (; post->answered < post->count; post->answered++) {
        struct errand_answer said = {.end = end};
        text_copy(said.id, sizeof said.id, post->carried[post->answered].alert->id);
        herald_answer(post->herald, &said, post->now * 1000);
    }
    second(post);
}

static void expect(const struct post *post, size_t i, enum alert_kind kind, const char *service)
{
    assert_true(i < post->count);
    const struct alert *alert = post->carried[i].alert;
    assert_int_equal(alert->kind, kind);
    assert_int_equal(alert->row_count, 1);
    assert_string_equal(alert->rows[0].service, service);
}

static char *say(struct post *post, const char *request)
{
    struct buffer text;
    buffer_init(&text, HERALD_ANSWER_MAX);
    herald_word(post->herald, request, post->now * 1000, &text);
    assert_true(text.length && text.bytes[text.length - 1] == '\n');
    return buffer_take(&text, NULL);
}

static void expect_answer(struct post *post, const char *request, const char *answer)
{
    char *text = say(post, request);
    if (!strstr(text, answer))
        fail_msg("%s: %s", request, text);
    free(text);
}

static void go_down(struct post *post)
{
    find(post, "a/pad", REASON_ok, 2);
    find(post, "a/pad", REASON_timeout, 3);
    wait_s(post, 5);
    expect(post, 0, ALERT_DOWN, "a/pad");
    assert_int_equal(post->count, 1);
}

static void restart(struct post *post, int64_t courier)
{
    close_post(post);
    open_post(post);
    herald_courier(post->herald, courier, post->now * 1000);
}

/* ---- tests ---- */

static void test_down_and_up(void **state)
{
    struct post *post = *state;
    go_down(post);
    const struct alert *down = post->carried[0].alert;
    assert_true(down->opens);
    assert_string_equal(down->language, "fr");
    assert_string_equal(down->link, "https://etat.example/fr/h/a/pad/");
    assert_int_equal(down->rows[0].sight_count, 1);
    assert_int_equal(down->rows[0].sights[0].outcome, OUTCOME_DOWN);
    assert_int_equal(down->rows[0].since, BEGIN + 2);
    assert_int_equal(down->rows[0].since_after, BEGIN + 1);
    answer(post, OUTBOX_DELIVERED);
    find(post, "a/pad", REASON_ok, 2);
    wait_s(post, 5);
    expect(post, 1, ALERT_RECOVERY, "a/pad");
    assert_string_equal(post->carried[1].alert->thread, down->thread);
    assert_int_equal(post->carried[1].alert->rows[0].until, BEGIN + 11);
    answer(post, OUTBOX_DELIVERED);
    wait_s(post, 300);
    assert_int_equal(post->count, 2);
    expect_answer(post, "{\"action\":\"list\"}", "{\"alerts\":[],\"messages\":[],\"silences\":[]}");
}

/* As after a crash: nothing of it is lost, and what was handed over goes again by the same name. */
static void test_restart(void **state)
{
    struct post *post = *state;
    go_down(post);
    restart(post, 2);
    wait_s(post, 2);
    assert_int_equal(post->count, 2);
    assert_int_equal(post->carried[1].courier, 2);
    assert_string_equal(post->carried[1].alert->id, post->carried[0].alert->id);
    answer(post, OUTBOX_DELIVERED);
    restart(post, 3);
    wait_s(post, 60);
    assert_int_equal(post->count, 2);
    find(post, "a/pad", REASON_ok, 2);
    wait_s(post, 5);
    expect(post, 2, ALERT_RECOVERY, "a/pad");
    assert_string_equal(post->carried[2].alert->thread, post->carried[0].alert->thread);
}

static void test_courier_ended(void **state)
{
    struct post *post = *state;
    go_down(post);
    herald_courier(post->herald, 2, post->now * 1000);
    second(post);
    assert_int_equal(post->count, 2);
    assert_int_equal(post->carried[1].courier, 2);
    assert_string_equal(post->carried[1].alert->id, post->carried[0].alert->id);
}

/* A ledger that cannot be written holds the message back, but not for long; and what came of it is not forgotten. */
static void test_broken_ledger(void **state)
{
    struct post *post = *state;
    find(post, "a/pad", REASON_ok, 2);
    post->broken = true;
    find(post, "a/pad", REASON_timeout, 3);
    wait_s(post, 10);
    assert_int_equal(post->count, 0);
    wait_s(post, HERALD_PATIENCE_MS / 1000);
    expect(post, 0, ALERT_DOWN, "a/pad");
    answer(post, OUTBOX_DELIVERED);
    post->broken = false;
    second(post);
    assert_false(herald_is_urgent(post->herald));
    restart(post, 2);
    wait_s(post, 60);
    assert_int_equal(post->count, 1);
}

/* A group that fails takes nothing along, and nothing is taken for written. */
static void test_failed_commit(void **state)
{
    struct post *post = *state;
    struct fault fault;
    find(post, "a/pad", REASON_ok, 2);
    find(post, "a/pad", REASON_timeout, 2);
    post->broken = true;
    find(post, "a/pad", REASON_timeout, 1);
    wait_s(post, 4);
    assert_true(herald_is_urgent(post->herald));
    free(scratch_run(
        "sqlite3 %s/ledger.sqlite "
        "\"create trigger no before insert on delivery begin select raise(abort, 'no'); "
        "end\"",
        post->folder));
    assert_int_equal(pipeline_commit(post->pipeline, KEEP_CHANGES, &fault), -1);
    assert_true(herald_is_urgent(post->herald));
    assert_int_equal(post->count, 0);
    free(scratch_run("sqlite3 %s/ledger.sqlite \"drop trigger no\"", post->folder));
    post->broken = false;
    second(post);
    expect(post, 0, ALERT_DOWN, "a/pad");
}

static void test_target_gone(void **state)
{
    struct post *post = *state;
    go_down(post);
    answer(post, OUTBOX_LATER);
    struct config *other = config_of();
    other->alerts.target_count = 0;
    other->alerts.everywhere.count = 0;
    pipeline_reload(post->pipeline, other);
    herald_reload(post->herald, other, post->now * 1000);
    config_free(post->config);
    post->config = other;
    wait_s(post, 120);
    assert_int_equal(post->count, 1);
    expect_answer(post, "{\"action\":\"list\"}", "no target of that name any more");
}

static void test_daily(void **state)
{
    struct post *post = *state;
    static const struct config_target daily = {.who = {.name = "tech"},
                                               .channel = "webhook",
                                               .daily_test = "01:05", /* it is 01:00 in Paris */
                                               .options = hook_options,
                                               .option_count = 2};
    static const struct config_target *const list[] = {&daily};
    post->config->alerts.targets = list;
    wait_s(post, 5 * 60 - 1);
    assert_int_equal(post->count, 0);
    wait_s(post, 10 * 60);
    assert_int_equal(post->count, 1);
    assert_int_equal(post->carried[0].alert->kind, ALERT_TEST);
    assert_int_equal(post->carried[0].alert->at, BEGIN + 5 * 60);
    answer(post, OUTBOX_DELIVERED);
    restart(post, 2);
    wait_s(post, 120);
    assert_int_equal(post->count, 1); /* this day's was taken */
    post->now += 86400;
    wait_s(post, 120);
    assert_int_equal(post->count, 2);
    assert_string_not_equal(post->carried[0].alert->id, post->carried[1].alert->id);
    answer(post, OUTBOX_DELIVERED);
    post->now = BEGIN + 2 * 86400 + 5 * 60 + 3600; /* too late */
    wait_s(post, 120);
    assert_int_equal(post->count, 2);
}

/* A receiver that is away: that nobody hears of it is known, until somebody does. */
static void test_unheard(void **state)
{
    struct post *post = *state;
    go_down(post);
    answer(post, OUTBOX_LATER);
    wait_s(post, 11 * 60);
    answer(post, OUTBOX_LATER);
    wait_s(post, 31);
    assert_in_range(herald_unheard(post->herald), 11 * 60 * 1000, 13 * 60 * 1000);
    wait_s(post, 3600);
    answer(post, OUTBOX_DELIVERED);
    wait_s(post, 31);
    assert_int_equal(herald_unheard(post->herald), 0);
}

static void test_reload(void **state)
{
    struct post *post = *state;
    go_down(post);
    answer(post, OUTBOX_DELIVERED);
    struct config *other = config_of();
    pipeline_reload(post->pipeline, other);
    herald_reload(post->herald, other, post->now * 1000);
    config_free(post->config);
    post->config = other;
    wait_s(post, 60);
    assert_int_equal(post->count, 1);
    find(post, "a/pad", REASON_ok, 2);
    wait_s(post, 5);
    expect(post, 1, ALERT_RECOVERY, "a/pad");
    assert_false(post->carried[1].alert->opens);
}

static void set_sense(struct post *post, enum vantage_sense sense, enum vantage_condition condition)
{
    struct vantage vantage = {0};
    for (int i = 0; i < SENSE_COUNT; i++)
        vantage.senses[i] = (struct vantage_state){wall_from_seconds(BEGIN), CONDITION_GOOD, ""};
    vantage.senses[sense].condition = condition;
    text_copy(vantage.senses[sense].why, VANTAGE_WHY_SIZE, "no answer");
    herald_vantage(post->herald, &vantage, post->now * 1000);
}

/* While the resolver is dead nobody is called down; we say of ourselves that we do not see. */
static void test_blind(void **state)
{
    struct post *post = *state;
    find(post, "a/pad", REASON_ok, 2);
    set_sense(post, SENSE_RESOLVER, CONDITION_BLIND);
    find(post, "a/pad", REASON_timeout, 3);
    wait_s(post, 10);
    expect(post, 0, ALERT_IMPAIRED, "");
    assert_non_null(strstr(post->carried[0].alert->rows[0].detail, "no answer"));
    answer(post, OUTBOX_DELIVERED);
    assert_int_equal(post->count, 1);
    set_sense(post, SENSE_RESOLVER, CONDITION_GOOD);
    herald_look(post->herald, post->now * 1000);
    wait_s(post, 5);
    assert_int_equal(post->count, 2);
    answer(post, OUTBOX_DELIVERED);
    wait_s(post, 5);
    assert_int_equal(post->count, 3);
    assert_true(post->carried[1].alert->kind + post->carried[2].alert->kind ==
                ALERT_DOWN + ALERT_RESTORED);
}

static void test_certificate(void **state)
{
    struct post *post = *state;
    struct result result = village_result("b/pad", BEGIN + 1, REASON_ok);
    text_copy(result.certificate.sha256, sizeof result.certificate.sha256, "ab");
    result.certificate.not_before = wall_from_seconds(BEGIN - 80 * 86400);
    result.certificate.not_after = wall_from_seconds(BEGIN + 20 * 86400);
    result.certificate.notices = notice_bit(NOTICE_renew_soon);
    pipeline_result(post->pipeline, &result, wall_from_seconds(BEGIN + 1));
    result.time = wall_from_seconds(BEGIN + 2);
    pipeline_result(post->pipeline, &result, wall_from_seconds(BEGIN + 2));
    wait_s(post, 6);
    expect(post, 0, ALERT_CERTIFICATE, "b/pad");
    assert_int_equal(post->carried[0].alert->rows[0].expires, BEGIN + 20 * 86400);
    assert_int_equal(post->carried[0].alert->rows[0].since, BEGIN - 5 * 86400);
    assert_int_equal(post->carried[0].alert->severity, SEVERITY_WARNING);
}

static void test_acknowledge(void **state)
{
    struct post *post = *state;
    char request[128];
    expect_answer(post, "{\"action\":\"acknowledge\",\"of\":\"a/pad\"}", "{\"fault\":\"nothing");
    expect_answer(post, "{\"action\":\"acknowledge\"}", "{\"fault\":\"nothing");
    go_down(post);
    answer(post, OUTBOX_DELIVERED);
    text_format(request, sizeof request, "{\"action\":\"acknowledge\",\"of\":\"%s\"}",
                post->carried[0].alert->thread);
    expect_answer(post, request, "{\"services\":[\"a/pad\"]}");
    second(post);
    restart(post, 2);
    expect_answer(post, "{\"action\":\"list\"}", "\"acknowledged\":true");
    wait_s(post, 2 * 3600); /* no reminder */
    assert_int_equal(post->count, 1);
}

static void test_reminder(void **state)
{
    struct post *post = *state;
    go_down(post);
    answer(post, OUTBOX_DELIVERED);
    for (int i = 0; i < 64; i++) {
        find(post, "a/pad", REASON_timeout, 1);
        wait_s(post, STEP - 1);
    }
    assert_int_equal(post->count, 2);
    assert_int_equal(post->carried[1].alert->kind, ALERT_REMINDER);
}

static void test_silence(void **state)
{
    struct post *post = *state;
    expect_answer(post,
                  "{\"action\":\"silence\",\"subject\":\"a\",\"until\":\"2026-01-01T01:00:00Z\"}",
                  "{\"until\":\"2026-01-01T01:00:00Z\"}");
    expect_answer(post,
                  "{\"action\":\"silence\",\"subject\":\"x\",\"until\":\"2026-01-01T01:00:00Z\"}",
                  "no hoster or service 'x'");
    expect_answer(post, "{\"action\":\"silence\",\"subject\":\"a\"}", "{\"fault\":");
    expect_answer(post,
                  "{\"action\":\"silence\",\"subject\":\"a\",\"until\":\"2028-01-01T01:00:00Z\"}",
                  "more than a year");
    second(post);
    restart(post, 2);
    find(post, "a/pad", REASON_ok, 2);
    find(post, "a/pad", REASON_timeout, 3);
    wait_s(post, 10);
    assert_int_equal(post->count, 0);
    expect_answer(post, "{\"action\":\"list\"}", "\"held\":\"silence\"");
    expect_answer(post, "{\"action\":\"list\"}", "\"silences\":[{\"subject\":\"a\"");
    expect_answer(post,
                  "{\"action\":\"silence\",\"subject\":\"a\",\"until\":\"2026-01-01T00:00:00Z\"}",
                  "until");
    wait_s(post, 5);
    expect(post, 0, ALERT_DOWN, "a/pad");
}

static void test_words_that_make_no_sense(void **state)
{
    struct post *post = *state;
    expect_answer(post, "{", "{\"fault\":\"it is no JSON");
    expect_answer(post, "{}", "{\"fault\":\"alerts are listed");
    expect_answer(post, "[1]", "{\"fault\":\"alerts are listed");
    expect_answer(post, "{\"action\":\"dance\"}", "{\"fault\":\"alerts are listed");
    assert_false(herald_is_urgent(post->herald));
}

/* What is over for a month is forgotten, in the ledger too. */
static void count_delivery(void *owner, const struct delivery *delivery)
{
    (void)delivery;
    (*(size_t *)owner)++;
}

static size_t deliveries(struct post *post)
{
    struct fault fault;
    size_t count = 0;
    assert_int_equal(ledger_each_delivery(post->ledger, count_delivery, &count, &fault), 0);
    return count;
}

static void test_sweep(void **state)
{
    struct post *post = *state;
    go_down(post);
    answer(post, OUTBOX_DELIVERED);
    find(post, "a/pad", REASON_ok, 2);
    wait_s(post, 5);
    answer(post, OUTBOX_DELIVERED);
    assert_int_equal(deliveries(post), 2);
    post->now += OUTBOX_MEMORY_S + 10;
    second(post);
    assert_true(commit(post));
    assert_int_equal(deliveries(post), 0);
}

/* What the ledger has is what was saved; verify finds what is damaged. */
static void on_wrong(void *owner, const char *what)
{
    text_copy(owner, 400, what);
}

static void test_verify(void **state)
{
    struct post *post = *state;
    struct fault fault;
    char what[400] = "";
    go_down(post);
    assert_int_equal(ledger_check(post->ledger, on_wrong, what, &fault), 0);
    assert_string_equal(what, "");
    free(scratch_run("sqlite3 %s/ledger.sqlite \"update delivery set text = '{}'\"", post->folder));
    assert_int_equal(ledger_check(post->ledger, on_wrong, what, &fault), 0);
    assert_non_null(strstr(what, "its text is damaged"));
    free(scratch_run("sqlite3 %s/ledger.sqlite \"update delivery set state = 'lost'\"",
                     post->folder));
    assert_int_equal(ledger_check(post->ledger, on_wrong, what, &fault), 0);
    assert_non_null(strstr(what, "kind or state is none that we know"));
    restart(post, 2); /* it goes on without */
    wait_s(post, 60);
    assert_int_equal(post->count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* ---- contacts ---- */

static const char owner[] = ALERTING_CONTACT "abcdefghijklmnopqrstuvwxyz";
static const struct config_target contact = {.who = {.name = owner},
                                             .channel = "webhook",
                                             .options = hook_options,
                                             .option_count = 2,
                                             .address = "tech@a.example",
                                             .contact_of = "a"};
static const struct config_target *const with_contact[] = {&tech, &contact};
static const struct alert_route to_contact = {
    .target = &contact.who, .subjects = 1U << ALERTING_DOWN, .remind_ms = 3600000, .severe = true};

/* Of hoster a; those who are told of everything are told, too. */
static struct config *config_with_contact(struct post *post)
{
    struct config *config = config_of();
    struct hoster *hosters = (struct hoster *)(uintptr_t)config->collective.hosters;
    config->data = post->folder;
    config->alerts.targets = with_contact;
    config->alerts.target_count = 2;
    hosters[0].alerts = (struct alert_routes){&to_contact, 1};
    return config;
}

static void meet(struct post *post)
{
    struct config *config = config_with_contact(post);
    pipeline_reload(post->pipeline, config);
    herald_reload(post->herald, config, post->now * 1000);
    config_free(post->config);
    post->config = config;
}

static size_t told(const struct post *post, const char *target)
{
    size_t count = 0;
    for (size_t i = 0; i < post->count; i++)
        count += strcmp(post->carried[i].alert->target, target) == 0;
    return count;
}

static const struct alert *last_to(const struct post *post, const char *target)
{
    for (size_t i = post->count; i-- > 0;)
        if (strcmp(post->carried[i].alert->target, target) == 0)
            return post->carried[i].alert;
    fail_msg("%s was told nothing", target);
    return NULL;
}

/* What the form says with the link. */
static void say_by(struct post *post, const char *word, const char *link, const char *wanted)
{
    char request[512];
    snprintf(request, sizeof request, "{\"action\":\"consent\",\"word\":\"%s\",\"token\":\"%s\"}",
             word, strchr(link, '=') + 1);
    expect_answer(post, request, wanted);
    second(post);
}

/* Nobody is asked before we know that we see well, and only once. */
static void test_question(void **state)
{
    struct post *post = *state;
    meet(post);
    wait_s(post, 5);
    assert_int_equal(post->count, 0);
    set_sense(post, SENSE_RESOLVER, CONDITION_IMPAIRED);
    wait_s(post, 5);
    assert_int_equal(told(post, owner), 0);
    set_sense(post, SENSE_RESOLVER, CONDITION_GOOD);
    wait_s(post, 5);
    assert_int_equal(told(post, owner), 1);
    const struct alert *question = last_to(post, owner);
    assert_int_equal(question->kind, ALERT_CONFIRM);
    assert_true(text_starts(question->link, "https://etat.example/fr/alerts/?token=c"));
    assert_true(text_starts(question->leave, "https://etat.example/fr/alerts/?token=s"));
    answer(post, OUTBOX_DELIVERED);
    restart(post, 2);
    meet(post);
    set_sense(post, SENSE_RESOLVER, CONDITION_GOOD);
    wait_s(post, 60);
    assert_int_equal(told(post, owner), 1);
}

static void test_contact(void **state)
{
    struct post *post = *state;
    meet(post);
    set_sense(post, SENSE_RESOLVER, CONDITION_GOOD);
    find(post, "a/pad", REASON_ok, 2);
    const struct alert *question = last_to(post, owner);
    find(post, "a/pad", REASON_timeout, 3);
    wait_s(post, 5);
    answer(post, OUTBOX_DELIVERED);
    assert_int_equal(last_to(post, "tech")->kind, ALERT_DOWN);
    assert_int_equal(told(post, owner), 1);
    expect_answer(post, "{\"action\":\"list\"}", "\"held\":\"consent\"");
    say_by(post, "confirm", question->link, "\"state\":\"given\",\"changed\":true");
    wait_s(post, 5);
    assert_int_equal(told(post, owner), 2);
    assert_int_equal(last_to(post, owner)->kind, ALERT_DOWN);
    assert_string_equal(last_to(post, "tech")->leave, "");
    answer(post, OUTBOX_LATER); /* it waits, and then is not wanted any more */
    say_by(post, "stop", last_to(post, owner)->leave, "\"state\":\"stopped\",\"changed\":true");
    wait_s(post, 7200);
    answer(post, OUTBOX_DELIVERED);
    find(post, "a/pad", REASON_ok, 2);
    wait_s(post, 10);
    assert_int_equal(told(post, owner), 2);
    assert_int_equal(last_to(post, "tech")->kind, ALERT_RECOVERY);
}

/* The courier ended with a message for who wanted no more in the meantime: it does not go again. */
static void test_stopped_in_flight(void **state)
{
    struct post *post = *state;
    meet(post);
    set_sense(post, SENSE_RESOLVER, CONDITION_GOOD);
    wait_s(post, 2);
    say_by(post, "stop", last_to(post, owner)->leave, "\"state\":\"stopped\"");
    herald_courier(post->herald, 2, post->now * 1000);
    wait_s(post, 10);
    assert_int_equal(told(post, owner), 1);
}

/* A relay that is away for days: who never got the question is asked when it is back. */
static void test_question_that_never_arrived(void **state)
{
    struct post *post = *state;
    meet(post);
    set_sense(post, SENSE_RESOLVER, CONDITION_GOOD);
    wait_s(post, 2);
    answer(post, OUTBOX_LATER);
    assert_int_equal(herald_unheard(post->herald), 0); /* strangers' mail is not ours */
    post->now += OUTBOX_LIFE_S;
    wait_s(post, 60);
    assert_int_equal(told(post, owner), 2);
    assert_string_not_equal(post->carried[0].alert->id, post->carried[1].alert->id);
}

static void test_consent_words_that_make_no_sense(void **state)
{
    static const char *const requests[] = {
        "{\"action\":\"consent\",\"word\":\"confirm\"}",
        "{\"action\":\"consent\",\"word\":\"yes\",\"token\":\"x\"}",
        "{\"action\":\"consent\",\"word\":1,\"token\":\"x\"}",
        "{\"action\":\"consent\",\"word\":\"stop\",\"token\":7}",
        "{\"action\":\"consent\",\"word\":\"stop\",\"address\":\"x@b.example\"}",
        NULL};
    struct post *post = *state;
    meet(post);
    for (size_t i = 0; requests[i]; i++)
        expect_answer(post, requests[i], "{\"fault\":\"");
    expect_answer(post, "{\"action\":\"consent\",\"word\":\"stop\",\"token\":\"x\"}",
                  "{\"outcome\":\"void\"}\n");
    expect_answer(post, "{\"action\":\"consent\"}",
                  "{\"contacts\":[{\"state\":\"none\",\"target\":\"contact:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_question),
        TEST(test_contact),
        TEST(test_stopped_in_flight),
        TEST(test_question_that_never_arrived),
        TEST(test_consent_words_that_make_no_sense),
        TEST(test_down_and_up),
        TEST(test_restart),
        TEST(test_courier_ended),
        TEST(test_broken_ledger),
        TEST(test_failed_commit),
        TEST(test_target_gone),
        TEST(test_daily),
        TEST(test_unheard),
        TEST(test_reload),
        TEST(test_blind),
        TEST(test_certificate),
        TEST(test_acknowledge),
        TEST(test_reminder),
        TEST(test_silence),
        TEST(test_words_that_make_no_sense),
        TEST(test_sweep),
        TEST(test_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

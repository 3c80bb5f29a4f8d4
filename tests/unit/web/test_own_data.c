/* What programs read: API and open data, against kept files, with hostile names, and by what their bytes change. */
#include "open_data.h"
#include "open_package.h"
#include "own_api.h"
#include "status_api.h"

#include "fake.h"
#include "golden.h"

#include "testing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

static const char hostile[] =
    "=HYPERLINK(\"x\"),\n</script>]]>\\ \x01 \xe2\x80\xae\xf0\x9f\x90\xb1";

static const struct unmeasured_service unmeasured[] = {
    {hostile, "https://chat-perche.example/wiki.properties", "2025-12-31", FATE_OVER,
     DECLARED_OVER}};

/* Pads with an interruption that is over and one that lasts; mail that is not measured any more; a wiki without record. */
static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    fake_hoster(fake, "chat-perche", "Le Chat Perché");
    struct service *pad = fake_service(fake, 0, "pad", "Pads");
    struct service *mail = fake_service(fake, 0, "mail", "Courriel");
    struct service *wiki = fake_service(fake, 0, "wiki", "Wiki");
    wiki->counted = false;
    fake_known(fake, wiki)->belief = (struct service_belief){.reason = REASON_silent};
    int64_t a = now - 3 * 86400, b = now - 300;
    pad->kind = fake_wording(fake, "=1+1");
    pad->source = "https://chat-perche.example/pad.properties";
    pad->source_date = "2026-10-01";
    pad->declared = DECLARED_ALERT;
    pad->declared_reason = hostile;
    pad->hosting = HOSTING_BAY;
    pad->until = "2027-06-30";
    fake->hosters[0].declared = PRESENCE_IDLE;
    fake->hosters[0].unmeasured = unmeasured;
    fake->hosters[0].unmeasured_count = 1;
    pad->url = "https://pad.chat-perche.example/";
    fake_span(fake, pad, now - 5 * 86400, a, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, a, a + 1872, OUTCOME_DOWN, REASON_http_status);
    fake_span(fake, pad, a + 1872, b, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, b, now - 60, OUTCOME_DOWN, REASON_timeout);
    fake_known(fake, pad)->belief = (struct service_belief){
        .state = OUTCOME_DOWN, .reason = REASON_timeout, .since = b, .measured = now - 20};
    fake_span(fake, mail, now - 190000, now - 180000, OUTCOME_DOWN, REASON_tls_expired);
    fake_span(fake, mail, now - 180000, now - 170000, OUTCOME_UNKNOWN, REASON_self);
    fake_known(fake, mail)->belief = (struct service_belief){
        .reason = REASON_self, .since = now - 180000, .measured = now - 170000};
    fake_maintenance(fake, pad, now + 86400, now + 90000, "Disque");
    strcpy(
        fake_blip(fake, pad, "web", FAMILY_IPV6, now - 7200, REASON_connect_refused)->blip.detail,
        "192.0.2.1 refused");
    struct line_blip *lost = fake_blip(fake, pad, "web", FAMILY_IPV4, now - 86400, REASON_timeout);
    lost->blip.results = 2;
    lost->blip.until = 0;
    lost->blip.then = OUTCOME_UNKNOWN;
    fake_annotation(fake, pad, a, "Disque plein.");
    fake_ready(fake);
}

static const struct row {
    const char *golden; /* NULL = none is kept */
    fake_write_fn *write;
    const char *hoster, *service;
} rows[] = {
    {"hoster.summary.json", status_api_summary, "chat-perche", NULL},
    {"hoster.incidents.json", status_api_incidents, "chat-perche", NULL},
    {NULL, status_api_status, "chat-perche", NULL},
    {NULL, status_api_components, "chat-perche", NULL},
    {NULL, status_api_summary, NULL, NULL},
    {NULL, status_api_incidents, NULL, NULL},
    {"own.collective.json", own_api_collective, NULL, NULL},
    {"own.hoster.json", own_api_hoster, "chat-perche", NULL},
    {"own.service.json", own_api_service, NULL, "chat-perche/pad"},
    {"hoster.csv", open_data_daily, "chat-perche", NULL},
    {"hoster.monthly.csv", open_data_monthly, "chat-perche", NULL},
    {NULL, open_data_yearly, "chat-perche", NULL},
    {"datapackage.json", open_package_write, NULL, NULL},
    {NULL, open_package_daily, NULL, NULL},
    {"monthly.schema.json", open_package_monthly, NULL, NULL},
    {NULL, open_package_yearly, NULL, NULL},
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool is_table(const struct row *row)
{
    return row->write == open_data_daily || row->write == open_data_monthly ||
           row->write == open_data_yearly;
}

static char *row_text(struct fake *fake, const struct row *row)
{
    return fake_file(fake, row->write, row->hoster, row->service);
}

static void test_golden(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    for (size_t i = 0; i < ROWS; i++) {
        char *text = row_text(&fake, &rows[i]);
        if (rows[i].golden)
            golden_expect(rows[i].golden, text);
        free(text);
    }
    fake_free(&fake);
}

/* A measurement and the time of day change nothing; a note, an end, another day do. */
static void test_what_changes_bytes(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    for (size_t i = 0; i < ROWS; i++) {
        char *before = row_text(&fake, &rows[i]);
        struct fake_service *pad =
            fake_known(&fake, collective_service(&fake.collective, "chat-perche/pad"));
        struct span *last = &pad->spans[pad->span_count - 1];
        fake.page.now += 55;
        fake.measured += 55;
        last->to += 55;
        pad->belief.measured += 55;
        char *after = row_text(&fake, &rows[i]);
        assert_string_equal(before, after);
        fake.page.now -= 55;
        last->to -= 55;
        free(before);
        free(after);
    }
    char *before = fake_file(&fake, open_data_daily, "chat-perche", NULL);
    fake.page.now += 86400;
    char *after = fake_file(&fake, open_data_daily, "chat-perche", NULL);
    assert_true(strlen(after) > strlen(before));
    free(before);
    free(after);
    fake_free(&fake);
}

/* The newest sixty are told, and how many there were; in no figure. */
static void test_many_blips(void **state)
{
    (void)state;
    struct fake fake;
    json_error_t error;
    small_world(&fake);
    const struct service *mail = collective_service(&fake.collective, "chat-perche/mail");
    for (int i = 0; i < 240; i++)
        fake_blip(&fake, mail, "smtp", FAMILY_IPV4, now - 60 - i * 3600, REASON_timeout);
    char *text = fake_file(&fake, own_api_service, NULL, "chat-perche/mail");
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    const json_t *blips = json_object_get(value, "blips");
    assert_int_equal(json_integer_value(json_object_get(blips, "count")), 240);
    assert_int_equal(json_array_size(json_object_get(blips, "newest")), 60);
    assert_int_equal(json_array_size(json_object_get(value, "outages")), 1);
    json_decref(value);
    free(text);
    fake_free(&fake);
}

static void test_hostile(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.hosters[0].name = fake_wording(&fake, hostile);
    fake.collective.name = hostile;
    for (size_t i = 0; i < fake.service_count; i++) {
        fake.services[i]->name = fake_wording(&fake, hostile);
        fake.services[i]->kind = fake_wording(&fake, hostile);
        fake.services[i]->software = hostile;
    }
    struct line_blip *blip =
        fake_known(&fake, collective_service(&fake.collective, "chat-perche/pad"))->blips;
    strcpy(blip->blip.detail, hostile);
    blip->check = blip->vantage = hostile;
    for (size_t i = 0; i < ROWS; i++) {
        json_error_t error;
        char *text = row_text(&fake, &rows[i]);
        json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
        if (is_table(&rows[i]))
            assert_non_null(strstr(text, ",\"'=HYPERLINK(\"\"x\"\"),"));
        else if (!value)
            fail_msg("%zu: %s at %d in %s", i, error.text, error.position, text);
        json_decref(value);
        free(text);
    }
    fake_free(&fake);
}

static void test_indicators(void **state)
{
    static const struct {
        enum outcome pad, mail;
        const char *indicator;
    } cases[] = {
        {OUTCOME_UP, OUTCOME_UP, "none"},          {OUTCOME_DEGRADED, OUTCOME_UP, "minor"},
        {OUTCOME_DOWN, OUTCOME_UP, "major"},       {OUTCOME_DOWN, OUTCOME_DOWN, "critical"},
        {OUTCOME_UNKNOWN, OUTCOME_UP, "none"},     {OUTCOME_DOWN, OUTCOME_UNKNOWN, "critical"},
        {OUTCOME_UNKNOWN, OUTCOME_UNKNOWN, "none"}};
    (void)state;
    struct fake fake;
    small_world(&fake);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake_known(&fake, collective_service(&fake.collective, "chat-perche/pad"))->belief.state =
            cases[i].pad;
        fake_known(&fake, collective_service(&fake.collective, "chat-perche/mail"))->belief.state =
            cases[i].mail;
        char *text = fake_file(&fake, status_api_status, "chat-perche", NULL), wanted[64];
        snprintf(wanted, sizeof wanted, "\"indicator\":\"%s\"", cases[i].indicator);
        if (!strstr(text, wanted))
            fail_msg("%zu: %s", i, text);
        free(text);
    }
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),     cmocka_unit_test(test_what_changes_bytes),
        cmocka_unit_test(test_many_blips), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_indicators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

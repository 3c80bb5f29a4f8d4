/* What is printed loads to the same. */
#include "config.h"

#include "draft.h"
#include "fake_probes.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const char full[] =
    "collective: {name: \"C: \\\"x\\\" \\\\ #éy\", website: \"https://c/\", contact: a@b, "
    "languages: [en, no],"
    " timezone: Europe/Paris}\n"
    "data: \"/d e\"\nsite: s\nlisten: \"[::1]:80\"\nvantage: {name: paris, addresses: "
    "[192.0.2.7]}\n"
    "defaults: {interval: 5m, timeout: 15s, slow: 0s, recheck: [1s, 90s], incident-after: 1m}\n"
    "network: {allow: [10.0.0.0/8, \"::1\"], user-agent-url: \"https://c/r\", ca-file: ca.pem,"
    " resolvers: [192.0.2.53]}\n"
    "sentinels: [\"alpha://a\", \"alphas://b\"]\nseries: {profile: compact, flush: 10s}\n"
    "alerts: {mail: {from: v@c}, targets: [{name: night, channel: bell, url: \"https://b/\"}],\n"
    "  routes: [{to: night, hears: [down, monitor], quiet-hours: \"22:00-07:05\", severe: no}]}\n"
    "hosters:\n"
    "- hoster: b\n  alerts: [{mail: a@b, after: 90s, remind: never, escalate: [night], accept: "
    "acknowledged}]\n  name: {no: \"Bé\", en: \"null\"}\n  kind: \"no\"\n  place: \"~\"\n  "
    "website: "
    "\"https://b/\"\n"
    "  services:\n"
    "  - {id: x, name: \"- yes\", kind: {en: \"true\", no: \"[x]\"}, software: null-ware, counted: "
    "no, parent: y, alerts: [{to: night}], url: "
    "\"https://x/#a\"}\n"
    "  - id: y\n    checks:\n"
    "    - \"alpha://x\"\n"
    "    - {id: page, url: \"alphas://x\", interval: 6m, timeout: 1500ms, slow: 2s, role: extra, "
    "family: ipv6,\n"
    "       address: \"::1\", method: head, expect: {status: [200, 204], body-contains: \" {a: "
    "'b'} \"}, follow: no}\n"
    "    - {url: \"beta://x\", expect: {answer: 7}, question: \"- ? : , [ ] { } # & * ! | > ' % @ "
    "`\"}\n"
    "- {hoster: a, declared: away, declared-reason: \"a: b\", unmeasured: [{name: \"- w\", fate: "
    "over, "
    "until: 2025-12-31}], services: [{id: \"1\", url: \"alpha://x\", source: \"https://x/\", "
    "source-date: 2026-01-02, declared: down, hosting: server, use-month: 2026-01, use-accounts: "
    "12, use-active: 0, until: 2026-12-31, adjusted: "
    "name}]}\n";

static struct config *read_text(const char *text)
{
    struct fault_list faults = {0};
    struct config *config = NULL;
    struct draft draft;
    draft_init(&draft, &fake_probes, &faults);
    draft_main(&draft, "main", text, strlen(text));
    if (draft_finish(&draft, &config))
        fail_msg("%s\n%s", faults.texts[0], text);
    draft_fini(&draft);
    fault_list_free(&faults);
    return config;
}

static char *printed(const struct config *config)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    config_print(config, out);
    fclose(out);
    return text;
}

static void assert_round_trip(const char *text)
{
    struct config *first = read_text(text);
    char *once = printed(first);
    struct config *second = read_text(once);
    char *twice = printed(second);
    assert_string_equal(once, twice);
    config_free(first);
    config_free(second);
    free(once);
    free(twice);
}

static void test_round_trip(void **state)
{
    (void)state;
    assert_round_trip(full);
    assert_round_trip(
        "collective: {name: C}\nhosters: [{hoster: h, services: [{id: s, url: \"alpha://x\"}]}]\n");
}

/* The round trip alone would not see what is left out both times. */
static void test_everything_is_there(void **state)
{
    (void)state;
    struct config *first = read_text(full);
    char *text = printed(first);
    struct config *config = read_text(text);
    const struct service *service = collective_service(&config->collective, "b/y");
    const struct check *check = service_check(service, "page"),
                       *beta = service_check(service, "beta");
    assert_string_equal(config->collective.name, first->collective.name);
    assert_string_equal(config->collective.languages[1], "no");
    assert_string_equal(config->data, "/d e");
    assert_string_equal(config->listen, "[::1]:80");
    assert_string_equal(config->resolvers[0], "192.0.2.53");
    assert_string_equal(config->sentinels[1], "alphas://b");
    assert_string_equal(config->addresses[0], "192.0.2.7");
    assert_int_equal(config->rechecks_ms[1], 90000);
    assert_int_equal(config->rechecks_ms[2], 0);
    assert_int_equal(config->interval_ms, 300000);
    assert_int_equal(config->incident_after_ms, 60000);
    assert_int_equal(config->series_profile, SERIES_COMPACT);
    assert_string_equal(service->hoster->place, "~");
    assert_string_equal(wording_in(&service->hoster->name, "en"), "null");
    assert_int_equal(service->check_count, 3);
    assert_int_equal(service->checks[0].timeout_ms, 15000);
    assert_int_equal(service->checks[0].slow_ms, 0);
    assert_int_equal(check->timeout_ms, 1500);
    assert_int_equal(check->role, ROLE_EXTRA);
    assert_int_equal(check->family, WISH_IPV6);
    assert_string_equal(check->address, "::1");
    assert_int_equal(check->option_count, 4);
    assert_string_equal(check->options[2].value, "200,204");
    assert_string_equal(check->options[3].value, " {a: 'b'} ");
    assert_string_equal(beta->options[0].value, "- ? : , [ ] { } # & * ! | > ' % @ `");
    assert_false(collective_service(&config->collective, "b/x")->counted);
    config_free(first);
    config_free(config);
    free(text);
}

/* What shell scripts look for. */
static void test_top_level_lines(void **state)
{
    (void)state;
    struct config *config = read_text(full);
    char *text = printed(config);
    assert_non_null(strstr(text, "data: \"/d e\"\nsite: s\nlisten: \"[::1]:80\"\n"));
    config_free(config);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_everything_is_there),
        cmocka_unit_test(test_top_level_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

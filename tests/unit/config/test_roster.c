/* What registers left and what our own files say, laid over each other. */
#include "draft.h"

#include "fake_probes.h"
#include "macros.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "collective: {name: C, languages: [fr]}\nregister: [{chatonsinfos: \"https://x/\"}]\n"

static const char members[] =
    "{\"hoster\":\"alpha\",\"name\":\"Alpha\",\"website\":\"https://alpha.example/\",\"services\":["
    "{\"id\":\"pad\",\"name\":\"Pad\",\"url\":\"alpha://pad\",\"software\":\"Etherpad\"},"
    "{\"id\":\"wiki\",\"name\":\"Wiki\",\"url\":\"alpha://wiki\"}]}\n"
    "{\"hoster\":\"beta\",\"services\":[]}\n"
    "{\"hoster\":\"gamma\",\"name\":\"Gamma\",\"services\":[{\"id\":\"g\",\"url\":\"alpha://"
    "g\"}]}\n";

/* Members, the main file's own hosters, a file of a hoster. Never a fault. */
static struct config *load(const char *left, const char *own, const char *file)
{
    struct draft draft;
    struct fault_list faults = {0};
    struct config *config = NULL;
    char main[2048];
    assert_true((size_t)snprintf(main, sizeof main, "%s%s", HEAD, own) < sizeof main);
    draft_init(&draft, &fake_probes, &faults);
    draft_main(&draft, "main", main, strlen(main));
    draft_members(&draft, "members", left, strlen(left));
    if (file)
        draft_hoster(&draft, "file", file, strlen(file));
    if (draft_finish(&draft, &config))
        fail_msg("%s", faults.texts[0]);
    draft_fini(&draft);
    fault_list_free(&faults);
    return config;
}

static const struct service *service(const struct config *config, const char *key)
{
    return collective_service(&config->collective, key);
}

static void test_alone(void **state)
{
    (void)state;
    struct config *config = load(members, "", NULL);
    assert_int_equal(config->register_count, 1);
    assert_int_equal(config->registers[0].every_ms, 6 * 3600 * 1000);
    assert_int_equal(config->collective.hoster_count, 2); /* beta has nothing to measure */
    assert_string_equal(wording_in(&config->collective.hosters[0].name, "fr"), "Alpha");
    assert_string_equal(service(config, "alpha/pad")->software, "Etherpad");
    assert_string_equal(service(config, "alpha/wiki")->checks[0].url, "alpha://wiki");
    assert_non_null(service(config, "gamma/g"));
    assert_int_equal(config->notes.count, 0);
    config_free(config);
}

/* Before the first crawl, or with a register of nobody. */
static void test_nobody(void **state)
{
    (void)state;
    struct config *config = load("", "", NULL);
    assert_int_equal(config->collective.hoster_count, 0);
    assert_int_equal(config->collective.service_count, 0);
    config_free(config);
}

static const char local[] =
    "hoster: alpha\n"
    "name: Un autre nom\n"
    "place: Rennes\n"
    "services:\n"
    "  - {id: pad, name: Carnets, checks: [{id: mine, url: \"alpha://mine\"}]}\n"
    "  - {id: wiki, hide: yes}\n"
    "  - {id: mail, url: \"alpha://mail\"}\n"
    "  - {id: gone, name: No register knows it any longer}\n";

static void check_local(struct config *config)
{
    const struct hoster *alpha = collective_hoster(&config->collective, "alpha");
    assert_string_equal(wording_in(&alpha->name, "fr"), "Un autre nom");
    assert_string_equal(alpha->website, "https://alpha.example/");
    assert_string_equal(alpha->place, "Rennes");
    assert_int_equal(alpha->service_count, 2);
    const struct service *pad = service(config, "alpha/pad");
    assert_string_equal(wording_in(&pad->name, "fr"), "Carnets");
    assert_string_equal(pad->url, "alpha://pad");
    assert_string_equal(pad->software, "Etherpad");
    assert_int_equal(pad->check_count, 1);
    assert_string_equal(pad->checks[0].url, "alpha://mine");
    assert_null(service(config, "alpha/wiki"));
    assert_non_null(service(config, "alpha/mail"));
    assert_non_null(service(config, "gamma/g"));
    assert_int_equal(config->notes.count, 1); /* gone */
    config_free(config);
}

/* A file of ours counts: it adds, changes, renames, hides; whatever it does not say stands. */
static void test_local_counts(void **state)
{
    (void)state;
    check_local(load(members, "", local));
    check_local(load(members,
                     "hosters: [{hoster: alpha, name: Un autre nom, place: Rennes, services: ["
                     "{id: pad, name: Carnets, checks: [{id: mine, url: \"alpha://mine\"}]},"
                     "{id: wiki, hide: yes}, {id: mail, url: \"alpha://mail\"},"
                     "{id: gone, name: No register knows it any longer}]}]\n",
                     NULL));
}

/* What files declare comes through, bad parts of it do not; what is ours in place of the register's is noted. */
static void test_declared(void **state)
{
    (void)state;
    static const char left[] =
        "{\"hoster\":\"alpha\",\"name\":\"Alpha\",\"source\":\"https://alpha.example/"
        "a\",\"declared\":"
        "\"idle\",\"declared-reason\":\"Vacances\",\"services\":[{\"id\":\"pad\",\"name\":\"Pad\","
        "\"url\":"
        "\"alpha://"
        "pad\",\"declared\":\"maintenance\",\"hosting\":\"home\",\"until\":\"2026-12-31\","
        "\"source\":"
        "\"https://alpha.example/"
        "p\",\"source-date\":\"2026-01-02\"}],\"unmeasured\":[{\"fate\":\"over\","
        "\"name\":\"Wiki\",\"declared\":\"over\"},{\"fate\":\"eaten\",\"name\":\"X\"},{\"fate\":"
        "\"over\"}]}"
        "\n";
    struct config *config =
        load(left, "",
             "hoster: alpha\nservices: [{id: pad, name: Carnets, software: X, hosting: bay}]\n");
    const struct hoster *alpha = collective_hoster(&config->collective, "alpha");
    const struct service *pad = service(config, "alpha/pad");
    assert_int_equal(alpha->declared, PRESENCE_IDLE);
    assert_string_equal(alpha->declared_reason, "Vacances");
    assert_null(alpha->adjusted);
    assert_int_equal(alpha->unmeasured_count, 1);
    assert_string_equal(alpha->unmeasured[0].name, "Wiki");
    assert_int_equal(alpha->unmeasured[0].fate, FATE_OVER);
    assert_int_equal(pad->declared, DECLARED_MAINTENANCE);
    assert_int_equal(pad->hosting, HOSTING_BAY);
    assert_string_equal(pad->until, "2026-12-31");
    assert_string_equal(pad->source_date, "2026-01-02");
    assert_string_equal(pad->adjusted, "name software hosting");
    assert_int_equal(config->notes.count, 2);
    config_free(config);
}

static void test_hidden(void **state)
{
    (void)state;
    struct config *config = load(members, "", "hoster: alpha\nhide: yes\n");
    assert_null(collective_hoster(&config->collective, "alpha"));
    assert_int_equal(config->collective.hoster_count, 1);
    config_free(config);
}

/* A name alone; and services for a member that tells of none. */
static void test_few_words(void **state)
{
    (void)state;
    struct config *config = load(members, "hosters: [{hoster: gamma, name: G}]\n",
                                 "hoster: beta\nservices: [{id: b, url: \"alpha://b\"}]\n");
    assert_string_equal(wording_in(&collective_hoster(&config->collective, "gamma")->name, "fr"),
                        "G");
    assert_non_null(service(config, "gamma/g"));
    assert_non_null(service(config, "beta/b"));
    config_free(config);
}

/* Before the register has been read, words on its members wait. */
static void test_waiting(void **state)
{
    (void)state;
    struct config *config = load("", "hosters: [{hoster: gamma, name: G}]\n", local);
    assert_int_equal(config->collective.service_count, 2); /* pad has checks, mail an address */
    config_free(config);
}

/* What cannot be used is left out and noted, and nothing else with it. */
static void test_bad_members(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        size_t hosters, services;
    } rows[] = {
        {"{\"hoster\":\"alpha\",\"services\":[{\"id\":\"a\",\"url\":\"alpha://a\"},"
         "{\"id\":\"b\",\"url\":\"javascript://x\"},{\"id\":\"c\"}]}",
         1, 1},
        {"{\"hoster\":\"../x\",\"services\":[{\"id\":\"a\",\"url\":\"alpha://a\"}]}", 0, 0},
        {"{\"hoster\":\"alpha\",\"website\":\"file:///etc/passwd\",\"services\":[{\"id\":\"a\","
         "\"url\":\"alpha://a\"}]}",
         0, 0},
        {"{\"hoster\":\"alpha\"}", 0, 0},
        {"{\"hoster\":\"alpha\",\"services\":{}}", 0, 0},
        {"{\"hoster\":\"alpha\",\"services\":[[]]}", 0, 0},
        {"{\"hoster\":\"alpha\",\"evil\":1,\"services\":[]}", 0, 0},
        {"[]", 0, 0},
        {"alpha", 0, 0},
        {"{\"hoster\":\"alpha\"", 0, 0},
        {"\x01", 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct config *config = load(rows[i].line, "", NULL);
        assert_int_equal(config->collective.hoster_count, rows[i].hosters);
        assert_int_equal(config->collective.service_count, rows[i].services);
        assert_true(config->notes.count > 0);
        config_free(config);
    }
}

static void test_twice(void **state)
{
    (void)state;
    struct config *config =
        load("{\"hoster\":\"a\",\"services\":[{\"id\":\"x\",\"url\":\"alpha://x\"}]}\n"
             "{\"hoster\":\"a\",\"services\":[{\"id\":\"x\",\"url\":\"alpha://x\"}]}\n",
             "", NULL);
    assert_int_equal(config->collective.hoster_count, 1);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_local_counts), cmocka_unit_test(test_declared),
        cmocka_unit_test(test_hidden),       cmocka_unit_test(test_few_words),
        cmocka_unit_test(test_waiting),      cmocka_unit_test(test_bad_members),
        cmocka_unit_test(test_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

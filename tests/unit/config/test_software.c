/* The catalogue: names in many spellings, addresses made from addresses, and which checks a service gets. */
#include "software.h"

#include "draft.h"
#include "fake_probes.h"
#include "macros.h"
#include "software_name.h"
#include "software_url.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static void test_keys(void **state)
{
    (void)state;
    static const struct {
        const char *name, *key;
    } rows[] = {
        {"Etherpad Lite", "etherpadlite"},
        {"etherpad-lite", "etherpadlite"},
        {"Etherpad\u00A0Lite", "etherpadlite"},
        {"NextCloud", "nextcloud"},
        {"Galène", "galene"},
        {"GALE\u0300NE", "galene"},
        {"Wiki.js", "wikijs"},
        {"Łódź \u2013 Œuvre", "lodzouvre"},
        {"Ж", "Ж"},
        {"", ""},
        {" -+!", ""},
        {"\xFF\xC3", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char key[SOFTWARE_KEY_SIZE];
        software_key(rows[i].name, key);
        if (strcmp(key, rows[i].key) != 0)
            fail_msg("row %zu: %s", i, key);
    }
}

static void test_long_name(void **state)
{
    (void)state;
    char name[2 * SOFTWARE_KEY_SIZE], key[SOFTWARE_KEY_SIZE];
    memset(name, 'A', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(strlen(software_key(name, key)), SOFTWARE_KEY_SIZE - 1);
}

static void test_version(void **state)
{
    (void)state;
    char key[SOFTWARE_KEY_SIZE];
    assert_true(software_name_cut("Nextcloud Hub 28.0.1", key));
    assert_string_equal(key, "nextcloudhub");
    assert_true(software_name_cut("PeerTube v6", key));
    assert_string_equal(key, "peertube");
    assert_false(software_name_cut("Nextcloud Hub", key));
    assert_false(software_name_cut("28", key));
    assert_false(software_name_cut(" 28", key));
    assert_false(software_name_cut("x v", key));
}

static void test_below(void **state)
{
    (void)state;
    static const struct {
        const char *page, *path, *url;
    } rows[] = {
        {"https://a.test", "status", "https://a.test/status"},
        {"https://a.test/", "status", "https://a.test/status"},
        {"https://a.test/cloud", "status", "https://a.test/cloud/status"},
        {"https://a.test/cloud/", "status", "https://a.test/cloud/status"},
        {"https://a.test/cloud/index.php", "status", "https://a.test/cloud/status"},
        {"https://a.test/index.html?x=/y.z/#/w", "status", "https://a.test/status"},
        {"https://a.test?x", "status", "https://a.test/status"},
        {"https://a.test:8443/x/y", "/.well-known/nodeinfo",
         "https://a.test:8443/.well-known/nodeinfo"},
        {"https://a.test/x", "?ping=ping", "https://a.test/x/?ping=ping"},
        {"https://a.test/x?y#z", "", "https://a.test/x?y#z"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *url = software_url_below(&arena, rows[i].page, rows[i].path);
        if (strcmp(url, rows[i].url) != 0)
            fail_msg("row %zu: %s", i, url);
    }
    arena_free(&arena);
}

static void test_beside(void **state)
{
    (void)state;
    static const struct {
        const char *service, *pattern, *url;
    } rows[] = {
        {"https://a.test:8443/x", "mumble://{host}", "mumble://a.test"},
        {"https://[2001:db8::1]:8443/x", "udp://{host}:30000", "udp://[2001:db8::1]:30000"},
        {"https://[2001:db8::1]", "dns://{host}/x.test", "dns://[2001:db8::1]/x.test"},
        {"mumble://a.test:64739", "mumble://{host}", "mumble://a.test:64739"},
        {"xmpp://a.test:5223", "xmpp-server://{host}", "xmpp-server://a.test"},
        {"xmpp-server://a.test:5270", "xmpp://{host}", "xmpp://a.test"},
        {"https://a.test:8443/x", "nodeinfo://{authority}", "nodeinfo://a.test:8443"},
        {"https://[2001:db8::1]", "nodeinfo://{authority}", "nodeinfo://[2001:db8::1]"},
        {"http://a.test:8080", "nodeinfo://{authority}", NULL},
        {"nodeinfo://a.test/x", "nodeinfo://{authority}", "nodeinfo://a.test/x"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *url = software_url_beside(&arena, rows[i].service, rows[i].pattern);
        assert_row(i, !url == !rows[i].url);
        if (url && strcmp(url, rows[i].url) != 0)
            fail_msg("row %zu: %s", i, url);
    }
    arena_free(&arena);
}

/* The fake probes' https has no options, so that it has no fallback either. */
static const char catalogue[] =
    "software:\n"
    "  - {name: Pad, aliases: [Pad Lite], checks: [{id: health, path: h, interval: 5m, role: "
    "extra}, "
    "{id: page, path: \"\", interval: 1m}]}\n"
    "  - {name: Talk, checks: [{id: talk, url: \"alpha://{host}\", method: head, expect: {status: "
    "[200]}}, {id: more, url: \"alphas://{host}\", web: yes}]}\n"
    "  - {name: Chat, checks: [{id: chat, url: \"alpha://{host}\"}]}\n"
    "  - {name: Social, checks: [{id: page, path: \"\"}, {id: figures, url: "
    "\"alpha://{authority}\", web: yes, role: extra, interval: 1h, method: head}]}\n"
    "  - {name: Silent, note: It never answers.}\n"
    "  - {name: Long, checks: [{id: bad, url: \"beta://nowhere{host}\", web: yes, question: x, "
    "expect: {answer: 1}}]}\n";

struct bench {
    struct fault_list faults;
    struct config *config;
};

/* `service` are the keys of the only one. */
static int load(struct bench *bench, const char *service, const char *file)
{
    struct config_probes probes = fake_probes;
    struct draft draft;
    char main[1000];
    probes.software = catalogue;
    *bench = (struct bench){0};
    snprintf(main, sizeof main,
             "collective: {name: C}\ndefaults: {interval: 2m}\n"
             "hosters: [{hoster: h, services: [{id: s, %s}]}]\n",
             service);
    draft_init(&draft, &probes, &bench->faults);
    draft_main(&draft, "main", main, strlen(main));
    if (file)
        draft_software(&draft, "file", file, strlen(file));
    int rc = draft_finish(&draft, &bench->config);
    draft_fini(&draft);
    return rc;
}

static void unload(struct bench *bench)
{
    fault_list_free(&bench->faults);
    config_free(bench->config);
}

static void test_services(void **state)
{
    (void)state;
    static const struct {
        const char *service, *checks; /* id and url of each */
        const char *note;             /* what it ends with; NULL = none */
    } rows[] = {
        {"url: \"https://a.test/x\", software: pad-lite",
         "health https://a.test/x/h page https://a.test/x ", NULL},
        {"url: \"https://a.test/x\", software: PAD 2.1",
         "health https://a.test/x/h page https://a.test/x ", NULL},
        {"url: \"https://a.test/x\", software: Pad, checks: [\"alpha://a.test\"]",
         "alpha alpha://a.test ", NULL},
        {"url: \"https://a.test/x\", software: Talk", "more alphas://a.test ", NULL},
        {"url: \"alpha://a.test:7\", software: Talk", "talk alpha://a.test:7 more alphas://a.test ",
         NULL},
        {"url: \"https://a.test/x\", software: Silent", "https https://a.test/x ",
         "main:3:77: only the url is checked: It never answers."},
        {"url: \"alpha://a.test\", software: Pad", "alpha alpha://a.test ", NULL},
        {"url: \"alpha://a.test\", software: Padd", "alpha alpha://a.test ", NULL},
        {"url: \"https://a.test/x\", software: Chat", "https https://a.test/x ",
         "only the url is checked: the checks of this software are for others"},
        {"url: \"alphas://a.test\", software: Chat", "alphas alphas://a.test ", NULL},
        {"url: \"alpha://a.test\", software: Chat", "chat alpha://a.test ", NULL},
        {"url: \"https://a.test:1/x\", software: Social",
         "page https://a.test:1/x figures alpha://a.test:1 ", NULL},
        {"url: \"alpha://a.test\", software: Social", "alpha alpha://a.test ", NULL},
        {"url: \"https://a.test/x\", software: Padd", "https https://a.test/x ",
         "\"Padd\" is not known, did you mean \"Pad\"?"},
        {"url: \"https://a.test/x\", software: Quite Another", "https https://a.test/x ",
         "\"Quite Another\" is not known"},
        {"url: \"https://a.test/x\"", "https https://a.test/x ", NULL},
        {"software: Padd, checks: [\"alpha://a.test\"]", "alpha alpha://a.test ", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        char checks[500] = "";
        if (load(&bench, rows[i].service, NULL))
            fail_msg("row %zu: %s", i, bench.faults.texts[0]);
        const struct service *service = bench.config->collective.services[0];
        for (size_t j = 0; j < service->check_count; j++)
            snprintf(checks + strlen(checks), sizeof checks - strlen(checks), "%s %s ",
                     service->checks[j].id, service->checks[j].url);
        if (strcmp(checks, rows[i].checks) != 0)
            fail_msg("row %zu: %s", i, checks);
        const struct fault_list *notes = &bench.config->notes;
        assert_row(i, notes->count == !!rows[i].note);
        if (rows[i].note && !strstr(notes->texts[0], rows[i].note))
            fail_msg("row %zu: %s", i, notes->texts[0]);
        unload(&bench);
    }
}

static void test_what_a_check_has(void **state)
{
    (void)state;
    struct bench bench;
    assert_int_equal(load(&bench, "url: \"https://a.test/\", software: Pad", NULL), 0);
    const struct check *checks = bench.config->collective.services[0]->checks;
    assert_int_equal(checks[0].interval_ms, 5 * 60 * 1000); /* at least */
    assert_int_equal(checks[0].role, ROLE_EXTRA);
    assert_int_equal(checks[0].timeout_ms, 10 * 1000);
    assert_int_equal(checks[1].interval_ms, 2 * 60 * 1000);
    assert_int_equal(checks[1].role, ROLE_ESSENTIAL);
    unload(&bench);
    assert_int_equal(load(&bench, "url: \"alpha://a.test\", software: Talk", NULL), 0);
    checks = bench.config->collective.services[0]->checks;
    assert_int_equal(checks[0].option_count, 2);
    assert_string_equal(checks[0].options[1].name, "expect-status");
    assert_int_equal(checks[1].option_count, 0);
    unload(&bench);
    assert_int_equal(load(&bench, "url: \"https://a.test/\", software: Social", NULL), 0);
    checks = bench.config->collective.services[0]->checks;
    assert_int_equal(checks[1].interval_ms, 60 * 60 * 1000);
    assert_int_equal(checks[1].role, ROLE_EXTRA);
    assert_int_equal(checks[1].option_count, 1);
    unload(&bench);
}

/* What is made of a url is told at the url. */
static void test_bad_address(void **state)
{
    (void)state;
    struct bench bench;
    char service[700] = "software: Pad, url: \"https://a.test/";
    assert_int_equal(load(&bench, "software: Long, url: \"https://a b\"", NULL), -1);
    unload(&bench);
    memset(service + strlen(service), 'x', 600);
    strcat(service, "\"");
    assert_int_equal(
        load(&bench, service, "software: [{name: pad, checks: [{id: a, path: \"a b\"}]}]"), -1);
    assert_int_equal(bench.faults.count, 1);
    assert_string_equal(bench.faults.texts[0], "main:3:62: url must be an address such as "
                                               "imaps://mail.chat-perche.example");
    unload(&bench);
}

static void test_a_file_comes_first(void **state)
{
    (void)state;
    struct bench bench;
    static const char file[] =
        "software: [{name: Mine, aliases: [pad LITE], checks: [{id: mine, path: /m}]}]";
    assert_int_equal(load(&bench, "url: \"https://a.test/x\", software: Pad Lite", file), 0);
    assert_string_equal(bench.config->collective.services[0]->checks[0].url, "https://a.test/m");
    unload(&bench);
    assert_int_equal(load(&bench, "url: \"https://a.test/x\", software: Pad", file), 0);
    assert_string_equal(bench.config->collective.services[0]->checks[0].url, "https://a.test/x/h");
    unload(&bench);
}

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *file, *fault;
    } rows[] = {
        {"", "file:1:1: the file is empty"},
        {"[]", "file:1:1: a file of software takes a map, not a list"},
        {"a: b", "file:1:1: unknown key \"a\""},
        {"software: x", "file:1:11: software takes a list such as"},
        {"software: [x]", "file:1:12: a software takes a map, not one value"},
        {"software: [{name: A, checks: x}]", "file:1:30: checks takes a list"},
        {"software: [{name: A, checks: [x]}]", "a check of software takes a map such as"},
        {"software: [{name: \"-\", note: x}]", "a name of software needs letters or digits"},
        {"software: [{name: A, aliases: [a-], note: x}]", NULL},
        {"software: [{name: A, note: x}, {name: B, aliases: [a], note: x}]",
         "file:1:32: \"A\" is known by the name \"a\", too"},
        {"software: [{name: A, checks: [{path: x}]}]", "needs the key \"id\""},
        {"software: [{name: A, checks: [{id: a, url: \"gamma://{host}\"}]}]",
         "there is no probe for gamma://"},
        {"software: [{name: A, checks: [{id: a, url: \"beta://{host}\"}]}]",
         "this check needs the option \"question\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        int rc = load(&bench, "url: \"https://a.test/\"", rows[i].file);
        assert_row(i, rc == (rows[i].fault ? -1 : 0));
        if (rows[i].fault && !strstr(bench.faults.texts[0], rows[i].fault))
            fail_msg("row %zu: %s", i, bench.faults.texts[0]);
        unload(&bench);
    }
}

/* A service that asks for what is faulty makes it no worse. */
static void test_faulty_and_used(void **state)
{
    (void)state;
    static const char *const files[] = {
        "software: [{name: Bad, checks: [{id: a}]}]",
        "software: [{name: Bad, checks: [{path: a}, {id: b, path: b}]}]",
        "software: [{name: Bad, checks: [x, {id: b, url: \"gamma://x\"}]}]",
        "software: [{name: Bad, checks: [{id: b, url: \"alpha://x\", web: yes}]}]",
        "software: [{name: Bad, aliases: x, checks: [{id: b, path: b, interval: x}]}]",
        "software: [{name: Bad, checks: [{id: b, path: b}, {id: b}, x]}]",
        "software: [{name: Bad}]",
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct bench bench;
        assert_row(i, load(&bench, "url: \"https://a.test/\", software: bad", files[i]) == -1);
        unload(&bench);
        assert_row(i, load(&bench, "url: \"alpha://a.test\", software: bad", files[i]) == -1);
        unload(&bench);
    }
}

static void test_too_many_checks(void **state)
{
    (void)state;
    struct bench bench;
    char file[2000] = "software: [{name: A, checks: [{id: a, path: a}";
    for (int i = 0; i < SOFTWARE_CHECKS; i++)
        snprintf(file + strlen(file), sizeof file - strlen(file), ", {id: a%d, path: a}", i);
    strcat(file, "]}]");
    assert_int_equal(load(&bench, "url: \"https://a.test/\"", file), -1);
    assert_non_null(strstr(bench.faults.texts[0], "may not have more than 16 checks"));
    unload(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_what_a_check_has),
        cmocka_unit_test(test_bad_address),
        cmocka_unit_test(test_a_file_comes_first),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_too_many_checks),
        cmocka_unit_test(test_faulty_and_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

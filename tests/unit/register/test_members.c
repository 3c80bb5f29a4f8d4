/* A federation in memory: who is a member, what is measured, and under which ids. */
#include "members.h"

#include "lint.h"
#include "macros.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const struct wall now = {INT64_C(1768478400000)}; /* 2026-01-15T12:00:00Z */

enum { FILES_MAX = 40 };

struct village {
    struct ontology ontology;
    struct declaration declarations[FILES_MAX];
    struct members_file files[FILES_MAX];
    size_t count;
    struct members members;
    struct arena texts;
};

static struct village *found_village(void)
{
    struct village *village = calloc(1, sizeof *village);
    assert_non_null(village);
    ontology_read(&village->ontology, ontology_builtin);
    return village;
}

/* Its index. */
static int add(struct village *village, int parent, const char *name, const char *url,
               const char *text)
{
    struct remarks remarks = {0};
    struct declaration *declaration = &village->declarations[village->count];
    lint_read(text, strlen(text), &village->ontology, CLASS_UNKNOWN, now, declaration, &remarks);
    remarks_fini(&remarks);
    village->files[village->count] = (struct members_file){
        .url = url, .name = name, .parent = parent, .declaration = declaration};
    return (int)village->count++;
}

static int add_federation(struct village *village)
{
    return add(village, MEMBERS_NO_PARENT, NULL, "https://fede.example/f.properties",
               "file.class=federation\nfederation.name=Minous\n"
               "subs.alpha=https://alpha.example/a.properties\n");
}

static int add_member(struct village *village, int parent, const char *name, const char *url,
                      const char *more)
{
    char text[512];
    text_format(text, sizeof text, "file.class=organization\norganization.name=Nom de %s\n%s", name,
                more);
    return add(village, parent, name, url, text);
}

static int add_service(struct village *village, int parent, const char *name, const char *more)
{
    char text[512];
    text_format(text, sizeof text, "file.class=service\nservice.name=Nom de %s\n%s", name, more);
    return add(village, parent, arena_text(&village->texts, name),
               arena_printf(&village->texts, "%s/%s", village->files[parent].url, name), text);
}

static void leave(struct village *village)
{
    members_fini(&village->members);
    for (size_t i = 0; i < village->count; i++)
        declaration_fini(&village->declarations[i]);
    arena_free(&village->texts);
    ontology_fini(&village->ontology);
    free(village);
}

static const struct member_service *service(const struct member *member, const char *id)
{
    for (size_t i = 0; i < member->service_count; i++)
        if (strcmp(member->services[i].id, id) == 0)
            return &member->services[i];
    return NULL;
}

static const char web[] = "service.website=https://s.example/\n";

static void test_states(void **state)
{
    (void)state;
    static const struct {
        const char *level, *more;
        enum fate fate;
        enum declared_state state;
    } rows[] = {
        {"OK", web, FATE_MEASURED, DECLARED_NOMINAL},
        {"ON", web, FATE_MEASURED, DECLARED_NOMINAL},
        {"zzz", web, FATE_MEASURED, DECLARED_UNKNOWN},
        {"", web, FATE_MEASURED, DECLARED_UNKNOWN},
        {"OK", "", FATE_UNMEASURED, DECLARED_NOMINAL},
        {"MAINTENANCE", web, FATE_MEASURED, DECLARED_MAINTENANCE},
        {"WARNING", web, FATE_MEASURED, DECLARED_MAINTENANCE},
        {"ALERT", web, FATE_MEASURED, DECLARED_ALERT},
        {"DOWN", web, FATE_MEASURED, DECLARED_DOWN},
        {"ERROR", web, FATE_MEASURED, DECLARED_DOWN},
        {"OVER", web, FATE_OVER, DECLARED_OVER},
        {"OFF", web, FATE_OVER, DECLARED_OVER},
        {"DRAFT", web, FATE_DRAFT, DECLARED_DRAFT},
        {"VOID", web, FATE_DRAFT, DECLARED_DRAFT},
        {"OK", "service.website=https://s.example/\nservice.enddate=2025-12-31\n", FATE_OVER,
         DECLARED_NOMINAL},
        {"OK", "service.website=https://s.example/\nservice.enddate=2026-01-15\n", FATE_MEASURED,
         DECLARED_NOMINAL},
    };
    struct village *village = found_village();
    int member = add_member(village, add_federation(village), "alpha", "https://a.example/a", "");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[16], text[256];
        text_format(name, sizeof name, "s%02zu", i);
        text_format(text, sizeof text, "service.status.level=%s\n%s", rows[i].level, rows[i].more);
        add_service(village, member, name, text);
    }
    members_build(&village->members, village->files, village->count, now);
    assert_int_equal(village->members.list[0].service_count, ARRAY_LEN(rows));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct member_service *found = &village->members.list[0].services[i];
        if (found->fate != rows[i].fate || found->declaration->state != rows[i].state)
            fail_msg("row %zu: %s", i, fate_words[found->fate]);
    }
    leave(village);
}

static void test_membership(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        enum fate fate;
    } rows[] = {
        {"", FATE_MEASURED},
        {"organization.memberof.chatons.status.level=ACTIVE\n", FATE_MEASURED},
        {"organization.memberof.chatons.status.level=IDLE\n", FATE_MEASURED},
        {"organization.memberof.chatons.status.level=AWAY\n", FATE_OVER},
        {"organization.memberof.chatons.enddate=2025-06-30\n", FATE_OVER},
        {"organization.memberof.chatons.enddate=2027-06-30\n", FATE_MEASURED},
        {"organization.status.level=AWAY\n", FATE_OVER},
        {"organization.enddate=2020-01-01\n", FATE_OVER},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct village *village = found_village();
        struct buffer out;
        int member = add_member(village, add_federation(village), "alpha", "https://a.example/a",
                                rows[i].more);
        add_service(village, member, "nuage", web);
        members_build(&village->members, village->files, village->count, now);
        assert_int_equal(village->members.list[0].fate, rows[i].fate);
        assert_int_equal(village->members.list[0].services[0].fate, rows[i].fate);
        buffer_init(&out, 4096);
        members_write(&village->members.list[0], &out);
        assert_true((strstr(buffer_text(&out), "\"services\":[],") == NULL) ==
                    (rows[i].fate == FATE_MEASURED));
        buffer_fini(&out);
        leave(village);
    }
}

static void test_written(void **state)
{
    (void)state;
    struct village *village = found_village();
    struct buffer out;
    int member = add_member(village, add_federation(village), "L'Abri côtier", "https://a.example/",
                            "organization.website=https://abri.example/\n"
                            "organization.contact.email=tech@abri.example\n"
                            "file.datetime=2026-01-02T03:04:05\n"
                            "organization.status.level=IDLE\n"
                            "organization.status.description=En \"pause\"\n");
    add_service(village, member, "pad",
                "service.website=https://pad.example/\n"
                "service.status.level=WARNING\n"
                "service.status.description=Mise à jour\n"
                "service.enddate=2026-12-31\n"
                "host.provider.type=HOSTEDBAY\n"
                "file.datetime=2026-01-03T00:00:00\n"
                "software.name=\"Etherpad \\Lite\"\n");
    add_service(village, member, "nuage", web);
    add_service(village, member, "wiki", "");
    add_service(village, member, "vieux", "service.status.level=OVER\n");
    add_service(village, member, "essai", "service.status.level=DRAFT\n");
    members_build(&village->members, village->files, village->count, now);
    buffer_init(&out, 4096);
    members_write(&village->members.list[0], &out);
    assert_string_equal(
        buffer_text(&out),
        "{\"hoster\":\"l-abri-cotier\",\"name\":\"Nom de L'Abri côtier\",\"website\":"
        "\"https://abri.example/\",\"contact\":\"tech@abri.example\",\"source\":\"https://"
        "a.example/\",\"source-date\":"
        "\"2026-01-02\",\"declared\":\"idle\",\"declared-reason\":\"En "
        "\\\"pause\\\"\",\"services\":[{\"id\":\"nuage\",\"name\":\"Nom de nuage\","
        "\"url\":\"https://s.example/\",\"source\":\"https://a.example//nuage\"},{\"id\":\"pad\","
        "\"name\":\"Nom de pad\",\"url\":\"https://pad.example/\",\"software\":"
        "\"Etherpad \\\\Lite\",\"declared\":\"maintenance\",\"declared-reason\":\"Mise à jour\","
        "\"hosting\":\"bay\",\"until\":\"2026-12-31\",\"source\":\"https://a.example//"
        "pad\",\"source-date\":"
        "\"2026-01-03\"}],\"unmeasured\":[{\"fate\":\"over\",\"name\":\"Nom de "
        "vieux\",\"declared\":"
        "\"over\",\"source\":\"https://a.example//vieux\"},{\"fate\":\"unmeasured\",\"name\":\"Nom "
        "de "
        "wiki\",\"source\":\"https://a.example//wiki\"}]}\n");
    buffer_fini(&out);
    leave(village);
}

static void test_hosting(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"host.provider.type=HOME\n", "\"hosting\":\"home\""},
        {"host.provider.type=HOSTEDBAY\n", "\"hosting\":\"bay\""},
        {"host.provider.type=HOSTEDSERVER\n", "\"hosting\":\"server\""},
        {"host.provider.type=OUTSOURCED\n", "\"hosting\":\"outsourced\""},
        {"host.provider.type=MOON\n", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct village *village = found_village();
        struct buffer out;
        char file[256];
        int member =
            add_member(village, add_federation(village), "alpha", "https://a.example/", "");
        text_format(file, sizeof file, "%s%s", web, rows[i][0]);
        add_service(village, member, "nuage", file);
        members_build(&village->members, village->files, village->count, now);
        buffer_init(&out, 4096);
        members_write(&village->members.list[0], &out);
        assert_true(strstr(buffer_text(&out), rows[i][1] ? rows[i][1] : "}]"));
        assert_true(!strstr(buffer_text(&out), "hosting") == !rows[i][1]);
        buffer_fini(&out);
        leave(village);
    }
}

/* A class counts at its level only; a file below a federation that could not be read is nobody's. */
static void test_levels(void **state)
{
    (void)state;
    struct village *village = found_village();
    int federation = add_federation(village);
    add(village, federation, "service", "https://s.example/s",
        "file.class=service\n"
        "service.name=S\n");
    int inner = add(village, federation, "inner", "https://i.example/f", "file.class=federation\n");
    int member = add_member(village, federation, "alpha", "https://a.example/a", "");
    add_member(village, member, "beta", "https://b.example/b", "");
    add_member(village, MEMBERS_NO_PARENT, "gamma", "https://g.example/g", "");
    village->files[village->count++] =
        (struct members_file){.url = "https://x.example/", .name = "x", .parent = federation};
    (void)inner;
    members_build(&village->members, village->files, village->count, now);
    assert_int_equal(village->members.count, 2);
    assert_string_equal(village->members.list[0].id, "alpha");
    assert_int_equal(village->members.list[0].service_count, 0);
    assert_string_equal(village->members.list[1].id, "gamma"); /* a register of one */
    leave(village);
}

/* Two with one id, whatever their order; one listed twice. */
static void test_ids(void **state)
{
    (void)state;
    char first[80] = "";
    for (int order = 0; order < 2; order++) {
        struct village *village = found_village();
        int federation = add_federation(village);
        const char *urls[] = {"https://a.example/a", "https://b.example/b"};
        add_member(village, federation, "Été", urls[order], "");
        add_member(village, federation, "ete", urls[!order], "");
        add_member(village, federation, "encore", urls[order], "");
        members_build(&village->members, village->files, village->count, now);
        assert_int_equal(village->members.count, 2);
        assert_string_equal(village->members.list[0].id, "ete");
        assert_string_equal(village->members.list[0].source, urls[0]);
        assert_true(text_starts(village->members.list[1].id, "ete-"));
        assert_true(text_is_id(village->members.list[1].id));
        if (order)
            assert_string_equal(village->members.list[1].id, first);
        text_copy(first, sizeof first, village->members.list[1].id);
        leave(village);
    }
}

/* Who had an id keeps it, whatever the subs line calls it now, and whoever comes before it in the alphabet. */
static void test_remembered(void **state)
{
    (void)state;
    struct village *village = found_village();
    int federation = add_federation(village);
    add_member(village, federation, "alpha", "https://a.example/new", "");
    int old = add_member(village, federation, "renamed", "https://z.example/old", "");
    village->files[old].id = "alpha";
    members_build(&village->members, village->files, village->count, now);
    assert_int_equal(village->members.count, 2);
    assert_string_equal(village->members.list[0].id, "alpha");
    assert_string_equal(village->members.list[0].source, "https://z.example/old");
    assert_true(text_starts(village->members.list[1].id, "alpha-"));
    leave(village);
}

/* A service that another member lists as well is shown below both, and measured below both. */
static void test_listed_elsewhere(void **state)
{
    (void)state;
    struct village *village = found_village();
    int federation = add_federation(village);
    int alpha = add_member(village, federation, "alpha", "https://a.example/a", "");
    int beta = add_member(village, federation, "beta", "https://b.example/b", "");
    static const char text[] = "file.class=service\nservice.name=Pad\n"
                               "service.website=https://pad.example/\n";
    add(village, alpha, "pad", "https://a.example/pad", text);
    add(village, beta, "pad", "https://a.example/pad", text);
    add(village, alpha, "mien", "https://a.example/mien", text);
    members_build(&village->members, village->files, village->count, now);
    assert_int_equal(village->members.count, 2);
    assert_true(service(&village->members.list[0], "pad")->listed_elsewhere);
    assert_true(service(&village->members.list[1], "pad")->listed_elsewhere);
    assert_false(service(&village->members.list[0], "mien")->listed_elsewhere);
    leave(village);
}

/* Without a name, that of the host. */
static void test_nameless(void **state)
{
    (void)state;
    struct village *village = found_village();
    add(village, add_federation(village), NULL, "https://nom.example:8443/a",
        "file.class=organization\n");
    members_build(&village->members, village->files, village->count, now);
    assert_string_equal(village->members.list[0].name, "nom.example");
    assert_string_equal(village->members.list[0].id, "nom-example");
    leave(village);
}

static void test_none(void **state)
{
    (void)state;
    struct village *village = found_village();
    members_build(&village->members, village->files, 0, now);
    assert_int_equal(village->members.count, 0);
    leave(village);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_membership),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_hosting),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_listed_elsewhere),
        cmocka_unit_test(test_nameless),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

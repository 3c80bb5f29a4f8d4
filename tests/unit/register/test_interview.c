/* Answers, good and bad, and the files that come of them: nothing is ever found in what was made without insisting. */
#include "interview.h"

#include "lint.h"
#include "macros.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const struct wall now = {INT64_C(1768478400000)}; /* 2026-01-15T12:00:00Z */

/* The answers one after the other; to every question after them, none. */
struct script {
    const char *const *answers; /* ended by NULL */
    size_t given, told;
    const char *taken;
    char last[400];
};

static const char *ask(void *owner, const char *question, const char *preset)
{
    struct script *script = owner;
    (void)preset;
    assert_true(*question);
    return script->answers[script->given] ? script->answers[script->given++] : NULL;
}

static void tell(void *owner, const char *sentence)
{
    struct script *script = owner;
    script->told++;
    strncpy(script->last, sentence, sizeof script->last - 1);
}

static bool taken(void *owner, const char *name)
{
    const struct script *script = owner;
    return script->taken && strcmp(script->taken, name) == 0;
}

static int hold(struct script *script, struct interview *interview)
{
    struct interview_talk talk = {ask, tell, taken, script};
    struct ontology ontology;
    struct fault fault;
    ontology_read(&ontology, ontology_builtin);
    int rc = interview_hold(interview, &talk, &ontology, now, &fault);
    assert_true(rc == 0 || strstr(fault.text, "nothing is written"));
    ontology_fini(&ontology);
    return rc;
}

static size_t count_remarks(const char *text, struct declaration *ret)
{
    struct ontology ontology;
    struct remarks remarks = {0};
    ontology_read(&ontology, ontology_builtin);
    lint_read(text, strlen(text), &ontology, CLASS_UNKNOWN, now, ret, &remarks);
    size_t count = remarks.count;
    for (size_t i = 0; i < count; i++)
        print_error("%zu %s\n", remarks.list[i].line, remark_code(remarks.list[i].kind));
    ontology_fini(&ontology);
    remarks_fini(&remarks);
    return count;
}

#define ORGANIZATION                                                                               \
    "Foyer libre", "Des services libres", "", "https://foyer.example/", "tech@foyer.example", "",  \
        "", "", "", "", "01/02/2019", "2020-02-03", ""
#define PRESETS "", "", "", "", "", "", "", "", "", "", "", ""

static void test_presets(void **state)
{
    (void)state;
    static const char *const answers[] = {
        ORGANIZATION, "Nuage", "nuage.foyer.example", "", "Nextcloud", PRESETS, "", NULL};
    struct script script = {.answers = answers};
    struct interview *interview = calloc(1, sizeof *interview);
    struct declaration organization, service;
    assert_int_equal(hold(&script, interview), 0);
    assert_int_equal(script.told, 0);
    assert_int_equal(interview->count, 2);
    assert_string_equal(interview->files[0].name, "foyer-libre.properties");
    assert_string_equal(interview->files[1].name, "foyer-libre-nuage.properties");
    assert_string_equal(interview->address,
                        "https://foyer.example/.well-known/chatonsinfos/foyer-libre.properties");
    assert_int_equal(count_remarks(interview->files[0].text, &organization), 0);
    assert_int_equal(count_remarks(interview->files[1].text, &service), 0);
    assert_string_equal(organization.member_since, "2020-02-03");
    assert_string_equal(organization.start, "2019-02-01");
    assert_int_equal(organization.membership, PRESENCE_ACTIVE);
    assert_string_equal(
        organization.subs[0].url,
        "https://foyer.example/.well-known/chatonsinfos/foyer-libre-nuage.properties");
    assert_string_equal(service.website, "https://nuage.foyer.example");
    assert_string_equal(service.host, "Foyer libre");
    assert_int_equal(service.state, DECLARED_NOMINAL);
    declaration_fini(&organization);
    declaration_fini(&service);
    interview_fini(interview);
    free(interview);
}

/* Each of these is told, and asked again. */
static void test_bad_answers(void **state)
{
    (void)state;
    static const char *const answers[] = {"",
                                          "null",
                                          "''",
                                          "Foyer",
                                          "",
                                          "Fondation",
                                          "ASSOCIATION",
                                          "http://foyer.example",
                                          "https://foyer.example",
                                          "tech",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "France",
                                          "Frankreich",
                                          "fr",
                                          "hier",
                                          "",
                                          "2099-01-01",
                                          "2020-01-01",
                                          "",
                                          "Pad",
                                          "https://localhost/",
                                          "https://pad.foyer.example",
                                          "",
                                          "Etherpad",
                                          "",
                                          "",
                                          "",
                                          "Free;Membre",
                                          ";",
                                          "Free;Member",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "NANO",
                                          "OUTSOURCED",
                                          "HOME",
                                          "",
                                          "",
                                          "",
                                          NULL};
    struct script script = {.answers = answers};
    struct interview *interview = calloc(1, sizeof *interview);
    struct declaration declaration;
    assert_int_equal(hold(&script, interview), 0);
    assert_int_equal(script.told, 13);
    assert_int_equal(interview->count, 2);
    for (size_t i = 0; i < interview->count; i++) {
        assert_int_equal(count_remarks(interview->files[i].text, &declaration), 0);
        declaration_fini(&declaration);
    }
    interview_fini(interview);
    free(interview);
}

/* Whoever has no HTTPS says so twice. */
static void test_insisting(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "Foyer", "", "", "http://foyer.example", "http://foyer.example",   "", "",  "", "",
        "",      "", "", "2020-01-01",           "https://foyer.example/", "", NULL};
    struct script script = {.answers = answers};
    struct interview *interview = calloc(1, sizeof *interview);
    assert_int_equal(hold(&script, interview), 0);
    assert_int_equal(script.told, 2);
    assert_non_null(strstr(interview->files[0].text, "website = http://foyer.example\n"));
    interview_fini(interview);
    free(interview);
}

static void test_taken_names(void **state)
{
    (void)state;
    static const char *const answers[] = {"Foyer libre",
                                          "Des services libres",
                                          "",
                                          "https://foyer.example/",
                                          "tech@foyer.example",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "2020-02-03",
                                          "Autre nom",
                                          "",
                                          "Pad",
                                          "Pad 2",
                                          "https://pad.example/",
                                          "",
                                          "Etherpad",
                                          PRESETS,
                                          "Pad",
                                          "pad-2",
                                          "autre",
                                          "https://autre.example/",
                                          "",
                                          "Etherpad",
                                          PRESETS,
                                          "",
                                          NULL};
    struct script script = {.answers = answers, .taken = "foyer-libre.properties"};
    struct interview *interview = calloc(1, sizeof *interview);
    /* the first "Pad" is free: "Pad 2" is the answer to its website, no address, and told */
    assert_int_equal(hold(&script, interview), 0);
    assert_string_equal(interview->files[0].name, "autre-nom.properties");
    assert_string_equal(interview->files[1].name, "autre-nom-pad.properties");
    assert_int_equal(interview->count, 3);
    assert_string_equal(interview->files[2].name, "autre-nom-pad-2.properties");
    interview_fini(interview);
    free(interview);
}

/* Wherever the answers end before the files are whole, there are none. */
static void test_too_few(void **state)
{
    (void)state;
    static const char *const all[] = {
        ORGANIZATION, "Nuage", "nuage.foyer.example", "", "Nextcloud", PRESETS, "", NULL};
    for (size_t kept = 0; kept < ARRAY_LEN(all) - 1; kept++) {
        const char *answers[ARRAY_LEN(all)] = {0};
        memcpy(answers, all, kept * sizeof all[0]);
        struct script script = {.answers = answers};
        struct interview *interview = calloc(1, sizeof *interview);
        int rc = hold(&script, interview);
        /* after the organization, and after its service */
        bool whole = kept == 13 || kept >= ARRAY_LEN(all) - 2;
        assert_int_equal(rc, whole ? 0 : -1);
        assert_int_equal(interview->count, whole ? (kept == 13 ? 1 : 2) : 0);
        interview_fini(interview);
        free(interview);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presets),   cmocka_unit_test(test_bad_answers),
        cmocka_unit_test(test_insisting), cmocka_unit_test(test_taken_names),
        cmocka_unit_test(test_too_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

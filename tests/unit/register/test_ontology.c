/* The words of the format: that the compiled-in file is whole, and how keys are found in it. */
#include "ontology.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <string.h>

static struct ontology ontology;

static int set_up(void **state)
{
    (void)state;
    ontology_read(&ontology, ontology_builtin);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ontology_fini(&ontology);
    return 0;
}

static void test_find(void **state)
{
    (void)state;
    static const struct {
        const char *key, *row; /* NULL = it is not known */
    } rows[] = {
        {"service.registration", "service.registration"},
        {"service.registration.load", "service.registration.load"},
        {"subs.nuage", "subs.*"},
        {"subs.nuage.bis", "subs.*"},
        {"organization.memberof.chatons.startdate", "organization.memberof.*.startdate"},
        {"organization.memberof.x.status.level", "organization.memberof.*.status.level"},
        {"organization.memberof.x.y", NULL},
        {"organization.socialnetworks.x", "organization.socialnetworks.*"},
        {"organization", NULL},
        {"organization.", NULL},
        {"x", NULL},
        {"", NULL},
        {"...", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct ontology_row *row = ontology_find(&ontology, rows[i].key);
        if (!row != !rows[i].row || (row && strcmp(row->key, rows[i].row) != 0))
            fail_msg("%s: %s", rows[i].key, row ? row->key : "none");
    }
}

static void test_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *key, *near; /* NULL = nothing is said of it */
    } rows[] = {
        {"service.websit", "service.website"},
        {"organisation.name", "organization.name"},
        {"organization.geolocation.lattitude", "organization.geolocation.latitude"},
        {"organization.socialnetworks.pixelfeld", "organization.socialnetworks.pixelfed"},
        {"organization.socialnetworks.pixelfed", NULL},
        {"organization.socialnetworks.loquat", NULL},
        {"service.website", NULL},
        {"service.x", NULL},
        {"log4j.rootlogger", NULL},
        {"nodot", NULL},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *near = ontology_nearest(&ontology, rows[i].key, &arena);
        if (!near != !rows[i].near || (near && strcmp(near, rows[i].near) != 0))
            fail_msg("%s: %s", rows[i].key, near ? near : "none");
    }
    arena_free(&arena);
}

static void test_sections(void **state)
{
    (void)state;
    assert_int_equal(ontology_section_class(&ontology, "software.name"), CLASS_SERVICE);
    assert_int_equal(ontology_section_class(&ontology, "metrics.a"), CLASS_METRICS);
    assert_int_equal(ontology_section_class(&ontology, "subs.a"), CLASS_UNKNOWN);
    assert_int_equal(ontology_section_class(&ontology, "file.class"), CLASS_UNKNOWN);
    assert_true(ontology_fits(&ontology, CLASS_SERVICE, "file.class"));
    assert_true(ontology_fits(&ontology, CLASS_FEDERATION, "subs.a"));
    assert_false(ontology_fits(&ontology, CLASS_METRICS, "subs.a"));
    assert_true(ontology_fits(&ontology, CLASS_METRICS, "zzz.a"));
    assert_true(ontology_knows_section(&ontology, "crawl.url"));
    assert_false(ontology_knows_section(&ontology, "zzz.a"));
}

/* No row is without what its form needs, and both keys of a pair are words that are known. */
static void test_builtin(void **state)
{
    (void)state;
    for (size_t i = 0; i < ontology.row_count; i++) {
        const struct ontology_row *row = &ontology.rows[i];
        bool has_words = row->form == FORM_WORD || row->form == FORM_WORDS;
        if ((has_words && !row->word_count) || !ontology_knows_section(&ontology, row->key))
            fail_msg("%s", row->key);
        assert_true(!i || strcmp(ontology.rows[i - 1].key, row->key) < 0);
    }
    assert_int_equal(ontology.pair_count, 2);
    for (size_t i = 0; i < ontology.pair_count; i++) {
        const struct ontology_pair *pair = &ontology.pairs[i];
        assert_true(ontology_word(ontology_find(&ontology, pair->first), pair->value) >= 0);
        for (const char *const *other = pair->others; *other; other++)
            assert_true(ontology_word(ontology_find(&ontology, pair->second), *other) >= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_builtin),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

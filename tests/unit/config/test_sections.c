#include "sections.h"

#include "macros.h"
#include "software.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

/* Large enough for every struct that rows fill. */
union object {
    struct config config;
    struct collective collective;
    struct defaults defaults;
    struct config_register source;
    struct hoster hoster;
    struct service service;
    struct check check;
    struct software software;
    struct software_check software_check;
};

static void test_every_row_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct section *section = &sections[i];
        assert_true(section->title && section->doc && section->schema.count > 0);
        for (size_t j = 0; j < section->schema.count; j++) {
            const struct schema_row *row = &section->schema.rows[j];
            if (!row->doc || !row->example || !strchr(".!?", row->doc[strlen(row->doc) - 1]))
                fail_msg("%s: %s lacks a sentence or an example", section->title, row->name);
        }
    }
}

static void test_every_name_stands_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        for (size_t j = 0; j < sections[i].schema.count; j++) {
            const struct schema_row *row = &sections[i].schema.rows[j];
            assert_ptr_equal(schema_find(&sections[i].schema, row->name), row);
        }
}

static void test_every_example_is_read_and_printed(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < SECTION_COUNT; i++)
        for (size_t j = 0; j < sections[i].schema.count; j++) {
            const struct schema_row *row = &sections[i].schema.rows[j];
            union object object = {0};
            struct fault fault;
            if (row->type == SCHEMA_OTHER)
                continue;
            if (schema_read(row, row->example, &object, &arena, &fault))
                fail_msg("%s: %s", sections[i].title, fault.text);
            assert_string_equal(schema_print(row, &object, &arena), row->example);
        }
    arena_free(&arena);
}

static void test_every_default_is_read(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        union object object = {0};
        schema_presets(&sections[i].schema, &object, &arena);
    }
    arena_free(&arena);
}

static void test_every_rule_has_its_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        for (const struct section_rule *rule = sections[i].rules; rule && rule->name; rule++)
            assert_non_null(schema_find(&sections[i].schema, rule->name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_is_explained),
        cmocka_unit_test(test_every_name_stands_once),
        cmocka_unit_test(test_every_example_is_read_and_printed),
        cmocka_unit_test(test_every_default_is_read),
        cmocka_unit_test(test_every_rule_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

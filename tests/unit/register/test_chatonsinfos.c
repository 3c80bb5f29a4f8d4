/* Rules that take many lines, and what is said of remarks. Single files are in tests/register. */
#include "lint.h"

#include "macros.h"
#include "properties.h"
#include "testing.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct wall now = {INT64_C(1768478400000)}; /* 2026-01-15T12:00:00Z */

struct linted {
    struct declaration declaration;
    struct remarks remarks;
};

static void lint(struct linted *linted, const char *text, size_t length)
{
    struct ontology ontology;
    *linted = (struct linted){0};
    ontology_read(&ontology, ontology_builtin);
    lint_read(text, length, &ontology, CLASS_UNKNOWN, now, &linted->declaration, &linted->remarks);
    ontology_fini(&ontology); /* nothing of it is needed any longer */
}

static void forget(struct linted *linted)
{
    declaration_fini(&linted->declaration);
    remarks_fini(&linted->remarks);
}

static const struct remark *found(const struct linted *linted, enum remark_kind kind)
{
    for (size_t i = 0; i < linted->remarks.count; i++)
        if (linted->remarks.list[i].kind == kind)
            return &linted->remarks.list[i];
    return NULL;
}

static void test_subs_are_bounded(void **state)
{
    (void)state;
    char *text;
    size_t length;
    struct linted linted;
    FILE *out = open_memstream(&text, &length);
    fputs("file.class = federation\n", out);
    for (int i = 0; i < DECLARATION_SUBS_MAX + 3; i++)
        fprintf(out, "subs.m%d = https://m%d.example/\n", i, i);
    fclose(out);
    lint(&linted, text, length);
    assert_int_equal(linted.declaration.sub_count, DECLARATION_SUBS_MAX);
    assert_int_equal(found(&linted, REMARK_subs_many)->line, DECLARATION_SUBS_MAX + 2);
    assert_string_equal(linted.declaration.subs[199].name, "m199");
    assert_int_equal(linted.declaration.subs[199].line, 201);
    forget(&linted);
    free(text);
}

/* 64 KiB for all but metrics. */
static void test_size_goes_by_class(void **state)
{
    (void)state;
    static const char *const heads[] = {"file.class = organization\norganization.name = Abri\n",
                                        "file.class = metrics\n"};
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        struct linted linted;
        char *text = malloc(PROPERTIES_FILE_MAX + 2);
        assert_non_null(text);
        memset(text, '#', PROPERTIES_FILE_MAX + 1);
        memcpy(text, heads[i], strlen(heads[i]));
        lint(&linted, text, PROPERTIES_FILE_MAX + 1);
        assert_true(!found(&linted, REMARK_too_large) == (i == 1));
        forget(&linted);
        free(text);
    }
}

static void test_days_of_years(void **state)
{
    (void)state;
    static const struct {
        int year;
        size_t given, kept;
    } rows[] = {
        {2024, 366, 366}, {2024, 367, 366}, {2025, 366, 365}, {2000, 366, 366}, {1900, 366, 365}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct linted linted;
        char text[2048];
        size_t length = (size_t)snprintf(text, sizeof text,
                                         "file.class=metrics\nmetrics.a.%d.days=", rows[i].year);
        for (size_t day = 0; day < rows[i].given; day++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s1", day ? "," : "");
        lint(&linted, text, length);
        assert_int_equal(linted.declaration.figures[0].count, rows[i].kept);
        assert_true(!found(&linted, REMARK_metric_long) == (rows[i].given == rows[i].kept));
        forget(&linted);
    }
}

static void test_sentence(void **state)
{
    (void)state;
    static const char text[] = "file.class = organization\norganization.name = Abri\n"
                               "organization.type = ASOCIATION\n";
    struct linted linted;
    struct buffer out;
    lint(&linted, text, strlen(text));
    buffer_init(&out, 4096);
    const struct remark *remark = found(&linted, REMARK_misspelt_word);
    remark_print(remark, "a.properties", NULL, &out);
    assert_string_equal(buffer_text(&out),
                        "a.properties:3: warning: \"ASOCIATION\" as organization.type is not "
                        "known; did you mean ASSOCIATION?\n");
    buffer_clear(&out);
    remark_json(remark, NULL, &out);
    assert_string_equal(
        buffer_text(&out),
        "{\"line\":3,\"severity\":\"warning\",\"code\":\"misspelt_word\",\"key\":"
        "\"organization.type\",\"value\":\"ASOCIATION\",\"message\":\"\\\"ASOCIATION"
        "\\\" as organization.type is not known; did you mean ASSOCIATION?\"}");
    buffer_clear(&out);
    remark_print(found(&linted, REMARK_wished), "a.properties", NULL, &out);
    assert_true(text_starts(buffer_text(&out), "a.properties:1: notice: "));
    assert_true(text_ends(buffer_text(&out), " = …)\n"));
    buffer_fini(&out);
    forget(&linted);
}

/* Every sentence names nothing but {key}, {value} and {other}, and no code stands twice. */
static void test_all_sentences(void **state)
{
    (void)state;
    for (int kind = 0; kind < REMARK_COUNT; kind++) {
        struct remark remark = {(enum remark_kind)kind, 1, "KEY", "VALUE", "OTHER"};
        struct buffer out;
        buffer_init(&out, 4096);
        remark_print(&remark, "file", NULL, &out);
        assert_null(strpbrk(buffer_text(&out), "{}"));
        assert_true(out.length > strlen("file:1: error: "));
        buffer_fini(&out);
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(remark_code((enum remark_kind)kind),
                                    remark_code((enum remark_kind)other));
    }
}

/* What is found is in the order of lines. */
static void test_order(void **state)
{
    (void)state;
    static const char text[] = "file.class = organization\norganization.name = \"Abri\"\n"
                               "organization.website = http://a.example\norganization.zzz = 1\n"
                               "organization.type = X\n";
    struct linted linted;
    lint(&linted, text, strlen(text));
    for (size_t i = 1; i < linted.remarks.count; i++)
        assert_true(linted.remarks.list[i - 1].line <= linted.remarks.list[i].line);
    assert_int_equal(linted.remarks.list[linted.remarks.count - 1].line, 5);
    forget(&linted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subs_are_bounded), cmocka_unit_test(test_size_goes_by_class),
        cmocka_unit_test(test_days_of_years),    cmocka_unit_test(test_sentence),
        cmocka_unit_test(test_all_sentences),    cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

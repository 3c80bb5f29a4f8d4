#include "vantage.h"

#include "macros.h"
#include "testing.h"

static void test_names(void **state)
{
    (void)state;
    static const char *const senses[] = {"ipv4", "ipv6", "resolver", "clock"};
    static const char *const conditions[] = {"unjudged", "good", "impaired", "blind"};
    enum vantage_condition back;
    for (size_t i = 0; i < ARRAY_LEN(senses); i++)
        assert_string_equal(vantage_sense_name((enum vantage_sense)i), senses[i]);
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        assert_string_equal(vantage_condition_name((enum vantage_condition)i), conditions[i]);
        assert_true(vantage_condition_parse(conditions[i], &back));
        assert_row(i, back == (enum vantage_condition)i);
    }
    assert_false(vantage_condition_parse("dazed", &back));
    assert_false(vantage_condition_parse(NULL, &back));
}

/* A prober that starts has not looked yet, and that all is well at first is nothing to tell. */
static void test_news(void **state)
{
    (void)state;
    static const struct {
        enum vantage_condition condition;
        bool news;
    } rows[] = {
        {CONDITION_UNJUDGED, false}, {CONDITION_GOOD, false},     {CONDITION_BLIND, true},
        {CONDITION_BLIND, false},    {CONDITION_UNJUDGED, false}, {CONDITION_BLIND, false},
        {CONDITION_IMPAIRED, true},  {CONDITION_UNJUDGED, false}, {CONDITION_GOOD, true},
        {CONDITION_GOOD, false},     {CONDITION_IMPAIRED, true},  {CONDITION_GOOD, true},
    };
    struct vantage_state told = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct vantage_state now = {{(int64_t)i}, rows[i].condition, ""};
        assert_row(i, vantage_news(&told, &now) == rows[i].news);
        assert_row(i, !rows[i].news || told.since.ms == (int64_t)i);
    }
}

static void test_sentence(void **state)
{
    (void)state;
    char text[VANTAGE_SENTENCE_SIZE];
    struct vantage_state now = {{1}, CONDITION_BLIND, "none of 3 sentinels answers over IPv6"};
    assert_string_equal(vantage_sentence(SENSE_IPV6, &now, text),
                        "ipv6 blind: none of 3 sentinels answers over IPv6");
    now = (struct vantage_state){{1}, CONDITION_GOOD, ""};
    assert_string_equal(vantage_sentence(SENSE_CLOCK, &now, text), "clock good");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_news),
        cmocka_unit_test(test_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "fault.h"

#include "testing.h"

#include <string.h>

static void test_set(void **state)
{
    (void)state;
    struct fault fault;
    assert_int_equal(fault_set(&fault, "no %s in %d", "cat", 7), -1);
    assert_string_equal(fault.text, "no cat in 7");
    fault_set(&fault, "%2000s", "x");
    assert_int_equal(strlen(fault.text), sizeof fault.text - 1);
}

static void test_list_keeps_the_order(void **state)
{
    (void)state;
    struct fault_list list = {0};
    for (size_t i = 0; i < 20; i++)
        fault_list_add(&list, "a.yaml", i, 2 * i, "fault %zu", i);
    assert_int_equal(list.count, 20);
    assert_string_equal(list.texts[0], "a.yaml:0:0: fault 0");
    assert_string_equal(list.texts[19], "a.yaml:19:38: fault 19");
    fault_list_free(&list);
    assert_int_equal(list.count, 0);
    fault_list_free(&list);
}

static void test_list_is_bounded(void **state)
{
    (void)state;
    struct fault_list list = {0};
    for (size_t i = 0; i < 100000; i++)
        fault_list_add(&list, "a.yaml", i, 1, "x");
    assert_true(list.count >= 100 && list.count <= 10000);
    fault_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_list_keeps_the_order),
        cmocka_unit_test(test_list_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "names.h"

#include "testing.h"

static void expect_key(const char *name, const char *key, char initial)
{
    struct arena arena = {0};
    assert_string_equal(names_key(&arena, name), key);
    assert_int_equal(names_initial(names_key(&arena, name)), initial);
    arena_free(&arena);
}

static void test_names(void **state)
{
    (void)state;
    expect_key("Le Chat Perché", "chat perche", 'C');
    expect_key("L’Écluse", "ecluse", 'E');
    expect_key("L'Écluse", "ecluse", 'E');
    expect_key("Les Œuvres", "oeuvres", 'O');
    expect_key("La", "la", 'L');
    expect_key("La ", "la ", 'L');
    expect_key("Léman", "leman", 'L');
    expect_key("Ægir Žižkov Łódź Ÿ", "aegir zizkov lodz y", 'A');
    expect_key("42", "42", '#');
    expect_key("日本", "日本", '#');
    expect_key("", "", '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

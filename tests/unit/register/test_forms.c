/* Values as people write them, one by one. */
#include "form.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <math.h>
#include <string.h>

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date; /* NULL = it is none */
    } rows[] = {
        {"2020-07-06", "2020-07-06"},
        {"2020/07/06", "2020-07-06"},
        {"2020-07-06T14:23:20", "2020-07-06"},
        {"2020-07-06 14:23", "2020-07-06"},
        {"06/07/2020", "2020-07-06"},
        {"6/7/2020", "2020-07-06"},
        {"06-07-2020", "2020-07-06"},
        {"29/02/2020", "2020-02-29"},
        {"29/02/2021", NULL},
        {"2020-13-01", NULL},
        {"0/0/2020", NULL},
        {"2020-07-060", NULL},
        {"2020-07-06x", NULL},
        {"06/07-2020", NULL},
        {"06/07/20", NULL},
        {"123/07/2020", NULL},
        {"6/7/20201", NULL},
        {"2020", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char date[FORM_DATE_SIZE] = "";
        bool good = form_date(rows[i].text, date);
        if (good != (rows[i].date != NULL) || (good && strcmp(date, rows[i].date) != 0))
            fail_msg("%s: %s", rows[i].text, good ? date : "none");
    }
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        const char *text, *time;
    } rows[] = {
        {"2020-07-06T14:23:20", "2020-07-06T14:23:20"},
        {"2020-07-06T14:23:20Z", "2020-07-06T14:23:20"},
        {"2020-07-06t14:23:20.123456", "2020-07-06T14:23:20"},
        {"2020-07-06 14:23", "2020-07-06T14:23:00"},
        {"2020-07-06T14:23:20+02:00", "2020-07-06T14:23:20"},
        {"2020-07-06T14:23:20+0200", "2020-07-06T14:23:20"},
        {"2020-07-06", "2020-07-06T00:00:00"},
        {"06/07/2020 14:23", "2020-07-06T14:23:00"},
        {"2020-07-06T25:00:00", NULL},
        {"2020-07-06T14", NULL},
        {"2020-07-06T14:23:20 demain", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char time[FORM_TIME_SIZE] = "";
        bool good = form_datetime(rows[i].text, time);
        if (good != (rows[i].time != NULL) || (good && strcmp(time, rows[i].time) != 0))
            fail_msg("%s: %s", rows[i].text, good ? time : "none");
    }
}

static void test_days(void **state)
{
    (void)state;
    assert_int_equal(form_day("1970-01-01"), 0);
    assert_int_equal(form_day("2026-01-15"), 20468);
    assert_int_equal(form_day("1969-12-31"), -1);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double number; /* NAN = it is none */
    } rows[] = {
        {"12", 12},
        {"-1234.567", -1234.567},
        {"48,1173", 48.1173},
        {"+0", 0},
        {"", NAN},
        {"-", NAN},
        {"1e3", NAN},
        {"0x10", NAN},
        {"nan", NAN},
        {"1.", NAN},
        {".5", NAN},
        {"1 234", NAN},
        {"1,2,3", NAN},
        {"12a", NAN},
        {"inf", NAN},
        {"11111111111111111111111111111111111111111", NAN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double number = NAN;
        bool good = form_number(rows[i].text, &number);
        if (good == isnan(rows[i].number) || (good && fabs(number - rows[i].number) > 1e-9))
            fail_msg("%s: %g", rows[i].text, number);
    }
}

static void test_ids(void **state)
{
    (void)state;
    static const struct {
        const char *name, *id;
    } rows[] = {
        {"L'Abri côtier", "l-abri-cotier"},
        {"  Le Chat Perché !  ", "le-chat-perche"},
        {"ŒUVRE & Cie", "ouvre-cie"},
        {"../../etc/x", "etc-x"},
        {"CON", "con"},
        {".", NULL},
        {"Ж", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char id[FORM_ID_SIZE] = "";
        bool good = form_id(rows[i].name, id);
        if (good != (rows[i].id != NULL) || (good && strcmp(id, rows[i].id) != 0))
            fail_msg("%s: %s", rows[i].name, id);
    }
    char name[400], id[FORM_ID_SIZE];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_true(form_id(name, id) && text_is_id(id));
}

static void test_lists(void **state)
{
    (void)state;
    struct arena arena = {0};
    size_t count;
    assert_null(form_list("", &arena, &count));
    assert_int_equal(count, 0);
    const char **list = form_list(" a , b;c ;; ", &arena, &count);
    assert_int_equal(count, 4);
    assert_string_equal(list[0], "a , b");
    assert_string_equal(list[1], "c");
    assert_string_equal(list[2], "");
    list = form_list(",73,", &arena, &count);
    assert_int_equal(count, 3);
    assert_string_equal(list[1], "73");
    arena_free(&arena);
}

static void test_words(void **state)
{
    (void)state;
    char code[3];
    assert_true(form_email("a@b.org") && form_email("a.b+c@d.example"));
    assert_false(form_email("a@b") || form_email("@b.org") || form_email("a@b@c.org") ||
                 form_email("a b@c.org") || form_email("a@c..org") || form_email("a@c.org."));
    assert_true(form_country("be", code));
    assert_string_equal(code, "BE");
    assert_false(form_country("FRA", code) || form_country("F1", code) || form_country("", code));
    assert_true(form_protocol("ChatonsInfos-0.5") && form_protocol("statoolinfos-0.5.1"));
    assert_false(form_protocol("ChatonsInfos") || form_protocol("ChatonsInfos-") ||
                 form_protocol("ChatonsInfos-x") || form_protocol("ChatonsInfos-0."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),   cmocka_unit_test(test_times), cmocka_unit_test(test_days),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_ids),   cmocka_unit_test(test_lists),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

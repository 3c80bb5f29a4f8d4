#include "common.h"
#include "macros.h"
#include "quiet.h"
#include "reminder.h"
#include "ways.h"
#include "silence.h"
#include "storm.h"
#include "testing.h"
#include "text.h"

#include <string.h>

static void test_quiet_hours(void **state)
{
    static const struct {
        struct quiet_hours hours;
        int minute;
        bool quiet;
    } rows[] = {
        {{0, 0}, 0, false},         {{0, 0}, 700, false},      {{600, 600}, 600, false},
        {{1320, 420}, 1319, false}, {{1320, 420}, 1320, true}, {{1320, 420}, 0, true},
        {{1320, 420}, 419, true},   {{1320, 420}, 420, false}, {{720, 780}, 719, false},
        {{720, 780}, 720, true},    {{720, 780}, 779, true},   {{720, 780}, 780, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, quiet_is(rows[i].hours, rows[i].minute) == rows[i].quiet);
}

static void test_reminders_double_up_to_a_day(void **state)
{
    static const int64_t hours[] = {1, 2, 4, 8, 16, 24, 24, 24};
    struct reminder reminder;
    int64_t now = 1000000;
    (void)state;
    reminder_begin(&reminder, LEVEL_DOWN, 3600 * 1000, 0, now);
    for (size_t i = 0; i < ARRAY_LEN(hours); i++) {
        assert_row(i, reminder.at == now + hours[i] * 3600);
        now = reminder.at;
        reminder_next(&reminder, LEVEL_DOWN, 0, now);
    }
    reminder_begin(&reminder, LEVEL_DOWN, 0, 0, now);
    assert_int_equal(reminder.at, 0);
    /* Who wants them rarer than daily gets them so. */
    reminder_begin(&reminder, LEVEL_DOWN, INT64_C(172800) * 1000, 0, 0);
    reminder_next(&reminder, LEVEL_DOWN, 0, 172800);
    assert_int_equal(reminder.at, 2 * 172800);
}

static void test_reminders_of_a_certificate(void **state)
{
    const int64_t day = 86400, expires = 100 * day;
    struct reminder reminder;
    (void)state;
    reminder_begin(&reminder, LEVEL_CERTIFICATE, 1, expires, 50 * day);
    assert_int_equal(reminder.at, 93 * day);
    reminder_next(&reminder, LEVEL_CERTIFICATE, expires, 93 * day);
    assert_int_equal(reminder.at, 97 * day);
    reminder_next(&reminder, LEVEL_CERTIFICATE, expires, 98 * day);
    assert_int_equal(reminder.at, 99 * day);
    reminder_next(&reminder, LEVEL_CERTIFICATE, expires, 99 * day);
    assert_int_equal(reminder.at, 0);
    reminder_begin(&reminder, LEVEL_CERTIFICATE, 1, 0, 50 * day);
    assert_int_equal(reminder.at, 0);
}

static void test_silences(void **state)
{
    struct silences silences = {0};
    char subject[16];
    (void)state;
    assert_true(silences_set(&silences, "chat/pad", 100, 200));
    assert_int_equal(silences_until(&silences, "chat/pad", 99), 0);
    assert_int_equal(silences_until(&silences, "chat/pad", 100), 200);
    assert_int_equal(silences_until(&silences, "chat/pad", 200), 0);
    assert_int_equal(silences_until(&silences, "chat/pads", 150), 0);
    assert_true(silences_set(&silences, "chat", 100, 300));
    assert_int_equal(silences_until(&silences, "chat/pad", 150), 300);
    assert_int_equal(silences_until(&silences, "chats/pad", 150), 0);
    assert_true(silences_set(&silences, "chat", 150, 0));
    assert_int_equal(silences_until(&silences, "chat/mail", 150), 0);
    assert_true(silences_set(&silences, "", 150, 400));
    assert_int_equal(silences_until(&silences, "", 151), 400);
    assert_int_equal(silences_until(&silences, "nuage/files", 151), 400);
    bool taken = true;
    for (int i = 0; i < SILENCES_MAX; i++) {
        text_format(subject, sizeof subject, "h%d", i);
        taken = silences_set(&silences, subject, 160, 500) && taken;
    }
    assert_false(taken);
    assert_true(silences_set(&silences, "h0", 600, 700)); /* those that ended made room */
    assert_int_equal(silences.count, 1);
}

static void test_storm(void **state)
{
    struct storm storm = {0};
    (void)state;
    assert_int_equal(storm_until(&storm, 1000), 0);
    for (int i = 0; i < STORM_NEWS - 1; i++)
        storm_add(&storm, 1000 + i);
    assert_int_equal(storm_until(&storm, 1004), 0);
    storm_add(&storm, 1010);
    assert_int_equal(storm_until(&storm, 1010), 1060);
    assert_int_equal(storm_until(&storm, 1059), 1060);
    assert_int_equal(storm_until(&storm, 1060), 0);
    assert_int_equal(storm.began, 1000);
    storm_add(&storm, 1061); /* the oldest is forgotten */
    assert_int_equal(storm_until(&storm, 1061), 0);
}

static void test_storm_after_a_restart(void **state)
{
    static const int64_t times[] = {1010, 1002, 990, 1001, 1003, 1000, 980};
    struct storm storm = {0};
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        storm_recall(&storm, times[i]);
    assert_int_equal(storm_newest(&storm), 1010);
    assert_int_equal(storm_until(&storm, 1011), 1060);
    storm_add(&storm, 1055);
    assert_int_equal(storm_until(&storm, 1055), 1061);
}

static void test_networks(void **state)
{
    static const struct {
        const char *address, *network;
    } rows[] = {
        {"192.0.2.7", "192.0.2.0/24"},
        {"2001:db8:1:2::7", "2001:db8:1::/48"},
        {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:ffff::/48"},
        {"::ffff:192.0.2.7", "::/48"},
        {"", ""},
        {"pad.example", ""},
    };
    char text[COMMON_NETWORK_SIZE];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, strcmp(common_network(rows[i].address, text), rows[i].network) == 0);
}

static void test_values_in_common(void **state)
{
    struct common common;
    char text[16];
    uint32_t numbers[500], mine = 0;
    (void)state;
    common_init(&common);
    assert_int_equal(common_number(&common, FACTOR_ADDRESS, ""), 0);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        text_format(text, sizeof text, "10.0.%zu.1", i);
        numbers[i] = common_number(&common, FACTOR_ADDRESS, text);
        assert_int_equal(numbers[i], i + 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        text_format(text, sizeof text, "10.0.%zu.1", i);
        assert_row(i, common_number(&common, FACTOR_ADDRESS, text) == numbers[i]);
    }
    assert_int_not_equal(common_number(&common, FACTOR_ISSUER, "10.0.1.1"), numbers[1]);
    common_move(&common, &mine, numbers[3]);
    assert_int_equal(common.values[numbers[3]].members, 1);
    common_move(&common, &mine, 0);
    assert_int_equal(common.values[numbers[3]].members, 0);
    common_fini(&common);
}

static void test_what_explains(void **state)
{
    static const struct {
        unsigned failing, members;
        bool explains;
    } rows[] = {{2, 2, false}, {3, 3, true},  {3, 4, false},
                {4, 5, true},  {8, 10, true}, {7, 10, false}};
    struct common common;
    (void)state;
    common_init(&common);
    uint32_t number = common_number(&common, FACTOR_HOSTER, "chat");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        common.values[number].failing = rows[i].failing;
        common.values[number].members = rows[i].members;
        assert_row(i, common_explains(&common, number) == rows[i].explains);
    }
    common.values[0].failing = 9;
    assert_false(common_explains(&common, 0));
    common_fini(&common);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_hours),
        cmocka_unit_test(test_reminders_double_up_to_a_day),
        cmocka_unit_test(test_reminders_of_a_certificate),
        cmocka_unit_test(test_silences),
        cmocka_unit_test(test_storm),
        cmocka_unit_test(test_storm_after_a_restart),
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_values_in_common),
        cmocka_unit_test(test_what_explains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "berth.h"

#include "macros.h"
#include "testing.h"

static struct sockaddr_storage address_of(const char *text, uint16_t port)
{
    struct sockaddr_storage address;
    assert_int_equal(address_parse(text, port, &address), 0);
    return address;
}

static bool enter(struct berths *berths, const char *text, struct berth_guest *guest)
{
    struct sockaddr_storage address = address_of(text, 443);
    return berth_enter(berths, (struct sockaddr *)&address, 2, guest);
}

static void test_first_come_first_served(void **state)
{
    (void)state;
    struct berths berths = {0};
    struct berth_guest guests[6] = {0};
    for (size_t i = 0; i < ARRAY_LEN(guests); i++)
        assert_row(i, enter(&berths, "192.0.2.1", &guests[i]) == (i < 2));
    assert_ptr_equal(berth_leave(&berths, &guests[0]), &guests[2]);
    assert_null(berth_leave(&berths, &guests[4])); /* stops waiting */
    assert_ptr_equal(berth_leave(&berths, &guests[2]), &guests[3]);
    assert_ptr_equal(berth_leave(&berths, &guests[1]), &guests[5]);
    assert_null(berth_leave(&berths, &guests[3]));
    assert_null(berth_leave(&berths, &guests[5]));
    assert_null(berth_leave(&berths, &guests[5]));
    for (size_t i = 0; i < BERTH_BUCKETS; i++)
        assert_null(berths.buckets[i]);
}

static void test_the_last_in_the_queue_may_go(void **state)
{
    (void)state;
    struct berths berths = {0};
    struct berth_guest guests[5] = {0};
    for (size_t i = 0; i < 4; i++)
        enter(&berths, "192.0.2.1", &guests[i]);
    berth_leave(&berths, &guests[3]);
    assert_false(enter(&berths, "192.0.2.1", &guests[4]));
    assert_ptr_equal(berth_leave(&berths, &guests[0]), &guests[2]);
    assert_ptr_equal(berth_leave(&berths, &guests[1]), &guests[4]);
    berth_leave(&berths, &guests[2]);
    berth_leave(&berths, &guests[4]);
}

static void test_other_addresses_and_other_ports(void **state)
{
    (void)state;
    struct berths berths = {0};
    struct berth_guest guests[4] = {0};
    struct sockaddr_storage other_port = address_of("192.0.2.1", 25);
    assert_true(enter(&berths, "192.0.2.1", &guests[0]));
    assert_true(enter(&berths, "192.0.2.1", &guests[1]));
    assert_true(enter(&berths, "2001:db8::1", &guests[2]));
    assert_false(berth_enter(&berths, (struct sockaddr *)&other_port, 2, &guests[3]));
    for (size_t i = 0; i < ARRAY_LEN(guests); i++)
        berth_leave(&berths, &guests[i]);
    berth_leave(&berths, &guests[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_come_first_served),
        cmocka_unit_test(test_the_last_in_the_queue_may_go),
        cmocka_unit_test(test_other_addresses_and_other_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

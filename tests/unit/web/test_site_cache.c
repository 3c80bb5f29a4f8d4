#include "site_cache.h"
#include "testing.h"

#include <stdlib.h>

enum { LENGTH = 1000 };

static struct site_body *body(void)
{
    return site_body_new(calloc(1, LENGTH), LENGTH);
}

/* Room for three bodies. */
static const struct site_cache empty = {.max = 3 * (LENGTH + sizeof(struct site_body))};

static void put(struct site_cache *cache, struct site_body **place)
{
    struct site_body *new_body = body();
    site_cache_put(cache, place, new_body);
    site_body_release(new_body);
}

static void test_longest_unasked_goes_first(void **state)
{
    struct site_cache cache = empty;
    struct site_body *places[4] = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        put(&cache, &places[i]);
    site_cache_touch(&cache, places[0]);
    put(&cache, &places[3]);
    assert_non_null(places[0]);
    assert_null(places[1]);
    assert_non_null(places[2]);
    assert_non_null(places[3]);
    assert_int_equal(cache.used, cache.max);
    site_cache_clear(&cache);
    assert_int_equal(cache.used, 0);
    assert_null(places[3]);
}

static void test_same_place_is_replaced(void **state)
{
    struct site_cache cache = empty;
    struct site_body *place = NULL;
    (void)state;
    put(&cache, &place);
    struct site_body *first = place;
    put(&cache, &place);
    assert_ptr_not_equal(place, first);
    assert_int_equal(cache.used, cache.max / 3);
    site_cache_clear(&cache);
}

static void test_held_body_outlives_its_place(void **state)
{
    struct site_cache cache = empty;
    struct site_body *place = NULL;
    (void)state;
    put(&cache, &place);
    struct site_body *held = site_body_hold(place);
    site_cache_drop(&cache, &place);
    assert_int_equal(held->bytes[LENGTH - 1], 0); /* under the address sanitizer: still there */
    site_body_release(held);
}

static void test_too_large_is_not_kept(void **state)
{
    struct site_cache cache = {.max = LENGTH};
    struct site_body *place = NULL;
    (void)state;
    put(&cache, &place);
    assert_null(place);
    assert_int_equal(cache.used, 0);
}

static void test_places_may_move(void **state)
{
    struct site_cache cache = empty;
    struct site_body *before = NULL, *after = NULL;
    (void)state;
    put(&cache, &before);
    site_cache_move(&before, &after);
    assert_null(before);
    assert_non_null(after);
    site_cache_drop(&cache, &after);
    assert_null(after);
    site_cache_move(&before, &after);
    assert_null(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longest_unasked_goes_first),
        cmocka_unit_test(test_same_place_is_replaced),
        cmocka_unit_test(test_held_body_outlives_its_place),
        cmocka_unit_test(test_too_large_is_not_kept),
        cmocka_unit_test(test_places_may_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

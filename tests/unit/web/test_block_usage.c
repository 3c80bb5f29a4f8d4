/* How much a service is used, as its page and its file for programs tell it. */
#include "fake.h"
#include "own_api.h"

#include "calendar.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

struct world {
    struct fake fake;
    const struct service *social;
};

static void open_world(struct world *world)
{
    fake_init(&world->fake, now);
    fake_hoster(&world->fake, "chat-perche", "Le Chat Perché");
    world->social = fake_service(&world->fake, 0, "social", "Discussions");
    fake_ready(&world->fake);
}

static char *page_of(struct world *world)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    page_service(&world->fake.page,
                 collective_service(&world->fake.collective, "chat-perche/social"), &out);
    assert_false(out.overflow);
    return buffer_take(&out, NULL);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    while ((text = strstr(text, part))) {
        count++;
        text += strlen(part);
    }
    return count;
}

static void expect(char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, strstr(text, "use-h") ? strstr(text, "use-h") : text);
}

/* The first of the month that was so many months before November. */
static int64_t month_of(int back)
{
    static const int64_t begin = 1793487600; /* 2026-11-01T00:00+01:00 */
    return begin - (int64_t)back * 31 * 86400;
}

static void test_nothing_is_said(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    char *page = page_of(&world);
    assert_null(strstr(page, "Usage déclaré"));
    free(page);
    char *json = fake_file(&world.fake, own_api_service, NULL, "chat-perche/social");
    assert_null(strstr(json, "\"usage\""));
    free(json);
    fake_free(&world.fake);
}

/* One reading: figures that are known, and no table of months. */
static void test_one_month(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    fake_usage(
        &world.fake, world.social, month_of(0),
        (struct users){.total = 1234, .month = 0, .halfyear = USERS_UNKNOWN, .posts = 56789});
    char *page = page_of(&world);
    expect(page, "Usage déclaré");
    expect(page, "Actifs en trente jours</dt><dd>0</dd>");
    expect(page, "Comptes</dt><dd>1\u202F234</dd>");
    expect(page, "56\u202F789");
    assert_null(strstr(page, "six mois"));
    assert_null(strstr(page, "Mois par mois"));
    free(page);
    char *json = fake_file(&world.fake, own_api_service, NULL, "chat-perche/social");
    expect(json, "\"users_total\":1234");
    expect(json, "\"users_active_month\":0");
    expect(json, "\"local_posts\":56789");
    expect(json, "\"users_active_halfyear\":null");
    free(json);
    fake_free(&world.fake);
}

/* A hoster's own file, by itself. */
static void test_said_by_its_hoster(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    struct service *service = (struct service *)(uintptr_t)collective_service(
        &world.fake.collective, "chat-perche/social");
    service->use_month = "2026-10";
    service->use_accounts = 1234;
    service->use_active = USERS_UNKNOWN;
    char *page = page_of(&world);
    expect(page, "Usage déclaré");
    expect(page, "octobre 2026");
    expect(page, "Comptes</dt><dd>1\u202F234</dd>");
    assert_null(strstr(page, "Comptes actifs"));
    free(page);
    service->use_month = "eaten-7";
    page = page_of(&world);
    assert_null(strstr(page, "fichier de chiffres"));
    free(page);
    fake_free(&world.fake);
}

/* The newest twelve, newest first; what is not known is a dash. */
static void test_many_months(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    for (int back = 13; back >= 0; back--)
        fake_usage(&world.fake, world.social, month_of(back),
                   (struct users){back ? 100 + back : USERS_UNKNOWN, 1, 2, 3});
    char *page = page_of(&world);
    const char *table = strstr(page, "Mois par mois");
    assert_non_null(table);
    assert_int_equal(count_of(table, "<tr><th scope=\"row\">"), 12);
    assert_int_equal(count_of(table, "<td data-l=\"Comptes\">"), 12);
    assert_int_equal(count_of(table, "\">–</td>"), 1);
    assert_non_null(strstr(table, ">111</td>"));
    assert_null(strstr(table, ">112</td>"));
    assert_true(strstr(table, ">101</td>") < strstr(table, ">111</td>"));
    free(page);
    fake_free(&world.fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_said),
        cmocka_unit_test(test_one_month),
        cmocka_unit_test(test_many_months),
        cmocka_unit_test(test_said_by_its_hoster),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

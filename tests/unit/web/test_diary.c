/* What began together is one entry, what did not is not; maintenance that is over stands between them. */
#include "diary.h"

#include "block.h"
#include "fake.h"
#include "macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320;           /* 2026-11-22T14:32+01:00 */
static const int64_t begin = 1795354320 - 86400; /* of most that happens */

enum { SERVICES_MOST = 14 };

struct world {
    struct fake fake;
    struct service *services[SERVICES_MOST];
    struct arena arena;
    struct buffer out;
};

static void make(struct world *world, size_t services)
{
    *world = (struct world){0};
    fake_init(&world->fake, now);
    fake_hoster(&world->fake, "nid", "Nid d’Octets");
    for (size_t i = 0; i < services; i++) {
        char *id = arena_printf(&world->fake.arena, "s-%02zu", i);
        world->services[i] =
            fake_service(&world->fake, 0, id, arena_printf(&world->fake.arena, "Service %zu", i));
        fake_span(&world->fake, world->services[i], now - 400 * 86400, begin - 86400, OUTCOME_UP,
                  REASON_ok);
    }
    buffer_init(&world->out, PAGE_MAX);
}

static void unmake(struct world *world)
{
    buffer_fini(&world->out);
    arena_free(&world->arena);
    fake_free(&world->fake);
}

/* The service works until `from` and fails from then on to `to`. */
static void fails(struct world *world, size_t service, int64_t from, int64_t to)
{
    const struct service *of = world->services[service];
    const struct fake_service *known = fake_known(&world->fake, of);
    fake_span(&world->fake, of, known->spans[known->span_count - 1].to, from, OUTCOME_UP,
              REASON_ok);
    fake_span(&world->fake, of, from, to, OUTCOME_DOWN, REASON_timeout);
}

static void works_again(struct world *world)
{
    for (size_t i = 0; i < world->fake.service_count; i++) {
        const struct fake_service *known = fake_known(&world->fake, world->services[i]);
        fake_span(&world->fake, world->services[i], known->spans[known->span_count - 1].to,
                  now - 60, OUTCOME_UP, REASON_ok);
    }
    fake_ready(&world->fake);
}

static struct diary diary(struct world *world)
{
    struct past *pasts = arena_array(&world->arena, world->fake.service_count, sizeof *pasts);
    for (size_t i = 0; i < world->fake.service_count; i++)
        pasts[i] = past_of(&world->fake.page, &world->fake.hosters[0].services[i],
                           now - 365 * 86400, &world->arena);
    return diary_of(&world->fake.page, pasts, world->fake.service_count, &world->arena);
}

static const char *hoster_page(struct world *world)
{
    buffer_clear(&world->out);
    page_hoster(&world->fake.page, &world->fake.hosters[0], &world->out);
    return buffer_text(&world->out);
}

static void holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, strstr(text, "inc-h"));
}

static void lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("there is %s", part);
}

static void test_together(void **state)
{
    (void)state;
    static const struct {
        int64_t from, to; /* of a second service; the first fails from `begin` for an hour */
        size_t entries;
    } rows[] = {
        {begin, begin + 60, 1},         {begin + 300, begin + 7200, 1},
        {begin + 301, begin + 7200, 2}, {begin - 300, begin + 1, 1},
        {begin - 300, begin, 2}, /* it was over */
        {begin - 301, begin + 7200, 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world;
        make(&world, 3);
        fails(&world, 0, begin, begin + 3600);
        fails(&world, 1, rows[i].from, rows[i].to);
        works_again(&world);
        struct diary found = diary(&world);
        assert_int_equal(found.count, rows[i].entries);
        assert_int_equal(found.entries[0].count, rows[i].entries == 1 ? 2 : 1);
        unmake(&world);
    }
}

/* With an interval of an hour two hours are at once. */
static void test_slow_interval(void **state)
{
    (void)state;
    struct world world;
    make(&world, 2);
    fails(&world, 0, begin, begin + 86000);
    fails(&world, 1, begin + 7200, begin + 86000);
    works_again(&world);
    assert_int_equal(diary(&world).count, 2);
    world.fake.page.interval_ms = 3600000;
    assert_int_equal(diary(&world).count, 1);
    unmake(&world);
}

/* One service is no group with itself, however fast it comes and goes. */
static void test_flapping(void **state)
{
    (void)state;
    struct world world;
    make(&world, 2);
    fails(&world, 0, begin, begin + 30);
    fails(&world, 0, begin + 60, begin + 90);
    fails(&world, 1, begin + 70, begin + 700);
    works_again(&world);
    struct diary found = diary(&world);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.entries[0].count, 2);
    assert_true(found.entries[0].from == begin + 60);
    assert_int_equal(found.entries[1].count, 1);
    unmake(&world);
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        size_t failing, of;
        const char *title;
    } rows[] = {
        {2, 3, "<h3>Service 0 et Service 1 indisponibles</h3>"},
        {3, 4, "<h3>Service 0, Service 1 et Service 2 indisponibles</h3>"},
        {4, 5, "<h3>4 services indisponibles</h3>"},
        {5, 5, "<h3>Tous les services indisponibles</h3>"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world;
        make(&world, rows[i].of);
        for (size_t j = 0; j < rows[i].failing; j++)
            fails(&world, j, begin + (int64_t)j, begin + (int64_t)j + 3660);
        works_again(&world);
        const char *text = hoster_page(&world);
        holds(text, rows[i].title);
        /* Each has its own times, and leads to its own incident. */
        holds(text,
              "<a href=\"../../incidents/nid/s-01/20261121T133201Z/\">Service 1</a>\u00A0: il "
              "ne répond pas à temps, jusqu’à 15\u00A0h\u00A033, soit 1\u00A0h\u00A01\u00A0min.");
        assert_int_equal(diary(&world).count, 1);
        unmake(&world);
    }
}

/* Short ones have no page of their own, one that goes on has no end, and one that we lost has none that we know. */
static void test_ends(void **state)
{
    (void)state;
    struct world world;
    make(&world, 3);
    fails(&world, 0, begin, begin + 60);
    fails(&world, 1, begin, now - 60);
    fails(&world, 2, begin, begin + 4000);
    fake_span(&world.fake, world.services[0], begin + 60, now - 60, OUTCOME_UP, REASON_ok);
    fake_span(&world.fake, world.services[2], begin + 4000, now - 60, OUTCOME_UNKNOWN, REASON_self);
    fake_ready(&world.fake);
    const char *text = hoster_page(&world);
    holds(text, "<a href=\"../../h/nid/s-00/#inc-h\">Service 0</a>");
    holds(text, "Service 1</a>\u00A0: il ne répond pas à temps\u202F; en cours à la date");
    holds(text, "Service 2</a>\u00A0: il ne répond pas à temps. Nos mesures se sont arrêtées");
    unmake(&world);
}

static void test_words_of_others(void **state)
{
    (void)state;
    struct world world;
    make(&world, 3);
    for (size_t i = 0; i < 2; i++) {
        fails(&world, i, begin, begin + 3600);
        fake_annotation(&world.fake, world.services[i], begin, "Coupure de courant.");
    }
    fake_annotation(&world.fake, world.services[1], begin, "Le disque aussi.");
    works_again(&world);
    const char *text = hoster_page(&world), *once = strstr(text, "Coupure de courant.");
    assert_non_null(once);
    lacks(once + 1, "Coupure de courant.");
    holds(text, "<span>Service 1 · <span class=\"voice\" lang=\"fr\">«\u202FLe disque aussi.");
    unmake(&world);
}

/* Many at once do not fill the page. */
static void test_many(void **state)
{
    (void)state;
    struct world world;
    make(&world, SERVICES_MOST);
    for (size_t i = 0; i < SERVICES_MOST; i++)
        fails(&world, i, begin, begin + 3600);
    works_again(&world);
    const char *text = strstr(hoster_page(&world), "id=\"inc-h\"");
    holds(text, "Service 10</a>");
    lacks(text, "Service 11</a>");
    holds(text, "Et 3 autres.");
    unmake(&world);
}

static void test_maintenance(void **state)
{
    (void)state;
    struct world world;
    make(&world, 2);
    fails(&world, 0, begin, begin + 3600);
    works_again(&world);
    struct maintenance *all =
        fake_maintenance(&world.fake, world.services[0], begin + 7200, begin + 9000, "Travaux");
    all->subject = "nid";
    struct fake_service *other = fake_known(&world.fake, world.services[1]);
    other->occurrences = fake_known(&world.fake, world.services[0])->occurrences;
    other->occurrence_count = 1;
    struct diary found = diary(&world);
    assert_int_equal(found.count, 2); /* that of both is one */
    assert_non_null(found.entries[0].maintenance);
    assert_null(found.entries[1].maintenance);
    holds(hoster_page(&world), "Maintenance passée, tous les services");
    buffer_clear(&world.out);
    page_service(&world.fake.page, world.services[1], &world.out);
    holds(buffer_text(&world.out), "Travaux");
    unmake(&world);
}

/* Of a series only the last time stands there, and the page says so. */
static void test_series(void **state)
{
    (void)state;
    struct world world;
    make(&world, 1);
    works_again(&world);
    struct fake_service *known = fake_known(&world.fake, world.services[0]);
    struct maintenance *series = fake_maintenance(&world.fake, world.services[0], begin - 7 * 86400,
                                                  begin - 7 * 86400 + 3600, "Mises à jour");
    series->every = "FREQ=WEEKLY";
    known->occurrences[1] = (struct occurrence){series, begin, begin + 3600};
    known->occurrences[2] = (struct occurrence){series, begin + 7 * 86400, begin + 7 * 86400 + 60};
    known->occurrence_count = 3;
    struct diary found = diary(&world);
    assert_int_equal(found.count, 1);
    assert_true(found.entries[0].from == begin);
    holds(hoster_page(&world), "seule la dernière figure ici");
    unmake(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_together), cmocka_unit_test(test_slow_interval),
        cmocka_unit_test(test_flapping), cmocka_unit_test(test_words),
        cmocka_unit_test(test_ends),     cmocka_unit_test(test_words_of_others),
        cmocka_unit_test(test_many),     cmocka_unit_test(test_maintenance),
        cmocka_unit_test(test_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

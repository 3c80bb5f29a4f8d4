/* Kinds of services: what belongs together, and addresses that are safe and never the same for two of them. */
#include "kind.h"

#include "fake.h"
#include "macros.h"
#include "page.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 in Paris */

static const struct kind *kind_with(const struct kind *kinds, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(kind_name(&kinds[i], "fr"), name) == 0)
            return &kinds[i];
    return NULL;
}

static const struct kind *kind_at(const struct kind *kinds, size_t count, const char *slug)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(kinds[i].slug, slug) == 0)
            return &kinds[i];
    return NULL;
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *word, *slug;
    } rows[] = {{"Pads", "pads"},
                {"Fichiers et agendas", "fichiers-et-agendas"},
                {"L’Écriture à plusieurs", "ecriture-a-plusieurs"},
                {"../../etc", "etc-"},
                {"C++", "c-"},
                {"C#", "c-"},
                {"مرحبا", "x-"},
                {"<script>", "script-"}};
    struct fake fake;
    struct kind *kinds;
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "A");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char id[16];
        snprintf(id, sizeof id, "s%zu", i);
        fake_service(&fake, 0, id, id)->kind = fake_wording(&fake, rows[i].word);
    }
    fake_service(&fake, 0, "none", "Of no kind");
    fake_ready(&fake);
    size_t count = kinds_of(&fake.collective, &fake.arena, &kinds);
    assert_int_equal(count, ARRAY_LEN(rows));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct kind *kind = kind_with(kinds, count, rows[i].word);
        bool whole = !text_ends(rows[i].slug, "-");
        assert_non_null(kind);
        assert_true(text_is_id(kind->slug));
        assert_true(whole ? strcmp(kind->slug, rows[i].slug) == 0
                          : text_starts(kind->slug, rows[i].slug));
        assert_int_equal(strlen(kind->slug), strlen(rows[i].slug) + (whole ? 0 : 8));
        assert_ptr_equal(kind_at(kinds, count, kind->slug), kind); /* no other has the same */
        assert_true(kind_is(&fake.collective, kind->slug));
    }
    assert_false(kind_is(&fake.collective, "none"));
    fake_free(&fake);
}

static void test_endless_words(void **state)
{
    (void)state;
    char words[2][4096];
    struct fake fake;
    struct kind *kinds;
    memset(words, 'w', sizeof words);
    words[0][200] = 'v';
    words[0][4095] = words[1][4095] = '\0';
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "A");
    fake_service(&fake, 0, "s", "S")->kind = fake_wording(&fake, words[0]);
    fake_service(&fake, 0, "t", "T")->kind = fake_wording(&fake, words[1]);
    fake_ready(&fake);
    assert_int_equal(kinds_of(&fake.collective, &fake.arena, &kinds), 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(text_is_id(kinds[i].slug));
    assert_string_not_equal(kinds[0].slug, kinds[1].slug);
    fake_free(&fake);
}

/* The page of a kind: in the order of names, whatever the states, and never one of another kind. */
static void test_page(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    struct kind *kinds;
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "Le Zébu");
    fake_hoster(&fake, "b", "L’Âne");
    struct service *down = fake_service(&fake, 0, "pad", "Pads");
    down->kind = fake_wording(&fake, "Pads");
    fake_service(&fake, 0, "notes", "Notes à plusieurs")->kind = fake_wording(&fake, "pads");
    fake_service(&fake, 0, "mail", "Courriel")->kind = fake_wording(&fake, "Courriel");
    struct service *up = fake_service(&fake, 1, "pad", "Pads");
    up->kind = fake_wording(&fake, "Pads");
    up->software = "Etherpad";
    fake_known(&fake, down)->belief = (struct service_belief){
        .state = OUTCOME_DOWN, .reason = REASON_timeout, .since = now - 3600, .measured = now - 20};
    fake_known(&fake, up)->belief = (struct service_belief){
        .state = OUTCOME_UP, .reason = REASON_ok, .since = now - 86400, .measured = now - 20};
    fake_ready(&fake);
    size_t count = kinds_of(&fake.collective, &fake.arena, &kinds);
    assert_int_equal(count, 2);
    buffer_init(&out, PAGE_MAX);
    page_kind(&fake.page, kind_at(kinds, count, "pads"), &out);
    const char *text = buffer_text(&out), *first = strstr(text, ">L’Âne</a>"),
               *second = strstr(text, ">Le Zébu\u00A0: Notes à plusieurs</a>"),
               *third = strstr(text, ">Le Zébu</a>");
    assert_true(first && first < second && second < third);
    assert_non_null(strstr(text, "2 hébergeurs proposent ce service"));
    assert_non_null(strstr(text, "href=\"../../h/a/pad/\""));
    assert_non_null(strstr(text, "Disponible · Etherpad</p>"));
    assert_non_null(strstr(third, "Indisponible <time"));
    assert_null(strstr(text, "Courriel"));
    buffer_clear(&out);
    page_kinds(&fake.page, &out);
    text = buffer_text(&out);
    assert_non_null(strstr(text, "<a href=\"../kind/courriel/\">Courriel</a> (1)"));
    assert_non_null(strstr(text, "<a href=\"../kind/pads/\">pads</a> (2)"));
    assert_true(strstr(text, "kind/courriel/") < strstr(text, "kind/pads/"));
    buffer_fini(&out);
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_endless_words),
        cmocka_unit_test(test_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

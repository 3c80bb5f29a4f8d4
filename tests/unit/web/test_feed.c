/* Feeds: one against a kept file, and what each of them holds, when it is updated, and under which names. */
#include "feed.h"

#include "fake.h"
#include "golden.h"
#include "tag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

/* Two services: pads with a short, a long and an open interruption; mail with one that we lost sight of. */
static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    fake_hoster(fake, "chat-perche", "Le Chat Perché");
    struct service *pad = fake_service(fake, 0, "pad", "Pads");
    struct service *mail = fake_service(fake, 0, "mail", "Courriel");
    int64_t a = now - 3 * 86400, b = now - 2 * 86400, c = now - 300;
    fake_span(fake, pad, now - 20 * 86400, a, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, a, a + 1872, OUTCOME_DOWN, REASON_http_status);
    fake_span(fake, pad, a + 1872, b, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, b, b + 90, OUTCOME_DOWN, REASON_connect_refused);
    fake_span(fake, pad, b + 90, c, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, c, now - 60, OUTCOME_DOWN, REASON_timeout);
    fake_span(fake, mail, now - 90000, now - 80000, OUTCOME_DOWN, REASON_tls_expired);
    fake_span(fake, mail, now - 80000, now - 70000, OUTCOME_UNKNOWN, REASON_self);
    struct annotation *note = fake_annotation(fake, pad, a, "Disque plein. On fait de la place.");
    note->cause = "disk-full";
    note->said.link = "https://chat-perche.example/journal/";
    fake_ready(fake);
}

static char *feed_of(struct fake *fake, const struct hoster *hoster, const struct service *service)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    feed_write(&fake->page, (struct output_subject){hoster, service}, &out);
    assert_false(out.overflow);
    return buffer_take(&out, NULL);
}

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        count++;
    return count;
}

static const struct service *service_of(struct fake *fake, const char *key)
{
    return collective_service(&fake->collective, key);
}

static void test_golden(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    char *feed = feed_of(&fake, NULL, service_of(&fake, "chat-perche/pad"));
    golden_expect("service.fr.atom", feed);
    free(feed);
    fake.page.language = "en";
    fake.collective.address = "https://etat.exemple.example";
    feed = feed_of(&fake, NULL, NULL);
    golden_expect("collective.en.atom", feed);
    free(feed);
    fake_free(&fake);
}

static void test_which_are_told(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    const struct hoster *hoster = &fake.collective.hosters[0];
    char *all = feed_of(&fake, NULL, NULL), *theirs = feed_of(&fake, hoster, NULL);
    char *mail = feed_of(&fake, NULL, service_of(&fake, "chat-perche/mail"));
    assert_int_equal(occurrences(all, "<entry>"), 2); /* those of ten minutes and more */
    assert_int_equal(occurrences(theirs, "<entry>"), 4);
    assert_int_equal(occurrences(mail, "<entry>"), 1);
    const char *id =
        "<id>tag:exemple.example,2026:chat-perche/mail/outage/2026-11-21T12:32:00Z</id>";
    assert_non_null(strstr(all, id));
    assert_non_null(strstr(theirs, id));
    assert_non_null(strstr(mail, id));
    assert_true(strstr(theirs, "pad/outage/2026-11-22") < strstr(theirs, "pad/outage/2026-11-20"));
    free(all);
    free(theirs);
    free(mail);
    fake_free(&fake);
}

/* Each of these changes one entry; a measurement or the time of day changes nothing. */
static void test_updates(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    const struct service *pad = service_of(&fake, "chat-perche/pad");
    char *before = feed_of(&fake, NULL, pad);
    assert_non_null(strstr(before, "<updated>2026-11-22T13:27:00Z</updated>\n<author>"));
    fake.page.now += 55;
    fake.measured += 55;
    fake_known(&fake, pad)->spans[5].to += 55;
    char *after = feed_of(&fake, NULL, pad);
    assert_string_equal(before, after);
    free(after);
    fake_span(&fake, pad, now - 5, now + 55, OUTCOME_UP, REASON_ok);
    after = feed_of(&fake, NULL, pad);
    assert_non_null(strstr(after, "<updated>2026-11-22T13:31:55Z</updated>\n<author>"));
    free(after);
    fake_annotation(&fake, pad, now - 2 * 86400, "Redémarrage.")->recorded_ms = (now + 30) * 1000;
    after = feed_of(&fake, NULL, pad);
    assert_non_null(strstr(after, "<updated>2026-11-22T13:32:30Z</updated>\n<author>"));
    assert_int_equal(occurrences(after, "<updated>2026-11-22T13:32:30Z</updated>"), 2);
    free(after);
    free(before);
    fake_free(&fake);
}

static void test_newest_fifty(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid");
    struct service *pad = fake_service(&fake, 0, "pad", "Pad");
    int64_t begin = now - 100 * 86400;
    for (int i = 0; i < 60; i++) {
        fake_span(&fake, pad, begin + i * 86400, begin + i * 86400 + 60, OUTCOME_DOWN,
                  REASON_timeout);
        fake_span(&fake, pad, begin + i * 86400 + 60, begin + (i + 1) * 86400, OUTCOME_UP,
                  REASON_ok);
    }
    fake_ready(&fake);
    char *feed = feed_of(&fake, NULL, service_of(&fake, "nid/pad"));
    assert_int_equal(occurrences(feed, "<entry>"), FEED_ENTRIES_MOST);
    assert_null(strstr(feed, "outage/2026-08-23T"));
    assert_non_null(strstr(feed, "outage/2026-10-12T"));
    free(feed);
    fake_free(&fake);
}

/* Nothing measured: a feed all the same, with a time that does not move. */
static void test_empty(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_ready(&fake);
    char *feed = feed_of(&fake, NULL, NULL);
    assert_non_null(strstr(feed, "<updated>1970-01-01T00:00:00Z</updated>"));
    free(feed);
    fake_free(&fake);
}

static void test_hostile_words(void **state)
{
    (void)state;
    struct fake fake;
    static const char words[] = "<script>]]>&\"'\x01\xEF\xBF\xBE\xE2\x80\xAE\xFF x";
    small_world(&fake);
    struct hoster *hoster = &fake.hosters[0];
    hoster->name = fake_wording(&fake, words);
    fake.collective.name = words;
    fake_known(&fake, service_of(&fake, "chat-perche/pad"))->spans[1].detail = words;
    fake_known(&fake, service_of(&fake, "chat-perche/pad"))->annotations[0].said.by = words;
    char *feed = feed_of(&fake, hoster, NULL);
    assert_null(strstr(feed, "<script"));
    assert_null(strstr(feed, "]]>"));
    assert_null(strstr(feed, "&lt;script"
                             "&gt;]]&gt;&quot;"));
    assert_non_null(strstr(feed, "&amp;lt;script&amp;gt;")); /* within the story: escaped twice */
    assert_null(strchr(feed, 0x01));
    assert_null(strstr(feed, "\xEF\xBF\xBE"));
    assert_null(strstr(feed, "\xE2\x80\xAE"));
    free(feed);
    fake_free(&fake);
}

static void test_authority(void **state)
{
    (void)state;
    static const struct {
        const char *website, *contact, *wanted;
    } rows[] = {
        {"https://Exemple.example/a", "a@b.example", "exemple.example"},
        {"http://exemple.example:8080", NULL, "exemple.example"},
        {NULL, "Contact@exemple.example", "contact@exemple.example"},
        {"https://[2001:db8::1]/", "a@b.example", "a@b.example"},
        {"https://é.example/", NULL, "vibrisse.invalid"},
        {"https://user@exemple.example/", NULL, "vibrisse.invalid"},
        {NULL, "https://exemple.example/contact", "vibrisse.invalid"},
        {NULL, "a b@exemple.example", "vibrisse.invalid"},
        {NULL, NULL, "vibrisse.invalid"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collective collective = {.website = rows[i].website, .contact = rows[i].contact};
        assert_string_equal(tag_authority(&collective, &arena), rows[i].wanted);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),    cmocka_unit_test(test_which_are_told),
        cmocka_unit_test(test_updates),   cmocka_unit_test(test_newest_fifty),
        cmocka_unit_test(test_empty),     cmocka_unit_test(test_hostile_words),
        cmocka_unit_test(test_authority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

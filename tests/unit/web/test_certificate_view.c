/* What the page of a service says of its certificates. */
#include "certificate_view.h"

#include "fake.h"
#include "macros.h"
#include "testing.h"
#include "text.h"

#include <string.h>

enum { DAY = 86400 };

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

struct bench {
    struct fake fake;
    struct service *service;
    struct check *checks;
    struct buffer out;
};

static void set_up(struct bench *bench, size_t checks)
{
    static const struct check kinds[] = {
        {.id = "page", .url = "https://mail.chat.example/", .interval_ms = 60000},
        {.id = "imap", .url = "imaps://mail.chat.example:993", .interval_ms = 60000},
    };
    fake_init(&bench->fake, now);
    bench->fake.page.language = "en";
    fake_hoster(&bench->fake, "chat", "Le Chat");
    bench->service = fake_service(&bench->fake, 0, "mail", "Courriel");
    bench->checks = arena_array(&bench->fake.arena, ARRAY_LEN(kinds), sizeof *bench->checks);
    memcpy(bench->checks, kinds, sizeof kinds);
    bench->service->checks = bench->checks;
    bench->service->check_count = checks;
    fake_ready(&bench->fake);
    buffer_init(&bench->out, PAGE_MAX);
}

static void tear_down(struct bench *bench)
{
    buffer_fini(&bench->out);
    fake_free(&bench->fake);
}

/* With plain spaces for the no-break ones. */
static const char *page_of(struct bench *bench)
{
    char *to;
    buffer_clear(&bench->out);
    page_service(&bench->fake.page, bench->service, &bench->out);
    to = bench->out.bytes;
    for (const char *from = to; *from; to++) {
        bool wide = text_starts(from, "\u00A0");
        *to = wide ? ' ' : *from;
        from += wide ? 2 : 1;
    }
    *to = '\0';
    return buffer_text(&bench->out);
}

/* A certificate by its digest's letter, of `lifetime` days, of which `left` are left. */
static void issue(struct certificate *certificate, char digest, int lifetime, int left)
{
    memset(certificate->sha256, digest, 64);
    memset(certificate->key_sha256, digest, 64);
    text_copy(certificate->issuer, sizeof certificate->issuer, "Let’s Encrypt (E7)");
    text_copy(certificate->key, sizeof certificate->key, "EC 256");
    text_copy(certificate->protocol, sizeof certificate->protocol, "TLSv1.3");
    text_copy(certificate->names, sizeof certificate->names, "chat.example, *.chat.example");
    certificate->sans = 2;
    certificate->chain_ok = true;
    certificate->not_after = wall_from_seconds(now + left * DAY + 600);
    certificate->not_before = wall_from_seconds(now + (left - lifetime) * DAY + 600);
}

static struct result *show(struct bench *bench, const char *check, enum family family, char digest,
                           int lifetime, int left)
{
    struct line_belief *line = fake_line(&bench->fake, bench->service, check, family, REASON_ok);
    issue(&line->last.certificate, digest, lifetime, left);
    return &line->last;
}

/* `left`: days before the end of the one before. */
static struct certificate_change *changed(struct bench *bench, int days_ago, char before, int left,
                                          char now_digest)
{
    struct certificate_change *change =
        fake_certificate(&bench->fake, bench->service, "page", now - days_ago * DAY);
    if (before)
        issue(&change->before, before, 90, left - days_ago);
    issue(&change->now, now_digest, 90, 90 - days_ago);
    return change;
}

static bool says(struct bench *bench, const char *sentence)
{
    return strstr(page_of(bench), sentence) != NULL;
}

static void test_without_tls(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    fake_line(&bench.fake, bench.service, "page", FAMILY_IPV4, REASON_ok);
    assert_false(says(&bench, "Certificate"));
    assert_true(says(&bench, "aria-label=\"Checks\""));
    /* What it had when it still spoke TLS is no news. */
    changed(&bench, 100, 0, 0, 'a');
    assert_false(says(&bench, "Certificate"));
    tear_down(&bench);
}

static void test_facts(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    struct result *last = show(&bench, "page", FAMILY_IPV4, 'a', 90, 60);
    static const char *const sentences[] = {
        "<h2>Certificate</h2>",
        "aria-label=\"Checks and certificate\"",
        "60 days left on 22 November",
        "<dd>Let’s Encrypt (E7)</dd>",
        "<dt>For</dt><dd>chat.example, *.chat.example</dd>",
        "<dt>Valid until</dt><dd>21 January 2027, 14:42</dd>",
        "<dt>Key</dt><dd>EC 256</dd>",
        "<dt>Encryption</dt><dd>TLS 1.3</dd>",
        "<dt>Trust</dt><dd>verified for this name</dd>",
    };
    for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
        if (!says(&bench, sentences[i]))
            fail_msg("not said: %s", sentences[i]);
    assert_false(says(&bench, "Usual renewal"));
    assert_false(says(&bench, "<summary>History of the certificate"));
    assert_false(says(&bench, "<dt>Remarks"));
    last->certificate.notices = notice_bit(NOTICE_renew_soon);
    assert_false(says(&bench, "<dt>Remarks"));
    last->certificate.notices |= notice_bit(NOTICE_root_sent) | notice_bit(NOTICE_dane_verified);
    assert_true(says(&bench, "<dt>Remarks</dt><dd>its root is sent along, which nobody needs, its "
                             "domain announces it (DANE)</dd>"));
    last->certificate.sans = 5;
    assert_true(says(&bench, "chat.example, *.chat.example and 3 more"));
    last->certificate.chain_ok = false;
    assert_true(says(&bench, "<dd>not verified for this name</dd>"));
    last->reason = REASON_tls_incomplete_chain;
    assert_true(says(&bench, "<dd>not verified: a certificate is missing from its chain</dd>"));
    tear_down(&bench);
}

/* By share of the lifetime: each row is a certificate, the look of its state, and whether a notice stands below. */
static void test_warnings(void **state)
{
    static const struct {
        int lifetime, left;
        const char *look;
        bool notice;
    } rows[] = {
        {90, 23, "st up", false}, {90, 22, "st up", true},   {90, 12, "st up", true},
        {90, 11, "st deg", true}, {365, 30, "st up", false}, {365, 29, "st up", true},
        {365, 14, "st up", true}, {365, 13, "st deg", true}, {6, 2, "st up", false},
        {6, 1, "st up", true},    {6, 0, "st deg", true},    {90, -1, "st down", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        set_up(&bench, 1);
        show(&bench, "page", FAMILY_IPV4, 'a', rows[i].lifetime, rows[i].left);
        const char *block = strstr(page_of(&bench), "<h2>Certificate</h2>");
        assert_non_null(block);
        assert_true(text_starts(strstr(block, "class=\"") + 7, rows[i].look));
        assert_int_equal(strstr(block, "Its end is near") != NULL, rows[i].notice);
        tear_down(&bench);
    }
}

static void test_expired(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    show(&bench, "page", FAMILY_IPV4, 'a', 90, -3);
    assert_true(says(&bench, "Expired on 19 November 2026"));
    tear_down(&bench);
}

static void test_families_that_differ(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    struct result *ipv4 = show(&bench, "page", FAMILY_IPV4, 'a', 90, 60);
    show(&bench, "page", FAMILY_IPV6, 'b', 90, 50);
    assert_true(says(&bench, "IPv4 and IPv6 show different certificates: this one, over IPv6, is "
                             "the first to end."));
    assert_true(says(&bench, "50 days left"));
    memset(ipv4->certificate.sha256, 'b', 64);
    assert_false(says(&bench, "different certificates"));
    tear_down(&bench);
}

/* Seen from two places, one of which met another server behind the balancer. */
static void test_places_that_differ(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    show(&bench, "page", FAMILY_IPV4, 'a', 90, 60);
    show(&bench, "page", FAMILY_IPV4, 'b', 90, 50);
    assert_true(says(&bench, "50 days left"));
    assert_false(says(&bench, "different certificates"));
    tear_down(&bench);
}

static void test_history(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    show(&bench, "page", FAMILY_IPV4, 'e', 90, 90);
    changed(&bench, 0, 'd', 30, 'e');
    struct certificate_change *issuer = changed(&bench, 60, 'c', 1, 'd');
    text_copy(issuer->before.key, sizeof issuer->before.key, "RSA 2048");
    text_copy(issuer->before.issuer, sizeof issuer->before.issuer, "R3 & <co>");
    struct certificate_change *key = changed(&bench, 120, 'b', 30, 'c');
    memset(key->before.key_sha256, 'c', 64);
    key->before.issuer[0] = '\0';
    key->of_one_family = true;
    key->family = FAMILY_IPV6;
    changed(&bench, 180, 'b', -2, 'c');
    changed(&bench, 240, 0, 0, 'b');
    static const char *const sentences[] = {
        "<summary>History of the certificate</summary>",
        "<time datetime=\"2026-11-22\">22 November 2026</time>: renewed 30 days before its end."
        " Same issuer. New key.</li>",
        "renewed 1 day before its end. Another issuer: Let’s Encrypt (E7), no longer R3 &amp; "
        "&lt;co&gt;. Another kind of key: EC 256, no longer RSA 2048.</li>",
        "Another issuer: Let’s Encrypt (E7), no longer –. Same key. Over IPv6 only.</li>",
        "renewed 1 day after its end.",
        "seen for the first time, issued by Let’s Encrypt (E7).</li>",
        "<dt>Usual renewal</dt><dd>1 day before the end</dd>",
    };
    for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
        if (!says(&bench, sentences[i]))
            fail_msg("not said: %s", sentences[i]);
    assert_false(says(&bench, "Earlier changes"));
    bench.fake.page.language = "fr";
    assert_true(says(&bench, "22 novembre 2026</time> : renouvelé 30 jours avant son échéance."
                             " Même émetteur. Nouvelle clé.</li>"));
    tear_down(&bench);
}

static void test_history_is_bounded(void **state)
{
    struct bench bench;
    size_t items = 0;
    (void)state;
    set_up(&bench, 1);
    show(&bench, "page", FAMILY_IPV4, 'a', 90, 90);
    for (int i = 0; i < 20; i++)
        changed(&bench, i, 'a', 30, 'b');
    for (const char *at = page_of(&bench); (at = strstr(at, ": renewed ")); at++)
        items++;
    assert_int_equal(items, 10);
    assert_true(says(&bench, "Earlier changes are in the record and not listed."));
    tear_down(&bench);
}

/* A service that refuses connections has a certificate all the same. */
static void test_last_known(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 1);
    fake_line(&bench.fake, bench.service, "page", FAMILY_IPV4, REASON_connect_refused);
    assert_false(says(&bench, "<h2>Certificate</h2>"));
    changed(&bench, 10, 0, 0, 'a');
    assert_true(says(&bench, "This is the one shown last: no certificate is to be seen now."));
    assert_true(says(&bench, "80 days left on 22 November"));
    assert_false(says(&bench, "<dt>Trust</dt>"));
    tear_down(&bench);
}

static void test_several_endpoints(void **state)
{
    struct bench bench;
    (void)state;
    set_up(&bench, 2);
    show(&bench, "page", FAMILY_IPV4, 'a', 90, 60);
    show(&bench, "imap", FAMILY_IPV4, 'b', 90, 50);
    assert_true(says(&bench, "<h2 id=\"cert-h\">Certificates</h2>"));
    assert_true(says(&bench, "<h3>HTTPS, mail.chat.example</h3>"));
    assert_true(says(&bench, "<h3>IMAPS, mail.chat.example:993</h3>"));
    assert_true(says(&bench, "60 days left"));
    assert_true(says(&bench, "50 days left"));
    assert_false(says(&bench, "<h2>Certificate</h2>"));
    tear_down(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_tls),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_expired),
        cmocka_unit_test(test_families_that_differ),
        cmocka_unit_test(test_places_that_differ),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_history_is_bounded),
        cmocka_unit_test(test_last_known),
        cmocka_unit_test(test_several_endpoints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

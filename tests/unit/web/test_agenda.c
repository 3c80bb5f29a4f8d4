/* The calendar: lines, and one whole against a kept file. */
#include "agenda.h"

#include "fake.h"
#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

static char *line_of(const char *text)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    agenda_line(&out, "SUMMARY", text);
    return buffer_take(&out, NULL);
}

static void test_escapes(void **state)
{
    (void)state;
    char *line = line_of("a\\b;c,d:\"e\"\nf\x01\xE2\x80\xAE");
    assert_string_equal(line, "SUMMARY:a\\\\b\\;c\\,d:\"e\" f\r\n");
    free(line);
}

/* At every offset of a character of several bytes, and of an escape. */
static void test_folds(void **state)
{
    (void)state;
    static const char *const pieces[] = {"é", "€", "🐈", ","};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        for (size_t before = 50; before < 80; before++) {
            char text[512] = "";
            memset(text, 'm', before);
            for (int i = 0; i < 40; i++)
                strcat(text, pieces[p]);
            char *line = line_of(text), *unfolded = calloc(1, strlen(line) + 1);
            size_t used = 0;
            for (char *at = line; *at;) {
                size_t length = strcspn(at, "\r");
                assert_true(length <= 75);
                assert_true(((unsigned char)at[at == line ? 0 : 1] & 0xC0) != 0x80);
                memcpy(unfolded + used, at + (at != line), length - (at != line));
                used += length - (at != line);
                assert_memory_equal(at + length, "\r\n", 2);
                at += length + 2;
            }
            assert_int_equal(used, strlen("SUMMARY:") + before +
                                       40 * (strlen(pieces[p]) + (*pieces[p] == ',')));
            free(unfolded);
            free(line);
        }
    }
}

static char *agenda_of(struct fake *fake)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    agenda_write(&fake->page, (struct output_subject){0}, &out);
    return buffer_take(&out, NULL);
}

/* One of a hoster that two services share is one; the time of day changes nothing. */
static void test_golden(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid d’Octets");
    struct service *a = fake_service(&fake, 0, "a", "A"), *b = fake_service(&fake, 0, "b", "B");
    struct maintenance *shared =
        fake_maintenance(&fake, a, now + 86400, now + 90000, "Onduleur; deux, <b>trois</b>");
    shared->subject = "nid";
    struct fake_service *known = fake_known(&fake, b);
    known->occurrences = fake_known(&fake, a)->occurrences;
    known->occurrence_count = 1;
    fake_ready(&fake);
    char *agenda = agenda_of(&fake);
    golden_expect("maintenance.ics", agenda);
    fake.page.now += 3600;
    char *later = agenda_of(&fake);
    assert_string_equal(later, agenda);
    free(later);
    free(agenda);
    fake_free(&fake);
}

static void test_nothing_announced(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_ready(&fake);
    char *agenda = agenda_of(&fake);
    assert_non_null(strstr(agenda, "BEGIN:VTIMEZONE\r\n"));
    assert_null(strstr(agenda, "VEVENT"));
    free(agenda);
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_folds),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_nothing_announced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

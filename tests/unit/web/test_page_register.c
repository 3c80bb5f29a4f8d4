/* The journal of the registers: what it says of each kind of reading, strangers' words, and its size. */
#include "page.h"
#include "register_log.h"

#include "fake.h"

#include "macros.h"
#include "testing.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

#define NARROW "\u202F"
#define BROAD  "\u00A0"

static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    fake_hoster(fake, "chat-perche", "Le Chat Perché");
    fake_service(fake, 0, "pad", "Pads");
    fake->practice.registers = 1;
    fake->practice.register_every_ms = 6 * 3600 * 1000;
    fake_ready(fake);
}

static char *text_of(struct fake *fake, const struct register_log *log)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    page_register(&fake->page, log, &out);
    assert_false(out.overflow);
    return buffer_take(&out, NULL);
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, strstr(text, "<main"));
}

static struct register_entry entries[] = {
    {.is_federation = true,
     .url = "https://f.example/f",
     .name = "F",
     .state = REGISTER_UNCHANGED,
     .files = 1},
    {.url = "https://chat-perche.example/o",
     .id = "chat-perche",
     .name = "Le Chat <b>",
     .state = REGISTER_FRESH,
     .files = 9,
     .unread = 2,
     .errors = 1,
     .warnings = 3,
     .notices = 12,
     .in = "https://chat-perche.example/p",
     .line = 7,
     .sentence = "the value of {key} stands in quotes; they are left out",
     .key = "<i>service.name"},
    {.url = "https://b.example/o",
     .id = "b",
     .state = REGISTER_KEPT,
     .reason = REASON_http_status,
     .status = 404,
     .good = 1795000000,
     .files = 1},
    {.url = "javascript:x", .name = "C", .state = REGISTER_LOST, .reason = REASON_ok, .files = 1},
};

static void test_french(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    struct register_log log = {
        .at = now - 600, .files = 13, .entries = entries, .count = ARRAY_LEN(entries)};
    char *text = text_of(&fake, &log);
    expect(text, "Dernière lecture le <time datetime=\"2026-11-22\">22" BROAD "novembre" BROAD
                 "2026</time>, 14" BROAD "h" BROAD "22" BROAD ": 13 fichiers de 3 "
                 "membres.");
    expect(text, "<a href=\"../h/chat-perche/\">Le Chat &lt;b&gt;</a> · <a "
                 "href=\"https://chat-perche.example/o\">fichier</a>");
    expect(text, "lu" NARROW "; 2 fichiers sur 9 n’ont pas pu l’être");
    expect(text, "1 erreur, 3 avertissements, 12 suggestions");
    expect(text, "<a href=\"https://chat-perche.example/p\">ligne 7</a>" BROAD ": ");
    expect(text, "&lt;i&gt;service.name");
    expect(text, "repris tel qu’il était le <time datetime=\"2026-11-18\">18" BROAD "novembre" BROAD
                 "2026</time>");
    expect(text, "(404)");
    expect(text, "n’a pas pu être lu" BROAD ": ce qui est venu n’est pas un fichier valable");
    expect(text, "lu, inchangé");
    expect(text, "vibrisse register lint FILE");
    expect(text, "6" BROAD "h");
    assert_null(strstr(text, "<b>L"));
    assert_null(strstr(text, "<i>"));
    assert_null(strstr(text, "javascript"));
    free(text);
    fake_free(&fake);
}

static void test_nothing_yet(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.page.language = "en";
    char *text = text_of(&fake, NULL);
    expect(text, "They have not been read yet.");
    assert_null(strstr(text, "<table"));
    free(text);
    fake_free(&fake);
}

/* Where there are registers, every page leads there; where there are none, none does. */
static void test_leads_there(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    small_world(&fake);
    fake.hosters[0].source = "https://chat-perche.example/o";
    buffer_init(&out, PAGE_MAX);
    page_hoster(&fake.page, &fake.hosters[0], &out);
    expect(buffer_text(&out), "<a href=\"../../register/\">le journal des lectures</a>");
    expect(buffer_text(&out), "<li><a href=\"../../register/\">Registres</a></li>");
    buffer_clear(&out);
    fake.practice.registers = 0;
    page_hoster(&fake.page, &fake.hosters[0], &out);
    assert_null(strstr(buffer_text(&out), "register/"));
    buffer_fini(&out);
    fake_free(&fake);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

static void invent(struct fake *fake, struct register_entry *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned number = (unsigned)i * 2654435761U;
        list[i] = entries[1 + i % 2];
        list[i].name = arena_printf(&fake->arena, "Hébergeur %x", number);
        list[i].url = arena_printf(&fake->arena,
                                   "https://h%x.example/.well-known/chatonsinfos/o%x"
                                   ".properties",
                                   number, number >> 7);
        list[i].in = arena_printf(&fake->arena,
                                  "https://h%x.example/.well-known/chatonsinfos/s%x"
                                  ".properties",
                                  number, number >> 9);
        list[i].sentence = entries[1].sentence;
        list[i].line = number % 97;
        list[i].warnings = number % 31;
        list[i].key = arena_printf(&fake->arena, "service.key%x", number >> 11);
    }
}

/* A hundred members with findings within 16 kB and 3,000 nodes; of thousands, those that something is to be said of. */
static void test_size(void **state)
{
    (void)state;
    enum { COUNT = 100, MANY = 3000, ROOM = 16 * 1024, NODES = 3000 };
    struct fake fake;
    small_world(&fake);
    struct register_entry *list = arena_array(&fake.arena, MANY, sizeof *list);
    struct register_log log = {.at = now, .files = 900, .entries = list, .count = COUNT};
    invent(&fake, list, COUNT);
    char *text = text_of(&fake, &log);
    unsigned char packed[2 * ROOM];
    size_t size = sizeof packed;
    assert_true(BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, strlen(text),
                                      (const unsigned char *)text, &size, packed));
    assert_true(size <= ROOM);
    assert_true(occurrences(text, "<") - occurrences(text, "</") <= NODES);
    assert_int_equal(occurrences(text, "<th scope=\"row\""), COUNT);
    free(text);
    log.count = MANY;
    for (size_t i = 0; i < MANY; i++)
        list[i] = (struct register_entry){.url = "https://x.example/", .state = REGISTER_FRESH};
    list[7] = entries[1];
    text = text_of(&fake, &log);
    assert_int_equal(occurrences(text, "<th scope=\"row\""), 1);
    expect(text, "2" NARROW "999 autres ne sont pas montrés ici.");
    free(text);
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_french),
        cmocka_unit_test(test_nothing_yet),
        cmocka_unit_test(test_leads_there),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

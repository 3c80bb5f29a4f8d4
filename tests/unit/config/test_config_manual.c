#include "config.h"

#include "fake_probes.h"
#include "sections.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const struct config_edition edition = {.date = "2026-01-31", .version = "1.2.3"};

static char *manual(void)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    config_manual(&fake_probes, &edition, out);
    fclose(out);
    return text;
}

/* ".B name" as roff source writes it. */
static void assert_has(const char *text, const char *name)
{
    char wanted[200] = ".TP\n.B ";
    for (size_t length = strlen(wanted); *name; name++) {
        if (*name == '-')
            wanted[length++] = '\\';
        wanted[length++] = *name;
    }
    if (!strstr(text, wanted))
        fail_msg("the manual lacks %s", wanted);
}

static void test_every_row(void **state)
{
    (void)state;
    char *text = manual();
    for (size_t i = 0; i < SECTION_COUNT; i++)
        for (size_t j = 0; j < sections[i].schema.count; j++)
            assert_has(text, sections[i].schema.rows[j].name);
    for (size_t i = 0; fake_probes.schemes[i]; i++) {
        const struct schema *options = fake_probes.options(fake_probes.schemes[i]);
        for (size_t j = 0; j < options->count; j++)
            assert_has(text, options->rows[j].name);
    }
    free(text);
}

static void test_what_is_said(void **state)
{
    (void)state;
    char *text = manual();
    assert_non_null(strstr(text, "Type: duration, 1s to 1d;\ndefault: 60s.\n"));
    assert_non_null(strstr(text, "Type: word:\nstandard,\ncompact;\ndefault: standard.\n"));
    assert_non_null(strstr(text, "Type: text, at most 200 bytes; required.\n"));
    assert_non_null(strstr(text, "Type: size, 1B to 1MiB.\n"));
    assert_non_null(strstr(text, "Example:\n.B flush:\n10m\n"));
    free(text);
}

static void test_shared_options_stand_once(void **state)
{
    (void)state;
    char *text = manual();
    assert_non_null(strstr(text, ".SS Checks of alpha\n"));
    assert_non_null(strstr(text, "The same for alphas."));
    assert_null(strstr(text, ".SS Checks of alphas\n"));
    free(text);
}

/* A sentence that begins with a dot is no command. */
static void test_escapes(void **state)
{
    (void)state;
    char *text = manual();
    assert_non_null(strstr(text, "\n\\&.Asked.\n"));
    free(text);
}

static void test_known_software(void **state)
{
    (void)state;
    struct config_probes probes = fake_probes;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    probes.software = "software:\n"
                      "  - {name: Pad, aliases: [Pad-Lite, Pads], users: /f, note: .Well., checks: "
                      "[{id: h, path: x-y, strength: strong}, {id: p, path: \"\"}]}\n"
                      "  - {name: Talk, checks: [{id: t, url: \"beta://{host}\", question: x, "
                      "expect: {answer: 1}}]}\n"
                      "  - {name: Silent, note: x}\n";
    config_manual(&probes, &edition, out);
    fclose(out);
    assert_non_null(strstr(text, ".SH KNOWN SOFTWARE\n"));
    assert_non_null(strstr(text, ".B Pad\nAlso for\nPad\\-Lite,\nPads.\n.br\n"
                                 "Checks:\nh (x\\-y, strong),\np (the url itself, weak).\n"
                                 ".br\nFigures of its users: /\\:f\n.br\n\\&.Well.\n"));
    assert_non_null(strstr(text, ".B Talk\nChecks:\nt (beta://\\:{host}, weak).\n.TP"));
    assert_non_null(strstr(text, ".B Silent\nNo checks.\n.br\nx\n"));
    free(text);
    text = manual();
    assert_null(strstr(text, "KNOWN SOFTWARE"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_what_is_said),
        cmocka_unit_test(test_shared_options_stand_once),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_known_software),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Our figures in the form of ChatonsInfos: what the files say, strangers' words in them, and when there are none. */
#include "infos.h"

#include "calendar.h"
#include "fake.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

/* Pads for three whole days, an hour of the second one down; a mail service that is not counted. */
static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    struct hoster *hoster = fake_hoster(fake, "chat-perche", "\"Le Chat\"");
    struct service *pad = fake_service(fake, 0, "pad", "null");
    struct service *mail = fake_service(fake, 0, "mail", "C:\\mail\nsubs.x=y");
    int64_t begin = calendar_day_after(calendar_day(now), -3), cut = begin + 90000;
    fake->collective.address = "https://exemple.example/etat";
    hoster->website = "https://chat-perche.example/";
    hoster->declared = PRESENCE_IDLE;
    pad->url = "https://pad.chat-perche.example/";
    pad->software = "Etherpad";
    pad->hosting = HOSTING_SERVER;
    pad->declared = DECLARED_MAINTENANCE;
    pad->declared_reason = "'Mise à jour'";
    pad->until = "2027-06-30";
    mail->counted = false;
    fake_span(fake, pad, begin, cut, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, cut, cut + 3600, OUTCOME_DOWN, REASON_timeout);
    fake_span(fake, pad, cut + 3600, now - 60, OUTCOME_UP, REASON_ok);
    fake_latency(fake, pad, begin, 180, 350);
    fake_latency(fake, pad, calendar_day_after(begin, 2), 250, 350);
    fake_ready(fake);
}

static void expect(char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in\n%s", part, text);
}

static void test_identities(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    char *text = fake_file(&fake, infos_federation, NULL, NULL);
    expect(text, "# [File]\nfile.class = federation\nfile.protocol = ChatonsInfos-0.5\n"
                 "file.generator = vibrisse 1.0\n");
    expect(text, "\nsubs.chat-perche = "
                 "https://exemple.example/etat/data/chatonsinfos/chat-perche.properties\n");
    free(text);
    text = fake_file(&fake, infos_hoster, "chat-perche", NULL);
    expect(text, "\norganization.name = \"\"Le Chat\"\"\n");
    expect(text, "\norganization.website = https://chat-perche.example/\n");
    expect(text, "\norganization.status.level = IDLE\n");
    expect(text, "\nsubs.pad = https://exemple.example/etat/data/chatonsinfos/chat-perche/pad/"
                 "service.properties\n");
    expect(text, "\nsubs.vibrisse-metrics = https://exemple.example/etat/data/chatonsinfos/"
                 "chat-perche/metrics.properties\n");
    free(text);
    text = fake_file(&fake, infos_service, NULL, "chat-perche/pad");
    expect(text, "\nservice.name = \"null\"\n");
    expect(text, "\nservice.website = https://pad.chat-perche.example/\n");
    expect(text, "\nservice.status.level = WARNING\n");
    expect(text, "\nservice.status.description = \"'Mise à jour'\"\n");
    expect(text, "\nservice.enddate = 2027-06-30\n");
    expect(text, "\nsoftware.name = Etherpad\n");
    expect(text, "\nhost.provider.type = HOSTEDSERVER\n");
    free(text);
    text = fake_file(&fake, infos_service, NULL, "chat-perche/mail");
    expect(text, "\nservice.name = C:/mail subs.x=y\n");
    expect(text, "\nservice.website = https://exemple.example/etat/fr/h/chat-perche/mail/\n");
    assert_null(strstr(text, "status.level"));
    assert_null(strstr(text, "\nsubs.x"));
    free(text);
    fake_free(&fake);
}

/* Lists begin with the year and end with the last value that is known. */
static void test_metrics(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    char *text = fake_file(&fake, infos_metrics, NULL, "chat-perche/pad");
    expect(text, "file.class = metrics\n");
    expect(text, "\nfile.datetime = 2026-11-22T00:00:00\n");
    expect(text, "\nmetrics.uptime.availability.name = Disponibilité\n");
    expect(text, "\nmetrics.uptime.availability.2026.months = ,,,,,,,,,,98.611\n");
    expect(text, "\nmetrics.uptime.down.2026.months = ,,,,,,,,,,3600\n");
    expect(text, ",100.000,95.833,100.000\n"); /* days */
    expect(text, ",176.1,,249.9\n");
    expect(text, "\nmetrics.uptime.latency.2026.months = ,,,,,,,,,,176.1\n");
    expect(text, "\nmetrics.uptime.outages.2026.weeks = ");
    assert_null(strstr(text, ".2025."));
    assert_null(strstr(text, ".2027."));
    free(text);
    text = fake_file(&fake, infos_metrics, "chat-perche", NULL);
    expect(text, "\nmetrics.uptime.availability.2026.months = ,,,,,,,,,,98.611\n");
    free(text);
    text = fake_file(&fake, infos_metrics, NULL, "chat-perche/mail"); /* it has no record */
    assert_null(strstr(text, "months"));
    free(text);
    fake_free(&fake);
}

/* They name each other by the site's address: without one there is nothing to crawl. */
static void test_no_address(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.collective.address = NULL;
    char *text = fake_file(&fake, infos_federation, NULL, NULL);
    assert_string_equal(text, "");
    free(text);
    text = fake_file(&fake, infos_service, NULL, "chat-perche/pad");
    assert_string_equal(text, "");
    free(text);
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

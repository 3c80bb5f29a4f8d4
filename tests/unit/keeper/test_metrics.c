/* The metrics of a small monitor: each sample as it should be, and none where nothing is known. The grammar of the whole is
 * looked at in tests/system/test_metrics.py. */
#include "metrics.h"

#include "mem.h"
#include "office.h"
#include "village.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>

enum { BEGIN = VILLAGE_BEGIN };

static const char *const keys[] = {"a/mail", "a/pad", NULL};

struct desk {
    struct office office;
    struct buffer text;
};

static int set_up(void **state)
{
    struct desk *desk = mem_zalloc(sizeof *desk);
    office_open(&desk->office, keys, BEGIN + 30);
    desk->office.view.unreadable = 4;
    buffer_init(&desk->text, METRICS_MAX);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    buffer_fini(&desk->text);
    office_close(&desk->office);
    free(desk);
    return 0;
}

static void write_anew(struct desk *desk)
{
    buffer_clear(&desk->text);
    metrics_write(&desk->office.view, &desk->text);
    assert_false(desk->text.overflow);
}

/* A whole line. */
static bool tells(const struct desk *desk, const char *line)
{
    const char *text = buffer_text(&desk->text), *found = strstr(text, line);
    return found && (found == text || found[-1] == '\n') && found[strlen(line)] == '\n';
}

static bool names(const struct desk *desk, const char *sample)
{
    return strstr(buffer_text(&desk->text), sample) != NULL;
}

static void test_nothing_known(void **state)
{
    struct desk *desk = *state;
    write_anew(desk);
    assert_false(names(desk, "\nprobe_success{"));
    assert_false(names(desk, "\nvibrisse_attempts_total"));
    assert_false(names(desk, "\nvibrisse_measured_timestamp_seconds "));
    assert_true(tells(desk, "vibrisse_service_state{hoster=\"a\",service=\"pad\","
                            "vibrisse_service_state=\"unknown\"} 1"));
    assert_true(tells(desk, "vibrisse_results_total{fate=\"unreadable\"} 4"));
    assert_true(tells(desk, "# EOF"));
}

static void test_measured(void **state)
{
    struct desk *desk = *state;
    struct result result = village_result("a/pad", BEGIN, REASON_ok);
    result.phases.ms[PHASE_TOTAL] = 12.5;
    strcpy(result.certificate.sha256, "00");
    result.certificate.not_after = wall_from_seconds(1800000000);
    pipeline_result(desk->office.pipeline, &result, result.time);
    result = village_result("a/mail", BEGIN, REASON_connect_refused);
    pipeline_result(desk->office.pipeline, &result, result.time);
    result = village_result("a/nobody", BEGIN, REASON_ok);
    pipeline_result(desk->office.pipeline, &result, result.time);
    desk->office.heartbeat = (struct heartbeat){
        .time = wall_from_seconds(BEGIN), .started = 7, .late = 2, .loop_lag_ms = 6};
    desk->office.heartbeat.vantage.senses[SENSE_IPV6].condition = CONDITION_BLIND;
    write_anew(desk);
    static const char *const lines[] = {
        "probe_success{hoster=\"a\",service=\"pad\",check=\"web\",family=\"ipv4\",vantage=\"here\"}"
        " 1",
        "probe_success{hoster=\"a\",service=\"mail\",check=\"web\",family=\"ipv4\",vantage="
        "\"here\"} 0",
        "probe_duration_seconds{hoster=\"a\",service=\"pad\",check=\"web\",family=\"ipv4\","
        "vantage=\"here\"} 0.012500",
        "probe_ssl_earliest_cert_expiry{hoster=\"a\",service=\"pad\",check=\"web\",family=\"ipv4\","
        "vantage=\"here\"} 1800000000",
        "vibrisse_results_total{fate=\"taken\"} 2",
        "vibrisse_results_total{fate=\"unknown_service\"} 1",
        "vibrisse_attempts_total 7",
        "vibrisse_attempts_late_total 2",
        "vibrisse_loop_lag_seconds 0.006",
        "vibrisse_vantage_condition{sense=\"ipv6\",vibrisse_vantage_condition=\"blind\"} 1",
        "vibrisse_vantage_condition{sense=\"ipv6\",vibrisse_vantage_condition=\"good\"} 0",
        "vibrisse_measured_timestamp_seconds 1767225600",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!tells(desk, lines[i]))
            fail_msg("no line %s in\n%s", lines[i], buffer_text(&desk->text));
    assert_false(names(desk, "probe_ssl_earliest_cert_expiry{hoster=\"a\",service=\"mail\""));
}

/* What was found long ago says nothing of now, and our own faults say nothing of the service. */
static void test_silent(void **state)
{
    struct desk *desk = *state;
    struct result result = village_result("a/pad", BEGIN, REASON_ok);
    pipeline_result(desk->office.pipeline, &result, result.time);
    result = village_result("a/mail", BEGIN + 3600, REASON_self);
    pipeline_result(desk->office.pipeline, &result, result.time);
    desk->office.view.now = BEGIN + 3610;
    write_anew(desk);
    assert_false(names(desk, "\nprobe_success{"));
}

static void test_hostile_vantage(void **state)
{
    struct desk *desk = *state;
    struct result result = village_result("a/pad", BEGIN, REASON_ok);
    strcpy(result.vantage, "\"} 1\\\n# EOF");
    pipeline_result(desk->office.pipeline, &result, result.time);
    write_anew(desk);
    assert_true(names(desk, "vantage=\"\\\"} 1\\\\\\n# EOF\"} 1\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_measured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hostile_vantage, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

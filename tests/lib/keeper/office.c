#include "office.h"

#include "village.h"

#include "testing.h"

static void on_lost(void *owner, const char *service, const char *why)
{
    (void)owner;
    fail_msg("%s lost: %s", service, why);
}

void office_open(struct office *office, const char *const *keys, int64_t now)
{
    struct series_rules rules = {.compact = true, .flush_ms = 3600000};
    struct fault fault;
    scratch_make(office->folder);
    assert_int_equal(ledger_open(office->folder, &office->ledger, &fault), 0);
    assert_int_equal(series_open(office->folder, &rules, on_lost, NULL, &office->series, &fault),
                     0);
    office->config = village_config(keys);
    office->pipeline = pipeline_new(office->config, office->ledger, office->series);
    office->view = (struct status_view){.config = office->config,
                                        .pipeline = office->pipeline,
                                        .heartbeat = &office->heartbeat,
                                        .health = "ok",
                                        .now = now};
}

void office_close(struct office *office)
{
    pipeline_free(office->pipeline);
    series_close(office->series);
    ledger_close(office->ledger);
    config_free(office->config);
    scratch_remove(office->folder);
}

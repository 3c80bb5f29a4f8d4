#include "sample.h"

#include "mem.h"
#include "text.h"

static struct alert *begin(enum alert_kind kind, const char *language)
{
    struct alert *alert = mem_zalloc(sizeof *alert);
    alert->kind = kind;
    alert->severity = kind == ALERT_DOWN ? SEVERITY_CRITICAL : SEVERITY_INFO;
    alert->at = 1767323040;
    alert->opens = kind == ALERT_DOWN;
    text_copy(alert->thread, sizeof alert->thread, "chat-perche/pad.1767323040");
    text_copy(alert->target, sizeof alert->target, "night");
    text_copy(alert->language, sizeof alert->language, language);
    return alert;
}

static void add_row(struct alert *alert, const char *name)
{
    struct alert_row *row = &alert->rows[alert->row_count++];
    alert->total = alert->row_count;
    *row = (struct alert_row){.kind = alert->kind,
                              .before = OUTCOME_UP,
                              .after = OUTCOME_DOWN,
                              .since_after = 1767322980,
                              .since = 1767323040,
                              .reason = REASON_connect_refused,
                              .sight_count = 2};
    text_copy(row->service, sizeof row->service, "chat-perche/pad");
    text_copy(row->name, sizeof row->name, name);
    text_copy(row->hoster, sizeof row->hoster, "Le Chat Perché");
    text_copy(row->detail, sizeof row->detail, "192.0.2.7:443 refuses");
    text_copy(row->link, sizeof row->link, "https://exemple.example/fr/h/chat-perche/pad/");
    row->sights[0] = (struct alert_sight){"paris", FAMILY_IPV4, OUTCOME_DOWN};
    row->sights[1] = (struct alert_sight){"lyon", FAMILY_IPV6, OUTCOME_UP};
}

struct alert *sample_down(const char *language)
{
    struct alert *alert = begin(ALERT_DOWN, language);
    add_row(alert, "Carnets");
    alert_identify(alert);
    return alert;
}

struct alert *sample_recovery(const char *language)
{
    struct alert *alert = begin(ALERT_RECOVERY, language);
    add_row(alert, "Carnets");
    alert->at += 720;
    alert->rows[0].before = OUTCOME_DOWN;
    alert->rows[0].after = OUTCOME_UP;
    alert->rows[0].until = alert->at;
    alert->rows[0].reason = REASON_ok;
    alert->rows[0].detail[0] = '\0';
    alert->rows[0].sight_count = 0;
    alert_identify(alert);
    return alert;
}

struct alert *sample_group(size_t count)
{
    struct alert *alert = begin(ALERT_DOWN, "en");
    alert->factor = FACTOR_NETWORK;
    text_copy(alert->common, sizeof alert->common, "192.0.2.0/24");
    text_copy(alert->link, sizeof alert->link, "https://exemple.example/fr/");
    for (size_t i = 0; i < count && i < ALERT_ROWS_MAX; i++) {
        char name[32];
        text_format(name, sizeof name, "Service %zu", i + 1);
        add_row(alert, name);
    }
    alert->total = count;
    alert_identify(alert);
    return alert;
}

struct alert *sample_test(void)
{
    struct alert *alert = begin(ALERT_TEST, "fr");
    alert_identify(alert);
    return alert;
}

struct alert *sample_hostile(void)
{
    struct alert *alert = begin(ALERT_DOWN, "en");
    add_row(alert, SAMPLE_HOSTILE);
    text_copy(alert->rows[0].detail, sizeof alert->rows[0].detail, SAMPLE_HOSTILE);
    alert_identify(alert);
    return alert;
}

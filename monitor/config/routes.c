#include "routes.h"

#include "alerts.h"
#include "sections.h"
#include "text.h"
#include "unit.h"
#include "values.h"

#include <string.h>

struct route { /* as its rows fill it */
    const char *remind, *hours;
    int64_t after_ms;
    bool severe;
    int accept;
};

enum { WAYS_MOST = 8 };
static const int64_t minute_ms = 60 * 1000, longest_ms = INT64_C(30) * 86400 * 1000;
static const char never[] = "never";

const struct schema_row route_rows[ROUTE_ROWS] = {
    {.name = "to",
     .type = SCHEMA_OTHER,
     .doc = "The name of a target of the main file. One of to and mail is given.",
     .example = "night"},
    {.name = "mail",
     .type = SCHEMA_OTHER,
     .doc = "In place of a target, a mail address: it is written to as `mail` of the main file's "
            "alerts says.",
     .example = "tech@autre.example"},
    {.name = "hears",
     .type = SCHEMA_OTHER,
     .preset = "[down, degraded, certificate, flapping]; in routes, monitor as well",
     .doc = "A list of what it wants to hear of: down, degraded, certificate (it will not be good "
            "for long), flapping (to and fro), and in routes monitor (we ourselves do not see "
            "well). That it is over is told to whoever heard of it.",
     .example = "[down, certificate]"},
    {.name = "after",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct route, after_ms),
     .min = 0,
     .max = INT64_C(7) * 86400 * 1000,
     .preset = "0s",
     .doc = "Nothing is told before it has lasted so long.",
     .example = "5m"},
    {.name = "remind",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct route, remind),
     .min = 1,
     .max = 32,
     .preset = "1h",
     .doc = "When to remind of what goes on, then after twice as long, up to once a day; or never.",
     .example = "never"},
    {.name = "quiet-hours",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct route, hours),
     .doc = "When nobody is to be woken, in the collective's time zone: what happens then and is "
            "not over by the end of them comes as one message.",
     .example = "22:00-07:00"},
    {.name = "severe",
     .type = SCHEMA_BOOL,
     .offset = offsetof(struct route, severe),
     .preset = "yes",
     .doc = "no: not even for an outage is anybody woken in the quiet hours.",
     .example = "no"},
    {.name = "escalate",
     .type = SCHEMA_OTHER,
     .doc = "A list of further targets: the first is told of an outage when the message was not "
            "accepted within 5 minutes, all of them after 15.",
     .example = "[sms]"},
    {.name = "accept",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct route, accept),
     .preset = "delivered",
     .words = alerting_accept_words,
     .doc = "What counts as accepted: that the receiver took it, or that somebody said "
            "`vibrisse alert ack`.",
     .example = "acknowledged"},
};

/* ---- single values ---- */

static int remind_of(const char *text, int64_t *ret, struct fault *fault)
{
    *ret = 0;
    if (strcmp(text, never) == 0)
        return 0;
    if (!unit_duration(text, ret) || *ret < minute_ms || *ret > longest_ms)
        return fault_set(fault, "remind takes a duration from 1m to 30d, or never, not \"%.40s\"",
                         text);
    return 0;
}

static int value_remind(const char *value, const struct config_probes *probes, struct fault *fault)
{
    int64_t ms;
    (void)probes;
    return remind_of(value, &ms, fault);
}

static bool hours_of(const char *text, struct quiet_hours *ret)
{
    if (strlen(text) != ROUTE_HOURS_SIZE - 1 || text[5] != '-')
        return false;
    *ret = (struct quiet_hours){value_minute(text), value_minute(text + 6)};
    return ret->from >= 0 && ret->to >= 0 && ret->from != ret->to;
}

static int value_hours(const char *value, const struct config_probes *probes, struct fault *fault)
{
    struct quiet_hours hours;
    (void)probes;
    if (!hours_of(value, &hours))
        return fault_set(fault, "quiet-hours takes two times of the day such as 22:00-07:00");
    return 0;
}

const struct section_rule route_rules[] = {
    {"remind", value_remind}, {"quiet-hours", value_hours}, {NULL, NULL}};

char *route_hours_text(struct quiet_hours hours, char text[ROUTE_HOURS_SIZE])
{
    const int minutes[] = {hours.from, hours.to};
    char *at = text;
    for (int i = 0; i < 2; i++) {
        if (i)
            *at++ = '-';
        *at++ = (char)('0' + minutes[i] / 600);
        *at++ = (char)('0' + minutes[i] / 60 % 10);
        *at++ = ':';
        *at++ = (char)('0' + minutes[i] % 60 / 10);
        *at++ = (char)('0' + minutes[i] % 10);
    }
    *at = '\0';
    return text;
}

/* ---- what it hears of ---- */

static const struct schema_row hears_row = {.name = "hears",
                                            .type = SCHEMA_ENUM,
                                            .words = alerting_subject_words,
                                            .example = "[down, certificate]"};

static void add_subject(const struct reader *reader, const struct node *node, bool everywhere,
                        unsigned *subjects)
{
    int subject = 0;
    if (node->kind == NODE_SCALAR && !node->empty && strcmp(node->text, "recovery") == 0)
        reader_fault(reader, node->place,
                     "leave recovery out: that it is over is told to whoever heard of it");
    else if (!reader_scalar(reader, &hears_row, NULL, node, &subject))
        return;
    else if (subject == ALERTING_MONITOR && !everywhere)
        reader_fault(reader, node->place,
                     "of the monitor itself only routes of the main file's alerts are told");
    else
        *subjects |= 1U << subject;
}

static unsigned read_hears(const struct reader *reader, const struct node *list, bool everywhere)
{
    unsigned subjects = (1U << ALERTING_COUNT) - 1;
    if (!everywhere)
        subjects &= ~(1U << ALERTING_MONITOR);
    if (!reader_is(reader, list, NODE_LIST, hears_row.name, hears_row.example))
        return subjects;
    subjects = 0;
    for (const struct node *node = list->first; node; node = node->next)
        add_subject(reader, node, everywhere, &subjects);
    if (!list->count)
        reader_fault(reader, list->place, "hears is empty: leave the entry out");
    return subjects;
}

/* ---- who is told ---- */

static const struct alert_target *name_of(const struct reader *reader, const struct node *node,
                                          const char *key)
{
    if (!reader_is(reader, node, NODE_SCALAR, key, NULL))
        return NULL;
    const struct config_target *target = alerts_target(reader, node);
    return target ? &target->who : NULL;
}

static const struct alert_target *read_to(const struct reader *reader, const struct node *node)
{
    const struct node *to = node_at(node, "to"), *mail = node_at(node, "mail");
    if (!to == !mail) {
        reader_fault(reader, node->place, "an entry of alerts needs one of to and mail");
        return NULL;
    }
    if (to)
        return name_of(reader, to, "to");
    const struct config_target *target = alerts_address(reader, mail);
    return target ? &target->who : NULL;
}

static const struct alert_target *const *read_ways(const struct reader *reader,
                                                   const struct node *list)
{
    if (!reader_is(reader, list, NODE_LIST, "escalate", "[sms]"))
        return NULL;
    if (list->count > WAYS_MOST) {
        reader_fault(reader, list->place, "escalate may not have more than %d items", WAYS_MOST);
        return NULL;
    }
    const struct alert_target **ways = arena_array(reader->arena, list->count + 1, sizeof *ways);
    size_t count = 0;
    for (const struct node *node = list->first; node; node = node->next)
        if ((ways[count] = name_of(reader, node, "escalate")))
            count++;
    return ways;
}

/* ---- an entry ---- */

static void read_entry(const struct reader *reader, const struct node *node, bool everywhere,
                       struct alert_route *ret)
{
    struct route route = {0};
    struct fault fault;
    if (!reader_section(reader, &sections[SECTION_ROUTE], node, &route) && node)
        return;
    *ret = (struct alert_route){.target = node ? read_to(reader, node) : NULL,
                                .escalate = read_ways(reader, node_at(node, "escalate")),
                                .accept = route.accept,
                                .subjects = read_hears(reader, node_at(node, "hears"), everywhere),
                                .after_ms = route.after_ms,
                                .severe = route.severe};
    remind_of(route.remind, &ret->remind_ms, &fault); /* a bad one was said */
    if (route.hours)
        hours_of(route.hours, &ret->quiet);
}

void routes_read(const struct reader *reader, const struct node *list, bool everywhere,
                 struct alert_routes *ret)
{
    *ret = (struct alert_routes){0};
    if (!reader_is(reader, list, NODE_LIST, list ? list->key : NULL, "[{to: night}]"))
        return;
    if (list->count > ROUTES_ENTRIES) {
        reader_fault(reader, list->place, "%s may not have more than %d entries", list->key,
                     ROUTES_ENTRIES);
        return;
    }
    struct alert_route *routes = arena_array(reader->arena, list->count, sizeof *routes);
    for (const struct node *node = list->first; node; node = node->next)
        read_entry(reader, node, everywhere, &routes[ret->count++]);
    ret->list = routes;
}

void routes_contact(const struct reader *reader, const struct alert_target *target,
                    struct alert_routes *ret)
{
    struct alert_route *route = arena_array(reader->arena, 1, sizeof *route);
    read_entry(reader, NULL, false, route);
    route->target = target;
    *ret = (struct alert_routes){route, 1};
}

#include "method.h"

#include "flapping.h"
#include "line.h"
#include "macros.h"
#include "maintenance.h"
#include "part.h"
#include "report.h"

#include <assert.h>

/* These are told in words: whoever changes one changes the rules, and gives them a version. */
static_assert(LINE_FAILS_TO_DOWN == 3 && LINE_GOODS_TO_UP == 2, "rules 2 and 3");
static_assert(LINE_WAIT_MAX_S == 7 * 86400, "rule 4");
static_assert(MAINTENANCE_YEAR_MOST_S == 12 * 3600, "rule on maintenance");

typedef bool condition_fn(const struct practice *practice);

/* ---- the rules ---- */

struct rule {
    const char *text;
    condition_fn *when;    /* NULL = always */
    const char *otherwise; /* what stands there when it is not so; NULL = it is always so */
};

static bool looks_again(const struct practice *practice)
{
    return practice->rechecks_ms && practice->rechecks_ms[0] > 0;
}

static bool knows_slow(const struct practice *practice)
{
    return practice->slow_ms > 0;
}

static bool has_sentinels(const struct practice *practice)
{
    return practice->sentinels > 0;
}

static const struct rule states[] = {
    {.text = N_("We try each check of a service at its own interval ({interval} unless the "
                "service says otherwise), from {vantage}, once for each of IPv4 and IPv6 that the "
                "service publishes. The results of one check on one of the two, in the order of "
                "time, give the state of that line. Before the first good or confirmed result the "
                "state is “not measured”.")},
    {.text = N_("A line is down after three failures in a row, and then from the first of the "
                "three: after a first failure we look again {rechecks} later. One or two failures "
                "alone are kept and listed, but are no interruption."),
     .when = looks_again,
     .otherwise = N_("A line is down after three failures in a row, and then from the first of the "
                     "three. One or two failures alone are kept and listed, but are no "
                     "interruption.")},
    {.text = N_("A line is up again after two good results in a row, and then from the first of "
                "the two. A single good result between failures does not end an interruption.")},
    {.text = N_("Results that are not confirmed yet count as the state before them. An answer that "
                "is slow, or a certificate about to expire, is good for this purpose and shown as "
                "a disruption. A row is broken by a result that tells nothing of the service, and "
                "by seven days of silence.")},
    {.text = N_("A result speaks until the next one, at most for two intervals. After that, and "
                "whenever our own network or monitor failed, or the service asked us to stay away, "
                "the time is “not measured”: never “unavailable”.")},
    {.text = N_("A check is down when every one of IPv4 and IPv6 that the service publishes is "
                "down, and disrupted when only one of them is. A service is down when an essential "
                "check is down; it is disrupted when a check is disrupted or one that is not "
                "essential is down.")},
    {.text = N_("Seconds are whole, and the time of a result is cut to its second. An interruption "
                "runs from the first failure to the first good answer after it; its true ends lie "
                "between two measurements, and both are shown.")},
};

static const struct rule findings[] = {
    {.text = N_("An attempt fails when no good answer has come within {timeout}, unless the check "
                "says otherwise. What a good answer is stands on the page of each service.")},
    {.text = N_("A good answer that takes longer than {slow}, unless the check says otherwise, is "
                "a disruption."),
     .when = knows_slow,
     .otherwise = N_("However long a good answer takes, it is no disruption, unless the check says "
                     "otherwise.")},
    {.text = N_("We look where programs look, in the DNS too. An address family that the service "
                "does not publish is not tried, and one to which we have no route ourselves says "
                "nothing. When only one of several servers of a service fails, it is a "
                "disruption.")},
    {.text = N_("A certificate that the programs of visitors would refuse makes a check fail: "
                "expired, not valid yet, of another name, self-signed, incomplete, revoked, too "
                "weak. Where such programs encrypt without verifying, as between mail servers, it "
                "is a disruption. So is a certificate with less left than a fraction of its "
                "lifetime, one over {part}, at most {days} days.")},
    {.text = N_("A service that asks us to come less often (429), or puts a wall against robots "
                "before us, says nothing of its state: the time is “not measured”, and we write "
                "why.")},
    {.text = N_("A line is called unstable when, of its last {results} results, more than "
                "{begins} are changes between good and failed, newer ones weighing more, and until "
                "they are under {ends}. That changes no figure.")},
};

static const struct rule doubts[] = {
    {.text = N_("Before a failure that may be our own network’s is written down, {sentinels} "
                "services of other operators, our sentinels, are asked. When less than half of "
                "them answer over IPv4 or over IPv6, what fails there is not measured."),
     .when = has_sentinels,
     .otherwise = N_("No sentinels are set here, services of other operators that would tell "
                     "whether our own network works. In their place: when many services of several "
                     "hosters begin to fail together, it is taken for our fault, and the time is "
                     "not measured.")},
    {.text =
         N_("When names do not resolve, names of other domains are asked for: if none resolves, "
            "it is our resolver, and the time is not measured.")},
    {.text = N_("When our clock has jumped, no dates of certificates are judged for ten minutes. "
                "What is late because our own machine stood still is not measured.")},
    {.text = N_("Whose fault it is, is decided before a result is written down. What is written "
                "down is never changed: a correction stands beside it.")},
};

static const struct rule figures[] = {
    {.text = N_("Availability is the time available, disrupted time included, over the time "
                "measured. It is cut, never rounded up: 100% means that no second was down.")},
    {.text = N_("Coverage is the time measured over the whole time. It stands beside every "
                "availability, which is not given on these pages when less than 90% was "
                "measured.")},
    {.text = N_("The bounds of an availability hold whatever happened while we did not look: for "
                "the lower one, every second not measured and every second between the two "
                "measurements around a change is taken against the service; for the upper one, for "
                "it. The lower one is cut, the upper one rounded up.")},
    {.text =
         N_("An interruption of {incident} or more is an incident. Shorter ones are counted all "
            "the same. An interruption counts for the period in which it began, its duration "
            "for the one in which it ended; time that was not measured parts two "
            "interruptions.")},
    {.text = N_("The figures of a hoster are sums over its services; durations are shown for one "
                "service on average. A service marked experimental is shown and not counted. In "
                "the row of bars, the length of a day’s bar is that mean, and a day is marked when "
                "any service was hit.")},
    {.text = N_("Maintenance that was announced before it began is told, and a second figure "
                "leaves it out, up to twelve hours a service and civil year. What was announced "
                "later is shown and leaves out nothing. Availability itself counts what was "
                "measured, whatever was announced.")},
    {.text = N_("A day, a month, a year are civil ones, in the time zone {zone}. A day of the bars "
                "is “not measured” when more than half of it was not, counted from the first "
                "measurement of a service.")},
    {.text = N_("What an operator says of an interruption, or that they dispute it, stands beside "
                "our findings, in their own words, and changes no figure.")},
};

/* What the code of the report keeps to: who counts, report.c, sum_member(); what is few, report_json.c and, on pages,
 * report_figure_few(); maintenance apart, report_sum_of(); no order but that of ids and names, make_members() and
 * report_sum_kinds(); what is declared, report_declared.c; what is said, page_report_hoster.c, write_said(). Each has
 * its test in tests/system/test_report.py. */
static const struct rule reports[] = {
    {.text = N_("A hoster counts in the yearly report when at least one of its services was "
                "measured for half of the time that is told of the year. The others are listed "
                "and have their own report, and are in no figure of the collective.")},
    {.text = N_("What rests on fewer than {few} hosters, services or interruptions says so beside "
                "the figure, and so do times of fewer than {answers} answers.")},
    {.text = N_("The time unavailable that a report tells is without announced maintenance that "
                "counts, which is told separately.")},
    {.text = N_("Nothing is ever in the order of how it does: hosters stand in the order of their "
                "ids, kinds of services in that of their names, and how hosters are distributed is "
                "told without names.")},
    {.text = N_("Where services stand and how much they are used stands beside the figures as it "
                "is declared, by the hoster or by the software. Nobody has verified it, and it "
                "changes no figure.")},
    {.text = N_("What a hoster says of an interruption, or that it disputes it, is printed in its "
                "report in its own words, and counted in that of the collective. Before a report "
                "is final, a draft asks for such words.")},
};

#define RULES(rules) rules, ARRAY_LEN(rules)

static const struct chapter {
    const char *id, *title;
    const struct rule *rules;
    size_t count;
} chapters[] = {
    {"states-h", N_("From results to states"), RULES(states)},
    {"found-h", N_("What an attempt finds"), RULES(findings)},
    {"doubt-h", N_("When it may be our own fault"), RULES(doubts)},
    {"count-h", N_("From states to figures"), RULES(figures)},
    {"report-h", N_("From figures to the yearly report"), RULES(reports)},
};

static_assert(METHOD_REPORT == METHOD_AVAILABILITY + ARRAY_LEN(figures),
              "the chapter on the yearly report");

static_assert(METHOD_AVAILABILITY ==
                  ARRAY_LEN(states) + ARRAY_LEN(findings) + ARRAY_LEN(doubts) + 1,
              "the chapter on figures");

/* ---- what they are filled with ---- */

static const char *short_time(struct sheet *sheet, int64_t ms)
{
    return ms < 1000 ? format_latency(&sheet->format, (double)ms)
                     : format_duration(&sheet->format, ms / 1000);
}

static const char *rechecks(struct sheet *sheet)
{
    const int64_t *times = sheet->page->practice->rechecks_ms;
    const char *list = "";
    for (size_t i = 0; times && times[i]; i++)
        list =
            arena_printf(&sheet->arena, "%s%s%s", list, i ? ", " : "", short_time(sheet, times[i]));
    return list;
}

static struct word_value number(struct sheet *sheet, const char *name, int64_t n)
{
    return word_plain(name, format_count(&sheet->format, n));
}

static struct word_value percent(struct sheet *sheet, const char *name, int percent)
{
    return word_plain(name, format_percent(&sheet->format, percent * INT64_C(1000), 0));
}

static void say_rule(struct sheet *sheet, const struct rule *rule)
{
    const struct page *page = sheet->page;
    const struct practice *practice = page->practice;
    const char *text = !rule->when || rule->when(practice) ? rule->text : rule->otherwise;
    /* Apart, for a page takes few values at a time. */
    if (rule->when)
        sheet_say(sheet, text,
                  VALUES(word_plain("rechecks", rechecks(sheet)),
                         word_plain("slow", short_time(sheet, practice->slow_ms)),
                         number(sheet, "sentinels", (int64_t)practice->sentinels)));
    else if (rule >= findings && rule < findings + ARRAY_LEN(findings))
        sheet_say(sheet, text,
                  VALUES(word_plain("timeout", short_time(sheet, practice->timeout_ms)),
                         number(sheet, "part", CERTIFICATE_SOON_PART),
                         number(sheet, "days", CERTIFICATE_SOON_DAYS),
                         number(sheet, "results", FLAPPING_RESULTS),
                         percent(sheet, "begins", FLAPPING_BEGINS_PERCENT),
                         percent(sheet, "ends", FLAPPING_ENDS_PERCENT)));
    else if (rule >= reports && rule < reports + ARRAY_LEN(reports))
        sheet_say(
            sheet, text,
            VALUES(number(sheet, "few", REPORT_FEW), number(sheet, "answers", REPORT_FEW_ANSWERS)));
    else
        sheet_say(sheet, text,
                  VALUES(sheet_duration(sheet, "interval", page->interval_ms / 1000),
                         sheet_duration(sheet, "incident", page->incident_after_ms / 1000),
                         word_plain("vantage", page->collective->vantage),
                         word_plain("zone", page->collective->timezone)));
}

static void write_chapter(struct sheet *sheet, const struct chapter *chapter, size_t first)
{
    struct buffer *out = sheet->out;
    part_open(sheet, chapter->id, chapter->title);
    html_raw(out, "<ol class=\"rules\"");
    html_attr(out, "start", arena_printf(&sheet->arena, "%zu", first));
    html_raw(out, ">\n");
    for (size_t i = 0; i < chapter->count; i++) {
        html_raw(out, "<li");
        html_attr(out, "id", arena_printf(&sheet->arena, "r%zu", first + i));
        html_raw(out, ">");
        say_rule(sheet, &chapter->rules[i]);
        html_raw(out, "</li>\n");
    }
    html_raw(out, "</ol>\n");
    part_close(sheet);
}

void method_rules(struct sheet *sheet)
{
    size_t first = 1;
    for (size_t i = 0; i < ARRAY_LEN(chapters); i++) {
        write_chapter(sheet, &chapters[i], first);
        first += chapters[i].count;
    }
}

const char *method_address(struct sheet *sheet, enum method_rule rule)
{
    return arena_printf(&sheet->arena, "%smethod/#r%d", sheet->top, (int)rule);
}

/* ---- settings ---- */

static void write_times(struct sheet *sheet)
{
    const struct page *page = sheet->page;
    const struct practice *practice = page->practice;
    part_fact(sheet, N_("Interval"), format_duration(&sheet->format, page->interval_ms / 1000));
    part_fact(sheet, N_("Looked again after a first failure"),
              looks_again(practice) ? rechecks(sheet) : sheet_text(sheet, N_("no"), NULL));
    part_fact(sheet, N_("Time-out"), short_time(sheet, practice->timeout_ms));
    part_fact(sheet, N_("Slow from"),
              practice->slow_ms ? short_time(sheet, practice->slow_ms)
                                : sheet_text(sheet, N_("never"), NULL));
    part_fact(sheet, N_("Incident from"),
              format_duration(&sheet->format, page->incident_after_ms / 1000));
}

void method_settings(struct sheet *sheet)
{
    const struct page *page = sheet->page;
    part_open(sheet, "set-h", N_("Settings of this monitor"));
    html_raw(sheet->out, "<dl class=\"kv plain\">");
    part_fact(sheet, N_("Vantage"), page->collective->vantage);
    write_times(sheet);
    part_fact(sheet, N_("Sentinels"),
              format_count(&sheet->format, (int64_t)page->practice->sentinels));
    part_fact(sheet, N_("Time zone"), page->collective->timezone);
    html_raw(sheet->out, "</dl>\n");
    part_say(sheet,
             N_("They hold for every check that does not say otherwise; its page tells its own."),
             NULL);
    part_close(sheet);
}

/* ---- limits ---- */

static void write_limit(struct sheet *sheet, const char *limit)
{
    html_raw(sheet->out, "<li>");
    sheet_say(sheet, limit, NULL);
    html_raw(sheet->out, "</li>\n");
}

void method_limits(struct sheet *sheet, const char *more)
{
    static const char *const limits[] = {
        N_("We measure from outside. A service may answer and misbehave; a visitor may have a "
           "problem that we do not "
           "see."),
        N_("An interruption shorter than the interval may escape us."),
        N_("Neither the welcome, nor data protection, nor durability shows here. Comparing two "
           "hosters on these "
           "figures alone would be unfair."),
    };
    part_open(sheet, "lim-h", N_("What these figures do not say"));
    html_raw(sheet->out, "<ul class=\"limits\">\n");
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        write_limit(sheet, limits[i]);
    if (more)
        write_limit(sheet, more);
    html_raw(sheet->out, "</ul>\n");
    part_close(sheet);
}

/* ---- versions ---- */

static const struct version {
    int64_t from; /* s; noon in UTC of the day */
    const char *what;
} versions[] = {
    {INT64_C(1795608000), N_("First version.")}, /* 2026-11-25 */
};
static_assert(ARRAY_LEN(versions) == METHOD_VERSION, "every version has its row");

void method_versions(struct sheet *sheet)
{
    struct buffer *out = sheet->out;
    part_open(sheet, "ver-h", N_("Versions of the method"));
    html_raw(out, "<ol class=\"limits\" reversed>\n");
    for (size_t i = ARRAY_LEN(versions); i-- > 0;) {
        html_raw(out, "<li>");
        sheet_say(sheet, N_("{date}: {what}"),
                  VALUES(sheet_date(sheet, "date", versions[i].from),
                         word_plain("what", sheet_text(sheet, versions[i].what, NULL))));
        html_raw(out, "</li>\n");
    }
    html_raw(out, "</ol>\n");
    part_say(sheet,
             N_("A rule that would change a figure makes a new version, which stands here with its "
                "day; what was counted before stays as it was."),
             NULL);
    part_close(sheet);
}

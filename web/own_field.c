#include "own_field.h"

#include "macros.h"

static const struct own_field fields[] = {
    {"format", N_("“vibrisse/1”: members may be added, none is removed or changes its meaning")},
    {"method", N_("version of the method by which is counted")},
    {"measured",
     N_("when was measured last, to the minute; put in by the monitor’s own server, and "
        "missing where another one serves the files")},
    {"stale", N_("true, and only then there: measurements have stopped, and what follows was so "
                 "when they did")},
    {"id", N_("a name that stays for ever, as in addresses")},
    {"hoster", N_("the id of the hoster")},
    {"name", N_("its name, as a text or as texts by language")},
    {"url", N_("where people find it")},
    {"place", N_("where the hoster is at home")},
    {"timezone", N_("the time zone of days, months and years")},
    {"vantage", N_("the place that is looked from")},
    {"hosters", N_("the hosters of the collective")},
    {"services", N_("the services of the hoster")},
    {"software", N_("what the service is made with")},
    {"counted", N_("no (false): shown, but not part of the figures of its hoster")},
    {"declared", N_("what the hoster’s file in a register says of the state, with its reason, its "
                    "end, and the address and day of the file; it changes nothing of what is "
                    "measured")},
    {"hosting", N_("where the service stands, as its hoster says: home, bay, server or outsourced; "
                   "null when it does not say")},
    {"unmeasured", N_("what the hoster’s files tell of and nobody looks at, each with its fate: "
                      "“over” (declared ended) or “unmeasured” (no address)")},
    {"state", N_("up, degraded, down, maintenance or unknown")},
    {"since", N_("since when it is in that state; times are in UTC")},
    {"reason", N_("why, as a code that stays the same")},
    {"record_begin", N_("first second of its record")},
    {"last_90_days", N_("figures of the last ninety whole days")},
    {"usage",
     N_("how much the service is used, as its software says of itself in the document that "
        "“source” names; missing where it does not say")},
    {"read", N_("when that was read last")},
    {"latency_ms", N_("how long answers took, in milliseconds")},
    {"n", N_("how many answers")},
    {"p50", N_("half of the answers were faster")},
    {"p95", N_("95% of the answers were faster")},
    {"p99", N_("99% of the answers were faster; only of a thousand answers and more")},
    {"last_good_before", N_("last good answer before the interruption: it began between the two")},
    {"last_bad", N_("last failure of the interruption: it ended after that")},
    {"end", N_("open, over, or lost: not measured any more before its end")},
    {"blips", N_("one or two failures in a row of the last ninety days that a third did not "
                 "confirm: no interruption, and in no figure")},
    {"count", N_("how many there were")},
    {"newest", N_("the newest of them, at most sixty")},
    {"check", N_("the id of the check that failed")},
    {"family", N_("ipv4 or ipv6")},
    {"results", N_("how many results failed")},
    {"then", N_("what the result after them found: up, degraded or unknown")},
    {"evidence", N_("what was seen, in English")},
    {"page",
     N_("the address of its page, which never changes; null when it was shorter than an incident")},
};

const struct own_field *own_fields(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(fields);
    return fields;
}

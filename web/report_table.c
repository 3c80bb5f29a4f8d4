#include "report_table.h"

#include "cell.h"
#include "macros.h"
#include "open_table.h"
#include "open_usage.h"

#include <string.h>

#define KEYS                                                                                       \
    {"hoster_id", "string", false, N_("the hoster, as in the addresses of its pages")},            \
    {                                                                                              \
        "service_id", "string", false, N_("the service, as in the address of its page")            \
    }

static void add_keys(const struct report_service *service, struct buffer *out)
{
    cell_text(out, service->service->hoster->id);
    cell_text(out, service->service->id);
}

static void add_optional_time(int64_t time, struct buffer *out)
{
    if (time)
        cell_time(out, time);
    else
        cell_empty(out);
}

static void add_optional_text(const char *text, struct buffer *out)
{
    if (text && *text)
        cell_text(out, text);
    else
        cell_empty(out);
}

static void add_bool(bool value, struct buffer *out)
{
    cell_word(out, value ? "true" : "false");
}

/* ---- services ---- */

static const struct report_column service_columns[] = {
    {"counted", "boolean", false, N_("whether the service is part of its hoster’s figures")},
    {"hosting", "string", true,
     N_("where the service stands, as its hoster says: home, bay, server or outsourced")},
    {"ipv6", "string", false,
     N_("IPv6 at the end of the period: working, failing, none published, or unknown")},
    {"issuer", "string", true, N_("who issued the certificate that it showed last")},
    {"protocol", "string", true, N_("by which version of TLS it showed it first")},
    {"lifetime_s", "integer", true, N_("for how many seconds that certificate is valid")},
};

static void add_service(const struct report_service *service, struct buffer *out)
{
    static const char *const words[] = {[REPORT_IPV6_UNKNOWN] = "unknown",
                                        [REPORT_IPV6_NONE] = "none",
                                        [REPORT_IPV6_FAILING] = "failing",
                                        [REPORT_IPV6_WORKING] = "working"};
    open_table_cells(&(struct open_row){service->service, service->from, service->year},
                     OPEN_YEARLY, out);
    add_bool(report_counts(service->service), out);
    if (service->service->hosting != HOSTING_UNKNOWN)
        cell_word(out, hosting_words[service->service->hosting]);
    else
        cell_empty(out);
    cell_word(out, words[service->ipv6]);
    add_optional_text(service->issuer, out);
    add_optional_text(service->protocol, out);
    if (service->issuer)
        cell_number(out, service->lifetime_s);
    else
        cell_empty(out);
    cell_end(out);
}

static void service_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++)
        if (report->facts->services[i].from < report->facts->services[i].to)
            add_service(&report->facts->services[i], out);
}

/* ---- hosters ---- */

static const struct report_column hoster_columns[] = {
    {"hoster_id", "string", false, N_("the hoster, as in the addresses of its pages")},
    {"name", "string", false, N_("its name")},
    {"kind", "string", true, N_("what kind of body it is")},
    {"measured_s", "integer", false,
     N_("seconds in which at least one of its services was measured")},
    {"counted", "boolean", false, N_("whether that is at least half of the period")},
};

static void hoster_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->member_count; i++) {
        const struct report_hoster *member = &report->members[i];
        cell_text(out, member->hoster->id);
        cell_text(out, member->hoster->name.count ? member->hoster->name.texts[0].text : "");
        add_optional_text(member->hoster->kind.count ? member->hoster->kind.texts[0].text : NULL,
                          out);
        cell_number(out, member->measured_s);
        add_bool(member->counted, out);
        cell_end(out);
    }
}

/* ---- stretches ---- */

static const struct report_column stretch_columns[] = {
    KEYS,
    {"from", "datetime", false, N_("begin of a stretch of time in one state")},
    {"to", "datetime", false, N_("its end, not part of it")},
    {"before", "datetime", true, N_("the last result before it that found otherwise")},
    {"state", "string", false, N_("up, degraded, down or unknown")},
};

static void add_stretches(const struct report_service *service, struct buffer *out)
{
    for (size_t i = 0; i < service->stretch_count; i++) {
        const struct report_stretch *one = &service->stretches[i];
        add_keys(service, out);
        cell_time(out, one->from);
        cell_time(out, one->to);
        add_optional_time(one->before, out);
        cell_word(out, outcome_name(one->state));
        cell_end(out);
    }
}

static void stretch_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++)
        add_stretches(&report->facts->services[i], out);
}

/* ---- outages ---- */

static const struct report_column outage_columns[] = {
    KEYS,
    {"from", "datetime", false, N_("when the interruption began")},
    {"to", "datetime", false, N_("when it ended")},
    {"over", "boolean", false, N_("whether its end is known")},
    {"reason", "string", false, N_("what was found, as a code")},
    {"maintenance_s", "integer", false,
     N_("seconds of it, in the period, in maintenance that was announced and counts")},
    {"notes", "integer", false, N_("how many explanations were given of it")},
    {"disputes", "integer", false, N_("how many dispute it")},
    {"cause", "string", true, N_("its cause in the hoster’s words, as a code")},
};

static void add_outages(const struct report_service *service, struct buffer *out)
{
    for (size_t i = 0; i < service->outage_count; i++) {
        const struct report_outage *one = &service->outages[i];
        add_keys(service, out);
        cell_time(out, one->from);
        cell_time(out, one->to);
        add_bool(one->over, out);
        cell_word(out, reason_code(one->reason));
        cell_number(out, one->maintained_s);
        cell_number(out, (int64_t)one->notes);
        cell_number(out, (int64_t)one->disputes);
        add_optional_text(one->cause, out);
        cell_end(out);
    }
}

static void outage_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++)
        add_outages(&report->facts->services[i], out);
}

/* ---- maintenance ---- */

static const struct report_column maintenance_columns[] = {
    KEYS,
    {"from", "datetime", false, N_("begin of maintenance that was announced and counts")},
    {"to", "datetime", false, N_("its end, not part of it")},
};

static void add_maintenance(const struct report_service *service, struct buffer *out)
{
    for (size_t i = 0; i < service->maintenance_count; i++) {
        add_keys(service, out);
        cell_time(out, service->maintenance[i].from);
        cell_time(out, service->maintenance[i].to);
        cell_end(out);
    }
}

static void maintenance_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++)
        add_maintenance(&report->facts->services[i], out);
}

static const struct report_column announced_columns[] = {
    {"number", "integer", false, N_("the number of the announcement")},
    {"subject", "string", true, N_("the hoster or hoster/service that it is about; empty for all")},
    {"from", "datetime", false, N_("begin as announced")},
    {"to", "datetime", false, N_("end as announced")},
    {"announced", "datetime", false, N_("when it was announced")},
    {"cancelled", "boolean", false, N_("whether it was called off before it began")},
    {"late", "boolean", false, N_("whether it was announced only after it began")},
};

static void announced_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->announced_count; i++) {
        const struct report_announced *one = &report->facts->announced[i];
        cell_number(out, one->seq);
        add_optional_text(one->subject, out);
        cell_time(out, one->from);
        cell_time(out, one->to);
        cell_time(out, one->announced);
        add_bool(one->cancelled, out);
        add_bool(one->late, out);
        cell_end(out);
    }
}

/* ---- answers ---- */

static const struct report_column answer_columns[] = {
    KEYS,
    {"about_ms", "number", false, N_("milliseconds of an answer, the middle of a class of times")},
    {"answers", "integer", false, N_("how many good answers of the period were in that class")},
};

static void add_answers(const struct report_service *service, struct buffer *out)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (!service->answers.counts[i])
            continue;
        add_keys(service, out);
        buffer_printf(out, ",%.8f", histogram_bucket_ms(i));
        cell_number(out, service->answers.counts[i]);
        cell_end(out);
    }
}

static void answer_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++)
        add_answers(&report->facts->services[i], out);
}

/* ---- certificates ---- */

static const struct report_column certificate_columns[] = {
    KEYS,
    {"check", "string", false, N_("the check that showed another certificate than before")},
    {"at", "datetime", false, N_("when it was first seen")},
    {"replaced_ends", "datetime", true, N_("until when the one before it was valid")},
    {"issuer", "string", true, N_("who issued it")},
    {"protocol", "string", true, N_("by which version of TLS it was shown then")},
    {"valid_from", "datetime", true, N_("from when it is valid")},
    {"valid_to", "datetime", true, N_("until when it is valid")},
};

static void add_certificates(const struct report_service *service, struct buffer *out)
{
    for (size_t i = 0; i < service->certificate_count; i++) {
        const struct report_certificate *one = &service->certificates[i];
        add_keys(service, out);
        cell_text(out, one->check);
        cell_time(out, one->at);
        add_optional_time(one->replaced_ends, out);
        add_optional_text(one->issuer, out);
        add_optional_text(one->protocol, out);
        add_optional_time(one->valid_from, out);
        add_optional_time(one->valid_to, out);
        cell_end(out);
    }
}

static void certificate_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++)
        add_certificates(&report->facts->services[i], out);
}

/* ---- comings, and our own sight ---- */

static const struct report_column movement_columns[] = {
    {"at", "datetime", false, N_("when it was noticed")},
    {"subject", "string", false, N_("the hoster, or hoster/service")},
    {"what", "string", false, N_("joined, left, or moved and where to")},
};

static void movement_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->movement_count; i++) {
        const struct report_movement *one = &report->facts->movements[i];
        cell_time(out, one->at);
        cell_text(out, one->subject);
        cell_text(out, one->what);
        cell_end(out);
    }
}

static const struct report_column sight_columns[] = {
    {"from", "datetime", false, N_("since when the monitor itself saw badly")},
    {"to", "datetime", false, N_("until when, not part of it")},
    {"blind", "boolean", false, N_("whether it measured nothing at all, or lacked a sense")},
};

static void sight_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->sight_count; i++) {
        const struct report_sight *one = &report->facts->sights[i];
        cell_time(out, one->from);
        cell_time(out, one->to);
        add_bool(one->blind, out);
        cell_end(out);
    }
}

/* ---- use ---- */

static void usage_rows(const struct report *report, struct buffer *out)
{
    for (size_t i = 0; i < report->facts->service_count; i++) {
        const struct report_service *service = &report->facts->services[i];
        for (size_t j = 0; j < service->usage_count; j++)
            open_usage_row(service->service, &service->usage[j], out);
    }
}

/* ---- the tables ---- */

static const struct report_table tables[] = {
    {"hosters", N_("the hosters and whether they count"), REPORT_HEAD_NONE, hoster_columns,
     ARRAY_LEN(hoster_columns), hoster_rows},
    {"services", N_("the figures of every service"), REPORT_HEAD_YEARLY, service_columns,
     ARRAY_LEN(service_columns), service_rows},
    {"stretches", N_("the measured record: in which state each service was, and when"),
     REPORT_HEAD_NONE, stretch_columns, ARRAY_LEN(stretch_columns), stretch_rows},
    {"outages", N_("every interruption, and whether its hoster explained it"), REPORT_HEAD_NONE,
     outage_columns, ARRAY_LEN(outage_columns), outage_rows},
    {"maintenance", N_("the announced maintenance that counts, service by service"),
     REPORT_HEAD_NONE, maintenance_columns, ARRAY_LEN(maintenance_columns), maintenance_rows},
    {"announced", N_("the maintenance that was announced, whether it counts or not"),
     REPORT_HEAD_NONE, announced_columns, ARRAY_LEN(announced_columns), announced_rows},
    {"answers", N_("how fast the services answered, in classes"), REPORT_HEAD_NONE, answer_columns,
     ARRAY_LEN(answer_columns), answer_rows},
    {"certificates", N_("every new certificate"), REPORT_HEAD_NONE, certificate_columns,
     ARRAY_LEN(certificate_columns), certificate_rows},
    {"movements", N_("who came, who went, who moved"), REPORT_HEAD_NONE, movement_columns,
     ARRAY_LEN(movement_columns), movement_rows},
    {"sights", N_("when the monitor itself saw badly"), REPORT_HEAD_NONE, sight_columns,
     ARRAY_LEN(sight_columns), sight_rows},
    {"usage", N_("how much services are used, as their software says, month by month"),
     REPORT_HEAD_USAGE, NULL, 0, usage_rows},
};

const struct report_table *report_tables(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(tables);
    return tables;
}

void report_table_write(const struct report_table *table, const struct report *report,
                        struct buffer *out)
{
    if (table->head == REPORT_HEAD_YEARLY)
        open_table_names(OPEN_YEARLY, out);
    if (table->head == REPORT_HEAD_USAGE)
        open_usage_names(out);
    for (size_t i = 0; i < table->column_count; i++)
        cell_word(out, table->columns[i].name);
    cell_end(out);
    table->rows(report, out);
}

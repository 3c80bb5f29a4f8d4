#include "audit_sum.h"

#include "annotation.h"

#include <stdlib.h>
#include <string.h>

/* ---- counted words ---- */

static int compare_words(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

static json_t *counted(const char **words, size_t count)
{
    json_t *all = json_array();
    if (count)
        qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && strcmp(words[i], words[next]) == 0;)
            next++;
        json_array_append_new(
            all, json_pack("{s:s,s:I}", "name", words[i], "count", (json_int_t)(next - i)));
    }
    return all;
}

/* ---- what was said of outages ---- */

struct said {
    json_int_t outages, explained, disputed;
    const char **causes;
    size_t cause_count;
};

static void add_said(const struct audit_data *data, const struct audit_service *service,
                     struct said *said)
{
    for (size_t i = 0; i < service->outage_count; i++) {
        const struct audit_outage *outage = &service->outages[i];
        if (outage->from < service->from || outage->from >= service->to)
            continue;
        said->outages++;
        if (outage->row == SIZE_MAX)
            continue;
        const char *cause = audit_table_text(&data->outages, outage->row, "cause");
        said->explained += audit_table_number(&data->outages, outage->row, "notes") > 0;
        said->disputed += audit_table_number(&data->outages, outage->row, "disputes") > 0;
        if (*cause)
            said->causes[said->cause_count++] = cause;
    }
}

/* In the order in which the words of causes are known. */
static json_t *causes_of(const struct said *said)
{
    json_t *all = json_array();
    for (size_t i = 0; annotation_causes[i]; i++) {
        json_int_t count = 0;
        for (size_t j = 0; j < said->cause_count; j++)
            count += strcmp(said->causes[j], annotation_causes[i]) == 0;
        if (count)
            json_array_append_new(
                all, json_pack("{s:s,s:I}", "name", annotation_causes[i], "count", count));
    }
    return all;
}

json_t *audit_sum_words(struct audit_data *data, const struct audit_set *set)
{
    struct said said = {
        .causes = arena_array(data->arena, data->outages.row_count + 1, sizeof *said.causes)};
    for (size_t i = 0; i < set->count; i++)
        add_said(data, set->services[i], &said);
    return json_pack("{s:I,s:b,s:I,s:I,s:o}", "outages", said.outages, "few",
                     said.outages < AUDIT_FEW, "explained", said.explained, "disputed",
                     said.disputed, "causes", causes_of(&said));
}

/* ---- certificates ---- */

static void set_last(struct audit_data *data, const struct audit_set *set, json_t *to)
{
    const char **issuers = arena_array(data->arena, set->count + 1, sizeof *issuers);
    const char **protocols = arena_array(data->arena, set->count + 1, sizeof *protocols);
    struct audit_numbers lifetimes = {0};
    size_t used = 0;
    for (size_t i = 0; i < set->count; i++) {
        size_t row = set->services[i]->row;
        issuers[used] = audit_table_text(&data->services, row, "issuer");
        protocols[used] = audit_table_text(&data->services, row, "protocol");
        if (!*issuers[used])
            continue;
        audit_numbers_add(&lifetimes, audit_table_number(&data->services, row, "lifetime_s"));
        used++;
    }
    json_object_set_new(to, "services", json_integer((json_int_t)used));
    json_object_set_new(to, "few", json_boolean(used < AUDIT_FEW));
    json_object_set_new(to, "issuers", counted(issuers, used));
    json_object_set_new(to, "protocols", counted(protocols, used));
    json_object_set_new(to, "lifetimes_s", audit_numbers_spread(&lifetimes));
    audit_numbers_free(&lifetimes);
}

static void set_renewals(struct audit_data *data, const struct audit_set *set, json_t *to)
{
    const struct audit_table *table = &data->certificates;
    struct audit_numbers advances = {0};
    json_int_t late = 0;
    size_t cursor = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        const struct audit_service *service = audit_data_service(data, table, i, &cursor);
        int64_t at = audit_table_time(table, i, "at"),
                ends = audit_table_time(table, i, "replaced_ends");
        if (!service || !ends || !audit_set_has(set, service))
            continue;
        if (ends < at)
            late++;
        else
            audit_numbers_add(&advances, ends - at);
    }
    json_object_set_new(to, "renewed_in_advance_s", audit_numbers_spread(&advances));
    json_object_set_new(to, "renewed_late", json_integer(late));
    audit_numbers_free(&advances);
}

static bool is_of_expiry(const struct audit_data *data, const struct audit_service *service,
                         const struct audit_outage *outage)
{
    return outage->row != SIZE_MAX && outage->from >= service->from && outage->from < service->to &&
           strcmp(audit_table_text(&data->outages, outage->row, "reason"), "tls_expired") == 0;
}

static void set_expired(const struct audit_data *data, const struct audit_set *set, json_t *to)
{
    struct audit_numbers lengths = {0};
    json_int_t expired = 0;
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->outage_count; j++) {
            const struct audit_outage *outage = &set->services[i]->outages[j];
            if (!is_of_expiry(data, set->services[i], outage))
                continue;
            expired++;
            if (outage->over)
                audit_numbers_add(&lengths, outage->to - outage->from);
        }
    json_object_set_new(to, "expired", json_integer(expired));
    json_object_set_new(to, "expired_s", audit_numbers_spread(&lengths));
    audit_numbers_free(&lengths);
}

json_t *audit_sum_certificates(struct audit_data *data, const struct audit_set *set)
{
    json_t *to = json_object();
    set_last(data, set, to);
    set_renewals(data, set, to);
    set_expired(data, set, to);
    return to;
}

/* ---- maintenance ---- */

static bool concerns(const char *subject, const struct audit_service *service)
{
    size_t length = strlen(service->hoster);
    if (!*subject || strcmp(subject, service->hoster) == 0)
        return true;
    return strncmp(subject, service->hoster, length) == 0 && subject[length] == '/' &&
           strcmp(subject + length + 1, service->id) == 0;
}

static bool was_kept(const struct audit_data *data, size_t row)
{
    const char *subject = audit_table_text(&data->announced, row, "subject");
    int64_t from = audit_table_time(&data->announced, row, "from"),
            to = audit_table_time(&data->announced, row, "to");
    for (size_t i = 0; i < data->service_count; i++) {
        const struct audit_service *service = &data->service[i];
        for (size_t j = 0; concerns(subject, service) && j < service->outage_count; j++)
            if (service->outages[j].from >= from && service->outages[j].from < to &&
                service->outages[j].to > to)
                return false;
    }
    return true;
}

json_t *audit_sum_maintenance(const struct audit_data *data)
{
    enum { DAY = 86400 };
    const struct audit_table *table = &data->announced;
    json_int_t cancelled = 0, late = 0, in_time = 0, day_ahead = 0, kept = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        if (audit_table_bool(table, i, "cancelled")) {
            cancelled++;
        } else if (audit_table_bool(table, i, "late")) {
            late++;
        } else {
            in_time++;
            day_ahead +=
                audit_table_time(table, i, "announced") + DAY <= audit_table_time(table, i, "from");
            kept += was_kept(data, i);
        }
    }
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "announced", (json_int_t)table->row_count,
                     "cancelled", cancelled, "late", late, "in_time", in_time, "day_ahead",
                     day_ahead, "kept", kept);
}

/* ---- movements ---- */

json_t *audit_sum_movements(const struct audit_data *data)
{
    enum { JOINED, LEFT, MOVED };
    const struct audit_table *table = &data->movements;
    json_int_t counts[MOVED + 1][2] = {{0}};
    for (size_t i = 0; i < table->row_count; i++) {
        const char *what = audit_table_text(table, i, "what");
        int kind = strcmp(what, "joined") == 0 ? JOINED : strcmp(what, "left") == 0 ? LEFT : MOVED;
        counts[kind][strchr(audit_table_text(table, i, "subject"), '/') != NULL]++;
    }
    return json_pack("{s:I,s:I,s:I,s:I,s:I}", "hosters_joined", counts[JOINED][0], "hosters_left",
                     counts[LEFT][0], "services_joined", counts[JOINED][1], "services_left",
                     counts[LEFT][1], "moved", counts[MOVED][0] + counts[MOVED][1]);
}

#include "alert.h"

#include "json.h"
#include "stamp.h"

#include <string.h>

/* ---- out ---- */

static void add_text(struct buffer *out, const char *key, const char *value)
{
    if (value[0]) {
        buffer_printf(out, ",\"%s\":", key);
        json_add_text(out, value);
    }
}

static void add_time(struct buffer *out, const char *key, int64_t seconds)
{
    char stamp[STAMP_SIZE];
    if (seconds)
        add_text(out, key, stamp_seconds(seconds, stamp));
}

static void add_sights(struct buffer *out, const struct alert_row *row)
{
    buffer_text_add(out, ",\"sights\":[");
    for (size_t i = 0; i < row->sight_count; i++) {
        const struct alert_sight *sight = &row->sights[i];
        buffer_printf(out, "%s{\"family\":\"%s\",\"outcome\":\"%s\"", i ? "," : "",
                      family_name(sight->family), outcome_name(sight->outcome));
        add_text(out, "vantage", sight->vantage);
        buffer_byte(out, '}');
    }
    buffer_byte(out, ']');
}

static void add_row(struct buffer *out, const struct alert_row *row)
{
    buffer_printf(out, "{\"kind\":\"%s\",\"before\":\"%s\",\"after\":\"%s\",\"reason\":\"%s\"",
                  alert_kind_words[row->kind], outcome_name(row->before), outcome_name(row->after),
                  reason_code(row->reason));
    add_text(out, "service", row->service);
    add_text(out, "name", row->name);
    add_text(out, "hoster", row->hoster);
    if (row->declared != DECLARED_UNKNOWN)
        add_text(out, "declared", declared_words[row->declared]);
    add_time(out, "since_after", row->since_after);
    add_time(out, "since", row->since);
    add_time(out, "until_after", row->until_after);
    add_time(out, "until", row->until);
    add_time(out, "expires", row->expires);
    if (row->times)
        buffer_printf(out, ",\"times\":%u", row->times);
    add_text(out, "detail", row->detail);
    add_text(out, "link", row->link);
    if (row->sight_count)
        add_sights(out, row);
    buffer_byte(out, '}');
}

void alert_write(const struct alert *alert, struct buffer *out)
{
    buffer_printf(out, "{\"v\":1,\"kind\":\"%s\",\"severity\":\"%s\"",
                  alert_kind_words[alert->kind], alert_severity_words[alert->severity]);
    add_text(out, "id", alert->id);
    add_text(out, "thread", alert->thread);
    if (alert->opens)
        buffer_text_add(out, ",\"opens\":true");
    add_time(out, "at", alert->at);
    add_text(out, "target", alert->target);
    add_text(out, "language", alert->language);
    add_text(out, "link", alert->link);
    add_text(out, "leave", alert->leave);
    if (alert->factor != FACTOR_NONE) {
        add_text(out, "factor", alert_factor_words[alert->factor]);
        add_text(out, "common", alert->common);
    }
    buffer_printf(out, ",\"total\":%zu,\"rows\":[", alert->total);
    for (size_t i = 0; i < alert->row_count; i++) {
        if (i)
            buffer_byte(out, ',');
        add_row(out, &alert->rows[i]);
    }
    buffer_text_add(out, "]}");
}

/* ---- in ---- */

static bool get_word(const json_t *object, const char *key, const char *const *words, int *ret)
{
    const char *text = json_string_value(json_object_get(object, key));
    for (int i = 0; text && words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* A time that is not there is 0; one that is none is a fault. */
static bool get_time(const json_t *object, const char *key, int64_t *ret)
{
    int64_t ms = 0;
    *ret = 0;
    if (json_object_get(object, key) && !json_get_time(object, key, &ms))
        return false;
    *ret = ms / 1000;
    return true;
}

static bool get_outcome(const json_t *object, const char *key, enum outcome *ret)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && outcome_parse(text, ret);
}

static bool read_sight(const json_t *object, struct alert_sight *ret)
{
    const char *family = json_string_value(json_object_get(object, "family"));
    return family && family_parse(family, &ret->family) &&
           get_outcome(object, "outcome", &ret->outcome) &&
           json_get_text(object, "vantage", ret->vantage, sizeof ret->vantage);
}

static bool read_sights(const json_t *list, struct alert_row *ret)
{
    for (size_t i = 0; i < json_array_size(list) && i < ALERT_SIGHTS_MAX; i++)
        if (!read_sight(json_array_get(list, i), &ret->sights[ret->sight_count++]))
            return false;
    return true;
}

static bool read_times(const json_t *object, struct alert_row *ret)
{
    return get_time(object, "since_after", &ret->since_after) &&
           get_time(object, "since", &ret->since) &&
           get_time(object, "until_after", &ret->until_after) &&
           get_time(object, "until", &ret->until) && get_time(object, "expires", &ret->expires);
}

static unsigned read_count(const json_t *object, const char *key)
{
    enum { MOST = 1000000 };
    json_int_t count = json_integer_value(json_object_get(object, key));
    return count > 0 && count < MOST ? (unsigned)count : 0;
}

static bool read_row(const json_t *object, struct alert_row *ret)
{
    int kind, declared;
    const char *reason = json_string_value(json_object_get(object, "reason"));
    if (!get_word(object, "kind", alert_kind_words, &kind) || !reason ||
        !reason_parse(reason, &ret->reason))
        return false;
    ret->kind = (enum alert_kind)kind;
    ret->times = read_count(object, "times");
    if (get_word(object, "declared", declared_words, &declared))
        ret->declared = (enum declared_state)declared;
    return get_outcome(object, "before", &ret->before) &&
           get_outcome(object, "after", &ret->after) && read_times(object, ret) &&
           json_get_text(object, "service", ret->service, sizeof ret->service) &&
           json_get_text(object, "name", ret->name, sizeof ret->name) &&
           json_get_text(object, "hoster", ret->hoster, sizeof ret->hoster) &&
           json_get_text(object, "detail", ret->detail, sizeof ret->detail) &&
           json_get_text(object, "link", ret->link, sizeof ret->link) &&
           read_sights(json_object_get(object, "sights"), ret);
}

static bool read_rows(const json_t *object, struct alert *ret)
{
    const json_t *list = json_object_get(object, "rows");
    json_int_t total = json_integer_value(json_object_get(object, "total"));
    for (size_t i = 0; i < json_array_size(list) && i < ALERT_ROWS_MAX; i++)
        if (!read_row(json_array_get(list, i), &ret->rows[ret->row_count++]))
            return false;
    ret->total = total > 0 ? (size_t)total : 0;
    if (ret->total < json_array_size(list))
        ret->total = json_array_size(list);
    return true;
}

static bool read_common(const json_t *object, struct alert *ret)
{
    int factor = FACTOR_NONE;
    if (json_object_get(object, "factor") &&
        !get_word(object, "factor", alert_factor_words, &factor))
        return false;
    ret->factor = (enum alert_factor)factor;
    return json_get_text(object, "common", ret->common, sizeof ret->common);
}

static bool read_head(const json_t *object, struct alert *ret)
{
    int kind, severity;
    if (!get_word(object, "kind", alert_kind_words, &kind) ||
        !get_word(object, "severity", alert_severity_words, &severity))
        return false;
    ret->kind = (enum alert_kind)kind;
    ret->severity = (enum alert_severity)severity;
    ret->opens = json_is_true(json_object_get(object, "opens"));
    return json_get_text(object, "id", ret->id, sizeof ret->id) && ret->id[0] &&
           json_get_text(object, "thread", ret->thread, sizeof ret->thread) &&
           json_get_text(object, "target", ret->target, sizeof ret->target) && ret->target[0] &&
           json_get_text(object, "language", ret->language, sizeof ret->language) &&
           json_get_text(object, "link", ret->link, sizeof ret->link) &&
           json_get_text(object, "leave", ret->leave, sizeof ret->leave) &&
           get_time(object, "at", &ret->at);
}

bool alert_read(const char *line, size_t length, struct alert *ret)
{
    json_error_t error;
    json_t *object =
        length <= ALERT_LINE_MAX ? json_loadb(line, length, JSON_REJECT_DUPLICATES, &error) : NULL;
    memset(ret, 0, sizeof *ret);
    bool good =
        object && read_head(object, ret) && read_common(object, ret) && read_rows(object, ret);
    json_decref(object);
    return good;
}

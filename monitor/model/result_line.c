#include "result_line.h"

#include "certificate_json.h"
#include "json.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"

#include <math.h>
#include <string.h>

static void add_pair(struct buffer *out, const char *key, const char *value)
{
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

static void add_phases(struct buffer *out, const struct phases *phases)
{
    const char *comma = "";
    buffer_text_add(out, ",\"phases\":{");
    for (int i = 0; i < PHASE_COUNT; i++) {
        if (isfinite(phases->ms[i])) {
            buffer_printf(out, "%s\"%s\":%.3f", comma, phase_name((enum phase)i), phases->ms[i]);
            comma = ",";
        }
    }
    buffer_byte(out, '}');
}

static const struct {
    const char *name;
    size_t offset;
} user_counts[] = {
    {"total", offsetof(struct users, total)},
    {"month", offsetof(struct users, month)},
    {"halfyear", offsetof(struct users, halfyear)},
    {"posts", offsetof(struct users, posts)},
};

static void add_users(struct buffer *out, const struct users *users)
{
    const char *prefix = ",\"users\":{";
    for (size_t i = 0; i < ARRAY_LEN(user_counts); i++) {
        int64_t count;
        memcpy(&count, (const char *)users + user_counts[i].offset, sizeof count);
        if (count == USERS_UNKNOWN)
            continue;
        buffer_printf(out, "%s\"%s\":%lld", prefix, user_counts[i].name, (long long)count);
        prefix = ",";
    }
    if (prefix[1] == '\0')
        buffer_byte(out, '}');
}

void result_line_write(const struct result *result, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_text_add(out, "{\"v\":1");
    add_pair(out, "time", stamp_ms(result->time, stamp));
    add_pair(out, "vantage", result->vantage);
    add_pair(out, "service", result->service);
    add_pair(out, "check", result->check);
    add_pair(out, "family", family_name(result->family));
    add_pair(out, "outcome", outcome_name(result->outcome));
    add_pair(out, "reason", reason_code(result->reason));
    add_pair(out, "detail", result->detail);
    add_pair(out, "address", result->address);
    buffer_printf(out, ",\"attempt\":%d", result->attempt);
    add_phases(out, &result->phases);
    if (result->certificate.sha256[0]) {
        buffer_text_add(out, ",\"certificate\":");
        certificate_json_add(out, &result->certificate);
    }
    add_users(out, &result->users);
    buffer_text_add(out, "}\n");
}

/* Names are compared as they stand: cleaning or cutting would make one name of two. */
static bool get_name(const json_t *line, const char *key, bool is_name(const char *), char *to,
                     size_t size)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text && is_name(text) && text_copy(to, size, text);
}

static int read_names(const json_t *line, struct result *result, struct fault *fault)
{
    if (!get_name(line, "vantage", text_is_id, result->vantage, sizeof result->vantage))
        return fault_set(fault, "vantage is no id");
    if (!get_name(line, "service", text_is_id_pair, result->service, sizeof result->service))
        return fault_set(fault, "service is not hoster/service");
    if (!get_name(line, "check", text_is_id, result->check, sizeof result->check))
        return fault_set(fault, "check is no id");
    return 0;
}

/* A newer prober may know more reasons: its outcome still counts, and the detail still tells. */
static enum reason stand_in(enum outcome outcome)
{
    static const enum reason reasons[OUTCOME_COUNT] = {
        [OUTCOME_UNKNOWN] = REASON_self,
        [OUTCOME_UP] = REASON_ok,
        [OUTCOME_DEGRADED] = REASON_slow,
        [OUTCOME_DOWN] = REASON_protocol_error,
    };
    return reasons[outcome];
}

static int read_words(const json_t *line, struct result *result, struct fault *fault)
{
    char word[64];
    if (!json_get_text(line, "family", word, sizeof word) || !family_parse(word, &result->family))
        return fault_set(fault, "family is neither ipv4 nor ipv6");
    if (!json_get_text(line, "outcome", word, sizeof word) ||
        !outcome_parse(word, &result->outcome))
        return fault_set(fault, "outcome is none of ours");
    if (!json_get_text(line, "reason", word, sizeof word))
        return fault_set(fault, "reason is no text");
    if (!reason_parse(word, &result->reason))
        result->reason = stand_in(result->outcome);
    return 0;
}

static int read_phases(const json_t *phases, struct phases *ret, struct fault *fault)
{
    for (int i = 0; i < PHASE_COUNT; i++) {
        const json_t *value = json_object_get(phases, phase_name((enum phase)i));
        if (!value)
            continue;
        double ms = json_number_value(value);
        if (!json_is_number(value) || !isfinite(ms) || ms < 0 || ms > 3600e3)
            return fault_set(fault, "phase %s is no time", phase_name((enum phase)i));
        ret->ms[i] = ms;
    }
    return 0;
}

/* What is no count is unknown: figures of a service must not cost us its result. */
static void read_users(const json_t *users, struct users *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(user_counts); i++) {
        const json_t *value = json_object_get(users, user_counts[i].name);
        int64_t count = json_integer_value(value);
        if (json_is_integer(value) && count >= 0 && count <= USERS_MAX)
            memcpy((char *)ret + user_counts[i].offset, &count, sizeof count);
    }
}

static int read_object(const json_t *line, struct result *result, struct fault *fault)
{
    if (json_integer_value(json_object_get(line, "v")) != 1)
        return fault_set(fault, "unknown version");
    if (!json_get_time(line, "time", &result->time.ms))
        return fault_set(fault, "time is no RFC 3339 time");
    if (read_names(line, result, fault) || read_words(line, result, fault))
        return -1;
    if (!json_get_text(line, "detail", result->detail, sizeof result->detail) ||
        !json_get_text(line, "address", result->address, sizeof result->address))
        return fault_set(fault, "detail or address is no text");
    json_int_t attempt = json_integer_value(json_object_get(line, "attempt"));
    result->attempt = attempt < 1 || attempt > 1000 ? 1 : (int)attempt;
    read_users(json_object_get(line, "users"), &result->users);
    if (read_phases(json_object_get(line, "phases"), &result->phases, fault))
        return -1;
    const json_t *certificate = json_object_get(line, "certificate");
    if (certificate && !certificate_json_read(certificate, &result->certificate))
        return fault_set(fault, "certificate is incomplete");
    return 0;
}

int result_line_read(const char *line, size_t length, struct result *ret, struct fault *fault)
{
    if (length > RESULT_LINE_MAX)
        return fault_set(fault, "line of %zu bytes, at most %d are read", length, RESULT_LINE_MAX);
    json_error_t error;
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        json_decref(object);
        return fault_set(fault, "not a JSON object");
    }
    struct result result;
    result_init(&result);
    int rc = read_object(object, &result, fault);
    json_decref(object);
    if (rc == 0)
        *ret = result;
    return rc;
}

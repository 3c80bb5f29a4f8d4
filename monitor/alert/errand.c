#include "errand.h"

#include "json.h"
#include "macros.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 64, OPTIONS_MAX = 64 };

/* ---- out ---- */

static void add_text(struct buffer *out, const char *key, const char *value)
{
    if (!value)
        return;
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

static void add_list(struct buffer *out, const char *key, const char *const *list)
{
    buffer_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; list && list[i]; i++) {
        buffer_text_add(out, i ? "," : "");
        json_add_text(out, list[i]);
    }
    buffer_byte(out, ']');
}

static void add_options(struct buffer *out, const char *key, const struct probe_option *options,
                        size_t count)
{
    buffer_printf(out, ",\"%s\":{", key);
    for (size_t i = 0; i < count; i++) {
        buffer_text_add(out, i ? "," : "");
        json_add_text(out, options[i].name);
        buffer_byte(out, ':');
        json_add_text(out, options[i].value);
    }
    buffer_byte(out, '}');
}

void errand_write_rules(const struct errand_rules *rules, struct buffer *out)
{
    buffer_text_add(out, "{\"v\":1,\"errand\":\"rules\"");
    add_text(out, "user_agent", rules->user_agent);
    add_text(out, "ca_file", rules->ca_file);
    add_list(out, "allow", rules->allow);
    add_list(out, "resolvers", rules->resolvers);
    add_list(out, "second", rules->second);
    add_options(out, "templates", rules->templates, rules->template_count);
    buffer_text_add(out, "}\n");
}

void errand_write_carry(const struct errand_target *target, const struct alert *alert,
                        struct buffer *out)
{
    buffer_text_add(out, "{\"v\":1,\"errand\":\"carry\"");
    add_text(out, "target", target->name);
    add_text(out, "channel", target->channel);
    add_options(out, "options", target->options, target->option_count);
    buffer_text_add(out, ",\"alert\":");
    alert_write(alert, out);
    buffer_text_add(out, "}\n");
}

void errand_write_ping(const struct ping *ping, struct buffer *out)
{
    buffer_text_add(out, "{\"v\":1,\"errand\":\"ping\"");
    add_text(out, "id", ping->id);
    add_text(out, "url", ping->url);
    add_text(out, "signal", ping_signal_words[ping->signal]);
    add_text(out, "words", ping->words);
    buffer_text_add(out, "}\n");
}

/* ---- in ---- */

static const char *get_text(const json_t *object, const char *key, struct arena *arena)
{
    return arena_text(arena, json_string_value(json_object_get(object, key)));
}

/* NULL when it is no list of texts, or too long a one. */
static const char *const *get_list(const json_t *object, const char *key, struct arena *arena)
{
    const json_t *list = json_object_get(object, key);
    size_t count = json_array_size(list);
    if ((list && !json_is_array(list)) || count > LIST_MAX)
        return NULL;
    const char **texts = arena_array(arena, count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text)
            return NULL;
        texts[i] = arena_text(arena, text);
    }
    return texts;
}

static int read_options(json_t *object, struct arena *arena, const struct probe_option **ret,
                        size_t *ret_count, struct fault *fault)
{
    size_t count = json_object_size(object);
    const char *key;
    json_t *value;
    if (!json_is_object(object) || count > OPTIONS_MAX)
        return fault_set(fault, "there are no options, or too many");
    struct probe_option *options = arena_array(arena, count + 1, sizeof *options);
    *ret_count = 0;
    json_object_foreach(object, key, value)
    {
        if (!json_is_string(value))
            return fault_set(fault, "an option is no text");
        options[*ret_count].name = arena_text(arena, key);
        options[(*ret_count)++].value = arena_text(arena, json_string_value(value));
    }
    *ret = options;
    return 0;
}

static int read_rules(const json_t *object, struct arena *arena, struct errand *errand,
                      struct fault *fault)
{
    struct errand_rules *ret = &errand->rules;
    ret->user_agent = get_text(object, "user_agent", arena);
    ret->ca_file = get_text(object, "ca_file", arena);
    ret->allow = get_list(object, "allow", arena);
    ret->resolvers = get_list(object, "resolvers", arena);
    ret->second = get_list(object, "second", arena);
    if (!ret->allow || !ret->resolvers || !ret->second)
        return fault_set(fault, "a list of the rules is none");
    json_t *templates = json_object_get(object, "templates");
    return templates ? read_options(templates, arena, &ret->templates, &ret->template_count, fault)
                     : 0;
}

/* By way of its own text, which is what its reader takes. */
static int read_alert(const json_t *object, struct arena *arena, struct errand *ret,
                      struct fault *fault)
{
    struct alert *alert = arena_alloc(arena, sizeof *alert);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    bool good = text && alert_read(text, strlen(text), alert);
    free(text);
    ret->alert = alert;
    ret->id = alert->id;
    return good ? 0 : fault_set(fault, "its alert is none");
}

static int read_carry(const json_t *object, struct arena *arena, struct errand *ret,
                      struct fault *fault)
{
    ret->target.name = get_text(object, "target", arena);
    ret->target.channel = get_text(object, "channel", arena);
    if (!ret->target.name || !ret->target.channel)
        return fault_set(fault, "it names no target or no channel");
    if (read_options(json_object_get(object, "options"), arena, &ret->target.options,
                     &ret->target.option_count, fault))
        return -1;
    return read_alert(json_object_get(object, "alert"), arena, ret, fault);
}

static bool read_signal(const char *word, enum ping_signal *ret)
{
    for (int i = 0; word && ping_signal_words[i]; i++) {
        if (strcmp(ping_signal_words[i], word) == 0) {
            *ret = (enum ping_signal)i;
            return true;
        }
    }
    return false;
}

static int read_ping(const json_t *object, struct arena *arena, struct errand *ret,
                     struct fault *fault)
{
    struct ping *ping = &ret->ping;
    ping->id = get_text(object, "id", arena);
    ping->url = get_text(object, "url", arena);
    ping->words = get_text(object, "words", arena);
    if (!ping->id || !*ping->id || strlen(ping->id) >= ALERT_ID_SIZE || !ping->url ||
        !ping->words || !read_signal(get_text(object, "signal", arena), &ping->signal))
        return fault_set(fault, "it is no sign of life");
    ret->id = ping->id;
    ret->target.name = "";
    return 0;
}

static const struct {
    const char *word;
    enum errand_kind kind;
    int (*read)(const json_t *object, struct arena *arena, struct errand *ret, struct fault *fault);
} kinds[] = {{"rules", ERRAND_RULES, read_rules},
             {"carry", ERRAND_CARRY, read_carry},
             {"ping", ERRAND_PING, read_ping}};

static int read_kind(const json_t *object, struct arena *arena, struct errand *ret,
                     struct fault *fault)
{
    const char *word = json_string_value(json_object_get(object, "errand"));
    if (!word)
        return fault_set(fault, "it is no errand");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(word, kinds[i].word) == 0) {
            ret->kind = kinds[i].kind;
            return kinds[i].read(object, arena, ret, fault);
        }
    }
    return fault_set(fault, "it is an errand of an unknown kind");
}

int errand_read(const char *line, size_t length, struct arena *arena, struct errand *ret,
                struct fault *fault)
{
    json_error_t error;
    json_t *object =
        length <= ERRAND_LINE_MAX ? json_loadb(line, length, JSON_REJECT_DUPLICATES, &error) : NULL;
    *ret = (struct errand){0};
    int rc = read_kind(object, arena, ret, fault);
    json_decref(object);
    return rc;
}

/* ---- receipts ---- */

void receipt_write(const struct receipt *receipt, struct buffer *out)
{
    const struct channel_verdict *verdict = &receipt->verdict;
    buffer_printf(out, "{\"v\":1,\"end\":\"%s\",\"after_s\":%lld", channel_end_words[verdict->end],
                  (long long)verdict->after_s);
    add_text(out, "id", receipt->id);
    add_text(out, "target", receipt->target);
    add_text(out, "detail", verdict->detail);
    buffer_text_add(out, "}\n");
}

static bool read_end(const char *word, enum channel_end *ret)
{
    for (int i = 0; word && channel_end_words[i]; i++) {
        if (strcmp(channel_end_words[i], word) == 0) {
            *ret = (enum channel_end)i;
            return true;
        }
    }
    return false;
}

bool receipt_read(const char *line, size_t length, struct receipt *ret)
{
    json_error_t error;
    json_t *object = length <= RECEIPT_LINE_MAX
                         ? json_loadb(line, length, JSON_REJECT_DUPLICATES, &error)
                         : NULL;
    struct channel_verdict *verdict = &ret->verdict;
    *ret = (struct receipt){0};
    bool good = object &&
                read_end(json_string_value(json_object_get(object, "end")), &verdict->end) &&
                json_get_text(object, "id", ret->id, sizeof ret->id) && ret->id[0] &&
                json_get_text(object, "target", ret->target, sizeof ret->target) &&
                json_get_text(object, "detail", verdict->detail, sizeof verdict->detail);
    verdict->after_s = json_integer_value(json_object_get(object, "after_s"));
    if (verdict->after_s < 0 || verdict->after_s > CHANNEL_WAIT_MAX_S)
        verdict->after_s = CHANNEL_WAIT_MAX_S;
    json_decref(object);
    return good;
}

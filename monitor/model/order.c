#include "order.h"

#include "json.h"

#include <string.h>

static void add_text(struct buffer *out, const char *key, const char *value)
{
    if (value) {
        buffer_printf(out, ",\"%s\":", key);
        json_add_text(out, value);
    }
}

static void add_number(struct buffer *out, const char *key, int64_t value)
{
    buffer_printf(out, ",\"%s\":%lld", key, (long long)value);
}

void order_write_watch(const struct watch *watch, struct buffer *out)
{
    const struct check *check = &watch->check;
    buffer_text_add(out, "{\"v\":1,\"order\":\"watch\"");
    add_text(out, "service", watch->service);
    add_text(out, "id", check->id);
    add_text(out, "url", check->url);
    add_text(out, "address", check->address);
    add_text(out, "role", role_words[check->role]);
    add_text(out, "family", family_wish_words[check->family]);
    add_number(out, "interval_ms", check->interval_ms);
    add_number(out, "timeout_ms", check->timeout_ms);
    add_number(out, "slow_ms", check->slow_ms);
    buffer_text_add(out, ",\"options\":[");
    for (size_t i = 0; i < check->option_count; i++) {
        buffer_text_add(out, i ? ",[" : "[");
        json_add_text(out, check->options[i].name);
        buffer_byte(out, ',');
        json_add_text(out, check->options[i].value);
        buffer_byte(out, ']');
    }
    buffer_text_add(out, "]}\n");
}

static void add_list(struct buffer *out, const char *key, const char *const *list)
{
    buffer_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; list && list[i]; i++) {
        if (i)
            buffer_byte(out, ',');
        json_add_text(out, list[i]);
    }
    buffer_byte(out, ']');
}

void order_write_go(const struct rules *rules, struct buffer *out)
{
    buffer_text_add(out, "{\"v\":1,\"order\":\"go\"");
    add_text(out, "vantage", rules->vantage);
    buffer_printf(out, ",\"at_once\":%s", rules->at_once ? "true" : "false");
    add_text(out, "user_agent_url", rules->user_agent_url);
    add_text(out, "ca_file", rules->ca_file);
    add_list(out, "allow", rules->allow);
    add_list(out, "servers", rules->servers);
    buffer_text_add(out, ",\"rechecks_ms\":[");
    for (size_t i = 0; rules->rechecks_ms && rules->rechecks_ms[i]; i++)
        buffer_printf(out, "%s%lld", i ? "," : "", (long long)rules->rechecks_ms[i]);
    buffer_byte(out, ']');
    add_list(out, "sentinels", rules->sentinels);
    buffer_text_add(out, "}\n");
}

static const char *get_text(const json_t *object, const char *key, struct arena *arena)
{
    return arena_text(arena, json_string_value(json_object_get(object, key)));
}

static int get_word(const json_t *object, const char *key, const char *const *words, int *ret)
{
    const char *text = json_string_value(json_object_get(object, key));
    for (int i = 0; text && words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret = i;
            return 0;
        }
    }
    return -1;
}

static void get_options(const json_t *list, struct arena *arena, struct check *check)
{
    check->option_count = json_array_size(list);
    struct probe_option *options = arena_array(arena, check->option_count, sizeof *options);
    for (size_t i = 0; i < check->option_count; i++) {
        const json_t *pair = json_array_get(list, i);
        const char *name = json_string_value(json_array_get(pair, 0));
        const char *value = json_string_value(json_array_get(pair, 1));
        options[i] = (struct probe_option){arena_text(arena, name ? name : ""),
                                           arena_text(arena, value ? value : "")};
    }
    check->options = options;
}

static int read_watch(const json_t *object, struct arena *arena, struct watch *watch,
                      struct fault *fault)
{
    struct check *check = &watch->check;
    watch->service = get_text(object, "service", arena);
    check->id = get_text(object, "id", arena);
    check->url = get_text(object, "url", arena);
    check->address = get_text(object, "address", arena);
    check->interval_ms = json_integer_value(json_object_get(object, "interval_ms"));
    check->timeout_ms = json_integer_value(json_object_get(object, "timeout_ms"));
    check->slow_ms = json_integer_value(json_object_get(object, "slow_ms"));
    get_options(json_object_get(object, "options"), arena, check);
    if (!watch->service || !check->id || !check->url || check->interval_ms <= 0 ||
        check->timeout_ms <= 0 || get_word(object, "role", role_words, &check->role) ||
        get_word(object, "family", family_wish_words, &check->family))
        return fault_set(fault, "incomplete watch");
    return 0;
}

static const char *const *get_list(const json_t *object, const char *key, struct arena *arena)
{
    const json_t *list = json_object_get(object, key);
    const char **texts = arena_array(arena, json_array_size(list) + 1, sizeof *texts);
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text)
            texts[count++] = arena_text(arena, text);
    }
    return texts;
}

static int read_rules(const json_t *object, struct arena *arena, struct rules *rules,
                      struct fault *fault)
{
    rules->vantage = get_text(object, "vantage", arena);
    rules->at_once = json_is_true(json_object_get(object, "at_once"));
    rules->user_agent_url = get_text(object, "user_agent_url", arena);
    rules->ca_file = get_text(object, "ca_file", arena);
    rules->allow = get_list(object, "allow", arena);
    rules->servers = get_list(object, "servers", arena);
    rules->sentinels = get_list(object, "sentinels", arena);
    const json_t *rechecks = json_object_get(object, "rechecks_ms");
    int64_t *ms = arena_array(arena, json_array_size(rechecks) + 1, sizeof *ms);
    for (size_t i = 0; i < json_array_size(rechecks); i++)
        ms[i] = json_integer_value(json_array_get(rechecks, i));
    rules->rechecks_ms = ms;
    return rules->vantage ? 0 : fault_set(fault, "go without vantage");
}

int order_read(const char *line, size_t length, struct arena *arena, struct order *ret,
               struct fault *fault)
{
    json_error_t error;
    json_t *object =
        length <= ORDER_LINE_MAX ? json_loadb(line, length, JSON_REJECT_DUPLICATES, &error) : NULL;
    const char *kind = json_string_value(json_object_get(object, "order"));
    struct order order = {0};
    int rc;
    if (kind && strcmp(kind, "watch") == 0) {
        order.kind = ORDER_WATCH;
        rc = read_watch(object, arena, &order.watch, fault);
    } else if (kind && strcmp(kind, "go") == 0) {
        order.kind = ORDER_GO;
        rc = read_rules(object, arena, &order.rules, fault);
    } else {
        rc = fault_set(fault, "not an order");
    }
    json_decref(object);
    if (rc == 0)
        *ret = order;
    return rc;
}

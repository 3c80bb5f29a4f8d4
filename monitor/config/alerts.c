#include "alerts.h"

#include "mem.h"
#include "options.h"
#include "routes.h"
#include "sections.h"
#include "source.h"
#include "templates.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct schema_row alerts_rows[ALERTS_ROWS] = {
    {.name = "targets",
     .type = SCHEMA_OTHER,
     .doc = "A list of maps: where messages can be sent, each with a name.",
     .example = "[{name: night, channel: ntfy, url: \"https://ntfy.sh\", topic: hosters-8f3k2}]"},
    {.name = "mail",
     .type = SCHEMA_OTHER,
     .doc = "A map: how mail goes to addresses that stand in a list of alerts in place of a "
            "target: the options of the channel mail without `to`.",
     .example = "{from: vibrisse@exemple.example, server: \"smtp://relais.exemple.example:587\"}"},
    {.name = "routes",
     .type = SCHEMA_OTHER,
     .doc = "A list of alerts: who is told of every service, and of the monitor itself.",
     .example = "[{to: night, hears: [down, monitor]}]"},
    {.name = "allow",
     .type = SCHEMA_OTHER,
     .doc = "A list of networks that are not public and may be written to all the same, such as "
            "this machine's own.",
     .example = "[127.0.0.0/8, \"::1\"]"},
    {.name = "resolvers",
     .type = SCHEMA_OTHER,
     .doc = "A list of other resolvers, asked when those of network do not know a receiver: a dead "
            "resolver must not silence the news of it.",
     .example = "[192.0.2.54]"},
    {.name = "templates",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config_alerts, folder),
     .min = 1,
     .max = 1000,
     .doc = "A folder with messages in your own words: files such as down.fr.txt, one for each "
            "kind and language, the subject in the first line. Whatever has no file there is told "
            "as before; 'vibrisse alert templates' prints what is built in, as a start, and the "
            "names that can stand in braces.",
     .example = "/etc/vibrisse/templates"},
    {.name = "heartbeats",
     .type = SCHEMA_OTHER,
     .doc =
         "A list of http or https URLs, as healthchecks and its kin give them: each is told again "
         "and again that this monitor measures, writes and sees well, and raises the alarm when "
         "it hears nothing. URL/start tells of a start, URL/fail of trouble. Two that share "
         "nothing with each other or with us are better than one. Whoever knows such a URL can "
         "write there: it may be given as {file: PATH} or {env: NAME}.",
     .example = "[{file: /etc/vibrisse/heartbeat}, {env: SECOND_HEARTBEAT}]"},
    {.name = "heartbeat-every",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct config_alerts, heartbeat_every_ms),
     .min = 1000,
     .max = 3600000,
     .preset = "60s",
     .doc = "How often they are told. What they wait for must be longer: three times as long.",
     .example = "2m"},
    {.name = "contacts",
     .type = SCHEMA_BOOL,
     .offset = offsetof(struct config_alerts, contacts),
     .preset = "no",
     .doc = "yes: the contact of each hoster without alerts of its own, as registers know it, is "
            "asked by mail, once, whether it wants to be told of its services. It gets nothing "
            "else before it said yes by the link in that message, and each message has a link "
            "that ends them. It takes `mail`, and the `address` of the collective for the links. "
            "All this is in the collective's first language, since registers tell of none; a "
            "hoster that reads another one is given a target of its own, with its `language`.",
     .example = "yes"},
};

const struct schema_row alerts_target_rows[ALERTS_TARGET_ROWS] = {
    {.name = "name",
     .type = SCHEMA_ID,
     .offset = offsetof(struct config_target, who.name),
     .required = true,
     .doc = "Its name here. It stays as long as the receiver is the same: threads go by it.",
     .example = "night"},
    {.name = "channel",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config_target, channel),
     .min = 1,
     .max = 64,
     .required = true,
     .doc = "Which way messages go; see below.",
     .example = "ntfy"},
    {.name = "language",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config_target, who.language),
     .doc = "The language of its messages. Without it, the collective's first.",
     .example = "fr"},
    {.name = "daily-test",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config_target, daily_test),
     .doc = "A time of the day: each day a message comes then that only shows that messages "
            "arrive. The clock is the collective's.",
     .example = "\"08:30\""},
};

/* ---- secrets ---- */

/* systemd hands a unit's secrets over in a folder of their own, when the unit starts. */
static bool is_credential(const char *path)
{
    static const char credentials[] = "/run/credentials/";
    return strncmp(path, credentials, strlen(credentials)) == 0;
}

/* Its first line: editors leave a line end behind. */
static int from_file(const struct config_option *option, struct arena *arena, const char **ret,
                     struct fault *fault)
{
    struct buffer bytes;
    struct fault why;
    buffer_init(&bytes, ALERTS_SECRET_BYTES);
    int rc = source_read(option->value, &bytes, &why);
    if (rc)
        fault_set(fault, "%s: the file %.300s %.150s%s", option->name, option->value, why.text,
                  is_credential(option->value) ? "; the unit gets its secrets when it starts: "
                                                 "systemctl restart vibrisse"
                                               : "");
    else
        *ret = arena_bytes(arena, buffer_text(&bytes), strcspn(buffer_text(&bytes), "\r\n"));
    buffer_fini(&bytes);
    return rc;
}

int config_option_fetch(const struct config_option *option, struct arena *arena, const char **ret,
                        struct fault *fault)
{
    *ret = option->value;
    if (option->place == PLACE_FILE)
        return from_file(option, arena, ret, fault);
    if (option->place == PLACE_ENVIRONMENT) {
        *ret = arena_text(arena, getenv(option->value));
        if (!*ret)
            return fault_set(fault, "%s: the environment has no %.200s", option->name,
                             option->value);
    }
    return 0;
}

int config_target_options(const struct config_target *target, struct arena *arena,
                          const struct probe_option **ret, struct fault *fault)
{
    struct probe_option *options = arena_array(arena, target->option_count + 1, sizeof *options);
    for (size_t i = 0; i < target->option_count; i++) {
        options[i].name = target->options[i].name;
        if (config_option_fetch(&target->options[i], arena, &options[i].value, fault))
            return -1;
    }
    *ret = options;
    return 0;
}

static const struct config_target *find(const struct config_alerts *alerts, const char *name)
{
    for (size_t i = 0; i < alerts->target_count; i++)
        if (strcmp(alerts->targets[i]->who.name, name) == 0)
            return alerts->targets[i];
    return NULL;
}

const struct config_target *config_target(const struct config *config, const char *name)
{
    return find(&config->alerts, name);
}

/* ---- reading ---- */

static const struct section *const section = &sections[SECTION_TARGET];

/* {file: PATH} or {env: NAME} */
static bool read_elsewhere(const struct reader *reader, const struct node *map,
                           struct config_option *ret)
{
    static const char like[] = "{file: /etc/vibrisse/token} or {env: TOKEN}";
    const struct node *child = map->first;
    bool is_file = child && strcmp(child->key, "file") == 0;
    bool is_variable = child && strcmp(child->key, "env") == 0;
    if (map->count != 1 || (!is_file && !is_variable) || child->kind != NODE_SCALAR ||
        child->empty || (is_file && child->text[0] != '/')) {
        reader_fault(reader, map->place, "a secret is given as %s, the path from the root on",
                     like);
        return false;
    }
    ret->place = is_file ? PLACE_FILE : PLACE_ENVIRONMENT;
    ret->value = arena_text(reader->arena, child->text);
    return true;
}

static bool read_option(const struct reader *reader, const struct schema_row *row,
                        const struct node *node, struct config_option *ret)
{
    *ret = (struct config_option){.name = row->name, .secret = row->secret};
    if (row->secret && node->kind == NODE_MAP)
        return read_elsewhere(reader, node, ret);
    if (node->kind == NODE_SCALAR && node->empty) {
        reader_fault(reader, node->place, "%s has no value: give one or remove the key", row->name);
        return false;
    }
    ret->value = options_value(reader, row, node);
    if (ret->value && row->secret)
        reader_note(reader, node->place,
                    "%s is a secret and stands here for all who can read this file: give it as "
                    "{file: PATH} or {env: NAME}",
                    row->name);
    return ret->value;
}

static const char *nearest_key(const struct schema *channel, const char *key)
{
    const struct schema_row *own = schema_nearest(&section->schema, key);
    const struct schema_row *further = channel ? schema_nearest(channel, key) : NULL;
    return own ? own->name : further ? further->name : NULL;
}

static void read_keys(const struct reader *reader, const struct schema *channel,
                      const struct node *map, struct config_target *target)
{
    struct config_option *options = arena_array(reader->arena, map->count, sizeof *options);
    for (const struct node *child = map->first; child; child = child->next) {
        if (reader_key(reader, section, child, target))
            continue;
        const struct schema_row *row = channel ? schema_find(channel, child->key) : NULL;
        if (row && read_option(reader, row, child, &options[target->option_count]))
            target->option_count++;
        else if (!row && channel)
            reader_unknown(reader, child, nearest_key(channel, child->key));
    }
    target->options = options;
    reader_required(reader, &section->schema, map);
}

static const struct schema *channel_of(const struct reader *reader, const struct node *map)
{
    const struct config_channels *channels = reader->probes->channels;
    const struct node *node = node_at(map, "channel");
    size_t count = 0;
    if (!channels || !node || node->kind != NODE_SCALAR)
        return NULL;
    const struct schema *schema = channels->options(node->text);
    while (channels->names[count])
        count++;
    const char *nearest = schema ? NULL : text_nearest(node->text, channels->names, count);
    if (!schema)
        reader_fault(reader, node->place, "there is no channel \"%.80s\"%s%s%s", node->text,
                     nearest ? ", did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    return schema;
}

/* While the unit does not run. */
static bool is_handed_over_later(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    return is_credential(path) &&
           text_format(folder, sizeof folder, "%.*s", (int)(slash - path), path) &&
           access(folder, F_OK) != 0;
}

/* Whoever only looks at the configuration may not be allowed to see its secrets: that is no fault of the file. */
static bool may_look(const struct config_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (options[i].place == PLACE_FILE && access(options[i].value, R_OK) != 0 &&
            (errno == EACCES || is_handed_over_later(options[i].value)))
            return false;
    return true;
}

/* Everything as it will be when a message is sent. */
static void check_options(const struct reader *reader, const struct node *node,
                          const struct config_target *target)
{
    const struct probe_option *options;
    struct fault fault;
    if (!may_look(target->options, target->option_count))
        reader_note(reader, node->place,
                    "a secret of the target %s cannot be read by who asks, so it was not checked",
                    target->who.name);
    else if (config_target_options(target, reader->arena, &options, &fault) ||
             reader->probes->channels->check(target->channel, options, target->option_count,
                                             &fault))
        reader_fault(reader, node->place, "%s", fault.text);
}

static bool read_target(const struct reader *reader, const struct node *node,
                        struct config_target *ret)
{
    size_t faults = reader->faults->count;
    *ret = (struct config_target){0};
    if (!reader_is(reader, node, NODE_MAP, "a target", "{name: night, channel: ntfy}"))
        return false;
    const struct schema *channel = channel_of(reader, node);
    read_keys(reader, channel, node, ret);
    if (channel && reader->faults->count == faults)
        check_options(reader, node, ret);
    return reader->faults->count == faults;
}

/* The array is made anew when it is full: what it lists stays where it is. */
static void add_target(const struct reader *reader, const struct config_target *target)
{
    struct config_alerts *alerts = reader->alerts;
    size_t count = alerts->target_count;
    const struct config_target **targets =
        (const struct config_target **)(uintptr_t)alerts->targets; /* our own */
    if (!(count & (count - 1))) {
        targets = arena_array(reader->arena, 2 * count + 1, sizeof *targets);
        if (count)
            memcpy(targets, alerts->targets, count * sizeof *targets);
    }
    targets[count] = target;
    alerts->targets = targets;
    alerts->target_count++;
}

static void read_targets(const struct reader *reader, const struct node *list)
{
    if (!reader_is(reader, list, NODE_LIST, "targets", "[{name: night, channel: ntfy}]"))
        return;
    if (list->count > ALERTS_TARGETS) {
        reader_fault(reader, list->place, "more than %d targets", ALERTS_TARGETS);
        return;
    }
    for (const struct node *node = list->first; node; node = node->next) {
        struct config_target *target = arena_alloc(reader->arena, sizeof *target);
        if (!read_target(reader, node, target))
            continue;
        if (find(reader->alerts, target->who.name))
            reader_fault(reader, node_at(node, "name")->place, "another target has the name \"%s\"",
                         target->who.name);
        add_target(reader, target);
    }
}

/* ---- heartbeats ---- */

static void check_heartbeat(const struct reader *reader, const struct node *node,
                            const struct config_option *option)
{
    const char *url;
    struct fault fault, ours;
    if (!may_look(option, 1))
        reader_note(reader, node->place,
                    "the URL of a heartbeat cannot be read by who asks, so it was not checked");
    else if (config_option_fetch(option, reader->arena, &url, &fault))
        reader_fault(reader, node->place, "%s", fault.text);
    else if (value_web(url, reader->probes, &ours)) /* whose sentence would show it */
        reader_fault(reader, node->place, "a heartbeat is a URL that begins with https://");
}

static bool read_heartbeat(const struct reader *reader, const struct node *node,
                           struct config_option *ret)
{
    static const struct schema_row row = {.name = "heartbeats",
                                          .type = SCHEMA_TEXT,
                                          .min = 1,
                                          .max = 1000,
                                          .secret = true,
                                          .example = "[{file: /etc/vibrisse/heartbeat}]"};
    size_t faults = reader->faults->count;
    if (read_option(reader, &row, node, ret))
        check_heartbeat(reader, node, ret);
    return reader->faults->count == faults;
}

static void read_heartbeats(const struct reader *reader, const struct node *list)
{
    struct config_alerts *ret = reader->alerts;
    if (!list || !reader_is(reader, list, NODE_LIST, "heartbeats", "[{env: HEARTBEAT}]"))
        return;
    if (list->count > ALERTS_HEARTBEATS) {
        reader_fault(reader, list->place, "more than %d heartbeats", ALERTS_HEARTBEATS);
        return;
    }
    struct config_option *options = arena_array(reader->arena, list->count, sizeof *options);
    ret->heartbeats = options;
    for (const struct node *node = list->first; node; node = node->next)
        if (read_heartbeat(reader, node, &options[ret->heartbeat_count]))
            ret->heartbeat_count++;
    if (list->count == 1)
        reader_note(reader, list->place,
                    "a single heartbeat: when its receiver is down nobody notices that this "
                    "monitor is, so give two that share nothing");
}

/* ---- mail to an address ---- */

static const char mail_channel[] = "mail", mail_to[] = "to";

static const struct schema *mail_schema(const struct reader *reader)
{
    const struct config_channels *channels = reader->probes->channels;
    return channels ? channels->options(mail_channel) : NULL;
}

static void read_mail(const struct reader *reader, const struct node *map)
{
    const struct schema *schema = mail_schema(reader);
    if (!schema || !reader_is(reader, map, NODE_MAP, "mail", "{from: vibrisse@exemple.example}"))
        return;
    struct config_target *mail = arena_alloc(reader->arena, sizeof *mail);
    struct config_option *options = arena_array(reader->arena, map->count, sizeof *options);
    *mail = (struct config_target){.channel = mail_channel, .options = options};
    for (const struct node *child = map->first; child; child = child->next) {
        const struct schema_row *row = schema_find(schema, child->key);
        const struct schema_row *nearest = row ? row : schema_nearest(schema, child->key);
        if (!row || strcmp(child->key, mail_to) == 0)
            reader_unknown(reader, child, nearest && !row ? nearest->name : NULL);
        else if (read_option(reader, row, child, &options[mail->option_count]))
            mail->option_count++;
    }
    reader->alerts->mail = mail;
}

/* As mail is told to go, and the address. */
static struct config_target *mail_target(const struct reader *reader, const char *name,
                                         const char *address)
{
    const struct config_target *mail = reader->alerts->mail;
    struct config_target *target = arena_alloc(reader->arena, sizeof *target);
    struct config_option *options =
        arena_array(reader->arena, mail->option_count + 1, sizeof *options);
    options[0] = (struct config_option){.name = mail_to, .value = address};
    if (mail->option_count)
        memcpy(options + 1, mail->options, mail->option_count * sizeof *options);
    *target = (struct config_target){.who = {.name = name},
                                     .channel = mail_channel,
                                     .options = options,
                                     .option_count = mail->option_count + 1,
                                     .address = address};
    return target;
}

/* A name that no id can be. Whoever has a longer address gives it to a target. */
static const struct schema_row address_row = {
    .name = "mail", .type = SCHEMA_TEXT, .min = 3, .max = 59, .example = "tech@exemple.example"};

const struct config_target *alerts_address(const struct reader *reader, const struct node *node)
{
    const char *address = NULL;
    size_t faults = reader->faults->count;
    if (!reader_scalar(reader, &address_row, NULL, node, &address))
        return NULL;
    const char *name = arena_printf(reader->arena, "mail:%s", address);
    const struct config_target *known = find(reader->alerts, name);
    if (known)
        return known;
    if (!reader->alerts->mail) {
        reader_fault(reader, node->place,
                     "it is not said how mail goes: give alerts: {mail: {from: "
                     "vibrisse@exemple.example}} in the main file");
        return NULL;
    }
    struct config_target *target = mail_target(reader, name, address);
    check_options(reader, node, target);
    if (reader->faults->count > faults)
        return NULL;
    add_target(reader, target);
    return target;
}

/* ---- contacts ---- */

/* The same address is the same in any letters; of another hoster it is another one. */
static const char *contact_name(const struct reader *reader, const struct hoster *hoster)
{
    char *text = arena_printf(reader->arena, "%s\n%s", hoster->id, hoster->contact);
    char name[CONFIG_NAME_SIZE];
    for (char *at = text; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at += 'a' - 'A';
    reader->probes->channels->name(text, name);
    return arena_printf(reader->arena, ALERTING_CONTACT "%s", name);
}

/* What a stranger's file says is no fault of ours. */
static bool is_good_contact(const struct reader *reader, const struct node *node,
                            const struct config_target *target)
{
    const struct probe_option *options;
    struct fault fault;
    if (!may_look(target->options, target->option_count))
        return true;
    if (!config_target_options(target, reader->arena, &options, &fault) &&
        !reader->probes->channels->check(target->channel, options, target->option_count, &fault))
        return true;
    reader_note(reader, node->place, "the contact of %s is not asked: %s", target->contact_of,
                fault.text);
    return false;
}

void alerts_contact(const struct reader *reader, const struct node *node, struct hoster *hoster)
{
    const struct config_alerts *alerts = reader->alerts;
    if (!alerts->contacts || !alerts->mail || !hoster->contact || !hoster->id ||
        hoster->alerts.count || !reader->probes->channels)
        return;
    struct config_target *target =
        mail_target(reader, contact_name(reader, hoster), hoster->contact);
    target->contact_of = hoster->id;
    if (!is_good_contact(reader, node, target))
        return;
    add_target(reader, target);
    routes_contact(reader, &target->who, &hoster->alerts);
}

const struct config_target *alerts_target(const struct reader *reader, const struct node *node)
{
    const struct config_alerts *alerts = reader->alerts;
    const char **names = arena_array(reader->arena, alerts->target_count + 1, sizeof *names);
    size_t count = 0;
    const struct config_target *target = find(alerts, node->text);
    if (target && !target->address)
        return target;
    for (size_t i = 0; i < alerts->target_count; i++)
        if (!alerts->targets[i]->address)
            names[count++] = alerts->targets[i]->who.name;
    const char *nearest = text_nearest(node->text, names, count);
    reader_fault(reader, node->place, "there is no target \"%.80s\"%s%s%s", node->text,
                 nearest ? ", did you mean \"" : "; the main file has them below alerts: targets",
                 nearest ? nearest : "", nearest ? "\"?" : "");
    return NULL;
}

static const struct item allow_item = {
    {.name = "allow", .type = SCHEMA_TEXT, .example = "[127.0.0.0/8]"},
    value_network,
    sizeof(const char *),
    64};
static const struct item resolver_item = {
    {.name = "resolvers", .type = SCHEMA_TEXT, .example = "[192.0.2.54]"},
    value_server,
    sizeof(const char *),
    16};

void alerts_read(const struct reader *reader, const struct node *node)
{
    struct config_alerts *alerts = reader->alerts;
    reader_section(reader, &sections[SECTION_ALERTS], node, alerts);
    read_targets(reader, node_at(node, "targets"));
    read_mail(reader, node_at(node, "mail"));
    templates_read_folder(reader, node_at(node, "templates"), alerts);
    alerts->allow = reader_list(reader, &allow_item, node_at(node, "allow"));
    alerts->resolvers = reader_list(reader, &resolver_item, node_at(node, "resolvers"));
    read_heartbeats(reader, node_at(node, "heartbeats"));
    routes_read(reader, node_at(node, "routes"), true, &alerts->everywhere);
}

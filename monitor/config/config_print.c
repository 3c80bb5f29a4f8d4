#include "config.h"

#include "options.h"
#include "routes.h"
#include "sections.h"
#include "text.h"
#include "unit.h"

#include <string.h>

struct printer {
    FILE *out;
    struct arena scratch;
    int depth;
    bool item; /* the next line is the first of a list's item */
};

static void begin_line(struct printer *printer)
{
    fprintf(printer->out, "%*s%s", 2 * printer->depth - (printer->item ? 2 : 0), "",
            printer->item ? "- " : "");
    printer->item = false;
}

/* Values hold no control characters: those were refused where they were read. */
static void print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

/* A word that YAML takes for nothing but a text, or for a value that the rows read as one. */
static bool is_plain(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";
    return *text && strchr("+-.", *text) == NULL && !text[strspn(text, letters)] &&
           strcmp(text, "null") != 0;
}

static void print_value(FILE *out, const char *text)
{
    if (is_plain(text))
        fputs(text, out);
    else
        print_quoted(out, text);
}

static void print_pair(struct printer *printer, const char *name, const char *value)
{
    begin_line(printer);
    fprintf(printer->out, "%s: ", name);
    print_value(printer->out, value);
    fputc('\n', printer->out);
}

static void open_map(struct printer *printer, const char *name)
{
    begin_line(printer);
    fprintf(printer->out, "%s:\n", name);
    printer->depth++;
}

/* Every scalar of the section that has a value. */
static void print_rows(struct printer *printer, enum section_id id, const void *object)
{
    const struct schema *schema = &sections[id].schema;
    for (size_t i = 0; i < schema->count; i++) {
        const char *value = schema_print(&schema->rows[i], object, &printer->scratch);
        if (value)
            print_pair(printer, schema->rows[i].name, value);
    }
}

static void print_list(struct printer *printer, const char *name, const char *const *texts)
{
    begin_line(printer);
    fprintf(printer->out, "%s: [", name);
    for (size_t i = 0; texts[i]; i++) {
        fputs(i ? ", " : "", printer->out);
        print_value(printer->out, texts[i]);
    }
    fputs("]\n", printer->out);
}

static void print_rechecks(struct printer *printer, const int64_t *rechecks_ms)
{
    char text[UNIT_TEXT_SIZE];
    begin_line(printer);
    fputs("recheck: [", printer->out);
    for (size_t i = 0; rechecks_ms[i]; i++)
        fprintf(printer->out, "%s%s", i ? ", " : "", unit_duration_text(rechecks_ms[i], text));
    fputs("]\n", printer->out);
}

static void print_wording(struct printer *printer, const char *name, const struct wording *wording)
{
    if (!wording->count)
        return;
    begin_line(printer);
    fprintf(printer->out, "%s: {", name);
    for (size_t i = 0; i < wording->count; i++) {
        /* Quoted, or "no" for Norwegian would be a truth value to other readers. */
        fprintf(printer->out, "%s\"%s\": ", i ? ", " : "", wording->texts[i].language);
        print_quoted(printer->out, wording->texts[i].text);
    }
    fputs("}\n", printer->out);
}

static bool is_expect(const struct probe_option *option)
{
    return text_starts(option->name, OPTION_EXPECT);
}

static void print_options(struct printer *printer, const struct check *check)
{
    bool expects = false;
    for (size_t i = 0; i < check->option_count; i++) {
        expects = expects || is_expect(&check->options[i]);
        if (!is_expect(&check->options[i]))
            print_pair(printer, check->options[i].name, check->options[i].value);
    }
    if (!expects)
        return;
    open_map(printer, "expect");
    for (size_t i = 0; i < check->option_count; i++)
        if (is_expect(&check->options[i]))
            print_pair(printer, check->options[i].name + strlen(OPTION_EXPECT),
                       check->options[i].value);
    printer->depth--;
}

static void print_check(struct printer *printer, const struct check *check)
{
    printer->item = true;
    print_rows(printer, SECTION_CHECK, check);
    print_options(printer, check);
}

/* ---- alerts ---- */

static void print_word(struct printer *printer, const char *name, const char *word)
{
    begin_line(printer);
    fprintf(printer->out, "%s: %s\n", name, word);
}

/* A target, or the address that stands for one. */
static void print_target_of(struct printer *printer, const struct config *config,
                            const struct alert_target *who)
{
    const struct config_target *target = config_target(config, who->name);
    print_pair(printer, target->address ? "mail" : "to",
               target->address ? target->address : who->name);
}

static void print_hears(struct printer *printer, unsigned subjects)
{
    const char *words[ALERTING_COUNT + 1];
    size_t count = 0;
    for (int i = 0; i < ALERTING_COUNT; i++)
        if (subjects >> i & 1)
            words[count++] = alerting_subject_words[i];
    words[count] = NULL;
    print_list(printer, "hears", words);
}

static void print_ways(struct printer *printer, const struct alert_target *const *ways)
{
    begin_line(printer);
    fputs("escalate: [", printer->out);
    for (size_t i = 0; ways && ways[i]; i++) {
        fputs(i ? ", " : "", printer->out);
        print_value(printer->out, ways[i]->name);
    }
    fputs("]\n", printer->out);
}

static void print_route(struct printer *printer, const struct config *config,
                        const struct alert_route *route)
{
    char text[UNIT_TEXT_SIZE], hours[ROUTE_HOURS_SIZE];
    printer->item = true;
    print_target_of(printer, config, route->target);
    print_hears(printer, route->subjects);
    print_pair(printer, "after", unit_duration_text(route->after_ms, text));
    print_pair(printer, "remind",
               route->remind_ms ? unit_duration_text(route->remind_ms, text) : "never");
    if (route->quiet.from != route->quiet.to)
        print_pair(printer, "quiet-hours", route_hours_text(route->quiet, hours));
    print_word(printer, "severe", route->severe ? "yes" : "no");
    print_ways(printer, route->escalate);
    print_word(printer, "accept", alerting_accept_words[route->accept]);
}

static void print_routes(struct printer *printer, const struct config *config, const char *name,
                         const struct alert_routes *routes)
{
    if (!routes->count || text_starts(routes->list[0].target->name, ALERTING_CONTACT))
        return; /* a contact's follows from the hoster's */
    open_map(printer, name);
    printer->depth++;
    for (size_t i = 0; i < routes->count; i++)
        print_route(printer, config, &routes->list[i]);
    printer->depth -= 2;
}

static void print_service(struct printer *printer, const struct config *config,
                          const struct service *service)
{
    printer->item = true;
    print_rows(printer, SECTION_SERVICE, service);
    print_wording(printer, "name", &service->name);
    print_wording(printer, "kind", &service->kind);
    print_routes(printer, config, "alerts", &service->alerts);
    open_map(printer, "checks");
    printer->depth++;
    for (size_t i = 0; i < service->check_count; i++)
        print_check(printer, &service->checks[i]);
    printer->depth -= 2;
}

static void print_unmeasured(struct printer *printer, const struct hoster *hoster)
{
    if (!hoster->unmeasured_count)
        return;
    open_map(printer, "unmeasured");
    printer->depth++;
    for (size_t i = 0; i < hoster->unmeasured_count; i++) {
        printer->item = true;
        print_rows(printer, SECTION_UNMEASURED, &hoster->unmeasured[i]);
    }
    printer->depth -= 2;
}

static void print_hoster(struct printer *printer, const struct config *config,
                         const struct hoster *hoster)
{
    printer->item = true;
    print_rows(printer, SECTION_HOSTER, hoster);
    print_wording(printer, "name", &hoster->name);
    print_wording(printer, "kind", &hoster->kind);
    print_routes(printer, config, "alerts", &hoster->alerts);
    print_unmeasured(printer, hoster);
    open_map(printer, "services");
    printer->depth++;
    for (size_t i = 0; i < hoster->service_count; i++)
        print_service(printer, config, &hoster->services[i]);
    printer->depth -= 2;
}

static void print_collective(struct printer *printer, const struct config *config)
{
    const struct collective *collective = &config->collective;
    open_map(printer, "collective");
    print_rows(printer, SECTION_COLLECTIVE, collective);
    print_list(printer, "languages", collective->languages);
    printer->depth--;
    open_map(printer, "vantage");
    print_rows(printer, SECTION_VANTAGE, collective);
    print_list(printer, "addresses", config->addresses);
    printer->depth--;
}

/* A secret that stands in the file is masked: what is printed is passed around. */
static void print_place(struct printer *printer, const struct config_option *option)
{
    if (option->place == PLACE_HERE) {
        print_value(printer->out, option->secret ? "***" : option->value);
        return;
    }
    fprintf(printer->out, "{%s: ", option->place == PLACE_FILE ? "file" : "env");
    print_value(printer->out, option->value);
    fputc('}', printer->out);
}

static void print_option(struct printer *printer, const struct config_option *option)
{
    begin_line(printer);
    fprintf(printer->out, "%s: ", option->name);
    print_place(printer, option);
    fputc('\n', printer->out);
}

static void print_heartbeats(struct printer *printer, const struct config_alerts *alerts)
{
    begin_line(printer);
    fputs("heartbeats: [", printer->out);
    for (size_t i = 0; i < alerts->heartbeat_count; i++) {
        fputs(i ? ", " : "", printer->out);
        print_place(printer, &alerts->heartbeats[i]);
    }
    fputs("]\n", printer->out);
}

static void print_target(struct printer *printer, const struct config_target *target)
{
    printer->item = true;
    print_rows(printer, SECTION_TARGET, target);
    for (size_t i = 0; i < target->option_count; i++)
        print_option(printer, &target->options[i]);
}

static void print_mail(struct printer *printer, const struct config_target *mail)
{
    open_map(printer, "mail");
    for (size_t i = 0; i < mail->option_count; i++)
        print_option(printer, &mail->options[i]);
    printer->depth--;
}

static size_t named_targets(const struct config_alerts *alerts)
{
    size_t count = 0;
    for (size_t i = 0; i < alerts->target_count; i++)
        count += !alerts->targets[i]->address;
    return count;
}

static void print_alerts(struct printer *printer, const struct config *config)
{
    const struct config_alerts *alerts = &config->alerts;
    open_map(printer, "alerts");
    print_rows(printer, SECTION_ALERTS, alerts);
    print_list(printer, "allow", alerts->allow);
    print_list(printer, "resolvers", alerts->resolvers);
    print_heartbeats(printer, alerts);
    begin_line(printer);
    fputs(named_targets(alerts) ? "targets:\n" : "targets: []\n", printer->out);
    printer->depth += 2;
    for (size_t i = 0; i < alerts->target_count; i++)
        if (!alerts->targets[i]->address)
            print_target(printer, alerts->targets[i]);
    printer->depth -= 2;
    if (alerts->mail && alerts->mail->option_count)
        print_mail(printer, alerts->mail);
    print_routes(printer, config, "routes", &alerts->everywhere);
    printer->depth--;
}

/* Timeouts and the like stand in every check: nothing of them is left to inherit. */
static void print_settings(struct printer *printer, const struct config *config)
{
    char text[UNIT_TEXT_SIZE];
    open_map(printer, "defaults");
    print_pair(printer, "interval", unit_duration_text(config->interval_ms, text));
    print_rechecks(printer, config->rechecks_ms);
    print_pair(printer, "incident-after", unit_duration_text(config->incident_after_ms, text));
    printer->depth--;
    open_map(printer, "network");
    print_rows(printer, SECTION_NETWORK, config);
    print_list(printer, "allow", config->allow);
    print_list(printer, "resolvers", config->resolvers);
    printer->depth--;
    open_map(printer, "series");
    print_rows(printer, SECTION_SERIES, config);
    printer->depth--;
}

static void print_registers(struct printer *printer, const struct config *config)
{
    if (!config->register_count)
        return;
    open_map(printer, "register");
    printer->depth++;
    for (size_t i = 0; i < config->register_count; i++) {
        printer->item = true;
        print_rows(printer, SECTION_REGISTER, &config->registers[i]);
    }
    printer->depth -= 2;
}

void config_print(const struct config *config, FILE *out)
{
    struct printer printer = {.out = out};
    print_rows(&printer, SECTION_MAIN, config);
    print_collective(&printer, config);
    print_settings(&printer, config);
    print_list(&printer, "sentinels", config->sentinels);
    print_registers(&printer, config);
    print_alerts(&printer, config);
    open_map(&printer, "hosters");
    printer.depth++;
    for (size_t i = 0; i < config->collective.hoster_count; i++)
        print_hoster(&printer, config, &config->collective.hosters[i]);
    arena_free(&printer.scratch);
}

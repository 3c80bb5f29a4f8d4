#include "almanac.h"
#include "command.h"
#include "hand_over.h"
#include "json.h"
#include "macros.h"
#include "recurrence.h"
#include "settings.h"
#include "stamp.h"
#include "unit.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_maintenance;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
    {"all", no_argument, NULL, 'a'},          {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},     {"for", required_argument, NULL, 'r'},
    {"every", required_argument, NULL, 'e'},  {"fr", required_argument, NULL, 'F'},
    {"en", required_argument, NULL, 'E'},     {"by", required_argument, NULL, 'B'},
    {"link", required_argument, NULL, 'L'},   {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

enum { JSON_MAX = 64 * 1024 * 1024 };

struct wishes {
    struct settings settings;
    struct wording_options wording;
    const char *from, *to, *length, *every; /* NULL = not given */
    bool all, json;
    const char *action;
    char **arguments; /* after the action, ended by NULL */
};

static int fail(const struct fault *fault)
{
    fprintf(stderr, "vibrisse maintenance: %s\n", fault->text);
    return EXIT_BAD;
}

/* ---- add ---- */

static int read_period(const struct wishes *wishes, struct maintenance *ret)
{
    int64_t length_ms;
    struct fault fault;
    if (when_parse(wishes->from, "--from", &ret->from, &fault))
        return command_usage(self, "%s", fault.text);
    if (!wishes->to == !wishes->length)
        return command_usage(self,
                             "give its end with --to TIME, or its length with --for DURATION");
    if (wishes->to && when_parse(wishes->to, "--to", &ret->to, &fault))
        return command_usage(self, "%s", fault.text);
    if (wishes->length && (!unit_duration(wishes->length, &length_ms) || length_ms < 1000))
        return command_usage(self, "--for takes a duration as 90m or 2h, not '%s'", wishes->length);
    if (wishes->length)
        ret->to = ret->from + length_ms / 1000;
    if (ret->to <= ret->from)
        return command_usage(self, "it ends before it begins: --from is included, --to is not");
    return 0;
}

static int read_subject(const struct wishes *wishes, const struct collective *collective,
                        const char **ret)
{
    const char *name = wishes->arguments[0];
    if (!name == !wishes->all || (name && wishes->arguments[1]))
        return command_usage(self, "name one HOSTER or HOSTER/SERVICE, or give --all");
    *ret = name ? name : "";
    if (name && !collective_hoster(collective, name) && !collective_service(collective, name))
        return command_usage(self, "%s has no hoster or service '%s'", wishes->settings.file, name);
    return 0;
}

static int read_announcement(const struct wishes *wishes, const struct config *config,
                             struct maintenance *ret, struct arena *arena)
{
    struct fault fault;
    int rc = read_subject(wishes, &config->collective, &ret->subject);
    if (rc == 0)
        rc = read_period(wishes, ret);
    if (rc)
        return rc;
    ret->every = wishes->every;
    if (hand_over_read(&wishes->wording, &ret->said, arena, &fault) ||
        (ret->every && recurrence_check(ret->every, ret->from, &fault)))
        return command_usage(self, "%s", fault.text);
    return 0;
}

static void print_added(const struct maintenance *announced, const json_t *answer)
{
    char from[STAMP_SIZE], to[STAMP_SIZE];
    struct wall recorded = {0};
    const char *stamp = json_string_value(json_object_get(answer, "recorded"));
    printf("maintenance %lld: %s, %s to %s%s%s\n",
           (long long)json_integer_value(json_object_get(answer, "seq")),
           *announced->subject ? announced->subject : "all services",
           stamp_seconds(announced->from, from), stamp_seconds(announced->to, to),
           announced->every ? ", " : "", announced->every ? announced->every : "");
    if (stamp && stamp_parse(stamp, &recorded) && recorded.ms > announced->from * 1000)
        fprintf(stderr,
                "vibrisse maintenance: it has begun already: it is shown as announced late, "
                "and improves no figure\n");
}

static int send_word(const struct wishes *wishes, const struct config *config,
                     const struct hand_over *word, json_t **ret)
{
    struct fault fault;
    if (hand_over(config, word, ret, &fault))
        return fail(&fault);
    if (wishes->json) {
        json_dumpf(*ret, stdout, JSON_COMPACT);
        puts("");
    }
    return 0;
}

static int add(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    struct maintenance announced = {0};
    struct arena arena = {0};
    struct buffer facts;
    json_t *answer = NULL;
    int rc = read_announcement(wishes, config, &announced, &arena);
    if (rc == 0) {
        buffer_init(&facts, STATEMENT_FACTS_MAX);
        maintenance_write(&announced, &facts);
        struct hand_over word = {"maintenance", announced.subject, announced.from,
                                 buffer_text(&facts)};
        rc = send_word(wishes, config, &word, &answer);
        buffer_fini(&facts);
    }
    if (rc == 0 && !wishes->json)
        print_added(&announced, answer);
    json_decref(answer);
    arena_free(&arena);
    return rc;
}

/* ---- cancel ---- */

static int read_number(const char *text, int64_t *ret)
{
    char *end;
    *ret = text ? strtoll(text, &end, 10) : 0;
    return *ret > 0 && !*end ? 0 : -1;
}

static int cancel(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    int64_t seq;
    json_t *answer = NULL;
    if (read_number(wishes->arguments[0], &seq) || wishes->arguments[1])
        return command_usage(self, "give the number of what is cancelled, as `list` has it");
    if (!wishes->wording.by)
        return command_usage(self, "say who cancels it with --by NAME");
    json_t *facts = json_pack("{s:s, s:I, s:s}", "action", "cancel", "of", (json_int_t)seq, "by",
                              wishes->wording.by);
    char *text = facts ? json_dumps(facts, JSON_COMPACT) : NULL;
    json_decref(facts);
    if (!text)
        return command_usage(self, "the name is no UTF-8");
    struct hand_over word = {.kind = "maintenance", .facts = text};
    int rc = send_word(wishes, config, &word, &answer);
    if (rc == 0 && !wishes->json)
        printf("maintenance %lld: cancelled from now on\n", (long long)seq);
    json_decref(answer);
    free(text);
    return rc;
}

/* ---- list ---- */

struct listing {
    struct almanac *almanac;
    struct arena arena;
    int64_t now;
    struct buffer json;
    int width;
};

/* The occurrence that runs, or the next one, within a year; or the first. *ret_state tells which. */
static struct occurrence occurrence_of(struct listing *listing, const struct maintenance *announced,
                                       const char **ret_state)
{
    enum { YEAR_S = 366 * 86400 };
    const struct occurrence *found;
    size_t count = almanac_occurrences(listing->almanac, NULL, listing->now, listing->now + YEAR_S,
                                       listing->now, &listing->arena, &found);
    for (size_t i = 0; i < count; i++) {
        if (found[i].of != announced)
            continue;
        *ret_state = found[i].from > listing->now ? "coming" : "running";
        return found[i];
    }
    *ret_state = announced->cancelled             ? "cancelled"
                 : announced->from > listing->now ? "coming"
                                                  : "past";
    return (struct occurrence){announced, announced->from, announced->to};
}

static void add_time(struct buffer *out, const char *key, int64_t time)
{
    char stamp[STAMP_SIZE];
    if (time)
        buffer_printf(out, ",\"%s\":\"%s\"", key, stamp_seconds(time, stamp));
}

static void list_json(struct listing *listing, const struct maintenance *announced,
                      const struct occurrence *occurrence, const char *state)
{
    struct buffer *out = &listing->json;
    char stamp[STAMP_SIZE];
    buffer_printf(out, "%s{\"number\":%lld,\"subject\":", out->length ? ",\n" : "",
                  (long long)announced->seq);
    json_add_text(out, announced->subject);
    add_time(out, "from", announced->from);
    add_time(out, "to", announced->to);
    if (announced->every) {
        buffer_text_add(out, ",\"every\":");
        json_add_text(out, announced->every);
        add_time(out, "next_from", occurrence->from);
        add_time(out, "next_to", occurrence->to);
    }
    buffer_printf(out, ",\"announced\":\"%s\",\"late\":%s,\"state\":\"%s\"",
                  stamp_ms((struct wall){announced->announced_ms}, stamp),
                  occurrence_is_late(occurrence) ? "true" : "false", state);
    add_time(out, "cancelled", announced->cancelled);
    statement_write(&announced->said, out);
    buffer_byte(out, '}');
}

static void list_row(const struct listing *listing, const struct maintenance *announced,
                     const struct occurrence *occurrence, const char *state)
{
    char from[STAMP_SIZE], to[STAMP_SIZE];
    printf("%6lld  %-*s  %-20s  %-20s  %-9s  %s%s%s%s\n", (long long)announced->seq, listing->width,
           *announced->subject ? announced->subject : "(all)",
           stamp_seconds(occurrence->from, from), stamp_seconds(occurrence->to, to), state,
           announced->every ? announced->every : "", announced->every ? ": " : "",
           occurrence_is_late(occurrence) ? "(announced late) " : "",
           hand_over_text(&announced->said));
}

static int width_of(const struct maintenance *announced, size_t count)
{
    size_t width = strlen("OF WHAT");
    for (size_t i = 0; i < count; i++)
        if (strlen(announced[i].subject) > width)
            width = strlen(announced[i].subject);
    return (int)width;
}

static void list_all(struct listing *listing, bool json)
{
    const struct maintenance *announced;
    size_t count = almanac_announced(listing->almanac, &announced);
    listing->width = width_of(announced, count);
    if (!json)
        printf("%6s  %-*s  %-20s  %-20s  %-9s  %s\n", "NUMBER", listing->width, "OF WHAT", "FROM",
               "TO", "STATE", "WHAT");
    for (size_t i = 0; i < count; i++) {
        const char *state;
        struct occurrence occurrence = occurrence_of(listing, &announced[i], &state);
        if (json)
            list_json(listing, &announced[i], &occurrence, state);
        else
            list_row(listing, &announced[i], &occurrence, state);
    }
    if (json)
        printf("[%s]\n", buffer_text(&listing->json));
}

static int list(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    struct listing listing = {.now = wall_seconds(clock_wall())};
    struct ledger *ledger;
    struct fault fault;
    if (wishes->arguments[0])
        return command_usage(self, "list takes no argument '%s'", wishes->arguments[0]);
    if (!config->data)
        fault_set(&fault, "give `data` in %s, or --data DIR", config->file);
    if (!config->data || ledger_open_to_read(config->data, &ledger, &fault))
        return fail(&fault);
    listing.almanac = almanac_new(ledger);
    buffer_init(&listing.json, JSON_MAX);
    list_all(&listing, wishes->json);
    buffer_fini(&listing.json);
    almanac_free(listing.almanac);
    arena_free(&listing.arena);
    ledger_close(ledger);
    return EXIT_SUCCESS;
}

/* ---- all ---- */

static const struct command_action actions[] = {
    {"add", add}, {"list", list}, {"cancel", cancel}, {NULL, NULL}};

static int act(void *owner, const struct config *config)
{
    return command_act(self, actions, ((struct wishes *)owner)->action, owner, config);
}

static void take_option(struct wishes *wishes, int option)
{
    if (settings_take(&wishes->settings, option, optarg) ||
        hand_over_take(&wishes->wording, option, optarg))
        return;
    const char **field = option == 'f'   ? &wishes->from
                         : option == 't' ? &wishes->to
                         : option == 'r' ? &wishes->length
                         : option == 'e' ? &wishes->every
                                         : NULL;
    if (field)
        *field = optarg;
    else if (option == 'a')
        wishes->all = true;
    else
        wishes->json = true;
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;)
        take_option(&wishes, option);
    wishes.action = optind < argc ? argv[optind] : "";
    wishes.arguments = optind < argc ? argv + optind + 1 : argv + optind;
    return settings_use(self, &wishes.settings, act, &wishes);
}

const struct command command_maintenance = {
    .name = "maintenance",
    .summary = "announce maintenance, list what is announced, cancel it",
    .synopsis =
        "maintenance add -c FILE HOSTER[/SERVICE]|--all --from TIME --to TIME|--for DURATION\n"
        "                                [--every RRULE] --fr TEXT --en TEXT --by NAME [--link "
        "URL]\n"
        "       vibrisse maintenance list -c FILE [--json]\n"
        "       vibrisse maintenance cancel -c FILE NUMBER --by NAME",
    .help = "  -c, --config FILE  the configuration\n"
            "      --data DIR     the record (else `data` of the configuration)\n"
            "      --all          of all services, in place of HOSTER or HOSTER/SERVICE\n"
            "      --from TIME    where it begins\n"
            "      --to TIME      where it ends: the first second that is no longer part of it\n"
            "      --for DURATION how long it lasts, as 90m or 2h, in place of --to\n"
            "      --every RRULE  when it recurs, from --from on, at the same time by the clock of "
            "the\n"
            "                     collective's zone: a rule of RFC 5545 by days, weeks, months or\n"
            "                     years, as FREQ=MONTHLY;BYDAY=1SU\n"
            "      --fr, --en TEXT\n"
            "                     what is done, in French and in English; one of them at least\n"
            "      --link URL     where there is more about it\n"
            "      --by NAME      who says so\n"
            "      --json         for programs\n"
            "  -h, --help         this text\n\n"
            "A TIME is a year, a month, a day or a clock time in the collective's time zone,\n"
            "or RFC 3339: " WHEN_EXAMPLES ".\n\n"
            "What is announced before it begins is told on the pages, and `availability` gives a "
            "second\n"
            "figure without it, up to 12 h a service and year. What is announced later is told, "
            "too, and\n"
            "improves no figure. Nothing that was measured is changed. Cancelling ends it from now "
            "on.\n"
            "It works while the monitor runs, and while it does not.\n",
    .run = run,
};

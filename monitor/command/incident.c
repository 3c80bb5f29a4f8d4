#include "almanac.h"
#include "command.h"
#include "hand_over.h"
#include "json.h"
#include "macros.h"
#include "memory.h"
#include "outage.h"
#include "settings.h"
#include "stamp.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_incident;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"at", required_argument, NULL, 'a'},
    {"cause", required_argument, NULL, 'u'},
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"fr", required_argument, NULL, 'F'},
    {"en", required_argument, NULL, 'E'},
    {"by", required_argument, NULL, 'B'},
    {"link", required_argument, NULL, 'L'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

enum { JSON_MAX = 64 * 1024 * 1024, YEAR_S = 365 * 86400 };

struct wishes {
    struct settings settings;
    struct wording_options wording;
    const char *at, *cause, *from, *to; /* NULL = not given */
    bool json;
    const char *action;
    char **arguments; /* after the action, ended by NULL */
};

static int fail(const struct fault *fault)
{
    fprintf(stderr, "vibrisse incident: %s\n", fault->text);
    return EXIT_BAD;
}

/* ---- annotate and dispute ---- */

static bool is_cause(const char *word)
{
    for (size_t i = 0; annotation_causes[i]; i++)
        if (strcmp(annotation_causes[i], word) == 0)
            return true;
    return false;
}

static int refuse_cause(const char *word)
{
    char words[256] = "";
    for (size_t i = 0, used = 0; annotation_causes[i]; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", i ? ", " : "",
                                 annotation_causes[i]);
    return command_usage(self, "--cause takes one of %s, not '%s'", words, word);
}

static int read_annotation(const struct wishes *wishes, const struct config *config,
                           struct annotation *ret, int64_t *ret_at, struct arena *arena)
{
    struct fault fault;
    ret->subject = wishes->arguments[0];
    if (!ret->subject || wishes->arguments[1])
        return command_usage(self, "name one HOSTER/SERVICE");
    if (!collective_service(&config->collective, ret->subject))
        return command_usage(self, "%s has no service '%s'", wishes->settings.file, ret->subject);
    if (when_parse(wishes->at, "--at", ret_at, &fault))
        return command_usage(self, "%s", fault.text);
    if (wishes->cause && !is_cause(wishes->cause))
        return refuse_cause(wishes->cause);
    ret->cause = wishes->cause;
    if (hand_over_read(&wishes->wording, &ret->said, arena, &fault))
        return command_usage(self, "%s", fault.text);
    return 0;
}

static void print_noted(const struct wishes *wishes, const json_t *answer)
{
    if (wishes->json) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        puts("");
        return;
    }
    json_int_t of = json_integer_value(json_object_get(json_object_get(answer, "facts"), "of"));
    printf("note %lld: beside the interruption of %s that began at %s",
           (long long)json_integer_value(json_object_get(answer, "seq")),
           json_string_value(json_object_get(answer, "subject")),
           json_string_value(json_object_get(answer, "at")));
    if (of)
        printf(", in place of note %lld", (long long)of);
    puts("");
}

static int say(const struct wishes *wishes, const struct config *config, enum annotation_kind kind)
{
    struct annotation annotation = {.kind = kind};
    struct arena arena = {0};
    struct buffer facts;
    struct fault fault;
    json_t *answer = NULL;
    int64_t at;
    int rc = read_annotation(wishes, config, &annotation, &at, &arena);
    if (rc == 0) {
        buffer_init(&facts, STATEMENT_FACTS_MAX);
        annotation_write(&annotation, &facts);
        struct hand_over word = {"annotation", annotation.subject, at, buffer_text(&facts)};
        rc = hand_over(config, &word, &answer, &fault) ? fail(&fault) : 0;
        buffer_fini(&facts);
    }
    if (rc == 0)
        print_noted(wishes, answer);
    json_decref(answer);
    arena_free(&arena);
    return rc;
}

static int annotate(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    return say(wishes, config, ANNOTATION_NOTE);
}

static int dispute(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    if (wishes->cause)
        return command_usage(self, "a dispute has no --cause: say it in the text");
    return say(wishes, config, ANNOTATION_DISPUTE);
}

/* ---- list ---- */

struct listing {
    const struct wishes *wishes;
    const struct config *config;
    struct history history;
    struct arena arena;
    int64_t from, to;
    struct buffer json;
};

static void write_note(struct buffer *out, const struct annotation *note, bool first)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "%s{\"number\":%lld,\"kind\":\"%s\",\"recorded\":\"%s\"", first ? "" : ",",
                  (long long)note->seq, annotation_kind_name(note->kind),
                  stamp_ms((struct wall){note->recorded_ms}, stamp));
    if (note->cause)
        buffer_printf(out, ",\"cause\":\"%s\"", note->cause);
    statement_write(&note->said, out);
    buffer_byte(out, '}');
}

static bool is_incident(const struct listing *listing, const struct outage *outage)
{
    return outage->to - outage->from >= listing->config->incident_after_ms / 1000;
}

static void list_json(struct listing *listing, const char *service, const struct outage *outage,
                      const struct annotation *notes, size_t count)
{
    struct buffer *out = &listing->json;
    char from[STAMP_SIZE], to[STAMP_SIZE];
    buffer_printf(out, "%s{\"service\":", out->length ? ",\n" : "");
    json_add_text(out, service);
    buffer_printf(out, ",\"from\":\"%s\"", stamp_seconds(outage->from, from));
    if (outage->end != OUTAGE_OPEN)
        buffer_printf(out, ",\"to\":\"%s\"", stamp_seconds(outage->to, to));
    buffer_printf(out, ",\"seconds\":%lld,\"incident\":%s,\"reason\":\"%s\",\"notes\":[",
                  (long long)(outage->to - outage->from),
                  is_incident(listing, outage) ? "true" : "false", reason_code(outage->reason));
    for (size_t i = 0; i < count; i++)
        write_note(out, &notes[i], i == 0);
    buffer_text_add(out, "]}");
}

static void list_rows(const char *service, const struct outage *outage,
                      const struct annotation *notes, size_t count)
{
    char from[STAMP_SIZE], to[STAMP_SIZE];
    printf("%-20s  %-20s  %s: %s\n", stamp_seconds(outage->from, from),
           outage->end == OUTAGE_OPEN ? "(not over)" : stamp_seconds(outage->to, to), service,
           reason_code(outage->reason));
    for (size_t i = 0; i < count; i++)
        printf("%44s  %lld %s, %s: %s\n", "", (long long)notes[i].seq,
               notes[i].kind == ANNOTATION_DISPUTE ? "disputed" : "noted", notes[i].said.by,
               hand_over_text(&notes[i].said));
}

static void list_service(struct listing *listing, const char *service)
{
    struct history *history = &listing->history;
    const struct span *spans;
    const struct outage *outages;
    size_t count = history->spans(history->owner, service, listing->from, listing->to,
                                  &listing->arena, &spans);
    count = outages_in(spans, count, &listing->arena, &outages);
    for (size_t i = 0; i < count; i++) {
        const struct annotation *notes;
        size_t note_count =
            history->annotations(history->owner, service, outages[i].from, &listing->arena, &notes);
        if (listing->wishes->json)
            list_json(listing, service, &outages[i], notes, note_count);
        else
            list_rows(service, &outages[i], notes, note_count);
    }
}

static bool is_wanted(const struct wishes *wishes, const struct service *service)
{
    for (char **name = wishes->arguments; *name; name++)
        if (strcmp(*name, service->key) == 0 || strcmp(*name, service->hoster->id) == 0)
            return true;
    return !*wishes->arguments;
}

static void list_all(struct listing *listing)
{
    const struct collective *collective = &listing->config->collective;
    if (!listing->wishes->json)
        printf("%-20s  %-20s  %s\n", "FROM", "TO", "WHAT");
    for (size_t i = 0; i < collective->service_count; i++)
        if (is_wanted(listing->wishes, collective->services[i]))
            list_service(listing, collective->services[i]->key);
    if (listing->wishes->json)
        printf("[%s]\n", buffer_text(&listing->json));
}

static int read_period(const struct wishes *wishes, struct listing *listing, int64_t now)
{
    struct fault fault;
    listing->to = now;
    if (wishes->to && when_parse(wishes->to, "--to", &listing->to, &fault))
        return command_usage(self, "%s", fault.text);
    listing->from = listing->to - YEAR_S;
    if (wishes->from && when_parse(wishes->from, "--from", &listing->from, &fault))
        return command_usage(self, "%s", fault.text);
    return 0;
}

static int check_names(const struct wishes *wishes, const struct collective *collective)
{
    for (char **name = wishes->arguments; *name; name++)
        if (!collective_hoster(collective, *name) && !collective_service(collective, *name))
            return command_usage(self, "%s has no hoster or service '%s'", wishes->settings.file,
                                 *name);
    return 0;
}

static int list(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    int64_t now = wall_seconds(clock_wall());
    struct listing listing = {.wishes = wishes, .config = config};
    struct ledger *ledger;
    struct fault fault;
    int rc = check_names(wishes, &config->collective);
    if (rc || (rc = read_period(wishes, &listing, now)))
        return rc;
    if (!config->data)
        fault_set(&fault, "give `data` in %s, or --data DIR", config->file);
    if (!config->data || ledger_open_to_read(config->data, &ledger, &fault))
        return fail(&fault);
    struct pipeline *pipeline = pipeline_new(config, ledger, NULL);
    struct memory memory = {ledger, pipeline, now};
    listing.history = memory_history(&memory);
    buffer_init(&listing.json, JSON_MAX);
    list_all(&listing);
    rc = ledger_unanswered(ledger, &fault) ? fail(&fault) : EXIT_SUCCESS;
    buffer_fini(&listing.json);
    arena_free(&listing.arena);
    pipeline_free(pipeline);
    ledger_close(ledger);
    return rc;
}

/* ---- all ---- */

static const struct command_action actions[] = {
    {"annotate", annotate}, {"dispute", dispute}, {"list", list}, {NULL, NULL}};

static int act(void *owner, const struct config *config)
{
    return command_act(self, actions, ((struct wishes *)owner)->action, owner, config);
}

static void take_option(struct wishes *wishes, int option)
{
    if (settings_take(&wishes->settings, option, optarg) ||
        hand_over_take(&wishes->wording, option, optarg))
        return;
    const char **field = option == 'a'   ? &wishes->at
                         : option == 'u' ? &wishes->cause
                         : option == 'f' ? &wishes->from
                         : option == 't' ? &wishes->to
                                         : NULL;
    if (field)
        *field = optarg;
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

const struct command command_incident = {
    .name = "incident",
    .summary = "say something of an interruption, or dispute it; list them",
    .synopsis = "incident annotate -c FILE HOSTER/SERVICE --at TIME [--cause WORD]\n"
                "                                   --fr TEXT --en TEXT [--link URL] --by NAME\n"
                "       vibrisse incident dispute -c FILE HOSTER/SERVICE --at TIME\n"
                "                                   --fr TEXT --en TEXT [--link URL] --by NAME\n"
                "       vibrisse incident list -c FILE [--from TIME] [--to TIME] [--json] "
                "[HOSTER[/SERVICE]]...",
    .help =
        "  -c, --config FILE  the configuration\n"
        "      --data DIR     the record (else `data` of the configuration)\n"
        "      --at TIME      any time of the interruption; or after it: the last one before it\n"
        "      --cause WORD   power, network, hardware, disk-full, overload, update, mistake,\n"
        "                     certificate, domain, attack, supplier or other\n"
        "      --fr, --en TEXT\n"
        "                     what is to be said, in French and in English; one of them at least\n"
        "      --link URL     where there is more about it\n"
        "      --by NAME      who says so: the hoster, or the person\n"
        "      --from, --to TIME\n"
        "                     the period of the list; default the last 365 days\n"
        "      --json         for programs\n"
        "  -h, --help         this text\n\n"
        "A TIME is a year, a month, a day or a clock time in the collective's time zone,\n"
        "or RFC 3339: " WHEN_EXAMPLES ".\n\n"
        "What is said is shown beside the interruption in quotation marks, apart from what was\n"
        "measured, which stays as it is. Who says something again of the same interruption "
        "replaces\n"
        "what they said before on the pages; the record keeps both.\n"
        "It works while the monitor runs, and while it does not.\n",
    .run = run,
};

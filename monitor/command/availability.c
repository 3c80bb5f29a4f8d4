#include "account.h"
#include "account_print.h"
#include "calendar.h"
#include "command.h"
#include "mem.h"
#include "settings.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_availability;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

enum { JSON_MAX = 256 * 1024 * 1024 };

struct wishes {
    struct settings settings;
    const char *from, *to; /* NULL = not given */
    bool json;
    char **names; /* hosters and services, ended by NULL; empty = all */
};

/* What is printed as it is found: first all services, then all hosters. */
struct listing {
    const struct wishes *wishes;
    struct account_question question;
    struct buffer services, hosters; /* JSON objects, a comma before each */
    int width;
};

static bool is_wanted(const struct wishes *wishes, const struct service *service)
{
    for (char **name = wishes->names; *name; name++)
        if (strcmp(*name, service->key) == 0 || strcmp(*name, service->hoster->id) == 0)
            return true;
    return !*wishes->names;
}

static bool is_whole(const struct wishes *wishes, const struct hoster *hoster)
{
    for (char **name = wishes->names; *name; name++)
        if (strcmp(*name, hoster->id) == 0)
            return true;
    return !*wishes->names;
}

static void print(struct listing *listing, const char *kind, const char *name,
                  const struct account *account)
{
    struct buffer *out = strcmp(kind, "hoster") == 0 ? &listing->hosters : &listing->services;
    if (!listing->wishes->json) {
        account_print_row(listing->width, name, account, stdout);
        return;
    }
    buffer_text_add(out, ",\n");
    account_print_json(kind, name, account, out);
}

static bool is_counted(const struct hoster *hoster, const struct service *service)
{
    for (size_t i = 0; i < hoster->service_count; i++)
        if (hoster->services[i].counted)
            return service->counted;
    return true; /* one that only tries things out is judged by these */
}

static int print_hoster(struct listing *listing, const struct hoster *hoster, struct fault *fault)
{
    struct arena arena = {0};
    struct account *sum = mem_zalloc(sizeof *sum), *account = mem_zalloc(sizeof *account);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < hoster->service_count; i++) {
        const struct service *service = &hoster->services[i];
        if (!is_wanted(listing->wishes, service))
            continue;
        rc = account_of(&listing->question, service, &arena, account, fault);
        if (rc == 0)
            print(listing, "service", service->key, account);
        if (rc == 0 && is_counted(hoster, service))
            account_add(sum, account, &arena);
    }
    if (rc == 0 && is_whole(listing->wishes, hoster))
        print(listing, "hoster", hoster->id, sum);
    free(sum);
    free(account);
    arena_free(&arena);
    return rc;
}

static void print_json(const struct listing *listing)
{
    const struct buffer *parts[] = {&listing->services, &listing->hosters};
    fputs("[", stdout);
    for (size_t i = 0, skip = 1; i < 2; i++)
        if (parts[i]->length) {
            fwrite(parts[i]->bytes + skip, 1, parts[i]->length - skip, stdout);
            skip = 0;
        }
    fputs("\n]\n", stdout);
}

static int width_of(const struct collective *collective)
{
    size_t width = strlen("SERVICE");
    for (size_t i = 0; i < collective->service_count; i++)
        if (strlen(collective->services[i]->key) > width)
            width = strlen(collective->services[i]->key);
    return (int)width;
}

static int list(const struct config *config, struct listing *listing, struct fault *fault)
{
    const struct collective *collective = &config->collective;
    listing->width = width_of(collective);
    if (!listing->wishes->json)
        account_print_head(listing->width, stdout);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < collective->hoster_count; i++)
        rc = print_hoster(listing, &collective->hosters[i], fault);
    if (rc == 0 && listing->wishes->json)
        print_json(listing);
    return rc;
}

static int list_from_ledger(const struct config *config, struct listing *listing,
                            struct fault *fault)
{
    struct ledger *ledger;
    if (ledger_open_to_read(config->data, &ledger, fault))
        return -1;
    struct pipeline *pipeline = pipeline_new(config, ledger, NULL);
    struct memory memory = {ledger, pipeline, wall_seconds(clock_wall())};
    listing->question.memory = &memory;
    int rc = ledger_unanswered(ledger, fault) ? -1 : list(config, listing, fault);
    if (rc == 0)
        rc = ledger_unanswered(ledger, fault);
    pipeline_free(pipeline);
    ledger_close(ledger);
    return rc;
}

static int check_names(const struct wishes *wishes, const struct collective *collective)
{
    for (char **name = wishes->names; *name; name++)
        if (!collective_hoster(collective, *name) && !collective_service(collective, *name)) {
            fprintf(stderr,
                    "vibrisse availability: %s has no hoster or service '%s'; give HOSTER or "
                    "HOSTER/SERVICE\n",
                    wishes->settings.file, *name);
            return -1;
        }
    return 0;
}

/* From the first second of this year to now, unless told. */
static int read_period(const struct wishes *wishes, int64_t *ret_from, int64_t *ret_to)
{
    char year[16];
    struct fault fault;
    int64_t now = wall_seconds(clock_wall());
    snprintf(year, sizeof year, "%04d", calendar_at(now).year);
    *ret_to = now;
    if (when_parse(wishes->from ? wishes->from : year, "--from", ret_from, &fault) ||
        (wishes->to && when_parse(wishes->to, "--to", ret_to, &fault)))
        return command_usage(self, "%s", fault.text);
    if (*ret_to <= *ret_from)
        return command_usage(self,
                             "the period ends before it begins: --from is included, --to is not");
    return 0;
}

static int answer(const struct wishes *wishes, const struct config *config, int64_t from,
                  int64_t to)
{
    struct listing listing = {.wishes = wishes, .question = {.from = from, .to = to}};
    buffer_init(&listing.services, JSON_MAX);
    buffer_init(&listing.hosters, JSON_MAX);
    struct fault fault;
    listing.question.incident_after_s = config->incident_after_ms / 1000;
    int rc = -1;
    if (!config->data)
        fault_set(&fault, "give `data` in %s, or --data DIR", config->file);
    else
        rc = list_from_ledger(config, &listing, &fault);
    if (rc)
        fprintf(stderr, "vibrisse availability: %s\n", fault.text);
    buffer_fini(&listing.services);
    buffer_fini(&listing.hosters);
    return rc ? EXIT_BAD : EXIT_SUCCESS;
}

static int answer_if_sound(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    int64_t from, to;
    int usage = read_period(wishes, &from, &to);
    if (!usage && check_names(wishes, &config->collective))
        usage = EXIT_USAGE;
    return usage ? usage : answer(wishes, config, from, to);
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;) {
        if (settings_take(&wishes.settings, option, optarg))
            continue;
        if (option == 'f')
            wishes.from = optarg;
        else if (option == 't')
            wishes.to = optarg;
        else
            wishes.json = true;
    }
    wishes.names = argv + optind;
    return settings_use(self, &wishes.settings, answer_if_sound, &wishes);
}

const struct command command_availability = {
    .name = "availability",
    .summary = "tell how services did over a period",
    .synopsis = "availability -c FILE [--data DIR] [--from TIME] [--to TIME] [--json] "
                "[HOSTER[/SERVICE]]...",
    .help = "  -c, --config FILE  the configuration\n"
            "      --data DIR     the record (else `data` of the configuration)\n"
            "      --from TIME    where the period begins; default the first of this year\n"
            "      --to TIME      where it ends: the first second that is no longer part of it;\n"
            "                     default now\n"
            "      --json         all figures, for programs\n"
            "  -h, --help         this text\n\n"
            "A TIME is a year, a month, a day or a clock time in the collective's time zone,\n"
            "or RFC 3339: " WHEN_EXAMPLES ".\n\n"
            "AVAILABILITY is good time / known time, rounded down. BETWEEN is what it is at least\n"
            "and at most, whatever happened while nothing was measured. MEASURED is known time /\n"
            "time. All services, then all hosters, unless some are named.\n",
    .run = run,
};

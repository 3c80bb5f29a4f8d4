#include "command.h"

#include "buffer.h"
#include "macros.h"
#include "mem.h"
#include "registry.h"
#include "result_line.h"
#include "sections.h"
#include "text.h"
#include "trial.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTIONS_MAX = 64, ALLOW_MAX = 64 };

/* As monitoring plugins have it. */
enum { EXIT_UP, EXIT_DEGRADED, EXIT_DOWN, EXIT_UNKNOWN };

static const struct option long_options[] = {
    {"json", no_argument, NULL, 'j'},
    {"ipv4", no_argument, NULL, '4'},
    {"ipv6", no_argument, NULL, '6'},
    {"timeout", required_argument, NULL, 't'},
    {"ca-file", required_argument, NULL, 'c'},
    {"allow-net", required_argument, NULL, 'a'},
    {"option", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const struct catalogue catalogue = {registry_find, registry_schemes, registry_read_options};

struct errand {
    struct arena arena;
    struct check check; /* what all URLs share */
    struct probe_option options[OPTIONS_MAX];
    const char *allow[ALLOW_MAX + 1];
    size_t allow_count;
    const char *ca_file;
    bool json;
    struct trial *trials;
    size_t trial_count;
};

/* ---- the command line ---- */

static int set_own(struct errand *errand, const char *name, const char *value)
{
    struct fault fault;
    const struct schema_row *row = schema_find(&sections[SECTION_CHECK].schema, name);
    if (schema_read(row, value, &errand->check, &errand->arena, &fault))
        return command_usage(&command_probe, "%s", fault.text);
    return 0;
}

/* What every check takes; all else is for the probe. Its id and URL are not options here. */
static const char *const own_names[] = {"interval", "timeout", "slow", "role", "family", "address"};

static bool is_own(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(own_names); i++)
        if (strcmp(own_names[i], name) == 0)
            return true;
    return false;
}

static int add_option(struct errand *errand, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return command_usage(&command_probe, "an option is given as -o key=value, not '%s'", text);
    const char *name = arena_bytes(&errand->arena, text, (size_t)(equals - text));
    if (is_own(name))
        return set_own(errand, name, equals + 1);
    if (errand->check.option_count == OPTIONS_MAX)
        return command_usage(&command_probe, "more than %d options", OPTIONS_MAX);
    errand->options[errand->check.option_count++] = (struct probe_option){name, equals + 1};
    return 0;
}

static int add_net(struct errand *errand, const char *text)
{
    struct address_net net;
    struct fault fault;
    if (address_parse_net(text, &net, &fault))
        return command_usage(&command_probe, "--allow-net %s", fault.text);
    if (errand->allow_count == ALLOW_MAX)
        return command_usage(&command_probe, "more than %d networks", ALLOW_MAX);
    errand->allow[errand->allow_count++] = text;
    return 0;
}

static int take_option(struct errand *errand, int option, const char *value)
{
    switch (option) {
    case 'j':
        errand->json = true;
        return 0;
    case '4':
        return set_own(errand, "family", "ipv4");
    case '6':
        return set_own(errand, "family", "ipv6");
    case 't':
        return set_own(errand, "timeout", value);
    case 'c':
        errand->ca_file = value;
        return 0;
    case 'a':
        return add_net(errand, value);
    default:
        return add_option(errand, value);
    }
}

/* The probe's own complaint would leave out what every check takes. */
static int check_names(const struct errand *errand, const char *scheme)
{
    const struct schema *schema = registry_options(scheme);
    for (size_t i = 0; schema && i < errand->check.option_count; i++) {
        const char *name = errand->options[i].name;
        const char *nearest = text_nearest(name, own_names, ARRAY_LEN(own_names));
        if (!schema_find(schema, name) && !schema_nearest(schema, name) && nearest)
            return command_usage(&command_probe, "there is no option \"%.80s\"; did you mean %s?",
                                 name, nearest);
    }
    return 0;
}

static int read_urls(struct errand *errand, int count, char **urls)
{
    struct fault fault;
    errand->trials = mem_array((size_t)count, sizeof *errand->trials);
    errand->trial_count = (size_t)count;
    for (int i = 0; i < count; i++) {
        struct watch watch = {"local/probe", errand->check};
        watch.check.url = urls[i];
        watch.check.id = arena_bytes(&errand->arena, urls[i], strcspn(urls[i], ":"));
        if (check_names(errand, watch.check.id))
            return EXIT_USAGE;
        if (target_read(&watch, &catalogue, &errand->arena, &errand->trials[i].target, &fault))
            return command_usage(&command_probe, "%s", fault.text);
    }
    return 0;
}

static int read_command_line(struct errand *errand, int argc, char **argv)
{
    int rc = 0;
    for (int option; rc == 0 && (option = command_option(&command_probe, argc, argv,
                                                         "46t:o:", long_options)) != -1;)
        rc = take_option(errand, option, optarg);
    errand->check.options = errand->options;
    if (rc == 0 && optind == argc)
        rc = command_usage(&command_probe, "give at least one URL such as https://example.org/");
    return rc ? rc : read_urls(errand, argc - optind, argv + optind);
}

/* ---- what came of it ---- */

static const char *colour_of(enum outcome outcome)
{
    static const char *const colours[OUTCOME_COUNT] = {
        [OUTCOME_UNKNOWN] = "\033[36m",
        [OUTCOME_UP] = "\033[32m",
        [OUTCOME_DEGRADED] = "\033[33m",
        [OUTCOME_DOWN] = "\033[31m",
    };
    const char *no_colour = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_colour && no_colour[0]) ? colours[outcome] : "";
}

static void print_phases(const struct phases *phases)
{
    static const char *const names[PHASE_COUNT] = {"resolve", "connect", "tls", "first byte",
                                                   "total"};
    const char *comma = "  ";
    for (int i = 0; i < PHASE_COUNT; i++) {
        if (isfinite(phases->ms[i])) {
            printf("%s%s %.1f ms", comma, names[i], phases->ms[i]);
            comma = ", ";
        }
    }
}

static void print_certificate(const struct certificate *certificate, struct wall now)
{
    int64_t days = (certificate->not_after.ms - now.ms) / (86400 * 1000);
    if (!certificate->sha256[0])
        return;
    if (certificate->not_after.ms >= now.ms)
        printf("  certificate: %lld days left", (long long)days);
    else
        printf("  certificate: expired %lld days ago", (long long)-days);
    for (int i = 0; i < NOTICE_COUNT; i++)
        if (certificate->notices & notice_bit((enum notice)i))
            printf(", %s", notice_phrase((enum notice)i));
}

static void print_result(const struct trial *trial, const struct result *result, int url_width,
                         int address_width)
{
    const char *colour = colour_of(result->outcome);
    printf("%-*s  %s  %s%-8s%s  %-*s  %s", url_width, trial->target.url,
           family_title(result->family), colour, outcome_name(result->outcome),
           colour[0] ? "\033[0m" : "", address_width, result->address,
           reason_sentence(result->reason));
    if (result->detail[0])
        printf(" (%s)", result->detail);
    print_phases(&result->phases);
    print_certificate(&result->certificate, clock_wall());
    putchar('\n');
}

static int wider(int width, const char *text)
{
    int length = (int)strlen(text);
    return length > width ? length : width;
}

static void print_for_people(const struct trial *trials, size_t count)
{
    int url_width = 0, address_width = 0;
    for (size_t i = 0; i < count; i++) {
        url_width = wider(url_width, trials[i].target.url);
        for (int family = 0; family < FAMILY_COUNT; family++)
            address_width = wider(address_width, trials[i].results[family].address);
    }
    for (size_t i = 0; i < count; i++)
        for (int family = 0; family < FAMILY_COUNT; family++)
            if (trials[i].told[family])
                print_result(&trials[i], &trials[i].results[family], url_width, address_width);
}

static void print_lines(const struct trial *trials, size_t count)
{
    struct buffer line;
    buffer_init(&line, count * FAMILY_COUNT * (RESULT_LINE_MAX + 1));
    for (size_t i = 0; i < count; i++)
        for (int family = 0; family < FAMILY_COUNT; family++)
            if (trials[i].told[family])
                result_line_write(&trials[i].results[family], &line);
    fputs(buffer_text(&line), stdout);
    buffer_fini(&line);
}

static int carry_out(struct errand *errand)
{
    static const int statuses[OUTCOME_COUNT] = {[OUTCOME_UP] = EXIT_UP,
                                                [OUTCOME_DEGRADED] = EXIT_DEGRADED,
                                                [OUTCOME_DOWN] = EXIT_DOWN,
                                                [OUTCOME_UNKNOWN] = EXIT_UNKNOWN};
    const struct rules rules = {
        .vantage = "local", .ca_file = errand->ca_file, .allow = errand->allow};
    struct fault fault;
    if (trial_all(errand->trials, errand->trial_count, &rules, &fault)) {
        fprintf(stderr, "vibrisse probe: %s\n", fault.text);
        return EXIT_UNKNOWN;
    }
    if (errand->json)
        print_lines(errand->trials, errand->trial_count);
    else
        print_for_people(errand->trials, errand->trial_count);
    return statuses[trial_worst(errand->trials, errand->trial_count)];
}

static int run(int argc, char **argv)
{
    struct errand errand = {.check = {.interval_ms = 60000, .timeout_ms = 10000, .slow_ms = 5000}};
    signal(SIGPIPE, SIG_IGN);
    int status = read_command_line(&errand, argc, argv);
    if (status == 0)
        status = carry_out(&errand);
    free(errand.trials);
    arena_free(&errand.arena);
    return status;
}

const struct command command_probe = {
    .name = "probe",
    .summary = "try services now, once, and say what was found",
    .synopsis = "probe [OPTION]... URL...",
    .help =
        "Options:\n"
        "      --json           result lines, one JSON object a line, instead of text for people\n"
        "  -4, --ipv4           IPv4 only\n"
        "  -6, --ipv6           IPv6 only; by default each family that the name publishes\n"
        "  -t, --timeout T      the longest an attempt may take (default 10s)\n"
        "      --ca-file FILE   the authorities to believe, in PEM, instead of the system's\n"
        "      --allow-net CIDR a network that is not public and may be tried all the same, such "
        "as\n"
        "                       127.0.0.0/8; may be given several times\n"
        "  -o, --option K=V     an option as in the configuration; may be given several times. "
        "Every\n"
        "                       check takes address, family, interval, timeout, role and slow; "
        "the\n"
        "                       others are the probe's own\n"
        "\n"
        "Exit status, as monitoring plugins have it: 0 up, 1 degraded, 2 down (or a mistake in "
        "the\n"
        "command line), 3 unknown. Of several results the worst counts: down, then degraded, then\n"
        "unknown, then up.\n"
        "\n"
        "Examples:\n"
        "  vibrisse probe https://example.org/\n"
        "  vibrisse probe -o address=127.0.0.1 --allow-net 127.0.0.0/8 https://example.org:8443/\n",
    .run = run,
};

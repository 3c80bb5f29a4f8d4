/* A program of the operator's own judges, as monitoring plugins do
 * (https://www.monitoring-plugins.org/doc/guidelines.html): by its exit status, in words on its first line, with figures behind
 * a '|'. Which program it is says the URL's path, whom it is about the URL's host, which is resolved like every other; what
 * makes it harmless is plugin.h's.
 *
 * A program that cannot be started, or that a signal ends, is our own trouble. One that does not end in time waits for
 * somebody, and that is whom it is about. */
#include "arguments.h"
#include "macros.h"
#include "perfdata.h"
#include "plugin.h"
#include "probe.h"
#include "text.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { TEXT_MAX = 8000, FIGURES_MAX = 2000, WORD_MAX = 2 * TEXT_MAX };

struct command_options {
    const char *arguments; /* NULL = none */
};

struct command_run {
    struct probe_run *run;
    struct plugin plugin;
};

static const struct schema_row rows[] = {
    {.name = "arguments",
     .type = SCHEMA_TEXT,
     .spaced = true,
     .offset = offsetof(struct command_options, arguments),
     .max = TEXT_MAX,
     .doc =
         "What the program is given, without a shell: a list, or a text in which blanks separate "
         "and ' or \" hold together. In each of them {host} stands for the URL's host, {address} "
         "for the address that it is probed at, {family} for 4 or 6, {port} for the URL's port "
         "(0 if it gives none).",
     .example = "[\"-H\", \"{host}\", \"-I\", \"{address}\", \"-{family}\", --ssl]"},
};

static int check(const void *object, struct fault *fault)
{
    const struct command_options *options = object;
    struct arena arena = {0};
    struct fault why;
    bool good = !options->arguments || arguments_split(options->arguments, &arena, &why);
    arena_free(&arena);
    return good ? 0 : fault_set(fault, "arguments: %s", why.text);
}

/* From the first '/' behind the host to the end: nothing in it is special. */
static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    return host + strcspn(host, "/?#");
}

static int check_url(const char *url, struct fault *fault)
{
    const char *path = path_of(url);
    if (*path != '/' || text_ends(path, "/"))
        return fault_set(fault, "which program? write command://HOST and its whole path, as in "
                                "command://example.org/usr/lib/nagios/plugins/check_http");
    return 0;
}

/* ---- the command line ---- */

struct field {
    const char *name, *value;
};

/* Values are not looked at again: what a name server says cannot become another field. */
static const char *fill_word(const char *word, const struct field *fields, size_t count,
                             struct arena *arena)
{
    struct buffer filled;
    buffer_init(&filled, WORD_MAX);
    while (*word) {
        size_t i = 0;
        while (i < count && !text_starts(word, fields[i].name))
            i++;
        if (i == count) {
            buffer_byte(&filled, *word++);
            continue;
        }
        buffer_text_add(&filled, fields[i].value);
        word += strlen(fields[i].name);
    }
    const char *text = arena_text(arena, buffer_text(&filled));
    buffer_fini(&filled);
    return text;
}

/* Ended by NULL; all in the arena. */
static const char *const *make_args(const struct probe_run *run, struct arena *arena)
{
    const struct command_options *options = run->options;
    const struct sockaddr *address = (const struct sockaddr *)&run->address;
    char literal[RESULT_ADDRESS_SIZE];
    struct fault fault;
    address_text(address, literal);
    const struct field fields[] = {
        {"{host}", run->host},
        {"{address}", literal},
        {"{family}", address->sa_family == AF_INET6 ? "6" : "4"},
        {"{port}", arena_printf(arena, "%u", address_port(address))},
    };
    const char **args = arena_array(arena, ARGUMENTS_MAX + 2, sizeof *args);
    char **words = arguments_split(options->arguments ? options->arguments : "", arena, &fault);
    assert(words); /* check() has passed them */
    args[0] = path_of(run->url);
    for (size_t i = 0; words[i]; i++)
        args[1 + i] = fill_word(words[i], fields, ARRAY_LEN(fields), arena);
    return args;
}

/* ---- what it found ---- */

/* The first line, up to the figures, without blanks around it. */
static void read_words(const struct plugin *plugin, char ret[RESULT_DETAIL_SIZE])
{
    const char *text = buffer_text(&plugin->output);
    text += strspn(text, " \t");
    size_t length = strcspn(text, "|\n");
    text_clean(ret, RESULT_DETAIL_SIZE, text, length);
    for (length = strlen(ret); length && ret[length - 1] == ' '; length--)
        ret[length - 1] = '\0';
}

static double read_time(const struct plugin *plugin)
{
    const char *text = buffer_text(&plugin->output);
    size_t length = strcspn(text, "|\n");
    char line[FIGURES_MAX];
    if (text[length] != '|')
        return (double)NAN;
    text_clean(line, sizeof line, text + length + 1, strcspn(text + length + 1, "|\n"));
    return perfdata_time_ms(line);
}

static void judge_status(struct probe_run *run, const struct plugin *plugin)
{
    static const enum reason reasons[] = {REASON_ok, REASON_command_warning,
                                          REASON_command_critical};
    char words[RESULT_DETAIL_SIZE];
    int64_t status = plugin->status;
    read_words(plugin, words);
    if (status == 0) {
        probe_good(run, NULL);
        probe_remark(run, words);
        return;
    }
    if (!*words)
        text_format(words, sizeof words, "exit status %lld without a word", (long long)status);
    result_set(&run->result,
               status < (int64_t)ARRAY_LEN(reasons) ? reasons[status] : REASON_command_unknown,
               "%s", words);
}

static void judge(struct probe_run *run, const struct plugin *plugin)
{
    double said_ms = read_time(plugin);
    run->result.phases.ms[PHASE_TOTAL] = isnan(said_ms) ? plugin->ms : said_ms;
    if (plugin->error)
        result_set(&run->result, REASON_self, "cannot run %s: %s", path_of(run->url),
                   uv_strerror(plugin->error));
    else if (plugin->flooded)
        result_set(&run->result, REASON_command_unknown, "more than %d bytes of output",
                   PLUGIN_FLOOD);
    else if (plugin->overdue)
        result_set(&run->result, REASON_timeout, "the program did not end within %lld ms",
                   (long long)run->timeout_ms);
    else if (plugin->signal)
        result_set(&run->result, REASON_self, "the program was ended by signal %d (%s)",
                   plugin->signal, strsignal(plugin->signal));
    else
        judge_status(run, plugin);
}

static void on_done(struct plugin *plugin)
{
    struct probe_run *run = container_of(plugin, struct command_run, plugin)->run;
    judge(run, plugin);
    plugin_fini(plugin);
    probe_done(run);
}

static void start(struct probe_run *run)
{
    struct command_run *command = run->state;
    struct arena arena = {0};
    const struct plugin_wish wish = {
        .loop = run->world->loop, .args = make_args(run, &arena), .limit_ms = run->timeout_ms};
    command->run = run;
    plugin_start(&command->plugin, &wish, on_done);
    arena_free(&arena);
}

static void cancel(struct probe_run *run)
{
    struct command_run *command = run->state;
    plugin_cancel(&command->plugin);
}

extern const struct probe_type probe_command;
const struct probe_type probe_command = {
    .name = "command",
    .port_optional = true,
    .runs_here = true,
    .options = {"command", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct command_options),
    .check = check,
    .check_url = check_url,
    .run_size = sizeof(struct command_run),
    .start = start,
    .cancel = cancel,
};

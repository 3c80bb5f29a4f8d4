#include "config.h"

#include "draft.h"
#include "unit.h"

#include <string.h>

/* A line has at most 80 bytes, escapes and what stands before the text included. */
enum { FOLD_AFTER = 40 };

static int print_letter(FILE *out, char letter, char next)
{
    switch (letter) {
    case '\\':
        return fprintf(out, "\\e");
    case '-':
        return fprintf(out, "\\-");
    case '/': /* long addresses may be broken there */
        return fprintf(out, next && next != '/' && next != ' ' ? "/\\:" : "/");
    default:
        return fprintf(out, "%c", letter);
    }
}

/* Text as roff takes it: no command at the start of a line, no escape, hyphens that can be copied, no long lines. */
static void print_text(FILE *out, const char *text)
{
    int length = 0;
    for (bool starts = true; *text; text++) {
        if (starts && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        starts = *text == ' ' && length > FOLD_AFTER;
        length = starts ? 0 : length;
        length += print_letter(out, starts ? '\n' : *text, text[1]);
    }
}

static void print_line(FILE *out, const char *before, const char *text, const char *after)
{
    fputs(before, out);
    print_text(out, text);
    fprintf(out, "%s\n", after);
}

static const char *bound(enum schema_type type, int64_t value, char text[UNIT_TEXT_SIZE])
{
    if (type == SCHEMA_DURATION)
        return unit_duration_text(value, text);
    if (type == SCHEMA_SIZE)
        return unit_size_text(value, text);
    snprintf(text, UNIT_TEXT_SIZE, "%lld", (long long)value);
    return text;
}

static void print_range(FILE *out, const struct schema_row *row)
{
    char low[UNIT_TEXT_SIZE], high[UNIT_TEXT_SIZE];
    bool has_unit =
        row->type == SCHEMA_INT || row->type == SCHEMA_DURATION || row->type == SCHEMA_SIZE;
    if (has_unit && (row->min || row->max))
        fprintf(out, ", %s to %s", bound(row->type, row->min, low),
                bound(row->type, row->max, high));
    else if (row->type == SCHEMA_TEXT && row->max)
        fprintf(out, ", at most %lld bytes", (long long)row->max);
    for (size_t i = 0; row->type == SCHEMA_ENUM && row->words[i]; i++) {
        fputs(i ? ",\n" : ":\n", out);
        print_text(out, row->words[i]);
    }
}

static void print_row(FILE *out, const struct schema_row *row)
{
    print_line(out, ".TP\n.B ", row->name, "");
    print_line(out, "", row->doc, "");
    fputs(".br\nType: ", out);
    print_text(out, schema_type_name(row->type));
    print_range(out, row);
    fputs(row->required ? "; required" : "", out);
    if (row->preset) {
        fputs(";\ndefault: ", out);
        print_text(out, row->preset);
    }
    fputs(".\n.br\n", out);
    if (row->example) {
        print_line(out, "Example:\n.B ", row->name, ":");
        print_line(out, "", row->example, "");
    }
}

static void print_section(FILE *out, const struct section *section)
{
    print_line(out, ".SS ", section->title, "");
    print_line(out, "", section->doc, "");
    for (size_t i = 0; i < section->schema.count; i++)
        print_row(out, &section->schema.rows[i]);
}

/* Protocols with the same options share one section: it stands where the first of them does. */
static bool is_first(const struct config_probes *probes, size_t index, const struct schema *options)
{
    for (size_t i = 0; i < index; i++)
        if (probes->options(probes->schemes[i])->rows == options->rows)
            return false;
    return true;
}

static void print_probe(FILE *out, const struct config_probes *probes, size_t index)
{
    const struct schema *options = probes->options(probes->schemes[index]);
    if (!options->count || !is_first(probes, index, options))
        return;
    print_line(out, ".SS Checks of ", probes->schemes[index], "");
    fputs("Options beside those of every check; those that begin with expect\\- may stand\n"
          "below expect",
          out);
    for (size_t i = index + 1; probes->schemes[i]; i++)
        if (probes->options(probes->schemes[i])->rows == options->rows)
            fprintf(out, ".\nThe same for %s", probes->schemes[i]);
    fputs(".\n", out);
    for (size_t i = 0; i < options->count; i++)
        print_row(out, &options->rows[i]);
}

static void print_probes(FILE *out, const struct config_probes *probes)
{
    fputs(".SH PROBES\nThe scheme of a URL names the probe. There are:\n", out);
    for (size_t i = 0; probes->schemes[i]; i++)
        print_line(out, "", probes->schemes[i], probes->schemes[i + 1] ? "," : ".");
    for (size_t i = 0; probes->schemes[i]; i++)
        print_probe(out, probes, i);
}

static void print_channels(FILE *out, const struct config_channels *channels)
{
    fputs(".SH CHANNELS\nThe ways that alerts can go. There are:\n", out);
    for (size_t i = 0; channels->names[i]; i++)
        print_line(out, "", channels->names[i], channels->names[i + 1] ? "," : ".");
    for (size_t i = 0; channels->names[i]; i++) {
        const struct schema *options = channels->options(channels->names[i]);
        print_line(out, ".SS Alerts by ", channels->names[i], "");
        for (size_t row = 0; row < options->count; row++)
            print_row(out, &options->rows[row]);
    }
}

static void print_software_check(FILE *out, const struct software_check *check)
{
    struct arena arena = {0};
    const struct schema *schema = &sections[SECTION_SOFTWARE_CHECK].schema;
    const char *strength = schema_print(schema_find(schema, "strength"), check, &arena);
    print_text(out, check->check.id);
    fputs(" (", out);
    print_text(out, !check->path   ? check->check.url
                    : *check->path ? check->path
                                   : "the url itself");
    fprintf(out, ", %s)", strength);
    arena_free(&arena);
}

static void print_software(FILE *out, const struct software *software)
{
    print_line(out, ".TP\n.B ", software->name, "");
    for (const char *const *alias = software->aliases; *alias; alias++) {
        fputs(alias == software->aliases ? "Also for\n" : ",\n", out);
        print_text(out, *alias);
    }
    fputs(software->aliases[0] ? ".\n.br\n" : "", out);
    for (size_t i = 0; i < software->check_count; i++) {
        fputs(i ? ",\n" : "Checks:\n", out);
        print_software_check(out, &software->checks[i]);
    }
    fputs(software->check_count ? ".\n" : "No checks.\n", out);
    if (software->users)
        print_line(out, ".br\nFigures of its users: ", software->users, "");
    if (software->note)
        print_line(out, ".br\n", software->note, "");
}

static void print_catalogue(FILE *out, const struct config_probes *probes)
{
    struct fault_list faults = {0};
    struct draft draft;
    draft_init(&draft, probes, &faults);
    if (draft.software.count)
        fputs(".SH KNOWN SOFTWARE\nWhat a service without checks gets for its software.\n"
              "In brackets: what is asked for, and how much a good answer proves.\n",
              out);
    for (size_t i = 0; i < draft.software.count; i++)
        print_software(out, draft.software.entries[i]);
    draft_fini(&draft);
    fault_list_free(&faults);
}

static void print_example(FILE *out)
{
    fputs(".SH EXAMPLES\nA collective with one hoster, in one file:\n.PP\n.nf\n", out);
    fputs("collective:\n"
          "  name: Collectif Exemple\n"
          "  contact: contact@exemple.example\n"
          "  languages: [fr, en]\n"
          "  timezone: Europe/Paris\n"
          "data: /var/lib/vibrisse\n"
          "site: /var/lib/vibrisse/site\n"
          "listen: 127.0.0.1:8080\n"
          "vantage: {name: paris}\n"
          "defaults: {interval: 60s, timeout: 10s}\n"
          "hosters:\n"
          "  \\- hoster: chat\\-perche\n"
          "    name: Le Chat Perch\\('e\n"
          "    services:\n"
          "      \\- {id: wiki, url: \"https://wiki.chat\\-perche.example/\"}\n"
          "      \\- id: mail\n"
          "        url: \"https://chat\\-perche.example/\"\n"
          "        checks:\n"
          "          \\- {id: smtp, url: \"smtp://chat\\-perche.example\"}\n"
          "          \\- {id: imap, url: \"imaps://mail.chat\\-perche.example\"}\n"
          ".fi\n",
          out);
}

void config_manual(const struct config_probes *probes, const struct config_edition *edition,
                   FILE *out)
{
    fprintf(out, ".TH VIBRISSE.YAML 5 \"%s\" \"vibrisse %s\" \"File formats\"\n", edition->date,
            edition->version);
    fputs(".nh\n.ad l\n"
          ".SH NAME\nvibrisse.yaml \\- the configuration of the monitor vibrisse\n"
          ".SH DESCRIPTION\n"
          "The configuration is YAML: a main file, and a file for each hoster that it\n"
          "includes. Keys that are not known are errors.\n"
          "Durations are written 250ms, 10s, 5m, 6h, 30d; sizes 512B, 64KiB, 1MiB.\n"
          "Anchors, aliases and tags are refused. A file has at most 1\\ MiB.\n"
          "Every fault is reported as file:line:column: message.\n"
          ".SH OPTIONS\n",
          out);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        print_section(out, &sections[i]);
    print_probes(out, probes);
    if (probes->channels)
        print_channels(out, probes->channels);
    print_catalogue(out, probes);
    print_example(out);
    fputs(".SH SEE ALSO\n.BR vibrisse (1),\n.BR vibrisse\\-results (5)\n", out);
}

#include "register.h"

#include "macros.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_register;

static const struct option options[] = {
    {"json", no_argument, NULL, 'j'},
    {"class", required_argument, NULL, 'k'},
    {"dir", required_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int take_class(struct register_wishes *wishes, const char *word)
{
    if (class_parse(word, &wishes->expected))
        return 0;
    const char *near = text_nearest(word, class_words + 1, CLASS_COUNT - 1);
    return command_usage(self, "there is no class '%s'%s%s%s", word, near ? "; did you mean '" : "",
                         near ? near : "", near ? "'?" : "");
}

static int check_files(const struct register_wishes *wishes)
{
    if (!wishes->arguments[0])
        return command_usage(self, "which files? Give them, or - for standard input");
    for (char **file = wishes->arguments; *file; file++)
        if (strstr(*file, "://"))
            return command_usage(
                self,
                "'%s' is an address: give its file, as in curl -fsSL ADDRESS | vibrisse "
                "register lint -",
                *file);
    return 0;
}

static int check_none(const struct register_wishes *wishes)
{
    return wishes->arguments[0]
               ? command_usage(self, "'%s' is one argument too many", wishes->arguments[0])
               : 0;
}

static const struct {
    const char *name;
    int (*check)(const struct register_wishes *wishes); /* of its arguments */
    int (*run)(const struct register_wishes *wishes);
} actions[] = {{"lint", check_files, register_lint}, {"init", check_none, register_init}};

static int act(const char *action, struct register_wishes *wishes)
{
    struct ontology ontology;
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (strcmp(actions[i].name, action) != 0)
            continue;
        int status = actions[i].check(wishes);
        if (status)
            return status;
        ontology_read(&ontology, ontology_builtin);
        wishes->ontology = &ontology;
        status = actions[i].run(wishes);
        ontology_fini(&ontology);
        return status;
    }
    return command_usage(self, "it takes lint or init, not '%s'", action);
}

static int run(int argc, char **argv)
{
    struct register_wishes wishes = {.folder = "."};
    int status = 0;
    for (int option; (option = command_option(self, argc, argv, "", options)) != -1;) {
        if (option == 'k')
            status = take_class(&wishes, optarg);
        if (option == 'd')
            wishes.folder = optarg;
        wishes.json = wishes.json || option == 'j';
        if (status)
            return status;
    }
    wishes.arguments = optind < argc ? argv + optind + 1 : argv + optind;
    return act(optind < argc ? argv[optind] : "", &wishes);
}

const struct command command_register = {
    .name = "register",
    .summary = "check files of ChatonsInfos before they are published, or make them",
    .synopsis = "register lint [--json] [--class CLASS] FILE|-...\n"
                "       vibrisse register init [--dir DIR]",
    .help =
        "      --class CLASS  what belongs there: federation, organization, service, metrics\n"
        "      --json         what each file declares, and the findings, for programs\n"
        "      --dir DIR      where init puts the files (else here)\n"
        "  -h, --help         show this\n\n"
        "lint: every finding goes to standard output as FILE:LINE: SEVERITY: sentence, with what "
        "to do\n"
        "about it in brackets. An error: something cannot be used. A warning: against the format, "
        "though\n"
        "understood. A notice: recommended; a recommended key with an empty value is left in "
        "peace. A file\n"
        "that begins with { is read as librehost.json. At most 64 KiB are read, of metrics 1 MiB.\n"
        "init: asks some questions about you and your services, on the terminal or answered line "
        "by line on\n"
        "standard input, and writes a file for each. It never writes over anything.\n"
        "Exit status: 0 nothing worse than notices, or written; 1 errors or warnings, or not "
        "written; 2 usage.\n\n"
        "Examples:\n"
        "  vibrisse register lint organization.properties\n"
        "  curl -fsSL https://example.org/.well-known/chatonsinfos/example.properties | vibrisse "
        "register lint -\n",
    .run = run,
};

#include "backup.h"

#include "command.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
    {"data", required_argument, NULL, 'd'},
    {"out", required_argument, NULL, 'o'},
    {"in", required_argument, NULL, 'i'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct wishes {
    const char *data, *file; /* NULL = not given */
};

/* The archive is the value of `own`, or the one argument. -1 after it was said what is wrong. */
static int read_wishes(const struct command *self, int own, int argc, char **argv,
                       struct wishes *ret)
{
    *ret = (struct wishes){0};
    for (int option; (option = command_option(self, argc, argv, "", options)) != -1;) {
        if (option == 'd')
            ret->data = optarg;
        else if (option == own)
            ret->file = optarg;
        else
            return command_usage(self, "backup has --out, restore has --in");
    }
    if (!ret->file && optind < argc)
        ret->file = argv[optind++];
    if (optind < argc)
        return command_usage(self, "it takes no argument '%s'", argv[optind]);
    if (!ret->data || !ret->file)
        return command_usage(self, "give --data DIR and --%s FILE", own == 'o' ? "out" : "in");
    return 0;
}

static int report(const struct command *self, int rc, size_t files, const char *where,
                  const struct fault *fault)
{
    if (rc)
        fprintf(stderr, "vibrisse %s: %s\n", self->name, fault->text);
    else
        fprintf(stderr, "%zu files in %s.\n", files, where);
    return rc ? EXIT_BAD : EXIT_SUCCESS;
}

static int run_backup(int argc, char **argv)
{
    struct wishes wishes;
    struct fault fault;
    size_t files = 0;
    int usage = read_wishes(&command_backup, 'o', argc, argv, &wishes);
    if (usage)
        return usage;
    int rc = backup_make(wishes.data, wishes.file, &files, &fault);
    return report(&command_backup, rc, files, wishes.file, &fault);
}

static int run_restore(int argc, char **argv)
{
    struct wishes wishes;
    struct fault fault;
    size_t files = 0;
    int usage = read_wishes(&command_restore, 'i', argc, argv, &wishes);
    if (usage)
        return usage;
    int rc = backup_restore(wishes.file, wishes.data, &files, &fault);
    return report(&command_restore, rc, files, wishes.data, &fault);
}

const struct command command_backup = {
    .name = "backup",
    .summary = "copy the record, also while it is being written",
    .synopsis = "backup --data DIR --out FILE",
    .help = "      --data DIR  the data folder\n"
            "      --out FILE  the archive to make, a compressed tar file: name it .tar.gz\n"
            "  -h, --help      this text\n\n"
            "It holds the ledger and the series, and the sums of both (SHA256SUMS). The\n"
            "configuration and the pages are not part of it.\n",
    .run = run_backup,
};

const struct command command_restore = {
    .name = "restore",
    .summary = "unpack a backup into a new data folder",
    .synopsis = "restore --data DIR --in FILE",
    .help = "      --data DIR  the folder to make; it must not exist or be empty\n"
            "      --in FILE   an archive made by `vibrisse backup`\n"
            "  -h, --help      this text\n\n"
            "Nothing is left behind when the archive is cut or damaged. Start the monitor on the\n"
            "folder afterwards, as the user that owns it.\n",
    .run = run_restore,
};

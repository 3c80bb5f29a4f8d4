#include "backup.h"

#include "bundle.h"
#include "census.h"
#include "ledger.h"
#include "text.h"
#include "yearbook.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_NAME_SIZE = 256 };

static const char ledger_name[] = "ledger.sqlite";

/* ---- what belongs to a record ---- */

/* "check.ipv4.lat.rrd": ids of ours and what we add to them. */
static bool is_series_file(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", *c))
            return false;
    return name[0] != '.' && strlen(name) < FILE_NAME_SIZE && text_ends(name, ".rrd");
}

/* The next part of a path that is an id; NULL when it is none. */
static const char *skip_id(const char *path)
{
    char id[FILE_NAME_SIZE];
    const char *slash = strchr(path, '/');
    if (!slash || slash - path >= FILE_NAME_SIZE)
        return NULL;
    text_format(id, sizeof id, "%.*s", (int)(slash - path), path);
    return text_is_id(id) ? slash + 1 : NULL;
}

/* A part of the path of a published report: ids, languages, years, names of files. */
static bool is_report_part(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length < FILE_NAME_SIZE && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length;
}

static bool is_report_file(const char *path)
{
    char part[FILE_NAME_SIZE];
    for (const char *slash; (slash = strchr(path, '/')); path = slash + 1)
        if (!text_format(part, sizeof part, "%.*s", (int)(slash - path), path) ||
            !is_report_part(part))
            return false;
    return is_report_part(path);
}

static bool is_of_a_record(const char *name)
{
    if (strcmp(name, ledger_name) == 0)
        return true;
    if (text_starts(name, "register/"))
        return census_keeps(name + strlen("register/"));
    if (text_starts(name, YEARBOOK_KEPT "/"))
        return is_report_file(name + strlen(YEARBOOK_KEPT "/"));
    if (!text_starts(name, "series/"))
        return false;
    const char *service = skip_id(name + strlen("series/"));
    const char *file = service ? skip_id(service) : NULL;
    return file && is_series_file(file);
}

/* ---- making ---- */

struct making {
    const char *data;
    struct bundle_writer *writer;
    size_t files;
};

typedef int entry_fn(struct making *making, const char *path, struct fault *fault);

/* In the order of names, so that the same record gives the same archive. */
static int each_entry(struct making *making, const char *path, bool (*wanted)(const char *name),
                      entry_fn *each, struct fault *fault)
{
    char full[PATH_MAX], inside[PATH_MAX];
    struct dirent **entries;
    text_format(full, sizeof full, "%s/%s", making->data, path);
    int count = scandir(full, &entries, NULL, alphasort), rc = 0;
    if (count < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : fault_set(fault, "cannot read %s: %s", full, strerror(errno));
    for (int i = 0; i < count; i++) {
        text_format(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        if (rc == 0 && wanted(entries[i]->d_name))
            rc = each(making, inside, fault);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

/* Waits for an update under way, and lets none begin: librrd locks the same way. */
static void lock_series(int file)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    while (fcntl(file, F_SETLKW, &lock) && errno == EINTR)
        ;
}

static int add_file(struct making *making, const char *path, struct fault *fault)
{
    char full[PATH_MAX];
    text_format(full, sizeof full, "%s/%s", making->data, path);
    int file = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return fault_set(fault, "cannot open %s: %s", full, strerror(errno));
    lock_series(file);
    int rc = bundle_add(making->writer, path, file, fault);
    close(file);
    making->files++;
    return rc;
}

static int add_service(struct making *making, const char *path, struct fault *fault)
{
    return each_entry(making, path, is_series_file, add_file, fault);
}

static int add_hoster(struct making *making, const char *path, struct fault *fault)
{
    return each_entry(making, path, text_is_id, add_service, fault);
}

/* A file, or a folder with all that is in it; no link. */
static int add_report(struct making *making, const char *path, struct fault *fault)
{
    char full[PATH_MAX];
    struct stat status;
    text_format(full, sizeof full, "%s/%s", making->data, path);
    if (lstat(full, &status))
        return fault_set(fault, "cannot look at %s: %s", full, strerror(errno));
    return S_ISDIR(status.st_mode) ? each_entry(making, path, is_report_part, add_report, fault)
                                   : add_file(making, path, fault);
}

/* By way of a copy, since the ledger goes on being written. */
static int add_ledger(struct making *making, struct ledger *ledger, const char *out,
                      struct fault *fault)
{
    char copy[PATH_MAX];
    if (!text_format(copy, sizeof copy, "%s.ledger", out))
        return fault_set(fault, "the name %s is too long", out);
    int rc = ledger_copy(ledger, copy, fault);
    int file = rc ? -1 : open(copy, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (rc == 0 && file < 0)
        rc = fault_set(fault, "cannot open %s: %s", copy, strerror(errno));
    if (rc == 0)
        rc = bundle_add(making->writer, ledger_name, file, fault);
    if (file >= 0)
        close(file);
    unlink(copy);
    making->files++;
    return rc;
}

static int add_all(struct making *making, const char *out, struct fault *fault)
{
    struct ledger *ledger;
    if (ledger_open_to_read(making->data, &ledger, fault))
        return -1;
    int rc = each_entry(making, "series", text_is_id, add_hoster, fault);
    if (rc == 0)
        rc = each_entry(making, "register", census_keeps, add_file, fault);
    if (rc == 0)
        rc = each_entry(making, YEARBOOK_KEPT, is_report_part, add_report, fault);
    if (rc == 0)
        rc = add_ledger(making, ledger, out, fault);
    ledger_close(ledger);
    return rc;
}

int backup_make(const char *data, const char *out, size_t *ret_files, struct fault *fault)
{
    struct making making = {.data = data};
    struct fault last;
    if (bundle_create(out, &making.writer, fault))
        return -1;
    int rc = add_all(&making, out, fault);
    if (rc)
        bundle_spoil(making.writer, fault);
    if (bundle_finish(making.writer, &last) && rc == 0) {
        *fault = last;
        rc = -1;
    }
    *ret_files = making.files;
    return rc;
}

/* ---- restoring ---- */

static bool is_empty(int folder)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = again < 0 ? NULL : fdopendir(again);
    bool empty = names;
    for (struct dirent *entry; empty && (entry = readdir(names));)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (names)
        closedir(names);
    return empty;
}

static int open_empty(const char *data, int *ret_folder, bool *ret_made, struct fault *fault)
{
    *ret_made = mkdir(data, 0755) == 0;
    if (!*ret_made && errno != EEXIST)
        return fault_set(fault, "cannot make the folder %s: %s", data, strerror(errno));
    int folder = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fault_set(fault, "cannot open the folder %s: %s", data, strerror(errno));
    if (!is_empty(folder)) {
        close(folder);
        return fault_set(fault,
                         "the folder %s is not empty; a record is never overwritten: name a new "
                         "folder, or move that one away",
                         data);
    }
    *ret_folder = folder;
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    return walk->level ? remove(path) : 0;
}

int backup_restore(const char *in, const char *data, size_t *ret_files, struct fault *fault)
{
    int folder = -1;
    bool made;
    if (open_empty(data, &folder, &made, fault))
        return -1;
    int rc = bundle_unpack(in, folder, is_of_a_record, ret_files, fault);
    if (rc == 0 && faccessat(folder, ledger_name, F_OK, 0))
        rc = fault_set(fault, "%s holds no ledger: it is no backup of vibrisse", in);
    if (rc == 0 && syncfs(folder))
        rc = fault_set(fault, "cannot write %s: %s", data, strerror(errno));
    close(folder);
    if (rc)
        nftw(data, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (rc && made)
        rmdir(data);
    return rc;
}

#include "series_disk.h"

#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const struct series_file *file, const char *what, struct fault *fault)
{
    return fault_set(fault, "the series %s cannot be %s: %s", file->path, what, strerror(errno));
}

static void close_keeping_errno(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
}

/* Opens (and makes, when asked) the folder that holds the file; *ret_name is the last part of the path. */
static int open_parent(int folder, const struct series_file *file, bool make, const char **ret_name)
{
    const char *path = file->path;
    int here = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    for (const char *slash; here >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        char part[NAME_MAX + 1];
        text_format(part, sizeof part, "%.*s", (int)(slash - path), path);
        int next = make && mkdirat(here, part, 0755) && errno != EEXIST
                       ? -1
                       : openat(here, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close_keeping_errno(here);
        here = next;
    }
    *ret_name = path;
    return here;
}

static int open_file(int folder, const struct series_file *file, int flags)
{
    const char *name;
    int parent = open_parent(folder, file, false, &name);
    if (parent < 0)
        return -1;
    int fd = openat(parent, name, flags | O_NOFOLLOW | O_CLOEXEC);
    close_keeping_errno(parent);
    return fd;
}

static enum series_look look_inside(int fd, const struct series_file *file, int64_t latest,
                                    unsigned char *header, int64_t *ret_last, struct fault *fault)
{
    struct stat status;
    const char *why = NULL;
    size_t length = series_layout_header(file->layout);
    if (fstat(fd, &status)) {
        fail(file, "looked at", fault);
        return SERIES_LOOK_FAILED;
    }
    if (!S_ISREG(status.st_mode) || (size_t)status.st_size != series_layout_size(file->layout))
        why = "has another size";
    else if (pread(fd, header, length, 0) != (ssize_t)length) {
        fail(file, "read", fault);
        return SERIES_LOOK_FAILED;
    } else if (series_layout_fits(file->layout, header, ret_last, &why) && *ret_last > latest)
        why = "comes from the future";
    if (!why)
        return SERIES_LOOK_GOOD;
    fault_set(fault, "%s %s", file->path, why);
    return SERIES_LOOK_BAD;
}

enum series_look series_disk_look(int folder, const struct series_file *file, int64_t latest,
                                  unsigned char header[SERIES_HEADER_MAX], int64_t *ret_last,
                                  struct fault *fault)
{
    int fd = open_file(folder, file, O_RDONLY);
    if (fd < 0 && errno == ENOENT) {
        fault_set(fault, "%s is missing", file->path);
        return SERIES_LOOK_MISSING;
    }
    if (fd < 0) {
        bool is_link = errno == ELOOP;
        fail(file, "opened", fault);
        return is_link ? SERIES_LOOK_BAD : SERIES_LOOK_FAILED;
    }
    posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM); /* no reading ahead, see series_disk_forget() */
    enum series_look look = look_inside(fd, file, latest, header, ret_last, fault);
    close(fd);
    return look;
}

/* librrd makes a file under its name and six more characters. */
static bool is_leftover(const char *entry, const char *name)
{
    return text_starts(entry, name) && strlen(entry) == strlen(name) + 6;
}

static void sweep(int parent, const char *name)
{
    int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (!list) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(list));) {
        if (is_leftover(entry->d_name, name))
            unlinkat(parent, entry->d_name, 0);
    }
    closedir(list);
}

int series_disk_prepare(int folder, const struct series_file *file, struct fault *fault)
{
    const char *name;
    int parent = open_parent(folder, file, true, &name);
    if (parent < 0)
        return fail(file, "given a folder", fault);
    sweep(parent, name);
    close(parent);
    return 0;
}

int series_disk_set_aside(int folder, const struct series_file *file, struct fault *fault)
{
    const char *name;
    char bad[NAME_MAX + 1];
    int parent = open_parent(folder, file, false, &name);
    if (parent < 0)
        return fail(file, "set aside", fault);
    text_format(bad, sizeof bad, "%s.bad", name);
    int rc = renameat(parent, name, parent, bad) ? fail(file, "set aside", fault) : 0;
    close(parent);
    return rc;
}

int series_disk_restore(int folder, const struct series_file *file, const unsigned char *header,
                        size_t length, struct fault *fault)
{
    struct stat status;
    if (length != series_layout_header(file->layout))
        return fault_set(fault, "the series %s has another layout than its journal says",
                         file->path);
    int fd = open_file(folder, file, O_WRONLY);
    if (fd < 0)
        return fail(file, "opened", fault);
    int rc = 0;
    if (fstat(fd, &status) || (size_t)status.st_size != series_layout_size(file->layout))
        rc = fault_set(fault, "the series %s has another size", file->path);
    else if (pwrite(fd, header, length, 0) != (ssize_t)length || fdatasync(fd))
        rc = fail(file, "restored", fault);
    close(fd);
    return rc;
}

int series_disk_set_heartbeat(int folder, const struct series_file *file, unsigned char *header,
                              struct fault *fault)
{
    uint64_t heartbeat = (uint64_t)file->heartbeat;
    int fd = open_file(folder, file, O_WRONLY), rc = 0;
    if (fd < 0)
        return fail(file, "opened", fault);
    /* Eight bytes each, which no kill tears apart. */
    for (size_t i = 0; rc == 0 && i < file->layout->source_count; i++) {
        size_t at = series_layout_heartbeat_at(i);
        memcpy(header + at, &heartbeat, sizeof heartbeat);
        if (pwrite(fd, &heartbeat, sizeof heartbeat, (off_t)at) != (ssize_t)sizeof heartbeat)
            rc = fail(file, "changed", fault);
    }
    close(fd);
    return rc;
}

int series_disk_sync(int folder, const struct series_file *file, bool entry, struct fault *fault)
{
    const char *name;
    int parent = open_parent(folder, file, false, &name);
    int fd = parent < 0 ? -1 : openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int rc = fd < 0 || (entry ? fsync(fd) || fsync(parent) : fdatasync(fd))
                 ? fail(file, "synced", fault)
                 : 0;
    if (fd >= 0)
        close(fd);
    if (parent >= 0)
        close(parent);
    return rc;
}

void series_disk_forget(int folder, const struct series_file *file)
{
    int fd = open_file(folder, file, O_RDONLY);
    if (fd < 0)
        return;
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

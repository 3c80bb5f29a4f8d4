#include "folder.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void close_quietly(int file)
{
    int error = errno;
    close(file);
    errno = error;
}

int folder_give(int made, int near, const char *above)
{
    struct stat stat;
    if (geteuid() != 0)
        return 0;
    if (fstatat(near, above, &stat, AT_SYMLINK_NOFOLLOW))
        return -1;
    return stat.st_uid != 0 ? fchown(made, stat.st_uid, stat.st_gid) : 0;
}

/* `made`: just now; -1 for what cannot be given. */
static int given(int folder, bool made)
{
    if (folder < 0 || !made || folder_give(folder, folder, "..") == 0)
        return folder;
    close_quietly(folder);
    return -1;
}

int folder_open(const char *path, struct fault *fault)
{
    bool made = mkdir(path, 0755) == 0;
    if (!made && errno != EEXIST)
        return fault_set(fault, "cannot make the folder %s: %s", path, strerror(errno));
    int folder = given(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), made);
    if (folder < 0)
        return fault_set(fault, "cannot open the folder %s: %s", path, strerror(errno));
    return folder;
}

static int open_folder(int above, const char *name)
{
    return openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int make_folder(int above, const char *name)
{
    bool made = mkdirat(above, name, 0755) == 0;
    if (!made && errno != EEXIST)
        return -1;
    return given(open_folder(above, name), made);
}

/* In one call, as kernels since 5.6 can do it; -1 where they cannot, too. */
static int open_at_once(int folder, const char *path, size_t length)
{
    char parent[PATH_MAX];
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    if (!text_format(parent, sizeof parent, "%.*s", (int)length, path))
        return -1;
    return (int)syscall(SYS_openat2, folder, parent, &how, sizeof how);
}

/* Opens (and makes, when asked) the folder that holds `path`; *ret_name is the last part. A link that somebody planted is
 * followed nowhere: hence at once, or part by part. */
static int open_parent(int folder, const char *path, bool make, const char **ret_name)
{
    const char *last = strrchr(path, '/');
    int here = last ? open_at_once(folder, path, (size_t)(last - path)) : -1;
    if (here >= 0) {
        *ret_name = last + 1;
        return here;
    }
    here = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    for (const char *slash; here >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        char part[NAME_MAX + 1];
        text_format(part, sizeof part, "%.*s", (int)(slash - path), path);
        int next = open_folder(here, part);
        if (next < 0 && errno == ENOENT && make)
            next = make_folder(here, part);
        close_quietly(here);
        here = next;
    }
    *ret_name = path;
    return here;
}

static int write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int create(int parent, const char *name)
{
    return openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
}

static int write_new(int parent, const char *name, const void *bytes, size_t length)
{
    int file = create(parent, name);
    if (file < 0 && errno == EEXIST) {
        unlinkat(parent, name, 0); /* what a crash left */
        file = create(parent, name);
    }
    if (file < 0)
        return -1;
    int rc = folder_give(file, parent, ".") || write_all(file, bytes, length) ? -1 : 0;
    int error = errno;
    if (close(file) && rc == 0) {
        error = errno;
        rc = -1;
    }
    if (rc)
        unlinkat(parent, name, 0);
    errno = error;
    return rc;
}

int folder_replace(int folder, const char *path, const void *bytes, size_t length,
                   struct fault *fault)
{
    const char *name;
    char fresh[NAME_MAX + 1];
    int parent = open_parent(folder, path, true, &name);
    if (parent < 0)
        return fault_set(fault, "cannot make the folder of %s: %s", path, strerror(errno));
    text_format(fresh, sizeof fresh, ".%s.new", name);
    /* No fsync: pages are made again from the record, and a rename never shows half a file. */
    int rc = write_new(parent, fresh, bytes, length);
    if (rc == 0 && (rc = renameat(parent, fresh, parent, name))) {
        int error = errno;
        unlinkat(parent, fresh, 0);
        errno = error;
    }
    if (rc)
        fault_set(fault, "cannot write %s: %s", path, strerror(errno));
    close(parent);
    return rc;
}

static int read_all(int file, struct buffer *to)
{
    char piece[16 * 1024];
    for (ssize_t got; (got = read(file, piece, sizeof piece)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        buffer_add(to, piece, (size_t)got);
    }
    return 0;
}

int folder_read(int folder, const char *path, struct buffer *to, struct fault *fault)
{
    int file = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return fault_set(fault, "cannot open %s: %s", path, strerror(errno));
    int rc = read_all(file, to);
    if (rc)
        fault_set(fault, "cannot read %s: %s", path, strerror(errno));
    else if (to->overflow)
        rc = fault_set(fault, "%s is larger than %zu bytes", path, to->max);
    close(file);
    return rc;
}

static bool reads_as(int file, const char *bytes, size_t length)
{
    char piece[16 * 1024];
    for (;;) {
        ssize_t got = read(file, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0 && length == 0;
        if ((size_t)got > length || memcmp(piece, bytes, (size_t)got) != 0)
            return false;
        bytes += got;
        length -= (size_t)got;
    }
}

bool folder_holds(int folder, const char *path, const void *bytes, size_t length)
{
    const char *name;
    struct stat stat;
    int parent = open_parent(folder, path, false, &name);
    if (parent < 0)
        return false;
    int file = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(parent);
    if (file < 0)
        return false;
    bool same = fstat(file, &stat) == 0 && S_ISREG(stat.st_mode) &&
                (size_t)stat.st_size == length && reads_as(file, bytes, length);
    close(file);
    return same;
}

static bool remove_entry(int folder, const char *path, int flags)
{
    const char *name;
    int parent = open_parent(folder, path, false, &name);
    if (parent < 0)
        return false;
    bool gone = unlinkat(parent, name, flags) == 0;
    close(parent);
    return gone;
}

bool folder_is_same(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

void folder_remove(int folder, const char *path)
{
    char above[PATH_MAX];
    bool gone = text_copy(above, sizeof above, path);
    remove_entry(folder, path, 0);
    for (char *slash; gone && (slash = strrchr(above, '/'));) {
        *slash = '\0';
        gone = remove_entry(folder, above, AT_REMOVEDIR);
    }
}

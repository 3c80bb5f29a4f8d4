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

/* Opens (and makes, when asked) the folder that the first `length` bytes of `path` name. A link that somebody planted is
 * followed nowhere: hence at once, or from the folder above. */
static int open_below(int folder, const char *path, size_t length, bool make)
{
    char part[NAME_MAX + 1];
    if (length == 0)
        return fcntl(folder, F_DUPFD_CLOEXEC, 0);
    int here = open_at_once(folder, path, length);
    if (here >= 0)
        return here;
    const char *slash = memrchr(path, '/', length);
    const char *name = slash ? slash + 1 : path;
    int above = open_below(folder, path, slash ? (size_t)(slash - path) : 0, make);
    if (above < 0)
        return -1;
    text_format(part, sizeof part, "%.*s", (int)(path + length - name), name);
    here = open_folder(above, part);
    if (here < 0 && errno == ENOENT && make)
        here = make_folder(above, part);
    close_quietly(above);
    return here;
}

/* The folder that holds `path`; *ret_name is the last part. */
static int open_parent(int folder, const char *path, bool make, const char **ret_name)
{
    const char *last = strrchr(path, '/');
    *ret_name = last ? last + 1 : path;
    return open_below(folder, path, last ? (size_t)(last - path) : 0, make);
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

/* FOLDER_NEW: there is no such file yet. What else may be there counts as another content. */
static int compare(int parent, const char *name, const void *bytes, size_t length)
{
    struct stat stat;
    if (fstatat(parent, name, &stat, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? FOLDER_NEW : FOLDER_CHANGED;
    if (!S_ISREG(stat.st_mode) || (size_t)stat.st_size != length)
        return FOLDER_CHANGED;
    int file = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return FOLDER_CHANGED;
    bool same = reads_as(file, bytes, length);
    close(file);
    return same ? FOLDER_SAME : FOLDER_CHANGED;
}

/* No fsync: pages are made again from the record, and a rename never shows half a file. */
static int put(int parent, const char *name, const void *bytes, size_t length)
{
    char fresh[NAME_MAX + 1];
    text_format(fresh, sizeof fresh, ".%s.new", name);
    if (write_new(parent, fresh, bytes, length))
        return -1;
    if (renameat(parent, fresh, parent, name) == 0)
        return 0;
    int error = errno;
    unlinkat(parent, fresh, 0);
    errno = error;
    return -1;
}

static int store(int folder, const char *path, const void *bytes, size_t length, bool look,
                 struct fault *fault)
{
    const char *name;
    int parent = open_parent(folder, path, true, &name);
    if (parent < 0)
        return fault_set(fault, "cannot make the folder of %s: %s", path, strerror(errno));
    int rc = look ? compare(parent, name, bytes, length) : FOLDER_CHANGED;
    if (rc != FOLDER_SAME && put(parent, name, bytes, length))
        rc = fault_set(fault, "cannot write %s: %s", path, strerror(errno));
    close(parent);
    return rc;
}

int folder_replace(int folder, const char *path, const void *bytes, size_t length,
                   struct fault *fault)
{
    return store(folder, path, bytes, length, false, fault) < 0 ? -1 : 0;
}

int folder_update(int folder, const char *path, const void *bytes, size_t length,
                  struct fault *fault)
{
    return store(folder, path, bytes, length, true, fault);
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

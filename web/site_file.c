#include "site_file.h"

#include "hash.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool site_file_is_name(const char *segment)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return segment[0] && segment[0] != '.' && segment[strspn(segment, allowed)] == '\0';
}

bool site_identity_equal(const struct site_identity *left, const struct site_identity *right)
{
    return left->changed_ns == right->changed_ns && left->size == right->size &&
           left->inode == right->inode;
}

uint64_t site_identity_hash(const struct site_identity *identity)
{
    uint64_t parts[] = {(uint64_t)identity->changed_ns, (uint64_t)identity->size, identity->inode};
    return hash_bytes(parts, sizeof parts);
}

static int identity_of(const struct stat *stat, struct site_identity *ret)
{
    if (!S_ISREG(stat->st_mode))
        return -ENOENT;
    ret->changed_ns = (int64_t)stat->st_mtim.tv_sec * 1000000000 + stat->st_mtim.tv_nsec;
    ret->size = stat->st_size;
    ret->inode = stat->st_ino;
    return 0;
}

int site_file_identity(int folder, const char *name, struct site_identity *ret)
{
    struct stat stat;
    return fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) ? -errno : identity_of(&stat, ret);
}

/* Opens one segment below `folder`, which is closed unless it is `keep`. */
static int step(int folder, int keep, const char *segment, bool last)
{
    /* O_NONBLOCK: a pipe planted in the folder must not hold us up. */
    int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (last ? O_NONBLOCK : O_DIRECTORY);
    int file = openat(folder, segment, flags);
    int error = errno;
    if (folder != keep)
        close(folder);
    return file < 0 ? -error : file;
}

/* Segment by segment, since O_NOFOLLOW speaks of the last one only. */
static int walk(int folder, const char *name)
{
    char copy[SITE_FILE_NAME_MAX], *rest = copy;
    int here = folder;
    if (!text_copy(copy, sizeof copy, name))
        return -ENAMETOOLONG;
    while (here >= 0 && rest) {
        char *segment = strsep(&rest, "/");
        here = step(here, folder, segment, !rest);
    }
    return here;
}

int site_file_open(int folder, const char *name, struct site_identity *ret)
{
    struct stat stat;
    int file = walk(folder, name);
    if (file < 0)
        return file;
    int error = fstat(file, &stat) ? -errno : identity_of(&stat, ret);
    if (!error)
        return file;
    close(file);
    return error;
}

static int read_all(int file, struct buffer *out)
{
    char chunk[16 * 1024];
    for (;;) {
        ssize_t count = read(file, chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count ? -errno : 0;
        buffer_add(out, chunk, (size_t)count);
        if (out->overflow)
            return -EFBIG;
    }
}

int site_file_read(int folder, const char *name, struct site_identity *ret, struct buffer *out)
{
    int file = site_file_open(folder, name, ret);
    if (file < 0)
        return file;
    int error = read_all(file, out);
    close(file);
    return error;
}

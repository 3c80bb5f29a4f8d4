#include "consent_key.h"

#include "nonce.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path, const char *what, struct fault *fault)
{
    return fault_set(fault, "the key of the links to contacts %s: %s: %s", path, what,
                     strerror(errno));
}

/* 1 = there is none. */
static int read_key(const char *path, unsigned char key[TOKEN_KEY_SIZE], struct fault *fault)
{
    unsigned char found[TOKEN_KEY_SIZE + 1];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return errno == ENOENT ? 1 : fail(path, "cannot be opened", fault);
    ssize_t length = read(file, found, sizeof found);
    int rc = length < 0 ? fail(path, "cannot be read", fault) : 0;
    close(file);
    if (rc == 0 && length != TOKEN_KEY_SIZE)
        rc = fault_set(fault,
                       "the key of the links to contacts %s does not have %d bytes; remove it, "
                       "another one is made",
                       path, TOKEN_KEY_SIZE);
    if (rc == 0)
        memcpy(key, found, TOKEN_KEY_SIZE);
    return rc;
}

static bool write_whole(int file, const unsigned char key[TOKEN_KEY_SIZE])
{
    ssize_t length = write(file, key, TOKEN_KEY_SIZE);
    if (length >= 0 && length != TOKEN_KEY_SIZE)
        errno = ENOSPC;
    return length == TOKEN_KEY_SIZE;
}

static int write_key(const char *path, const unsigned char key[TOKEN_KEY_SIZE], struct fault *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return fail(path, "cannot be made", fault);
    int rc = fchmod(file, 0600) || !write_whole(file, key) || fsync(file)
                 ? fail(path, "cannot be written", fault)
                 : 0;
    close(file);
    return rc;
}

/* The name is on disk, too, before anybody gets a link. */
static int keep_name(const char *folder, const char *from, const char *to, struct fault *fault)
{
    int place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = place < 0 || rename(from, to) || fsync(place) ? fail(to, "cannot be kept", fault) : 0;
    if (place >= 0)
        close(place);
    return rc;
}

int consent_key_fetch(const char *folder, unsigned char key[TOKEN_KEY_SIZE], struct fault *fault)
{
    char path[PATH_MAX], fresh[PATH_MAX];
    if (!text_format(path, sizeof path, "%s/consent.key", folder) ||
        !text_format(fresh, sizeof fresh, "%s.new", path))
        return fault_set(fault, "the name of the folder %s is too long", folder);
    int rc = read_key(path, key, fault);
    if (rc <= 0)
        return rc;
    nonce_fill(key, TOKEN_KEY_SIZE);
    rc = write_key(fresh, key, fault);
    return rc ? rc : keep_name(folder, fresh, path, fault);
}

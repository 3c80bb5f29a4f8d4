#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int source_read_all(int fd, struct buffer *out, struct fault *fault)
{
    char bytes[8192];
    for (;;) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault_set(fault, "cannot be read: %s", strerror(errno));
        if (n == 0)
            return 0;
        buffer_add(out, bytes, (size_t)n);
        if (out->overflow)
            return fault_set(fault, "is larger than %zu KiB", out->max / 1024);
    }
}

static int read_regular(int fd, struct buffer *out, struct fault *fault)
{
    struct stat status;
    if (fstat(fd, &status))
        return fault_set(fault, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(status.st_mode))
        return fault_set(fault, "is a folder, not a file");
    if (!S_ISREG(status.st_mode))
        return fault_set(fault, "is not a regular file");
    return source_read_all(fd, out, fault);
}

int source_read(const char *path, struct buffer *out, struct fault *fault)
{
    /* Without O_NONBLOCK a pipe that nobody writes to would hold us here for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fault_set(fault, "cannot be read: %s", strerror(errno));
    int rc = read_regular(fd, out, fault);
    close(fd);
    return rc;
}

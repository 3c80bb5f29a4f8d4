#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Younger than the headers of Debian 12. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_NET = 4 };

static const uint64_t connect_tcp = 1ULL << 1;

static const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t executing = LANDLOCK_ACCESS_FS_EXECUTE;
static const uint64_t writing = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |
                                LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REFER;
/* Nobody of ours makes these, anywhere. */
static const uint64_t never = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                              LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM;
/* What can be granted of a file that is no folder. */
static const uint64_t of_files = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                 LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE;

/* As Linux 6.7 has it; an older one takes the first field alone. */
struct ruleset {
    uint64_t files, net;
};

static int create(const struct ruleset *ruleset, size_t size, uint32_t flags)
{
    return (int)syscall(SYS_landlock_create_ruleset, ruleset, size, flags);
}

/* 0 where the kernel has none that serves us: the first version cannot move a file between folders. */
static int version(struct fault *fault)
{
    int abi = create(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 0)
        fault_set(fault, "this kernel has no Landlock in force (%s)", strerror(errno));
    else if (abi < ABI_REFER)
        fault_set(fault, "the Landlock of this kernel is too old: Linux 5.19 has what is needed");
    return abi < ABI_REFER ? 0 : abi;
}

static int grant(int rules, const char *path, uint64_t access, struct fault *fault)
{
    struct stat stat;
    struct landlock_path_beneath_attr beneath = {.parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (beneath.parent_fd < 0)
        return errno == ENOENT || errno == EACCES
                   ? 0
                   : fault_set(fault, "cannot open %s: %s", path, strerror(errno));
    bool folder = fstat(beneath.parent_fd, &stat) == 0 && S_ISDIR(stat.st_mode);
    beneath.allowed_access = folder ? access : access & of_files;
    long rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    int error = errno;
    close(beneath.parent_fd);
    return rc ? fault_set(fault, "Landlock does not take %s: %s", path, strerror(error)) : 0;
}

static int grant_all(int rules, const char *const *paths, uint64_t access, struct fault *fault)
{
    for (; *paths; paths++)
        if (grant(rules, *paths, access, fault))
            return -1;
    return 0;
}

int landlock_restrict(const struct landlock_wish *wish, struct fault *fault)
{
    int abi = version(fault);
    if (!abi)
        return -1;
    uint64_t handled = reading | writing | executing | never;
    if (abi < ABI_TRUNCATE)
        handled &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
    struct ruleset ruleset = {handled, wish->silent && abi >= ABI_NET ? connect_tcp : 0};
    int rules = create(&ruleset, abi >= ABI_NET ? sizeof ruleset : sizeof ruleset.files, 0);
    if (rules < 0)
        return fault_set(fault, "Landlock cannot be used: %s", strerror(errno));
    int rc = grant_all(rules, wish->read, reading & handled, fault) ||
                     grant_all(rules, wish->write, writing & handled, fault) ||
                     grant_all(rules, wish->execute, executing & handled, fault)
                 ? -1
                 : 0;
    if (rc == 0 && syscall(SYS_landlock_restrict_self, rules, 0))
        rc = fault_set(fault, "Landlock cannot be put in force: %s", strerror(errno));
    close(rules);
    return rc;
}

#include "system_calls.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>

static const char *const never[] = {
    /* file systems and name spaces */
    "mount", "umount2", "pivot_root", "chroot", "swapon", "swapoff", "move_mount", "open_tree",
    "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "unshare", "setns", "quotactl",
    "quotactl_fd", "open_by_handle_at", "mknod", "mknodat",
    /* the machine and its kernel */
    "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "acct", "syslog", "iopl", "ioperm",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname",
    "vhangup", "nfsservctl", "lookup_dcookie",
    /* keys and other people */
    "add_key", "request_key", "keyctl", "setuid", "setgid", "setreuid", "setregid", "setresuid",
    "setresgid", "setfsuid", "setfsgid", "setgroups", "capset",
    /* other processes' memory */
    "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "process_madvise",
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    "ptrace", /* the leak sanitizer looks at its process by it */
#endif
    NULL};

static const char *const running[] = {"execve", "execveat", NULL};

static int refuse(scmp_filter_ctx filter, const char *const *names)
{
    for (; *names; names++) {
        int number = seccomp_syscall_resolve_name(*names);
        int rc = number == __NR_SCMP_ERROR
                     ? 0 /* this library does not know it */
                     : seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
        if (rc && rc != -EDOM) /* EDOM: this architecture does not have it */
            return rc;
    }
    return 0;
}

int system_calls_restrict(bool programs, struct fault *fault)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter)
        return fault_set(fault, "libseccomp cannot be used");
    int rc = refuse(filter, never);
    if (rc == 0 && !programs)
        rc = refuse(filter, running);
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    return rc ? fault_set(fault, "this kernel takes no seccomp filter (%s)", strerror(-rc)) : 0;
}

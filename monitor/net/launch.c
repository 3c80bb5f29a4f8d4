#include "launch.h"

#include <errno.h>
#include <unistd.h>

static uv_stdio_container_t stream(int fd)
{
    if (fd < 0)
        return (uv_stdio_container_t){.flags = UV_IGNORE};
    return (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fd};
}

int launch(const struct launch *wish, uv_process_t *process)
{
    const char *variables[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                               wish->locale, NULL};
    uv_stdio_container_t stdio[] = {stream(wish->input), stream(wish->output),
                                    stream(wish->errors)};
    const uv_process_options_t options = {
        .exit_cb = wish->exited,
        .file = wish->arguments[0],
        .args = (char **)(uintptr_t)wish->arguments, /* uv_spawn does not write to them */
        .env = (char **)(uintptr_t)variables,
        .cwd = "/",
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = 3,
        .stdio = stdio,
    };
    /* Whatever a library of ours left open to children. */
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC))
        return -errno;
    return uv_spawn(wish->loop, process, &options);
}

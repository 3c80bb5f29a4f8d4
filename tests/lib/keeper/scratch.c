#include "scratch.h"

#include "buffer.h"
#include "mem.h"

#include "testing.h"

#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void scratch_make(char path[SCRATCH_SIZE])
{
    snprintf(path, SCRATCH_SIZE, "/tmp/vibrisse-keeper-XXXXXX");
    assert_non_null(mkdtemp(path));
}

void scratch_make_in(const char *above, char path[SCRATCH_SIZE])
{
    snprintf(path, SCRATCH_SIZE, "%s/vibrisse-keeper-XXXXXX", above);
    if (!mkdtemp(path))
        scratch_make(path);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

void scratch_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char *scratch_read(const char *folder, const char *name, size_t *ret_length)
{
    char path[PATH_MAX], part[4096];
    struct buffer text;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_init(&text, 64 * 1024 * 1024);
    for (size_t length; (length = fread(part, 1, sizeof part, file)) > 0;)
        buffer_add(&text, part, length);
    fclose(file);
    return buffer_take(&text, ret_length);
}

void scratch_write(const char *folder, const char *name, const void *bytes, size_t length)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

char *scratch_run(const char *command, ...)
{
    char line[PATH_MAX], part[4096];
    struct buffer text;
    va_list list;
    va_start(list, command);
    vsnprintf(line, sizeof line, command, list);
    va_end(list);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    buffer_init(&text, 64 * 1024 * 1024);
    for (size_t length; (length = fread(part, 1, sizeof part, pipe)) > 0;)
        buffer_add(&text, part, length);
    if (pclose(pipe) != 0)
        fail_msg("%s", line);
    return buffer_take(&text, NULL);
}

#include "bundle.h"

#include "bundle_sums.h"
#include "mem.h"
#include "text.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_SIZE = 16 * 1024, SUMS_MAX = 64 * 1024 * 1024 };

/* ---- writing ---- */

struct bundle_writer {
    struct archive *archive;
    char *path;
    int file;
    struct buffer sums;
    bool failed;
    struct fault fault;
};

static int fail(struct bundle_writer *writer, const char *why, struct fault *fault)
{
    if (!writer->failed)
        fault_set(&writer->fault, "cannot write %s: %s", writer->path, why);
    writer->failed = true;
    *fault = writer->fault;
    return -1;
}

int bundle_create(const char *path, struct bundle_writer **ret, struct fault *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0 && errno == EEXIST)
        return fault_set(
            fault,
            "%s is there already, and a backup is never overwritten: give another name, "
            "for instance with the day in it",
            path);
    if (file < 0)
        return fault_set(fault, "cannot make %s: %s", path, strerror(errno));
    struct bundle_writer *writer = mem_zalloc(sizeof *writer);
    writer->path = mem_text(path);
    writer->file = file;
    buffer_init(&writer->sums, SUMS_MAX);
    writer->archive = archive_write_new();
    if (archive_write_add_filter_gzip(writer->archive) ||
        archive_write_set_format_pax_restricted(writer->archive) ||
        archive_write_open_fd(writer->archive, file))
        fail(writer, archive_error_string(writer->archive), fault);
    *ret = writer;
    return 0;
}

static int begin_member(struct bundle_writer *writer, const char *name, const struct stat *status)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, status->st_size);
    archive_entry_set_mtime(entry, status->st_mtime, 0);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, status->st_mode & 0644);
    int rc = archive_write_header(writer->archive, entry);
    archive_entry_free(entry);
    return rc == ARCHIVE_OK ? 0 : -1;
}

/* Exactly `size` bytes: what is added to the file meanwhile is none of the member's. */
static int copy_bytes(struct bundle_writer *writer, int file, int64_t size, struct bundle_sum *sum)
{
    char block[BLOCK_SIZE];
    while (size > 0) {
        size_t wanted = size < BLOCK_SIZE ? (size_t)size : BLOCK_SIZE;
        ssize_t count = read(file, block, wanted);
        if (count <= 0)
            return count ? errno : EIO;
        bundle_sum_add(sum, block, (size_t)count);
        if (archive_write_data(writer->archive, block, (size_t)count) != count)
            return archive_errno(writer->archive) ? archive_errno(writer->archive) : EIO;
        size -= count;
    }
    return 0;
}

int bundle_add(struct bundle_writer *writer, const char *name, int file, struct fault *fault)
{
    struct stat status;
    char hex[BUNDLE_SUM_SIZE];
    if (writer->failed || fstat(file, &status))
        return fail(writer, strerror(errno), fault);
    if (begin_member(writer, name, &status))
        return fail(writer, archive_error_string(writer->archive), fault);
    struct bundle_sum sum;
    bundle_sum_begin(&sum);
    int error = copy_bytes(writer, file, status.st_size, &sum);
    bundle_sum_end(&sum, hex);
    if (error)
        return fail(writer, strerror(error), fault);
    bundle_sums_add(&writer->sums, hex, name);
    return 0;
}

void bundle_spoil(struct bundle_writer *writer, const struct fault *why)
{
    if (!writer->failed)
        writer->fault = *why;
    writer->failed = true;
}

static int add_sums(struct bundle_writer *writer)
{
    size_t length = writer->sums.length;
    struct stat status = {.st_size = (off_t)length, .st_mode = 0644};
    if (begin_member(writer, bundle_sums_name, &status))
        return -1;
    return archive_write_data(writer->archive, buffer_text(&writer->sums), length) ==
                   (la_ssize_t)length
               ? 0
               : -1;
}

int bundle_finish(struct bundle_writer *writer, struct fault *fault)
{
    if (!writer->failed && (add_sums(writer) || archive_write_close(writer->archive)))
        fail(writer, archive_error_string(writer->archive), fault);
    archive_write_free(writer->archive);
    if (!writer->failed && fsync(writer->file))
        fail(writer, strerror(errno), fault);
    close(writer->file);
    int rc = writer->failed ? -1 : 0;
    if (rc) {
        *fault = writer->fault;
        unlink(writer->path);
    }
    buffer_fini(&writer->sums);
    free(writer->path);
    free(writer);
    return rc;
}

/* ---- reading ---- */

struct reader {
    struct archive *archive;
    const char *path;
    int folder;
    bool (*wanted)(const char *name);
    size_t files;
    struct buffer seen, told; /* sums: of what was unpacked, and as the archive has them */
    bool complete;            /* they were there */
};

static int refuse(const struct reader *reader, const char *why, struct fault *fault)
{
    return fault_set(fault, "cannot unpack %s: %s", reader->path, why ? why : "it is damaged");
}

static int make_folders(const struct reader *reader, const char *name)
{
    char above[PATH_MAX];
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        text_format(above, sizeof above, "%.*s", (int)(slash - name), name);
        if (mkdirat(reader->folder, above, 0755) && errno != EEXIST)
            return -1;
    }
    return 0;
}

static int write_all(int file, const char *bytes, size_t length)
{
    while (length) {
        ssize_t count = write(file, bytes, length);
        if (count < 0)
            return -1;
        bytes += count;
        length -= (size_t)count;
    }
    return 0;
}

static int unpack_bytes(struct reader *reader, const char *name, int file, struct fault *fault)
{
    char block[BLOCK_SIZE], hex[BUNDLE_SUM_SIZE];
    struct bundle_sum sum;
    la_ssize_t count;
    int rc = 0;
    bundle_sum_begin(&sum);
    while (rc == 0 && (count = archive_read_data(reader->archive, block, sizeof block)) != 0) {
        if (count < 0)
            rc = refuse(reader, archive_error_string(reader->archive), fault);
        else if (write_all(file, block, (size_t)count))
            rc = refuse(reader, strerror(errno), fault);
        else
            bundle_sum_add(&sum, block, (size_t)count);
    }
    bundle_sum_end(&sum, hex);
    bundle_sums_add(&reader->seen, hex, name);
    if (rc == 0 && fsync(file))
        rc = refuse(reader, strerror(errno), fault);
    return rc;
}

/* For others to read where it was before. */
static int unpack_file(struct reader *reader, const char *name, mode_t mode, struct fault *fault)
{
    if (make_folders(reader, name))
        return refuse(reader, strerror(errno), fault);
    int file = openat(reader->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                      0600 | (mode & 0044));
    if (file < 0)
        return refuse(reader, strerror(errno), fault);
    int rc = unpack_bytes(reader, name, file, fault);
    close(file);
    reader->files++;
    return rc;
}

static int read_sums(struct reader *reader, struct fault *fault)
{
    char block[4096];
    la_ssize_t count;
    while ((count = archive_read_data(reader->archive, block, sizeof block)) > 0)
        buffer_add(&reader->told, block, (size_t)count);
    reader->complete = true;
    return count < 0 ? refuse(reader, archive_error_string(reader->archive), fault) : 0;
}

static int take_member(struct reader *reader, struct archive_entry *entry, struct fault *fault)
{
    const char *name = archive_entry_pathname(entry);
    if (!name || archive_entry_filetype(entry) != AE_IFREG || reader->complete)
        return refuse(reader, "it holds what no backup of vibrisse holds", fault);
    if (strcmp(name, bundle_sums_name) == 0)
        return read_sums(reader, fault);
    if (!reader->wanted(name))
        return refuse(reader, "it holds what no backup of vibrisse holds", fault);
    return unpack_file(reader, name, archive_entry_perm(entry), fault);
}

static int take_members(struct reader *reader, struct fault *fault)
{
    struct archive_entry *entry;
    int rc;
    while ((rc = archive_read_next_header(reader->archive, &entry)) == ARCHIVE_OK)
        if (take_member(reader, entry, fault))
            return -1;
    if (rc != ARCHIVE_EOF)
        return refuse(reader, archive_error_string(reader->archive), fault);
    if (!reader->complete)
        return refuse(reader, "its end is missing", fault);
    if (strcmp(buffer_text(&reader->seen), buffer_text(&reader->told)) != 0)
        return refuse(reader, "its files differ from its sums", fault);
    return 0;
}

int bundle_unpack(const char *path, int folder, bool (*wanted)(const char *name), size_t *ret_files,
                  struct fault *fault)
{
    struct reader reader = {.path = path, .folder = folder, .wanted = wanted};
    buffer_init(&reader.seen, SUMS_MAX);
    buffer_init(&reader.told, SUMS_MAX);
    reader.archive = archive_read_new();
    archive_read_support_filter_gzip(reader.archive);
    archive_read_support_format_tar(reader.archive);
    int rc = access(path, R_OK) ? refuse(&reader, strerror(errno), fault)
             : archive_read_open_filename(reader.archive, path, BLOCK_SIZE)
                 ? refuse(&reader, archive_error_string(reader.archive), fault)
                 : take_members(&reader, fault);
    *ret_files = reader.files;
    archive_read_free(reader.archive);
    buffer_fini(&reader.seen);
    buffer_fini(&reader.told);
    return rc;
}

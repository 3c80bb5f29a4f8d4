#include "journal.h"

#include "buffer.h"
#include "log.h"
#include "mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { MARK_SIZE = 8, HEAD_SIZE = 9, CRC_SIZE = 4, FILE_MAX = 256 * 1024 * 1024 };

static const char mark[MARK_SIZE] = {'v', 'i', 'b', 'r', 'j', 'n', 'l', '1'};
static const char name[] = "journal", new_name[] = "journal.new", bad_name[] = "journal.bad";

struct journal {
    int folder; /* borrowed */
    int file;   /* -1 = none yet */
    size_t end; /* synced bytes of the file */
    bool broken;
    bool anew;             /* the next sync writes a new file */
    struct buffer waiting; /* to be synced */
};

static uint32_t checksum(const unsigned char *bytes, size_t length)
{
    return (uint32_t)crc32_z(0, bytes, length);
}

size_t journal_read(const unsigned char *bytes, size_t length, journal_fn *each, void *owner)
{
    if (length < MARK_SIZE || memcmp(bytes, mark, MARK_SIZE) != 0)
        return 0;
    size_t at = MARK_SIZE;
    while (length - at >= HEAD_SIZE) {
        const unsigned char *record = bytes + at;
        size_t payload = (size_t)journal_get(record + CRC_SIZE, 4);
        if (payload > JOURNAL_RECORD_MAX || payload > length - at - HEAD_SIZE ||
            journal_get(record, CRC_SIZE) !=
                checksum(record + CRC_SIZE, HEAD_SIZE - CRC_SIZE + payload))
            break;
        each(owner, record[HEAD_SIZE - 1], record + HEAD_SIZE, payload);
        at += HEAD_SIZE + payload;
    }
    return at;
}

/* ---- the file ---- */

static int write_all(int file, const char *bytes, size_t length, size_t at)
{
    while (length > 0) {
        ssize_t written = pwrite(file, bytes, length, (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
        at += (size_t)written;
    }
    return 0;
}

static unsigned char *read_all(int file, size_t size)
{
    unsigned char *bytes = mem_zalloc(size);
    size_t have = 0;
    while (have < size) {
        ssize_t got = pread(file, bytes + have, size - have, (off_t)have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got == 0)
                errno = EIO;
            free(bytes);
            return NULL;
        }
        have += (size_t)got;
    }
    return bytes;
}

static int set_aside(struct journal *journal, struct fault *fault)
{
    close(journal->file);
    journal->file = -1;
    journal_restart(journal);
    if (renameat(journal->folder, name, journal->folder, bad_name))
        return fault_set(fault, "the journal of the series cannot be set aside: %s",
                         strerror(errno));
    log_event(LOG_LEVEL_WARNING, "the journal of the series is no journal and was set aside",
              "file", bad_name, NULL);
    return 0;
}

static int load(struct journal *journal, journal_fn *each, void *owner, struct fault *fault)
{
    struct stat status;
    if (fstat(journal->file, &status))
        return fault_set(fault, "the journal of the series cannot be read: %s", strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size > FILE_MAX)
        return set_aside(journal, fault);
    size_t size = (size_t)status.st_size;
    unsigned char *bytes = read_all(journal->file, size);
    if (!bytes)
        return fault_set(fault, "the journal of the series cannot be read: %s", strerror(errno));
    journal->end = journal_read(bytes, size, each, owner);
    free(bytes);
    if (journal->end == 0)
        return set_aside(journal, fault);
    if (journal->end < size && ftruncate(journal->file, (off_t)journal->end))
        return fault_set(fault, "the torn tail of the journal of the series cannot be cut: %s",
                         strerror(errno));
    return 0;
}

int journal_open(int folder, journal_fn *each, void *owner, struct journal **ret,
                 struct fault *fault)
{
    struct journal *journal = mem_zalloc(sizeof *journal);
    journal->folder = folder;
    journal_restart(journal);
    journal->file = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    int rc = 0;
    if (journal->file >= 0) {
        journal->anew = false;
        rc = load(journal, each, owner, fault);
    } else if (errno != ENOENT) {
        rc = fault_set(fault, "the journal of the series cannot be opened: %s", strerror(errno));
    }
    if (rc) {
        journal_close(journal);
        return -1;
    }
    *ret = journal;
    return 0;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->file >= 0)
        close(journal->file);
    buffer_fini(&journal->waiting);
    free(journal);
}

void journal_add(struct journal *journal, int kind, const void *payload, size_t length)
{
    unsigned char head[HEAD_SIZE];
    assert(length <= JOURNAL_RECORD_MAX && kind >= 0 && kind <= 255);
    if (journal->broken)
        return;
    journal_put(head + CRC_SIZE, length, 4);
    head[HEAD_SIZE - 1] = (unsigned char)kind;
    uLong crc = crc32_z(0, head + CRC_SIZE, HEAD_SIZE - CRC_SIZE);
    if (length)
        crc = crc32_z(crc, payload, length);
    journal_put(head, crc, CRC_SIZE);
    buffer_add(&journal->waiting, head, sizeof head);
    buffer_add(&journal->waiting, payload, length);
}

/* The old file stays as it is until the new one is whole. */
static int write_anew(struct journal *journal)
{
    unlinkat(journal->folder, new_name, 0);
    int file =
        openat(journal->folder, new_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0)
        return -1;
    if (write_all(file, mark, MARK_SIZE, 0) ||
        write_all(file, buffer_text(&journal->waiting), journal->waiting.length, MARK_SIZE) ||
        fdatasync(file) || renameat(journal->folder, new_name, journal->folder, name)) {
        int error = errno;
        close(file);
        unlinkat(journal->folder, new_name, 0);
        errno = error;
        return -1;
    }
    if (journal->file >= 0)
        close(journal->file);
    journal->file = file;
    journal->end = MARK_SIZE + journal->waiting.length;
    return fsync(journal->folder);
}

static int append(struct journal *journal)
{
    if (write_all(journal->file, buffer_text(&journal->waiting), journal->waiting.length,
                  journal->end) ||
        fdatasync(journal->file)) {
        int error = errno;
        /* Half a record would be cut at the next start anyway; this gives the space back. */
        if (ftruncate(journal->file, (off_t)journal->end))
            log_event(LOG_LEVEL_WARNING, "the journal of the series cannot be cut", "why",
                      strerror(errno), NULL);
        errno = error;
        return -1;
    }
    journal->end += journal->waiting.length;
    return 0;
}

int journal_sync(struct journal *journal, struct fault *fault)
{
    if (journal->broken)
        return fault_set(fault, "the journal of the series is broken");
    if (!journal->waiting.length && !journal->anew)
        return 0;
    assert(!journal->waiting.overflow);
    int rc = journal->anew ? write_anew(journal) : append(journal);
    if (rc) {
        journal->broken = true;
        fault_set(fault,
                  "the journal of the series cannot be written: %s; nothing is lost as long as "
                  "vibrisse runs"
                  " (free some space, or look at the system's log)",
                  strerror(errno));
    }
    journal->anew = false;
    buffer_fini(&journal->waiting);
    return rc;
}

void journal_restart(struct journal *journal)
{
    buffer_fini(&journal->waiting);
    buffer_init(&journal->waiting, FILE_MAX);
    journal->broken = false;
    journal->anew = true;
}

bool journal_is_broken(const struct journal *journal)
{
    return journal->broken;
}

size_t journal_size(const struct journal *journal)
{
    return journal->end;
}

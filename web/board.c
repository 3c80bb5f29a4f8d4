#include "board.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* At the beginning of the file; the text follows. */
struct board_head {
    uint64_t turn; /* odd while the text is being written */
    int64_t posted_ms;
    uint64_t length;
};

int board_open(struct board *board, struct fault *fault)
{
    char path[64];
    *board = (struct board){.writing = memfd_create("vibrisse-board", MFD_CLOEXEC), .reading = -1};
    text_format(path, sizeof path, "/proc/self/fd/%d", board->writing);
    if (board->writing >= 0) /* opened anew: a copy of the number could write, too */
        board->reading = open(path, O_RDONLY | O_CLOEXEC);
    if (board->reading >= 0)
        return 0;
    fault_set(fault, "cannot make a file in memory: %s", strerror(errno));
    board_close(board);
    return -1;
}

void board_close(struct board *board)
{
    if (board->writing >= 0)
        close(board->writing);
    if (board->reading >= 0)
        close(board->reading);
    board->writing = board->reading = -1;
}

static bool write_all(int file, const char *bytes, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t written = pwrite(file, bytes, length, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        at += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_head(const struct board *board, uint64_t length, struct wall now)
{
    struct board_head head = {board->turn, now.ms, length};
    return write_all(board->writing, (const char *)&head, sizeof head, 0);
}

int board_post(struct board *board, const char *bytes, size_t length, struct wall now,
               struct fault *fault)
{
    if (length > BOARD_MAX)
        return fault_set(fault, "the text is larger than %d bytes", BOARD_MAX);
    board->turn += 1 + board->turn % 2; /* odd, also after a turn that failed */
    bool done = write_head(board, 0, now) &&
                write_all(board->writing, bytes, length, sizeof(struct board_head));
    if (done) {
        board->turn++;
        done = write_head(board, length, now);
    }
    return done ? 0 : fault_set(fault, "cannot write into memory: %s", strerror(errno));
}

bool board_is_asked(const struct board *board)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    return fcntl(board->writing, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void board_ask(int file, bool asked)
{
    struct flock lock = {.l_type = asked ? F_RDLCK : F_UNLCK, .l_whence = SEEK_SET, .l_len = 1};
    fcntl(file, F_OFD_SETLK, &lock); /* without it the text comes more rarely */
}

static bool read_all(int file, char *bytes, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t got = pread(file, bytes, length, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

static bool read_head(int file, struct board_head *head)
{
    return read_all(file, (char *)head, sizeof *head, 0) && head->turn % 2 == 0 &&
           head->length <= BOARD_MAX;
}

bool board_read(int file, struct board_seen *seen, struct buffer *out)
{
    struct board_head head, after;
    if (!read_head(file, &head) || head.turn == seen->turn)
        return false;
    char *bytes = mem_array(head.length + 1, 1);
    bool whole = read_all(file, bytes, head.length, sizeof head) && read_head(file, &after) &&
                 after.turn == head.turn;
    if (whole) {
        buffer_add(out, bytes, head.length);
        *seen = (struct board_seen){head.turn, {head.posted_ms}};
    }
    free(bytes);
    return whole;
}

bool board_is_fresh(const struct board_seen *seen, struct wall now)
{
    int64_t age = now.ms - seen->posted.ms;
    return seen->turn && age <= BOARD_OLD_MS && age >= -BOARD_OLD_MS;
}

/* What the monitor says of itself right now, as it hands it to the server: a text in memory, on no disk. The monitor holds
 * the writing end; the server inherits a file descriptor that can only read, and needs no other way to the monitor. Both
 * ends hold their own number of turns, so that half a text is never taken for a whole one. A lock of the reader's tells the
 * writer that somebody reads: a lock needs no right to write, and is gone when the reader is (fcntl(2), F_OFD_SETLK). */
#ifndef VIBRISSE_BOARD_H
#define VIBRISSE_BOARD_H

#include "buffer.h"
#include "clock.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BOARD_MAX = 32 * 1024 * 1024, BOARD_OLD_MS = 60 * 1000 };

/* ---- who writes: one thread ---- */

struct board {
    int writing, reading; /* -1 = closed */
    uint64_t turn;
};

/* -1 and a sentence; board_close() is fine then, too. */
int board_open(struct board *board, struct fault *fault);
void board_close(struct board *board);

/* Replaces the text; `now` tells the reader how old it is. -1 and a sentence. */
int board_post(struct board *board, const char *bytes, size_t length, struct wall now,
               struct fault *fault);

/* Whether somebody wants the text often, see board_ask(). */
bool board_is_asked(const struct board *board);

/* ---- who reads: one thread for each `struct board_seen` ---- */

struct board_seen { /* zeroed: nothing yet */
    uint64_t turn;
    struct wall posted;
};

/* True: there is a text that was not seen before, and it is added to `out`. A text that is just being written is read
 * the next time. */
bool board_read(int file, struct board_seen *seen, struct buffer *out);

/* Says whether the text is wanted often. `file` must be one that was opened, not inherited: it is the file that holds the
 * lock, however many have its number. */
void board_ask(int file, bool asked);

/* Whether it tells of the present: whoever wrote it may have ended. */
bool board_is_fresh(const struct board_seen *seen, struct wall now);

#endif

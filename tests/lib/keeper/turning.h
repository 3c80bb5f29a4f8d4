/* A loop turned until something has happened. */
#ifndef VIBRISSE_TURNING_H
#define VIBRISSE_TURNING_H

#include <stdbool.h>
#include <uv.h>

/* Fails the test when `done` is still false after a minute. */
void turn_until(uv_loop_t *loop, bool (*done)(void *owner), void *owner);

/* Turns until no handle is left and closes the loop; fails the test when one is left, or still open after a minute. */
void turn_out(uv_loop_t *loop);

#endif

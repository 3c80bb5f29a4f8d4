/* Where the loop puts what a socket received: lent for one callback, so that a socket that waits in silence holds no
 * memory for it. */
#ifndef VIBRISSE_ROOM_H
#define VIBRISSE_ROOM_H

#include <uv.h>

enum { ROOM_SIZE = 4096 };

/* A uv_alloc_cb. Without memory the read fails with UV_ENOBUFS. */
void room_lend(uv_handle_t *handle, size_t wish, uv_buf_t *buf);
/* At the end of each read callback, whatever it was told. */
void room_return(const uv_buf_t *buf);

#endif

/* Allocation that never returns NULL: without memory we say so and abort, and the supervisor restarts us.
 * What the network can make grow never comes through here unbounded (see buffer.h). Free with free(). */
#ifndef VIBRISSE_MEM_H
#define VIBRISSE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size); /* not zeroed */
void *mem_resize(void *old, size_t size);
void *mem_zalloc(size_t size);
void *mem_array(size_t count, size_t size); /* zeroed; aborts when the product overflows */
/* Grows *array (of *capacity elements) so that it holds at least `count`; new elements are not zeroed. */
void mem_grow(void **array, size_t *capacity, size_t count, size_t size);
/* All threads allocate in one heap: what one of them frees is used by the others, which would else each keep their own. To be
 * called before there is a second thread. */
void mem_share(void);
/* From now on the process keeps a MB that was freed, rather than to give it back and to ask again: for whoever needs
 * it and frees it many times a second. */
void mem_linger(void);
/* What lingers and lies between what is held goes to the system, after all: a wave is over. Some milliseconds. */
void mem_give_back(void);
char *mem_text(const char *text); /* copy; NULL gives NULL */

#endif

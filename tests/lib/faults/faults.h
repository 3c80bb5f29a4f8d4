/* Calls that fail when they are told to: functions that stand before those of the libraries and of the kernel, and memory that
 * runs out. Linked into test_*_faults.c alone. What other threads call is none of ours, so servers have theirs. */
#ifndef VIBRISSE_FAULTS_H
#define VIBRISSE_FAULTS_H

struct faults_scene {
    /* One run: sets up, faults_begin(), what is watched, faults_end(), tears down. */
    void (*act)(void *owner);
    /* What came of it, when `failed` did; NULL = nothing. For its own assertions. */
    void (*judge)(void *owner, const char *failed);
};

void faults_begin(void);
void faults_end(void); /* any number of times */

/* Runs the scene with the first call failing, then the second..., until none is left to fail. Each run must leave as many
 * descriptors open as there were. Returns how many calls failed. */
long faults_each(const struct faults_scene *scene, void *owner);
/* The same for memory, in a process of its own each: it must end by abort(), see mem.h, or judge() is asked. main() has to begin
 * with allocation_guard(), else what libraries ask for does not count. Every `stride`th. */
long faults_each_memory(long stride, const struct faults_scene *scene, void *owner);

#endif
